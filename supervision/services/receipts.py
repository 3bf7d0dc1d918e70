"""签收: a supervising department signs for what was pushed to it, at its desk or by its system."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import NotAllowed, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import AcknowledgedVia, PushState
from ..models import Push, Subscription

STAFF = (Role.REVIEWER, Role.HEAD)


@transaction.atomic
def acknowledge(push_id: UUID | str, *, by: Officer | Subscription, receipt: str = "", via: str = "") -> Push:
    """Sign for a push (签收). Signing again changes nothing.

    `by` is an officer of the supervising department, or the system of that department; `receipt` is the
    number under which that system took it in. Raises NotAllowed, WrongState when there is no such push.
    """
    push = locked(push_id)
    actor = party(push, by)
    if push.state != PushState.WAITING:
        return push
    push.state, push.acknowledged_at, push.receipt = PushState.ACKNOWLEDGED, now(), receipt[:100]
    push.acknowledged_by_id = actor.user_id
    push.acknowledged_via = via or (AcknowledgedVia.DESK if isinstance(by, Officer) else AcknowledgedVia.API)
    push.save()
    clocks.meet(push, Kind.PUSH_RECEIPT, by=actor)
    record(
        "supervision.push_acknowledged",
        subject=push,
        by=actor,
        case_id=push.case_id,
        jurisdiction=push.jurisdiction_id,
        from_state=PushState.WAITING,
        to_state=push.state,
        data={"department": push.department.name, "via": push.acknowledged_via, "receipt": push.receipt},
    )
    return push


def acknowledge_many(push_ids: Iterable[UUID | str], *, by: Officer) -> int:
    """Sign for many at once, each in a transaction of its own. Returns how many were newly signed for.

    Raises NotAllowed for one that is not the officer's to sign for; those before it stay signed for.
    """
    signed = 0
    for push_id in sorted({str(each) for each in push_ids}):
        waiting = Push.objects.filter(pk=push_id, state=PushState.WAITING).exists()
        acknowledge(push_id, by=by)
        signed += waiting
    return signed


def locked(push_id: UUID | str) -> Push:
    """The push, its row locked. Raises WrongState if there is none."""
    rows = Push.objects.select_for_update(of=("self",)).select_related(
        "department", "case__version__matter", "case__version__department", "jurisdiction", "message"
    )
    push = rows.filter(pk=push_id).first()
    if push is None:
        raise WrongState(_("没有这条推送"))
    return push


def party(push: Push, by: Officer | Subscription) -> Actor:
    """`by` as the journal writes the supervising department that acts. Raises NotAllowed for others."""
    if isinstance(by, Officer):
        post = require(
            by.post_for(*STAFF, department=push.department_id), _("只有收到推送的监管部门可以办理")
        )
        return by.acting_as(post)
    if by.department_id != push.department_id or not by.active:
        raise NotAllowed(_("只有收到推送的监管部门可以办理"))
    return Actor(name=by.name, role="system", office=push.department.name)

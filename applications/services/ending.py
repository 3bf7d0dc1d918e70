"""The two ways in which a case ends before its result: withdrawn by the applicant, terminated."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.errors import Invalid
from hall.now import now
from hall.people.choices import MandateScope

from ..choices import DeferralState, State
from ..models import Application, Deferral
from . import telling
from .actors import as_clerk_or_applicant, as_supervisor, expect
from .holding import let_go
from .journal import moved, noted

WITHDRAWABLE = (
    State.SUBMITTED,
    State.RETURNED,
    State.RECEIVED,
    State.CORRECTING,
    State.ACCEPTED,
    State.REVIEWING,
)
TERMINABLE = (State.CORRECTING, State.ACCEPTED, State.REVIEWING, State.DECIDED, State.READY)


@transaction.atomic
def withdraw(case_id: UUID, reason: str, *, by: Actor) -> Application:
    """The applicant takes the application back (撤回) before a decision, at the counter or online.

    Departments' open tasks are called in by the routing room. Raises WrongState once it is decided.
    """
    case = Application.objects.locked(case_id)
    by = as_clerk_or_applicant(by, case, MandateScope.WITHDRAW)
    expect(case, *WITHDRAWABLE)
    if not reason.strip():
        raise Invalid(_("请写明撤回的原因"), fields={"reason": [_("请写明撤回的原因")]})
    before = case.state
    case.withdraw()
    end(case, reason, by)
    moved(case, "withdrawn", before, by=by, reason=case.end_reason)
    telling.withdrawn(case)
    trays.nudge("routing.dispatch", case.pk)
    return case


@transaction.atomic
def terminate(case_id: UUID, reason: str, *, by: Actor = SYSTEM) -> Application:
    """End a case that cannot go on (终止办理), with notice to the applicant.

    By the system when a promised supplement did not come, or by a supervisor of the place.
    """
    case = Application.objects.locked(case_id)
    if by != SYSTEM:
        by = as_supervisor(by, case)
    expect(case, *TERMINABLE)
    if not reason.strip():
        raise Invalid(_("请写明终止的原因"), fields={"reason": [_("请写明终止的原因")]})
    before = case.state
    case.terminate()
    end(case, reason, by)
    moved(case, "terminated", before, by=by, reason=case.end_reason)
    telling.terminated(case)
    trays.nudge("routing.dispatch", case.pk)
    return case


@transaction.atomic
def breach_deferral(deferral_id: int) -> None:
    """A promised supplement did not come in time: the promise is broken and the case is terminated."""
    deferral = Deferral.objects.select_related("case_material__material").get(pk=deferral_id)
    case = Application.objects.locked(deferral.case_id)
    deferral.refresh_from_db()
    if deferral.state != DeferralState.OPEN:
        return
    deferral.state, deferral.ended_at = DeferralState.BREACHED, now()
    deferral.save(update_fields=["state", "ended_at"])
    code, name = deferral.case_material.material.code, deferral.case_material.material.name
    noted(case, "deferral_breached", by=SYSTEM, data={"code": code})
    if case.state in TERMINABLE:
        terminate(case.pk, _("容缺材料“%(name)s”逾期未补交") % {"name": name})


def end(case: Application, reason: str, by: Actor) -> None:
    """Write why and when a case ended, and cancel its clocks. The caller has made the transition."""
    case.end_reason, case.ended_at = reason.strip(), now()
    let_go(case)
    case.save()
    clocks.cancel_case(case.pk, case.end_reason, by=by)

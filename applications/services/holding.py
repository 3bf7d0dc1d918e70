"""Claim before acting: one case, one pair of hands, and a refusal that says whose."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Conflict
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.models import User

from ..bundle_models import BundleCase
from ..choices import CLOSED, State
from ..models import Application
from .actors import as_clerk, expect

HOLDING = ("held_by", "held_at", "hall", "window")  # what taking a case in hand may change


@transaction.atomic
def hold(case_id: UUID, *, by: Actor) -> Application:
    """Take a case in hand, or keep it.

    Raises Conflict, saying who holds it, if somebody else does; WrongState once the case has come to its end.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, *(state for state in State if state not in CLOSED))
    take_in_hand(case, clerk)
    case.save(update_fields=HOLDING)
    return case


@transaction.atomic
def release(case_id: UUID, *, by: Actor) -> None:
    """Let go of a case. Somebody else's hold stays."""
    case = Application.objects.locked(case_id)
    if case.held_by_id == by.user_id:
        case.held_by, case.held_at = None, None
        case.save(update_fields=["held_by", "held_at"])


def take_in_hand(case: Application | BundleCase, by: Actor) -> None:
    """Mark a locked case as held by `by`; does not save. Raises Conflict if somebody else holds it."""
    if holder := holder_other_than(by, case):
        raise Conflict(
            _("%(name)s正在办理该办件（自%(since)s），请稍后再试或请其释放")
            % {"name": holder.name, "since": f"{timezone.localtime(case.held_at):%H:%M}"},
            held_by=holder.pk,
        )
    case.held_by_id, case.held_at = by.user_id, now()
    if (
        case.hall_id is None
        and isinstance(by, Officer)
        and (post := by.post_for(Role.CLERK, jurisdiction=case.jurisdiction_id))
    ):
        # An online case comes into the hall of the clerk who takes it first (无差别受理).
        case.hall, case.window = post.hall, post.window


def holder_other_than(by: Actor, case: Application | BundleCase) -> User | None:
    """The user, other than `by`, who holds the case now; None if nobody does or the hold has lapsed."""
    return case.held_by if case.is_held and case.held_by_id != by.user_id else None


def let_go(case: Application | BundleCase) -> None:
    """The matter at the desk is settled: nobody holds the case any more. Does not save."""
    case.held_by, case.held_at = None, None

"""The parts of an accepted bundle, from their results to one hand-over.

A part that needs a result starts on the working day after it. The porter looks whenever a part moves
(`applications.follow_bundles`): locks are taken on the bundle first, on its cases after, so two last parts
that finish at once end it exactly once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.calendars.queries import calendar_for
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Invalid, WrongState
from hall.now import now
from hall.people.choices import MandateScope

from .. import bundle_telling as telling
from ..bundle_models import BundleCase, BundleCasePart
from ..choices import (
    CAME_TO_AN_END,
    Outcome,
    PartState,
    State,
    TerminationGround,
)
from ..models import Application
from .actors import as_clerk_or_applicant, expect
from .bundle_acceptance import awaited_by, parts_of, start_part
from .bundle_filling import whole_of
from .bundle_journal import moved, noted
from .ending import TERMINABLE, WITHDRAWABLE, terminate, withdraw
from .holding import let_go

OPEN = (PartState.WAITING, PartState.RUNNING)


@transaction.atomic
def follow_bundle(bundle_id: UUID | str) -> bool:
    """Look at the parts: who came to an end, whose turn has come, is the whole done? True if it changed.

    Safe to run twice, late, or in several workers.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    if bundle.state == State.READY:
        return _settle_handed_over(bundle)
    if bundle.state != State.ACCEPTED:
        return False
    parts = parts_of(bundle)
    changed = _settle_ended(bundle, parts)
    changed |= _sink(bundle, parts)
    changed |= _take_turns(bundle, parts)
    if not any(part.state in OPEN for part in parts):
        _conclude(bundle, parts)
        return True
    return changed


@transaction.atomic
def withdraw_bundle(bundle_id: UUID, reason: str, *, by: Actor) -> BundleCase:
    """The applicant takes the whole back. What is decided already stays and is handed over.

    Raises WrongState when everything is decided.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    by = as_clerk_or_applicant(by, bundle, MandateScope.WITHDRAW)
    expect(bundle, *(state for state in WITHDRAWABLE if state != State.REVIEWING))
    if not reason.strip():
        raise Invalid(_("请写明撤回的原因"), fields={"reason": [_("请写明撤回的原因")]})
    before = bundle.state
    decided = False
    for part in parts_of(bundle) if before == State.ACCEPTED else ():
        decided |= _end_part(part, reason, by=by)
    if decided:
        noted(bundle, "bundle_partly_withdrawn", by=by, reason=reason.strip())
        trays.nudge("applications.follow_bundles", bundle.pk)
        return bundle
    bundle.withdraw()
    bundle.end_reason, bundle.ended_at = reason.strip(), now()
    let_go(bundle)
    bundle.save()
    clocks.cancel_case(bundle.pk, bundle.end_reason, by=by)
    moved(bundle, "bundle_withdrawn", before, by=by, reason=bundle.end_reason)
    telling.withdrawn(bundle)
    return bundle


@transaction.atomic
def hand_over_singly(bundle_id: UUID, *, by: Actor) -> BundleCase:
    """The applicant asks for each result as it is ready, instead of all at once on one date."""
    bundle = BundleCase.objects.locked(bundle_id)
    by = as_clerk_or_applicant(by, bundle, MandateScope.COLLECT)
    expect(bundle, State.RECEIVED, State.CORRECTING, State.ACCEPTED, State.READY)
    if not bundle.singly:
        bundle.singly = True
        bundle.save(update_fields=["singly"])
        noted(bundle, "bundle_singly", by=by)
    return bundle


def days_along_the_way(bundle: BundleCase, days: Mapping[UUID, int]) -> int:
    """How many days the whole takes longer when each part's case takes `days` longer: the longest chain of
    parts that wait for one another. 0 when no part does.
    """
    parts = parts_of(bundle)

    def upto(part: BundleCasePart) -> int:
        own = days.get(part.case_id, 0) if part.case_id else 0
        return own + max(map(upto, awaited_by(part, parts)), default=0)

    return max(map(upto, parts), default=0)


def tell_of_new_date(bundle: BundleCase, case: Application, until: dt.datetime) -> None:
    """An extension of one part has moved the one date of the whole: the applicant is told it."""
    telling.date_moved(bundle, case, until)


def require_whole_hand_over(case: Application) -> None:
    """Raise WrongState for a part that is handed over with the others (一次领取), not by itself."""
    if case.bundle_id is None:
        return
    bundle = BundleCase.objects.get(pk=case.bundle_id)
    if not bundle.singly:
        raise WrongState(
            _("该办件属于一件事“%(name)s”，结果一次领取；申请人要求分别领取的，先在一件事页面登记")
            % {"name": bundle.name}
        )


def succeeded(part: BundleCasePart) -> bool:
    """Did the part bring the result that others wait for?"""
    return part.state == PartState.DONE and part.case is not None and part.case.outcome == Outcome.GRANTED


def _failed(part: BundleCasePart) -> bool:
    return part.state == PartState.ENDED or (part.state == PartState.DONE and not succeeded(part))


def _settle_ended(bundle: BundleCase, parts: Sequence[BundleCasePart]) -> bool:
    changed = False
    for part in parts:
        if part.state == PartState.RUNNING and part.case and part.case.state in CAME_TO_AN_END:
            part.state = PartState.DONE
            part.save(update_fields=["state"])
            what = {"matter": part.version.matter.name, "outcome": part.case.outcome or part.case.state}
            noted(bundle, "bundle_part_done", by=SYSTEM, data=what)
            changed = True
    return changed


def _sink(bundle: BundleCase, parts: Sequence[BundleCasePart]) -> bool:
    """A part whose failure is declared to sink the rest has failed: end what is not decided yet."""
    sunk = next((part for part in parts if part.part.sinks and _failed(part)), None)
    left = [part for part in parts if part.state in OPEN]
    if sunk is None or not left:
        return False
    reason = _("一件事中的“%(name)s”没有办成，其余事项一并终止") % {"name": sunk.version.matter.name}
    for part in left:
        _end_part(part, reason, by=SYSTEM)
    noted(bundle, "bundle_sunk", by=SYSTEM, reason=reason)
    return True


def _end_part(part: BundleCasePart, reason: str, *, by: Actor) -> bool:
    """End a part that is not decided yet. True if it is decided already, or about to be, and stays."""
    if part.state == PartState.WAITING:
        part.state, part.end_reason = PartState.ENDED, reason.strip()[:300]
        part.save(update_fields=["state", "end_reason"])
        return False
    if part.state != PartState.RUNNING or part.case_id is None:
        return part.state == PartState.DONE
    case = Application.objects.locked(part.case_id)  # somebody may be deciding just now
    if case.state not in (State.ACCEPTED, State.REVIEWING):
        return case.state not in (State.WITHDRAWN, State.TERMINATED)
    if by == SYSTEM and case.state in TERMINABLE:
        part.case = terminate(case.pk, reason, ground=TerminationGround.BUNDLE_SUNK)
    else:
        part.case = withdraw(case.pk, reason, by=by)
    part.state = PartState.DONE
    part.save(update_fields=["state"])
    return False


def _take_turns(bundle: BundleCase, parts: Sequence[BundleCasePart]) -> bool:
    """Parts whose results are there get their day, and start on it; those that wait in vain end."""
    changed, again = False, True
    whole = rows = None
    while again:
        again = False
        for part in parts:
            if part.state != PartState.WAITING:
                continue
            awaited = awaited_by(part, parts)
            if vain := next((each for each in awaited if _failed(each)), None):
                reason = _("前置事项“%(name)s”没有办成") % {"name": vain.version.matter.name}
                _end_part(part, reason, by=SYSTEM)
                noted(bundle, "bundle_part_ended", by=SYSTEM, reason=reason)
                changed = again = True
            elif all(map(succeeded, awaited)):
                if part.starts_at is None:
                    part.starts_at = _turn(bundle, awaited)
                    part.save(update_fields=["starts_at"])
                    changed = True
                if part.starts_at <= now():
                    whole = whole or whole_of(bundle)
                    rows = rows or list(bundle.materials.select_related("material"))
                    start_part(bundle, whole, part, rows, by=SYSTEM)
                    changed = True
    return changed


def _turn(bundle: BundleCase, awaited: Sequence[BundleCasePart]) -> dt.datetime:
    """The opening of the working day after the last result that a part waited for."""
    calendar = calendar_for(bundle.jurisdiction)
    last = max(part.case.decided_at for part in awaited if part.case and part.case.decided_at)
    return calendar.opening(calendar.table.next_working_day(calendar.local_date(last)))


def _conclude(bundle: BundleCase, parts: Sequence[BundleCasePart]) -> None:
    """Every part has come to its end: one hand-over, or the end without a result."""
    before = bundle.state
    states = {part.case.state for part in parts if part.case}
    clocks.meet(bundle, Kind.BUNDLE)
    if State.READY in states:
        bundle.conclude()
        bundle.ready_at = now()
    elif states & {State.DELIVERED, State.ARCHIVED}:
        bundle.deliver()
        bundle.ready_at = bundle.delivered_at = bundle.ended_at = now()
    else:
        bundle.terminate()
        bundle.end_reason, bundle.ended_at = _("各事项都没有办成"), now()
    bundle.save()
    moved(bundle, "bundle_concluded", before, by=SYSTEM, data={"parts": sorted(states)})
    telling.concluded(bundle)


def _settle_handed_over(bundle: BundleCase) -> bool:
    """All that lay ready has been handed over: the bundle is delivered."""
    if bundle.cases.filter(state=State.READY).exists():
        return False
    before = bundle.state
    bundle.deliver()
    bundle.delivered_at = bundle.ended_at = now()
    bundle.save()
    moved(bundle, "bundle_delivered", before, by=SYSTEM)
    return True

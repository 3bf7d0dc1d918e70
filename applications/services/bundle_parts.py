"""From one acceptance to the parts of a bundle, and from their results to one hand-over.

Parts without a condition start at once and run in parallel; one that needs a result starts on the working
day after it. The porter looks whenever a part moves (`applications.follow_bundles`): locks are taken on the
bundle first, on its cases after, so two last parts that finish at once end it exactly once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.calendars.queries import calendar_for
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Incomplete, Invalid, WrongState
from hall.now import now
from hall.people.choices import MandateScope
from hall.transactions import insert_all
from matters.bundles import Composition
from matters.choices import CaseType

from .. import bundle_telling as telling
from .. import checks
from ..bundle_models import BundleCase, BundleCasePart, BundleMaterial
from ..choices import (
    CAME_TO_AN_END,
    AcceptanceMode,
    MaterialVerdict,
    Outcome,
    PartState,
    State,
)
from ..models import Application, CaseMaterial
from .actors import as_clerk, as_clerk_or_applicant, expect, require_system
from .bundle_filling import missing, scope_hits, whole_of, write_check
from .bundle_intake import require_whole
from .bundle_journal import moved, noted
from .deferrals import Pledge, pledge
from .ending import TERMINABLE, WITHDRAWABLE, terminate, withdraw
from .filling import check_answers
from .holding import let_go, take_in_hand
from .intake import assign_number
from .journal import moved as case_moved
from .scope import require_clear
from .verdicts import after_acceptance

OPEN = (PartState.WAITING, PartState.RUNNING)


@transaction.atomic
def accept_bundle(bundle_id: UUID, *, by: Actor, pledges: Sequence[Pledge] = ()) -> BundleCase:
    """Accept a received bundle (受理): one verdict, one promised date, every part under way or in line.

    With `pledges` (by key of the joint set), accept although deferrable materials are missing: each part
    that needs one has its own 容缺 promise. Raises Incomplete for what cannot be deferred, WrongState for a
    business scope that the negative list prohibits.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    clerk = as_clerk(by, bundle)
    expect(bundle, State.RECEIVED)
    take_in_hand(bundle, clerk)
    require_whole(bundle)
    whole = whole_of(bundle)
    require_clear(bundle, *scope_hits(bundle, whole))
    rows = list(bundle.materials.select_related("material"))
    _pledge(bundle, rows, pledges)
    return _accepted(bundle, whole, rows, how=AcceptanceMode.NORMAL, by=clerk)


@transaction.atomic
def deem_bundle_accepted(bundle_id: UUID, *, since: dt.datetime, by: Actor = SYSTEM) -> BundleCase:
    """No notice in time: deemed accepted as it was received (行政许可法 Art. 32(4)), every part of it."""
    require_system(by)
    bundle = BundleCase.objects.locked(bundle_id)
    expect(bundle, State.RECEIVED)
    whole = whole_of(bundle)
    write_check(bundle, *scope_hits(bundle, whole))
    rows = list(bundle.materials.select_related("material"))
    return _accepted(bundle, whole, rows, how=AcceptanceMode.DEEMED, by=by, since=since)


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
    parts = _parts_of(bundle)
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
    for part in _parts_of(bundle) if before == State.ACCEPTED else ():
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


# -- Acceptance ------------------------------------------------------------------------------------------


def _pledge(bundle: BundleCase, rows: Sequence[BundleMaterial], pledges: Sequence[Pledge]) -> None:
    """Give each part the promises that concern it. Raises Incomplete for a gap without one."""
    by_key = {each.code: each for each in pledges}
    gaps = missing(rows)
    if wanting := [row.name for row in gaps if row.key not in by_key or not row.deferrable]:
        raise Incomplete(_("材料不齐，不能受理：%(names)s") % {"names": "、".join(wanting)}, items=wanting)
    if surplus := set(by_key) - {row.key for row in gaps}:
        raise Invalid(_("这些材料并不缺少：%(codes)s") % {"codes": "、".join(sorted(surplus))})
    for part in bundle.parts.select_related("part"):
        own = [
            asdict(Pledge(code, by_key[row.key].days, by_key[row.key].promise))
            for row in gaps
            for part_code, code in row.covers
            if part_code == part.part.code
        ]
        if own:
            part.pledges = own
            part.save(update_fields=["pledges"])
    for row in gaps:
        row.verdict = MaterialVerdict.DEFERRED
        row.save(update_fields=["verdict"])


def _accepted(
    bundle: BundleCase,
    whole: Composition,
    rows: Sequence[BundleMaterial],
    *,
    how: AcceptanceMode,
    by: Actor,
    since: dt.datetime | None = None,
) -> BundleCase:
    before, moment = bundle.state, now()
    bundle.accept()
    bundle.accepted_at = since or _counts_from(bundle, whole, moment)
    let_go(bundle)
    bundle.save()
    clocks.meet(bundle, Kind.BUNDLE_ACCEPTANCE, by=by)
    clocks.start(
        bundle,
        Kind.BUNDLE,
        bundle.version.promised,
        jurisdiction=bundle.jurisdiction,
        department=bundle.version.bundle.department,
        case_id=bundle.pk,
        basis=_("一件事承诺办结时限"),
        started_at=bundle.accepted_at,
        by=by,
    )
    moved(bundle, "bundle_accepted", before, by=by, data={"how": how, "accepted_at": bundle.accepted_at})
    opened = {member.code for member in whole.opened(bundle.answers)}
    parts = _parts_of(bundle)
    for part in parts:
        if part.part.code not in opened:
            part.state = PartState.LEFT_OUT
            part.save(update_fields=["state"])
    for part in parts:
        if part.state == PartState.WAITING and not _awaited(part, parts):
            _start(bundle, whole, part, rows, how=how, by=by, since=since)
    telling.accepted(bundle)
    return bundle


def _counts_from(bundle: BundleCase, whole: Composition, moment: dt.datetime) -> dt.datetime:
    """What is taken in on a rest day counts from the next working day, unless all of it is done at once."""
    calendar = calendar_for(bundle.jurisdiction)
    day = calendar.local_date(moment)
    at_once = all(m.needed.case_type == CaseType.INSTANT for m in whole.opened(bundle.answers))
    if at_once or calendar.is_working(day):
        return moment
    return calendar.opening(calendar.table.next_working_day(day))


def _start(
    bundle: BundleCase,
    whole: Composition,
    part: BundleCasePart,
    rows: Sequence[BundleMaterial],
    *,
    how: AcceptanceMode = AcceptanceMode.NORMAL,
    by: Actor,
    since: dt.datetime | None = None,
) -> None:
    """Make the case of a part, received and accepted, filled from what the bundle holds."""
    version = part.version
    member = whole[part.part.code]
    moment = now()
    first = not any(each.case_id for each in bundle.parts.all())
    case = Application(
        version=version,
        bundle=bundle,
        jurisdiction=bundle.jurisdiction,
        hall=bundle.hall,
        window=bundle.window,
        channel=bundle.channel,
        person=bundle.person,
        enterprise=bundle.enterprise,
        agent=bundle.agent,
        mandate=bundle.mandate,
        applicant_name=bundle.applicant_name,
        contact_phone=bundle.contact_phone,
        form_data=whole.form_of(member, bundle.form_data),
        answers=check_answers(version, whole.answers_of(member, bundle.answers)),
        project_code=bundle.project_code,
        territory=bundle.territory,
        created_by_id=bundle.created_by_id,
        created_at=moment,
        submitted_at=bundle.submitted_at,
        visits=bundle.visits if first else 0,  # one visit for all of them
        is_demo=bundle.is_demo,
    )
    case.receive()
    case.received_at = bundle.received_at if how == AcceptanceMode.DEEMED else moment
    case.received_by_id = bundle.received_by_id
    assign_number(case)
    insert_all([case])
    materials = _materials_of(case, part, rows)
    insert_all(materials)
    part.case, part.state = case, PartState.RUNNING
    part.save(update_fields=["case", "state"])
    case_moved(case, "received", State.DRAFT, by=by, data={"number": case.number, "bundle": bundle.number})
    case.accepted_at = since or checks.acceptance_moment(case, moment)
    pledged = []
    if how != AcceptanceMode.DEEMED:
        own = [Pledge(**each) for each in part.pledges]
        pledged = pledge(case, checks.missing(materials), own, accepted_at=case.accepted_at)
    case.accepted_how = AcceptanceMode.DEFERRED if pledged else how
    after_acceptance(case, pledged, by=by)


def _materials_of(
    case: Application, part: BundleCasePart, rows: Sequence[BundleMaterial]
) -> list[CaseMaterial]:
    """The part's own material list, with the verdicts of the joint set."""
    joint = {code: row for row in rows for owner, code in row.covers if owner == part.part.code}
    promised = {each["code"] for each in part.pledges}
    made = []
    for material in case.version.materials.all():
        own = CaseMaterial(
            case=case,
            material=material,
            order=material.order,
            verdict=checks.first_verdict(case.version, material, case.answers),
        )
        if row := joint.get(material.code):
            own.verdict = MaterialVerdict.MISSING if material.code in promised else row.verdict
            own.originals, own.copies = row.originals, row.copies
            own.problem, own.handed_in_at = row.problem, row.handed_in_at
        made.append(own)
    return made


# -- Following -------------------------------------------------------------------------------------------


def _parts_of(bundle: BundleCase) -> list[BundleCasePart]:
    rows = bundle.parts.select_related("part", "version__matter", "case").order_by("part__order")
    return list(rows)


def _awaited(part: BundleCasePart, parts: Sequence[BundleCasePart]) -> list[BundleCasePart]:
    """The parts whose result this one needs, without those that this situation leaves out."""
    return [each for each in parts if each.part.code in part.part.after and each.state != PartState.LEFT_OUT]


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
        part.case = terminate(case.pk, reason)
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
            awaited = _awaited(part, parts)
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
                    _start(bundle, whole, part, rows, by=SYSTEM)
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

"""One acceptance for all parts of a bundle: those without a condition start at once, side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.calendars.queries import calendar_for
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Incomplete, Invalid
from hall.now import now
from hall.transactions import insert_all
from matters.bundles import Composition

from .. import bundle_telling as telling
from .. import checks
from ..bundle_models import BundleCase, BundleCasePart, BundleMaterial
from ..choices import (
    AcceptanceMode,
    MaterialVerdict,
    PartState,
    State,
)
from ..models import Application, CaseMaterial
from .actors import as_clerk, expect, require_system
from .bundle_filling import missing, scope_hits, whole_of, write_check
from .bundle_intake import require_whole
from .bundle_journal import moved
from .deferrals import Pledge, pledge
from .filling import check_answers
from .holding import let_go, take_in_hand
from .intake import assign_number
from .journal import moved as case_moved
from .scope import require_clear
from .verdicts import after_acceptance


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
    parts = parts_of(bundle)
    for part in parts:
        if part.part.code not in opened:
            part.state = PartState.LEFT_OUT
            part.save(update_fields=["state"])
    for part in parts:
        if part.state == PartState.WAITING and not awaited_by(part, parts):
            start_part(bundle, whole, part, rows, how=how, by=by, since=since)
    telling.accepted(bundle)
    return bundle


def _counts_from(bundle: BundleCase, whole: Composition, moment: dt.datetime) -> dt.datetime:
    """What is taken in on a rest day counts from the next working day, unless all of it is done at once."""
    calendar = calendar_for(bundle.jurisdiction)
    day = calendar.local_date(moment)
    opened = whole.opened(bundle.answers)
    at_once = all(member.needed.handled_on_rest_days(bundle.jurisdiction) for member in opened)
    if at_once or calendar.is_working(day):
        return moment
    return calendar.opening(calendar.table.next_working_day(day))


def start_part(
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


def parts_of(bundle: BundleCase) -> list[BundleCasePart]:
    """The parts of a bundle in their order, each with its matter and its case."""
    rows = bundle.parts.select_related("part", "version__matter", "case").order_by("part__order")
    return list(rows)


def awaited_by(part: BundleCasePart, parts: Sequence[BundleCasePart]) -> list[BundleCasePart]:
    """The parts whose result this one needs, without those that this situation leaves out."""
    return [each for each in parts if each.part.code in part.part.after and each.state != PartState.LEFT_OUT]

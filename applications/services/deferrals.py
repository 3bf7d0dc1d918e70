"""容缺受理 (S0 §17, S4 四(六)): accept now, supply a non-key document by a promised day.

Review goes on meanwhile; only issuing waits. A promise not kept ends the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.calendars.queries import calendar_for
from hall.clocks import engine
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.queries import running
from hall.errors import Incomplete, Invalid, WrongState
from hall.now import now
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope

from .. import checks
from ..choices import DeferralState, MaterialVerdict, State, SupplementChannel
from ..models import Application, CaseMaterial, Deferral
from . import filing, telling
from .actors import as_clerk_or_applicant, expect
from .journal import noted
from .notices import MATERIAL
from .supplements import Arrival, check_arrival, record_hand_in

ISSUING_WAITS_IN = (State.ACCEPTED, State.REVIEWING, State.DECIDED)


@dataclass(frozen=True)
class Pledge:
    """The applicant promises to supply the material `code` within `days` working days.

    Without words of their own the usual promise is written down.
    """

    code: str
    days: int
    promise: str = ""
    signed_by: str = ""  # who signs the promise: the applicant unless told


def pledge(
    case: Application,
    missing: Sequence[CaseMaterial],
    pledges: Sequence[Pledge],
    *,
    accepted_at: dt.datetime,
) -> list[Deferral]:
    """Write a deferral for every missing material of a locked case; saves deferrals, not the case.

    The supplement may not be promised for later than the promised due date of the matter itself.
    Raises Incomplete for a gap that is not or may not be pledged, WrongState for an applicant who broke a
    promise within a year, where the place's policy says so.
    """
    if missing and (fault := checks.barred_from_deferral(case)):
        raise WrongState(fault)
    by_code = {each.code: each for each in pledges}
    wanting = [
        row.material.name
        for row in missing
        if row.material.code not in by_code or not checks.deferrable(case, row.material)
    ]
    if wanting:
        raise Incomplete(_("材料不齐，不能受理：%(names)s") % {"names": "、".join(wanting)}, items=wanting)
    if surplus := set(by_code) - {row.material.code for row in missing}:
        raise Invalid(_("这些材料并不缺少：%(codes)s") % {"codes": "、".join(sorted(surplus))})
    return [_write(case, row, by_code[row.material.code], accepted_at) for row in missing]


def start_supplement_clocks(case: Application, deferrals: Sequence[Deferral], *, by: Actor) -> None:
    """Let the clock of each promise run from the day of acceptance."""
    for deferral in deferrals:
        clocks.start(
            deferral,
            Kind.SUPPLEMENT,
            Limit(deferral.limit_days, Unit.WORKING_DAY),
            jurisdiction=case.jurisdiction,
            case_id=case.pk,
            basis=_("容缺受理承诺书"),
            started_at=case.accepted_at,
            by=by,
        )


@transaction.atomic
def supply_deferred(
    case_id: UUID,
    code: str,
    *,
    files: Sequence[UUID] = (),
    originals: int | None = None,
    copies: int | None = None,
    arrival: Arrival | None = None,
    by: Actor,
) -> Deferral:
    """The applicant keeps the promise: the material is there. When it was the last one, issuing is free.

    At the counter the clerk finds it in order, however it came (`arrival`); online the pages themselves
    must come with it. Raises WrongState if nothing is owed under this code.
    """
    case = Application.objects.locked(case_id)
    by = as_clerk_or_applicant(by, case, MandateScope.SUPPLEMENT)
    expect(case, *ISSUING_WAITS_IN)
    deferral = (
        case.deferrals.select_related("case_material__material")
        .filter(case_material__material__code=code, state=DeferralState.OPEN)
        .first()
    )
    if deferral is None:
        raise WrongState(_("这份材料没有待补的容缺承诺"))
    at_desk = isinstance(by, Officer)
    arrival = (arrival or Arrival()) if at_desk else Arrival(SupplementChannel.ONLINE)
    check_arrival(arrival, deferral.pledged_at)
    row = deferral.case_material
    if not files and by.role == "citizen":
        raise Incomplete(_("请上传补交的材料"), items=[row.material.name])
    row.verdict = MaterialVerdict.OK
    row.originals = originals if originals is not None else row.material.originals
    row.copies = copies if copies is not None else row.material.copies
    row.handed_in_at = deferral.ended_at = now()
    row.save()
    filing.claim(row, files, by=by)
    deferral.state = DeferralState.SUPPLIED
    deferral.save(update_fields=["state", "ended_at"])
    clocks.meet(deferral, Kind.SUPPLEMENT, by=by)
    left = case.deferrals.filter(state=DeferralState.OPEN).select_related("case_material__material")
    names = [each.case_material.material.name for each in left]
    record_hand_in(
        case,
        arrival,
        deferral=deferral,
        items=[{"code": code, "name": row.material.name, "of": MATERIAL}],
        left=names,
        registered_by_id=by.user_id,
    )
    still_open = len(names)
    told = {"code": code, "still_open": still_open, "channel": arrival.channel}
    noted(case, "deferral_supplied", by=by, data=told)
    if case.state == State.DECIDED and not still_open:
        if issuing := running(case, Kind.DELIVERY):
            clocks.resume(issuing, Ground.CORRECTION, by)
        telling.nudge_papers(case)
    telling.deferral_supplied(case, row.material.name, still_open)
    return deferral


def _write(case: Application, row: CaseMaterial, promised: Pledge, accepted_at: dt.datetime) -> Deferral:
    name = row.material.name
    if promised.days < 1:
        raise Invalid(_("请填写补交期限"), fields={row.material.code: [_("至少1个工作日")]})
    due = engine.due(accepted_at, Limit(promised.days), calendar_for(case.jurisdiction)).at
    latest = checks.latest_supplement(case, accepted_at)
    if due and latest and due > latest:
        raise Invalid(
            _("“%(name)s”的补交期限不能晚于承诺办结的日期") % {"name": name},
            fields={row.material.code: [_("最晚%(day)s") % {"day": f"{latest:%Y-%m-%d}"}]},
        )
    row.verdict = MaterialVerdict.DEFERRED
    row.save(update_fields=["verdict"])
    usual = _("承诺在受理之日起%(days)s个工作日内补交“%(name)s”；逾期未补交的，同意终止办理。")
    return Deferral.objects.create(
        case=case,
        case_material=row,
        promise=promised.promise.strip() or usual % {"days": promised.days, "name": name},
        signed_by=promised.signed_by.strip() or (case.agent.name if case.agent else case.applicant_name),
        limit_days=promised.days,
        pledged_at=now(),
    )

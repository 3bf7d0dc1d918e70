"""法定等待期 (离婚冷静期, 民法典 Art. 1077): time that the law wants to pass, and that belongs to nobody.

While it runs nothing is decided and no clock of the office counts. Where the law then wants the applicant
to come for the result within some time, that is a clock of its own; who does not come is deemed to have
withdrawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.errors import WrongState
from hall.now import now

from .. import checks
from ..choices import State
from ..models import Application
from . import telling
from .actors import as_clerk, expect
from .ending import end
from .journal import moved, noted

UNDER_WAY = (State.ACCEPTED, State.REVIEWING)


def begin_waiting(case: Application, started: Iterable[Clock], *, by: Actor) -> None:
    """Start the waiting period that the version declares, and let the case's own clocks stand still."""
    for period in checks.waiting_periods(case.version):
        clocks.start(
            case,
            Kind.WAITING,
            period.limit,
            jurisdiction=case.jurisdiction,
            case_id=case.pk,
            basis=period.basis,
            started_at=case.accepted_at,
            warn=(),
            by=by,
        )
        for clock in started:
            if not clock.is_over(now()):  # accepted by the law so late that the promise is broken already
                clocks.pause(clock, Ground.WAITING, period.basis, by)


def may_not_decide_yet(case: Application) -> str:
    """Why no decision may be made now because of a waiting period; nothing if there is no reason."""
    if not checks.waiting_periods(case.version):
        return ""
    waiting = clock_queries.running(case, Kind.WAITING)
    if waiting and not waiting.is_over(now()) and waiting.due_at:
        return _("法定等待期到%(day)s届满，届满前不得作出决定") % {"day": telling.day(waiting.due_at)}
    if waiting and any(period.claim for period in checks.waiting_periods(case.version)):
        return _("法定等待期刚刚届满，请在申请人到场申请以后作出决定")
    if clock_queries.running(case, Kind.CLAIM):
        return _("法定等待期已满，申请人到场申请以后才能作出决定")
    return ""


@transaction.atomic
def end_waiting(case_id: UUID, *, at: dt.datetime | None) -> None:
    """The waiting period is over: the applicant may come, or the office's clocks go on."""
    case = Application.objects.locked(case_id)
    if case.state not in UNDER_WAY:
        return
    claim = next((period for period in checks.waiting_periods(case.version) if period.claim), None)
    until = None
    if claim and claim.claim:
        until = clocks.start(
            case,
            Kind.CLAIM,
            claim.claim,
            jurisdiction=case.jurisdiction,
            case_id=case.pk,
            basis=claim.basis,
            started_at=at,
            by=SYSTEM,
        ).due_at
    else:
        go_on(case, by=SYSTEM)
    noted(case, "waiting_ended", by=SYSTEM, data={"until": until})
    telling.waiting_ended(case, until)


@transaction.atomic
def claim_result(case_id: UUID, *, by: Actor) -> Application:
    """The applicants have come after the waiting period and ask for the result (申请发证).

    From now the office's clocks run. Raises WrongState unless the waiting period is over and its time to
    come has not passed, NotAllowed unless `by` takes in applications in this hall.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, *UNDER_WAY)
    clock = clock_queries.running(case, Kind.CLAIM)
    if clock is None or clock.is_over(now()):
        raise WrongState(_("现在不在等待期后的申领期限内"))
    clocks.meet(case, Kind.CLAIM, by=clerk)
    go_on(case, by=clerk)
    case.visits += 1
    case.save(update_fields=["visits"])
    noted(case, "result_claimed", by=clerk)
    return case


@transaction.atomic
def deem_withdrawn(case_id: UUID) -> None:
    """Nobody came in time after the waiting period: the application is deemed withdrawn (视为撤回)."""
    case = Application.objects.locked(case_id)
    if case.state not in UNDER_WAY:
        return
    before = case.state
    case.withdraw()
    end(case, _("等待期届满后没有在规定期限内申请，视为撤回申请"), SYSTEM)
    moved(case, "withdrawn", before, by=SYSTEM, reason=case.end_reason)
    telling.withdrawn(case)
    trays.nudge("routing.dispatch", case.pk)


def go_on(case: Application, *, by: Actor) -> None:
    """Let every clock of the case that stood still for the waiting period run, those of tasks as well."""
    still = Clock.objects.filter(
        case_id=case.pk, state=ClockState.RUNNING, pauses__ground=Ground.WAITING, pauses__ends_at=None
    )
    for clock in still.distinct():
        clocks.resume(clock, Ground.WAITING, by)

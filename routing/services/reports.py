"""特殊情况报备 (S0 §18): a department tells in time why it cannot answer in time; a supervisor answers.

While a report waits the task does not fall silent: its clock is held, so that an answer that comes after the
end takes nothing from the department.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.errors import Invalid, WrongState, require
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import LIVE, ReportRemedy, ReportState
from ..models import SpecialReport, Task
from .dues import refresh_due
from .guards import as_reviewer, lock, must_be_live
from .more_time import lengthen, running_clocks

MOST_DAYS = 10  # working days that may be asked for, or granted
LONGEST_PAUSE = 90  # calendar days; who needs longer reports again


@transaction.atomic
def file_report(task_id: Any, *, reason: str, days: int, by: Officer) -> SpecialReport:
    """特殊情况报备: tell why no opinion can be given in time, and ask for `days` working days more.

    While it is open the task does not fall silent. Raises Invalid, WrongState once the limit is over.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    if not reason.strip() or not 1 <= days <= MOST_DAYS:
        raise Invalid(_("请写明特殊情况，申请延长1至10个工作日"), fields={"reason": [_("请写明特殊情况")]})
    if task.reports.filter(state=ReportState.OPEN).exists():
        raise WrongState(_("已有一份报备在等待答复"))
    if not any(not clock.is_over(now()) for clock in running_clocks(task)):
        raise WrongState(_("期限已经届满，不能再报备"))
    report = SpecialReport.objects.create(
        task=task, reason=reason, days=days, filed_by_id=by.user_id, filed_at=now()
    )
    _tell("routing.report_filed", case, task, by, reason, {"days": days})
    return report


@transaction.atomic
def grant_report(report_id: int, *, answer: str, by: Officer, days: int | None = None) -> SpecialReport:
    """A supervisor accepts the special circumstances: the limit grows by `days` (as asked for unless told).

    Raises NotAllowed, WrongState if it is answered already, Invalid for more than ten days.
    """
    case, report, by = _open_report(report_id, by)
    task = report.task
    must_be_live(task)
    report.granted_days = report.days if days is None else days
    if not 1 <= report.granted_days <= MOST_DAYS:
        raise Invalid(_("最多延长10个工作日"), fields={"days": [_("请写1到10之间的数")]})
    report.remedy = ReportRemedy.LONGER
    for clock in running_clocks(task):
        lengthen(
            clock,
            report.granted_days,
            since=report.filed_at,
            ground=Ground.REPORT,
            reason=report.reason[:300],
            by=by,
        )
    _answered(case, report, ReportState.GRANTED, answer, by)
    return report


@transaction.atomic
def grant_pause(report_id: int, *, until: dt.date, answer: str, by: Officer) -> SpecialReport:
    """A supervisor lets the task's clocks stand still to the end of `until`; they go on by themselves then.

    Raises Invalid unless `until` lies ahead, within ninety days.
    """
    case, report, by = _open_report(report_id, by)
    task = report.task
    must_be_live(task)
    if not today() <= until <= today() + dt.timedelta(days=LONGEST_PAUSE):
        message = _("中止的截止日期应在今天以后%(days)s天以内") % {"days": LONGEST_PAUSE}
        raise Invalid(message, fields={"until": [message]})
    report.remedy, report.paused_until = ReportRemedy.PAUSE, until
    for clock in running_clocks(task):
        over = clock.is_over(now())
        at = report.filed_at if over else None
        clocks.pause(clock, Ground.REPORT, report.reason[:300], by, at=at, in_time=over)
    clocks.start(
        report,
        Kind.REPORT_PAUSE,
        Limit((until - today()).days, Unit.CALENDAR_DAY),
        jurisdiction=case.jurisdiction,
        hall=case.hall,
        department=task.department,
        case_id=case.pk,
        basis=_("督查员准予中止计时"),
        ends=Ends.FIXED_DATE,
        warn=(),
        by=by,
    )
    _answered(case, report, ReportState.GRANTED, answer, by)
    return report


@transaction.atomic
def reject_report(report_id: int, *, answer: str, by: Officer) -> SpecialReport:
    """A supervisor does not accept them: the limit stands, and silence may follow at once if it is over."""
    case, report, by = _open_report(report_id, by)
    _answered(case, report, ReportState.REJECTED, answer, by)
    return report


@transaction.atomic
def resume_report(
    report_id: int, *, by: Actor, reason: str = "", at: dt.datetime | None = None
) -> SpecialReport:
    """The special circumstances are over (before their day, or at it): the task's clocks go on.

    By the department itself, a supervisor, or the system at the end of the pause. Saying it twice changes
    nothing. Raises NotAllowed, WrongState for a report without a pause.
    """
    found = SpecialReport.objects.get(pk=report_id)
    case, task = lock(found.task_id)
    report = SpecialReport.objects.select_for_update(of=("self",)).get(pk=report_id)
    if by != SYSTEM:
        by = _may_resume(case, task, by)
    if report.remedy != ReportRemedy.PAUSE:
        raise WrongState(_("这份报备没有中止计时"))
    if report.resumed_at is not None:
        return report
    report.resumed_at = at or now()
    report.save(update_fields=["resumed_at"])
    clocks.cancel(report, Kind.REPORT_PAUSE, reason or _("恢复计时"), by=by)
    if task.state in LIVE:
        for clock in running_clocks(task):
            if clock.pauses.filter(ground=Ground.REPORT, ends_at=None).exists():
                clocks.resume(clock, Ground.REPORT, by, at=at)
        refresh_due(task)
    _tell("routing.report_resumed", case, task, by, reason, {})
    return report


def pause_over(clock: Clock) -> None:
    """The day to which a pause was granted has passed: the clocks go on from its end."""
    resume_report(int(clock.subject_id), by=SYSTEM, at=clock.due_at)


def _open_report(report_id: int, by: Officer) -> tuple[Application, SpecialReport, Officer]:
    found = SpecialReport.objects.filter(pk=report_id).values_list("task_id", flat=True).first()
    if found is None:
        raise WrongState(_("没有这份报备"))
    case, task = lock(found)
    report = SpecialReport.objects.select_for_update(of=("self",)).get(pk=report_id)  # again, under the lock
    report.task = task
    post = require(
        by.post_for(Role.SUPERVISOR, jurisdiction=case.jurisdiction_id), _("只有督查员可以答复特殊情况报备")
    )
    if report.state != ReportState.OPEN:
        raise WrongState(_("这份报备已经答复"))
    return case, report, by.acting_as(post)


def _answered(case: Application, report: SpecialReport, state: str, answer: str, by: Officer) -> None:
    report.state, report.answer = state, answer
    report.answered_by_id, report.answered_at = by.user_id, now()
    report.save()
    # Held while the answer was awaited: look again at once.
    pks = [clock.pk for clock in running_clocks(report.task)]
    Clock.objects.filter(pk__in=pks).update(retry_at=None, last_error="")
    refresh_due(report.task)
    data = {"days": report.granted_days or report.days, "remedy": report.remedy, "until": report.paused_until}
    _tell(f"routing.report_{state}", case, report.task, by, answer, data)


def _may_resume(case: Application, task: Task, by: Actor) -> Officer:
    officer = require(by if isinstance(by, Officer) else None, _("无权恢复计时"))
    if post := officer.post_for(Role.SUPERVISOR, jurisdiction=case.jurisdiction_id):
        return officer.acting_as(post)
    return as_reviewer(officer, task, case)


def _tell(what: str, case: Application, task: Task, by: Actor, reason: str, data: dict[str, Any]) -> None:
    record(
        what,
        subject=task,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        reason=reason,
        data={"department": task.department.name, **data},
    )

"""缺席、超时默认 (S0 §18): when a consulted department says nothing in time.

Silence stands for a department's opinion only, never for the decision. The responsibility stays with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.actors import SYSTEM
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.errors import Invalid, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.trail.queries import of_subject
from hall.trail.services import record

from ..choices import ReportState, SilenceGround
from ..models import EvidencePack, SpecialReport, Task
from .dispatching import advance, stop_clocks
from .dues import refresh_due
from .guards import as_reviewer, lock, must_be_live


def may_fall_silent(case: Application, task: Task) -> bool:
    """Does the published step allow it, is the place's switch on, and has nothing been reported?"""
    return (
        task.may_be_silent
        and not task.decides
        and case.jurisdiction.policies.silent_consent
        and not task.reports.filter(state=ReportState.OPEN).exists()
    )


@transaction.atomic
def deem_consented(
    task_id: UUID | str, *, ground: str, clock: Clock, more: Mapping[str, Any] | None = None
) -> EvidencePack:
    """Let the system answer for a silent department, with its evidence, and let the case go on.

    `more` joins the evidence: what besides the clock proves the silence (who came to a joint session).

    Raises WrongState if silence is not allowed here (any more).
    """
    case, task = lock(task_id)
    must_be_live(task)
    if not may_fall_silent(case, task):
        raise WrongState(_("这项任务不能默认同意"))
    evidence = {**_evidence(case, task, ground, clock), **(more or {})}
    text = json.dumps(evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    pack = EvidencePack.objects.create(
        task=task,
        ground=ground,
        data=evidence,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        made_at=now(),
    )
    stop_clocks(task, reason=_("默认同意"))
    before = task.state
    task.fall_silent()
    task.finished_at, task.due_at = now(), None
    task.save()
    record(
        "routing.deemed_consented",
        subject=task,
        by=SYSTEM,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        from_state=before,
        to_state=task.state,
        reason=task.step.silent_basis,
        data={"department": task.department.name, "ground": ground, "evidence": pack.sha256},
    )
    advance(case)
    return pack


@transaction.atomic
def mark_overdue(task_id: UUID | str, *, clock: Clock) -> None:
    """The limit is over and silence is no answer here: the task stays, supervision reads the event."""
    case, task = lock(task_id)
    refresh_due(task)
    if task.due_at is None:
        task.due_at = clock.due_at  # an overdue task stays at the top of the queue
        task.save(update_fields=["due_at"])
    record(
        "routing.task_overdue",
        subject=task,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"department": task.department.name, "clock": clock.kind},
    )


@transaction.atomic
def file_report(task_id: UUID | str, *, reason: str, days: int, by: Officer) -> SpecialReport:
    """特殊情况报备: tell why no opinion can be given in time, and ask for `days` working days more.

    While a report is open the task does not fall silent. Raises Invalid, WrongState.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    if not reason.strip() or not 1 <= days <= 10:
        raise Invalid(_("请写明特殊情况，申请延长1至10个工作日"), fields={"reason": [_("请写明特殊情况")]})
    if task.reports.filter(state=ReportState.OPEN).exists():
        raise WrongState(_("已有一份报备在等待答复"))
    report = SpecialReport.objects.create(
        task=task, reason=reason, days=days, filed_by_id=by.user_id, filed_at=now()
    )
    _tell("routing.report_filed", case, task, by, reason, {"days": days})
    return report


def grant_report(report_id: int, *, answer: str, by: Officer) -> SpecialReport:
    """A supervisor accepts the special circumstances: the limit grows by the days asked for."""
    return _answer(report_id, ReportState.GRANTED, answer, by)


def reject_report(report_id: int, *, answer: str, by: Officer) -> SpecialReport:
    """A supervisor does not accept them: the limit stands, and silence may follow."""
    return _answer(report_id, ReportState.REJECTED, answer, by)


@transaction.atomic
def _answer(report_id: int, state: str, answer: str, by: Officer) -> SpecialReport:
    case, task = lock(SpecialReport.objects.get(pk=report_id).task_id)
    report = SpecialReport.objects.select_for_update().get(pk=report_id)  # read again under the lock
    post = require(
        by.post_for(Role.SUPERVISOR, jurisdiction=case.jurisdiction_id), _("只有督查员可以答复特殊情况报备")
    )
    if report.state != ReportState.OPEN:
        raise WrongState(_("这份报备已经答复"))
    report.state, report.answer = state, answer
    report.answered_by_id, report.answered_at = by.user_id, now()
    report.save()
    acting = by.acting_as(post)
    if state == ReportState.GRANTED:
        clock = clock_queries.running(task, Kind.TASK_OPINION)
        if clock:
            clocks.extend(clock, Limit(report.days, Unit.WORKING_DAY), reason=report.reason, by=acting)
            refresh_due(task)
    _tell(f"routing.report_{state}", case, task, acting, answer, {"days": report.days})
    return report


def _evidence(case: Application, task: Task, ground: str, clock: Clock) -> dict[str, Any]:
    return {
        "case": case.number,
        "matter": case.matter.name,
        "department": task.department.name,
        "step": task.get_kind_display(),
        "basis": task.step.silent_basis,
        "ground": str(SilenceGround(ground).label),
        "opened_at": task.opened_at.isoformat(),
        "received_at": task.received_at.isoformat() if task.received_at else None,
        "clock": clock_queries.evidence(clock),
        "read_by": _readers(task),
        "reports": [
            {"reason": r.reason, "filed_at": r.filed_at.isoformat(), "state": r.state}
            for r in task.reports.order_by("pk")
        ],
    }


def _readers(task: Task) -> list[dict[str, str]]:
    """Who of the department had opened the task, and when (from the journal)."""
    seen = of_subject(task).filter(what="routing.task_opened_by_reviewer")
    return [{"name": event.actor_name, "at": event.at.isoformat()} for event in seen]


def _tell(what: str, case: Application, task: Task, by: Officer, reason: str, data: dict[str, Any]) -> None:
    record(
        what,
        subject=task,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        reason=reason,
        data={"department": task.department.name, **data},
    )

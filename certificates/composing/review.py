"""Papers about the departments' work: the review summary, and the proof of each silence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from applications.models import Application
from hall.clocks.choices import Kind
from routing.choices import OpinionVerdict, TaskState
from routing.models import EvidencePack, Opinion, Task

from ..workshop import contexts
from . import parts
from .parts import Frame

_FINISHED = (TaskState.DONE, TaskState.DEEMED)


def review_summary(case: Application, frame: Frame) -> contexts.ReviewSummary:
    """审核情况汇总表. A deemed consent stands here with its ground, its basis and who answers for it."""
    tasks = (
        case.tasks.filter(state__in=_FINISHED)
        .select_related("department", "step", "evidence", "assignee")
        .prefetch_related("opinions__given_by")
        .order_by("stage", "step__order", "opened_at")
    )
    decision = case.decision
    outcome = (
        f"{case.get_outcome_display()}。{decision.reasons}"
        if decision.reasons
        else case.get_outcome_display()
    )
    return contexts.ReviewSummary(
        **parts.of_case(case, frame),
        accepted_on=parts.local(case.accepted_at),
        opinions=tuple(_line(case, task) for task in tasks if not task.decides),
        statutory=parts.due(parts.clock_of(case, Kind.STATUTORY)),
        promised=parts.due(parts.clock_of(case, Kind.PROMISED)),
        decision=str(outcome),
        decided_on=parts.local(decision.decided_at),
        decided_by=f"{decision.department.name}　{decision.decided_by.name}",
    )


def _line(case: Application, task: Task) -> contexts.OpinionLine:
    silent = task.state == TaskState.DEEMED
    said = [each for each in task.opinions.all() if each.verdict != OpinionVerdict.NOT_OURS]
    opinion = next((each for each in said if not each.late), None)
    late = [each for each in task.opinions.all() if each.late]
    return contexts.OpinionLine(
        stage=f"第{task.stage}阶段",
        department=task.department.name,
        task=str(task.get_kind_display()),
        received_at=_local(task.received_at),
        due_at=_local(_due(task)),
        verdict="视为同意" if silent else _verdict(opinion),
        reasons=_reasons(opinion, late),
        reviewer=opinion.given_by.name if opinion else "",
        given_at=_local(task.finished_at),
        deemed=silent,
        ground=str(task.evidence.get_ground_display()) if silent else "",
        basis=task.step.silent_basis if silent else "",
    )


def _due(task: Task) -> dt.datetime | None:
    clock = parts.clock_on(task, Kind.TASK_OPINION) or parts.clock_on(task, Kind.TASK_RECEIPT)
    return clock.due_at if clock else None


def _verdict(opinion: Opinion | None) -> str:
    return str(OpinionVerdict(opinion.verdict).label) if opinion else "—"


def _reasons(opinion: Opinion | None, late: list[Opinion]) -> str:
    said = [text for text in (opinion.conditions, opinion.reasons) if text] if opinion else []
    said += [f"逾期后提出异议：{each.reasons}" for each in late]
    return "；".join(parts.sentence(text) for text in said)


def silence_evidence(case: Application, frame: Frame) -> contexts.DeemedConsentRecord:
    """超时默认同意认定书; the key is the task. All comes from the evidence pack as it was stored."""
    pack = EvidencePack.objects.select_related("task__department", "task__step").get(
        task_id=frame.key, task__case=case
    )
    task, clock = pack.task, pack.data.get("clock") or {}
    return contexts.DeemedConsentRecord(
        **parts.of_case(case, frame),
        department=task.department.name,
        task=str(task.get_kind_display()),
        ground=str(pack.get_ground_display()),
        basis=task.step.silent_basis,
        dispatched_at=timezone.localtime(task.opened_at),
        due_at=_moment(clock.get("due_at")) or timezone.localtime(pack.made_at),
        deemed_at=timezone.localtime(pack.made_at),
        explanation=tuple(
            contexts.Field(label=day.get("day", ""), value=day.get("why", ""))
            for day in clock.get("days", ())
        ),
        warnings=tuple(
            contexts.SentWarning(sent_at=sent, to=_warned(task), remaining=str(warning.get("before", "")))
            for warning in clock.get("warnings", ())
            if (sent := _moment(warning.get("sent")))
        ),
        absent=_readers(pack.data),
    )


def _warned(task: Task) -> str:
    return task.assignee.name if task.assignee else f"{task.department.name}审查员"


def _readers(data: dict[str, Any]) -> str:
    """Who had opened the task; of a joint session, who came and who did not."""
    if session := data.get("session"):
        came = "、".join(each["department"] for each in session.get("present", ())) or "无"
        absent = "、".join(session.get("absent", ()))
        starts = f"{_moment(session['starts_at']):%Y-%m-%d %H:%M}"
        return f"{session['title']}（{starts}）到会：{came}；缺席：{absent}"
    readers = [f"{each['name']}（{_moment(each['at']):%Y-%m-%d %H:%M}）" for each in data.get("read_by", ())]
    return f"已打开该任务：{'、'.join(readers)}" if readers else "期限内无人打开该任务"


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return timezone.localtime(moment) if moment else None


def _moment(text: str | None) -> dt.datetime | None:
    return _local(parse_datetime(text)) if text else None

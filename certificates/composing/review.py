"""Papers about the departments' work: the review summary, and the proof of each silence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from applications.models import Application
from hall.clocks.choices import Kind
from hall.prepared import Prepared
from routing.choices import OpinionVerdict, ReportState, TaskState
from routing.models import (
    Decision,
    EvidencePack,
    Opinion,
    Task,
    Treatment,
)
from routing.querysets import tasks_of
from routing.services.consolidating import latest

from ..choices import PaperKind
from ..models import Paper
from ..workshop import contexts
from . import parts
from .parts import Frame

_FINISHED = (TaskState.DONE, TaskState.DEEMED)


def review_summary(case: Application, frame: Frame) -> contexts.ReviewSummary:
    """审核情况汇总表. A deemed consent stands here with its ground, its basis and who answers for it."""
    tasks = [task for task in tasks_of.all(case.pk) if task.state in _FINISHED]
    said: dict[UUID, list[Opinion]] = defaultdict(list)
    for opinion in _opinions_of.all(case.pk):
        said[opinion.task_id].append(opinion)
    decision = _decision_of.all(case.pk)[0]
    last = latest(decision.task)
    treated = {each.opinion_id: each for each in last.treatments.all()} if last else {}
    outcome = (
        f"{case.get_outcome_display()}。{decision.reasons}"
        if decision.reasons
        else case.get_outcome_display()
    )
    return contexts.ReviewSummary(
        **parts.of_case(case, frame),
        accepted_on=parts.local(case.accepted_at),
        opinions=tuple(
            _line(case, task, said[task.pk], treated)
            for task in tasks
            if not task.decides and not task.countersigns
        ),
        consolidation=last.text if last else "",
        consolidated_by=_signed(last.written_by.name, last.on_behalf, last.written_at) if last else "",
        countersigned=_countersignatures(case),
        statutory=parts.due(parts.clock_of(case, Kind.STATUTORY)),
        promised=parts.due(parts.clock_of(case, Kind.PROMISED)),
        decision=str(outcome),
        decided_on=parts.local(decision.decided_at),
        decided_by=f"{decision.department.name}　{_decider(decision)}",
    )


_opinions_of: Prepared[Opinion] = Prepared(
    lambda case_id: (
        Opinion.objects.filter(task__case=case_id).select_related("given_by").order_by("task_id", "pk")
    ),
    UUID,
)
_decision_of: Prepared[Decision] = Prepared(
    lambda case_id: Decision.objects.filter(case=case_id).select_related(
        "task", "department", "decided_by", "delegation__head"
    ),
    UUID,
)


def _signed(name: str, on_behalf: str, at: dt.datetime) -> str:
    deputy = f"（代{on_behalf}）" if on_behalf else ""
    return f"{name}{deputy}　{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _decider(decision: Decision) -> str:
    if given := decision.delegation:
        return f"{decision.decided_by.name}（受{given.head.name}委托审批，依据{given.basis}）"
    return f"{decision.decided_by.name}{f'（代{decision.on_behalf}）' if decision.on_behalf else ''}"


def _countersignatures(case: Application) -> tuple[str, ...]:
    """Who signed the text of the decision with the deciding organ."""
    return tuple(
        f"{each.department.name}　{_signed(each.given_by.name, each.on_behalf, each.given_at)}"
        for each in parts.signed_with(case)
    )


def _treatment(opinions: list[Opinion], treated: Mapping[int, Treatment]) -> str:
    """What the lead department made of a department's condition or objection."""
    said = [treated[each.pk] for each in opinions if each.pk in treated]
    return "；".join("采纳" if each.adopted else f"不采纳：{parts.sentence(each.reason)}" for each in said)


def _line(
    case: Application, task: Task, signed: Sequence[Opinion], treated: Mapping[int, Treatment]
) -> contexts.OpinionLine:
    silent = task.state == TaskState.DEEMED
    said = [each for each in signed if each.verdict != OpinionVerdict.NOT_OURS]
    opinion = next((each for each in said if not each.late), None)
    late = [each for each in signed if each.late]
    return contexts.OpinionLine(
        stage=f"第{task.stage}阶段",
        department=task.department.name,
        task=str(task.get_kind_display()),
        received_at=_local(task.received_at),
        due_at=_local(_due(task)),
        verdict="视为同意" if silent else _verdict(opinion),
        reasons=_reasons(opinion),
        reviewer=_reviewer(opinion),
        given_at=_local(task.finished_at),
        deemed=silent,
        ground=str(task.evidence.get_ground_display()) if silent else "",
        basis=task.step.silent_basis if silent else "",
        proof=_proof(case, task.evidence) if silent else "",
        objections=tuple(_objection(each, treated.get(each.pk)) for each in late),
        treatment=_treatment([each for each in said if not each.late], treated),
    )


def _reviewer(opinion: Opinion | None) -> str:
    if opinion is None:
        return ""
    return f"{opinion.given_by.name}（代{opinion.on_behalf}）" if opinion.on_behalf else opinion.given_by.name


def _due(task: Task) -> dt.datetime | None:
    clock = parts.clock_on(task, Kind.TASK_OPINION) or parts.clock_on(task, Kind.TASK_RECEIPT)
    return clock.due_at if clock else None


def _verdict(opinion: Opinion | None) -> str:
    return str(OpinionVerdict(opinion.verdict).label) if opinion else "—"


def _reasons(opinion: Opinion | None) -> str:
    said = [text for text in (opinion.conditions, opinion.reasons) if text] if opinion else []
    return "；".join(parts.sentence(text) for text in said)


def _objection(opinion: Opinion, treatment: Treatment | None) -> str:
    """What was objected after silence, and what the lead department made of it."""
    told = f"默认同意后提出异议：{parts.sentence(opinion.reasons)}（{opinion.legal_basis}）。"
    if treatment is None:
        return f"{told}决定以后提出，未在汇总时研究"
    adopted = "采纳" if treatment.adopted else "不采纳"
    why = f"，{parts.sentence(treatment.reason)}" if treatment.reason else ""
    return f"{told}牵头部门研究：{adopted}{why}"


def _proof(case: Application, pack: EvidencePack) -> str:
    paper = Paper.objects.filter(case=case, kind=PaperKind.SILENCE_EVIDENCE, key=str(pack.task_id)).first()
    number = f"{paper.number}，" if paper and paper.number else ""
    return f"证据：{number}SHA-256 {pack.sha256}"


def silence_evidence(case: Application, frame: Frame) -> contexts.DeemedConsentRecord:
    """超时默认同意认定书; the key is the task. All comes from the evidence pack as it was stored."""
    pack = EvidencePack.objects.select_related("task__department", "task__step").get(
        task_id=frame.key, task__case=case
    )
    task, data = pack.task, pack.data
    clock = data.get("clock") or {}
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
        warnings=tuple(_warnings(data)),
        absent=_readers(data),
        sha256=pack.sha256,
        data_url=parts.address("routing:silence_evidence", task.pk),
        reports=tuple(_report(each) for each in data.get("reports", ())),
        session=tuple(_session(data.get("session"))),
        supervised=_supervised(data.get("supervised")),
    )


def _warnings(data: dict[str, Any]) -> Iterator[contexts.SentWarning]:
    """One line for each person who was told, with the proof that it reached them."""
    for warning in data.get("warnings", ()):
        if not (sent := _moment(warning.get("sent"))):
            continue
        for person in warning.get("to", ()):
            yield contexts.SentWarning(
                sent_at=sent,
                to=f"{person.get('role', '')} {person.get('name', '')}".strip(),
                remaining=warning.get("before", ""),
                delivered_at=_moment(person.get("delivered")),
                read_at=_moment(person.get("read")),
            )


def _report(report: dict[str, Any]) -> contexts.Field:
    filed = _moment(report.get("filed_at"))
    state = ReportState(report["state"]).label if report.get("state") in ReportState.values else ""
    answer = f"{state}。{report.get('answer') or ''}"
    label = f"{filed:%Y-%m-%d %H:%M}" if filed else ""
    return contexts.Field(label=label, value=f"{parts.sentence(report.get('reason', ''))}；答复：{answer}")


def _session(session: dict[str, Any] | None) -> Iterator[contexts.Field]:
    """The joint session that the department did not come to: who was there, who was not."""
    if not session:
        return
    starts_at = _moment(session.get("starts_at"))
    when = f"{starts_at:%Y-%m-%d %H:%M}　" if starts_at else ""
    yield contexts.Field(label="会议", value=f"{when}{session.get('title', '')}　{session.get('venue', '')}")
    present = "、".join(f"{each['department']}{each.get('name', '')}" for each in session.get("present", ()))
    yield contexts.Field(label="到会", value=present or "无")
    yield contexts.Field(label="缺席", value="、".join(session.get("absent", ())) or "无")
    told: dict[str, list[str]] = {}
    for each in session.get("notices", ()):
        read = _moment(each.get("read_at"))
        seen = f"{read:%Y-%m-%d %H:%M}阅读" if read else "未读"
        if sent := _moment(each.get("sent_at")):
            words = f"{sent:%Y-%m-%d %H:%M}送达{each.get('to', '')}，{seen}"
            told.setdefault(each.get("department", ""), []).append(words)
    for department, notices in told.items():
        yield contexts.Field(label="通知", value=f"{department}：{'；'.join(notices)}")


def _supervised(told: dict[str, Any] | None) -> str:
    if not told:
        return ""
    at = _moment(told.get("released_at"))
    when = f"{at:%Y-%m-%d %H:%M}" if at else ""
    who, why = told.get("released_by", ""), told.get("reason", "")
    return f"{told.get('cause', '')}同时默认的件数过多，督查员{who}{when}放行：{why}"


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

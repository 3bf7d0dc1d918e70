"""Papers of joint sessions, one for each case on the agenda: nobody's file tells of another's case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from applications.models import Application
from routing.choices import OpinionVerdict, SessionKind, SessionState, TaskState
from routing.models import BroughtTask, Convened, JointSession

from ..workshop import contexts
from . import parts
from .parts import Frame

_ON_SITE = (SessionKind.SURVEY, SessionKind.ACCEPTANCE)


def noticed(case: Application) -> Iterator[str]:
    """Sessions that were noticed; moved to another day, they are noticed anew."""
    for session in _of(case).filter(state__in=[SessionState.NOTICED, SessionState.HELD]):
        yield f"{session.pk}@{session.sequence}"


def notice_day(case: Application, key: str) -> dt.date:
    return parts.local(_session(case, key).noticed_at)


def notice(case: Application, frame: Frame) -> contexts.SessionNotice:
    """会议通知."""
    session = _session(case, frame.key)
    policies = case.jurisdiction.policies
    return contexts.SessionNotice(
        **parts.of_case(case, frame),
        session=str(session.get_kind_display()),
        name=session.title,
        starts_at=timezone.localtime(session.starts_at),
        ends_at=timezone.localtime(session.ends_at),
        sign_in_until=timezone.localtime(session.sign_in_until),
        venue=session.venue,
        convenor=session.convenor.name,
        chair=session.chair.name,
        departments=tuple(row.department.name for row in _rows(session)),
        moved=session.reason if session.sequence else "",
        silence=policies.silent_consent_basis if policies.silent_consent else "",
    )


def held(case: Application) -> Iterator[str]:
    """Sessions that were closed with their minutes."""
    for session in _of(case).filter(state=SessionState.HELD):
        yield str(session.pk)


def held_day(case: Application, key: str) -> dt.date:
    return parts.local(_session(case, key).ended_at)


def minutes(case: Application, frame: Frame) -> contexts.SessionMinutes:
    """纪要 or 记录, with what concerns this case."""
    session = _session(case, frame.key)
    item = session.agenda.get(case=case)
    return contexts.SessionMinutes(
        **parts.of_case(case, frame),
        session=str(session.get_kind_display()),
        on_site=session.kind in _ON_SITE,
        name=session.title,
        starts_at=timezone.localtime(session.starts_at),
        ended_at=timezone.localtime(session.ended_at),
        venue=session.venue,
        convenor=session.convenor.name,
        chair=session.chair.name,
        attendance=tuple(_line(row, case) for row in _rows(session)),
        minutes=session.minutes,
        conclusion=item.conclusion,
        summary=session.summary,
    )


def _line(row: Convened, case: Application) -> contexts.AttendanceLine:
    brought = next((each for each in row.brought.all() if each.item.case_id == case.pk), None)
    verdict, said, deemed = _said(brought)
    return contexts.AttendanceLine(
        department=row.department.name,
        attendance=str(row.get_attendance_display()),
        name=row.signed_in_by.name if row.signed_in_by else "",
        signed_in_at=timezone.localtime(row.signed_in_at) if row.signed_in_at else None,
        verdict=verdict,
        said=said,
        deemed=deemed,
    )


def _said(brought: BroughtTask | None) -> tuple[str, str, bool]:
    if brought is None:
        return "", "", False
    if brought.task.state == TaskState.DEEMED:
        return "视为同意", str(brought.task.evidence.get_ground_display()), True
    opinion = next((each for each in brought.task.opinions.all() if not each.late), None)
    if opinion is None:
        return "会上未发表意见", "", False
    said = "；".join(parts.sentence(text) for text in (opinion.conditions, opinion.reasons) if text)
    return str(OpinionVerdict(opinion.verdict).label), said, False


def _of(case: Application) -> QuerySet[JointSession]:
    return JointSession.objects.filter(agenda__case=case).order_by("starts_at")


def _session(case: Application, key: str) -> JointSession:
    return _of(case).select_related("convenor", "chair").get(pk=key.partition("@")[0])


def _rows(session: JointSession) -> QuerySet[Convened]:
    rows = session.convened.select_related("department", "signed_in_by").order_by("pk")
    return rows.prefetch_related("brought__item", "brought__task__evidence", "brought__task__opinions")

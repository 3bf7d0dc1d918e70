"""Reading joint sessions: the list, the calendar, one session as its page shows it."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone

from applications.models import Application
from hall.calendars.queries import table_for
from hall.calendars.workdays import ONE_DAY, SHANGHAI
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.officers import Officer

from .choices import LIVE, OVER, Attendance, SessionState
from .models import AgendaItem, BroughtTask, Convened, JointSession, Task
from .services.attendance import OPENS_BEFORE
from .services.session_parts import may_call, runs

SHOWN = 200  # sessions of one view; a place has a few a day


@dataclass
class Day:
    """One day of the calendar, with what is held on it."""

    date: dt.date
    nature: str
    inside: bool  # in the month that is shown
    is_today: bool
    sessions: list[JointSession] = field(default_factory=list)


@dataclass
class Sheet:
    """A month or a week: its days by weeks, and where the neighbours begin."""

    first: dt.date
    last: dt.date
    weeks: list[list[Day]]
    previous: dt.date
    next: dt.date

    @property
    def count(self) -> int:
        """How many sessions it shows."""
        return sum(len(day.sessions) for week in self.weeks for day in week)


def listed(sessions: QuerySet[JointSession]) -> QuerySet[JointSession]:
    """What a row of a list shows, without a question for each row."""
    return (
        sessions.select_related("convenor", "chair", "jurisdiction", "hall")
        .annotate(cases=Count("agenda", distinct=True))
        .prefetch_related(Prefetch("convened", Convened.objects.select_related("department").order_by("pk")))
    )


def coming(officer: Officer) -> list[JointSession]:
    """Sessions that are not over, nearest first."""
    mine = JointSession.objects.visible_to(officer).exclude(state__in=OVER)
    return list(listed(mine).order_by("starts_at", "pk")[:SHOWN])


def past(officer: Officer) -> QuerySet[JointSession]:
    """Sessions that were held or called off."""
    return listed(JointSession.objects.visible_to(officer).filter(state__in=OVER))


def month(officer: Officer, day: dt.date) -> Sheet:
    """The month of `day`, in whole weeks from Monday."""
    first = day.replace(day=1)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    begins, ends = first - first.weekday() * ONE_DAY, last + (6 - last.weekday()) * ONE_DAY
    weeks = _weeks(officer, begins, ends, day.month)
    return Sheet(first, last, weeks, (first - ONE_DAY).replace(day=1), last + ONE_DAY)


def week(officer: Officer, day: dt.date) -> Sheet:
    """The week of `day`, from Monday."""
    first = day - day.weekday() * ONE_DAY
    last = first + 6 * ONE_DAY
    return Sheet(first, last, _weeks(officer, first, last, None), first - 7 * ONE_DAY, last + ONE_DAY)


def _weeks(officer: Officer, begins: dt.date, ends: dt.date, month: int | None) -> list[list[Day]]:
    place = officer.jurisdiction
    table = table_for(place.pk if place else None)
    days = {}
    for n in range((ends - begins).days + 1):
        date = begins + n * ONE_DAY
        inside = month is None or date.month == month
        days[date] = Day(date, str(table.nature(date)), inside, date == today())
    for each in _between(officer, begins, ends):
        days[timezone.localdate(each.starts_at)].sessions.append(each)
    row = list(days.values())
    return [row[at : at + 7] for at in range(0, len(row), 7)]


def _between(officer: Officer, begins: dt.date, ends: dt.date) -> list[JointSession]:
    first = dt.datetime.combine(begins, dt.time.min, SHANGHAI)
    beyond = dt.datetime.combine(ends + ONE_DAY, dt.time.min, SHANGHAI)
    mine = JointSession.objects.visible_to(officer).filter(starts_at__gte=first, starts_at__lt=beyond)
    return list(listed(mine).order_by("starts_at", "pk")[:SHOWN])


def for_feed(officer: Officer) -> list[JointSession]:
    """What the officer's own calendar shows: a month back, a year ahead, what was called off included."""
    begins, ends = today() - dt.timedelta(days=31), today() + dt.timedelta(days=366)
    return [each for each in _between(officer, begins, ends) if each.state != SessionState.PLANNED]


def of_case(case_id: UUID) -> list[JointSession]:
    """Sessions on whose agenda a case stands or stood, newest first."""
    found = JointSession.objects.filter(agenda__case=case_id).distinct()
    return list(listed(found).order_by("-starts_at", "pk"))


# -- one session ----------------------------------------------------------------------------------------


def page_of(session: JointSession, officer: Officer) -> dict[str, Any]:
    """Everything that the page of one session shows."""
    convened = list(
        session.convened.select_related("department", "signed_in_by").prefetch_related(
            "notices__notice__user", "brought"
        )
    )
    theirs = set(officer.departments(Role.REVIEWER, Role.HEAD))
    mine = [row for row in convened if row.department_id in theirs]
    moment = now()
    begun = session.state == SessionState.NOTICED and moment >= session.starts_at
    brought = _brought(session)
    clocks = _clocks_of(convened)
    return {
        "session": session,
        "convened": [_with_notices(row, session.sequence, clocks.get(row.pk)) for row in convened],
        "agenda": _agenda(session, brought),
        "mine": mine,
        "begun": begun,
        "runs": runs(officer, session),
        "over": session.state in OVER,
        "may_sign_in": session.state == SessionState.NOTICED
        and moment >= session.starts_at - OPENS_BEFORE
        and any(not row.came for row in mine),
        "to_speak": [
            each
            for each in brought
            if begun
            and each.task.state in LIVE
            and any(row.pk == each.convened_id and row.came for row in mine)
        ],
        "waiting": [row for row in convened if row.attendance == Attendance.EXPECTED],
    }


def _brought(session: JointSession) -> list[BroughtTask]:
    found = BroughtTask.objects.filter(item__session=session).select_related(
        "item__case__version__matter", "convened__department", "task__step", "task__evidence"
    )
    return list(found.prefetch_related("task__opinions__given_by").order_by("item__order", "pk"))


def _agenda(session: JointSession, brought: Iterable[BroughtTask]) -> list[dict[str, Any]]:
    """Each case with what its departments have said so far."""
    items = session.agenda.select_related("case__version__matter", "case__person", "case__enterprise")
    lines: dict[int, dict[str, Any]] = {item.pk: {"item": item, "said": []} for item in items}
    for each in brought:
        opinion = next((one for one in each.task.opinions.all() if not one.late), None)
        lines[each.item_id]["said"].append({"brought": each, "task": each.task, "opinion": opinion})
    return list(lines.values())


def _clocks_of(convened: Iterable[Convened]) -> dict[int, int]:
    """For each convened department the clock of its last notice, whose page says how its time was counted."""
    rows = {str(row.pk): row.pk for row in convened}
    found = Clock.objects.filter(
        subject_type=Convened._meta.label_lower, subject_id__in=rows, kind=Kind.SESSION_ATTENDANCE
    ).order_by("pk")
    return {rows[subject]: pk for subject, pk in found.values_list("subject_id", "pk")}


def _with_notices(row: Convened, sequence: int, clock: int | None) -> dict[str, Any]:
    """A convened department with the proof of its last notice."""
    sent = [each.notice for each in row.notices.all() if each.sequence == sequence]
    return {
        "row": row,
        "clock": clock,
        "sent": len(sent),
        "read": sum(notice.read_at is not None for notice in sent),
        "readers": [notice for notice in sent if notice.read_at],
        "tasks": len(row.brought.all()),
    }


def departments_of(case: Application) -> list[Task]:
    """Who would be convened: the live tasks of the case that give opinions."""
    tasks = Task.objects.filter(case=case, state__in=LIVE, decides=False)
    return list(tasks.select_related("department", "step").order_by("step__order"))


def open_item(case_id: UUID) -> AgendaItem | None:
    """Where a case stands on the agenda of a session that is not over."""
    return AgendaItem.objects.filter(case=case_id, open=True).select_related("session").first()


def may_plan(officer: Officer, case: Application) -> bool:
    """May the officer call a session on this case, which has work and stands on no agenda yet?"""
    if not may_call(officer, case) or open_item(case.pk):
        return False
    return Task.objects.filter(case=case, state__in=LIVE).exists()

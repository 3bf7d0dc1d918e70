"""Reading silence: what will fall silent soon, and what is held back for a supervisor."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone

from hall.calendars.queries import table_for
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock, ClockWarning
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Department, Jurisdiction
from hall.organisation.officers import Officer

from .choices import LIVE, HeldVerdict, ReportRemedy, ReportState, SilenceGround, TaskState
from .models import HeldSilence, SilenceBatch, SpecialReport, Task
from .queries import with_remaining
from .querysets import URGENCY

SHOWN = 200  # rows of one list
DAYS = 5  # working days that the page of what will fall silent looks ahead


@dataclass(frozen=True)
class Falling:
    """One task that will be deemed to consent, on what ground, and how far it has been warned of."""

    task: Task
    ground: SilenceGround
    warned: ClockWarning | None  # the last warning sent
    told: int  # warnings sent
    reported: bool

    @property
    def day(self) -> dt.date:
        """The day on which it falls silent."""
        assert self.task.due_at is not None
        return timezone.localdate(self.task.due_at)


@dataclass
class OfDepartment:
    """What one department will let fall silent."""

    department: Department
    rows: list[Falling] = field(default_factory=list)


def of_departments(officer: Officer) -> list[OfDepartment]:
    """What will fall silent within five working days in the officer's own departments."""
    tasks = Task.objects.filter(department_id__in=officer.departments(Role.REVIEWER, Role.HEAD))
    return _falling(tasks, [officer.jurisdiction] if officer.jurisdiction else [])


def of_places(officer: Officer) -> list[OfDepartment]:
    """The same for every department of the places that the officer supervises; for a head, of their own."""
    watched = officer.places(Role.SUPERVISOR, Role.MANAGER)
    if not watched:
        return of_departments(officer)
    places = Jurisdiction.objects.filter(pk__in=watched)
    return _falling(Task.objects.filter(case__jurisdiction__in=watched), places)


def _falling(tasks: QuerySet[Task], places: Iterable[Jurisdiction]) -> list[OfDepartment]:
    found: dict[int, OfDepartment] = {}
    for place in places:
        if not place.policies.silent_consent:
            continue
        last = table_for(place.pk).add_working_days(today(), DAYS)
        horizon = timezone.make_aware(dt.datetime.combine(last, dt.time.max))
        rows = (
            tasks.filter(
                case__jurisdiction=place,
                state__in=LIVE,
                step__silent_consent=True,
                step__department=F("department"),
                due_at__lte=horizon,
            )
            .exclude(held_silences__verdict=HeldVerdict.WAITING)
            .select_related("case__version__matter", "case__jurisdiction", "department", "step", "assignee")
            .prefetch_related("reports")
            .order_by(*URGENCY)[:SHOWN]
        )
        listed = list(rows)
        clocks = _clocks_of([task.pk for task in listed])
        for task in listed:
            row = _row(task, clocks[str(task.pk)])
            found.setdefault(task.department_id, OfDepartment(task.department)).rows.append(row)
    return sorted(found.values(), key=lambda each: (each.department.order, each.department.code))


def _clocks_of(task_ids: Collection[UUID]) -> dict[str, list[Clock]]:
    """The running clocks of these tasks with their warnings, the nearest first. Two queries."""
    found: dict[str, list[Clock]] = defaultdict(list)
    running = Clock.objects.filter(
        subject_type=Task._meta.label_lower,
        subject_id__in=[str(pk) for pk in task_ids],
        state=ClockState.RUNNING,
    )
    for clock in running.prefetch_related("warnings").order_by("due_at"):
        found[clock.subject_id].append(clock)
    return found


def _row(task: Task, clocks: list[Clock]) -> Falling:
    with_remaining(task)
    clock = clocks[0] if clocks else None
    warnings = clock.warnings.all() if clock else ()
    sent = sorted((each.sent_at, each.pk, each) for each in warnings if each.sent_at)
    unread = clock is not None and clock.kind == Kind.TASK_RECEIPT and task.state == TaskState.OPEN
    return Falling(
        task=task,
        ground=SilenceGround.NOT_RECEIVED if unread else SilenceGround.NO_OPINION,
        warned=sent[-1][2] if sent else None,
        told=len(sent),
        reported=any(report.state == ReportState.OPEN for report in task.reports.all()),
    )


def waiting_batches(officer: Officer) -> list[SilenceBatch]:
    """Batches of the officer's places that wait for a supervisor, each with what is still to be looked at."""
    places = officer.places(Role.SUPERVISOR, Role.MANAGER)
    rows = (
        HeldSilence.objects.filter(verdict=HeldVerdict.WAITING, task__state__in=LIVE)
        .select_related("task__case__version__matter", "task__department", "task__assignee", "clock")
        .order_by("task__department__order", "due_at", "pk")
    )
    batches = (
        SilenceBatch.objects.filter(jurisdiction__in=places, closed_at=None)
        .select_related("jurisdiction", "outage")
        .prefetch_related(Prefetch("held", rows, to_attr="waiting"))
    )
    return [batch for batch in batches if batch.waiting]  # type: ignore[attr-defined]


def answered_batches(officer: Officer) -> QuerySet[HeldSilence]:
    """What was answered lately, newest first."""
    places = officer.places(Role.SUPERVISOR, Role.MANAGER)
    answered = HeldSilence.objects.filter(batch__jurisdiction__in=places).exclude(
        verdict__in=[HeldVerdict.WAITING, HeldVerdict.OVERTAKEN]
    )
    return answered.select_related("task__case__version__matter", "task__department", "answered_by").order_by(
        "-answered_at", "-pk"
    )[:20]


def waiting_silences(officer: Officer) -> int:
    """How many silences wait for this officer's word."""
    return HeldSilence.objects.filter(
        batch__jurisdiction__in=officer.places(Role.SUPERVISOR),
        verdict=HeldVerdict.WAITING,
        task__state__in=LIVE,
    ).count()


def paused_by_report(officer: Officer) -> QuerySet[SpecialReport]:
    """Reports of the officer's places on which a clock stands still, those that end first before others."""
    places = officer.places(Role.SUPERVISOR, Role.MANAGER)
    return (
        SpecialReport.objects.filter(
            task__case__jurisdiction__in=places,
            task__state__in=LIVE,
            state=ReportState.GRANTED,
            remedy=ReportRemedy.PAUSE,
            resumed_at=None,
        )
        .select_related("task__case__version__matter", "task__department", "filed_by")
        .order_by("paused_until", "pk")
    )

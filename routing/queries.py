"""Reading departments' work: the queue, the route of a case, what will fall silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.marks import marks_of
from applications.models import Application
from hall.calendars.queries import table_for
from hall.clocks.queries import remaining_until
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer

from .choices import LIVE, SentHow, TaskState
from .models import Delegation, Opinion, SpecialReport, Task
from .querysets import URGENCY
from .services.consolidating import owes_opinion

PAGE = 60


@dataclass
class Group:
    """One heading of the queue with its tasks."""

    code: str
    label: object
    tone: str
    tasks: list[Task] = field(default_factory=list)


@dataclass
class Queue:
    """A page of the queue: groups by urgency, and where the next page begins."""

    groups: list[Group]
    shown: int
    next_key: str


def queue(officer: Officer, *, mine: bool = False, after: str = "") -> Queue:
    """The officer's live tasks, most urgent first, grouped 超期 / 今日到期 / 三日内 / 其后.

    One index scan per department and page, whatever the table's size; `after` is the last row's key.
    """
    ids = _page_of_ids(officer, mine=mine, after=after)
    rows = (
        Task.objects.filter(pk__in=[pk for pk, _due in ids])
        .select_related(
            "case__version__matter", "case__jurisdiction", "case__project", "department", "assignee", "step"
        )
        .by_urgency()
    )
    tasks = [with_remaining(task) for task in rows]
    marks = marks_of([task.case for task in tasks])
    for task in tasks:
        task.marks = marks.get(task.case_id, [])
    groups = _grouped(tasks, officer.jurisdiction)
    last = f"{tasks[-1].due_at.isoformat()}|{tasks[-1].pk}" if len(tasks) == PAGE and tasks[-1].due_at else ""
    return Queue(groups, len(tasks), last)


def _page_of_ids(officer: Officer, *, mine: bool, after: str) -> list[tuple[UUID, dt.datetime]]:
    departments = sorted(set(officer.departments(Role.REVIEWER, Role.HEAD)))
    holders = [officer.user_id, *_stood_in_for(officer)] if mine else []
    parts: list[QuerySet] = []
    for department in departments:
        part: QuerySet = Task.objects.live().filter(department_id=department)
        if mine:
            part = part.filter(assignee_id__in=holders)
        if after:
            due, _bar, key = after.partition("|")
            part = part.extra(where=["(due_at, id) > (%s, %s)"], params=[due, key])
        ordered = part.order_by(*URGENCY)
        parts.append(ordered.values_list("pk", "due_at")[:PAGE])
    if not parts:
        return []
    if len(parts) == 1:
        return list(parts[0])
    merged: QuerySet = parts[0].union(*parts[1:], all=True)
    return list(merged.order_by(*URGENCY)[:PAGE])


def _stood_in_for(officer: Officer) -> list[int]:
    """In whose posts the officer works today (A/B 岗): their tasks are the officer's own."""
    return [post.deputises.user_id for post in officer.posts if post.deputises_id and post.deputises]


def counts(officer: Officer, cap: int = 1000) -> dict[str, int]:
    """How many live tasks the officer's departments have and how many are overdue, counted up to `cap`."""
    live = Task.objects.live().filter(department_id__in=officer.departments(Role.REVIEWER, Role.HEAD))
    return {
        "live": live.values("pk")[:cap].count(),
        "overdue": live.filter(due_at__lt=now()).values("pk")[:cap].count(),
    }


def with_remaining(task: Task) -> Task:
    """Add `remaining` (working days) and `spent` (percent of the time used) for the row's bar."""
    task.remaining = remaining_until(task.due_at, task.case.jurisdiction_id, task.case.hall_id)
    if task.due_at is None:
        task.spent = 0
    else:
        whole = (task.due_at - task.opened_at).total_seconds() or 1
        task.spent = max(0, min(100, round((now() - task.opened_at).total_seconds() / whole * 100)))
    return task


def _grouped(tasks: Sequence[Task], place: Jurisdiction | None) -> list[Group]:
    groups = {
        "overdue": Group("overdue", _("超期"), "danger"),
        "today": Group("today", _("今日到期"), "warn"),
        "soon": Group("soon", _("三日内"), "warn"),
        "later": Group("later", _("其后"), ""),
    }
    for task in tasks:
        groups[_urgency(task)].tasks.append(task)
    return [group for group in groups.values() if group.tasks]


def _urgency(task: Task) -> str:
    if task.due_at is None:
        return "later"
    if task.due_at < now():
        return "overdue"
    if timezone.localdate(task.due_at) == today() or task.remaining == 0:
        return "today"
    return "soon" if task.remaining is not None and task.remaining <= 3 else "later"


def opinions_of(case: Application) -> QuerySet[Opinion]:
    """All signed opinions of a case, late objections included, in the order of signing."""
    return (
        Opinion.objects.filter(task__case=case)
        .select_related("task__department", "given_by", "competent")
        .prefetch_related("rulings__to", "rulings__ruled_by")
        .order_by("given_at")
    )


def silent_of(case: Application) -> QuerySet[Task]:
    """Departments of this case that were deemed to consent."""
    return case.tasks.filter(state=TaskState.DEEMED).select_related("department", "evidence", "step")


def others_outstanding(task: Task) -> bool:
    """Does another department still owe an opinion before this task may decide?"""
    return owes_opinion(task.case, task)


def open_reports(officer: Officer) -> QuerySet[SpecialReport]:
    """特殊情况报备 that a supervisor of these places has to answer."""
    places = officer.places(Role.SUPERVISOR)
    return SpecialReport.objects.filter(state="open", task__case__jurisdiction__in=places).select_related(
        "task__case__version__matter", "task__department", "filed_by"
    )


def falling_silent(officer: Officer, days: int = 5) -> list[Task]:
    """Live tasks of the officer's departments that would be deemed to consent within `days` working days."""
    departments = officer.departments(Role.REVIEWER, Role.HEAD)
    place = officer.jurisdiction
    if not departments or place is None or not place.policies.silent_consent:
        return []
    last = table_for(place.pk).add_working_days(today(), days)
    horizon = timezone.make_aware(dt.datetime.combine(last, dt.time.max))
    tasks = Task.objects.filter(
        department_id__in=departments,
        state__in=LIVE,
        step__silent_consent=True,
        step__department=F("department"),
        due_at__lte=horizon,
    ).select_related("case__version__matter", "department", "step")
    return [with_remaining(task) for task in tasks.by_urgency()[:PAGE]]


def disputes(officer: Officer) -> QuerySet[Task]:
    """职责异议 that wait for this officer's ruling: of cases that the department leads, or of the place."""
    leads = officer.departments(Role.REVIEWER, Role.HEAD)
    places = officer.places(Role.MANAGER)
    mine = Q(case__version__department__in=leads) & ~Q(department=F("case__version__department"))
    found = Task.objects.filter(mine | Q(case__jurisdiction__in=places), state=TaskState.DISPUTED)
    related = ("case__version__matter", "department", "step")
    said = Prefetch("opinions", Opinion.objects.select_related("competent", "given_by"))
    return found.select_related(*related).prefetch_related(said).order_by("opened_at", "pk")


def may_recall_return(task: Task) -> bool:
    """Is it returned to the front, and has the front not sent it again?"""
    if task.state != TaskState.RETURNED:
        return False
    newer = Task.objects.filter(case=task.case_id, step=task.step_id, opened_at__gt=task.opened_at)
    return not newer.exists()


def recallable(case: Application, officer: Officer) -> list[Task]:
    """Tasks that this officer's office sent in place of another and that nobody has opened yet (撤回)."""
    sent = case.tasks.filter(state=TaskState.OPEN, read_at=None, assignee=None).exclude(
        sent_how=SentHow.ROUTE
    )
    at_front = officer.has(Role.CLERK, hall=case.hall_id)
    rules = officer.has(Role.MANAGER, jurisdiction=case.jurisdiction_id) or officer.has(
        Role.HEAD, Role.REVIEWER, department=case.version.department_id
    )
    return [
        task
        for task in sent.select_related("department", "sent_by")
        if (at_front if task.sent_how == SentHow.RESENT else rules)
    ]


def delegations(officer: Officer) -> QuerySet[Delegation]:
    """委托审批 of the officer's departments, the newest first."""
    mine = Delegation.objects.filter(department__in=officer.departments(Role.REVIEWER, Role.HEAD))
    return mine.select_related("department", "head", "officer", "revoked_by").prefetch_related("matters")

"""Warnings before a department falls silent: its reviewer, then its head, then the supervisor (DESIGN §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock, ClockWarning
from hall.notices.services import notify
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.queries import holders
from hall.people.models import User
from hall.prepared import Prepared
from hall.trail.services import record

from ..choices import LIVE
from ..models import Task
from ..querysets import task_with_case
from .evidence import WARNED, notice_key

STEPS = 3  # reviewer, head, supervisor
# On the last day itself, for limits too short for three warnings on days before it.
_ON_THE_LAST_DAY = (Limit(0), Limit(240, Unit.WORKING_MINUTE), Limit(120, Unit.WORKING_MINUTE))


def before_silence(limit: Limit, days: Sequence[int]) -> list[Limit]:
    """When to warn before a limit whose end is a silence: `days` working days before, three times at least.

    A limit of a day or two has its missing warnings on its last day; one in minutes at a half, a quarter
    and an eighth of its length.
    """
    if limit.unit == Unit.WORKING_MINUTE:
        parts = sorted({limit.value // part for part in (2, 4, 8)} - {0}, reverse=True)
        return [Limit(part, Unit.WORKING_MINUTE) for part in parts]
    inside = [Limit(day) for day in sorted(days, reverse=True) if _falls_inside(day, limit)]
    return inside + list(_ON_THE_LAST_DAY[: max(0, STEPS - len(inside))])


def _falls_inside(day: int, limit: Limit) -> bool:
    return limit.unit == Unit.MONTH or day < limit.value


def warn(clock: Clock, warning: ClockWarning) -> None:
    """Tell those whose turn it is that the task nears its end, and the journal whom."""
    task = task_with_case.first(clock.subject_id)
    if task is None or task.state not in LIVE:
        return
    told = []
    for role, user in _whose_turn(task, clock, warning):
        key = notice_key(warning, user.pk)
        notify(
            user=user,
            subject=_subject(task, warning),
            body=_body(task, clock),
            link=_link(task, role),
            case_id=task.case_id,
            once_key=key,
        )
        told.append({"key": key, "name": user.name, "role": str(Role(role).label)})
    if task.step.silent_consent:
        record(
            WARNED,
            subject=task,
            case_id=task.case_id,
            jurisdiction=task.case.jurisdiction_id,
            data={
                "department": task.department.name,
                "clock": clock.pk,
                "before": warning.limit.as_data(),
                "to": told,
            },
        )


def _whose_turn(task: Task, clock: Clock, warning: ClockWarning) -> Iterable[tuple[str, User]]:
    """At the last warning supervisor, head and reviewer; before it head and reviewer; else the reviewer."""
    nearer = sum(_sooner(other) < _sooner(warning) for other in clock.warnings.all())
    department, day = task.department_id, today()
    reviewers = [task.assignee] if task.assignee else _in_department.all(Role.REVIEWER, department, day)
    found: dict[int, tuple[str, User]] = {user.pk: (Role.REVIEWER, user) for user in reviewers}
    if nearer <= 1:
        for user in _in_department.all(Role.HEAD, department, day):
            found.setdefault(user.pk, (Role.HEAD, user))
    if nearer == 0:
        for user in _of_place.all(Role.SUPERVISOR, task.case.jurisdiction_id, day):
            found.setdefault(user.pk, (Role.SUPERVISOR, user))
    return found.values()


_in_department: Prepared[User] = Prepared(
    lambda role, department, day: holders(role, department=department, on=day), str, int, dt.date
)
_of_place: Prepared[User] = Prepared(
    lambda role, place, day: holders(role, jurisdiction=place, on=day), str, int, dt.date
)


def _sooner(warning: ClockWarning) -> tuple[int, int]:
    """Sorts warnings by how near the end they stand."""
    return (0 if warning.unit == Unit.WORKING_MINUTE else 1, warning.step)


def _subject(task: Task, warning: ClockWarning) -> str:
    if not warning.step:
        return _("今天到期：%(case)s") % {"case": task.case}
    return _("还有%(left)s：%(case)s") % {"left": warning.limit, "case": task.case}


def _body(task: Task, clock: Clock) -> str:
    words = {"department": task.department.name}
    nears = (
        _("%(department)s还没有签收，签收期限即将届满。") % words
        if clock.kind == Kind.TASK_RECEIPT
        else _("%(department)s的意见即将到期。") % words
    )
    silent = _("逾期将视为同意，责任由该部门承担。") if task.step.silent_consent else ""
    return nears + silent


def _link(task: Task, role: str) -> str:
    if role == Role.SUPERVISOR:
        return reverse("applications:case", args=[task.case_id])
    return reverse("routing:task", args=[task.pk])

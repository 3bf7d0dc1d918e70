"""Who may see which tasks, once, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from hall.errors import WrongState
from hall.organisation.choices import Role
from hall.prepared import Prepared

from .choices import LIVE

if TYPE_CHECKING:
    from hall.organisation.officers import Officer

    from .models import JointSession, Task


# Overdue first, then the nearest due date, then those whose clock is paused.
URGENCY = (F("due_at").asc(nulls_last=True), "pk")


class TaskQuerySet(models.QuerySet["Task"]):
    """The only way to read tasks."""

    def locked(self, task_id: UUID | str) -> Task:
        """The task, its row locked. Lock the case first when both are needed. Raises WrongState if none."""
        task = locked_task.first(task_id)
        if task is None:
            raise WrongState(_("没有这个任务"))
        return task

    def visible_to(self, officer: Officer) -> Self:
        """Tasks of the departments in which the officer holds a post today, deputies included.

        Supervisors and managers see the tasks of their places.
        """
        return self.filter(
            Q(department__in=officer.departments(Role.REVIEWER, Role.HEAD))
            | Q(case__jurisdiction__in=officer.places(Role.SUPERVISOR, Role.MANAGER))
        )

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def by_urgency(self) -> Self:
        """Overdue first, then the nearest due date; a stable order that keys can page through."""
        return self.order_by(*URGENCY)


class SessionQuerySet(models.QuerySet["JointSession"]):
    """The only way to read joint sessions."""

    def locked(self, session_id: UUID | str) -> JointSession:
        """The session, its row locked; before any of its cases. Raises WrongState if there is none."""
        rows = self.select_for_update(of=("self",)).select_related(
            "jurisdiction", "hall", "convenor", "chair"
        )
        session = rows.filter(pk=session_id).first()
        if session is None:
            raise WrongState(_("没有这场会议"))
        return session

    def visible_to(self, officer: Officer) -> Self:
        """Sessions to which the officer's departments are convened, which they convene or preside over.

        Supervisors and managers see the sessions of their places.
        """
        from .models import Convened

        departments = officer.departments(Role.REVIEWER, Role.HEAD)
        convened = Convened.objects.filter(session=models.OuterRef("pk"), department__in=departments)
        return self.filter(
            Q(convenor__in=departments)
            | models.Exists(convened)
            | Q(chair=officer.user_id)
            | Q(jurisdiction__in=officer.places(Role.SUPERVISOR, Role.MANAGER))
        )


def _locked(task_id: UUID) -> models.QuerySet[Task]:
    from .models import Task

    return (
        Task.objects.select_for_update(of=("self",)).select_related("step", "department").filter(pk=task_id)
    )


def _alone(task_id: UUID) -> models.QuerySet[Task]:
    from .models import Task

    return Task.objects.filter(pk=task_id)


def _with_case(task_id: UUID) -> models.QuerySet[Task]:
    from .models import Task

    return Task.objects.select_related("case__jurisdiction", "department", "step").filter(pk=task_id)


def _of_case(case_id: UUID) -> models.QuerySet[Task]:
    from .models import Task

    rows = Task.objects.select_related("step", "department", "evidence", "assignee")
    return rows.filter(case=case_id).order_by("stage", "step__order", "opened_at")


locked_task: Prepared[Task] = Prepared(_locked, UUID)
task_alone: Prepared[Task] = Prepared(_alone, UUID)  # every verb of a task asks for its case first
task_with_case: Prepared[Task] = Prepared(_with_case, UUID)  # what a clock on a task tells of
tasks_of: Prepared[Task] = Prepared(_of_case, UUID)  # all tasks of a case, on the way of it

"""What several verbs ask before they act."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from applications.models import Application
from hall.errors import Conflict, WrongState, require
from hall.organisation.choices import Role
from hall.organisation.officers import Officer

from ..choices import LIVE
from ..models import Task
from ..querysets import task_alone


def lock(task_id: UUID | str) -> tuple[Application, Task]:
    """Lock the case, then the task (always in this order). Raises WrongState if there is no such task."""
    found = task_alone.first(task_id)
    if found is None:
        raise WrongState(_("没有这个任务"))
    case = Application.objects.locked(found.case_id)
    return case, Task.objects.locked(task_id)


def as_reviewer(by: Officer, task: Task, case: Application, *roles: str) -> Officer:
    """`by`, acting in the post that entitles to this task. Raises NotAllowed.

    受办分离 (S3 二): whoever received a case can neither review nor decide it.
    """
    post = require(
        by.post_for(*(roles or (Role.REVIEWER, Role.HEAD)), department=task.department_id),
        _("您在%(department)s没有办理这项任务的岗位") % {"department": task.department.name},
    )
    require(case.received_by_id != by.user_id, _("收件人不得审查或者决定同一办件（受办分离）"))
    return by.acting_as(post)


def must_be_live(task: Task) -> None:
    """Raises WrongState once the task is over."""
    if task.state not in LIVE:
        raise WrongState(_("这项任务%(state)s，不能再办理") % {"state": task.get_state_display()})


def must_hold(task: Task, by: Officer) -> None:
    """Raises Conflict if somebody else has claimed the task."""
    if task.assignee_id and task.assignee_id != by.user_id:
        raise Conflict(_("这项任务正由%(name)s办理") % {"name": task.assignee.name if task.assignee else ""})

"""What several verbs ask before they act."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from applications.choices import FINAL
from applications.models import Application
from hall.errors import Conflict, Invalid, WrongState, require
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from hall.prepared import Prepared

from ..choices import LIVE, TextState
from ..models import DecisionText, Task
from ..querysets import task_alone


def lock(task_id: UUID | str) -> tuple[Application, Task]:
    """Lock the case, then the task (always in this order). Raises WrongState if there is no such task."""
    found = task_alone.first(task_id)
    if found is None:
        raise WrongState(_("没有这个任务"))
    case = Application.objects.locked(found.case_id)
    task = Task.objects.locked(task_id)
    task.case = case
    return case, task


def as_reviewer(by: Officer, task: Task, case: Application, *roles: str) -> Officer:
    """`by`, acting in the post that entitles to this task. Raises NotAllowed.

    A deputy (B 岗) acts in the post of who is absent where that one holds the task; else in a post of
    their own before that of anybody absent.

    受办分离 (S3 二): whoever received a case can neither review nor decide it.
    """
    post = require(
        _post(by, task, roles or (Role.REVIEWER, Role.HEAD)),
        _("您在%(department)s没有办理这项任务的岗位") % {"department": task.department.name},
    )
    require(case.received_by_id != by.user_id, _("收件人不得审查或者决定同一办件（受办分离）"))
    return by.acting_as(post)


def _post(by: Officer, task: Task, roles: tuple[str, ...]) -> Post | None:
    fitting = [post for post in by.posts if post.role in roles and post.department_id == task.department_id]
    if len(fitting) > 1 and task.assignee_id != by.user_id:
        fitting.sort(key=lambda post: not _stands_in_for(post, task.assignee_id))
    if len(fitting) > 1 and not _stands_in_for(fitting[0], task.assignee_id):
        fitting.sort(key=lambda post: post.deputises_id is not None)
    return fitting[0] if fitting else None


def _stands_in_for(post: Post, user_id: int | None) -> bool:
    return bool(user_id and post.deputises_id and post.deputises and post.deputises.user_id == user_id)


def deputises(by: Officer, task: Task) -> bool:
    """Does `by` today stand in for whoever holds the task, in that department?"""
    return any(
        post.department_id == task.department_id and _stands_in_for(post, task.assignee_id)
        for post in by.posts
    )


def must_be_live(task: Task) -> None:
    """Raises WrongState once the task is over, or its case is: the porter may not have closed it yet."""
    if task.state not in LIVE:
        raise WrongState(_("这项任务%(state)s，不能再办理") % {"state": task.get_state_display()})
    must_not_have_ended(task.case)


def must_not_have_ended(case: Application) -> None:
    """Raises WrongState once the case is over: nothing more is sent to departments, or ruled between them."""
    if case.state in FINAL:
        raise WrongState(_("办件%(state)s，不能再办理") % {"state": case.get_state_display()})


def must_hold(task: Task, by: Officer) -> None:
    """Raises Conflict if somebody else has claimed the task, unless `by` stands in for them today."""
    if task.assignee_id and task.assignee_id != by.user_id and not deputises(by, task):
        raise Conflict(_("这项任务正由%(name)s办理") % {"name": task.assignee.name if task.assignee else ""})


def must_not_circulate(task: Task) -> None:
    """Raises WrongState while a decision text is with the co-signing organs."""
    if task.decides and _circulating.first(task.pk):
        raise WrongState(_("决定正在会签，会签结束或者收回以后才能办理"))


_circulating: Prepared[DecisionText] = Prepared(
    lambda task_id: DecisionText.objects.filter(task=task_id, state=TextState.CIRCULATING)[:1], UUID
)


def must_not_countersign(task: Task) -> None:
    """Raises WrongState for a signature under another organ's decision: it is given or refused, no more."""
    if task.countersigns:
        raise WrongState(_("这是会签环节，请签署，或者写明理由不予签署"))


def stated(field: str, text: str, message: str) -> str:
    """`text` without blanks around it. Raises Invalid with `message` beside the field if nothing is left."""
    if not text.strip():
        raise Invalid(message, fields={field: [message]})
    return text.strip()

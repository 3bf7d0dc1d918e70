"""What happens when a clock on a task expires or nears its end."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM
from hall.clocks.choices import Kind
from hall.clocks.models import Clock, ClockWarning
from hall.clocks.registry import on_expiry, on_moved, on_warning
from hall.notices.services import notify
from hall.organisation.choices import Role
from hall.people.models import User

from . import services, session_clocks  # noqa: F401 registers itself
from .choices import LIVE, ProcedureState, SilenceGround
from .models import Procedure, Task
from .services.dues import refresh_due
from .services.guards import lock
from .services.silence import may_fall_silent


@on_expiry(Kind.TASK_RECEIPT)
def receipt_overdue(clock: Clock) -> None:
    """Not signed for in time: deemed consent where the route allows it (S0 §18(a)), else overdue."""
    _expire(clock, SilenceGround.NOT_RECEIVED)


@on_expiry(Kind.TASK_OPINION)
def opinion_overdue(clock: Clock) -> None:
    """No signed opinion in time: deemed consent where the route allows it (S0 §18(c)), else overdue."""
    _expire(clock, SilenceGround.NO_OPINION)


def _expire(clock: Clock, ground: SilenceGround) -> None:
    case, task = lock(clock.subject_id)
    if task.state not in LIVE:
        return
    if may_fall_silent(case, task):
        services.deem_consented(task.pk, ground=ground, clock=clock)
    else:
        services.mark_overdue(task.pk, clock=clock)


@on_moved(Kind.TASK_RECEIPT)
@on_moved(Kind.TASK_OPINION)
@transaction.atomic
def due_moved(clock: Clock) -> None:
    """A pause, an outage or the calendar moved the date: the queue sorts by the new one."""
    _case, task = lock(clock.subject_id)
    if task.state in LIVE:
        refresh_due(task)


@on_expiry(Kind.HEARING_REQUEST)
def nobody_asked(clock: Clock) -> None:
    """Five days are over and nobody asked for the hearing (行政许可法 Art. 47): the case goes on."""
    procedure = Procedure.objects.get(pk=clock.subject_id)
    if procedure.state == ProcedureState.RUNNING:
        services.waive_hearing(procedure.pk, by=SYSTEM)


@on_warning(Kind.TASK_OPINION)
def opinion_nears(clock: Clock, warning: ClockWarning) -> None:
    """Warn the reviewer first, then the head as well, then the supervisor as well (DESIGN §3)."""
    task = Task.objects.select_related("case", "department", "step").get(pk=clock.subject_id)
    if task.state not in LIVE:
        return
    days = warning.step
    subject = _("还有%(left)s：%(case)s") % {"left": warning.limit, "case": task.case}
    silent = _("逾期将视为同意。") if task.may_be_silent else ""
    body = _("%(department)s的意见即将到期。") % {"department": task.department.name} + silent
    for user in _warned(task, days):
        notify(
            user=user,
            subject=subject,
            body=body,
            link=f"/review/{task.pk}/",
            case_id=task.case_id,
            once_key=f"warning:{warning.pk}:{user.pk}",
        )


def _warned(task: Task, days: int) -> list[User]:
    posts = {Role.REVIEWER: {"posts__department": task.department_id}}
    if days <= 2:
        posts[Role.HEAD] = {"posts__department": task.department_id}
    if days <= 1:
        posts[Role.SUPERVISOR] = {"posts__jurisdiction": task.case.jurisdiction_id}
    users: dict[int, User] = {}
    for role, where in posts.items():
        if role == Role.REVIEWER and task.assignee:
            users[task.assignee.pk] = task.assignee
            continue
        for user in User.objects.filter(posts__role=role, posts__ends_on=None, **where):
            users[user.pk] = user
    return list(users.values())

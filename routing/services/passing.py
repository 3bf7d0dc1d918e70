"""A task from hand to hand: handed over, reassigned by the head, recalled before anybody opened it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.choices import State
from applications.models import Application
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.errors import Conflict, NotAllowed, WrongState, require
from hall.notices.services import notify
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail.queries import of_subject
from hall.trail.services import name_of

from ..choices import LIVE, SET_ASIDE, Handing, SentHow, TaskState
from ..models import HandOver, Task
from .dispatching import stop_clocks
from .dues import next_due
from .guards import (
    as_reviewer,
    lock,
    must_be_live,
    must_hold,
    must_not_circulate,
    must_not_have_ended,
    stated,
)
from .telling import holders, inform, link, tell

OPENED = "routing.task_opened_by_reviewer"


@transaction.atomic
def note_reading(task_id: UUID | str, *, by: Officer) -> None:
    """Somebody of the department has opened the task: evidence should it fall silent, and no recall any more.

    One event a person. Whoever opens it from elsewhere, and a task that is over, are not noted.
    """
    task = Task.objects.select_related("department").get(pk=task_id)
    if task.state not in LIVE or task.department_id not in by.departments(Role.REVIEWER, Role.HEAD):
        return
    Task.objects.filter(pk=task.pk, read_at=None, state__in=LIVE).update(read_at=now())
    if task.assignee_id == by.user_id:
        _unopened(task).filter(to=by.user_id).update(opened_at=now())
    if not of_subject(task).filter(what=OPENED, user_id=by.user_id).exists():
        case = Application.objects.only("pk", "jurisdiction").get(pk=task.case_id)
        tell(OPENED, case, task, by)


@transaction.atomic
def hand_over(task_id: UUID | str, *, to: User, reason: str, by: Officer) -> Task:
    """Give a task to a colleague (转交): by who holds it, or by anybody of the department while nobody does.

    Raises NotAllowed if `to` has no post there today, or received the case; Conflict if another holds it.
    """
    case, task = lock(task_id)
    acting = as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    return _pass_on(case, task, to, reason, acting, Handing.HAND_OVER)


@transaction.atomic
def reassign(task_id: UUID | str, *, to: User, reason: str, by: Officer) -> Task:
    """The head gives a task to another officer (指派), whoever holds it now.

    Raises NotAllowed unless `by` heads the department, or if `to` may not work on the task.
    """
    case, task = lock(task_id)
    acting = as_reviewer(by, task, case, Role.HEAD)
    must_be_live(task)
    return _pass_on(case, task, to, reason, acting, Handing.REASSIGN)


@transaction.atomic
def recall_hand_over(task_id: UUID | str, *, reason: str, by: Officer) -> Task:
    """Take back what one handed over, as long as the other has not opened it (撤回转交).

    By who sent it, or the head of the department. Raises WrongState once it was opened or there is nothing
    to recall.
    """
    case, task = lock(task_id)
    must_be_live(task)
    sent = _unopened(task).select_for_update().first()
    if sent is None or sent.to_id != task.assignee_id:
        raise WrongState(_("没有可以撤回的转交：对方已经打开，或者没有转交过"))
    roles = () if sent.sent_by_id == by.user_id else (Role.HEAD,)
    acting = as_reviewer(by, task, case, *roles)
    reason = stated("reason", reason, _("请写明撤回的原因"))
    sent.recalled_at = now()
    sent.save(update_fields=["recalled_at"])
    task.assignee_id = sent.held_before_id
    task.save(update_fields=["assignee"])
    tell("routing.hand_over_recalled", case, task, acting, reason=reason, data={"from": sent.to.name})
    notify(user=sent.to, subject=_("转交给您的任务已撤回"), body=f"{case} {reason}", case_id=case.pk)
    return task


@transaction.atomic
def recall(task_id: UUID | str, *, reason: str, by: Officer) -> Task:
    """Take back a task that nobody of the department has opened or signed for (撤回).

    What the front desk sent again, any clerk of that hall recalls; the department's return then waits for
    an answer as before. What was rerouted, the lead department or the manager who rules recalls; the
    question whose matter it is is open again. What the route itself sends has no sender, and stays: the
    published version wants that department heard.

    Raises NotAllowed, WrongState.
    """
    from .disputes import as_ruler

    case, task = lock(task_id)
    must_not_have_ended(case)
    if task.sent_how == SentHow.ROUTE or task.replaces is None:
        raise WrongState(_("按路径送达的任务由系统送出，不能撤回"))
    if task.sent_how == SentHow.REROUTED:
        acting = as_ruler(by, case, task.replaces)
    else:
        post = by.post_for(Role.CLERK, hall=case.hall_id)
        acting = by.acting_as(require(post, _("只有送出的大厅的综合受理员可以撤回")))
    if task.state != TaskState.OPEN or task.read_at or task.assignee_id:
        raise WrongState(_("部门已经打开或者签收，不能撤回"))
    reason = stated("reason", reason, _("请写明撤回的原因"))
    stop_clocks(task, reason=_("撤回"))
    task.cancel()
    task.finished_at, task.due_at, task.return_reason = now(), None, reason
    task.save()
    tell("routing.task_recalled", case, task, acting, reason=reason, states=(TaskState.OPEN, task.state))
    if task.sent_how == SentHow.REROUTED:
        before = Task.objects.locked(task.replaces.pk)
        before.dispute_again()
        before.finished_at = None
        before.save(update_fields=["state", "finished_at"])
        again = (TaskState.REROUTED, before.state)
        tell("routing.task_recalled", case, before, acting, reason=reason, states=again)
    return task


@transaction.atomic
def recall_return(task_id: UUID | str, *, reason: str, by: Officer) -> Task:
    """Take back a task that the department sent to the front, as long as the front has not sent it again.

    It is the department's again, with the limit that it had: returning and recalling gains no day. By who
    held it, or the head. Raises WrongState once it was sent again.
    """
    case, task = lock(task_id)
    if task.state != TaskState.RETURNED:
        raise WrongState(_("这项任务没有被退回"))
    if Task.objects.filter(case=case, step=task.step).exclude(state__in=SET_ASIDE).exists():
        raise WrongState(_("前台已经重新送审，不能撤回"))
    if Task.objects.filter(case=case, step=task.step, opened_at__gt=task.opened_at).exists():
        raise WrongState(_("这项任务后来已经重新送审过，不能撤回"))
    if case.state != State.REVIEWING:
        raise WrongState(_("办件已经终结，不能撤回"))
    roles = () if task.assignee_id in (None, by.user_id) else (Role.HEAD,)
    acting = as_reviewer(by, task, case, *roles)
    reason = stated("reason", reason, _("请写明撤回的原因"))
    task.take_back()
    task.finished_at, task.return_reason = None, ""
    if task.received_at is None:
        task.received_at, task.received_by_id = now(), acting.user_id
    _run_on(case, task)
    task.due_at = next_due(task)
    task.save()
    states = (TaskState.RETURNED, task.state)
    tell("routing.return_recalled", case, task, acting, reason=reason, states=states)
    if case.received_by:
        inform([case.received_by], _("部门撤回了退回"), str(case), case, to=f"/cases/{case.pk}/")
    return task


def _pass_on(case: Application, task: Task, to: User, reason: str, acting: Officer, how: Handing) -> Task:
    must_not_circulate(task)
    reason = stated("reason", reason, _("请写明原因"))
    as_reviewer(Officer.of(to), task, case)
    if to.pk == task.assignee_id:
        raise Conflict(_("这项任务已由%(name)s办理") % {"name": to.name})
    _unopened(task).update(opened_at=now())  # nobody recalls what has been passed on since
    HandOver.objects.create(
        task=task,
        how=how,
        sent_by_id=acting.user_id,
        held_before_id=task.assignee_id,
        to=to,
        reason=reason,
        sent_at=now(),
    )
    before = task.assignee
    task.assignee = to
    task.save(update_fields=["assignee"])
    what = "routing.task_handed_over" if how == Handing.HAND_OVER else "routing.task_reassigned"
    tell(what, case, task, acting, reason=reason, data={"to": to.name})
    notify(user=to, subject=_("任务转交给您"), body=str(case), link=link(task), case_id=case.pk)
    if how == Handing.REASSIGN and before:
        notify(user=before, subject=_("您的任务已改由他人办理"), body=f"{case} {reason}", case_id=case.pk)
    return task


def _unopened(task: Task):
    return task.hand_overs.filter(opened_at=None, recalled_at=None)


def _run_on(case: Application, task: Task) -> None:
    """The opinion clock that the return cancelled, again from where it began."""
    subject_type, subject_id = name_of(task)
    mine = Clock.objects.filter(subject_type=subject_type, subject_id=subject_id, kind=Kind.TASK_OPINION)
    last = mine.order_by("-pk").first()
    if last is None:
        raise NotAllowed(_("这项任务没有期限"))
    clocks.start(
        task,
        Kind.TASK_OPINION,
        Limit(last.limit_value + last.extended, Unit(last.limit_unit)),
        jurisdiction=case.jurisdiction,
        hall=case.hall,
        department=task.department,
        case_id=case.pk,
        basis=last.basis,
        started_at=last.started_at,
        ends=Ends.CLOSE_OF_OFFICE,
        warn=case.jurisdiction.policies.warning_days,
    )


def tell_department(case: Application, task: Task, subject: str, body: str) -> None:
    """Tell every reviewer and head of the task's department."""
    inform(
        holders(Role.REVIEWER, Role.HEAD, department=task.department_id),
        subject,
        body,
        case,
        to=link(task),
    )

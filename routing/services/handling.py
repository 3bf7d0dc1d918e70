"""What a department does with its task: sign for it, claim it, give an opinion, send it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Conflict, Invalid, WrongState, require
from hall.notices.services import notify
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.transactions import update_all

from ..choices import SET_ASIDE, OpinionVerdict, SentHow, TaskState
from ..models import Opinion, Task
from .dispatching import advance, open_task, stop_clocks
from .dues import next_due
from .guards import (
    as_reviewer,
    lock,
    must_be_live,
    must_hold,
    must_not_circulate,
    must_not_countersign,
    must_not_have_ended,
)
from .objections import put_before_lead
from .procedures import must_have_no_procedure
from .telling import tell


@transaction.atomic
def sign_for(task_id: UUID | str, *, by: Officer) -> Task:
    """Sign for a task (签收): the department has it. Signing twice changes nothing.

    Raises NotAllowed, or WrongState once the task is over.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    if task.state == TaskState.OPEN:
        sign(case, task, by)
    return task


@transaction.atomic
def claim(task_id: UUID | str, *, by: Officer) -> Task:
    """Take a task as one's own; signs for it if nobody has. Raises Conflict naming who holds it."""
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    if task.state == TaskState.OPEN:
        sign(case, task, by)
    if task.assignee_id is None:
        task.assignee_id = by.user_id
        task.save(update_fields=["assignee"])
        tell("routing.task_claimed", case, task, by)
    return task


@transaction.atomic
def save_draft(task_id: UUID | str, draft: dict[str, Any], *, by: Officer) -> None:
    """Keep what the reviewer has typed, each of several forms its own fields. No event is written."""
    case, task = lock(task_id)
    as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    task.draft = {**task.draft, **draft}
    task.save(update_fields=["draft"])


@transaction.atomic
def give_opinion(
    task_id: UUID | str,
    *,
    verdict: str,
    by: Officer,
    reasons: str = "",
    conditions: str = "",
    legal_basis: str = "",
) -> Opinion:
    """Sign the department's opinion and let the case go on when it was the last one.

    Raises Invalid without reasons for an objection or the text of a condition, WrongState for the
    deciding step (it takes a decision, not an opinion), Conflict if somebody else holds the task. That the
    matter is not the department's at all is said by `disclaim`.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    if task.decides:
        raise WrongState(_("这是作出决定的环节，请直接作出决定"))
    must_not_countersign(task)
    must_have_no_procedure(case, task)
    _check_opinion(verdict, reasons, conditions, legal_basis)
    if task.state == TaskState.OPEN:
        sign(case, task, by)
    opinion = Opinion.objects.create(
        task=task,
        verdict=verdict,
        reasons=reasons,
        conditions=conditions,
        legal_basis=legal_basis,
        given_by_id=by.user_id,
        on_behalf=by.on_behalf,
        given_at=now(),
    )
    finish(case, task, by, what="routing.opinion_given", reason=reasons, data={"verdict": verdict})
    advance(case)
    return opinion


@transaction.atomic
def object_late(task_id: UUID | str, *, reasons: str, legal_basis: str, by: Officer) -> Opinion:
    """Record an objection after silence. It undoes nothing; the lead department is told (DESIGN §3)."""
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    if task.state != TaskState.DEEMED:
        raise WrongState(_("只有默认同意的任务才能补充提出异议"))
    _check_opinion(OpinionVerdict.OBJECT, reasons, "", legal_basis)
    opinion = Opinion.objects.create(
        task=task,
        verdict=OpinionVerdict.OBJECT,
        reasons=reasons,
        legal_basis=legal_basis,
        late=True,
        given_by_id=by.user_id,
        on_behalf=by.on_behalf,
        given_at=now(),
    )
    tell("routing.late_objection", case, task, by, reason=reasons)
    put_before_lead(case, task, opinion)
    return opinion


@transaction.atomic
def return_to_front(task_id: UUID | str, *, reasons: str, by: Officer) -> Task:
    """Send a task back to the front desk with reasons (退回). The stage waits; the case's clocks run on."""
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    if not reasons.strip():
        raise Invalid(_("请写明退回的理由"), fields={"reasons": [_("请写明退回的理由")]})
    must_not_countersign(task)
    must_not_circulate(task)
    must_have_no_procedure(case, task)
    stop_clocks(task, reason=_("退回前台"))
    before = task.state
    task.send_back()
    task.return_reason, task.finished_at, task.due_at = reasons, now(), None
    task.save()
    tell("routing.task_returned", case, task, by, reason=reasons, states=(before, task.state))
    if case.received_by:
        notify(
            user=case.received_by,
            subject=_("部门退回办件"),
            body=f"{case} {reasons}",
            link=f"/cases/{case.pk}/",
            case_id=case.pk,
        )
    return task


@transaction.atomic
def resend(task_id: UUID | str, *, note: str, by: Officer) -> Task:
    """Answer a returned task at the front desk and put the step before the department again."""
    case, task = lock(task_id)
    post = require(by.post_for(Role.CLERK, hall=case.hall_id), _("只有受理大厅的综合受理员可以重新送审"))
    must_not_have_ended(case)
    if task.state != TaskState.RETURNED:
        raise WrongState(_("这项任务没有被退回"))
    if Task.objects.filter(case=case, step=task.step).exclude(state__in=SET_ASIDE).exists():
        raise Conflict(_("这项任务已经重新送审"))
    if Task.objects.filter(case=case, step=task.step, opened_at__gt=task.opened_at, state=TaskState.RETURNED):
        raise Conflict(_("这项任务后来又被退回，请答复最后一次退回"))
    acting = by.acting_as(post)
    tell("routing.task_resent", case, task, acting, reason=note)
    return open_task(
        case, task.step, department=task.department, how=SentHow.RESENT, sent_by=acting, replaces=task
    )


def finish(case: Application, task: Task, by: Actor, *, what: str, reason: str, data: dict[str, Any]) -> None:
    """End a task with its opinion or decision: clocks met, one event."""
    clocks.meet(task, Kind.TASK_OPINION)
    before = task.state
    task.finish()
    task.finished_at, task.due_at, task.draft = now(), None, {}
    if task.assignee_id is None:
        task.assignee_id = by.user_id
    update_all([task], ["state", "finished_at", "due_at", "draft", "assignee"])
    tell(what, case, task, by, reason=reason, states=(before, task.state), data=data)


def sign(case: Application, task: Task, by: Officer) -> None:
    """The receipt of a task: its receipt clock met, one event."""
    task.sign_for()
    if task.step.receipt_value:
        clocks.meet(task, Kind.TASK_RECEIPT)
    task.received_at, task.received_by_id, task.due_at = now(), by.user_id, next_due(task)
    update_all([task], ["state", "received_at", "received_by", "due_at"])
    tell("routing.task_signed_for", case, task, by, states=(TaskState.OPEN, task.state))


def _check_opinion(verdict: str, reasons: str, conditions: str, legal_basis: str) -> None:
    fields: dict[str, list[str]] = {}
    if verdict not in (OpinionVerdict.AGREE, OpinionVerdict.CONDITIONS, OpinionVerdict.OBJECT):
        fields["verdict"] = [_("请选择意见")]
    if verdict == OpinionVerdict.OBJECT and not reasons.strip():
        fields["reasons"] = [_("不同意须写明理由")]
    if verdict == OpinionVerdict.OBJECT and not legal_basis.strip():
        fields["legal_basis"] = [_("不同意须写明法律依据")]
    if verdict == OpinionVerdict.CONDITIONS and not conditions.strip():
        fields["conditions"] = [_("有条件同意须写明条件")]
    if fields:
        raise Invalid(_("意见还不完整"), fields=fields)

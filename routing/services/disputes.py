"""不属于本部门职责: a department says whose matter it is, and who leads the case rules.

It is no consent and no opinion on the application. The department's limit stands still while it waits for
the ruling; those of the case run on: the applicant's date is not moved by a quarrel between offices.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.clocks.models import Clock
from hall.errors import Invalid, NotAllowed, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.organisation.officers import Officer
from hall.people.models import User

from ..choices import OpinionVerdict, Ruling, SentHow, TaskState
from ..models import DutyRuling, Opinion, Task
from .dispatching import open_task, stop_clocks
from .dues import next_due
from .guards import (
    as_reviewer,
    lock,
    must_be_live,
    must_hold,
    must_not_countersign,
    must_not_have_ended,
    stated,
)
from .handling import sign
from .passing import tell_department
from .procedures import must_have_no_procedure
from .telling import holders, inform, tell

RULING_PAGE = "/review/disputes/"


@transaction.atomic
def disclaim(
    task_id: UUID | str, *, competent: Department, reasons: str, by: Officer, legal_basis: str = ""
) -> Opinion:
    """Say that the matter is not the department's, and whose it is believed to be. Once a task.

    Never counts as consent: the task waits for a ruling of the lead department or the hall's manager.
    Raises Invalid without reasons or for a department that cannot be meant, WrongState for the deciding
    step, for a co-signature, and after a ruling that it is this department's.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    if task.decides:
        raise WrongState(_("决定机关由事项版本确定，不能提出职责异议"))
    must_not_countersign(task)
    must_have_no_procedure(case, task)
    reasons = stated("reasons", reasons, _("请写明为什么不属于本部门职责"))
    _must_be_another(case, task, competent, "competent")
    if task.opinions.filter(verdict=OpinionVerdict.NOT_OURS).exists():
        raise WrongState(_("已经裁定由本部门办理，请出具意见"))
    if task.state == TaskState.OPEN:
        sign(case, task, by)
    opinion = Opinion.objects.create(
        task=task,
        verdict=OpinionVerdict.NOT_OURS,
        competent=competent,
        reasons=reasons,
        legal_basis=legal_basis,
        given_by_id=by.user_id,
        on_behalf=by.on_behalf,
        given_at=now(),
    )
    if (clock := clock_queries.running(task, Kind.TASK_OPINION)) and not clock.is_over(now()):
        clocks.pause(clock, Ground.RULING, _("等待职责裁定"), by)
    task.disclaim()
    task.due_at = None
    task.save(update_fields=["state", "due_at"])
    tell(
        "routing.task_disclaimed",
        case,
        task,
        by,
        reason=reasons,
        states=(TaskState.RECEIVED, task.state),
        data={"competent": competent.name},
    )
    inform(_rulers(case, task), _("部门提出不属于本部门职责，请裁定"), str(case), case, to=RULING_PAGE)
    return opinion


@transaction.atomic
def reroute(task_id: UUID | str, *, to: Department, reason: str, by: Officer) -> Task:
    """Rule that another department is to do the step: it gets a task of its own with the step's whole limit.

    The whole limit, because that department never had the papers, and what others lost is not its fault.
    Silence of a department that the published route does not name never counts as consent.

    Raises NotAllowed unless `by` leads the case, WrongState unless a dispute is open, Invalid.
    """
    case, task = lock(task_id)
    must_not_have_ended(case)
    opinion = _open_dispute(task)
    acting = as_ruler(by, case, task)
    reason = stated("reason", reason, _("请写明裁定的理由"))
    _must_be_another(case, task, to, "to")
    _rule(opinion, Ruling.REROUTED, reason, acting, to)
    stop_clocks(task, reason=_("改派"))
    task.reroute()
    task.finished_at = now()
    task.save(update_fields=["state", "finished_at"])
    tell(
        "routing.task_rerouted",
        case,
        task,
        acting,
        reason=reason,
        states=(TaskState.DISPUTED, task.state),
        data={"to": to.name},
    )
    made = open_task(case, task.step, department=to, how=SentHow.REROUTED, sent_by=acting, replaces=task)
    tell_department(case, made, _("改派给本部门的任务"), f"{case} {reason}")
    return made


@transaction.atomic
def insist(task_id: UUID | str, *, reason: str, by: Officer) -> Task:
    """Rule that it is the department's matter after all. It goes on with what was left of its limit.

    What was left, because it had the papers all the time. It may not say so a second time.

    Raises NotAllowed unless `by` leads the case, WrongState unless a dispute is open, Invalid.
    """
    case, task = lock(task_id)
    must_not_have_ended(case)
    opinion = _open_dispute(task)
    acting = as_ruler(by, case, task)
    reason = stated("reason", reason, _("请写明裁定的理由"))
    _rule(opinion, Ruling.INSISTED, reason, acting, None)
    task.insist()
    clock = clock_queries.running(task, Kind.TASK_OPINION)
    if clock and clock.pauses.filter(ground=Ground.RULING, ends_at=None).exists():
        clocks.resume(clock, Ground.RULING, acting)
    task.due_at = next_due(task) or _last_due(task)
    task.save(update_fields=["state", "due_at"])
    states = (TaskState.DISPUTED, task.state)
    tell("routing.task_insisted", case, task, acting, reason=reason, states=states)
    tell_department(case, task, _("裁定仍由本部门办理"), f"{case} {reason}")
    return task


def as_ruler(by: Officer, case: Application, task: Task) -> Officer:
    """`by` in the post that rules whose matter it is. Raises NotAllowed.

    The lead department (决定机关), unless it is the one that disclaims; and the hall's manager.
    """
    lead = case.version.department_id
    post = None
    if lead != task.department_id and case.received_by_id != by.user_id:
        post = by.post_for(Role.HEAD, Role.REVIEWER, department=lead)
    post = post or by.post_for(Role.MANAGER, jurisdiction=case.jurisdiction_id)
    if post is None:
        raise NotAllowed(_("由牵头部门或者大厅管理员裁定"))
    return by.acting_as(post)


def _rulers(case: Application, task: Task) -> list[User]:
    found = list(holders(Role.MANAGER, jurisdiction=case.jurisdiction_id))
    if case.version.department_id != task.department_id:
        found += holders(Role.HEAD, Role.REVIEWER, department=case.version.department_id)
    return found


def _open_dispute(task: Task) -> Opinion:
    if task.state != TaskState.DISPUTED:
        raise WrongState(_("这项任务没有待裁定的职责异议"))
    return task.opinions.get(verdict=OpinionVerdict.NOT_OURS)


def _rule(opinion: Opinion, ruling: Ruling, reason: str, by: Officer, to: Department | None) -> DutyRuling:
    return DutyRuling.objects.create(
        opinion=opinion, ruling=ruling, to=to, reason=reason, ruled_by_id=by.user_id, ruled_at=now()
    )


def _must_be_another(case: Application, task: Task, named: Department, field: str) -> None:
    if named.pk == task.department_id:
        message = _("请选择另一个部门")
    elif named.jurisdiction_id != case.jurisdiction_id:
        message = _("请选择本地的部门")
    else:
        return
    raise Invalid(message, fields={field: [message]})


def _last_due(task: Task):
    """When the limit of an overdue task was over: it stays at the top of the queue."""
    last = Clock.objects.filter(subject_type=Task._meta.label_lower, subject_id=str(task.pk))
    clock = last.filter(kind=Kind.TASK_OPINION).order_by("-pk").first()
    return clock.due_at if clock else None

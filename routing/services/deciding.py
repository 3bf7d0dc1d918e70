"""The decision: proposed by a reviewer, made by the deciding organ (行政许可法 Art. 38)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications import services as cases
from applications.choices import Outcome
from applications.models import Application
from hall.errors import Invalid, NotAllowed, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from matters.choices import CaseType

from ..choices import CONSENTED, TaskState
from ..models import Decision, Task
from .guards import as_reviewer, lock, must_be_live, must_hold
from .handling import finish, save_draft, sign
from .procedures import must_have_no_procedure


def propose(task_id: UUID | str, proposal: dict[str, Any], *, by: Officer) -> None:
    """Consolidate the opinions and lay a proposal before the head (汇总). Kept as the task's draft."""
    save_draft(task_id, proposal, by=by)


@transaction.atomic
def decide(
    task_id: UUID | str,
    *,
    outcome: str,
    by: Officer,
    reasons: str = "",
    conditions: str = "",
    result: dict[str, str] | None = None,
) -> Decision:
    """Grant or refuse. Once, by the deciding organ, when nobody else's opinion is outstanding.

    A head decides; a reviewer may decide a 即办件; a window post may where the jurisdiction delegates it
    (S4 二(一)), and the paper says so. `result` holds what the certificate prints.

    Raises NotAllowed, WrongState while the stage is open, a special procedure or a statutory waiting period
    runs (民法典 Art. 1077), Invalid for a refusal without reasons.
    """
    case, task = lock(task_id)
    if not task.decides:
        raise WrongState(_("这不是作出决定的环节"))
    must_be_live(task)
    by, delegated = _as_decider(by, task, case)
    if not delegated and not by.has(Role.HEAD, department=task.department_id):
        must_hold(task, by)
    _stage_must_be_over(case, task)
    must_have_no_procedure(case)
    if why := cases.may_not_decide_yet(case):
        raise WrongState(why)
    if outcome not in Outcome.values:
        raise Invalid(_("请选择准予或者不予"), fields={"outcome": [_("请选择准予或者不予")]})
    if outcome == Outcome.REFUSED and not reasons.strip():
        raise Invalid(_("不予决定须写明理由"), fields={"reasons": [_("不予决定须写明理由和依据")]})
    if task.state == TaskState.OPEN:
        sign(case, task, by)
    decision = Decision.objects.create(
        case=case,
        task=task,
        department=task.department,
        outcome=outcome,
        reasons=reasons,
        conditions=conditions,
        result=result or {},
        decided_by_id=by.user_id,
        delegated=delegated,
        decided_at=now(),
    )
    finish(case, task, by, what="routing.decided", reason=reasons, data={"outcome": outcome})
    case.route.finished_at = now()
    case.route.save(update_fields=["finished_at"])
    cases.record_decision(case.pk, outcome=outcome, by=by, reason=reasons)
    return decision


def _as_decider(by: Officer, task: Task, case: Application) -> tuple[Officer, bool]:
    """`by` in the post that may decide this case, and whether that is a delegated window post."""
    instant = case.version.case_type == CaseType.INSTANT
    roles = (Role.HEAD, Role.REVIEWER) if instant else (Role.HEAD,)
    if by.post_for(*roles, department=task.department_id):
        return as_reviewer(by, task, case, *roles), False
    if not (instant and case.jurisdiction.policies.delegated_instant):
        raise NotAllowed(_("只有%(department)s负责人可以作出决定") % {"department": task.department.name})
    window = require(by.post_for(Role.CLERK, hall=case.hall_id), _("只有受委托的窗口岗位可以当场决定"))
    return by.acting_as(window), True


def _stage_must_be_over(case: Application, task: Task) -> None:
    others = case.open_steps().filter(stage__lte=task.stage).exclude(pk=task.step_id)
    done = Task.objects.filter(case=case, state__in=CONSENTED).values_list("step_id", flat=True)
    if others.exclude(pk__in=done).exists():
        raise WrongState(_("还有部门没有出具意见，不能作出决定"))

"""The decision: proposed by a reviewer, made by the deciding organ (行政许可法 Art. 38)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications import services as cases
from applications.choices import Outcome
from applications.models import Application
from hall.actors import Actor
from hall.errors import Invalid, NotAllowed, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from matters.choices import CaseType

from ..choices import TaskState
from ..models import Decision, DecisionText, Delegation, Task
from .consolidating import must_be_consolidated, must_have_all_opinions
from .delegating import delegation_for, must_not_have_examined
from .guards import as_reviewer, lock, must_be_live, must_hold, must_not_circulate
from .handling import finish, save_draft, sign
from .procedures import must_have_no_procedure


@dataclass(frozen=True)
class Authority:
    """Who decides, in which post, and by what right: the head's own, a delegation, or a window post's."""

    by: Officer
    window: bool = False
    delegation: Delegation | None = None


def propose(task_id: UUID | str, proposal: dict[str, Any], *, by: Officer) -> None:
    """Lay a proposal before the head. Kept as the task's draft."""
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

    A head decides, or an officer to whom the head has delegated it; a reviewer may decide a 即办件; a window
    post may where the jurisdiction delegates it (S4 二(一)), and the paper says so. `result` holds what the
    certificate prints.

    Raises NotAllowed, WrongState while the stage is open, the opinions of several departments are not
    consolidated, a special procedure or a statutory waiting period runs (民法典 Art. 1077), or where the law
    wants co-signatures (see `lay_text`); Invalid for a refusal without reasons.
    """
    case, task = lock(task_id)
    authority = ready_to_decide(case, task, outcome, reasons, by)
    if any(step.countersigns for step in case.open_steps()):
        raise WrongState(_("这个事项依法须会签：请签署决定文本送会签，各机关都签署以后生效"))
    if task.state == TaskState.OPEN:
        sign(case, task, authority.by)
    decision = Decision.objects.create(
        case=case,
        task=task,
        department=task.department,
        outcome=outcome,
        reasons=reasons,
        conditions=conditions,
        result=result or {},
        decided_by_id=authority.by.user_id,
        on_behalf="" if authority.delegation else authority.by.on_behalf,
        delegated=authority.window,
        delegation=authority.delegation,
        decided_at=now(),
    )
    _take_effect(decision, case, task, authority.by)
    return decision


def take_effect(text: DecisionText, case: Application, task: Task, *, by: Actor) -> Decision:
    """The decision that a text becomes once every co-signing organ has signed it; `by` is who was last."""
    decision = Decision.objects.create(
        case=case,
        task=task,
        department=task.department,
        outcome=text.outcome,
        reasons=text.reasons,
        conditions=text.conditions,
        result=text.result,
        decided_by_id=text.signed_by_id,
        on_behalf=text.on_behalf,
        delegation=text.delegation,
        decided_at=now(),
    )
    _take_effect(decision, case, task, by)
    return decision


def ready_to_decide(case: Application, task: Task, outcome: str, reasons: str, by: Officer) -> Authority:
    """Everything that is asked before a decision is signed; who signs it, and by what right."""
    if not task.decides:
        raise WrongState(_("这不是作出决定的环节"))
    must_be_live(task)
    must_not_circulate(task)
    authority = as_decider(by, task, case)
    if not authority.window and not by.has(Role.HEAD, department=task.department_id):
        must_hold(task, by)
    must_have_all_opinions(case, task)
    must_be_consolidated(case, task)
    must_have_no_procedure(case)
    if why := cases.may_not_decide_yet(case):
        raise WrongState(why)
    if outcome not in Outcome.values:
        raise Invalid(_("请选择准予或者不予"), fields={"outcome": [_("请选择准予或者不予")]})
    if outcome == Outcome.REFUSED and not reasons.strip():
        raise Invalid(_("不予决定须写明理由"), fields={"reasons": [_("不予决定须写明理由和依据")]})
    return authority


def as_decider(by: Officer, task: Task, case: Application) -> Authority:
    """`by` in the post that may decide this case, and by what right. Raises NotAllowed."""
    instant = case.version.case_type == CaseType.INSTANT
    roles = (Role.HEAD, Role.REVIEWER) if instant else (Role.HEAD,)
    if by.post_for(*roles, department=task.department_id):
        return Authority(as_reviewer(by, task, case, *roles))
    if given := delegation_for(by.user_id, case, task.department_id):
        acting = as_reviewer(by, task, case, Role.REVIEWER)
        must_not_have_examined(case, by)
        return Authority(replace(acting, on_behalf=given.head.name), delegation=given)
    if not (instant and case.jurisdiction.policies.delegated_instant):
        raise NotAllowed(_("只有%(department)s负责人可以作出决定") % {"department": task.department.name})
    window = require(by.post_for(Role.CLERK, hall=case.hall_id), _("只有受委托的窗口岗位可以当场决定"))
    return Authority(by.acting_as(window), window=True)


def may_decide(by: Officer, task: Task, case: Application) -> bool:
    """Would `as_decider` find a right for this officer? For pages, which show the button or not."""
    try:
        as_decider(by, task, case)
    except NotAllowed:
        return False
    return True


def _take_effect(decision: Decision, case: Application, task: Task, by: Actor) -> None:
    outcome, reason = decision.outcome, decision.reasons
    data: dict[str, Any] = {"outcome": outcome}
    if decision.delegation_id:
        data["delegation"] = decision.delegation_id
    finish(case, task, by, what="routing.decided", reason=reason, data=data)
    case.route.finished_at = now()
    case.route.save(update_fields=["finished_at"])
    cases.record_decision(case.pk, outcome=outcome, by=by, reason=reason)

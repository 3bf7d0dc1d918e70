"""会签: where a law wants several organs to decide together, they sign the text of the decision itself.

The deciding organ signs first and lays the text before the others; it takes effect when all have signed.
Silence never signs. One refusal sends the text back, and the next one is signed by everybody anew.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.actors import SYSTEM
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.errors import NotAllowed, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from matters.choices import StepKind

from ..choices import LIVE, TaskState, TextState
from ..models import Countersignature, Decision, DecisionText, Task
from .deciding import Authority, ready_to_decide, take_effect
from .delegating import delegation_for, must_not_have_examined
from .dispatching import end_text, open_task, stop_clocks
from .dues import next_due
from .guards import as_reviewer, lock, must_be_live, stated
from .handling import finish, sign
from .passing import tell_department
from .telling import holders, inform, link, tell


@transaction.atomic
def lay_text(
    task_id: UUID | str,
    *,
    outcome: str,
    by: Officer,
    reasons: str = "",
    conditions: str = "",
    result: dict[str, str] | None = None,
) -> DecisionText:
    """Sign the text of the decision and lay it before the co-signing organs (送会签).

    Asks whatever `decide` asks. Meanwhile the deciding organ's own limit stands still; the case's do not.
    Raises WrongState if no co-signature is wanted in this case.
    """
    case, task = lock(task_id)
    authority = ready_to_decide(case, task, outcome, reasons, by)
    steps = [step for step in case.open_steps() if step.countersigns]
    if not steps:
        raise WrongState(_("这一件不须会签，请直接作出决定"))
    if task.state == TaskState.OPEN:
        sign(case, task, authority.by)
    text = DecisionText.objects.create(
        task=task,
        case=case,
        number=task.texts.count() + 1,
        outcome=outcome,
        reasons=reasons,
        conditions=conditions,
        result=result or {},
        signed_by_id=authority.by.user_id,
        on_behalf="" if authority.delegation else authority.by.on_behalf,
        delegation=authority.delegation,
        signed_at=now(),
    )
    if (clock := clock_queries.running(task, Kind.TASK_OPINION)) and not clock.is_over(now()):
        clocks.pause(clock, Ground.COUNTERSIGN, _("等待会签"), authority.by)
    task.assignee_id = task.assignee_id or authority.by.user_id
    task.due_at = None
    task.save(update_fields=["assignee", "due_at"])
    told = {"outcome": outcome, "text": text.number}
    tell("routing.text_laid", case, task, authority.by, reason=reasons, data=told)
    _stand_at(case, steps[0].stage)
    for step in steps:
        made = open_task(case, step)
        tell_department(case, made, _("决定文本请会签"), str(case))
    return text


@transaction.atomic
def sign_text(task_id: UUID | str, *, by: Officer) -> Countersignature:
    """Sign the decision text for the co-signing organ. With the last signature the decision takes effect.

    By its head, or an officer to whom the head has delegated it. Raises NotAllowed, WrongState.
    """
    case, task = lock(task_id)
    text, authority = _text_before(case, task, by)
    made = _signature(text, task, authority, signed=True)
    if task.state == TaskState.OPEN:
        sign(case, task, authority.by)
    told = {"text": text.number}
    finish(case, task, authority.by, what="routing.countersigned", reason="", data=told)
    _effect_when_complete(case, text)
    return made


@transaction.atomic
def refuse_text(task_id: UUID | str, *, reasons: str, legal_basis: str, by: Officer) -> Countersignature:
    """Refuse to sign, with reasons and law: the text goes back to the deciding organ.

    Raises NotAllowed, WrongState, Invalid without reasons or legal basis.
    """
    case, task = lock(task_id)
    text, authority = _text_before(case, task, by)
    reasons = stated("reasons", reasons, _("不予会签须写明理由"))
    legal_basis = stated("legal_basis", legal_basis, _("不予会签须写明法律依据"))
    made = _signature(text, task, authority, signed=False, reasons=reasons, legal_basis=legal_basis)
    task.return_reason = reasons
    tell("routing.countersign_refused", case, task, authority.by, reason=reasons, data={"text": text.number})
    end_text(case, TextState.REFUSED, reason=reasons)
    _send_back(case, text, refusing=task)
    return made


@transaction.atomic
def take_back_text(task_id: UUID | str, *, reason: str, by: Officer) -> Task:
    """The deciding organ takes its text back before all have signed (收回会签稿), e.g. to mend it.

    By its head or who signed it. Raises NotAllowed, WrongState, Invalid.
    """
    case, task = lock(task_id)
    text = _circulating(case)
    if text.task_id != task.pk:
        raise WrongState(_("只有决定机关可以收回会签稿"))
    roles = () if text.signed_by_id == by.user_id else (Role.HEAD,)
    acting = as_reviewer(by, task, case, *roles)
    reason = stated("reason", reason, _("请写明收回的原因"))
    end_text(case, TextState.TAKEN_BACK, reason=reason)
    tell("routing.text_taken_back", case, task, acting, reason=reason, data={"text": text.number})
    _send_back(case, text)
    return Task.objects.get(pk=task.pk)


def as_signer(by: Officer, task: Task, case: Application) -> Authority:
    """`by` in the post that signs for the co-signing organ. Raises NotAllowed."""
    if by.post_for(Role.HEAD, department=task.department_id):
        return Authority(as_reviewer(by, task, case, Role.HEAD))
    if given := delegation_for(by.user_id, case, task.department_id):
        acting = as_reviewer(by, task, case, Role.REVIEWER)
        must_not_have_examined(case, by)
        return Authority(replace(acting, on_behalf=given.head.name), delegation=given)
    raise NotAllowed(_("只有%(department)s负责人可以会签") % {"department": task.department.name})


def may_sign(by: Officer, task: Task, case: Application) -> bool:
    """Would `as_signer` find a right for this officer? For pages."""
    try:
        as_signer(by, task, case)
    except NotAllowed:
        return False
    return True


def _text_before(case: Application, task: Task, by: Officer) -> tuple[DecisionText, Authority]:
    if not task.countersigns:
        raise WrongState(_("这不是会签环节"))
    must_be_live(task)
    return _circulating(case), as_signer(by, task, case)


def _circulating(case: Application) -> DecisionText:
    text = case.decision_texts.filter(state=TextState.CIRCULATING).first()
    if text is None:
        raise WrongState(_("没有正在会签的决定文本"))
    return text


def _signature(
    text: DecisionText,
    task: Task,
    authority: Authority,
    *,
    signed: bool,
    reasons: str = "",
    legal_basis: str = "",
) -> Countersignature:
    return Countersignature.objects.create(
        text=text,
        task=task,
        department=task.department,
        signed=signed,
        reasons=reasons,
        legal_basis=legal_basis,
        given_by_id=authority.by.user_id,
        on_behalf="" if authority.delegation else authority.by.on_behalf,
        delegation=authority.delegation,
        given_at=now(),
    )


def _effect_when_complete(case: Application, text: DecisionText) -> Decision | None:
    wanted = {step.pk for step in case.open_steps() if step.countersigns}
    signed = text.signatures.filter(signed=True).values_list("task__step_id", flat=True)
    if wanted - set(signed):
        return None
    end_text(case, TextState.EFFECTIVE)
    # The law speaks when the last has signed; none of them has decided alone.
    return take_effect(text, case, Task.objects.locked(text.task_id), by=SYSTEM)


def _send_back(case: Application, text: DecisionText, refusing: Task | None = None) -> None:
    """Void what was signed or still to be signed of this text, and give the task back to who decides."""
    mine = Task.objects.select_for_update(of=("self",)).filter(
        case=case, kind=StepKind.COUNTERSIGN, state__in=[*LIVE, TaskState.DONE]
    )
    for each in mine:
        before = each.state
        if before == TaskState.DONE:
            each.void_signature()
        else:
            stop_clocks(each, reason=_("会签结束"))
            each.cancel()
        each.finished_at, each.due_at = now(), None
        if refusing and each.pk == refusing.pk:
            each.return_reason = refusing.return_reason
        each.save()
        tell("routing.countersign_ended", case, each, SYSTEM, states=(before, each.state))
    task = Task.objects.locked(text.task_id)
    clock = clock_queries.running(task, Kind.TASK_OPINION)
    if clock and clock.pauses.filter(ground=Ground.COUNTERSIGN, ends_at=None).exists():
        clocks.resume(clock, Ground.COUNTERSIGN, SYSTEM)
    task.due_at = next_due(task)
    task.save(update_fields=["due_at"])
    _stand_at(case, task.stage)
    deciders = holders(Role.HEAD, Role.REVIEWER, department=task.department_id)
    inform(deciders, _("会签稿已退回"), str(case), case, to=link(task))


def _stand_at(case: Application, stage: int) -> None:
    case.route.stage = stage
    case.route.save(update_fields=["stage"])

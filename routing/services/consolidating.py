"""汇总: the lead department writes one review opinion from all of them before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.errors import Invalid, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.prepared import Prepared

from ..choices import CONSENTED, OpinionVerdict, TaskState
from ..models import Consolidation, Opinion, Task, Treatment
from ..querysets import tasks_of
from .guards import as_reviewer, lock, must_be_live, must_hold, must_not_circulate
from .handling import sign
from .telling import tell

# What cannot just be noted: it is adopted, or it is said why not.
TO_BE_TREATED = (OpinionVerdict.CONDITIONS, OpinionVerdict.OBJECT)


@dataclass(frozen=True)
class Adoption:
    """Is a condition or objection adopted, and if not, why?"""

    adopted: bool
    reason: str = ""


@transaction.atomic
def consolidate(
    task_id: UUID | str,
    *,
    text: str,
    by: Officer,
    treatments: Mapping[int, Adoption] | None = None,
) -> Consolidation:
    """Write the consolidated review opinion (审查意见汇总) of the lead department.

    `treatments` says by the key of each opinion whether it is adopted: every condition and objection, late
    ones included, has one. Written again when something new has come in: the last one counts.

    Raises NotAllowed, Conflict if a colleague holds the task, WrongState unless this is the deciding step
    and every other opinion is in, Invalid (fields `text`, `treatment_<key>`).
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    if not by.has(Role.HEAD, department=task.department_id):
        must_hold(task, by)
    if not task.decides:
        raise WrongState(_("只有牵头（决定）环节可以汇总意见"))
    must_not_circulate(task)
    must_have_all_opinions(case, task)
    given = dict(treatments or {})
    wanted = to_be_treated(case)
    _check(text, given, wanted)
    made = Consolidation.objects.create(
        task=task,
        text=text.strip(),
        written_by_id=by.user_id,
        on_behalf=by.on_behalf,
        written_at=now(),
    )
    Treatment.objects.bulk_create(
        Treatment(
            consolidation=made,
            opinion=opinion,
            adopted=given[opinion.pk].adopted,
            reason=given[opinion.pk].reason.strip(),
        )
        for opinion in wanted
    )
    tell(
        "routing.consolidated",
        case,
        task,
        by,
        data={"treated": len(wanted), "adopted": sum(given[each.pk].adopted for each in wanted)},
    )
    if task.state == TaskState.OPEN:
        sign(case, task, by)
    return made


def must_have_all_opinions(case: Application, task: Task) -> None:
    """Raises WrongState while another department still owes an opinion (invariant 5)."""
    if owes_opinion(case, task):
        raise WrongState(_("还有部门没有出具意见，不能作出决定"))


def owes_opinion(case: Application, task: Task) -> bool:
    """Is another step outstanding, of this stage or before, without which `task` may not decide?"""
    done = {each.step_id for each in tasks_of.all(case.pk) if each.state in CONSENTED}
    others = [step for step in case.open_steps() if step.stage <= task.stage and step.pk != task.step_id]
    return any(step.pk not in done for step in others)


def must_be_consolidated(case: Application, task: Task) -> None:
    """Raises WrongState where more than one department was asked and their opinions are not consolidated."""
    if not needs_consolidation(case, task):
        return
    last = latest(task)
    if last is None:
        raise WrongState(_("征求了几个部门的意见，请先写审查意见汇总，再作出决定"))
    treated = set(last.treatments.values_list("opinion_id", flat=True))
    if any(opinion.pk not in treated for opinion in to_be_treated(case)):
        raise WrongState(_("汇总以后又收到意见，请重新汇总"))


def needs_consolidation(case: Application, task: Task) -> bool:
    """Was more than one department besides the deciding one asked, or has one objected after its silence?"""
    if _late_opinion.first(case.pk):
        return True
    asked = {
        each.department_id
        for each in tasks_of.all(case.pk)
        if each.state in CONSENTED and not each.decides and each.stage <= task.stage
    }
    return len(asked - {task.department_id}) > 1


_late_opinion: Prepared[Opinion] = Prepared(
    lambda case_id: Opinion.objects.filter(task__case=case_id, late=True).order_by("pk")[:1], UUID
)


def latest(task: Task) -> Consolidation | None:
    """The consolidation that counts."""
    return _latest.first(task.pk)


_latest: Prepared[Consolidation] = Prepared(
    lambda task_id: (
        Consolidation.objects.filter(task=task_id).select_related("written_by").order_by("-pk")[:1]
    ),
    UUID,
)


def to_be_treated(case: Application) -> Sequence[Opinion]:
    """Every condition and objection in the case, late ones included, in the order of signing."""
    found = Opinion.objects.filter(task__case=case, verdict__in=TO_BE_TREATED)
    return list(found.select_related("task__department").order_by("given_at", "pk"))


def _check(text: str, given: Mapping[int, Adoption], wanted: Sequence[Opinion]) -> None:
    fields: dict[str, list[str]] = {}
    if not text.strip():
        fields["text"] = [_("请写明汇总的审查意见")]
    for opinion in wanted:
        told = given.get(opinion.pk)
        who = opinion.task.department.name
        if told is None:
            fields[f"treatment_{opinion.pk}"] = [_("请说明是否采纳%(who)s的意见") % {"who": who}]
        elif not told.adopted and not told.reason.strip():
            fields[f"reason_{opinion.pk}"] = [_("不采纳%(who)s的意见须写明理由") % {"who": who}]
    if fields:
        raise Invalid(_("汇总还不完整"), fields=fields)

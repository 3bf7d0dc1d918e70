"""Verbs about materials that nobody hands in: a certificate instead, or the department's own check."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from matters import proofs

from .. import evidence, viewers
from ..choices import FINAL, CheckResult, MaterialVerdict, State
from ..evidence_models import SharedCheck, Substitute
from ..models import Application, CaseMaterial
from .actors import EDITABLE_AT_DESK, EDITABLE_ONLINE, as_clerk, as_clerk_or_applicant, expect
from .filling import material_of
from .holding import HOLDING, take_in_hand
from .journal import noted

MAY_CHECK = (Role.CLERK, Role.REVIEWER, Role.HEAD)


@transaction.atomic
def use_certificate(
    case_id: UUID, code: str, *, by: Actor, held: str = "", number: str = "", name: str = ""
) -> CaseMaterial:
    """Let a certificate stand in for a material (证照复用): nothing need be handed in.

    `held`: the key of what the hall offers, a certificate it has issued to this applicant or a case whose
    result it will be; else `number` of an e-certificate that was shown at the desk. From home only what is
    offered may be chosen. Raises Invalid for what is not the applicant's, not valid any more, or no
    substitute for this material, Incomplete without either.
    """
    case = Application.objects.locked(case_id)
    at_desk = isinstance(by, Officer)
    by = as_clerk_or_applicant(by, case, MandateScope.APPLY)
    states = (*EDITABLE_AT_DESK, State.SUBMITTED, State.CORRECTING) if at_desk else EDITABLE_ONLINE
    expect(case, *states)
    if at_desk:
        take_in_hand(case, as_clerk(by, case))
        case.save(update_fields=HOLDING)
    row = material_of(case, code)
    if held:
        facts = _of_offer(case, row, held)
    elif number.strip() and at_desk:
        facts = _as_shown(row, number, name)
    else:
        raise Incomplete(
            _("请选择证照，或者填写出示的电子证照编号"), fields={code: [_("请选择证照或者填写编号")]}
        )
    Substitute.objects.update_or_create(
        case_material=row, defaults={**facts, "noted_by_id": by.user_id, "noted_at": now()}
    )
    row.verdict, row.problem, row.requirement = MaterialVerdict.REUSED, "", ""
    row.save(update_fields=["verdict", "problem", "requirement"])
    data = {"code": code, "name": facts["name"], "number": facts["number"], "own": bool(held)}
    noted(case, "certificate_used", by=by, data=data)
    return row


@transaction.atomic
def record_check(
    case_id: UUID, code: str, *, result: str, by: Actor, reference: str = "", note: str = ""
) -> SharedCheck:
    """Write down how the government itself obtained or checked a material (部门核查, S4 四(六)).

    By a clerk or by a reviewer who may see the case. What is not found may still not be demanded: the note
    says what was done instead. Raises NotAllowed, WrongState for a material that the applicant brings or a
    case at its end, Invalid for a check without result, or one that failed without words.
    """
    case = Application.objects.locked(case_id)
    if not isinstance(by, Officer) or not viewers.officer_may_see(by, case.pk):
        raise NotAllowed(_("您不能核查这个办件的材料"))
    post = by.post_for(*MAY_CHECK, jurisdiction=case.jurisdiction_id)
    if post is None:
        raise NotAllowed(_("核查由受理窗口或者审查部门登记"))
    by = by.acting_as(post)
    if case.state in FINAL:
        raise WrongState(_("办件已经结束"))
    row = material_of(case, code)
    if row.verdict != MaterialVerdict.SHARED:
        raise WrongState(_("“%(name)s”由申请人提交，不是部门核查的材料") % {"name": row.material.name})
    if result not in CheckResult.values:
        raise Invalid(_("请选择核查结果"), fields={"result": [_("请选择核查结果")]})
    if result != CheckResult.OBTAINED and not note.strip():
        raise Invalid(_("没有查到或者不一致的，请写明情况"), fields={"note": [_("请写明情况")]})
    (material,) = proofs.settle(case.jurisdiction_id, [row.material])
    check = SharedCheck.objects.create(
        case_material=row,
        result=result,
        source=material.shared_source,
        reference=reference.strip(),
        note=note.strip(),
        office=str(post.department or post.hall or "")[:100],
        checked_by_id=by.user_id,
        checked_at=now(),
    )
    noted(case, "shared_checked", by=by, data={"code": code, "result": str(result)})
    return check


def _of_offer(case: Application, row: CaseMaterial, key: str) -> dict:
    chosen = next((each for each in evidence.offers(case, [row]).get(row.pk, []) if each.key == key), None)
    if chosen is None:
        raise Invalid(
            _("“%(name)s”没有可用的这份证照：不是该申请人的、已经失效，或者不能替代")
            % {"name": row.material.name},
            fields={row.material.code: [_("请重新选择")]},
        )
    of_case = chosen.kind == evidence.CASE
    return {
        "certificate": None if of_case else chosen.id,
        "from_case_id": chosen.id if of_case else None,
        "name": chosen.name[:100],
        "number": chosen.number[:80],
    }


def _as_shown(row: CaseMaterial, number: str, name: str) -> dict:
    if not row.material.substitute_certificate:
        raise Invalid(
            _("“%(name)s”不能用电子证照替代") % {"name": row.material.name},
            fields={row.material.code: [_("该材料没有规定可替代的电子证照")]},
        )
    shown = name.strip() or row.material.substitute_certificate
    return {"certificate": None, "from_case_id": None, "name": shown[:100], "number": number.strip()[:80]}

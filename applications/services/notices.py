"""一次性告知: everything that is missing, told once, and a clock for the citizen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Incomplete, Invalid
from hall.now import now

from .. import checks
from ..choices import State
from ..models import Application, CaseMaterial, CorrectionNotice
from . import telling
from .actors import as_clerk, as_supervisor, expect
from .holding import let_go, take_in_hand
from .journal import moved

MATERIAL, FIELD = "material", "field"


@dataclass(frozen=True)
class CorrectionItem:
    """One thing to be corrected: a material or a field of the form, what is wrong, how to mend it.

    `basis` is the law that asks for it, `guide` what the guide says of how to fill it in (填报须知).
    """

    code: str
    name: str
    problem: str
    requirement: str = ""
    basis: str = ""
    of: str = MATERIAL
    guide: str = ""


def items_from_verdicts(case: Application) -> list[CorrectionItem]:
    """Everything that the desk has found missing or wrong in a case, as a notice would list it."""
    found = [
        CorrectionItem(
            code=row.material.code,
            name=row.material.name,
            problem=row.problem or _("未提交"),
            requirement=row.requirement or _usual_requirement(row),
            basis=row.material.basis,
            guide=row.material.note,
        )
        for row in checks.missing(case.materials.select_related("material"))
    ]
    labels = {item["key"]: item["label"] for item in case.version.form_fields}
    for key, errors in checks.form_errors(case).items():
        found.append(CorrectionItem(key, str(labels.get(key, key)), "；".join(errors), of=FIELD))
    return found


@transaction.atomic
def give_notice(
    case_id: UUID, *, items: Sequence[CorrectionItem], by: Actor, second_reason: str = ""
) -> CorrectionNotice:
    """Tell the applicant once everything that must be corrected (补正材料一次性告知书).

    The acceptance clock is met; the applicant's own clock (补正期限) starts. The list must name every
    material found missing or faulty. A second notice takes a supervisor and a reason.

    Raises Incomplete if something missing is left out, NotAllowed or Invalid for a second notice without
    supervisor or reason. Law: 行政许可法 Art. 32(4).
    """
    case = Application.objects.locked(case_id)
    number = case.correction_notices.count() + 1
    by = as_clerk(by, case) if number == 1 else as_supervisor(by, case)
    expect(case, State.RECEIVED)
    if number == 1:
        take_in_hand(case, by)
    _check_items(case, items)
    if number > 1 and not second_reason.strip():
        raise Invalid(_("再次告知须写明理由"), fields={"second_reason": [_("请写明为什么没有一次告知清楚")]})
    notice = CorrectionNotice.objects.create(
        case=case,
        number=number,
        items=[asdict(item) for item in items],
        second_reason=second_reason.strip() if number > 1 else "",
        given_by_id=by.user_id,
        given_at=now(),
    )
    before = case.state
    case.give_notice()
    let_go(case)
    case.save()
    clocks.meet(case, Kind.ACCEPTANCE, by=by)
    clocks.start(
        case,
        Kind.CORRECTION,
        Limit(case.jurisdiction.policies.correction_days, Unit.WORKING_DAY),
        jurisdiction=case.jurisdiction,
        case_id=case.pk,
        basis=_("补正材料一次性告知书"),
        by=by,
    )
    codes = [item.code for item in items]
    moved(
        case,
        "notice_given",
        before,
        by=by,
        reason=notice.second_reason,
        data={"number": number, "items": codes},
    )
    telling.notice_given(case, notice)
    return notice


# -- Parts ---------------------------------------------------------------------------------------------


def _usual_requirement(row: CaseMaterial) -> str:
    material = row.material
    parts = []
    if material.originals:
        parts.append(_("原件%(n)s份") % {"n": material.originals})
    if material.copies:
        parts.append(_("复印件%(n)s份") % {"n": material.copies})
    return _("请提交%(what)s") % {"what": "、".join(parts)} if parts else _("请提交")


def _check_items(case: Application, items: Sequence[CorrectionItem]) -> None:
    if not items:
        raise Invalid(_("请列出需要补正的内容"))
    known = {row.material.code for row in case.materials.select_related("material")}
    fields = {item["key"] for item in case.version.form_fields}
    for item in items:
        if item.code not in (known if item.of == MATERIAL else fields):
            raise Invalid(_("只能要求补正本事项的材料和表单内容：%(name)s") % {"name": item.name})
        if not item.problem.strip():
            raise Invalid(_("请写明“%(name)s”的问题") % {"name": item.name})
    named = {item.code for item in items}
    if left_out := [each.name for each in items_from_verdicts(case) if each.code not in named]:
        raise Incomplete(
            _("一次性告知须列出全部内容，还缺：%(names)s") % {"names": "、".join(left_out)}, items=left_out
        )

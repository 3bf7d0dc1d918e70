"""业务手册: a matter as the staff works on it, from the same version as the guide."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from hall.clocks.choices import Ground
from hall.clocks.limits import Limit
from matters import guides as catalogue
from matters.choices import CaseType, Channel, ExclusionGround, ResultKind
from matters.models import Material, MatterVersion, Step

from ..workshop import leaflets
from ..workshop.leaflets import Section, Table
from ..workshop.wording import wording
from .leaflets import (
    appeals,
    chart,
    fee_rows,
    fields,
    material_notes,
    places,
    questions,
    shared,
    situation_rows,
    special,
)


def manual_sheet(version: MatterVersion, *, printed: dt.date | None = None) -> leaflets.ManualSheet:
    """The manual's pages of `version` (from `whole()`)."""
    guide = catalogue.guide(version)
    situation = Table(
        columns=(_("问申请人"), _("回答"), _("结果")), rows=situation_rows(version), widths=(35, 25)
    )
    return leaflets.ManualSheet(
        **shared(version, _("业务手册"), printed),
        code_number=version.matter.implementation_code,
        facts=fields(_facts(guide)),
        sections=(
            Section(heading=_("窗口要点"), items=tuple(map(str, version.counter_tips))),
            Section(heading=_("受理条件"), items=tuple(version.conditions), text=version.quantity_limit),
            Section(heading=_("先问清楚（情形引导）"), table=situation),
            Section(heading=_("材料逐项核对"), table=_checks(version, guide)),
            Section(heading=_("审查和裁量标准"), items=tuple(map(str, version.discretion))),
            chart(guide),
            Section(heading=_("办理路径和时限"), table=_route(version)),
            special(guide),
            Section(heading=_("程序规则"), fields=fields(_regime(version))),
            Section(heading=_("要出的文书"), table=_papers(version)),
            Section(heading=_("收费"), fields=fields(fee_rows(guide))),
            Section(heading=_("结果"), fields=fields(_result(guide))),
            Section(heading=_("救济途径"), text=version.regime.refusal_rights, fields=fields(appeals(guide))),
            Section(heading=_("群众常问"), questions=questions(version)),
            Section(heading=_("到哪里办"), fields=fields(places(guide))),
            Section(heading=_("事项的法定要素"), fields=fields(guide.by_which_right), compact=True),
        ),
    )


def _facts(guide: catalogue.Guide) -> list[tuple[str, str]]:
    version = guide.version
    return [
        (_("承诺时限"), guide.how_long),
        (_("法定时限"), str(version.statutory or _("未作规定"))),
        (_("办件类型"), version.get_case_type_display()),
        (_("服务对象"), guide.who),
        (_("到现场"), catalogue.visits_in_words(version.visits)),
        (_("收费"), guide.fee_brief),
        (_("可以用"), "、".join(_mechanisms(version))),
        (_("办理形式"), _labels(Channel, version.channels)),
        (_("不适用承诺和默认"), _labels(ExclusionGround, version.exclusions)),
    ]


def _mechanisms(version: MatterVersion) -> list[str]:
    """What the version allows, and whatever else the keeper named."""
    allowed = [
        (version.deferral_allowed, _("容缺受理")),
        (version.commitment_allowed, _("告知承诺")),
        (version.one_certificate, _("一证通办")),
        (version.project_code_required, _("须项目代码")),
        (version.town_intake, _("镇街受理")),
        (version.territory_seal, _("按项目所在区域用章")),
    ]
    return [word for applies, word in allowed if applies]


def _checks(version: MatterVersion, guide: catalogue.Guide) -> Table:
    every = [*guide.bring, *guide.obtained]
    listed = {each.code for each in every}
    every += [each for each in version.materials.all() if each.code not in listed]
    rows = tuple((str(number), *_check(each)) for number, each in enumerate(every, 1))
    columns = (_("序号"), _("材料"), _("份数、必要性"), _("怎样核对"), _("依据"))
    return Table(columns=columns, rows=rows, widths=(8, 25, 15, 30))


def _check(material: Material) -> tuple[str, str, str, str]:
    how = [material.acceptance_standard]
    if not material.demanded:
        how.append(_("不得要求提交，由部门向%(organ)s核查获取") % {"organ": material.shared_source})
    else:
        how += [
            text
            for text in material_notes(material)
            if text not in _("受理标准：") + material.acceptance_standard
        ]
    amount = [catalogue.copies_in_words(material), str(material.get_necessity_display())]
    amount += [str(_("主件，不得容缺"))] if material.is_main else []
    name = "\n".join(filter(None, (material.name, material.condition)))
    return name, "\n".join(amount), "\n".join(filter(None, how)), material.basis


def _route(version: MatterVersion) -> Table:
    steps = sorted(version.steps.all(), key=lambda step: (step.stage, step.order))
    columns = (_("阶段"), _("部门"), _("环节"), _("签收"), _("办理"), _("启动条件、超时"))
    return Table(columns=columns, rows=tuple(map(_step, steps)), widths=(8, 25, 15, 12, 12))


def _step(step: Step) -> tuple[str, ...]:
    silent = _("超时视为同意（%(basis)s）") % {"basis": step.silent_basis} if step.silent_consent else ""
    signed = _("依法会签（%(basis)s）") % {"basis": step.countersign_basis} if step.countersigns else ""
    town = _("在镇街收件的，由该镇街承办") if step.by_town else ""
    kind = str(step.get_kind_display())
    return (
        str(step.stage),
        step.department.name,
        f"{kind}（{_('作出决定')}）" if step.decides else kind,
        str(step.receipt or "—"),
        str(step.limit) if step.limit.value else _("当场"),
        "\n".join(filter(None, (step.opens_when, silent, signed, town))) or "—",
    )


def _regime(version: MatterVersion) -> list[tuple[str, str]]:
    regime = version.regime
    return [
        (_("名称"), f"{regime.name}（{regime.basis}）"),
        (_("受理"), str(Limit(regime.acceptance_days)) if regime.acceptance_days else _("当场")),
        (_("逾期未告知"), _("视为受理") if regime.deemed_accepted else ""),
        (_("不计入时限"), _labels(Ground, regime.pause_grounds)),
        (_("延长"), str(Limit(regime.extension_days)) if regime.extension_days else _("不得延长")),
        (
            _("送达"),
            _("决定后%(limit)s内") % {"limit": Limit(regime.delivery_days)} if regime.delivery_days else "",
        ),
        (_("法定时限依据"), version.statutory_basis),
    ]


def _papers(version: MatterVersion) -> Table:
    """Which paper is due when; the words are those of the matter's type."""
    words = wording(str(version.matter.kind))
    rows = [
        (_("收到材料"), _("收件凭证"), _("当场")),
        (_("材料不齐"), _("补正材料一次性告知书"), _("一次告知全部内容，逾期视为受理")),
        (_("受理"), words.acceptance_title, _("写明承诺和法定的到期日")),
        (_("不予受理"), words.refusal_of_acceptance_title, _("说明理由和救济途径")),
    ]
    if version.deferral_allowed:
        rows.append((_("容缺受理"), _("容缺受理通知书、容缺受理承诺书"), _("补齐以前不得发证")))
    if version.special_procedures:
        rows.append((_("特别程序"), _("特别程序告知书"), _("书面告知所需时间，才能停止计时")))
    rows.append((_("准予"), words.grant_title, _("加盖决定机关的印章")))
    if version.result_kind == ResultKind.CERTIFICATE and version.result_name:
        rows.append((_("发证"), version.result_name, version.result_validity))
    rows.append((_("不予"), words.refusal_title, _("说明理由和救济途径")))
    if version.case_type != CaseType.INSTANT:
        rows.append((_("送达"), _("送达回证"), _("领取人签名")))
    columns = (_("什么时候"), _("文书"), _("注意"))
    return Table(columns=columns, rows=tuple(rows), widths=(20, 40))


def _result(guide: catalogue.Guide) -> list[tuple[str, str]]:
    version = guide.version
    return [
        (_("办理结果"), version.result_name or version.get_result_kind_display()),
        (_("有效期"), version.result_validity),
        (_("送达方式"), guide.delivery),
        (_("设定依据"), guide.laws),
    ]


def _labels(words: type[TextChoices], values: list[str]) -> str:
    return "、".join(str(words(value).label) for value in values if value in words.values)

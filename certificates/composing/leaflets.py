"""办事指南 as a printed sheet: what the guide page says, from the same reading of the version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.now import today
from matters import flowchart
from matters import guides as catalogue
from matters.choices import Certainty, MatterState
from matters.models import Material, MatterVersion

from ..workshop import leaflets
from ..workshop.leaflets import Field, Section, Table
from . import parts

FONTS = "PaperHei, 'Noto Sans CJK SC', sans-serif"


def guide_sheet(version: MatterVersion, *, printed: dt.date | None = None) -> leaflets.GuideSheet:
    """The printable guide of `version` (from `whole()`)."""
    guide = catalogue.guide(version)
    return leaflets.GuideSheet(
        **shared(version, _("办事指南"), printed),
        notice=_notice(version),
        facts=fields(_facts(guide)),
        sections=(
            Section(
                heading=_("我能不能办（受理条件）"),
                items=tuple(guide.conditions),
                text=version.quantity_limit,
            ),
            Section(heading=_("要带什么（申请材料）"), table=_materials(guide)),
            Section(heading=_("不用您交的"), items=tuple(_obtained(each) for each in guide.obtained)),
            chart(guide),
            special(guide),
            Section(heading=_("到哪里办"), fields=fields(places(guide))),
            Section(heading=_("怎么申请、怎么拿结果"), fields=fields(_ways(guide))),
            Section(heading=_("收费"), fields=fields(fee_rows(guide))),
            Section(heading=_("结果和依据"), fields=fields(_outcome(guide))),
            Section(heading=_("权利和义务"), items=tuple(version.rights_and_duties)),
            Section(
                heading=_("不同意怎么办"), text=version.regime.refusal_rights, fields=fields(appeals(guide))
            ),
            Section(heading=_("常见问题"), questions=questions(version)),
            Section(heading=_("事项的法定要素"), fields=fields(guide.by_which_right), compact=True),
        ),
    )


def shared(version: MatterVersion, title: str, printed: dt.date | None = None) -> dict:
    """The fields that every leaflet of a matter has."""
    matter = version.matter
    return {
        "title": title,
        "name": matter.name,
        "place": matter.jurisdiction.name,
        "organ": version.department.name,
        "version": str(version.number),
        "printed": printed or today(),
        "url": parts.address("matters:short", matter.short_code),
        "demonstration": is_demonstration(version),
    }


def is_demonstration(version: MatterVersion) -> bool:
    """A leaflet is a sample as soon as the hall, the place, the matter or what it says is one."""
    matter = version.matter
    sample = matter.is_demo or matter.jurisdiction.is_demo or version.certainty != Certainty.PUBLISHED
    return bool(settings.DEMONSTRATION or sample)


def fields(rows: Iterable[tuple[object, object]]) -> tuple[Field, ...]:
    """Labelled lines, those without a value left out."""
    return tuple(Field(label=str(label), value=str(value)) for label, value in rows if value)


def chart(guide: catalogue.Guide) -> Section:
    """The flow chart."""
    drawn = flowchart.draw(guide.flow, ident=f"flow-{guide.version.pk}", family=FONTS)
    return Section(heading=_("怎么走（办理流程）"), chart=str(drawn))


def special(guide: catalogue.Guide) -> Section:
    """Special procedures: when, how long, and whether the clock stands still."""
    rows = tuple(
        (
            str(each["name"]),
            each.get("when") or "",
            each["limit"],
            _clock(each),
            each.get("basis") or "",
        )
        for each in guide.special
    )
    columns = (_("特别程序"), _("什么时候"), _("时限"), _("办理时限"), _("依据"))
    return Section(heading=_("特别程序"), table=Table(columns=columns, rows=rows, widths=(12, 35, 15, 12)))


def _clock(special: dict) -> str:
    """What a special procedure does to the clock."""
    if special["waits"]:
        claim = _("，届满后%(claim)s内到窗口申请") % {"claim": special["claim"]} if special["claim"] else ""
        return _("届满前不作决定%(claim)s") % {"claim": claim}
    return _("不计入时限") if special.get("stops_clock") else _("计入时限")


def places(guide: catalogue.Guide) -> list[tuple[str, str]]:
    """Each hall with its windows and hours; the organ itself where the matter is in none."""
    version = guide.version
    rows = []
    for counter in guide.halls:
        hall, windows = counter.hall, "、".join(window.number for window in counter.windows)
        said = [hall.address, counter.zone.name if counter.zone else ""]
        said.append(_("%(n)s号窗口") % {"n": windows} if windows else "")
        said.append(
            _("工作日%(from)s—%(to)s") % {"from": f"{hall.opens_at:%H:%M}", "to": f"{hall.closes_at:%H:%M}"}
        )
        rows.append((hall.name, "，".join(filter(None, [*said, hall.phone]))))
    if not rows:
        organ = version.department
        rows = [(organ.name, "，".join(filter(None, (organ.address, version.outside_reason, organ.phone))))]
    return [
        *rows,
        (_("说明"), version.place_note),
        (_("办理时间"), version.hours_note),
        (_("咨询"), guide.phone),
        (_("投诉"), guide.complaint_phone),
    ]


def fee_rows(guide: catalogue.Guide) -> list[tuple[str, str]]:
    """What it costs, by what, with what reductions."""
    fee = guide.version.fee
    if not fee:
        return [(_("收费"), _("不收费；申请表免费。"))]
    return [
        (_("收费项目"), fee.get("item", "")),
        (_("收费标准"), fee.get("standard", "")),
        (_("减免"), fee.get("reduction", "")),
        (_("依据"), fee.get("basis", "")),
        (_("支付方式"), guide.payment),
    ]


def appeals(guide: catalogue.Guide) -> list[tuple[str, str]]:
    """Who hears an appeal, with address and telephone."""
    return [
        (name, "，".join(filter(None, (body.get(key, "") for key in ("name", "address", "phone", "url")))))
        for name, body in guide.appeals
    ]


def questions(version: MatterVersion) -> tuple[Field, ...]:
    """常见问题."""
    return tuple(Field(label=each.get("q", ""), value=each.get("a", "")) for each in version.faq)


def situation_rows(version: MatterVersion) -> tuple[tuple[str, str, str], ...]:
    """Each situational question with its answers and what they lead to."""
    return tuple(
        (question.get("ask", ""), str(option.get("label", "")), _leads_to(option))
        for question in version.questions
        for option in question.get("options") or ()
    )


def _leads_to(option: dict) -> str:
    said = [option.get("effect", ""), *option.get("conditions", ())]
    if stop := option.get("stop"):
        said.append(_("不适用本事项：%(reason)s") % {"reason": stop.get("reason", "")})
    return "；".join(filter(None, said)) or "—"


def _notice(version: MatterVersion) -> str:
    matter = version.matter
    if matter.state == MatterState.ACTIVE:
        return ""
    words = {
        MatterState.SUSPENDED: _("这个事项暂停受理。"),
        MatterState.CANCELLED: _("这个事项已经取消，不再办理。"),
    }
    basis = _("依据：%(basis)s。") % {"basis": matter.state_basis} if matter.state_basis else ""
    since = ""
    if matter.state_since:
        day = timezone.localdate(matter.state_since)
        since = _("自%(y)s年%(m)s月%(d)s日起。") % {"y": day.year, "m": day.month, "d": day.day}
    reason = f"{parts.sentence(matter.state_reason)}。" if matter.state_reason else ""
    return f"{words[MatterState(matter.state)]}{since}{reason}{basis}"


def _facts(guide: catalogue.Guide) -> list[tuple[str, str]]:
    version = guide.version
    valid = timezone.localdate(version.valid_from) if version.valid_from else None
    return [
        (_("谁能办"), guide.who),
        (_("要带什么"), _("%(n)s样材料") % {"n": len(guide.bring)}),
        (_("要多久"), guide.how_long),
        (_("收费"), guide.fee_brief),
        (_("要跑几次"), catalogue.visits_in_words(version.visits)),
        (_("能不能网上办"), _("能") if guide.can_apply_online else _("到窗口办")),
        (_("法定时限"), str(guide.outcome.statutory or "")),
        (_("办件类型"), version.get_case_type_display()),
        (_("施行日期"), f"{valid.year}年{valid.month}月{valid.day}日" if valid else ""),
    ]


def _materials(guide: catalogue.Guide) -> Table:
    rows = tuple(
        (
            str(number),
            "\n".join(filter(None, (each.name, each.condition))),
            catalogue.copies_in_words(each),
            "\n".join(filter(None, (str(each.get_necessity_display()), catalogue.media_in_words(each)))),
            "\n".join(material_notes(each)),
        )
        for number, each in enumerate(guide.bring, 1)
    )
    columns = (_("序号"), _("材料"), _("份数"), _("怎么交"), _("来源和要求"))
    return Table(columns=columns, rows=rows, widths=(8, 30, 12, 12))


def material_notes(material: Material) -> list[str]:
    """Whence a material comes and what is asked of it."""
    said = [
        material.issuer or str(material.get_source_display()),
        _("可用%(name)s代替") % {"name": material.substitute_certificate}
        if material.substitute_certificate
        else "",
        str(material.get_paper_size_display()) if material.paper_size else "",
        material.issued_within,
        _("受理标准：%(text)s") % {"text": material.acceptance_standard}
        if material.acceptance_standard
        else "",
        material.note,
    ]
    return [text for text in said if text]


def _obtained(material: Material) -> str:
    return _("%(name)s：由部门向%(organ)s核查获取") % {"name": material.name, "organ": material.shared_source}


def _ways(guide: catalogue.Guide) -> list[tuple[str, str]]:
    version = guide.version
    quota = _("每天可约%(n)s个") % {"n": version.appointment_daily} if version.takes_appointments else ""
    return [
        (_("怎么申请"), guide.channels),
        (_("怎么拿结果"), guide.delivery),
        (_("预约"), "。".join(filter(None, (quota, version.appointment_rule)))),
        (_("须到现场的原因"), version.visit_reason if version.visits else ""),
        (
            _("中介服务"),
            "\n".join(
                "，".join(filter(None, (each.get("name"), each.get("provider"), each.get("basis"))))
                for each in version.intermediaries
            ),
        ),
        (_("承诺时限说明"), version.promised_note),
        (_("法定时限说明"), version.statutory_note),
    ]


def _outcome(guide: catalogue.Guide) -> list[tuple[str, str]]:
    version = guide.version
    result = version.result_name or str(version.get_result_kind_display())
    sample = "\n".join(f"{line.get('field', '')}：{line.get('value', '')}" for line in version.result_sample)
    renewal = ""
    if version.renewal and version.renewal.get("apply_days_before"):
        renewal = _("届满%(n)s日前申请") % {"n": version.renewal["apply_days_before"]}
    return [
        (_("办理结果"), result),
        (_("有效期"), version.result_validity),
        (_("结果样本"), sample),
        (_("延续"), renewal),
        (_("设定依据"), guide.laws),
        (_("法定时限依据"), version.statutory_basis),
        (_("程序规则"), version.regime.name),
    ]

"""申请表 of a version: blank, or filled with made-up answers as a sample (示例)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hall.now import today
from matters import guides as catalogue
from matters import samples
from matters.choices import ApplicantKind, FieldKind, Necessity
from matters.formschema import columns_of
from matters.models import MatterVersion

from ..workshop import leaflets
from ..workshop.leaflets import Field, FormLine
from .leaflets import shared

BLANK_ROWS = 4  # of a table that is filled by hand
_ORGANISATIONS = {*ApplicantKind.values} - {ApplicantKind.PERSON}


def form_sheet(
    version: MatterVersion, *, sample: bool = False, printed: dt.date | None = None
) -> leaflets.FormSheet:
    """The application form of `version` (from `whole()`); `sample` fills it with what cannot be true."""
    answers = samples.answers(version.form_fields, version.form) if sample else {}
    guide = catalogue.guide(version)
    return leaflets.FormSheet(
        **shared(version, _("填写示例") if sample else _("申请表"), printed or today()),
        sample=sample,
        applicant=_applicant(version, sample),
        lines=tuple(_line(item, answers) for item in version.form_fields),
        materials=tuple(
            Field(label=f"{each.name}（{catalogue.copies_in_words(each)}）", value=_note(each))
            for each in guide.bring
        ),
        declaration=(
            _("以上填写内容和提交的材料真实、有效，复印件与原件一致。"),
            _("已经知道办理条件、时限和不如实申报的法律后果。"),
            _("同意受理机关为办理本事项向有关部门核查信息。"),
        ),
    )


def _applicant(version: MatterVersion, sample: bool) -> tuple[FormLine, ...]:
    kinds = set(version.applicants)
    person = ApplicantKind.PERSON in kinds or not kinds
    organisation = bool(kinds & _ORGANISATIONS)
    given = samples.applicant(organisation=organisation and not person) if sample else {}
    lines = [FormLine(label=_("姓名或者名称"), required=True, value=given.get("name", ""))]
    if person:
        lines.append(FormLine(label=_("身份证件号码"), required=not organisation, value=given.get("id", "")))
    if organisation:
        lines.append(FormLine(label=_("统一社会信用代码"), required=not person, value=given.get("uscc", "")))
        lines.append(FormLine(label=_("法定代表人（负责人）"), value=given.get("representative", "")))
    lines.append(FormLine(label=_("联系电话"), required=True, value=given.get("phone", "")))
    lines.append(FormLine(label=_("通信地址"), kind=FieldKind.ADDRESS, value=given.get("address", "")))
    lines.append(
        FormLine(
            label=_("受托人"),
            help=_("委托他人办理时填写姓名、身份证件号码和电话，并交授权委托书"),
        )
    )
    return tuple(lines)


def _line(item: Mapping[str, Any], answers: Mapping[str, Any]) -> FormLine:
    kind, value = str(item["kind"]), answers.get(item["key"])
    common = {
        "label": item["label"],
        "kind": kind,
        "required": bool(item.get("required")),
        "help": item.get("help", ""),
    }
    match kind:
        case FieldKind.TABLE:
            columns = tuple(str(name) for name in columns_of(item))
            rows = tuple(tuple(str(row.get(name, "")) for name in columns) for row in value or ())
            blank = tuple(("",) * len(columns) for _row in range(BLANK_ROWS))
            return FormLine(**common, columns=columns, rows=rows or blank)
        case FieldKind.SELECT | FieldKind.MULTISELECT:
            chosen = value if isinstance(value, list) else [value] if value else []
            options = tuple(str(option) for option in item.get("options") or ())
            return FormLine(**common, options=options, chosen=tuple(str(each) for each in chosen))
        case FieldKind.BOOL:
            yes_no = (_("是"), _("否"))
            said = (yes_no[0 if value else 1],) if value is not None else ()
            return FormLine(**common, options=yes_no, chosen=said)
    return FormLine(**common, value=samples.in_words(kind, value))


def _note(material: Any) -> str:
    words = [material.condition, str(material.get_necessity_display())]
    shown = [text for text in words if text]
    return "；".join(shown) if material.condition or material.necessity != Necessity.REQUIRED else ""

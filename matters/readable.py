"""What an element of a version says, in lines that people can read. Used wherever versions are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.clocks.limits import Limit, Unit

from . import elements as element_names
from .choices import FieldKind, Prefill, SpecialProcedure

# A number and its unit are one element: shown and compared under the name of the number.
UNITS = {
    "promised_value": "promised_unit",
    "statutory_value": "statutory_unit",
    "limit_value": "limit_unit",
    "receipt_value": "receipt_unit",
}


def lines(row: Any, name: str) -> list[str]:
    """The element `name` of a version, material or step as lines of text; none where it says nothing."""
    value = getattr(row, name)
    if name in UNITS:
        return [] if value is None else [str(Limit(value, Unit(getattr(row, UNITS[name]) or "working_day")))]
    if name in ("form", "form_fields") and hasattr(row, "form_fields"):
        return [_form_field(each) for each in row.form_fields]
    if name in element_names.CODED:
        choices = element_names.CODED[name]
        return [str(choices(each).label) if each in choices.values else str(each) for each in value]
    if name in _WRITERS and value:
        items = value if isinstance(value, list) else [value]
        return [text for item in items for text in _WRITERS[name](item).splitlines() if text]
    if display := getattr(row, f"get_{name}_display", None):
        return [text] if (text := str(display())) else []
    return _plain(value)


def label(model: type[Model], name: str) -> str:
    """What the element is called."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _plain(value: Any) -> list[str]:
    match value:
        case None | "" | [] | {}:
            return []
        case True:
            return [_("是")]
        case False:
            return [_("否")]
        case list():
            return [text for item in value for text in _plain(item)]
        case dict():
            return [_joined(value)]
    return str(value).splitlines()


def _joined(item: Mapping[str, Any]) -> str:
    """The values of a mapping that says something, with a dot between."""
    told = ("、".join(_plain(value)) for value in item.values() if value is not False)
    return " · ".join(text for text in told if text)


def _law(item: Mapping[str, Any]) -> str:
    return _("《%(law)s》%(article)s") % {"law": item.get("law", ""), "article": item.get("article", "")}


def _form_field(item: Mapping[str, Any]) -> str:
    kind = item.get("kind", "")
    shape = [str(FieldKind(kind).label) if kind in FieldKind.values else kind]
    if item.get("required"):
        shape.append(_("必填"))
    if item.get("prefill"):
        shape.append(_("自动带入%(source)s") % {"source": Prefill(item["prefill"]).label})
    shape += [*item.get("options", []), *item.get("columns", [])]
    return _("%(name)s（%(shape)s）") % {"name": item.get("label", ""), "shape": "、".join(map(str, shape))}


def _special(item: Mapping[str, Any]) -> str:
    kind = item.get("kind", "")
    parts = [str(SpecialProcedure(kind).label) if kind in SpecialProcedure.values else kind]
    if item.get("limit_value"):
        parts.append(str(Limit(item["limit_value"], Unit(item.get("limit_unit") or "working_day"))))
    parts.append(_("不计入时限") if item.get("stops_clock") else _("计入时限"))
    if item.get("claim_value"):
        claim = Limit(item["claim_value"], Unit(item.get("claim_unit") or "calendar_day"))
        parts.append(_("届满后%(claim)s内申领") % {"claim": claim})
    parts += [item.get("when", ""), item.get("basis", "")]
    return "，".join(part for part in parts if part)


def _question(item: Mapping[str, Any]) -> str:
    told = [str(item.get("ask", ""))]
    if when := item.get("when"):
        asked = "；".join(f"{key}＝{'、'.join(values)}" for key, values in when.items())
        told[0] += _("（只在%(asked)s时问）") % {"asked": asked}
    for option in item.get("options", []):
        parts = [str(option.get("label", "")), str(option.get("effect", "")), *_consequences(option)]
        told.append("— " + "，".join(part for part in parts if part))
    return "\n".join(told)


def _consequences(option: Mapping[str, Any]) -> list[str]:
    """What follows from choosing an option of the guidance, in words."""
    told = [
        text % {"codes": " ".join(option[name])}
        for name, text in (
            ("adds", _("增加材料%(codes)s")),
            ("drops", _("免交材料%(codes)s")),
            ("opens", _("启动环节%(codes)s")),
        )
        if option.get(name)
    ]
    for name, text in (("promised", _("承诺%(limit)s")), ("statutory", _("法定%(limit)s"))):
        if limit := option.get(name):
            told.append(text % {"limit": Limit(limit["value"], Unit(limit["unit"]))})
    told += [_("条件：%(text)s") % {"text": text} for text in option.get("conditions") or ()]
    if stop := option.get("stop"):
        told.append(
            _("不在这里办：%(reason)s%(see)s") % {"reason": stop["reason"], "see": stop.get("see", "")}
        )
    return told


def _faq(item: Mapping[str, Any]) -> str:
    return _("问：%(q)s") % {"q": item.get("q", "")} + "\n" + _("答：%(a)s") % {"a": item.get("a", "")}


def _labelled(**labels: Any) -> Callable[[Mapping[str, Any]], str]:
    """A writer that puts a name before each value that is there."""

    def write(item: Mapping[str, Any]) -> str:
        said = [(name, item.get(key)) for key, name in labels.items()]
        told = [(name, _("是") if value is True else value) for name, value in said if value]
        return "\n".join(f"{name}：{value}" for name, value in told)

    return write


_WRITERS: dict[str, Callable[[Any], str]] = {
    "legal_basis": _law,
    "special_procedures": _special,
    "questions": _question,
    "faq": _faq,
    "fee": _labelled(
        item=gettext_lazy("收费项目"),
        standard=gettext_lazy("收费标准"),
        basis=gettext_lazy("收费依据"),
        unit_price=gettext_lazy("单价（元）"),
        unit=gettext_lazy("计价单位"),
        reduction=gettext_lazy("减免"),
        reduction_basis=gettext_lazy("减免依据"),
    ),
    "renewal": _labelled(
        apply_days_before=gettext_lazy("届满前多少日申请延续"),
        silent_renewal=gettext_lazy("逾期未决定视为准予延续"),
        basis=gettext_lazy("延续依据"),
    ),
    "result_sample": lambda item: f"{item.get('field', '')}：{item.get('value', '')}",
}

"""Made-up answers for the filled sample of a form (示例). Nothing in them can be true of anybody.

Names say 示例; numbers lie in ranges that are never given out (DOMAIN §3). Each answer keeps to the rules of
its field, so that whoever copies the sample copies a form that would be taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hall.people.identity import synthetic_citizen_number, synthetic_uscc

from . import formschema
from .choices import FieldKind, Prefill
from .formschema import Form, Item, columns_of

PHONE = "13800000000"
_DAY = dt.date(2026, 1, 5)
_PROJECT_CODE = "2601-999900-04-01-000000"
_MOST_ROWS = 2


def answers(items: Iterable[Item], form: Form | None = None) -> dict[str, Any]:
    """An answer for each field. Those that the form's own rules refuse are left out rather than wrong."""
    items = list(items)
    given = {item["key"]: _answer(item) for item in items}
    schema = (form or {}).get("schema") or formschema.schema_of(items)
    for key in formschema.violations(schema, given):
        given.pop(key, None)
    return given


def applicant(*, organisation: bool) -> dict[str, str]:
    """Who applies in a sample."""
    return {
        "name": _("示例有限公司") if organisation else _("示例申请人"),
        "id": "" if organisation else synthetic_citizen_number(1),
        "uscc": synthetic_uscc(1) if organisation else "",
        "representative": _("示例法人") if organisation else "",
        "phone": PHONE,
        "address": _address(),
    }


def in_words(kind: str, value: Any) -> str:
    """A single answer as one would write it by hand."""
    if value in (None, ""):
        return ""
    match kind:
        case FieldKind.DATE:
            day = dt.date.fromisoformat(str(value))
            return f"{day.year}年{day.month}月{day.day}日"
        case FieldKind.MONEY:
            return _("%(n)s元") % {"n": value}
        case FieldKind.AREA:
            return _("%(n)s平方米") % {"n": value}
    return str(value)


def _answer(item: Item) -> Any:
    rules: Mapping[str, Any] = item.get("rules") or {}
    options = [str(option) for option in item.get("options") or ()]
    match item["kind"]:
        case FieldKind.SELECT:
            return options[0] if options else ""
        case FieldKind.MULTISELECT:
            return options[: max(1, int(rules.get("minItems", 1)))]
        case FieldKind.BOOL:
            return True
        case FieldKind.DATE:
            return _DAY.isoformat()
        case FieldKind.NUMBER | FieldKind.MONEY | FieldKind.AREA:
            return _number(item["kind"], rules)
        case FieldKind.ADDRESS:
            return _address()
        case FieldKind.TABLE:
            names = [str(name) for name in columns_of(item)]
            rows = max(1, min(_MOST_ROWS, int(rules.get("minItems", 1))))
            return [{name: _text(name, row) for name in names} for row in range(rows)]
    return _fitting(str(item["label"]), item, rules)


def _fitting(label: str, item: Item, rules: Mapping[str, Any]) -> str:
    """A text that fits pattern and length: by what it is filled from, by its label, or one that is known."""
    by_prefill: dict[str, str] = {
        Prefill.ID: synthetic_citizen_number(1),
        Prefill.USCC: synthetic_uscc(1),
        Prefill.PHONE: PHONE,
        Prefill.PROJECT_CODE: _PROJECT_CODE,
        Prefill.NAME: _("示例申请人"),
        Prefill.LEGAL_REPRESENTATIVE: _("示例法人"),
        Prefill.ADDRESS: _address(),
    }
    tried = [by_prefill.get(item.get("prefill") or ""), _text(label)]
    tried += [
        synthetic_uscc(1),
        synthetic_citizen_number(1),
        PHONE,
        _PROJECT_CODE,
        "000000",
        "2026",
        "A000001",
    ]
    pattern, longest = rules.get("pattern"), int(rules.get("maxLength", formschema.TEXT_LONGEST))
    for text in tried:
        if text and len(text) <= longest and (not pattern or re.search(pattern, text)):
            return text.ljust(int(rules.get("minLength", 0)), "例")
    return ""


# What a label is about, and what one writes there.
_WORDS = (
    (("统一社会信用代码", "信用代码"), lambda: synthetic_uscc(1)),
    (("身份证", "证件号码"), lambda: synthetic_citizen_number(1)),
    (("项目代码",), lambda: _PROJECT_CODE),
    (("电话", "手机", "联系方式"), lambda: PHONE),
    (("邮箱", "电子邮件"), lambda: "example@example.com"),
    (("邮政编码", "邮编"), lambda: "000000"),
    (("地址", "地点", "住所", "场所", "坐落"), lambda: _address()),
    (("日期", "时间"), lambda: "2026年1月5日"),
    (("面积",), lambda: "60平方米"),
    (("金额", "投资", "资本", "价格"), lambda: "100万元"),
    (("数量", "人数", "份数", "台数"), lambda: "1"),
    (("企业", "公司", "单位", "机构", "名称"), lambda: _("示例有限公司")),
    (("姓名", "负责人", "法定代表人", "联系人", "代表"), lambda: _("示例人员")),
    (("编号", "号码", "证号", "文号"), lambda: _("示例000001")),
)


def _text(label: str, row: int = 0) -> str:
    for words, write in _WORDS:
        if any(word in label for word in words):
            return write()
    return _("示例：%(label)s") % {"label": label} if not row else _("示例%(n)s") % {"n": row + 1}


def _number(kind: str, rules: Mapping[str, Any]) -> Decimal:
    usual = {FieldKind.MONEY: 1_000_000, FieldKind.AREA: 60}.get(kind, 1)  # type: ignore[call-overload]
    low, high = rules.get("minimum"), rules.get("maximum")
    value = Decimal(str(usual))
    if "exclusiveMinimum" in rules:
        value = max(value, Decimal(str(rules["exclusiveMinimum"])) + 1)
    if low is not None:
        value = max(value, Decimal(str(low)))
    if high is not None:
        value = min(value, Decimal(str(high)))
    return value


def _address() -> str:
    return _("示例市示例区示例路1号")

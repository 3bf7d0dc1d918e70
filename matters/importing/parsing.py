"""What a row says: the identity of a matter, the elements that it states, and its place in lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .. import codes, wording
from ..choices import ListRole
from . import vocabulary
from .reading import Row

SEPARATORS = re.compile(r"[、;；,，|/\n]+")
NUMBER_WITH_UNIT = re.compile(r"(\d+)\s*(\D*)")
LONGEST_NAME = 200
LONGEST_CODE = 80
LONGEST_THEME = 60


@dataclass
class Parsed:
    """A row as understood. `faults` refuse it; `identity` and `elements` hold only what the file states."""

    row: int
    name: str
    department: str
    department_uscc: str
    code: str
    segments: dict[str, Any]
    identity: dict[str, Any]
    elements: dict[str, Any]
    lists: list[str]
    role: str
    batch: str
    order: int | None
    faults: list[str] = field(default_factory=list)


def parse(row: Row) -> Parsed:
    """Understand one row. Never raises: what is wrong stands in `faults`."""
    faults: list[str] = []
    code = row.get("implementation_code")
    name = row.get("name")
    parsed = Parsed(
        row=row.number,
        name=name,
        department=row.get("department"),
        department_uscc=row.get("department_uscc"),
        code=code,
        segments=codes.split(code) if code else {},
        identity=_identity(row, faults),
        elements=_elements(row, faults),
        lists=_many(row.get("list_code")),
        role=_coded(row, "list_role", "list_role", faults) or ListRole.LISTED,
        batch=row.get("batch")[:40],
        order=_whole_number(row, "order", faults),
        faults=faults,
    )
    for wrong, fault in (
        (not name, _("没有事项名称")),
        (len(name) > LONGEST_NAME, _("事项名称超过%(n)s字") % {"n": LONGEST_NAME}),
        (not parsed.department, _("没有实施部门")),
        (len(parsed.department) > 100, _("实施部门名称过长")),
        (len(code) > LONGEST_CODE, _("实施编码超过%(n)s位") % {"n": LONGEST_CODE}),
        ("kind" not in parsed.identity and not faults, _("没有事项类型")),
    ):
        if wrong:
            faults.append(fault)
    return parsed


def _identity(row: Row, faults: list[str]) -> dict[str, Any]:
    theme = row.get("theme")
    stated = {
        "kind": _coded(row, "kind", "kind", faults),
        "domain": _coded(row, "domain", "domain", faults),
        "level": _coded(row, "level", "level", faults),
        "theme": "" if wording.is_unclassified(theme) else theme[:LONGEST_THEME],
        "basic_code": row.get("basic_code")[:20],
        "aliases": _many(row.get("aliases")),
        "source": row.get("source")[:100],
    }
    return {key: value for key, value in stated.items() if value}


def _elements(row: Row, faults: list[str]) -> dict[str, Any]:
    statutory, statutory_unit = _limit(row, "statutory", faults)
    promised, promised_unit = _limit(row, "promised", faults)
    applicants = [_known("applicants", "applicants", word, faults) for word in _many(row.get("applicants"))]
    depth = _coded(row, "online_depth", "online_depth", faults)
    town = row.get("town_intake")
    stated: dict[str, Any] = {
        "case_type": _coded(row, "case_type", "case_type", faults),
        "statutory_value": statutory,
        "statutory_unit": statutory_unit if statutory else None,
        "promised_value": promised,
        "promised_unit": promised_unit if promised else None,
        "visits": _whole_number(row, "visits", faults),
        "online_depth": int(depth) if depth else None,
        "applicants": [kind for kind in applicants if kind] or None,
        "town_intake": bool(_known("yes", "town_intake", town, faults)) if town else None,
    }
    return {key: value for key, value in stated.items() if value is not None}


def _limit(row: Row, which: str, faults: list[str]) -> tuple[int | None, str]:
    """A limit in one cell (`5个工作日`) or two (`5` and `工作日`); working days when no unit is given."""
    text = row.get(f"{which}_value")
    if not text:
        return None, ""
    match = NUMBER_WITH_UNIT.fullmatch(vocabulary.normal(text))
    if not match or len(match[1]) > 4:
        faults.append(_("时限“%(text)s”不是数字") % {"text": text})
        return None, ""
    unit_text = match[2] or row.get(f"{which}_unit")
    unit = _known("unit", f"{which}_unit", unit_text, faults) if unit_text else "working_day"
    return int(match[1]), unit or "working_day"


def _coded(row: Row, column: str, sort: str, faults: list[str]) -> str | None:
    text = row.get(column)
    return _known(sort, column, text, faults) if text else None


def _known(sort: str, column: str, text: str, faults: list[str]) -> str | None:
    found = vocabulary.value(sort, text)
    if found is None:
        faults.append(_("%(column)s“%(text)s”不认识") % {"column": vocabulary.heading(column), "text": text})
    return found


def _whole_number(row: Row, column: str, faults: list[str]) -> int | None:
    text = vocabulary.normal(row.get(column))
    if not text:
        return None
    if not text.isdecimal() or len(text) > 5:
        faults.append(
            _("%(column)s“%(text)s”不是数字") % {"column": vocabulary.heading(column), "text": text}
        )
        return None
    return int(text)


def _many(text: str) -> list[str]:
    return [part.strip() for part in SEPARATORS.split(text) if part.strip()]

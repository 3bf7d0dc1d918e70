"""What a row says: the identity of a matter, the elements that it states, and its place in lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .. import codes, wording
from ..choices import ListRole
from . import columns, vocabulary
from .columns import Column, Known, Unreadable
from .reading import Row
from .report import Fault

NUMBER_WITH_UNIT = re.compile(r"(\d+)\s*(\D*)")
LONGEST_NAME = 200
LONGEST_CODE = 80
LONGEST_THEME = 60
# What a plain list states in words of its own; every other element is read as its field holds it.
IN_WORDS = (
    "case_type",
    "statutory_value",
    "statutory_unit",
    "promised_value",
    "promised_unit",
    "visits",
    "online_depth",
    "applicants",
    "town_intake",
)


@dataclass
class Parts:
    """The rows of a matter on one sheet of parts."""

    sheet: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Place:
    """A matter's place in a list."""

    order: int | None
    batch: str
    role: str


@dataclass
class Parsed:
    """A row as understood. `faults` refuse it; `identity` and `elements` hold only what the file states.

    `base` is the number of the version from which an exported row was made, None for a row of a list.
    `parts` are the sheets of materials and steps that the file brings, with this matter's rows.
    """

    row: Row
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
    base: int | None = None
    parts: dict[str, Parts] = field(default_factory=dict)
    places: list[tuple[str, Place]] = field(default_factory=list)  # lists by code or name
    made_parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def has_parts(self) -> bool:
        """Are there rows of it on the other sheets?"""
        return any(part.rows for part in self.parts.values())

    @property
    def number(self) -> int:
        """The row's number as a spreadsheet shows it."""
        return self.row.number


class Faults(list[Fault]):
    """Collects what is wrong with one row."""

    def __init__(self, row: Row, sheet: str = "", headings: Mapping[str, Column] | None = None) -> None:
        super().__init__()
        self.row, self.sheet, self.headings = row, sheet, headings
        for column, problem, remedy in row.faults:
            self.note(column, problem, remedy)

    def note(self, column: str, problem: str, remedy: str = "") -> None:
        """Something is wrong with the cell in `column`; "" means with the row as a whole."""
        self.append(Fault(self.row.number, column, self._heading(column), problem, remedy, self.sheet))

    def _heading(self, column: str) -> str:
        if not column:
            return ""
        if self.headings and column in self.headings:
            return self.headings[column].heading
        return columns.heading(column)


def parse(row: Row) -> Parsed:
    """Understand one row. Never raises: what is wrong stands in `faults`."""
    faults = Faults(row)
    code = row.get("implementation_code")
    name = row.get("name")
    parsed = Parsed(
        row=row,
        name=name,
        department=row.get("department"),
        department_uscc=row.get("department_uscc"),
        code=code,
        segments=codes.split(code) if code else {},
        identity={} if row.get("base") else _identity(row, faults),
        elements={} if row.get("base") else _elements(row, faults),
        lists=columns.many(row.get("list_code")),
        role=_coded(row, "list_role", "list_role", faults) or ListRole.LISTED,
        batch=row.get("batch")[:40],
        order=_whole_number(row, "order", faults),
        base=_whole_number(row, "base", faults),
        faults=faults,
    )
    for wrong, column, fault in (
        (not name, "name", _("没有事项名称")),
        (len(name) > LONGEST_NAME, "name", _("事项名称超过%(n)s字") % {"n": LONGEST_NAME}),
        (not parsed.department, "department", _("没有实施部门")),
        (len(parsed.department) > 100, "department", _("实施部门名称过长")),
        (
            len(code) > LONGEST_CODE,
            "implementation_code",
            _("实施编码超过%(n)s位") % {"n": LONGEST_CODE},
        ),
        ("kind" not in parsed.identity and not faults and not row.get("base"), "kind", _("没有事项类型")),
    ):
        if wrong:
            faults.note(column, fault, _("填写或者改正这一格"))
    return parsed


def read_place(row: Row, faults: Faults) -> Place:
    """A row of the sheet of lists."""
    role = _coded(row, "list_role", "list_role", faults) or ListRole.LISTED
    return Place(_whole_number(row, "order", faults), row.get("batch")[:40], role)


def changed_cells(
    cells: Row, made: Mapping[str, Column], current: Mapping[str, str], known: Known, faults: Faults
) -> dict[str, Any]:
    """What `cells` state otherwise than `current` does, by column, ready to be stored."""
    found: dict[str, Any] = {}
    for name, column in made.items():
        if not cells.has(name) or cells.get(name) == current.get(name, ""):
            continue
        try:
            found[name] = column.value(cells.get(name), known)
        except Unreadable as error:
            faults.note(name, error.problem, error.remedy)
    return found


def whole_cells(cells: Row, made: Mapping[str, Column], known: Known, faults: Faults) -> dict[str, Any]:
    """What every filled cell of a row says, by column; empty ones that must not be are faults."""
    found: dict[str, Any] = {}
    for name, column in made.items():
        text = cells.get(name)
        if not text and (not cells.has(name) or column.field.has_default()):
            continue
        try:
            found[name] = column.value(text, known)
        except Unreadable as error:
            faults.note(name, error.problem, error.remedy)
    return found


def filled_cells(cells: Row, made: Mapping[str, Column], known: Known, faults: Faults) -> dict[str, Any]:
    """What the filled cells of a row say, by column; empty ones say nothing."""
    filled = {name: column for name, column in made.items() if cells.get(name)}
    return whole_cells(cells, filled, known, faults)


def _identity(row: Row, faults: Faults) -> dict[str, Any]:
    theme = row.get("theme")
    stated = {
        "kind": _coded(row, "kind", "kind", faults),
        "domain": _coded(row, "domain", "domain", faults),
        "level": _coded(row, "level", "level", faults),
        "theme": "" if wording.is_unclassified(theme) else theme[:LONGEST_THEME],
        "basic_code": row.get("basic_code")[:20],
        "aliases": columns.many(row.get("aliases")),
        "source": row.get("source")[:100],
    }
    return {key: value for key, value in stated.items() if value}


def _elements(row: Row, faults: Faults) -> dict[str, Any]:
    statutory, statutory_unit = _limit(row, "statutory", faults)
    promised, promised_unit = _limit(row, "promised", faults)
    applicants = [
        _known("applicants", "applicants", word, faults) for word in columns.many(row.get("applicants"))
    ]
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


def _limit(row: Row, which: str, faults: Faults) -> tuple[int | None, str]:
    """A limit in one cell (`5个工作日`) or two (`5` and `工作日`); working days when no unit is given."""
    column = f"{which}_value"
    text = row.get(column)
    if not text:
        return None, ""
    match = NUMBER_WITH_UNIT.fullmatch(vocabulary.normal(text).removesuffix(".0"))
    if not match or len(match[1]) > 4:
        faults.note(
            column,
            _("时限“%(text)s”不是数字") % {"text": columns.short(text)},
            _("填数字，例如5；单元格是日期格式的，改为常规格式"),
        )
        return None, ""
    unit_text = match[2] or row.get(f"{which}_unit")
    unit = _known("unit", f"{which}_unit", unit_text, faults) if unit_text else "working_day"
    return int(match[1]), unit or "working_day"


def _coded(row: Row, column: str, sort: str, faults: Faults) -> str | None:
    text = row.get(column)
    return _known(sort, column, text, faults) if text else None


def _known(sort: str, column: str, text: str, faults: Faults) -> str | None:
    found = vocabulary.value(sort, text)
    if found is None:
        faults.note(
            column,
            _("%(column)s“%(text)s”不认识")
            % {"column": columns.heading(column), "text": columns.short(text)},
            _("可以填：%(words)s") % {"words": "、".join(vocabulary.words_of(sort))},
        )
    return found


def _whole_number(row: Row, column: str, faults: Faults) -> int | None:
    text = row.get(column)
    if not text:
        return None
    try:
        value = columns.whole_number(text)
    except Unreadable as error:
        faults.note(
            column,
            _("%(column)s%(problem)s") % {"column": columns.heading(column), "problem": error.problem},
            error.remedy,
        )
        return None
    if value > 99_999:
        faults.note(column, _("%(column)s太大") % {"column": columns.heading(column)}, _("填较小的数字"))
        return None
    return value

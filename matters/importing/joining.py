"""Brings the sheets of a workbook together: each matter with its materials, steps and places in lists."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from . import columns
from .parsing import Faults, Parsed, Parts, read_place
from .reading import Book, Row
from .report import Fault, Refusal


def join_parts(book: Book, parsed: Sequence[Parsed]) -> list[Refusal]:
    """Give each matter its rows of the other sheets. Returns those that belong to no matter here."""
    by_code = {each.code: each for each in parsed if each.code}
    strays: list[Refusal] = []
    for kind, table in book.parts.items():
        rows = book.part(kind)
        for code in [code for code in rows if code not in by_code]:
            strays += [_stray(row, code, table.title) for row in rows[code]]
        for code, each in by_code.items():
            if kind != "lists":
                each.parts[kind] = Parts(table.title, rows.get(code, []))
            elif code in rows:
                _read_places(each, rows[code], table.title)
    return strays


def _stray(row: Row, code: str, sheet: str) -> Refusal:
    heading = columns.heading("implementation_code")
    problem = _("“事项”表中没有实施编码%(code)s") % {"code": columns.short(code) or "—"}
    fault = Fault(row.number, "implementation_code", heading, problem, _("改正编码，或者删去这一行"), sheet)
    return Refusal(row.number, f"{sheet}：{row.get('name')}", problem, (fault,), sheet)


def _read_places(parsed: Parsed, rows: Sequence[Row], sheet: str) -> None:
    for row in rows:
        faults = Faults(row, sheet)
        spot = read_place(row, faults)
        parsed.faults += faults
        if not faults:
            parsed.places.append((row.get("list_code"), spot))

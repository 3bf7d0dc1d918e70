"""A year as twelve month sheets, for the screen. Pure: asks the table of days and nothing else."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .choices import DayKind, DayNature
from .workdays import DayTable


@dataclass(frozen=True)
class Cell:
    """One day: what it is, the one word that says so, and why."""

    date: dt.date
    nature: str
    word: str
    why: str
    local: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    """One sheet, weeks from Monday; days of other months are None."""

    first_day: dt.date
    weeks: Sequence[Sequence[Cell | None]]
    working_days: int


def year_sheets(table: DayTable, year: int, today: dt.date) -> list[Month]:
    """The twelve sheets of `year`."""
    weeks = calendar.Calendar(firstweekday=0)
    return [_month(table, weeks, year, month, today) for month in range(1, 13)]


def _month(table: DayTable, weeks: calendar.Calendar, year: int, month: int, today: dt.date) -> Month:
    rows = [
        [_cell(table, day, today) if day.month == month else None for day in week]
        for week in weeks.monthdatescalendar(year, month)
    ]
    days = [cell.date for row in rows for cell in row if cell]
    return Month(dt.date(year, month, 1), rows, sum(map(table.is_working, days)))


def _cell(table: DayTable, day: dt.date, today: dt.date) -> Cell:
    mark = table.mark(day)
    word = "" if mark is None else _("休") if mark.kind == DayKind.OFF else _("班")
    nature = table.nature(day)
    if mark is not None and mark.kind == DayKind.WORK:
        nature = DayNature.MAKE_UP  # also a weekday that only a local row makes a working day
    local = mark is not None and mark.local
    return Cell(day, str(nature), word, table.reason(day) if mark else "", local, day == today)

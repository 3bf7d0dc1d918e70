"""Is one limit longer than another of another unit? Counted on the real calendar, from every day of a year.

20 working days are 28 calendar days in an ordinary month and 37 across the Spring Festival; so which of two
limits ends first depends on the day from which they run.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from hall.calendars.workdays import ONE_DAY, DayTable
from hall.clocks.engine import corresponding_day
from hall.clocks.limits import Limit, Unit

YEARS = 4  # from the first start to the last end; a limit that reaches further is not compared
LONGEST_DAYS = 365 * (YEARS - 1)


@dataclass(frozen=True)
class Overrun:
    """On how many of the days of a year the first limit ends later than the second, and one such day."""

    days: int
    of: int
    starts: dt.date
    ends: dt.date
    allowed: dt.date

    @property
    def usual(self) -> bool:
        """Is it so on more than half of the days, not only around a long holiday?"""
        return 2 * self.days > self.of


@dataclass
class YearOfStarts:
    """The working days from the first day of a year on, ready to be counted many times."""

    table: DayTable
    year: int
    working: list[dt.date] = field(default_factory=list)
    known: dict[tuple[Limit, Limit], Overrun | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = dt.date(self.year, 1, 1)
        days = (dt.date(self.year + YEARS, 1, 31) - first).days
        every = (first + n * ONE_DAY for n in range(days))
        self.working = [day for day in every if self.table.is_working(day)]

    def overrun(self, limit: Limit, allowed: Limit) -> Overrun | None:
        """Where `limit` ends after `allowed` when both run from the same day; None if it never does."""
        key = (limit, allowed)
        if key not in self.known:
            self.known[key] = self._overrun(limit, allowed)
        return self.known[key]

    def _overrun(self, limit: Limit, allowed: Limit) -> Overrun | None:
        first = dt.date(self.year, 1, 1)
        starts = [first + n * ONE_DAY for n in range((dt.date(self.year + 1, 1, 1) - first).days)]
        ends = [(start, self._last_day(start, limit), self._last_day(start, allowed)) for start in starts]
        longer = [each for each in ends if each[1] > each[2]]
        if not longer:
            return None
        worst = max(longer, key=lambda each: each[1] - each[2])
        return Overrun(len(longer), len(starts), *worst)

    def _last_day(self, start: dt.date, limit: Limit) -> dt.date:
        """The last day of a limit: a period whose last day is off ends on the next working day."""
        if limit.unit == Unit.WORKING_DAY:
            if limit.value == 0:
                return start
            return self.working[bisect_right(self.working, start) + limit.value - 1]
        if limit.unit == Unit.MONTH:
            day = corresponding_day(start, limit.value)
        else:
            day = start + limit.value * ONE_DAY
        return self.working[bisect_left(self.working, day)]


def comparable(limit: Limit) -> bool:
    """Does it count days, and no more of them than are looked at?"""
    days = {Unit.WORKING_DAY: 2, Unit.CALENDAR_DAY: 1, Unit.MONTH: 31}.get(limit.unit)
    return days is not None and limit.value * days <= LONGEST_DAYS


# The year last asked for: the rules go through a whole catalogue with one table.
_last: list[YearOfStarts] = []


def year_of_starts(table: DayTable, year: int) -> YearOfStarts:
    """The working days from `year` on, made once for a table."""
    if not _last or _last[0].table is not table or _last[0].year != year:
        _last[:] = [YearOfStarts(table, year)]
    return _last[0]

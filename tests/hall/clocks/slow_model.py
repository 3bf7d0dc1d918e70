"""The rules again, as slowly and plainly as they can be written: what the engine must agree with.

It shares nothing with the hall but the words for units and ends. Days are walked one by one, working minutes
counted one by one (moments are then whole minutes), calendars are looked up row by row.
"""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hall.clocks.choices import Ends, Unit

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
SATURDAY = 5
SHANGHAI = ZoneInfo("Asia/Shanghai")

# 全国年节及纪念日放假办法, as far as it needs no announcement; lunar days of the years that histories reach.
EVERY_YEAR = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
LUNAR = {
    dt.date(2027, month, day) for month, day in [(2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (6, 9), (9, 15)]
}


class Span(NamedTuple):
    """A pause: from a moment to just before another; None: until further notice."""

    starts_at: dt.datetime
    ends_at: dt.datetime | None


@dataclass
class SlowCalendar:
    """One place's days, as rows: a hall's row covers the jurisdiction's, which covers the nation's."""

    national: dict[dt.date, str] = field(default_factory=dict)
    local: dict[dt.date, str] = field(default_factory=dict)
    of_hall: dict[dt.date, str] = field(default_factory=dict)
    announced: set[int] = field(default_factory=set)
    opens_at: dt.time = dt.time(9)
    closes_at: dt.time = dt.time(17)
    zone: ZoneInfo = SHANGHAI

    def is_working(self, day: dt.date) -> bool:
        for rows in (self.of_hall, self.local, self.national):
            if day in rows:
                return rows[day] == "work"
        if self.is_provisional(day.year) and ((day.month, day.day) in EVERY_YEAR or day in LUNAR):
            return False
        return day.weekday() < SATURDAY

    def is_provisional(self, year: int) -> bool:
        return year not in self.announced

    def key(self) -> tuple[Any, ...]:
        """Equal for calendars that answer alike."""
        rows = (frozenset(each.items()) for each in (self.national, self.local, self.of_hall))
        return (*rows, frozenset(self.announced), self.opens_at, self.closes_at)


def paused(moment: dt.datetime, pauses: Iterable[Any]) -> bool:
    return any(p.starts_at <= moment and (p.ends_at is None or moment < p.ends_at) for p in pauses)


def for_ever(moment: dt.datetime, pauses: Iterable[Any]) -> bool:
    return any(p.starts_at <= moment and p.ends_at is None for p in pauses)


def slow_due(start, limit, calendar, pauses, ends) -> dt.datetime | None:
    """The last moment in time, or None while a pause is open."""
    return slow_answer(start, limit.value, limit.unit, calendar, list(pauses), ends)[0]


def slow_answer(
    start: dt.datetime, value: int, unit: str, calendar: Any, pauses: Sequence[Any], ends: str
) -> tuple[dt.datetime | None, bool]:
    """The last moment in time, and whether the answer leans on a year that is not announced yet.

    Of a clock without a due moment the second says nothing.
    """
    if unit == Unit.WORKING_MINUTE:
        return slow_minutes(start, value, calendar, pauses)
    day = start.astimezone(calendar.zone).date()
    needed = value
    if unit == Unit.MONTH:
        needed = (months_later(day, value) - day).days
    if needed == 0 and ends != Ends.FIXED_DATE and start > at(day, calendar.closes_at, calendar):
        day += DAY
    asked = set()  # the years in which it mattered whether a day is worked
    counted = 0
    while counted < needed:
        day += DAY
        close = at(day, calendar.closes_at, calendar)
        if for_ever(close, pauses):
            return None, False
        if unit == Unit.WORKING_DAY:
            asked.add(day.year)
            if not calendar.is_working(day):
                continue
        if not paused(close, pauses):
            counted += 1
    while True:
        end = at(day, calendar.closes_at if ends == Ends.CLOSE_OF_OFFICE else dt.time.max, calendar)
        if for_ever(end, pauses):
            return None, False
        if not paused(end, pauses):
            if ends == Ends.FIXED_DATE:
                break
            asked.add(day.year)
            if calendar.is_working(day):
                break
        day += DAY
    return end, any(calendar.is_provisional(year) for year in asked)


def months_later(day: dt.date, months: int) -> dt.date:
    """The day of the same number, or the month's last (民法典 Art. 202)."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return dt.date(year, month, min(day.day, gregorian.monthrange(year, month)[1]))


def slow_minutes(start, value, calendar, pauses) -> tuple[dt.datetime | None, bool]:
    """Minute by minute: a minute counts if the office is open and the clock runs at its beginning."""
    moment, counted = start.astimezone(calendar.zone), 0
    asked = set()
    while True:
        if for_ever(moment, pauses):
            return None, False
        day, time = moment.date(), moment.time()
        asked.add(day.year)
        if not calendar.is_working(day) or time > calendar.closes_at:
            moment = at(day + DAY, dt.time(), calendar)
            continue
        if time < calendar.opens_at:
            moment = at(day, calendar.opens_at, calendar)
            continue
        open_now = calendar.opens_at <= time < calendar.closes_at
        at_close = time == calendar.closes_at and value > 0 and moment != start
        if open_now or at_close:
            running = not paused(moment, pauses)
            if counted == value and running:
                return moment, any(calendar.is_provisional(year) for year in asked)
            if open_now and running:
                counted += 1
        moment += MINUTE


def slow_warning(last: dt.datetime, working_days: int, calendar: Any) -> dt.datetime:
    """The opening of the office on the day after which so many working days are left up to the last."""
    day = last.astimezone(calendar.zone).date()
    left = working_days
    while left:
        day -= DAY
        if calendar.is_working(day):
            left -= 1
    return at(day, calendar.opens_at, calendar)


def at(day: dt.date, time: dt.time, calendar: Any) -> dt.datetime:
    return dt.datetime.combine(day, time, calendar.zone)

"""The rules again, as slowly and plainly as they can be written: what the engine must agree with.

It shares nothing with the engine but the calendar's answer whether a day is worked. Moments are whole
minutes, so working minutes are counted one by one.
"""

from __future__ import annotations

import calendar as gregorian
import datetime as dt

from hall.clocks.choices import Ends
from hall.clocks.limits import Unit

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def paused(moment, pauses) -> bool:
    return any(p.starts_at <= moment and (p.ends_at is None or moment < p.ends_at) for p in pauses)


def for_ever(moment, pauses) -> bool:
    return any(p.starts_at <= moment and p.ends_at is None for p in pauses)


def slow_due(start, limit, calendar, pauses, ends):
    if limit.unit == Unit.WORKING_MINUTE:
        return slow_minutes(start, limit.value, calendar, pauses)
    day = start.astimezone(calendar.zone).date()
    needed = limit.value
    if limit.unit == Unit.MONTH:
        year, month = day.year, day.month
        for _ in range(limit.value):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        last = gregorian.monthrange(year, month)[1]
        needed = (dt.date(year, month, min(day.day, last)) - day).days
    if needed == 0 and ends != Ends.FIXED_DATE and start > at(day, calendar.closes_at, calendar):
        day += DAY
    counted = 0
    while counted < needed:
        day += DAY
        close = at(day, calendar.closes_at, calendar)
        if for_ever(close, pauses):
            return None
        if paused(close, pauses):
            continue
        if limit.unit == Unit.WORKING_DAY and not calendar.is_working(day):
            continue
        counted += 1
    while True:
        end = at(day, calendar.closes_at if ends == Ends.CLOSE_OF_OFFICE else dt.time.max, calendar)
        if for_ever(end, pauses):
            return None
        off = ends != Ends.FIXED_DATE and not calendar.is_working(day)
        if not off and not paused(end, pauses):
            return end
        day += DAY


def slow_minutes(start, value, calendar, pauses):
    """Minute by minute: a minute counts if the office is open and the clock runs at its beginning."""
    moment, counted = start, 0
    while True:
        local = moment.astimezone(calendar.zone)
        if for_ever(moment, pauses):
            return None
        open_now = (
            calendar.is_working(local.date()) and calendar.opens_at <= local.time() < calendar.closes_at
        )
        at_close = calendar.is_working(local.date()) and local.time() == calendar.closes_at
        running = not paused(moment, pauses)
        if counted == value and running and (open_now or (at_close and value > 0 and moment != start)):
            return local
        if open_now and running and counted < value:
            counted += 1
        moment += MINUTE


def at(day, time, calendar):
    return dt.datetime.combine(day, time, calendar.zone)

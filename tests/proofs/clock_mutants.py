"""Clocks made wrong on purpose. Each must be caught by random histories (`histories`)."""

from __future__ import annotations

from hall.calendars import queries as calendar_queries
from hall.calendars import services as calendars
from hall.calendars.workdays import DayTable
from hall.clocks import engine, outages, queries, services
from hall.clocks.models import Clock

from . import histories
from .mutants import Mutant, wrong

COUNT = engine._Count

MUTANTS = [
    Mutant("the starting day is counted", COUNT.days, "range(1, needed + 1)", "range(2, needed + 1)"),
    Mutant(
        "overlapping pauses add up",
        COUNT._next_counted,
        "elif pause is not None:\n",
        "elif pause is not None:\n"
        "            close = self.calendar.close_of_office(day)\n"
        "            day += ONE_DAY * (sum(each.holds_at(close) for each in self.pauses) - 1)\n",
    ),
    Mutant(
        "a make-up Saturday is no working day",
        DayTable.is_working,
        "mark.kind == DayKind.WORK",
        "mark.kind == DayKind.WORK and day.weekday() < SATURDAY",
    ),
    Mutant("statutory days are not computed", DayTable.mark, "day.year not in self.announced", "False"),
    Mutant(
        "a legal period ends at close of office",
        COUNT._end_moment,
        "self.ends == Ends.CLOSE_OF_OFFICE",
        "self.ends != Ends.FIXED_DATE",
    ),
    Mutant(
        "a day counts if the clock runs at its last moment",
        COUNT._next_counted,
        "self.calendar.close_of_office(day)",
        "self.calendar.last_moment(day)",
    ),
    Mutant("months are clipped to the 28th", engine.corresponding_day, "monthrange(year, month)[1]", "28"),
    Mutant(
        "a period may end on a day off",
        COUNT._end,
        "self.ends == Ends.FIXED_DATE or self._is_working(day)",
        "self.ends == Ends.FIXED_DATE or self._is_working(day) or True",
    ),
    Mutant("a period may end while it is paused", COUNT._end, "if pause is not None:", "if False:"),
    Mutant(
        "a limit of zero after hours ends the same day",
        COUNT.days,
        "not needed and self.ends",
        "False and self.ends",
    ),
    Mutant(
        "a pause still holds when it ends",
        engine.Pause.holds_at,
        "moment < self.ends_at",
        "moment <= self.ends_at",
    ),
    Mutant(
        "working minutes before a pause are lost",
        COUNT._running,
        "if begins < pause.starts_at:",
        "if False:",
    ),
    Mutant("working minutes run on days off", COUNT.minutes, "if not self._is_working(day):", "if False:"),
    Mutant(
        "a year not announced is not provisional",
        COUNT._is_working,
        "self.provisional |=",
        "self.provisional &=",
    ),
    Mutant("warnings come a day late", engine.warning_moment, "-step.value)", "-step.value + 1)"),
    Mutant(
        "the jurisdiction's own days are not read",
        calendar_queries._read,
        "if jurisdiction_id is not None:",
        "if False:",
    ),
    Mutant(
        "the hall's own days are not read", calendar_queries._read, "if hall_id is not None:", "if False:"
    ),
    Mutant(
        "the jurisdiction's day covers the hall's",
        calendar_queries._read,
        'F("hall_id").asc(nulls_first=True)',
        'F("hall_id").desc(nulls_last=True)',
    ),
    Mutant(
        "who started within an outage is not credited",
        outages._uncredited,
        "outage.ends_at",
        "outage.starts_at",
    ),
    Mutant(
        "a change of the calendar misses clocks that end soon after",
        queries.open_between,
        "due_at__gte=from_moment",
        "due_at__gte=from_moment + dt.timedelta(days=3)",
    ),
    Mutant(
        "a second extension takes the place of the first",
        services.extend,
        "(clock.limit + by_limit).value - clock.limit_value",
        "by_limit.value",
    ),
    Mutant("a clock goes on when it is told, not when it did", services.resume, "opened.ends_at = moment",
           "opened.ends_at = now()"),
    Mutant("pauses outlive their clock", services._end, "if clock.due_at is None:", "if False:"),
    Mutant(
        "a clock that is over can be paused",
        services.pause,
        "if clock.is_over(moment) or (clock.is_over(now()) and not in_time):",
        "if False:",
    ),
    Mutant("the last moment is too late", Clock.is_over, "moment > self.due_at", "moment >= self.due_at"),
    Mutant("the journal says a pause began when it was told", services.pause, "ground=ground, at=moment)",
           "ground=ground, at=now())"),
    Mutant(
        "the journal keeps back days that were taken away",
        calendars._lay,
        " | {row.date: None for row in gone}",
        "",
    ),
    Mutant("a moved date is no event", services.settle_locked, 'tell("clock_recomputed"',
           'str("clock_recomputed") if True else tell("clock_recomputed"'),
]  # fmt: skip


def caught_after(mutant: Mutant, seed: str, most: int) -> int | None:
    """How many histories it took to catch the mutant; None if `most` were not enough."""
    lived = 0
    with wrong(mutant):
        while lived < most:
            lived += 20
            try:
                histories.live(f"{seed}/mutant/{lived}", 20)
            except histories.Disagreement:
                return lived
    return None

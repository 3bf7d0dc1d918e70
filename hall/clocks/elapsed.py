"""How much of a limit is used up: the days that have counted so far, by the engine's own count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hall.now import now

from . import engine, queries
from .choices import Ends
from .limits import Limit, Unit
from .models import Clock


@dataclass(frozen=True)
class Elapsed:
    """Days counted until a day, of those allowed, and why each did or did not count."""

    counted: int
    limit: Limit
    lines: tuple[engine.Line, ...]

    @property
    def left(self) -> int:
        """Days that remain; negative once the limit is passed."""
        return self.limit.value - self.counted


def elapsed(clock: Clock) -> Elapsed:
    """The days of `clock` that have counted up to today, or up to its end. Limits in days only.

    The day of start is not counted; today counts if the clock still runs at its close of office.
    """
    assert clock.limit.unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY), "limits of projects are in days"
    calendar = queries.calendar_of(clock)
    last = calendar.local_date(clock.ended_at or now())
    # As many days as have passed can never be used up before the last of them.
    passed = max((last - calendar.local_date(clock.started_at)).days, 0) + 1
    told = engine.due(
        clock.started_at,
        Limit(passed, clock.limit.unit),
        calendar,
        _pauses(clock, clock.ended_at or now()),
        Ends(clock.ends),
    )
    lines = tuple(line for line in told.lines if line.day <= last)
    counted = max((line.counted for line in lines if line.counted is not None), default=0)
    return Elapsed(counted, clock.limit, lines)


def _pauses(clock: Clock, until: dt.datetime) -> list[engine.Pause]:
    """The clock's pauses; an open one lasts, for this count, just beyond the day asked about."""
    beyond = until + dt.timedelta(days=2)
    return [
        engine.Pause(each.starts_at, each.ends_at or beyond, each.label, each.outage)
        for each in queries.pauses_of(clock)
    ]

"""More time for a department, also where the answer comes after the end that it was asked for before."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.calendars.workdays import WorkCalendar
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.errors import Invalid
from hall.now import now

from ..models import Task

WHILE_LIVE = (Kind.TASK_RECEIPT, Kind.TASK_OPINION)


def running_clocks(task: Task) -> list[Clock]:
    """The clocks whose end is the task's silence: receipt, then opinion."""
    found = [clock_queries.running(task, kind) for kind in WHILE_LIVE]
    return [clock for clock in found if clock is not None]


def lengthen(clock: Clock, days: int, *, since: dt.datetime, ground: Ground, reason: str, by: Actor) -> Clock:
    """Let the clock run `days` working days longer.

    If its end has passed while an answer was awaited, the time since `since` (when it was asked for, or held
    back) does not count, so that the days lie ahead. Raises Invalid for a limit that days cannot lengthen.
    """
    more = _in_its_unit(clock, days)
    if clock.due_at is not None and clock.is_over(now()):
        clocks.pause(clock, ground, reason, by, at=min(since, clock.due_at), in_time=True)
        clocks.resume(clock, ground, by)
    return clocks.extend(clock, more, reason=reason, by=by)


def _in_its_unit(clock: Clock, days: int) -> Limit:
    unit = Unit(clock.limit_unit)
    if unit == Unit.MONTH:
        raise Invalid(_("按月计算的期限不能按日延长，请改为中止计时"))
    if unit == Unit.WORKING_MINUTE:
        return Limit(days * _office_minutes(clock_queries.calendar_of(clock)), unit)
    return Limit(days, unit)


def _office_minutes(calendar: WorkCalendar) -> int:
    day = dt.date(2026, 1, 5)  # any day: offices open and close at the same hours
    return int((calendar.close_of_office(day) - calendar.opening(day)).total_seconds() // 60)

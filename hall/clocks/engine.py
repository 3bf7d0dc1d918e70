"""When is it due? A pure function of start, limit, calendar and pauses that also tells why, day by day.

The rules (DESIGN §3; 行政许可法 Art. 82, 民法典 Art. 201–204):

* The starting day is not counted, whatever the hour and whether or not it is worked.
* A day counts if the clock is running at that day's close of office; so pauses overlap without adding
  up, and a pause of a few hours inside a day costs nothing. Of working days only those count that are
  worked; of calendar days and months every day.
* A month ends on the day of the same number, or on the month's last day (民法典 Art. 202); each paused
  day on the way puts one day on.
* A period whose last day is off ends on the next working day (民法典 Art. 203), except a fixed date.
* Working minutes run within office hours of working days, to the second, from the start itself.
* A limit of zero ends on the starting day, or on the next working day if it starts off or after hours.
* A period cannot end while its clock is paused: such an end moves to the next day (or moment) that can
  be an end. While a pause is open there is no due moment at all.

A due moment is the last moment still in time, inclusive: 23:59:59.999999 of the last day, so that its
date is the last day's; or the close of office itself. The clock has expired when `now > due`.
A pause [a, b) holds at a and no longer at b.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from hall.calendars.choices import DayNature
from hall.calendars.workdays import ONE_DAY, WorkCalendar
from hall.errors import Invalid

from .choices import Ends, LineKind
from .limits import Limit, Unit

_FURTHEST = 40_000  # days; a calendar that offers no end within a century is broken


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from `starts_at` until just before `ends_at`; None: until further notice."""

    starts_at: dt.datetime
    ends_at: dt.datetime | None
    label: str = ""
    outage: bool = False

    def holds_at(self, moment: dt.datetime) -> bool:
        """Does the clock stand still at `moment` because of this pause?"""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass(frozen=True, slots=True)
class Line:
    """One day of the explanation. `counted` is the running count (days, or minutes) if the day counted.

    `cause` names what kept a day from counting: the holiday, or the ground of the pause.
    """

    day: dt.date
    kind: LineKind
    counted: int | None
    reason: str
    provisional: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """The answer: the last moment in time (None while a pause is open), and the way there.

    `provisional`: the answer asked about a day in a year whose arrangement is not announced yet (暂定).
    """

    at: dt.datetime | None
    provisional: bool
    lines: tuple[Line, ...]

    @property
    def day(self) -> dt.date | None:
        """The last day of the period."""
        return self.at.date() if self.at else None


def due(
    start: dt.datetime,
    limit: Limit,
    calendar: WorkCalendar,
    pauses: Iterable[Pause] = (),
    ends: Ends = Ends.DAY_END,
) -> Due:
    """When a period of `limit` from `start` (aware) is over, and why. Pure: asks no clock, no database.

    Raises Invalid if the calendar offers no end within a century.
    """
    count = _Count(calendar, tuple(pauses), ends)
    if limit.unit == Unit.WORKING_MINUTE:
        return count.minutes(start, limit.value)
    return count.days(start, limit)


def corresponding_day(day: dt.date, months: int) -> dt.date:
    """The day of the same number `months` later, or that month's last day (民法典 Art. 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


def warning_moment(last: dt.datetime, step: Limit, calendar: WorkCalendar) -> dt.datetime:
    """When to warn `step` before `last`: at the opening of the office on that day.

    In working days, the day that has `step` of them after it up to the last day; else calendar days. In
    working minutes, so long of office hours before the end, to the minute.
    """
    day = calendar.local_date(last)
    if step.unit == Unit.WORKING_DAY:
        return calendar.opening(calendar.table.add_working_days(day, -step.value))
    if step.unit == Unit.CALENDAR_DAY:
        return calendar.opening(day - step.value * ONE_DAY)
    if step.unit == Unit.WORKING_MINUTE:
        return _minutes_before(last, dt.timedelta(minutes=step.value), calendar)
    raise Invalid(_("提醒只能按工作日、自然日或工作分钟设置"))


def _minutes_before(last: dt.datetime, length: dt.timedelta, calendar: WorkCalendar) -> dt.datetime:
    """The moment that has `length` of office hours between itself and `last`."""
    day = calendar.local_date(last)
    for _step in range(_FURTHEST):
        if calendar.is_working(day):
            opens, until = calendar.opening(day), min(last, calendar.close_of_office(day))
            if until - length >= opens:
                return until - length
            length -= max(until - opens, dt.timedelta())
        day -= ONE_DAY
    raise Invalid(_("日历有误：一百年内没有期限届满之日"))


@dataclass(slots=True)
class _Count:
    """One count under way: what it walks by, and what it has written down."""

    calendar: WorkCalendar
    pauses: Sequence[Pause]
    ends: Ends
    lines: list[Line] = field(default_factory=list)
    provisional: bool = False

    # -- days, months ---------------------------------------------------------------------------

    def days(self, start: dt.datetime, limit: Limit) -> Due:
        day = self.calendar.local_date(start)
        self._write(day, LineKind.START, _("起算日，不计入"))
        working = limit.unit == Unit.WORKING_DAY
        needed = limit.value
        if limit.unit == Unit.MONTH:
            needed = (corresponding_day(day, limit.value) - day).days
        for counted in range(1, needed + 1):
            found = self._next_counted(day, counted, working)
            if found is None:
                return self._result(None)
            day = found
        if not needed and self.ends != Ends.FIXED_DATE and start > self.calendar.close_of_office(day):
            self._write(day, LineKind.CLOSED, _("已过下班时间，顺延"))
            day += ONE_DAY
        return self._end(day)

    def _next_counted(self, day: dt.date, counted: int, working: bool) -> dt.date | None:
        """The next day after `day` that counts; None if an open pause comes first."""
        for _step in range(_FURTHEST):
            day += ONE_DAY
            pause = self._pause_at(self.calendar.close_of_office(day))
            if pause is not None and pause.ends_at is None:
                self._write_pause(day, pause)
                return None
            if working and not self._is_working(day):
                self._write_off(day)
            elif pause is not None:
                self._write_pause(day, pause)
            else:
                self._write_counted(day, counted, working)
                return day
        raise Invalid(_("日历有误：一百年内没有期限届满之日"))

    def _end(self, day: dt.date) -> Due:
        """The end of the period whose last day would be `day`: moved on while it is off or paused."""
        for _step in range(_FURTHEST):
            at = self._end_moment(day)
            pause = self._pause_at(at)
            if pause is not None:
                self._write_pause(day, pause)
                if pause.ends_at is None:
                    return self._result(None)
            elif self.ends == Ends.FIXED_DATE or self._is_working(day):
                return self._finish(day, at)
            else:
                self._write_off(day, rolled=True)
            day += ONE_DAY
        raise Invalid(_("日历有误：一百年内没有期限届满之日"))

    def _end_moment(self, day: dt.date) -> dt.datetime:
        if self.ends == Ends.CLOSE_OF_OFFICE:
            return self.calendar.close_of_office(day)
        return self.calendar.last_moment(day)

    # -- working minutes ------------------------------------------------------------------------

    def minutes(self, start: dt.datetime, value: int) -> Due:
        day = self.calendar.local_date(start)
        left, total = dt.timedelta(minutes=value), dt.timedelta(minutes=value)
        for _step in range(_FURTHEST):
            opens, closes = self.calendar.opening(day), self.calendar.close_of_office(day)
            if not self._is_working(day):
                self._write_off(day)
            elif start >= closes:
                self._write(day, LineKind.CLOSED, _("已过下班时间，顺延"))
            else:
                for begins, stops in self._running(max(start, opens), closes):
                    if begins + left <= stops and self._pause_at(begins + left) is None:
                        self._write_minutes(day, total)
                        return self._finish(day, (begins + left).astimezone(self.calendar.zone))
                    left = max(left - (stops - begins), dt.timedelta())
                self._write_minutes(day, total - left)
                pause = self._pause_at(closes)
                if pause is not None and pause.ends_at is None:
                    self._write_pause(day, pause)
                    return self._result(None)
            day += ONE_DAY
        raise Invalid(_("日历有误：一百年内没有期限届满之日"))

    def _running(self, begins: dt.datetime, stops: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The parts of a window in which no pause holds. Overlapping pauses are a union, never a sum."""
        for pause in sorted(self.pauses, key=lambda pause: pause.starts_at):
            if pause.ends_at is not None and pause.ends_at <= begins:
                continue
            if pause.starts_at >= stops:
                break
            if begins < pause.starts_at:
                yield begins, pause.starts_at
            if pause.ends_at is None:
                return
            begins = max(begins, pause.ends_at)
        if begins < stops:
            yield begins, stops

    # -- what both ask and write ----------------------------------------------------------------

    def _pause_at(self, moment: dt.datetime) -> Pause | None:
        """A pause that holds at `moment`; an open one before others."""
        found = None
        for pause in self.pauses:
            if pause.holds_at(moment):
                if pause.ends_at is None:
                    return pause
                found = found or pause
        return found

    def _is_working(self, day: dt.date) -> bool:
        self.provisional |= self.calendar.is_provisional(day.year)
        return self.calendar.is_working(day)

    def _finish(self, day: dt.date, at: dt.datetime) -> Due:
        shown = _("24时") if at == self.calendar.last_moment(day) else f"{at:%H:%M}"
        self._write(day, LineKind.END, _("期限于当日%(time)s届满") % {"time": shown})
        return self._result(at)

    def _result(self, at: dt.datetime | None) -> Due:
        return Due(at, self.provisional, tuple(self.lines))

    def _write(
        self, day: dt.date, kind: LineKind, reason: str, counted: int | None = None, cause: str = ""
    ) -> None:
        self.lines.append(Line(day, kind, counted, reason, self.calendar.is_provisional(day.year), cause))

    def _write_counted(self, day: dt.date, counted: int, working: bool) -> None:
        if not working:
            self._write(day, LineKind.COUNTED, _("第%(n)s日") % {"n": counted}, counted)
        elif self.calendar.nature(day) == DayNature.MAKE_UP:
            words = {"n": counted, "why": self.calendar.reason(day)}
            self._write(day, LineKind.MAKE_UP, _("第%(n)s个工作日（%(why)s）") % words, counted)
        else:
            self._write(day, LineKind.COUNTED, _("第%(n)s个工作日") % {"n": counted}, counted)

    def _write_minutes(self, day: dt.date, counted: dt.timedelta) -> None:
        minutes = int(counted.total_seconds() // 60)
        make_up = self.calendar.nature(day) == DayNature.MAKE_UP
        kind = LineKind.MAKE_UP if make_up else LineKind.COUNTED
        self._write(day, kind, _("累计%(n)s个工作分钟") % {"n": minutes}, minutes)

    def _write_off(self, day: dt.date, rolled: bool = False) -> None:
        weekend = self.calendar.nature(day) == DayNature.WEEKEND
        words = _("%(why)s，期限顺延") if rolled else _("%(why)s，不计入")
        kind = LineKind.WEEKEND if weekend else LineKind.HOLIDAY
        mark = None if weekend else self.calendar.table.mark(day)
        words_of_day = words % {"why": self.calendar.reason(day)}
        self._write(day, kind, words_of_day, cause=mark.name if mark else "")

    def _write_pause(self, day: dt.date, pause: Pause) -> None:
        kind = LineKind.OUTAGE if pause.outage else LineKind.PAUSED
        words = _("中止（%(why)s），尚未恢复") if pause.ends_at is None else _("中止（%(why)s），不计入")
        self._write(day, kind, words % {"why": pause.label}, cause=pause.label)

"""Working days as pure values: no database, no clock, the same answer for the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.errors import Invalid

from . import statutory
from .choices import DayKind, DayNature

ONE_DAY = dt.timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5

_WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a row says of one day: off or working, by what name, and whether a local row says so."""

    kind: DayKind
    name: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class DayTable:
    """Which days are worked in one place: rows of the arrangement over the ordinary week.

    A year outside `announced` has no arrangement yet: its statutory days are computed and every
    answer about it is provisional (暂定).
    """

    marks: Mapping[dt.date, Mark] = field(default_factory=lambda: MappingProxyType({}))
    announced: frozenset[int] = frozenset()

    def mark(self, day: dt.date) -> Mark | None:
        """The row or the statutory rule that speaks of `day`, if one does."""
        if (found := self.marks.get(day)) is not None:
            return found
        if day.year not in self.announced and (name := statutory.days_off(day.year).get(day)):
            return Mark(DayKind.OFF, name)
        return None

    def is_working(self, day: dt.date) -> bool:
        """Is `day` a working day? A make-up Saturday or Sunday (调休) is."""
        if (mark := self.mark(day)) is not None:
            return mark.kind == DayKind.WORK
        return day.weekday() < SATURDAY

    def nature(self, day: dt.date) -> DayNature:
        """Working day, weekend, holiday or make-up day."""
        weekend = day.weekday() >= SATURDAY
        mark = self.mark(day)
        if mark is None:
            return DayNature.WEEKEND if weekend else DayNature.WORKDAY
        if mark.kind == DayKind.OFF:
            return DayNature.HOLIDAY
        return DayNature.MAKE_UP if weekend else DayNature.WORKDAY

    def reason(self, day: dt.date) -> str:
        """Why `day` is or is not worked, in Chinese: “周六”, “国庆节放假”, “调休上班（春节）”, “周三”."""
        mark = self.mark(day)
        if mark is None:
            return str(_WEEKDAYS[day.weekday()])
        words = {
            (DayKind.OFF, False): _("%(name)s放假"),
            (DayKind.OFF, True): _("本地放假（%(name)s）"),
            (DayKind.WORK, False): _("调休上班（%(name)s）"),
            (DayKind.WORK, True): _("本地上班（%(name)s）"),
        }[mark.kind, mark.local]
        return words % {"name": mark.name}

    def is_provisional(self, year: int) -> bool:
        """Is the arrangement of `year` still to be announced?"""
        return year not in self.announced

    def next_working_day(self, day: dt.date) -> dt.date:
        """The first working day after `day`."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: dt.date, number: int) -> dt.date:
        """The `number`-th working day after `day`, or before it if negative; `day` itself for 0."""
        step = ONE_DAY if number > 0 else -ONE_DAY
        left = abs(number)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days_between(self, after: dt.date, until: dt.date) -> int:
        """How many working days lie after `after`, up to and with `until`; negative the other way round."""
        if until < after:
            return -self.working_days_between(until, after)
        days = (until - after).days
        return sum(self.is_working(after + dt.timedelta(days=n)) for n in range(1, days + 1))


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The calendar of one place: its working days and its office hours. A noon break is not counted out."""

    table: DayTable = field(default_factory=DayTable)
    opens_at: dt.time = dt.time(9, 0)
    closes_at: dt.time = dt.time(17, 0)
    zone: ZoneInfo = SHANGHAI

    def __post_init__(self) -> None:
        if self.opens_at >= self.closes_at:
            raise Invalid(_("办公时间有误：上班时间应早于下班时间"))

    def is_working(self, day: dt.date) -> bool:
        """Is `day` a working day here?"""
        return self.table.is_working(day)

    def nature(self, day: dt.date) -> DayNature:
        """Working day, weekend, holiday or make-up day."""
        return self.table.nature(day)

    def reason(self, day: dt.date) -> str:
        """Why `day` is or is not worked, in Chinese."""
        return self.table.reason(day)

    def is_provisional(self, year: int) -> bool:
        """Is the arrangement of `year` still to be announced?"""
        return self.table.is_provisional(year)

    @property
    def office_hours(self) -> tuple[str, str]:
        """From when to when the office is open, for the journal: ("09:00", "17:00")."""
        return f"{self.opens_at:%H:%M}", f"{self.closes_at:%H:%M}"

    def local_date(self, moment: dt.datetime) -> dt.date:
        """The date on the wall here at `moment`."""
        return moment.astimezone(self.zone).date()

    def opening(self, day: dt.date) -> dt.datetime:
        """The moment at which the office opens on `day` (whether or not it is worked)."""
        return dt.datetime.combine(day, self.opens_at, self.zone)

    def close_of_office(self, day: dt.date) -> dt.datetime:
        """The moment at which the office closes on `day` (whether or not it is worked)."""
        return dt.datetime.combine(day, self.closes_at, self.zone)

    def last_moment(self, day: dt.date) -> dt.datetime:
        """The last moment of `day`: 23:59:59.999999, so that its date is the day's own."""
        return dt.datetime.combine(day, dt.time.max, self.zone)

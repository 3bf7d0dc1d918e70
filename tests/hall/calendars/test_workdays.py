"""Working days as pure values (DOMAIN §10)."""

from __future__ import annotations

import datetime as dt

import pytest

from hall.calendars import statutory
from hall.calendars.choices import DayKind, DayNature
from hall.calendars.workdays import DayTable, Mark, WorkCalendar
from hall.errors import Invalid

D = dt.date


class TestADayTable:
    def test_without_rows_the_week_decides(self):
        table = DayTable(announced=frozenset({2026}))
        assert table.is_working(D(2026, 6, 19)) is True
        assert table.is_working(D(2026, 6, 20)) is False
        assert table.nature(D(2026, 6, 20)) == DayNature.WEEKEND
        assert table.reason(D(2026, 6, 20)) == "周六"

    def test_a_make_up_saturday_is_worked_and_says_why(self):
        table = DayTable({D(2026, 2, 14): Mark(DayKind.WORK, "春节")}, frozenset({2026}))
        assert table.is_working(D(2026, 2, 14))
        assert table.nature(D(2026, 2, 14)) == DayNature.MAKE_UP
        assert table.reason(D(2026, 2, 14)) == "调休上班（春节）"

    def test_a_holiday_on_a_weekend_is_named_as_the_holiday(self):
        table = DayTable({D(2026, 10, 3): Mark(DayKind.OFF, "国庆节")}, frozenset({2026}))
        assert table.nature(D(2026, 10, 3)) == DayNature.HOLIDAY
        assert table.reason(D(2026, 10, 3)) == "国庆节放假"

    def test_a_local_row_says_that_it_is_local(self):
        table = DayTable({D(2026, 4, 20): Mark(DayKind.OFF, "三月三", local=True)}, frozenset({2026}))
        assert table.reason(D(2026, 4, 20)) == "本地放假（三月三）"

    def test_working_days_are_counted_both_ways(self):
        table = DayTable(announced=frozenset({2026}))
        friday, monday = D(2026, 6, 12), D(2026, 6, 15)
        assert table.working_days_between(friday, monday) == 1
        assert table.working_days_between(monday, friday) == -1
        assert table.add_working_days(friday, 1) == monday
        assert table.add_working_days(monday, -1) == friday
        assert table.next_working_day(D(2026, 6, 13)) == monday


class TestAYearNotAnnounced:
    def test_2027_has_its_thirteen_statutory_days_and_no_make_up_day(self):
        table = DayTable()
        assert len(statutory.days_off(2027)) == 13
        year = [D(2027, 1, 1) + dt.timedelta(days=n) for n in range(365)]
        assert all(table.nature(day) != DayNature.MAKE_UP for day in year)
        assert not table.is_working(D(2027, 2, 5))
        assert table.reason(D(2027, 6, 9)) == "端午节放假"
        assert table.is_provisional(2027)

    def test_a_far_year_is_computed_from_the_fixed_days(self):
        table = DayTable()
        assert len(statutory.days_off(2041)) == 6
        assert not table.is_working(D(2041, 10, 1))
        assert table.is_provisional(2041)

    def test_once_announced_only_the_rows_speak(self):
        table = DayTable(announced=frozenset({2027}))
        assert table.is_working(D(2027, 2, 5))  # a Friday; the arrangement has no row for it here
        assert not table.is_provisional(2027)

    def test_a_local_row_covers_the_statutory_rule(self):
        table = DayTable({D(2027, 10, 1): Mark(DayKind.WORK, "抗洪", local=True)})
        assert table.is_working(D(2027, 10, 1))


class TestOfficeHours:
    def test_a_day_closes_and_ends_where_the_hall_stands(self):
        calendar = WorkCalendar(opens_at=dt.time(8, 30), closes_at=dt.time(17, 30))
        assert calendar.close_of_office(D(2026, 6, 12)).isoformat() == "2026-06-12T17:30:00+08:00"
        assert calendar.last_moment(D(2026, 6, 12)).isoformat() == "2026-06-12T23:59:59.999999+08:00"
        utc_evening = dt.datetime(2026, 6, 12, 17, tzinfo=dt.UTC)
        assert calendar.local_date(utc_evening) == D(2026, 6, 13)

    def test_an_office_that_closes_before_it_opens_is_refused(self):
        with pytest.raises(Invalid):
            WorkCalendar(opens_at=dt.time(17), closes_at=dt.time(9))

"""When is it due? DESIGN §3, DOMAIN §2 and §10."""

from __future__ import annotations

import datetime as dt

import chinese_calendar.constants as package
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.calendars.choices import DayKind
from hall.calendars.workdays import SHANGHAI, DayTable, Mark, WorkCalendar
from hall.clocks.choices import Ends, LineKind
from hall.clocks.engine import Pause, corresponding_day, due, warning_moment
from hall.clocks.limits import Limit, Unit
from hall.errors import Invalid

from .slow_model import slow_due

D = dt.date


def national() -> WorkCalendar:
    names = {holiday.value: holiday.chinese for holiday in package.Holiday}
    marks = {day: Mark(DayKind.OFF, names[key]) for day, key in package.holidays.items()}
    marks |= {day: Mark(DayKind.WORK, names[key]) for day, key in package.workdays.items()}
    return WorkCalendar(DayTable(marks, frozenset(range(2004, 2027))))


CALENDAR = national()


def t(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def wd(number: int) -> Limit:
    return Limit(number, Unit.WORKING_DAY)


def hearing(begins: str, stops: str | None) -> Pause:
    return Pause(t(begins), t(stops) if stops else None, "听证")


def last_day(start: str, limit: Limit, *pauses: Pause, ends: Ends = Ends.DAY_END) -> D | None:
    return due(t(start), limit, CALENDAR, pauses, ends).day


class TestTheVectorsOfDomain10:
    @pytest.mark.parametrize(
        ("start", "number", "expected"),
        [
            ("2026-02-06", 20, "2026-03-12"),
            ("2026-02-13", 5, "2026-02-27"),
            ("2026-04-29", 10, "2026-05-15"),
            ("2026-09-18", 20, "2026-10-22"),
            ("2026-09-30", 5, "2026-10-13"),
            ("2026-09-18", 45, "2026-11-26"),
            ("2026-06-18", 1, "2026-06-22"),
        ],
    )
    def test_working_days_of_2026(self, start, number, expected):
        for hour in ("00:00", "10:00", "23:59"):
            found = due(t(f"{start}T{hour}"), wd(number), CALENDAR)
            assert found.day == D.fromisoformat(expected)
            assert not found.provisional
            assert found.at == t(f"{expected}T23:59:59.999999")

    def test_a_limit_that_crosses_into_2027_is_provisional(self):
        found = due(t("2026-12-30T10:00"), wd(5), CALENDAR)
        assert found.provisional
        assert found.day == D(2027, 1, 7)  # 12-31, then the 4th to the 7th; only New Year's day is known
        assert [line.provisional for line in found.lines][:2] == [False, False]
        assert found.lines[-1].provisional

    def test_spring_festival_2027_is_off_by_law(self):
        assert last_day("2027-02-03T10:00", wd(2)) == D(2027, 2, 9)


class TestDays:
    def test_a_start_on_a_day_off_is_not_counted_either(self):
        assert last_day("2026-06-13T10:00", wd(1)) == D(2026, 6, 15)

    def test_a_start_after_hours_counts_from_the_next_working_day_as_ever(self):
        assert last_day("2026-06-12T20:00", wd(1)) == D(2026, 6, 15)

    def test_a_task_limit_ends_at_close_of_office(self):
        found = due(t("2026-06-11T10:00"), wd(1), CALENDAR, (), Ends.CLOSE_OF_OFFICE)
        assert found.at == t("2026-06-12T17:00")

    def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day(self):
        sixty = Limit(15, Unit.CALENDAR_DAY)
        assert last_day("2026-09-20T10:00", sixty) == D(2026, 10, 8)  # 10-05 is a holiday (民法典 203)
        assert last_day("2026-09-20T10:00", sixty, ends=Ends.FIXED_DATE) == D(2026, 10, 5)

    def test_months_end_on_the_same_number_or_the_months_last_day(self):
        assert corresponding_day(D(2026, 1, 31), 1) == D(2026, 2, 28)
        assert corresponding_day(D(2023, 11, 30), 15) == D(2025, 2, 28)
        assert last_day("2026-03-09T10:00", Limit(3, Unit.MONTH)) == D(2026, 6, 9)

    def test_a_paused_day_puts_one_day_on_a_month(self):
        pause = hearing("2026-04-01T08:00", "2026-04-03T08:00")
        assert last_day("2026-03-09T10:00", Limit(3, Unit.MONTH), pause) == D(2026, 6, 11)

    def test_at_once_means_today_or_the_next_working_day_after_hours(self):
        assert last_day("2026-06-12T10:00", wd(0)) == D(2026, 6, 12)
        assert last_day("2026-06-12T17:01", wd(0)) == D(2026, 6, 15)
        assert last_day("2026-06-13T10:00", wd(0)) == D(2026, 6, 15)


class TestWorkingMinutes:
    def test_they_run_within_office_hours_only(self):
        limit = Limit(60, Unit.WORKING_MINUTE)
        assert due(t("2026-06-12T10:30"), limit, CALENDAR).at == t("2026-06-12T11:30")
        assert due(t("2026-06-12T16:30"), limit, CALENDAR).at == t("2026-06-15T09:30")
        assert due(t("2026-06-13T12:00"), limit, CALENDAR).at == t("2026-06-15T10:00")
        assert due(t("2026-06-12T16:00"), limit, CALENDAR).at == t("2026-06-12T17:00")

    def test_overlapping_pauses_are_taken_out_once(self):
        limit = Limit(60, Unit.WORKING_MINUTE)
        pauses = (
            hearing("2026-06-12T10:00", "2026-06-12T11:00"),
            hearing("2026-06-12T10:30", "2026-06-12T11:30"),
        )
        assert due(t("2026-06-12T09:30"), limit, CALENDAR, pauses).at == t("2026-06-12T12:00")

    def test_they_cannot_end_at_the_moment_a_pause_begins(self):
        pauses = (hearing("2026-06-12T10:00", "2026-06-12T11:00"),)
        assert due(t("2026-06-12T09:00"), Limit(60, Unit.WORKING_MINUTE), CALENDAR, pauses).at == t(
            "2026-06-12T11:00"
        )


class TestPauses:
    def test_a_day_counts_if_the_clock_runs_at_close_of_office(self):
        within_the_day = hearing("2026-06-09T09:00", "2026-06-09T16:59")
        over_the_close = hearing("2026-06-09T16:59", "2026-06-09T17:01")
        assert last_day("2026-06-08T10:00", wd(3), within_the_day) == D(2026, 6, 11)
        assert last_day("2026-06-08T10:00", wd(3), over_the_close) == D(2026, 6, 12)

    def test_the_edges_of_a_pause(self):
        begins_at_close = hearing("2026-06-09T17:00", "2026-06-09T18:00")
        stops_at_close = hearing("2026-06-09T09:00", "2026-06-09T17:00")
        assert last_day("2026-06-08T10:00", wd(3), begins_at_close) == D(2026, 6, 12)
        assert last_day("2026-06-08T10:00", wd(3), stops_at_close) == D(2026, 6, 11)

    def test_overlapping_pauses_are_a_union_never_a_sum(self):
        one = hearing("2026-06-09T09:00", "2026-06-11T09:00")
        other = hearing("2026-06-10T09:00", "2026-06-12T09:00")
        whole = hearing("2026-06-09T09:00", "2026-06-12T09:00")
        assert last_day("2026-06-08T10:00", wd(5), one, other) == last_day("2026-06-08T10:00", wd(5), whole)

    def test_a_pause_that_lies_outside_changes_nothing(self):
        before = hearing("2026-06-01T09:00", "2026-06-05T09:00")
        after = hearing("2026-06-20T09:00", "2026-06-25T09:00")
        weekend = hearing("2026-06-13T00:00", "2026-06-15T08:00")
        assert last_day("2026-06-08T10:00", wd(5), before, after, weekend) == D(2026, 6, 15)

    def test_an_open_pause_leaves_no_due_date(self):
        found = due(t("2026-06-08T10:00"), wd(5), CALENDAR, (hearing("2026-06-10T09:00", None),))
        assert found.at is None
        assert found.day is None
        assert found.lines[-1].kind == LineKind.PAUSED
        assert found.lines[-1].day == D(2026, 6, 10)

    def test_an_open_pause_after_the_end_comes_too_late(self):
        assert last_day("2026-06-08T10:00", wd(1), hearing("2026-06-10T09:00", None)) == D(2026, 6, 9)

    def test_a_period_cannot_end_while_its_clock_is_paused(self):
        evening = hearing("2026-06-09T20:00", "2026-06-10T10:00")
        assert last_day("2026-06-08T10:00", wd(1), evening) == D(2026, 6, 10)
        assert last_day("2026-06-08T10:00", wd(1), hearing("2026-06-09T20:00", None)) is None


class TestTheExplanation:
    def test_each_day_says_why(self):
        pauses = (
            hearing("2026-02-10T09:00", "2026-02-11T09:00"),
            Pause(t("2026-02-12T16:00"), t("2026-02-12T18:00"), "平台故障", outage=True),
        )
        found = due(t("2026-02-06T10:00"), wd(6), CALENDAR, pauses)
        told = {line.day: (line.kind, line.counted, line.reason) for line in found.lines[:-1]}
        assert told[D(2026, 2, 6)] == (LineKind.START, None, "起算日，不计入")
        assert told[D(2026, 2, 7)] == (LineKind.WEEKEND, None, "周六，不计入")
        assert told[D(2026, 2, 9)] == (LineKind.COUNTED, 1, "第1个工作日")
        assert told[D(2026, 2, 10)] == (LineKind.PAUSED, None, "中止（听证），不计入")
        assert told[D(2026, 2, 12)] == (LineKind.OUTAGE, None, "中止（平台故障），不计入")
        assert told[D(2026, 2, 14)] == (LineKind.MAKE_UP, 4, "第4个工作日（调休上班（春节））")
        assert told[D(2026, 2, 17)][0] == LineKind.HOLIDAY
        assert found.lines[-1].kind == LineKind.END
        assert found.lines[-1].day == found.day == D(2026, 2, 25)

    def test_every_day_from_start_to_end_is_there_once_before_the_end_line(self):
        found = due(t("2026-09-18T10:00"), wd(20), CALENDAR)
        days = [line.day for line in found.lines[:-1]]
        assert days == [D(2026, 9, 18) + dt.timedelta(days=n) for n in range(35)]
        assert [line.counted for line in found.lines if line.counted] == list(range(1, 21))

    def test_a_rolled_end_says_so(self):
        found = due(t("2026-06-08T10:00"), Limit(5, Unit.CALENDAR_DAY), CALENDAR)
        assert found.day == D(2026, 6, 15)
        assert "周日，期限顺延" in [line.reason for line in found.lines]


class TestWarningMoments:
    def test_they_fall_at_the_opening_so_many_working_days_before(self):
        last = t("2026-06-24T23:59:59.999999")  # Wednesday; the Dragon Boat holiday is Friday the 19th
        assert warning_moment(last, wd(1), CALENDAR) == t("2026-06-23T09:00")
        assert warning_moment(last, wd(3), CALENDAR) == t("2026-06-18T09:00")
        assert warning_moment(last, Limit(30, Unit.CALENDAR_DAY), CALENDAR) == t("2026-05-25T09:00")
        with pytest.raises(Invalid):
            warning_moment(last, Limit(30, Unit.MONTH), CALENDAR)


class TestABrokenCalendar:
    def test_a_calendar_without_working_days_is_refused_not_walked_for_ever(self):
        class Never(DayTable):
            def is_working(self, day):
                return False

        with pytest.raises(Invalid):
            due(t("2026-06-08T10:00"), wd(1), WorkCalendar(Never()))


# -- against the slow, obviously right model ---------------------------------------------------------

FIRST = t("2025-12-01T00:00")
moments = st.integers(0, 90 * 24 * 60).map(lambda minutes: FIRST + dt.timedelta(minutes=minutes))
quarters = st.integers(0, 90 * 24 * 4).map(lambda quarter: FIRST + dt.timedelta(minutes=15 * quarter))


@st.composite
def pauses(draw):
    found = []
    for begins in draw(st.lists(quarters, max_size=5)):
        length = draw(st.one_of(st.none(), st.integers(0, 12 * 24 * 4)))
        stops = None if length is None else begins + dt.timedelta(minutes=15 * length)
        found.append(Pause(begins, stops, "试"))
    return found


@st.composite
def calendars(draw):
    """The real arrangement with days flipped at random and other office hours."""
    days = st.integers(0, 120).map(lambda n: D(2025, 12, 1) + dt.timedelta(days=n))
    flipped = draw(st.dictionaries(days, st.sampled_from(DayKind), max_size=12))
    marks = dict(CALENDAR.table.marks) | {day: Mark(kind, "试", local=True) for day, kind in flipped.items()}
    opens = draw(st.sampled_from([dt.time(8, 30), dt.time(9)]))
    closes = draw(st.sampled_from([dt.time(12), dt.time(17), dt.time(17, 30)]))
    return WorkCalendar(DayTable(marks, CALENDAR.table.announced), opens, closes)


day_limits = st.one_of(
    st.integers(0, 25).map(lambda n: Limit(n, Unit.WORKING_DAY)),
    st.integers(0, 45).map(lambda n: Limit(n, Unit.CALENDAR_DAY)),
    st.integers(0, 3).map(lambda n: Limit(n, Unit.MONTH)),
)


class TestAgainstTheSlowModel:
    @given(moments, day_limits, calendars(), pauses(), st.sampled_from(Ends))
    @settings(max_examples=400, deadline=None)
    def test_days_and_months(self, start, limit, calendar, stops, ends):
        assert due(start, limit, calendar, stops, ends).at == slow_due(start, limit, calendar, stops, ends)

    @given(moments, st.integers(0, 1200), calendars(), pauses())
    @settings(max_examples=60, deadline=None)
    def test_working_minutes(self, start, minutes, calendar, stops):
        limit = Limit(minutes, Unit.WORKING_MINUTE)
        assert due(start, limit, calendar, stops).at == slow_due(start, limit, calendar, stops, Ends.DAY_END)

    @given(moments, day_limits, pauses(), st.sampled_from(Ends))
    @settings(max_examples=200, deadline=None)
    def test_pauses_in_pieces_in_any_order_or_twice_mean_the_same(self, start, limit, stops, ends):
        found = due(start, limit, CALENDAR, stops, ends)
        pieces = []
        for pause in stops:
            if pause.ends_at is None:
                pieces.append(pause)
                continue
            middle = pause.starts_at + (pause.ends_at - pause.starts_at) / 2
            pieces += [Pause(middle, pause.ends_at), Pause(pause.starts_at, middle)]
        assert due(start, limit, CALENDAR, [*pieces, *stops], ends).at == found.at

    @given(moments, day_limits, pauses(), st.sampled_from(Ends))
    @settings(max_examples=200, deadline=None)
    def test_a_pause_never_brings_the_end_nearer_and_the_end_never_lies_in_one(
        self, start, limit, stops, ends
    ):
        free, found = due(start, limit, CALENDAR, (), ends), due(start, limit, CALENDAR, stops, ends)
        if found.at is not None:
            assert found.at >= free.at
            assert not any(pause.holds_at(found.at) for pause in stops)

    @given(moments, st.integers(1, 60))
    @settings(max_examples=100, deadline=None)
    def test_provisional_is_exactly_a_question_to_a_year_not_announced(self, start, number):
        found = due(start + dt.timedelta(days=330), wd(number), CALENDAR)
        assert found.provisional == (
            found.day.year > 2026 or start + dt.timedelta(days=330) >= t("2026-12-31")
        )


class TestLimits:
    def test_their_text_is_chinese(self):
        assert str(wd(5)) == "5个工作日"
        assert str(Limit(60, Unit.CALENDAR_DAY)) == "60个自然日"
        assert str(Limit(6, Unit.MONTH)) == "6个月"
        assert str(Limit(90, Unit.WORKING_MINUTE)) == "90个工作分钟"
        assert str(Limit(120, Unit.WORKING_MINUTE)) == "2个工作小时"

    def test_a_sum_needs_one_unit(self):
        assert wd(20) + wd(10) == wd(30)
        with pytest.raises(Invalid):
            wd(20) + Limit(1, Unit.MONTH)

    @pytest.mark.parametrize("value", [-1, 10**9, 1.5, True, "5"])
    def test_nonsense_is_refused(self, value):
        with pytest.raises(Invalid):
            Limit(value)

    def test_an_unknown_unit_is_refused(self):
        with pytest.raises(Invalid):
            Limit(1, "fortnight")

"""Why a clock ends when it does: in one sentence, day by day, and what moved it (the journal's word)."""

from __future__ import annotations

import datetime as dt

import pytest

from hall.calendars import services as calendars
from hall.calendars.choices import DayKind
from hall.clocks import explaining, queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.clocks.sentences import in_short

from .conftest import CLERK


def fresh(clock: Clock) -> Clock:
    found = Clock.objects.select_related("jurisdiction", "hall", "department")
    return found.prefetch_related("pauses", "warnings").get(pk=clock.pk)


def said(clock: Clock) -> str:
    clock = fresh(clock)
    return in_short(clock, queries.explain(clock))


class TestTheSentence:
    def test_working_days_with_a_holiday_and_a_pause(self, start, moved):
        """The applicant's sentence, word for word."""
        moved("2026-03-02 09:00")
        clock = start(kind=Kind.PROMISED, days=25)
        moved("2026-03-10 09:00")
        clocks.pause(clock, Ground.CORRECTION, "补正告知书", CLERK)
        moved("2026-03-13 09:00")
        clocks.resume(clock, Ground.CORRECTION, CLERK)
        assert said(clock) == (
            "自3月2日起算，共25个工作日，扣除周末8天、清明3天，因补正材料暂停3天，最迟4月10日办结"
        )

    def test_its_numbers_are_those_of_the_days(self, start, moved):
        moved("2026-03-02 09:00")
        clock = fresh(start(kind=Kind.PROMISED, days=24))
        due = queries.explain(clock)
        weekends = sum(str(line.kind) == "weekend" for line in due.lines)
        assert f"周末{weekends}天" in in_short(clock, due)
        assert f"最迟{due.day.month}月{due.day.day}日办结" in in_short(clock, due)

    def test_make_up_days_count_and_are_named(self, start, moved):
        moved("2026-02-09 09:00")  # over 春节 2026, with its make-up days
        text = said(start(kind=Kind.PROMISED, days=10))
        assert "春节" in text
        assert "调休上班的" in text

    def test_natural_days_are_not_cut_by_weekends(self, start, moved, place):
        moved("2026-03-02 09:00")
        clock = clocks.start(
            ("test.thing", "n"), Kind.CORRECTION, Limit(5, Unit.CALENDAR_DAY), jurisdiction=place
        )
        assert said(clock) == "自3月2日起算，共5个自然日，最后一日遇周末2天顺延，最迟3月9日补正"

    def test_months(self, start, moved, place):
        moved("2026-03-02 09:00")
        clock = clocks.start(("test.thing", "m"), Kind.STATUTORY, Limit(1, Unit.MONTH), jurisdiction=place)
        assert said(clock) == "自3月2日起算，共1个月，最迟4月2日办结"

    def test_working_minutes_tell_the_time(self, start, moved, place):
        moved("2026-03-02 10:00")
        clock = clocks.start(
            ("test.thing", "w"), Kind.TASK_RECEIPT, Limit(120, Unit.WORKING_MINUTE), jurisdiction=place
        )
        assert said(clock) == "自3月2日10:00起算，共2个工作小时，最迟3月2日12:00签收"

    def test_standing_still(self, start, moved):
        moved("2026-03-02 09:00")
        clock = start(kind=Kind.PROMISED)
        clocks.pause(clock, Ground.HEARING, "听证", CLERK)
        assert said(clock).endswith("因听证暂停1天，现在暂停计算，恢复后继续")

    def test_extended(self, start, moved):
        moved("2026-03-02 09:00")
        clock = start(kind=Kind.PROMISED, days=5)
        clocks.extend(clock, Limit(5), "案情复杂", CLERK)
        assert "共10个工作日（其中延长5个工作日）" in said(clock)

    def test_a_year_without_arrangement_is_provisional_and_named(self, start, moved):
        moved("2026-12-28 09:00")
        text = said(start(kind=Kind.PROMISED, days=20))
        assert text.startswith("自2026年12月28日起算")
        assert "最迟2027年" in text
        assert text.endswith("（暂定，放假安排公布后可能调整）")

    def test_a_waiting_period_just_ends(self, start, moved, place):
        moved("2026-03-02 09:00")
        clock = clocks.start(
            ("test.thing", "x"),
            Kind.WAITING,
            Limit(30, Unit.CALENDAR_DAY),
            jurisdiction=place,
            ends=Ends.FIXED_DATE,
        )
        assert said(clock) == "自3月2日起算，共30个自然日，到4月1日届满"


class TestTheChanges:
    def test_each_says_what_moved_the_date_from_where_to_where(self, start, moved, place):
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-09 10:00")
        clocks.pause(clock, Ground.REPORT, "汛情", CLERK)
        moved("2026-06-10 10:00")
        clocks.resume(clock, Ground.REPORT, CLERK)
        day = dt.date(2026, 6, 12)
        calendars.set_day(day, DayKind.OFF, "防汛停办", jurisdiction=place, source="防汛通知")
        clocks.apply_calendar_changes()
        clocks.extend(clock, Limit(2), "案情复杂", CLERK)
        clocks.meet(("test.thing", "1"), Kind.TASK_OPINION, by=CLERK)
        found = explaining.changes_of(clock)
        assert [each.what for each in found] == ["起算", "中止", "恢复", "重算", "延长", "完成"]
        assert [each.moved for each in found] == [False, True, True, True, True, False]
        recomputed = found[3]
        assert "防汛停办" in recomputed.why and "防汛通知" in recomputed.why
        assert recomputed.before < recomputed.after
        assert "延长2个工作日" in found[4].why
        assert found[1].after is None
        assert found[1].who == CLERK.name

    def test_another_clock_of_the_same_thing_is_left_out(self, start, moved):
        moved("2026-06-08 10:00")
        first = start()
        start(kind=Kind.TASK_RECEIPT)
        assert len(explaining.changes_of(first)) == 1


class TestTheDays:
    @pytest.mark.parametrize(("days", "stretches"), [(5, 1), (40, 9), (200, 10)])
    def test_long_limits_are_told_by_weeks_and_months(self, start, moved, days, stretches):
        moved("2026-03-02 09:00")
        why = explaining.of_clock(fresh(start(days=days)))
        assert len(why.stretches) == stretches
        assert why.collapsed == (stretches > 1)
        assert sum(part.counted for part in why.stretches) == days
        assert sum(len(part.lines) for part in why.stretches) == len(why.due.lines)

    def test_the_api_has_all_of_it(self, start, moved):
        moved("2026-06-08 10:00")
        clock = fresh(start())
        data = explaining.as_data(explaining.of_clock(clock))
        assert [day["counted"] for day in data["days"] if day["counted"]] == [1, 2, 3, 4, 5]
        assert data["limit"] == {"value": 5, "unit": "working_day", "text": "5个工作日"}
        assert len(data["warnings"]) == 3
        assert data["text"] == in_short(clock, queries.explain(clock))

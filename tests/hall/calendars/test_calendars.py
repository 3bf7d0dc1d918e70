"""Loading, importing and reading calendars."""

from __future__ import annotations

import calendar as months
import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from hall.calendars import queries, services
from hall.calendars.choices import DayKind
from hall.calendars.models import AnnouncedYear, CalendarChange, CalendarDay
from hall.errors import Invalid
from hall.organisation.models import Hall, Jurisdiction
from hall.trail.models import Event

D = dt.date
pytestmark = pytest.mark.django_db

ARRANGEMENT_2027 = """date,until,kind,name
2027-01-01,2027-01-03,休,元旦
2027-02-05,2027-02-11,off,春节
2027-01-30,,班,春节
2027-05-01,2027-05-05,放假,劳动节
2027-05-08,,work,劳动节
"""

APPLE = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270205
DTEND;VALUE=DATE:20270212
SUMMARY;LANGUAGE=zh_CN:春节（休）
X-APPLE-SPECIAL-DAY:WORK-HOLIDAY
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270130
SUMMARY;LANGUAGE=zh_CN:春
 节（班）
X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270204
SUMMARY:立春
END:VEVENT
END:VCALENDAR
"""

WORDS = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270501
DTEND;VALUE=DATE:20270506
SUMMARY:劳动节 假期
END:VEVENT
BEGIN:VEVENT
DTSTART:20270508T000000
SUMMARY:劳动节 补班 第1天/共1天
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def place(db) -> Jurisdiction:
    return Jurisdiction.objects.create(
        slug="shili", code="999900", name="示例市", short_name="示例", level="city"
    )


@pytest.fixture
def other_place(db) -> Jurisdiction:
    return Jurisdiction.objects.create(
        slug="lingli", code="999800", name="另例市", short_name="另例", level="city"
    )


def arrangement(text: str, **options):
    return services.import_arrangement(io.BytesIO(text.encode()), source="示例通知", **options)


def working(day: D, place=None, hall=None) -> bool:
    return queries.calendar_for(place, hall).is_working(day)


class TestTheNationalArrangement:
    """DOMAIN §10; the days of 2026 as the notice of 2025-11-04 has them."""

    def test_2026_is_loaded_day_by_day(self):
        services.load_national()
        off = [(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)]
        worked = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
        for month, first, last in off:
            assert not any(working(D(2026, month, day)) for day in range(first, last + 1))
        assert all(working(D(2026, month, day)) for month, day in worked)

    def test_2026_has_248_working_days_month_by_month(self):
        services.load_national([2026])
        table = queries.table_for(None)
        counts = [
            sum(table.is_working(D(2026, m, d)) for d in range(1, months.monthrange(2026, m)[1] + 1))
            for m in range(1, 13)
        ]
        assert counts == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
        assert sum(counts) == 248

    def test_2025_is_loaded(self):
        services.load_national([2025])
        assert not working(D(2025, 1, 28))
        assert not working(D(2025, 10, 8))
        assert all(working(day) for day in (D(2025, 1, 26), D(2025, 2, 8), D(2025, 9, 28), D(2025, 10, 11)))

    def test_announced_years_are_certain_and_later_ones_provisional(self):
        report = services.load_national([2026, 2027])
        calendar = queries.calendar_for(None)
        assert not calendar.is_provisional(2026)
        assert calendar.is_provisional(2027)
        assert report.computed == [2027]
        assert not calendar.is_working(D(2027, 2, 5))

    def test_loading_twice_changes_nothing(self):
        services.load_national()
        changes = CalendarChange.objects.count()
        report = services.load_national()
        assert not report.changed
        assert report.unchanged > 700
        assert CalendarChange.objects.count() == changes

    def test_a_year_imported_from_a_notice_is_left_alone(self):
        services.load_national([2026])
        AnnouncedYear.objects.filter(year=2026).update(source="更正通知")
        CalendarDay.objects.filter(date=D(2026, 10, 7)).delete()
        services.load_national()
        assert not CalendarDay.objects.filter(date=D(2026, 10, 7)).exists()

    def test_the_journal_tells_of_it(self):
        services.load_national([2026])
        event = Event.objects.get(what="calendar_changed")
        assert event.data["first_day"] == "2026-01-01"


class TestImport:
    def test_a_csv_announces_its_year(self):
        report = arrangement(ARRANGEMENT_2027, years=[2027], announced_on=D(2026, 11, 5))
        assert report.created == 17
        calendar = queries.calendar_for(None)
        assert calendar.is_working(D(2027, 1, 30))
        assert not calendar.is_working(D(2027, 2, 11))
        assert not calendar.is_provisional(2027)
        assert AnnouncedYear.objects.get(year=2027).announced_on == D(2026, 11, 5)

    def test_marks_of_apple_calendars_are_read_and_solar_terms_left_out(self):
        report = arrangement(APPLE, years=[2027])
        assert report.created == 8
        assert report.ignored == ["立春"]
        assert working(D(2027, 1, 30))
        assert CalendarDay.objects.get(date=D(2027, 1, 30)).name == "春节（班）"
        assert not working(D(2027, 2, 11))
        assert working(D(2027, 2, 12))

    def test_marks_in_words_are_read_the_longer_first(self):
        arrangement(WORDS, years=[2027])
        assert working(D(2027, 5, 8))
        assert not working(D(2027, 5, 5))
        assert working(D(2027, 5, 6))

    def test_a_second_import_replaces_the_year(self):
        arrangement(ARRANGEMENT_2027, years=[2027])
        report = arrangement("date,kind,name\n2027-01-01,休,元旦\n", years=[2027])
        assert (report.unchanged, report.removed) == (1, 16)

    def test_the_december_before_is_added_not_replaced(self):
        services.load_national([2026])
        arrangement("date,kind,name\n2026-12-31,休,元旦\n2027-01-01,休,元旦\n", years=[2027])
        assert not working(D(2026, 12, 31))
        assert not working(D(2026, 10, 1))
        assert queries.calendar_for(None).is_provisional(2026) is False

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "hello",
            "date,kind,name\n",
            "date,kind\n2027-13-01,休\n",
            "date,kind\n2027-01-01,maybe\n",
            "date,kind\n2027-01-01,休\n2027-01-01,班\n",
            "date,until,kind\n2027-01-05,2027-01-01,休\n",
            "date,kind\n2027-01-01,休\n2030-01-01,休\n",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:休\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR",
        ],
    )
    def test_a_file_that_cannot_be_trusted_is_refused_whole(self, text):
        with pytest.raises(Invalid):
            arrangement(text, years=[2027])
        assert not CalendarDay.objects.exists()

    def test_a_national_file_must_name_its_year(self):
        with pytest.raises(Invalid):
            arrangement(ARRANGEMENT_2027)
        with pytest.raises(Invalid):
            arrangement(ARRANGEMENT_2027, years=[2028])

    def test_old_chinese_encoding_is_read(self):
        content = io.BytesIO(ARRANGEMENT_2027.encode("gb18030"))
        services.import_arrangement(content, years=[2027], source="示例通知")
        assert CalendarDay.objects.get(date=D(2027, 1, 1)).name == "元旦"


class TestLocalDays:
    def test_a_place_covers_the_nation_and_a_hall_covers_its_place(self, place, other_place):
        services.load_national([2026])
        hall = Hall.objects.create(
            jurisdiction=place, code="h", name="厅", opens_at=dt.time(8), closes_at=dt.time(18)
        )
        services.set_day(D(2026, 10, 1), DayKind.WORK, "值班", jurisdiction=place)
        services.set_day(D(2026, 10, 1), DayKind.OFF, "检修", jurisdiction=place, hall=hall)
        assert working(D(2026, 10, 1), place)
        assert not working(D(2026, 10, 1), place, hall)
        assert not working(D(2026, 10, 1), other_place)
        assert queries.calendar_for(place, hall).closes_at == dt.time(18)
        assert queries.calendar_for(place).closes_at == dt.time(17)

    def test_a_local_file_is_laid_on_top(self, place):
        arrangement("date,kind,name\n2026-06-12,休,抗洪\n", jurisdiction=place)
        assert not working(D(2026, 6, 12), place)
        assert working(D(2026, 6, 12))
        assert not AnnouncedYear.objects.exists()

    def test_a_local_row_can_be_taken_away(self, place):
        day = services.set_day(D(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
        services.clear_day(day)
        assert working(D(2026, 6, 12), place)

    def test_a_national_row_cannot_be_taken_away_alone(self):
        services.load_national([2026])
        with pytest.raises(Invalid):
            services.clear_day(CalendarDay.objects.first())

    def test_a_hall_of_another_place_is_refused(self, place, other_place):
        hall = Hall.objects.create(jurisdiction=other_place, code="h", name="厅")
        with pytest.raises(Invalid):
            services.set_day(D(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place, hall=hall)

    def test_the_database_keeps_one_row_a_day_even_where_the_place_is_null(self):
        CalendarDay.objects.create(date=D(2026, 1, 1), kind=DayKind.OFF, name="元旦")
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarDay.objects.create(date=D(2026, 1, 1), kind=DayKind.OFF, name="元旦")


class TestRemembering:
    def test_a_second_question_asks_nothing(self, place, django_assert_num_queries):
        services.load_national([2026])
        queries.calendar_for(place)
        queries._memory.uncommitted = None  # as after a commit
        queries.calendar_for(place)
        with django_assert_num_queries(0):
            queries.calendar_for(place).is_working(D(2026, 6, 12))

    def test_a_change_is_seen_at_once_by_who_made_it(self, place):
        assert working(D(2026, 6, 12), place)
        services.set_day(D(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
        assert not working(D(2026, 6, 12), place)

    def test_a_change_rolled_back_is_forgotten(self, place):
        assert working(D(2026, 6, 12), place)
        with transaction.atomic():
            services.set_day(D(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
            assert not working(D(2026, 6, 12), place)
            transaction.set_rollback(True)
        assert working(D(2026, 6, 12), place)

    def test_a_change_by_others_is_seen_within_seconds(self, place, monkeypatch, settings):
        del settings.HALL_CALENDAR_SECONDS
        assert working(D(2026, 6, 12), place)
        CalendarDay.objects.create(jurisdiction=place, date=D(2026, 6, 12), kind=DayKind.OFF, name="抗洪")
        CalendarChange.objects.create(
            first_day=D(2026, 6, 12), last_day=D(2026, 6, 12), why="另一进程", made_at=dt.datetime.now(dt.UTC)
        )
        assert working(D(2026, 6, 12), place)
        later = queries.time.monotonic() + 3
        monkeypatch.setattr(queries.time, "monotonic", lambda: later)
        assert not working(D(2026, 6, 12), place)


class TestTheCommand:
    def test_it_loads_what_the_package_knows(self, capsys):
        call_command("load_calendar", "--year", "2026", "--year", "2028")
        out = capsys.readouterr().out
        assert "created" in out
        assert "2028: not announced" in out

    def test_it_imports_a_file_for_a_place(self, place, tmp_path):
        file = tmp_path / "local.csv"
        file.write_text("date,kind,name\n2026-06-12,休,抗洪\n")
        call_command("load_calendar", "--file", str(file), "--jurisdiction", place.slug)
        assert not working(D(2026, 6, 12), place)

    def test_it_refuses_in_plain_words(self, tmp_path):
        with pytest.raises(CommandError):
            call_command("load_calendar", "--file", str(tmp_path / "none.csv"))
        with pytest.raises(CommandError):
            call_command("load_calendar", "--jurisdiction", "nowhere")

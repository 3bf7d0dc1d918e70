"""The screens of the working days."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hall.actors import SYSTEM
from hall.calendars import readers
from hall.calendars import services as calendars
from hall.calendars.choices import DayKind
from hall.calendars.models import AnnouncedYear, CalendarChange, CalendarDay
from hall.calendars.queries import table_for
from hall.calendars.sheets import year_sheets
from hall.clocks import preview
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit
from hall.errors import NotAllowed
from hall.organisation.choices import Role
from hall.trail.models import Event
from tests.traits import make_officer, make_place

HOME = "/manage/calendar/"
FLOOD = {"date": "2026-06-12", "kind": "off", "name": "防汛停办", "source": "防汛指挥部通知", "hall": ""}
YEAR_2027 = "date,until,kind,name\n2027-01-01,2027-01-03,off,元旦\n2027-02-05,2027-02-11,off,春节\n"


@pytest.fixture
def clock(a_place, moved, national):
    """Started on Monday 8 June 2026, due on Monday 15 June."""
    moved("2026-06-08 10:00")
    return clocks.start(("test.thing", "1"), Kind.PROMISED, Limit(5), jurisdiction=a_place)


def confirm(browser, address: str, typed: dict):
    """Type, look at the preview, confirm it; the answer to the confirmation."""
    shown = browser.post(address, typed)
    return browser.post(address, {**shown.context["carried"], "apply": "1"})


def upload(text: str, **fields):
    return {"file": SimpleUploadedFile("days.csv", text.encode()), "source": "示例通知", **fields}


class TestTheYear:
    def test_sheets_say_what_each_day_is(self, national, a_place):
        sheets = year_sheets(table_for(a_place.pk), 2026, dt.date(2026, 10, 9))
        october = {cell.date.day: cell for week in sheets[9].weeks for cell in week if cell}
        assert (october[1].nature, october[1].word) == ("holiday", "休")
        assert (october[10].nature, october[10].word) == ("make_up", "班")
        assert october[9].is_today
        assert sheets[9].working_days == 18

    def test_a_year_not_announced_is_marked(self, manager, enter, national):
        assert "暂定" in enter(manager).get(f"{HOME}?year=2027").content.decode()
        assert "暂定" not in enter(manager).get(f"{HOME}?year=2026").content.decode()

    @pytest.mark.parametrize("year", ["1", "abcd", "99999", "1990"])
    def test_any_year_asked_for_is_answered(self, manager, enter, national, year):
        assert enter(manager).get(f"{HOME}?year={year}").status_code == 200

    def test_a_hall_has_days_of_its_own(self, manager, enter, national, a_place, centre):
        day = dt.date(2026, 6, 12)
        calendars.set_day(day, DayKind.OFF, "检修", jurisdiction=a_place, hall=centre, by=SYSTEM)
        mine = enter(manager).get(f"{HOME}?year=2026&hall={centre.code}").context["months"]
        all_halls = enter(manager).get(f"{HOME}?year=2026").context["months"]
        assert [m[5].working_days for m in (mine, all_halls)] == [20, 21]


class TestOneDay:
    def test_nothing_is_written_before_the_clocks_were_shown(self, manager, enter, clock):
        answer = enter(manager).post(f"{HOME}day/", FLOOD)
        assert not CalendarDay.objects.filter(jurisdiction__isnull=False).exists()
        assert not CalendarChange.objects.filter(applied_at=None).exists()
        (move,) = answer.context["preview"].moves
        assert move.before.astimezone(clock.started_at.tzinfo).date() == dt.date(2026, 6, 15)
        assert (move.after - move.before).days == 1

    def test_then_it_is_and_the_clock_follows(self, manager, enter, clock):
        confirm(enter(manager), f"{HOME}day/", FLOOD)
        row = CalendarDay.objects.get(name="防汛停办")
        assert (row.kind, row.source) == ("off", "防汛指挥部通知")
        before = clock.due_at
        clocks.apply_calendar_changes()
        clock.refresh_from_db()
        assert (clock.due_at - before).days == 1
        event = Event.objects.filter(what="calendar_changed").latest("id")
        assert event.user_id == manager.user_id
        assert "防汛指挥部通知" in event.reason

    def test_it_goes_with_a_reason(self, manager, enter, clock, a_place):
        day = calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "防汛", jurisdiction=a_place)
        address = f"{HOME}day/{day.pk}/remove/"
        browser = enter(manager)
        assert browser.post(address, {"reason": ""}).status_code == 422
        assert browser.post(address, {"reason": "警报解除"}).context["preview"].total == 0
        assert CalendarDay.objects.filter(pk=day.pk).exists()
        confirm(browser, address, {"reason": "警报解除"})
        assert not CalendarDay.objects.filter(pk=day.pk).exists()
        assert "警报解除" in Event.objects.filter(what="calendar_changed").latest("id").reason

    def test_a_hall_of_another_place_cannot_be_named(self, manager, enter, national):
        from hall.organisation.models import Hall

        other = Hall.objects.create(jurisdiction=make_place("other"), code="x", name="别处")
        assert enter(manager).post(f"{HOME}day/", {**FLOOD, "hall": other.pk}).status_code == 422

    def test_a_day_of_another_place_is_not_there(self, manager, enter, national):
        other = calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "别处", jurisdiction=make_place("o"))
        assert enter(manager).get(f"{HOME}day/{other.pk}/remove/").status_code == 404

    def test_a_national_day_is_not_removed_here(self, manager, enter, national):
        row = CalendarDay.objects.filter(jurisdiction=None).first()
        assert enter(manager).get(f"{HOME}day/{row.pk}/remove/").status_code == 404


class TestImporting:
    def test_local_days_by_the_manager(self, manager, enter, clock, a_place):
        text = "date,until,kind,name\n2026-06-11,2026-06-12,off,防汛\n2026-06-13,,work,补班\n"
        answer = enter(manager).post(f"{HOME}import/", upload(text, scope="local"))
        seen = answer.context["preview"]
        assert (seen.total, seen.told.created) == (1, 3)
        assert not CalendarDay.objects.filter(jurisdiction=a_place).exists()
        again = {**answer.context["carried"], "apply": "1"}
        assert enter(manager).post(f"{HOME}import/", again).status_code == 302
        assert CalendarDay.objects.filter(jurisdiction=a_place).count() == 3

    def test_a_national_year_by_the_system_administrator(self, system_admin, enter, clock):
        answer = enter(system_admin).post(f"{HOME}import/", upload(YEAR_2027, scope="national", year="2027"))
        assert answer.status_code == 200
        assert not AnnouncedYear.objects.filter(year=2027).exists()
        enter(system_admin).post(f"{HOME}import/", {**answer.context["carried"], "apply": "1"})
        assert AnnouncedYear.objects.get(year=2027).source == "示例通知"

    def test_not_by_the_manager(self, manager, enter, national):
        answer = enter(manager).post(f"{HOME}import/", upload(YEAR_2027, scope="national", year="2027"))
        assert answer.status_code == 422
        with pytest.raises(NotAllowed):
            calendars.import_arrangement(
                SimpleUploadedFile("d.csv", YEAR_2027.encode()), years=[2027], source="x", by=manager
            )

    @pytest.mark.parametrize("text", ["nonsense", "date,kind,name\n2027-13-01,off,x\n"])
    def test_a_file_that_says_nothing_is_refused_in_words(self, manager, enter, national, text):
        answer = enter(manager).post(f"{HOME}import/", upload(text, scope="local"))
        assert answer.status_code == 422

    def test_what_is_carried_over_reads_back_the_same(self):
        reading = readers.read(YEAR_2027.encode())
        assert readers.read(readers.write_csv(reading.days.values()).encode()).days == reading.days


class TestTheNextYear:
    """The arrangement of 2027 comes: what was provisional moves, in one change that the journal counts."""

    ICS = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\n"
        "DTEND;VALUE=DATE:20270104\r\nSUMMARY:元旦 休\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n"
        "DTSTART;VALUE=DATE:20270109\r\nSUMMARY:元旦 班\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    CSV = "date,until,kind,name\n2027-01-01,2027-01-03,off,元旦\n2027-01-09,,work,元旦\n"
    ROWS = {
        "rows-0-date": "2027-01-01",
        "rows-0-until": "2027-01-03",
        "rows-0-kind": "off",
        "rows-0-name": "元旦",
        "rows-1-date": "2027-01-09",
        "rows-1-until": "",
        "rows-1-kind": "work",
        "rows-1-name": "元旦",
    }

    @pytest.fixture
    def new_year_clock(self, a_place, moved, national):
        """From Monday 28 December 2026: the tenth working day is provisional."""
        moved("2026-12-28 10:00")
        clock = clocks.start(("test.thing", "ny"), Kind.PROMISED, Limit(10), jurisdiction=a_place)
        assert clock.provisional
        return clock

    @pytest.mark.parametrize("way", ["ics", "csv", "form"])
    def test_by_ics_csv_or_form_it_moves_what_it_showed(self, way, new_year_clock, system_admin, enter):
        files = {
            "ics": {"file": SimpleUploadedFile("2027.ics", self.ICS.encode())},
            "csv": {"file": SimpleUploadedFile("2027.csv", self.CSV.encode())},
            "form": self.ROWS,
        }
        typed = {"scope": "national", "year": "2027", "source": "国办发明电示例", **files[way]}
        browser = enter(system_admin)
        shown = browser.post(f"{HOME}import/", typed)
        (move,) = shown.context["preview"].moves
        assert browser.post(f"{HOME}import/", {**shown.context["carried"], "apply": "1"}).status_code == 302
        assert clocks.apply_calendar_changes() == 1
        new_year_clock.refresh_from_db()
        assert (new_year_clock.due_at, new_year_clock.provisional) == (move.after, False)
        applied = Event.objects.filter(what="calendar_applied", reason__contains="国办发明电示例")
        assert applied.get().data["moved"] == 1
        moved_by = Event.objects.filter(what="clock_recomputed").get()
        assert "国办发明电示例" in moved_by.reason
        clocks.apply_calendar_changes()
        assert applied.count() == 1

    def test_the_form_refuses_a_stretch_that_ends_before_it_begins(self, system_admin, enter, national):
        rows = {**self.ROWS, "rows-0-until": "2026-12-31"}
        typed = {"scope": "national", "year": "2027", "source": "示例", **rows}
        answer = enter(system_admin).post(f"{HOME}import/", typed)
        assert answer.status_code == 422
        assert "第1行：起止日期有误" in answer.content.decode()


class TestTwoKeepers:
    def test_a_preview_that_another_change_overtook_is_shown_again(self, manager, enter, clock, a_place):
        browser = enter(manager)
        shown = browser.post(f"{HOME}day/", FLOOD)
        calendars.set_day(dt.date(2026, 6, 11), DayKind.OFF, "检修", jurisdiction=a_place)
        answer = browser.post(f"{HOME}day/", {**shown.context["carried"], "apply": "1"})
        assert answer.status_code == 200
        assert "您看过以后，日历又有改动" in answer.content.decode()
        assert not CalendarDay.objects.filter(name="防汛停办").exists()
        (before,), (now_,) = shown.context["preview"].moves, answer.context["preview"].moves
        assert (now_.after - before.after).days == 1
        again = browser.post(f"{HOME}day/", {**answer.context["carried"], "apply": "1"})
        assert again.status_code == 302

    def test_a_change_of_another_place_disturbs_nobody(self, manager, enter, clock):
        browser = enter(manager)
        shown = browser.post(f"{HOME}day/", FLOOD)
        calendars.set_day(dt.date(2026, 6, 11), DayKind.OFF, "别处", jurisdiction=make_place("elsewhere"))
        answer = browser.post(f"{HOME}day/", {**shown.context["carried"], "apply": "1"})
        assert answer.status_code == 302

    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_confirm_at_once_one_writes_and_one_looks_again(
        self, manager, enter, clock, a_place, really_concurrent
    ):
        colleague = make_officer(a_place, Role.MANAGER)
        browsers = [enter(manager), enter(colleague)]
        days = [FLOOD, {**FLOOD, "date": "2026-06-11"}]
        shown = [b.post(f"{HOME}day/", day) for b, day in zip(browsers, days, strict=True)]

        def confirmed(number: int):
            carried = shown[number].context["carried"]
            return browsers[number].post(f"{HOME}day/", {**carried, "apply": "1"}).status_code

        outcomes = really_concurrent(lambda: confirmed(0), lambda: confirmed(1))
        assert sorted(outcome.value for outcome in outcomes) == [200, 302], outcomes
        assert CalendarDay.objects.filter(jurisdiction=a_place).count() == 1


class TestOneHall:
    def test_only_the_clocks_of_that_hall_move(self, clock, a_place, centre):
        there = clocks.start(
            ("test.thing", "hall"), Kind.PROMISED, Limit(5), jurisdiction=a_place, hall=centre
        )
        day = dt.date(2026, 6, 12)

        def change() -> CalendarDay:
            return calendars.set_day(day, DayKind.OFF, "检修", jurisdiction=a_place, hall=centre)

        seen = preview.of_change(change, place_ids=[a_place.pk])
        assert [move.clock.pk for move in seen.moves] == [there.pk]
        change()
        assert clocks.apply_calendar_changes() == 1
        before = there.due_at
        for each in (clock, there):
            each.refresh_from_db()
        assert (there.due_at - before).days == 1
        assert clock.due_at == before


class TestPreview:
    def test_the_whole_list_is_a_file(self, clock, a_place, manager, enter):
        for number in range(60):
            clocks.start(("test.more", number), Kind.PROMISED, Limit(5), jurisdiction=a_place, warn=())
        browser = enter(manager)
        shown = browser.post(f"{HOME}day/", FLOOD)
        assert "61个正在走的时限会移动" in shown.content.decode()
        assert "最早到期的50个" in shown.content.decode()
        answer = browser.post(f"{HOME}day/", {**shown.context["carried"], "list": "1"})
        assert answer["Content-Type"].startswith("text/csv")
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 62
        assert "2026-06-15" in lines[1] and "2026-06-16" in lines[1]
        assert not CalendarDay.objects.filter(jurisdiction=a_place).exists()

    def test_it_counts_other_places_but_does_not_list_them(self, clock, system_admin):
        clocks.start(("test.thing", "2"), Kind.PROMISED, Limit(5), jurisdiction=make_place("other"))
        seen = preview.of_change(
            lambda: calendars.import_arrangement(
                SimpleUploadedFile("d.csv", b"date,kind,name\n2026-06-12,off,x\n"),
                years=[2026],
                source="示例",
                by=system_admin,
            ),
            place_ids=[clock.jurisdiction_id],
        )
        assert (seen.total, seen.elsewhere, len(seen.moves)) == (2, 1, 1)
        assert not CalendarDay.objects.filter(name="x").exists()

    def test_afterwards_the_calendar_is_as_before(self, clock, a_place):
        day = dt.date(2026, 6, 12)
        preview.of_change(
            lambda: calendars.set_day(day, DayKind.OFF, "防汛", jurisdiction=a_place), place_ids=[]
        )
        assert table_for(a_place.pk).is_working(day)

    def test_it_shows_fifty_at_most(self, clock, a_place):
        for number in range(60):
            clocks.start(("test.more", number), Kind.PROMISED, Limit(5), jurisdiction=a_place, warn=())
        day = dt.date(2026, 6, 12)
        seen = preview.of_change(
            lambda: calendars.set_day(day, DayKind.OFF, "防汛", jurisdiction=a_place),
            place_ids=[a_place.pk],
        )
        assert (seen.total, len(seen.moves)) == (61, 50)


@pytest.mark.parametrize("role", [Role.KEEPER, Role.SUPERVISOR, Role.SECURITY_ADMIN])
def test_others_do_not_change_the_calendar(a_place, national, role):
    with pytest.raises(NotAllowed):
        calendars.set_day(
            dt.date(2026, 6, 12), DayKind.OFF, "x", jurisdiction=a_place, by=make_officer(a_place, role)
        )


def test_nor_a_manager_of_another_place(a_place, national):
    stranger = make_officer(make_place("other"), Role.MANAGER)
    with pytest.raises(NotAllowed):
        calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "x", jurisdiction=a_place, by=stranger)

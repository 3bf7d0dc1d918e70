"""The verbs of clocks: start, meet, cancel, pause, resume, extend, recompute."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hall.actors import SYSTEM
from hall.calendars import queries as calendar_queries
from hall.calendars import services as calendars
from hall.calendars.choices import DayKind
from hall.clocks import queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Ground, Kind, State
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.clocks.registry import on_moved
from hall.errors import Conflict, Invalid, WrongState
from hall.organisation.models import Hall, Jurisdiction
from hall.trail.models import Event

from .conftest import CLERK

THING = ("test.thing", "1")


def day_of(moment: dt.datetime | None) -> str | None:
    return moment and f"{moment.astimezone(queries.SHANGHAI):%Y-%m-%d}"


def warnings_of(clock: Clock) -> list[str | None]:
    return [day_of(warning.fires_at) for warning in clock.warnings.all()]


class TestStart:
    def test_it_stores_what_the_engine_says_and_tells_the_journal(self, start, moved):
        moved("2026-06-08 10:00")
        case = uuid.uuid4()
        clock = start(case_id=case, basis="试行办法第九条")
        assert clock.due_at.isoformat() == "2026-06-15T23:59:59.999999+08:00"
        assert queries.running(THING, Kind.TASK_OPINION) == clock
        event = Event.objects.get(what="clock_started")
        assert (event.case_id, event.subject_id, event.reason) == (case, "1", "试行办法第九条")
        assert event.data["clock"] == clock.pk
        assert event.data["due"] == clock.due_at.isoformat()

    def test_its_warnings_are_rows_at_the_opening_of_their_days(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        assert warnings_of(clock) == ["2026-06-10", "2026-06-11", "2026-06-12"]
        assert all(
            f"{w.fires_at.astimezone(queries.SHANGHAI):%H:%M}" == "09:00" for w in clock.warnings.all()
        )

    def test_a_warning_that_would_come_before_the_start_is_not_due(self, start, moved):
        moved("2026-06-08 10:00")
        assert warnings_of(start(days=2)) == [None, None, "2026-06-09"]

    def test_warnings_may_count_calendar_days(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start(kind=Kind.CERTIFICATE_EXPIRY, days=60, warn=[Limit(30, Unit.CALENDAR_DAY)])
        assert warnings_of(clock) == [day_of(clock.due_at - dt.timedelta(days=30))]

    def test_it_follows_the_hours_of_its_hall(self, place, moved):
        moved("2026-06-08 10:00")
        hall = Hall.objects.create(jurisdiction=place, code="h", name="厅", closes_at=dt.time(18))
        clock = clocks.start(
            THING, Kind.TASK_RECEIPT, Limit(1), jurisdiction=place, hall=hall, ends=Ends.CLOSE_OF_OFFICE
        )
        assert clock.due_at.isoformat() == "2026-06-09T18:00:00+08:00"
        assert queries.explain(Clock.objects.get(pk=clock.pk)).at == clock.due_at

    def test_one_kind_runs_once_on_one_thing(self, start):
        start()
        with pytest.raises(Conflict):
            start()
        start("2")
        start(kind=Kind.TASK_RECEIPT)
        assert Clock.objects.count() == 3

    def test_after_its_end_it_may_start_again(self, start):
        start()
        clocks.meet(THING, Kind.TASK_OPINION)
        start()

    def test_it_costs_two_statements_beside_the_journals_one(self, start):
        start("0")
        with CaptureQueriesContext(connection) as asked:
            start()
        # What is written is planned once: PostgreSQL sees its name and its values.
        written = [query["sql"] for query in asked if query["sql"].startswith("EXECUTE")]
        read = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
        assert len(written) == 3
        assert len(read) <= 1  # the calendar's version, while this test's own change is not committed

    def test_a_name_of_a_model_is_a_subject_too(self, place):
        clock = clocks.start(place, Kind.ARCHIVING, Limit(3), jurisdiction=place)
        assert queries.subject_of(clock) == place
        assert queries.subject_of(Clock(subject_type="test.thing", subject_id="1")) is None

    def test_a_limit_into_2027_is_provisional(self, start, moved):
        moved("2026-12-30 10:00")
        assert start().provisional


class TestMeetAndCancel:
    def test_met_in_time(self, start, moved):
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-15 23:00")
        clock = clocks.meet(THING, Kind.TASK_OPINION, by=CLERK)
        assert (clock.state, clock.late) == (State.MET, False)
        assert Event.objects.get(what="clock_met").actor_name == CLERK.name
        assert queries.running(THING, Kind.TASK_OPINION) is None

    def test_met_after_the_last_moment_is_late(self, start, moved):
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-16 00:00")
        assert clocks.meet(THING, Kind.TASK_OPINION).late

    def test_nothing_to_meet_is_no_error_and_no_event(self, place):
        assert clocks.meet(THING, Kind.TASK_OPINION) is None
        assert clocks.cancel(THING, Kind.TASK_OPINION, "撤回") is None
        assert not Event.objects.filter(what__startswith="clock_").exists()

    def test_it_may_be_met_at_an_earlier_moment_but_not_before_the_start_or_later_than_now(
        self, start, moved
    ):
        moved("2026-06-08 10:00")
        start()
        at = moved("2026-06-10 10:00")
        for wrong in (at - dt.timedelta(days=5), at + dt.timedelta(minutes=1)):
            with pytest.raises(Invalid):
                clocks.meet(THING, Kind.TASK_OPINION, at=wrong)
        done = at - dt.timedelta(days=1)
        assert clocks.meet(THING, Kind.TASK_OPINION, at=done).ended_at == done

    def test_a_paused_clock_can_be_met_and_then_has_its_due_date_for_good(self, start, moved):
        moved("2026-06-08 10:00")
        clocks.pause(start(), Ground.HEARING, "告知书", CLERK)
        moved("2026-06-10 10:00")
        clock = clocks.meet(THING, Kind.TASK_OPINION)
        assert clock.late is False
        assert day_of(clock.due_at) == "2026-06-16"
        assert clock.pauses.get().ends_at == clock.ended_at

    def test_a_case_that_ends_takes_its_clocks_with_it(self, start):
        case = uuid.uuid4()
        start("1", case_id=case)
        start("2", case_id=case)
        start("3")
        assert len(clocks.cancel_case(case, "撤回申请")) == 2
        assert Clock.objects.filter(state=State.RUNNING).count() == 1
        assert Event.objects.filter(what="clock_cancelled", reason="撤回申请").count() == 2

    def test_the_database_refuses_an_ended_clock_without_an_end(self, start):
        clock = start()
        with pytest.raises(IntegrityError), transaction.atomic():
            Clock.objects.filter(pk=clock.pk).update(state=State.MET)


class TestPauseAndResume:
    def test_a_paused_clock_has_no_due_date_and_resumes_with_the_rest(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-09 10:00")
        clocks.pause(clock, Ground.HEARING, "听证告知书3号", CLERK)
        clock.refresh_from_db()
        assert clock.is_paused
        assert warnings_of(clock) == [None, None, None]
        moved("2026-06-11 10:00")
        clock = clocks.resume(clock, Ground.HEARING, CLERK)
        assert day_of(clock.due_at) == "2026-06-17"
        assert warnings_of(clock) == ["2026-06-12", "2026-06-15", "2026-06-16"]
        assert Event.objects.get(what="clock_paused").reason == "听证告知书3号"
        assert Event.objects.get(what="clock_resumed").data["due"] == clock.due_at.isoformat()

    def test_two_grounds_overlap_and_cost_their_union(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-09 10:00")
        clocks.pause(clock, Ground.HEARING, "", CLERK)
        moved("2026-06-10 10:00")
        clocks.pause(clock, Ground.EXPERT_REVIEW, "", CLERK)
        moved("2026-06-11 10:00")
        assert clocks.resume(clock, Ground.HEARING, CLERK).is_paused
        moved("2026-06-12 10:00")
        assert day_of(clocks.resume(clock, Ground.EXPERT_REVIEW, CLERK).due_at) == "2026-06-18"

    def test_one_ground_stops_it_once(self, start):
        clock = start()
        clocks.pause(clock, Ground.HEARING, "", CLERK)
        with pytest.raises(WrongState):
            clocks.pause(clock, Ground.HEARING, "", CLERK)
        with pytest.raises(WrongState):
            clocks.resume(clock, Ground.TESTING, CLERK)

    def test_a_pause_that_comes_after_the_end_is_refused(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        within = moved("2026-06-15 10:00")
        moved("2026-06-16 10:00")
        with pytest.raises(WrongState):
            clocks.pause(clock, Ground.HEARING, "", CLERK)
        with pytest.raises(WrongState):
            clocks.pause(clock, Ground.HEARING, "", CLERK, at=within)

    def test_an_ended_clock_is_left_alone(self, start):
        clock = start()
        clocks.meet(THING, Kind.TASK_OPINION)
        for verb in (
            lambda: clocks.pause(clock, Ground.HEARING, "", CLERK),
            lambda: clocks.resume(clock, Ground.HEARING, CLERK),
            lambda: clocks.extend(clock, Limit(10), "", CLERK),
            lambda: clocks.recompute(clock, ""),
        ):
            with pytest.raises(WrongState):
                verb()

    def test_an_outage_is_credited_not_paused(self, start):
        with pytest.raises(Invalid):
            clocks.pause(start(), Ground.OUTAGE, "", CLERK)

    def test_nobody_resumes_before_the_pause(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-09 10:00")
        clocks.pause(clock, Ground.HEARING, "", CLERK)
        earlier = moved("2026-06-09 11:00") - dt.timedelta(hours=2)
        with pytest.raises(Invalid):
            clocks.resume(clock, Ground.HEARING, CLERK, at=earlier)


class TestExtend:
    def test_it_adds_to_the_limit_and_keeps_the_limit_as_it_was_set(self, start, moved):
        moved("2026-06-08 10:00")
        clock = clocks.extend(start(), Limit(10), "案情复杂", CLERK)
        assert day_of(clock.due_at) == "2026-06-30"
        assert (clock.limit_value, clock.limit) == (5, Limit(15))
        assert Event.objects.get(what="clock_extended").reason == "案情复杂"
        clock = clocks.extend(clock, Limit(1), "", CLERK)
        assert clock.limit == Limit(16)

    def test_warnings_count_from_the_new_end_once_each_again(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        sent_at = moved("2026-06-12 10:00")
        clock.warnings.update(sent_at=sent_at)
        clocks.extend(clock, Limit(2), "", CLERK)
        assert [w.sent_at == sent_at for w in clock.warnings.all()] == [True, False, False]
        assert warnings_of(clock)[1:] == ["2026-06-15", "2026-06-16"]

    def test_another_unit_or_a_clock_that_is_over_is_refused(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        with pytest.raises(Invalid):
            clocks.extend(clock, Limit(1, Unit.MONTH), "", CLERK)
        moved("2026-06-16 00:01")
        with pytest.raises(WrongState):
            clocks.extend(clock, Limit(10), "", CLERK)


class TestTheCalendarMoves:
    def test_open_clocks_follow_and_the_journal_says_what_moved_them(self, start, place, moved):
        moved("2026-06-08 10:00")
        clock, other = start("1"), start("2", days=2)
        calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
        assert clocks.apply_calendar_changes() == 1
        clock.refresh_from_db()
        assert day_of(clock.due_at) == "2026-06-16"
        assert warnings_of(clock) == ["2026-06-10", "2026-06-11", "2026-06-15"]
        event = Event.objects.get(what="clock_recomputed")
        assert event.reason == "2026-06-12 设为休（抗洪）"
        assert event.data["before"].startswith("2026-06-15")
        assert event.data["due"].startswith("2026-06-16")
        assert day_of(Clock.objects.get(pk=other.pk).due_at) == "2026-06-10"
        assert clocks.apply_calendar_changes() == 0

    def test_other_places_and_ended_clocks_stay(self, start, place, moved):
        moved("2026-06-08 10:00")
        start("1")
        clocks.meet(THING, Kind.TASK_OPINION)
        elsewhere = Jurisdiction.objects.create(
            slug="lingli", code="999800", name="另例市", short_name="另例", level="city"
        )
        clocks.start(("test.thing", "2"), Kind.TASK_OPINION, Limit(5), jurisdiction=elsewhere)
        calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
        assert clocks.apply_calendar_changes() == 0

    def test_an_announcement_makes_provisional_dates_certain(self, start, moved, tmp_path):
        moved("2026-12-30 10:00")
        clock = start()
        file = tmp_path / "2027.csv"
        file.write_text("date,until,kind,name\n2027-01-01,2027-01-03,off,元旦\n2027-01-09,,work,元旦\n")
        with file.open("rb") as content:
            calendars.import_arrangement(content, years=[2027], source="示例通知", by=SYSTEM)
        assert clocks.apply_calendar_changes() == 0
        clock.refresh_from_db()
        assert not clock.provisional
        assert day_of(clock.due_at) == "2027-01-07"

    def test_many_clocks_are_done_in_pieces(self, start, place, moved, monkeypatch):
        monkeypatch.setattr(clocks, "_CHUNK", 2)
        moved("2026-06-08 10:00")
        for n in range(5):
            start(str(n))
        calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
        assert clocks.apply_calendar_changes() == 5

    def test_a_paused_clock_moves_when_it_goes_on(self, start, place, moved):
        moved("2026-06-08 10:00")
        clock = start()
        clocks.pause(clock, Ground.HEARING, "", CLERK)
        calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
        assert clocks.apply_calendar_changes() == 0
        moved("2026-06-08 11:00")
        assert day_of(clocks.resume(clock, Ground.HEARING, CLERK).due_at) == "2026-06-16"


class TestReading:
    def test_the_stored_date_replays_from_what_is_stored(self, start, place, moved):
        """Invariant 3: due dates replay to the same value."""
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-09 10:00")
        clocks.pause(clock, Ground.TESTING, "", CLERK)
        moved("2026-06-10 18:00")
        clocks.resume(clock, Ground.TESTING, CLERK)
        clocks.extend(clock, Limit(2), "", CLERK)
        stored = Clock.objects.get()
        assert queries.explain(stored).at == stored.due_at

    def test_working_days_left(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start()
        assert queries.remaining_working_days(clock) == 5
        for moment, left in (
            ("2026-06-12 10:00", 1),
            ("2026-06-15 23:59", 0),
            ("2026-06-16 00:00", -1),
            ("2026-06-17 00:00", -2),
        ):
            moved(moment)
            assert queries.remaining_working_days(clock) == left
        clock.due_at = None
        assert queries.remaining_working_days(clock) is None

    def test_a_list_asks_once(self, start, moved, django_assert_num_queries):
        moved("2026-06-08 10:00")
        cases = [uuid.uuid4() for _ in range(30)]
        for n, case in enumerate(cases):
            start(str(n), case_id=case, days=10)
            start(str(n), kind=Kind.PROMISED, case_id=case, days=3)
        queries.nearest_of_cases(cases)
        calendar_queries._memory.uncommitted = None  # as after a commit
        with django_assert_num_queries(1):
            found = queries.nearest_of_cases(cases)
        assert {clock.kind for clock in found.values()} == {Kind.PROMISED}
        assert {clock.remaining for clock in found.values()} == {3}

    def test_the_evidence_is_plain_data(self, start, moved):
        moved("2026-06-08 10:00")
        clock = start(basis="试行办法")
        told = json.loads(json.dumps(queries.evidence(clock), ensure_ascii=False))
        assert told["limit"] == "5个工作日"
        assert told["days"][1]["why"] == "第1个工作日"
        assert [w["before"] for w in told["warnings"]] == ["3个工作日", "2个工作日", "1个工作日"]


class TestCopiesOfTheDate:
    def test_those_who_keep_one_are_told_after_the_commit(
        self, start, place, moved, django_capture_on_commit_callbacks
    ):
        told = []
        on_moved(Kind.TASK_OPINION)(lambda clock: 1 / 0)
        on_moved(Kind.TASK_OPINION)(lambda clock: told.append(day_of(clock.due_at)))
        moved("2026-06-08 10:00")
        clock = start()
        with django_capture_on_commit_callbacks(execute=True):
            clocks.pause(clock, Ground.HEARING, "", CLERK)
            assert told == []
        with django_capture_on_commit_callbacks(execute=True):
            clocks.resume(clock, Ground.HEARING, CLERK)
        with django_capture_on_commit_callbacks(execute=True):
            clocks.recompute(clock, "无变化")
        assert told == [None, "2026-06-15"]


class TestWhatWasSaidLate:
    def test_a_thing_done_before_its_clock_was_paused_ends_it_all_the_same(self, place, start, moved):
        moved("2026-06-08 09:00")
        clock = start(days=5)
        moved("2026-06-10 09:00")
        clocks.pause(clock, Ground.HEARING, "听证告知书3号", CLERK)
        clocks.meet(("test.thing", "1"), Kind.TASK_OPINION, at=moved("2026-06-09 09:00"))
        clock.refresh_from_db()
        assert clock.state == State.MET
        assert clock.due_at is not None
        assert not clock.pauses.filter(ends_at=None).exists()

    def test_the_journal_tells_all_that_a_date_was_computed_from(self, place, start, moved):
        began = moved("2026-06-08 09:00")
        start(days=5)
        told = Event.objects.get(what="clock_started").data
        assert told["start"] == began.isoformat()
        assert (told["ends"], told["hall"], told["office"]) == ("day_end", None, ["09:00", "17:00"])

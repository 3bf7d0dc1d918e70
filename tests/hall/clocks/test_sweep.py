"""The sweep fires what is due, once, and nothing stops the rest (DESIGN §3)."""

from __future__ import annotations

import datetime as dt
import threading
import time

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hall.calendars import services as calendars
from hall.calendars.choices import DayKind
from hall.clocks import queries, sweep
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Ground, Kind, State
from hall.clocks.limits import Limit
from hall.clocks.models import Clock, ClockWarning
from hall.clocks.registry import Held, on_expiry, on_warning
from hall.trail.models import Event

from .conftest import CLERK

THING = ("test.thing", "1")


def begin(place, thing="1", kind=Kind.TASK_OPINION, days=5, **options):
    return clocks.start(("test.thing", thing), kind, Limit(days), jurisdiction=place, **options)


class TestFiring:
    def test_it_fires_after_the_last_moment_and_only_once(self, start, moved):
        fired = []
        on_expiry(Kind.TASK_OPINION)(lambda clock: fired.append((clock.pk, clock.state)))
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-15 23:59:59")
        assert sweep.run().fired == 0
        moved("2026-06-16 00:00")
        assert sweep.run().fired == 1
        assert sweep.run().fired == 0
        assert fired == [(clock.pk, State.EXPIRED)]
        clock.refresh_from_db()
        assert (clock.state, clock.fired_at) == (State.EXPIRED, clock.ended_at)
        assert Event.objects.filter(what="clock_expired").count() == 1

    def test_at_close_of_office_it_is_still_in_time(self, start, moved):
        moved("2026-06-08 10:00")
        start(ends=Ends.CLOSE_OF_OFFICE)
        moved("2026-06-15 17:00")
        assert sweep.run().fired == 0
        moved("2026-06-15 17:00:00.000001")
        assert sweep.run().fired == 1

    def test_every_room_that_listens_is_told_from_the_lowest_up(self, start, moved):
        told = []
        on_expiry(Kind.TASK_OPINION)(lambda clock: told.append("routing"))
        on_expiry(Kind.TASK_OPINION)(lambda clock: told.append("supervision"))
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-17 10:00")
        sweep.run()
        assert told == ["routing", "supervision"]

    def test_a_kind_without_listeners_expires_all_the_same(self, start, moved):
        moved("2026-06-08 10:00")
        start(kind=Kind.ARCHIVING)
        moved("2026-06-17 10:00")
        assert sweep.run().fired == 1

    def test_a_paused_met_or_cancelled_clock_never_fires(self, start, moved):
        moved("2026-06-08 10:00")
        clocks.pause(start("1"), Ground.HEARING, "", CLERK)
        start("2")
        start("3")
        clocks.meet(("test.thing", "2"), Kind.TASK_OPINION)
        clocks.cancel(("test.thing", "3"), Kind.TASK_OPINION, "撤回")
        moved("2026-12-17 10:00")
        assert str(sweep.run()) == "nothing due"

    def test_what_an_earlier_one_of_the_batch_has_ended_does_not_fire(self, start, moved):
        moved("2026-06-08 10:00")
        first, second = start("1"), start("1", kind=Kind.TASK_RECEIPT)
        fired = []

        @on_expiry(Kind.TASK_RECEIPT)
        @on_expiry(Kind.TASK_OPINION)
        def fall_silent(clock):
            fired.append(clock.pk)
            clocks.cancel(("test.thing", "1"), Kind.TASK_RECEIPT, "默认同意")

        moved("2026-06-16 10:00")
        assert sweep.run().fired == 1
        assert sweep.run().fired == 0
        assert fired == [first.pk]
        second.refresh_from_db()
        assert second.state == State.CANCELLED

    def test_more_than_a_batch_in_one_run(self, start, moved, monkeypatch):
        monkeypatch.setattr(sweep, "_BATCH", 3)
        moved("2026-06-08 10:00")
        for n in range(8):
            start(str(n))
        moved("2026-06-17 10:00")
        assert sweep.run().fired == 8

    def test_a_date_that_the_calendar_moved_meanwhile_is_moved_not_fired(self, start, place, moved):
        moved("2026-06-08 10:00")
        clock = start()
        calendars.set_day(dt.date(2026, 6, 15), DayKind.OFF, "抗洪", jurisdiction=place)
        for change in calendars.pending_changes():
            calendars.mark_applied(change)  # as if the recomputation had missed this clock
        moved("2026-06-16 10:00")
        report = sweep.run()
        assert (report.fired, report.moved) == (0, 1)
        clock.refresh_from_db()
        assert clock.due_at.astimezone(queries.SHANGHAI).date() == dt.date(2026, 6, 16)
        assert Event.objects.get(what="clock_recomputed").reason == "届满前复核"

    def test_a_calendar_change_is_followed_before_anything_fires(self, start, place, moved):
        moved("2026-06-08 10:00")
        start()
        calendars.set_day(dt.date(2026, 6, 15), DayKind.OFF, "抗洪", jurisdiction=place)
        moved("2026-06-16 10:00")
        assert sweep.run().fired == 0
        assert Event.objects.get(what="clock_recomputed").reason.startswith("2026-06-15")


class TestOneThatFails:
    def test_it_stops_no_other_and_is_recorded_and_tried_again_later_and_later(self, start, moved):
        def fail(clock):
            if clock.subject_id == "1":
                Event.objects.filter(pk=-1).first()
                raise RuntimeError("印章服务不可用")

        on_expiry(Kind.TASK_OPINION)(fail)
        moved("2026-06-08 10:00")
        for n in range(3):
            start(str(n))
        at = moved("2026-06-17 10:00")
        report = sweep.run()
        assert (report.fired, report.failed) == (2, 1)
        clock = queries.running(THING, Kind.TASK_OPINION)
        assert (clock.state, clock.failures, clock.fired_at) == (State.RUNNING, 1, None)
        assert clock.last_error == "RuntimeError: 印章服务不可用"
        assert clock.retry_at == at + dt.timedelta(seconds=30)
        assert list(queries.failing()) == [clock]
        assert not Event.objects.filter(what="clock_expired", subject_id="1").exists()

        assert sweep.run().failed == 0  # not before its time
        moved(at + dt.timedelta(seconds=31))
        assert sweep.run().failed == 1
        clock.refresh_from_db()
        assert clock.retry_at == at + dt.timedelta(seconds=91)

    def test_what_it_did_before_failing_is_undone(self, start, moved):
        def write_then_fail(clock):
            start("written", kind=Kind.DELIVERY)
            raise RuntimeError

        on_expiry(Kind.TASK_OPINION)(write_then_fail)
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-17 10:00")
        sweep.run()
        assert not Clock.objects.filter(subject_id="written").exists()

    def test_a_broken_statement_spoils_no_other_clock(self, start, moved):
        def break_the_transaction(clock):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

        on_expiry(Kind.TASK_OPINION)(break_the_transaction)
        moved("2026-06-08 10:00")
        start("1")
        start("2", kind=Kind.ARCHIVING)
        moved("2026-06-17 10:00")
        report = sweep.run()
        assert (report.fired, report.failed) == (1, 1)

    def test_once_mended_it_fires(self, start, moved):
        broken = [True]

        @on_expiry(Kind.TASK_OPINION)
        def sometimes(clock):
            if broken:
                raise RuntimeError

        moved("2026-06-08 10:00")
        start()
        moved("2026-06-17 10:00")
        sweep.run()
        broken.clear()
        moved("2026-06-17 11:00")
        assert sweep.run().fired == 1

    def test_a_handler_may_hold_it_which_is_no_failure(self, start, moved):
        @on_expiry(Kind.TASK_OPINION)
        def hold(clock):
            raise Held("等待监督员确认", dt.timedelta(minutes=10))

        moved("2026-06-08 10:00")
        start()
        at = moved("2026-06-17 10:00")
        report = sweep.run()
        assert (report.held, report.failed) == (1, 0)
        clock = Clock.objects.get()
        assert (clock.failures, clock.last_error) == (0, "等待监督员确认")
        assert clock.retry_at == at + dt.timedelta(minutes=10)


class TestMetLate:
    """Done after the last moment but before the sweep came by: the lateness is not lost."""

    def test_listeners_that_asked_for_it_are_told_once(self, start, moved):
        cards, consents = [], []
        on_expiry(Kind.PROMISED, when_late=True)(cards.append)
        on_expiry(Kind.PROMISED)(consents.append)
        moved("2026-06-08 10:00")
        start(kind=Kind.PROMISED)
        moved("2026-06-16 08:00")
        clock = clocks.meet(THING, Kind.PROMISED)
        sweep.run()
        sweep.run()
        assert cards == [clock]
        assert consents == []
        clock.refresh_from_db()
        assert (clock.state, clock.late) == (State.MET, True)

    def test_one_that_fails_is_tried_again(self, start, moved):
        on_expiry(Kind.PROMISED, when_late=True)(lambda clock: 1 / 0)
        moved("2026-06-08 10:00")
        start(kind=Kind.PROMISED)
        moved("2026-06-16 08:00")
        clocks.meet(THING, Kind.PROMISED)
        assert sweep.run().failed == 1
        moved("2026-06-16 09:00")
        assert sweep.run().failed == 1


class TestWarnings:
    def test_each_is_sent_once_in_its_turn(self, start, moved):
        sent = []
        on_warning(Kind.TASK_OPINION)(lambda clock, warning: sent.append(warning.step))
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-10 08:59")
        assert sweep.warn().warned == 0
        for day in (10, 11, 12):
            moved(f"2026-06-{day} 09:00")
            sweep.warn()
            sweep.warn()
        assert sent == [3, 2, 1]
        assert Event.objects.filter(what="clock_warned").count() == 3

    def test_one_missed_run_loses_none(self, start, moved):
        sent = []
        on_warning(Kind.TASK_OPINION)(lambda clock, warning: sent.append(warning.step))
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-12 15:00")
        sweep.warn()
        assert sent == [3, 2, 1]

    def test_what_was_never_warned_is_warned_before_it_fires(self, start, moved):
        told = []
        on_warning(Kind.TASK_OPINION)(lambda clock, warning: told.append(warning.step))
        on_expiry(Kind.TASK_OPINION)(lambda clock: told.append("expired"))
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-17 10:00")
        sweep.run()
        assert told == [3, 2, 1, "expired"]
        assert not ClockWarning.objects.filter(clock=clock, sent_at=None).exists()

    def test_an_ended_or_paused_clock_warns_no_more(self, start, moved):
        moved("2026-06-08 10:00")
        start("1")
        clocks.pause(start("2"), Ground.HEARING, "", CLERK)
        clocks.meet(THING, Kind.TASK_OPINION)
        moved("2026-06-12 15:00")
        assert sweep.warn().warned == 0

    def test_what_an_ended_clock_would_have_warned_of_is_looked_at_once(self, start, moved):
        moved("2026-06-08 10:00")
        start(warn=(2, 1))
        start(thing="2", warn=(2, 1))
        clocks.meet(THING, Kind.TASK_OPINION)
        waiting = ClockWarning.objects.filter(sent_at=None, fires_at__isnull=False)
        assert waiting.count() == 4
        moved("2026-06-11 10:00")
        assert sweep.warn().warned == 1
        assert waiting.all().count() == 2  # the last day of each is to come
        moved("2026-06-12 10:00")
        sweep.warn()
        assert not waiting.exists()

    def test_a_warning_that_fails_stays_due_and_stops_no_other(self, start, moved):
        @on_warning(Kind.TASK_OPINION)
        def fail(clock, warning):
            if clock.subject_id == "1" and warning.step == 3:
                raise RuntimeError("短信通道故障")

        moved("2026-06-08 10:00")
        start("1")
        start("2")
        moved("2026-06-12 15:00")
        report = sweep.warn()
        assert (report.warned, report.failed) == (5, 1)
        assert ClockWarning.objects.get(sent_at=None, fires_at__isnull=False).step == 3
        assert sweep.warn().failed == 1


class TestABatch:
    """What it costs to find one does not grow with all that is due at the same moment."""

    def plans(self, work):
        """How PostgreSQL finds the rows that `work` takes, if it may neither read all of a table nor sort."""
        with CaptureQueriesContext(connection) as told:
            work()
        taking = [each["sql"] for each in told if "SKIP LOCKED" in each["sql"] and "ORDER BY" in each["sql"]]
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            for sql in taking:
                cursor.execute(f"EXPLAIN {sql}")
                yield "\n".join(line for (line,) in cursor.fetchall())

    def test_what_is_due_comes_in_the_order_of_its_index(self, start, moved):
        on_expiry(Kind.TASK_OPINION, when_late=True)(lambda clock: None)
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-16 10:00")
        due, late = self.plans(sweep.run)
        assert "clock_running_by_due" in due
        assert "Sort" not in due
        assert "clock_late_and_not_fired" in late
        assert "Sort" not in late

    def test_warnings_too(self, start, moved):
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-15 10:00")
        (plan,) = self.plans(sweep.warn)
        assert "warning_due_and_not_sent" in plan
        assert "Sort" not in plan


class TestLag:
    def test_it_is_the_age_of_the_oldest_due_clock(self, start, moved):
        moved("2026-06-08 10:00")
        start("1")
        start("2", days=6)
        assert queries.sweep_lag() == dt.timedelta()
        moved("2026-06-17 00:00")
        assert queries.sweep_lag() == dt.timedelta(days=1, microseconds=1)
        sweep.run()
        assert queries.sweep_lag() == dt.timedelta()

    def test_a_clock_that_waits_for_its_retry_is_no_lag(self, start, moved):
        on_expiry(Kind.TASK_OPINION)(lambda clock: 1 / 0)
        moved("2026-06-08 10:00")
        start()
        moved("2026-06-17 10:00")
        sweep.run()
        assert queries.sweep_lag() == dt.timedelta()


class TestTheCommands:
    def test_a_dry_run_lists_and_changes_nothing(self, start, moved, capsys):
        moved("2026-06-08 10:00")
        clock = start()
        moved("2026-06-17 10:00")
        call_command("sweep_clocks", "--dry-run")
        out = capsys.readouterr().out
        assert f"{clock.pk}\t2026-06-15 23:59\ttask_opinion" in out
        assert "1 would fire" in out
        clock.refresh_from_db()
        assert clock.is_running
        call_command("sweep_clocks")
        assert "1 fired, 3 warned" in capsys.readouterr().out or Clock.objects.get().state == State.EXPIRED

    def test_a_clock_is_explained_day_by_day(self, start, moved, capsys):
        moved("2026-06-08 10:00")
        clock = start()
        call_command("explain_clock", str(clock.pk))
        out = capsys.readouterr().out
        assert "2026-06-13\t周末\t周六，不计入" in out
        assert "届满 2026-06-15 23:59:59" in out


class TestReallyConcurrent:
    """With real commits."""

    def test_two_sweepers_never_fire_one_clock_twice(self, really_concurrent, make_place, moved):
        place = make_place()
        fired, lock = [], threading.Lock()

        @on_expiry(Kind.TASK_OPINION)
        def slowly(clock):
            time.sleep(0.005)
            with lock:
                fired.append(clock.pk)

        moved("2026-06-08 10:00")
        due = {begin(place, str(n)).pk for n in range(60)}
        moved("2026-06-17 10:00")
        outcomes = really_concurrent(sweep.run, sweep.run, sweep.run)
        assert all(outcome.ok for outcome in outcomes), outcomes
        assert sorted(fired) == sorted(due)
        assert sum(outcome.value.fired for outcome in outcomes) == 60
        assert Event.objects.filter(what="clock_expired").count() == 60

    def test_two_porters_never_send_one_warning_twice(self, really_concurrent, make_place, moved):
        place = make_place()
        sent, lock = [], threading.Lock()

        @on_warning(Kind.TASK_OPINION)
        def slowly(clock, warning):
            time.sleep(0.005)
            with lock:
                sent.append(warning.pk)

        moved("2026-06-08 10:00")
        for n in range(20):
            begin(place, str(n))
        moved("2026-06-12 10:00")
        outcomes = really_concurrent(sweep.warn, sweep.warn, sweep.run)
        assert all(outcome.ok for outcome in outcomes), outcomes
        assert len(sent) == len(set(sent)) == 60

    def test_two_starters_start_one_clock(self, really_concurrent, make_place):
        place = make_place()
        outcomes = really_concurrent(*[lambda: begin(place)] * 3)
        assert sum(outcome.ok for outcome in outcomes) == 1
        assert Clock.objects.count() == 1

    def test_meeting_and_firing_at_once_ends_it_once(self, really_concurrent, make_place, moved):
        place = make_place()
        moved("2026-06-08 10:00")
        for n in range(20):
            begin(place, str(n))
        moved("2026-06-17 10:00")

        def meet_all():
            return [clocks.meet(("test.thing", str(n)), Kind.TASK_OPINION) for n in range(20)]

        met, swept = really_concurrent(meet_all, sweep.run)
        assert met.ok, met.error
        assert swept.ok, swept.error
        ended = Event.objects.filter(what__in=["clock_met", "clock_expired"])
        assert ended.count() == 20
        assert len({event.subject_id for event in ended}) == 20

    def test_a_sweep_gives_way_to_the_person_who_holds_the_thing(self, really_concurrent, make_place, moved):
        """The person locks the thing and then the clock, the sweep the clock and then the thing."""
        place = make_place()
        moved("2026-06-08 10:00")
        begin(place)
        moved("2026-06-17 10:00")
        person_has_the_thing, sweep_has_the_clock = threading.Event(), threading.Event()

        @on_expiry(Kind.TASK_OPINION)
        def lock_the_thing(clock):
            sweep_has_the_clock.set()
            type(place).objects.select_for_update().get(pk=place.pk)

        @transaction.atomic
        def person():
            type(place).objects.select_for_update().get(pk=place.pk)
            person_has_the_thing.set()
            assert sweep_has_the_clock.wait(10)
            return clocks.meet(THING, Kind.TASK_OPINION)

        def sweeper():
            assert person_has_the_thing.wait(10)
            return sweep.run(), sweep.run()

        acted, swept = really_concurrent(person, sweeper)
        assert acted.ok, acted.error
        assert swept.ok, swept.error
        clock = Clock.objects.get()
        assert (clock.state, clock.failures) == (State.MET, 0)
        assert acted.value == clock
        assert swept.value[0].busy == 1

    def test_it_waits_for_a_person_once_and_then_lets_go_of_all_it_holds(
        self, really_concurrent, make_place, moved
    ):
        """Waiting for each warning and each clock of a case in turn would outlast the deadlock detector."""
        place = make_place()
        moved("2026-06-08 10:00")
        for n in range(3):
            begin(place, thing=str(n), warn=(2, 1))
        moved("2026-06-17 10:00")
        person_has_the_thing, sweep_has_run = threading.Event(), threading.Event()
        waited_in = []

        @on_warning(Kind.TASK_OPINION)
        def lock_the_thing(clock, warning):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()::text")
                waited_in.append((clock.pk, cursor.fetchone()))
            type(place).objects.select_for_update().get(pk=place.pk)

        @transaction.atomic
        def person():
            type(place).objects.select_for_update().get(pk=place.pk)
            person_has_the_thing.set()
            assert sweep_has_run.wait(20)

        def sweeper():
            assert person_has_the_thing.wait(10)
            try:
                return sweep.run()
            finally:
                sweep_has_run.set()

        acted, swept = really_concurrent(person, sweeper)
        assert acted.ok and swept.ok, swept.error
        assert (swept.value.busy, swept.value.fired, swept.value.warned) == (3, 0, 0)
        assert len({clock for clock, _xid in waited_in}) == 3
        assert len(waited_in) == len({xid for _clock, xid in waited_in}) == 3

    def test_following_the_calendar_waits_for_a_desk_and_loses_nothing(
        self, really_concurrent, make_place, moved
    ):
        place = make_place()
        moved("2026-06-08 10:00")
        clock = begin(place)
        calendars.set_day(dt.date(2026, 6, 12), DayKind.OFF, "抗洪", jurisdiction=place)
        desk_has_it = threading.Event()

        @transaction.atomic
        def desk():
            clocks.pause(clock, Ground.HEARING, "", CLERK)
            clocks.resume(clock, Ground.HEARING, CLERK)
            desk_has_it.set()
            time.sleep(0.6)

        def porter():
            assert desk_has_it.wait(10)
            return clocks.apply_calendar_changes()

        acted, followed = really_concurrent(desk, porter)
        assert acted.ok, acted.error
        assert followed.ok, followed.error
        assert queries.running(THING, Kind.TASK_OPINION).due_at.astimezone(queries.SHANGHAI).day == 16
        assert not calendars.pending_changes()

"""Our own outages are taken out of every clock before anything fires (DESIGN §3)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command

from hall import now
from hall.calendars.workdays import SHANGHAI
from hall.clocks import outages, queries, sweep
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock, ClockPause, Heartbeat, Outage
from hall.errors import Invalid
from hall.trail.models import Event

from .conftest import CLERK


@pytest.fixture
def real(monkeypatch):
    """`real("2026-06-08 10:00")`: the machine's time, and with it the hall's."""

    def move(text: str) -> dt.datetime:
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        monkeypatch.setattr(now.timezone, "now", lambda: moment)
        return moment

    return move


def last_day(clock: Clock) -> dt.date:
    clock.refresh_from_db()
    return clock.due_at.astimezone(SHANGHAI).date()


class TestTheHeartbeat:
    def test_short_silences_are_none(self, db, real):
        real("2026-06-08 10:00")
        assert outages.beat() is None
        real("2026-06-08 10:05")
        assert outages.beat() is None
        assert not Outage.objects.exists()

    def test_a_long_silence_is_an_outage_from_the_last_beat_to_this_one(self, db, real):
        last = real("2026-06-08 10:00")
        outages.beat()
        back = real("2026-06-08 12:00")
        outage = outages.beat()
        assert (outage.starts_at, outage.ends_at) == (last, back)
        assert Event.objects.filter(what="outage_noted").count() == 1
        assert outages.beat() is None

    def test_a_beat_that_comes_late_does_not_turn_back_the_row(self, db, real):
        real("2026-06-08 10:01")
        outages.beat()
        real("2026-06-08 10:00")
        outages.beat()
        assert Heartbeat.objects.get().real_at.astimezone(SHANGHAI).minute == 1


class TestCredit:
    def test_a_clock_that_counts_from_before_an_outage_is_credited_too(self, start, real):
        """Deemed accepted since receipt: the promised limit starts late, but counts from before."""
        received = real("2026-06-08 10:00")
        outages.beat()
        real("2026-06-09 20:00")  # down over the close of office of Monday and Tuesday
        sweep.run()
        clock = start(started_at=received)
        told = start("2", started_at=now.now())
        assert (last_day(clock), last_day(told)) == (dt.date(2026, 6, 16), dt.date(2026, 6, 16))
        assert queries.explain(clock).at == clock.due_at
        assert ClockPause.objects.get().clock == clock
        started = Event.objects.filter(what="clock_started").earliest("id")
        assert dt.datetime.fromisoformat(started.data["due"]) == clock.due_at
        assert outages.credit_pending()
        assert ClockPause.objects.count() == 1

    def test_it_is_credited_before_anything_fires(self, start, real):
        real("2026-06-08 10:00")
        clock = start()
        real("2026-06-15 09:00")
        sweep.run()
        real("2026-06-16 08:00")  # down over the close of office of the last day
        report = sweep.run()
        assert report.fired == 0
        assert last_day(clock) == dt.date(2026, 6, 16)
        pause = ClockPause.objects.get()
        assert (pause.ground, pause.clock) == (Ground.OUTAGE, clock)
        assert Event.objects.get(what="clock_recomputed").reason.startswith("平台故障")
        real("2026-06-17 00:00")
        outages.beat()
        Heartbeat.objects.update(real_at=now.real_now())
        Outage.objects.filter(credited_at=None).delete()
        assert sweep.run().fired == 1

    def test_even_if_the_heartbeat_came_back_before_the_sweep(self, start, real):
        real("2026-06-08 10:00")
        clock = start()
        real("2026-06-15 09:00")
        sweep.run()
        real("2026-06-16 08:00")
        outages.beat()
        assert sweep.run().fired == 0
        assert last_day(clock) == dt.date(2026, 6, 16)

    def test_a_night_without_the_machine_costs_nobody_a_day(self, start, real):
        real("2026-06-08 10:00")
        clock = start()
        outages.beat()
        real("2026-06-08 18:00")
        Heartbeat.objects.update(real_at=now.real_now(), hall_at=now.real_now())
        real("2026-06-09 08:30")
        sweep.run()
        assert last_day(clock) == dt.date(2026, 6, 15)
        assert clock.pauses.count() == 1

    def test_working_minutes_get_back_what_was_lost(self, place, real):
        real("2026-06-08 10:00")
        outages.beat()
        clock = clocks.start(
            ("test.thing", "1"), Kind.TASK_RECEIPT, Limit(120, Unit.WORKING_MINUTE), jurisdiction=place
        )
        real("2026-06-08 11:00")
        sweep.run()
        clock.refresh_from_db()
        assert clock.due_at.astimezone(SHANGHAI).isoformat() == "2026-06-08T13:00:00+08:00"

    def test_what_was_over_before_the_outage_still_fires(self, start, real):
        real("2026-06-08 10:00")
        start(ends=Ends.CLOSE_OF_OFFICE)
        real("2026-06-15 18:00")
        outages.beat()
        Outage.objects.all().delete()
        real("2026-06-16 08:00")
        assert sweep.run().fired == 1

    def test_dates_printed_on_papers_do_not_wait_for_our_machines(self, start, real):
        real("2026-06-08 10:00")
        outages.beat()
        clock = start(kind=Kind.CERTIFICATE_EXPIRY, ends=Ends.FIXED_DATE)
        real("2026-06-10 10:00")
        sweep.run()
        assert not clock.pauses.exists()

    def test_twice_is_once(self, start, real, monkeypatch):
        monkeypatch.setattr(outages, "_CHUNK", 2)
        real("2026-06-08 10:00")
        outages.beat()
        for n in range(5):
            start(str(n))
        real("2026-06-10 10:00")
        outages.beat()
        assert outages.credit_pending()
        Outage.objects.update(credited_at=None)
        assert outages.credit_pending()
        assert ClockPause.objects.count() == 5

    def test_a_warning_is_timed_anew_and_not_sent_too_early(self, start, real):
        real("2026-06-08 10:00")
        clock = start()
        outages.beat()
        real("2026-06-10 10:00")  # two closes lost; the first warning was due at 09:00 of today
        outages.beat()
        assert sweep.warn().warned == 0
        assert last_day(clock) == dt.date(2026, 6, 16)

    def test_a_supervisor_may_declare_one(self, start, real):
        real("2026-06-08 10:00")
        clock = start()
        until = real("2026-06-10 10:00")
        outages.declare(until - dt.timedelta(days=1), until, "大厅网络中断", CLERK)
        assert last_day(clock) == dt.date(2026, 6, 16)
        assert Event.objects.get(what="outage_noted").actor_name == CLERK.name
        assert "平台故障" in " ".join(line.reason for line in queries.explain(clock).lines)
        with pytest.raises(Invalid):
            outages.declare(until, until + dt.timedelta(days=1), "将来", CLERK)

    def test_a_technician_declares_one_in_local_time(self, start, real, capsys):
        real("2026-06-08 10:00")
        clock = start()
        real("2026-06-10 10:00")
        call_command("declare_outage", "2026-06-09T10:00", "2026-06-10T10:00", "大厅网络中断")
        assert last_day(clock) == dt.date(2026, 6, 16)
        assert "1 clocks credited" in capsys.readouterr().out


class TestReallyConcurrent:
    def test_two_workers_that_wake_up_together_credit_once(self, really_concurrent, make_place, monkeypatch):
        place = make_place()
        moment = now.real_now()
        with now.at(moment - dt.timedelta(days=10)):
            for n in range(30):
                clocks.start(("test.thing", str(n)), Kind.PROMISED, Limit(3), jurisdiction=place)
        long_ago = moment - dt.timedelta(days=9)
        Heartbeat.objects.create(real_at=long_ago, hall_at=long_ago)
        outcomes = really_concurrent(sweep.run, sweep.run)
        assert all(outcome.ok for outcome in outcomes), outcomes
        assert sum(outcome.value.fired for outcome in outcomes) == 0
        assert Outage.objects.count() == 1
        assert ClockPause.objects.count() == 30

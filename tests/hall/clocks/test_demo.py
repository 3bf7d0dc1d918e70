"""The movable clock of demonstration mode."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from hall import now
from hall.calendars.workdays import SHANGHAI
from hall.clocks import demo, outages, queries, sweep
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import MovedClock, Outage
from hall.errors import Conflict, Invalid, NotAllowed
from hall.trail.models import Event

from .conftest import CLERK


@pytest.fixture
def movable(settings, monkeypatch):
    settings.HALL_MOVABLE_CLOCK = True
    monkeypatch.setattr(demo, "_REMEMBERED", 0.0)
    monkeypatch.setattr(demo, "_known", dt.timedelta())
    monkeypatch.setattr(now, "_offset", demo.offset)


class TestMoving:
    def test_the_hall_moves_and_the_machine_does_not(self, place, movable):
        before = now.now()
        demo.move_forward(dt.timedelta(hours=5), by=CLERK)
        assert dt.timedelta(hours=5) <= now.now() - before < dt.timedelta(hours=5, minutes=1)
        assert now.real_now() - before < dt.timedelta(minutes=1)
        demo.move_forward(dt.timedelta(hours=1), by=CLERK)
        assert demo.offset() == dt.timedelta(hours=6)

    def test_working_days_keep_the_time_of_day(self, place, movable, monkeypatch):
        friday = dt.datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)
        monkeypatch.setattr(now.timezone, "now", lambda: friday)
        assert demo.move_forward(Limit(3, Unit.WORKING_DAY), by=CLERK) == friday + dt.timedelta(days=5)
        assert demo.move_forward(Limit(2, Unit.CALENDAR_DAY), by=CLERK) == friday + dt.timedelta(days=7)

    @pytest.mark.parametrize(
        "step",
        [dt.timedelta(), dt.timedelta(hours=-1), Limit(0), Limit(5, Unit.MONTH), dt.timedelta(days=9999)],
    )
    def test_only_forward_and_not_out_of_sight(self, place, movable, step):
        with pytest.raises(Invalid):
            demo.move_forward(step, by=CLERK)
        assert demo.offset() == dt.timedelta()

    def test_the_journal_tells_of_it_in_the_time_it_leaves_behind(self, place, movable):
        demo.move_forward(dt.timedelta(days=3), by=CLERK)
        event = Event.objects.get(what="clock_moved")
        assert event.at <= now.real_now()
        assert event.actor_name == CLERK.name

    def test_deadlines_fire_after_a_move(self, start, movable):
        start()
        demo.move_forward(dt.timedelta(days=30), by=CLERK)
        assert queries.sweep_lag() < dt.timedelta(minutes=1)
        report = sweep.run()
        assert (report.fired, report.warned) == (1, 3)

    def test_a_move_is_no_outage(self, start, movable):
        outages.beat()
        demo.move_forward(dt.timedelta(days=2), by=CLERK)
        outages.beat()
        sweep.run()
        assert not Outage.objects.exists()


class TestWithoutTheDatabase:
    """A lost database must not turn the hall's time back."""

    @pytest.fixture
    def away(self, place, movable, monkeypatch):
        """`away(True)`: whoever asks for the offset meets an error."""
        demo.move_forward(dt.timedelta(hours=5), by=CLERK)
        monkeypatch.setattr(demo, "_REMEMBERED", 60.0)
        demo.forget()
        ask = MovedClock.objects.values_list

        def lose(gone: bool) -> None:
            def fail(*_names, **_options):
                raise OperationalError("server closed the connection unexpectedly")

            monkeypatch.setattr(MovedClock.objects, "values_list", fail if gone else ask)

        yield lose
        demo.forget()

    def test_a_process_keeps_to_what_it_knew(self, away):
        assert demo.offset() == dt.timedelta(hours=5)
        away(True)
        demo.forget()
        assert demo.offset() == dt.timedelta(hours=5)

    def test_one_that_starts_just_then_asks_until_it_knows(self, away, monkeypatch):
        monkeypatch.setattr(demo, "_known", dt.timedelta())
        demo.forget()
        away(True)
        demo.offset()
        away(False)
        assert demo.offset() == dt.timedelta(hours=5)


class TestResetting:
    def test_back_while_nothing_has_happened_since(self, place, movable):
        demo.move_forward(dt.timedelta(days=3), by=CLERK)
        demo.reset(by=CLERK)
        assert demo.offset() == dt.timedelta()

    def test_not_back_once_something_happened_in_the_future(self, start, movable):
        demo.move_forward(dt.timedelta(days=3), by=CLERK)
        start()
        with pytest.raises(Conflict):
            demo.reset(by=CLERK)


class TestOutsideDemonstration:
    def test_it_does_not_exist(self, db):
        with pytest.raises(NotAllowed):
            demo.move_forward(dt.timedelta(hours=1), by=CLERK)
        with pytest.raises(NotAllowed):
            demo.reset(by=CLERK)
        with pytest.raises(CommandError):
            call_command("move_clock", "3wd")
        assert not MovedClock.objects.exists()


class TestTheCommand:
    @pytest.mark.parametrize(("step", "least"), [("3wd", 3), ("2d", 2), ("48h", 2), ("2880m", 2)])
    def test_it_moves(self, place, movable, step, least, capsys):
        call_command("move_clock", step)
        assert demo.offset() >= dt.timedelta(days=least)
        assert "now" in capsys.readouterr().out
        call_command("move_clock", "reset")
        assert demo.offset() == dt.timedelta()

    def test_it_refuses_what_it_does_not_understand(self, place, movable):
        for nonsense in ("soon", "-3d", "3w", ""):
            with pytest.raises(CommandError):
                call_command("move_clock", nonsense)

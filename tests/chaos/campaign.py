"""Runs the campaign: the clock goes from half day to half day, people act, things are killed meanwhile."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TypeVar

from django.db import Error, connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from applications.bundle_models import BundleCase
from applications.choices import DeferralState
from applications.models import Application
from hall.actors import SYSTEM
from hall.calendars.queries import calendar_for
from hall.clocks import demo
from hall.clocks import queries as clock_queries
from hall.clocks.models import ClockWarning, Heartbeat
from hall.embedded.lend import Server
from hall.embedded.lifeline import die_with_parent
from hall.now import now
from routing.services.dispatching import ended_with_live_tasks
from tests.support.house import Process

from .county import County
from .drawing import SLOTS_A_DAY, Kill, Plan, Schedule, Victim
from .house import House
from .people import People, Told

T = TypeVar("T")

_OPENING = (dt.time(9, 20), dt.time(15, 0))
_LOOKS = 3  # rounds in half a day: a 即办件 is taken in, decided and handed over in one sitting
_CLOSING_DAYS = 90  # working days in which all must come to its end once nothing is killed any more
_PATIENCE = 5.0  # seconds that people give the porters in the middle of a half day
_LAST_PATIENCE = 120.0  # and at the very end
_GIVE_UP = 180.0  # seconds without the database after which the campaign itself has failed


@dataclass
class Course:
    """What the campaign did, for the audit and the report."""

    told: Told = field(default_factory=Told)
    kills: Counter[str] = field(default_factory=Counter)
    outages: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)  # in the hall's time
    begun: int = 0
    cut_short: bool = False  # the minutes were over before everybody had come
    unfinished: int = 0
    revived: int = 0  # porters that ended by themselves and were started again
    first: dt.datetime | None = None
    last: dt.datetime | None = None


class Campaign:
    """One run over a county whose database is ready and at which Django points."""

    def __init__(
        self,
        house: House,
        schedule: Schedule,
        counties: Sequence[County],
        *,
        drivers: int = 2,
        minutes: float = 60.0,
        say: Callable[[str], object] = lambda _line: None,
    ) -> None:
        self.house, self.schedule, self.counties = house, schedule, counties
        self.course = Course()
        self._say = say
        self._give_up_at = time.monotonic() + minutes * 60
        self._drivers = drivers
        self._hands: list[_Hand] = []
        self._kills = list(schedule.kills)
        self._acts = 0  # in this slot
        self._fallen: list[tuple[float, Process | Server]] = []
        self._slots: Iterator[dt.datetime] = iter(())

    def run(self) -> Course:
        """Everything, from the first visitor to the end of the last case."""
        self._slots = _half_days()
        connections.close_all()  # a connection must not be shared across a fork
        self._hands = [
            _Hand(self.schedule.plans[n :: self._drivers], self.counties) for n in range(self._drivers)
        ]
        self.house.open()
        try:
            self._next_half_day()
            self.course.first = now()
            self._while_people_come()
            self._until_all_has_ended()
            self.course.last = now()
            for hand in self._hands:
                self.course.told.add(hand.dismiss())
        finally:
            for hand in self._hands:
                hand.kill()
            self.house.close()
        return self.course

    # -- Half days ----------------------------------------------------------------------------------

    def _while_people_come(self) -> None:
        slot = 0
        while slot < self.schedule.slots:
            if time.monotonic() > self._give_up_at:
                self.course.cut_short = True
                return
            self._half_day(slot, _LOOKS)
            slot += 1
            for kill in self._due(slot - 1, None):
                if kill.victim == Victim.OUTAGE:
                    slot += self._power_cut(kill)
                else:
                    self._kill(kill)
            if slot < self.schedule.slots:
                self._next_half_day()
        # The last outage may have swallowed the last half days: who was to come then comes now.
        self._half_day(self.schedule.slots, _LOOKS)

    def _half_day(self, slot: int, looks: int) -> None:
        self._acts = 0
        begun = time.monotonic()
        for _look in range(looks):
            acted = self._look(slot)
            if not self._settle(_PATIENCE):
                self._say(f"  left after {_PATIENCE:.0f} s: {self._insist(what_lies_about)}")
            if not acted:
                break
        waiting = sum(hand.waiting for hand in self._hands)
        took = time.monotonic() - begun
        moment = f"{timezone.localtime(now()):%m-%d %H:%M}"
        self._say(f"slot {slot} ({moment}): {self._acts} acts, {waiting} visits open, {took:.1f} s")

    def _look(self, slot: int) -> int:
        """Let everybody look once, and kill what is to be killed meanwhile. How many acts had an effect."""
        for hand in self._hands:
            hand.pipe.send(slot)
        busy, acted = list(self._hands), 0
        while busy:
            self._tend()
            for pipe in wait([hand.pipe for hand in busy], 0.05):
                hand = next(each for each in busy if each.pipe is pipe)
                told = hand.answer()
                if isinstance(told, int):
                    self._acts += told
                else:
                    hand.waiting, acts = told
                    acted += acts
                    busy.remove(hand)
            for kill in self._due(slot, self._acts):
                self._kill(kill)
        return acted

    def _settle(self, patience: float) -> bool:
        """Give the porters time to empty the trays, but not for ever: a person does not wait either."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            self._tend()
            try:
                if not self._fallen and not what_lies_about(one=True):
                    return True
            except Error:
                connection.close()
            time.sleep(0.1)
        return False

    def _until_all_has_ended(self) -> None:
        """Nothing is killed any more. Days go by until every case has come to its end."""
        for _day in range(_CLOSING_DAYS):
            self._next_half_day(SLOTS_A_DAY)
            self._settle(_PATIENCE)
            self._half_day(self.schedule.slots, _LOOKS)
            if not any(hand.waiting for hand in self._hands):
                break
        if not self._settle(_LAST_PATIENCE):
            self._say(f"  left at the end: {what_lies_about()}")
        self.course.unfinished = sum(hand.waiting for hand in self._hands)

    def _next_half_day(self, later: int = 1, *, dead: bool = False) -> None:
        for _n in range(later):
            moment = next(self._slots)
        self._insist(lambda: self._move_to(moment, dead))

    def _move_to(self, moment: dt.datetime, dead: bool = False) -> None:
        """Let the hall's clock jump. `dead`: it was a silence of the porters, as their heartbeat tells."""
        with transaction.atomic():
            length = moment - now()
            if length <= dt.timedelta():
                return
            demo.move_forward(length, by=SYSTEM)
            if dead:
                Heartbeat.objects.update(real_at=F("real_at") - length)

    # -- Faults -------------------------------------------------------------------------------------

    def _due(self, slot: int, acts: int | None) -> list[Kill]:
        """Kills whose time has come; without `acts`, all that is left of the slot."""
        due = [
            kill
            for kill in self._kills
            if (kill.slot < slot or (kill.slot == slot and (acts is None or kill.after <= acts)))
            and (acts is None or kill.victim != Victim.OUTAGE)
        ]
        self._kills = [kill for kill in self._kills if kill not in due]
        return due

    def _kill(self, kill: Kill) -> None:
        killed = self.house.kill(kill.victim, kill.which)
        self.course.kills[kill.victim] += 1
        if killed not in [fallen for _at, fallen in self._fallen]:
            self._fallen.append((time.monotonic() + kill.down, killed))
        self._say(f"  killed {kill.victim} {kill.which}, down for {kill.down:.1f} s")

    def _power_cut(self, kill: Kill) -> int:
        """Everything dies at once and stands again half days later. How many it swallowed."""
        self._say(f"  power cut over {kill.slots} half days")
        for process in self.house.porters:
            process.kill()
        began = now()
        self.house.redis.kill()
        self.house.postgres.kill()
        self._fallen = []
        for server in (self.house.postgres, self.house.redis):
            self.house.start_again(server)
        self._next_half_day(kill.slots, dead=True)
        self.course.outages.append((began, now()))
        self.course.kills[Victim.OUTAGE] += 1
        self.house.open()
        return kill.slots - 1

    def _tend(self) -> None:
        """Start again what was killed long enough ago, and what ended by itself."""
        moment = time.monotonic()
        due = [fallen for at, fallen in self._fallen if at <= moment]
        self._fallen = [(at, fallen) for at, fallen in self._fallen if at > moment]
        for fallen in due:
            self.house.start_again(fallen)
        self.course.revived += self.house.revive()

    def _insist(self, work: Callable[[], T]) -> T:
        """Do `work`, and again while the database is away."""
        until = time.monotonic() + _GIVE_UP
        while True:
            try:
                return work()
            except Error:
                connection.close()
                if time.monotonic() > until:
                    raise
            self._tend()
            time.sleep(0.2)


def what_lies_about(*, one: bool = False) -> dict[str, int]:
    """What is due that the porters have not done yet; with `one`, the first sort of it."""
    papers = Application.objects.awaiting_papers().exclude(deferrals__state=DeferralState.OPEN)
    warnings = ClockWarning.objects.filter(
        sent_at=None, fires_at__lte=now(), clock__state="running", clock__due_at__isnull=False
    )
    trays = {
        "to dispatch": Application.objects.awaiting_dispatch(),
        "papers": papers,
        "bundles": BundleCase.objects.to_follow(),
        "tasks of ended cases": ended_with_live_tasks(),
        "clocks": clock_queries.due_now(),
        "warnings": warnings,
    }
    found: dict[str, int] = {}
    for name, tray in trays.items():
        if tray.exists():
            found[name] = tray.count()
            if one:
                break
    return found


def _half_days() -> Iterator[dt.datetime]:
    """The opening moments of the working days from the next Monday on."""
    calendar = calendar_for(None)
    day = calendar.local_date(now()) + dt.timedelta(days=1)
    day += dt.timedelta(days=-day.weekday() % 7)
    while True:
        if calendar.is_working(day):
            for opening in _OPENING:
                yield calendar.opening(day).replace(hour=opening.hour, minute=opening.minute)
        day += dt.timedelta(days=1)


# -- Other processes ------------------------------------------------------------------------------------


class _Hand:
    """Some of the people, in a process of their own."""

    def __init__(self, plans: Sequence[Plan], counties: Sequence[County]) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        self.waiting = len(plans)
        context = multiprocessing.get_context("fork")
        self._process = context.Process(target=_serve, args=(theirs, plans, counties), daemon=True)
        self._process.start()
        theirs.close()

    def answer(self) -> int | tuple[int, int]:
        """Acts since the last answer, or, at the end of a round, the visits left and all acts of it."""
        told = self.pipe.recv()
        if isinstance(told, BaseException):
            raise told
        return told  # type: ignore[no-any-return]

    def dismiss(self) -> Told:
        """What the hall has told these people."""
        self.pipe.send(None)
        told = self.pipe.recv()
        self._process.join()
        return told  # type: ignore[no-any-return]

    def kill(self) -> None:
        with contextlib.suppress(Exception):
            self._process.kill()


def _serve(pipe: Connection, plans: Sequence[Plan], counties: Sequence[County]) -> None:
    die_with_parent(signal.SIGKILL)
    gc.freeze()
    try:
        people = People(plans, counties, pipe.send)
        while (slot := pipe.recv()) is not None:
            acts = people.look(slot)
            pipe.send((people.waiting, acts))
        pipe.send(people.told)
    except BaseException as error:
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
        raise
    finally:
        connection.close()
        pipe.close()
        os._exit(0)  # the parent's exit handlers are not this process's

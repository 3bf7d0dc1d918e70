"""Random lives of clocks, lived through the verbs on a real database and judged three ways.

A `World` is one place with its calendars and a few dozen clocks. Time goes on in jumps; at each, clocks are
started, paused, resumed, extended, met and cancelled, often said to have happened earlier; calendars change,
years are announced, the platform fails, the sweep comes by. Beside it the world keeps what the rules say of
each clock, by the slow model. Verbs that must be refused are tried as well.

After each jump every stored date is compared with the slow model's; at the end the engine is asked for every
clock from the world's own notes, and the journal is replayed. Nothing of a world stays in the database.
"""

from __future__ import annotations

import datetime as dt
import itertools
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import transaction

from hall import now
from hall.actors import Actor
from hall.calendars import queries as calendar_queries
from hall.calendars import services as calendars
from hall.calendars.choices import DayKind
from hall.calendars.models import CalendarDay
from hall.calendars.workdays import SHANGHAI, DayTable, Mark, WorkCalendar
from hall.clocks import engine, outages, registry, sweep
from hall.clocks import services as clocks
from hall.clocks.choices import SPECIAL_PROCEDURES, Ends, Ground, Kind, State, Unit
from hall.clocks.limits import Limit
from hall.clocks.models import Clock, ClockWarning, Outage
from hall.errors import HallError, Invalid, WrongState
from hall.organisation.models import Hall, Jurisdiction
from hall.trail.models import Event
from tests.hall.clocks.slow_model import SlowCalendar, Span, slow_answer, slow_warning

from .replay import NEVER_CREDITED, Replay

BY = Actor(name="示例人员", role="clerk", office="示例窗口")
GROUNDS = (*SPECIAL_PROCEDURES, Ground.CORRECTION, Ground.REPORT, Ground.WAITING)
KINDS = (Kind.TASK_OPINION, Kind.PROMISED, Kind.STATUTORY, Kind.DELIVERY, Kind.CERTIFICATE_EXPIRY)
MINUTE = dt.timedelta(minutes=1)
DEEDS = (
    *("started", "paused", "resumed", "extended", "met", "cancelled", "recomputed", "expired", "outage"),
    *("calendar changed", "2026 announced", "2027 announced", "events replayed"),
    *("paused refused", "resumed refused", "extended refused", "met refused"),
)
_things = itertools.count(1)


@contextmanager
def founded() -> Iterator[None]:
    """The arrangements of 2025 and 2026 (2027 is not announced yet), and clocks without consequences.

    A test takes it back with its transaction. In a long run, commit it: what worlds leave behind them inside
    one long transaction is never vacuumed, and every world would be slower than the one before.
    """
    kept = {name: getattr(registry, name) for name in ("_expiry", "_warning", "_moved", "_late")}
    noise = logging.getLogger("hall.clocks")
    was, noise.level = noise.level, logging.ERROR
    words, engine._ = engine._, str  # what days are called is not what is proven, and half of the time
    for name in kept:
        setattr(registry, name, set() if name == "_late" else defaultdict(list))
    try:
        calendars.load_national([2025, 2026])
        clocks.apply_calendar_changes()
        yield
    finally:
        noise.level, engine._ = was, words
        for name, value in kept.items():
            setattr(registry, name, value)


class Disagreement(AssertionError):
    """Two of those who say when a clock is due say different things."""


@dataclass
class Life:
    """What the rules know of one clock."""

    clock: Clock
    thing: str
    start: dt.datetime
    value: int
    unit: Unit
    ends: Ends
    calendar: SlowCalendar
    warned: bool
    open: dict[str, dt.datetime] = field(default_factory=dict)  # ground → since when
    past: list[Span] = field(default_factory=list)
    state: str = State.RUNNING
    late: bool = False
    answer: tuple[dt.datetime | None, bool] = (None, False)

    def spans(self) -> list[Span]:
        return [*self.past, *(Span(since, None) for since in self.open.values())]

    @property
    def due(self) -> dt.datetime | None:
        return self.answer[0]

    def is_over(self, moment: dt.datetime) -> bool:
        return self.due is not None and moment > self.due

    def close(self, ground: str, moment: dt.datetime) -> None:
        since = self.open.pop(ground)
        self.past.append(Span(since, max(since, moment)))


def live(seed: str, clocks_in_it: int = 100) -> Counter[str]:
    """Let one world live, and judge it. Raises Disagreement; returns what happened in it."""
    try:
        with transaction.atomic():
            world = World(seed, clocks_in_it)
            world.live()
            transaction.set_rollback(True)
    finally:
        calendar_queries.forget()
    return world.happened


class World:
    """One place, its calendars, its clocks and its time. All of it follows from the seed."""

    def __init__(self, seed: str, wanted: int) -> None:
        self.seed, self.wanted = seed, wanted
        self.rng = Random(seed)
        self.happened: Counter[str] = Counter()
        self.lives: list[Life] = []
        self.outages: set[int] = set(Outage.objects.values_list("pk", flat=True))
        self.first_event = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        told = ("calendar_changed", "outage_noted")
        self.base_changes = list(Event.objects.filter(what__in=told).order_by("pk"))
        self._known: dict[Any, Any] = {}
        self._build()

    def _build(self) -> None:
        rng = self.rng
        hours = [(dt.time(9), dt.time(17)), (dt.time(8, 30), dt.time(17, 30)), (dt.time(8), dt.time(12))]
        opens, closes = rng.choice(hours)
        self.place = Jurisdiction.objects.create(
            slug="shili", code="999900", name="示例市", short_name="示例", level="city",
            opens_at=opens, closes_at=closes,
        )  # fmt: skip
        opens, closes = rng.choice(hours)
        self.hall = Hall.objects.create(
            jurisdiction=self.place, code="centre", name="示例中心", opens_at=opens, closes_at=closes
        )
        national = Replay().read(self.base_changes)
        of_place = SlowCalendar(
            national.national, {}, {}, national.announced, self.place.opens_at, self.place.closes_at
        )
        of_hall = SlowCalendar(
            of_place.national, of_place.local, {}, of_place.announced, self.hall.opens_at, self.hall.closes_at
        )
        self.calendars = {None: of_place, self.hall: of_hall}
        begin = dt.datetime(2026, 1, 5, 10, tzinfo=SHANGHAI)
        self.now = begin + dt.timedelta(minutes=rng.randrange(360 * 24 * 60))

    # -- living -------------------------------------------------------------------------------------

    def live(self) -> None:
        jumps = self.rng.randint(8, 14)
        for n in range(jumps):
            self.now = self._later()
            with now.at(self.now):
                self._jump(last=n == jumps - 1)
        self._judge_at_the_end()

    def _later(self) -> dt.datetime:
        """When something happens next: some time on, or in the last moment of a clock."""
        later = self._rounded(self.now + self.rng.choice([30, 400, 1500, 4000, 8000, 16_000]) * MINUTE)
        ends = [life.due for life in self.lives if life.due and life.state == State.RUNNING]
        # The slow model counts working minutes whole, so that nothing may happen between two of them.
        near = [due for due in ends if self.now < due <= later and not due.second]
        return self.rng.choice(near) if near and self.rng.random() < 0.2 else later

    def _jump(self, *, last: bool) -> None:
        rng = self.rng
        if rng.random() < 0.2:
            self._change_calendar()
        if rng.random() < 0.12:
            self._fail()
        missing = self.wanted - len(self.lives)
        for _n in range(missing if last else min(missing, rng.randint(0, self.wanted // 4))):
            self._start()
        for life in self.lives:
            if life.state == State.RUNNING and rng.random() < 0.18:
                rng.choice(_DEEDS_ON_A_PAUSED_CLOCK if life.open else _DEEDS)(self, life)
        if rng.random() < 0.12:
            self._sweep()
        self._judge_stored()

    def _start(self) -> None:
        rng = self.rng
        thing = str(next(_things))
        unit = rng.choices(list(Unit), weights=[50, 20, 10, 20])[0]
        most = {Unit.WORKING_DAY: 40, Unit.CALENDAR_DAY: 90, Unit.WORKING_MINUTE: 900, Unit.MONTH: 9}[unit]
        value = rng.choice([0, 1, 5, 10, 20, rng.randrange(most)]) if most > 20 else rng.randrange(most)
        start = self.now
        if rng.random() < 0.4:
            start = self._rounded(start + rng.randint(-8 * 1440, 2 * 1440) * MINUTE)
        if unit == Unit.WORKING_MINUTE:
            start = start.replace(second=0, microsecond=0)
        elif rng.random() < 0.4:
            start += dt.timedelta(microseconds=rng.randrange(60_000_000))
        ends = Ends.DAY_END if unit == Unit.WORKING_MINUTE else rng.choice(list(Ends))
        kind, hall, warned = rng.choice(KINDS), rng.choice([None, self.hall]), rng.random() < 0.1
        clock = clocks.start(
            ("test.thing", thing), kind, Limit(value, unit), jurisdiction=self.place, hall=hall,
            started_at=start, ends=ends, warn=(3, 1) if warned else (), by=BY,
        )  # fmt: skip
        life = Life(clock, thing, start, value, unit, ends, self.calendars[hall], warned)
        self.lives.append(life)
        if kind != NEVER_CREDITED and self.now - start >= MINUTE:  # it missed what was credited in between
            missed = Outage.objects.filter(ends_at__gt=start)
            life.past += [Span(outage.starts_at, outage.ends_at) for outage in missed]
        self._settle(life)
        self.happened["started"] += 1

    def _pause(self, life: Life) -> None:
        ground, at = self.rng.choice(GROUNDS), self._earlier(life)
        moment = at or max(self.now, life.start)
        refused = self._refuses(life, at)
        if not refused and (life.is_over(self.now) or life.is_over(moment) or ground in life.open):
            refused = WrongState
        if self._try("paused", refused, clocks.pause, life.clock, ground, "示例依据", BY, at=at):
            life.open[ground] = moment
            self._settle(life)

    def _resume(self, life: Life) -> None:
        ground = self.rng.choice(list(life.open) * 3 + [Ground.HEARING])
        at = self._earlier(life)
        moment = at or max(self.now, life.start)
        refused: type[HallError] | None = None if ground in life.open else WrongState
        refused = refused or self._refuses(life, at) or (Invalid if moment < life.open[ground] else None)
        if self._try("resumed", refused, clocks.resume, life.clock, ground, BY, at=at):
            life.close(ground, moment)
            self._settle(life)

    def _extend(self, life: Life) -> None:
        same = self.rng.random() < 0.9
        unit = life.unit if same else Unit.MONTH if life.unit != Unit.MONTH else Unit.WORKING_DAY
        more = Limit(self.rng.randint(1, 10), unit)
        refused = WrongState if life.is_over(self.now) else None if same else Invalid
        if self._try("extended", refused, clocks.extend, life.clock, more, "示例理由", BY):
            life.value += more.value
            self._settle(life)

    def _meet(self, life: Life) -> None:
        at = self._earlier(life)
        subject, kind = ("test.thing", life.thing), Kind(life.clock.kind)
        if self._try("met", self._refuses(life, at), clocks.meet, subject, kind, at, by=BY):
            moment = at or max(self.now, life.start)
            life.late = life.is_over(moment)
            self._end(life, State.MET, moment)

    def _cancel(self, life: Life) -> None:
        clocks.cancel(("test.thing", life.thing), Kind(life.clock.kind), "示例理由", by=BY)
        self._end(life, State.CANCELLED, max(self.now, life.start))
        self.happened["cancelled"] += 1

    def _recompute(self, life: Life) -> None:
        if clocks.recompute(life.clock, "复核"):
            raise Disagreement(f"{self.seed}: clock of {life} moved by nothing")
        self.happened["recomputed"] += 1

    def _change_calendar(self) -> None:
        rng = self.rng
        if rng.random() < 0.3:
            self._announce()
        else:
            hall = rng.choice([None, self.hall])
            rows = self.calendars[hall].of_hall if hall else self.calendars[None].local
            if rows and rng.random() < 0.3:
                day = rng.choice(sorted(rows))
                calendars.clear_day(CalendarDay.objects.get(jurisdiction=self.place, hall=hall, date=day))
                del rows[day]
            else:
                day = self.now.date() + dt.timedelta(days=rng.randint(-15, 60))
                kind = rng.choice(list(DayKind))
                if hall and (other := self.calendars[hall].local) and rng.random() < 0.5:
                    day = rng.choice(sorted(other))  # the hall says otherwise than the place
                    kind = DayKind.WORK if other[day] != DayKind.WORK else DayKind.OFF
                calendars.set_day(day, kind, "试", jurisdiction=self.place, hall=hall)
                rows[day] = str(kind)
        calendar_queries.forget()  # as after a commit: or else it asks for changes at every look
        clocks.apply_calendar_changes()
        self.happened["calendar changed"] += 1
        for life in self.lives:
            self._settle(life)

    def _announce(self) -> None:
        """A whole year arranged, or arranged anew: its national rows are replaced."""
        rng = self.rng
        year = rng.choice([2026, 2027, 2027])
        national = self.calendars[None].national
        days = {
            dt.date(year, 1, 1) + dt.timedelta(days=rng.randrange(365)): str(rng.choice(list(DayKind)))
            for _n in range(25)
        }
        text = "date,kind,name\n" + "".join(f"{day},{kind},试\n" for day, kind in days.items())
        calendars.import_arrangement(_File(text.encode()), years=[year], source="示例通知")
        for day in [day for day in national if day.year == year]:
            del national[day]
        national.update(days)
        self.calendars[None].announced.add(year)
        self.happened[f"{year} announced"] += 1

    def _fail(self) -> None:
        stops = min(self.now, self._rounded(self.now - self.rng.randint(0, 3000) * MINUTE))
        begins = self._rounded(stops - self.rng.randint(60, 6000) * MINUTE)
        outages.declare(begins, stops, "示例故障", BY)
        self._credit_new_outages()

    def _credit_new_outages(self) -> None:
        for outage in Outage.objects.exclude(pk__in=self.outages):
            self.outages.add(outage.pk)
            self.happened["outage"] += 1
            for life in self.lives:
                if (
                    life.state == State.RUNNING
                    and life.clock.kind != NEVER_CREDITED
                    and life.start < outage.ends_at
                ):
                    life.past.append(Span(outage.starts_at, outage.ends_at))
                    self._settle(life)

    def _sweep(self) -> None:
        sweep.run()
        self._credit_new_outages()  # a machine that stood still for minutes has had a real one
        for life in self.lives:
            if life.state == State.RUNNING and life.is_over(self.now):
                life.state = State.EXPIRED
                self.happened["expired"] += 1

    # -- the rules beside -----------------------------------------------------------------------------

    def _earlier(self, life: Life) -> dt.datetime | None:
        """When a deed is said to have happened: now (None), or earlier, sometimes too early."""
        if self.rng.random() < 0.6:
            return None
        if life.due and life.due <= self.now and self.rng.random() < 0.2:
            return life.due  # still in time
        span = max(int((self.now - life.start) / MINUTE), 1)
        return min(self.now, self._rounded(self.now - self.rng.randint(0, span + span // 8) * MINUTE))

    def _rounded(self, moment: dt.datetime) -> dt.datetime:
        """Often a full or half hour: offices open and close then, and the edges are where rules go wrong."""
        if self.rng.random() < 0.5:
            return moment
        return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)

    def _refuses(self, life: Life, at: dt.datetime | None) -> type[HallError] | None:
        return Invalid if at is not None and not life.start <= at <= self.now else None

    def _try(self, what: str, refused: type[HallError] | None, verb: Any, *given: Any, **named: Any) -> bool:
        """Call a verb that the rules allow or refuse; it must see it the same way."""
        try:
            verb(*given, **named)
        except HallError as error:
            if type(error) is not refused:
                raise Disagreement(f"{self.seed}: {what} was refused: {error!r}") from error
            self.happened[f"{what} refused"] += 1
            return False
        if refused:
            raise Disagreement(f"{self.seed}: {what} was not refused as {refused.__name__}")
        self.happened[what] += 1
        return True

    def _end(self, life: Life, state: str, moment: dt.datetime) -> None:
        if life.due is None:
            for ground in list(life.open):
                life.close(ground, moment)
        self._settle(life)
        life.state = state

    def _settle(self, life: Life) -> None:
        if life.state == State.RUNNING:
            life.answer = self.answer(
                life.start, life.value, life.unit, life.calendar, life.spans(), life.ends
            )

    def answer(
        self, start: dt.datetime, value: int, unit: str, calendar: SlowCalendar, spans: list[Span], ends: str
    ) -> tuple[dt.datetime | None, bool]:
        """The slow model's, asked once for the same question."""
        key = (start, value, str(unit), str(ends), calendar.key(), tuple(spans))
        if key not in self._known:
            self._known[key] = slow_answer(start, value, unit, calendar, spans, ends)
        return self._known[key]

    # -- judging --------------------------------------------------------------------------------------

    def _judge_stored(self) -> None:
        rows = Clock.objects.filter(jurisdiction=self.place).values_list(
            "pk", "due_at", "provisional", "state", "late"
        )
        stored = {pk: rest for pk, *rest in rows}
        for life in self.lives:
            due, provisional, state, late = stored[life.clock.pk]
            if (due, state, late) != (life.due, life.state, life.late) or (
                due is not None and provisional != life.answer[1]
            ):
                raise Disagreement(f"{self.seed}: stored {stored[life.clock.pk]}, by the rules {life}")

    def _judge_at_the_end(self) -> None:
        for life in self.lives:
            self._judge_engine(life)
            if life.warned and life.state == State.RUNNING:
                self._judge_warnings(life)
        events = Event.objects.filter(pk__gt=self.first_event).order_by("pk")
        replay = Replay(self.answer).read([*self.base_changes, *events])
        if replay.faults:
            raise Disagreement(f"{self.seed}: {replay.faults[0]}")
        for life in self.lives:
            told, replayed = replay.clocks[life.clock.pk].told, replay.due(life.clock.pk)
            if not told == replayed == life.due:
                raise Disagreement(
                    f"{self.seed}: the journal says {told}, replayed {replayed}, by the rules {life}"
                )
        self.happened["events replayed"] += len(events)
        self.happened["histories"] += len(self.lives)

    def _judge_engine(self, life: Life) -> None:
        """The engine, from the world's notes: no database between."""
        rows = life.calendar.national | life.calendar.local | life.calendar.of_hall
        table = DayTable(
            {day: Mark(DayKind(kind), "试") for day, kind in rows.items()},
            frozenset(life.calendar.announced),
        )
        office = WorkCalendar(table, life.calendar.opens_at, life.calendar.closes_at)
        pauses = [engine.Pause(*span) for span in life.spans()]
        found = engine.due(life.start, Limit(life.value, life.unit), office, pauses, life.ends)
        # One that has ended keeps the date that it had: the calendar may have changed since.
        wanted = self.answer(life.start, life.value, life.unit, life.calendar, life.spans(), life.ends)
        if found.at != wanted[0] or (found.at is not None and found.provisional != wanted[1]):
            raise Disagreement(f"{self.seed}: the engine says {found.at}, the slow model {wanted}: {life}")

    def _judge_warnings(self, life: Life) -> None:
        for warning in ClockWarning.objects.filter(clock=life.clock, sent_at=None):
            fires_at = life.due and slow_warning(life.due, warning.step, life.calendar)
            if fires_at is not None and fires_at <= life.start:
                fires_at = None
            if warning.fires_at != fires_at:
                raise Disagreement(f"{self.seed}: {warning} fires {warning.fires_at}, not {fires_at}")


class _File:
    """What an upload is to the calendar's verbs."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self) -> bytes:
        return self.content


_DEEDS = (
    [World._pause] * 10
    + [World._extend] * 4
    + [World._meet, World._meet, World._cancel, World._recompute, World._resume]
)
_DEEDS_ON_A_PAUSED_CLOCK = (
    [World._resume] * 8 + [World._pause] * 4 + [World._extend, World._meet, World._cancel]
)

"""Due dates from the journal alone: a small reader of events that knows nothing of the clocks' own tables.

It follows what each event says happened (never what it says the date is) and works out the date by the slow
model. So it proves two things: that the journal tells enough to replay every date, and that each date that
an event names was right at that moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.hall.clocks.slow_model import SlowCalendar, Span, slow_answer

NEVER_CREDITED = "certificate_expiry"  # a date printed on a paper does not wait for our machines
Rows = dict[dt.date, str]
Answer = Callable[..., tuple[dt.datetime | None, bool]]


@dataclass
class Replayed:
    """One clock, as far as the journal has told of it."""

    kind: str
    start: dt.datetime
    value: int
    unit: str
    ends: str
    calendar: SlowCalendar
    pauses: dict[str, list[Span]] = field(default_factory=dict)  # by ground
    running: bool = True
    due: dt.datetime | None = None  # of a clock that has ended
    told: dt.datetime | None = None  # what the last event said

    def spans(self) -> list[Span]:
        return [span for spans in self.pauses.values() for span in spans]

    def close(self, ground: str, moment: dt.datetime) -> None:
        last = self.pauses[ground][-1]
        self.pauses[ground][-1] = Span(last.starts_at, max(last.starts_at, moment))


_BACKDATED = dt.timedelta(minutes=1)


class Replay:
    """`Replay().read(events)`: then `clocks` by their number, and what does not fit in `faults`."""

    def __init__(self, answer: Answer = slow_answer) -> None:
        self.answer = answer
        self.national: Rows = {}
        self.announced: set[int] = set()
        self.local: dict[int | None, Rows] = {}
        self.of_hall: dict[int | None, Rows] = {}
        self.clocks: dict[int, Replayed] = {}
        self.outages: list[Span] = []
        self.faults: list[str] = []

    def read(self, events: Iterable[Any]) -> Replay:
        for event in events:
            if event.what == "calendar_changed":
                self._calendar(event)
            elif event.what == "outage_noted":
                self._outage(event.data)
            elif event.what.startswith("clock_"):
                self._clock(event)
        return self

    def due(self, number: int) -> dt.datetime | None:
        """When the clock is due, or was when it ended."""
        clock = self.clocks[number]
        return self._due(clock) if clock.running else clock.due

    # -- events -------------------------------------------------------------------------------------

    def _calendar(self, event: Any) -> None:
        self.announced |= set(event.data["years"])
        if event.data["hall"] is not None:
            rows = self._hall(event.data["hall"])
        elif event.jurisdiction_id is not None:
            rows = self._local(event.jurisdiction_id)
        else:
            rows = self.national
        for text, kind in event.data["days"].items():
            day = dt.date.fromisoformat(text)
            if kind is None:
                rows.pop(day, None)
            else:
                rows[day] = kind

    def _outage(self, data: dict[str, Any]) -> None:
        begins, stops = _moment(data["from"]), _moment(data["to"])
        self.outages.append(Span(begins, stops))
        for clock in self.clocks.values():
            if clock.running and clock.kind != NEVER_CREDITED and clock.start < stops:
                clock.pauses.setdefault("outage", []).append(Span(begins, stops))

    def _clock(self, event: Any) -> None:
        data = event.data
        if event.what == "clock_started":
            self.clocks[data["clock"]] = self._started(event)
        clock = self.clocks[data["clock"]]
        if not clock.running:
            self.faults.append(f"{event.what} of clock {data['clock']}, which has ended")
        if event.what == "clock_paused":
            clock.pauses.setdefault(data["ground"], []).append(Span(_moment(data["at"]), None))
        elif event.what == "clock_resumed":
            clock.close(data["ground"], _moment(data["at"]))
        elif event.what == "clock_extended":
            clock.value += data["by_limit"]["value"]
        elif event.what in ("clock_met", "clock_cancelled"):
            self._end(clock, _moment(data["at"]))
        elif event.what == "clock_expired":
            self._end(clock, event.at)
            if clock.due is None or event.at <= clock.due:
                self.faults.append(f"clock {data['clock']} expired at {event.at}, before {clock.due}")
        clock.told = _moment(data["due"]) if data["due"] else None
        if clock.told != (due := self._due(clock) if clock.running else clock.due):
            self.faults.append(f"{event.what} of clock {data['clock']} says {clock.told}, it was {due}")

    def _started(self, event: Any) -> Replayed:
        data = event.data
        opens, closes = (dt.time.fromisoformat(text) for text in data["office"])
        calendar = SlowCalendar(
            self.national,
            self._local(event.jurisdiction_id),
            self._hall(data["hall"]) if data["hall"] is not None else {},
            self.announced,
            opens,
            closes,
        )
        limit = data["limit"]
        clock = Replayed(
            data["kind"], _moment(data["start"]), limit["value"], limit["unit"], data["ends"], calendar
        )
        # One that starts late but counts from earlier has missed what was noted in between.
        missed = [outage for outage in self.outages if outage.ends_at and outage.ends_at > clock.start]
        if missed and clock.kind != NEVER_CREDITED and event.at - clock.start >= _BACKDATED:
            clock.pauses["outage"] = missed
        return clock

    # -- parts --------------------------------------------------------------------------------------

    def _end(self, clock: Replayed, moment: dt.datetime) -> None:
        """Open pauses end with the clock, if it stood still."""
        if self._due(clock) is None:
            for ground, spans in clock.pauses.items():
                if spans[-1].ends_at is None:
                    clock.close(ground, moment)
        clock.due = self._due(clock)
        clock.running = False

    def _due(self, clock: Replayed) -> dt.datetime | None:
        return self.answer(clock.start, clock.value, clock.unit, clock.calendar, clock.spans(), clock.ends)[0]

    def _local(self, place: int | None) -> Rows:
        return self.local.setdefault(place, {})

    def _hall(self, hall: int) -> Rows:
        return self.of_hall.setdefault(hall, {})


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)

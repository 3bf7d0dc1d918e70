"""Which open clocks a change of the calendar would move, before anybody makes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from hall.calendars import services as calendars
from hall.calendars.models import CalendarChange
from hall.calendars.queries import calendar_for
from hall.calendars.workdays import WorkCalendar

from . import engine, queries
from .choices import Ends
from .models import Clock
from .registry import CaseName, case_names

SHOWN = 50

Told = TypeVar("Told")


@dataclass
class Move:
    """One clock, and where its end would be."""

    clock: Clock
    before: dt.datetime | None
    after: dt.datetime | None
    case: CaseName | None = None


@dataclass
class Preview(Generic[Told]):
    """`told` is what the change itself said; `moves` are the first of those in the places asked for."""

    told: Told
    total: int = 0
    elsewhere: int = 0
    moves: list[Move] = field(default_factory=list)


def of_change(
    change: Callable[[], Told], *, place_ids: Collection[int], most: int | None = SHOWN
) -> Preview[Told]:
    """Make `change`, see which clocks it would move, and undo it. What it raises is passed on.

    `most` moves are kept, None: all; they are counted anyway.
    """
    with calendars.tried() as made:
        preview = Preview(change())
        for change_made in made():
            _compare(change_made, preview, set(place_ids), most)
    names = case_names([move.clock.case_id for move in preview.moves])
    for move in preview.moves:
        move.case = names.get(move.clock.case_id) if move.clock.case_id else None
    return preview


def _compare(change: CalendarChange, preview: Preview, place_ids: set[int], most: int | None) -> None:
    touched = queries.open_between(change.jurisdiction, change.first_day, change.last_day)
    known: dict[tuple[int, int | None], WorkCalendar] = {}
    rows = touched.select_related("jurisdiction", "hall", "department").prefetch_related("pauses")
    for clock in rows.order_by("due_at", "pk").iterator(chunk_size=500):
        place = (clock.jurisdiction_id, clock.hall_id)
        if place not in known:
            known[place] = calendar_for(clock.jurisdiction, clock.hall)
        pauses = queries.pauses_of(clock)
        due = engine.due(clock.started_at, clock.limit, known[place], pauses, Ends(clock.ends))
        if due.at == clock.due_at:
            continue
        preview.total += 1
        if clock.jurisdiction_id not in place_ids:
            preview.elsewhere += 1
        elif most is None or len(preview.moves) < most:
            preview.moves.append(Move(clock, clock.due_at, due.at))

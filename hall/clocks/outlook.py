"""What the clock's screen shows: which clocks fire next, and what fired since the last move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from hall.now import now, real_now
from hall.trail.models import Event
from hall.trail.queries import of_subject

from .choices import Kind, State
from .models import Clock, MovedClock
from .registry import CaseName, case_names

SHOWN = 20  # rows of either list


@dataclass(frozen=True)
class Ahead:
    """A clock that will fire, and the next warning before it."""

    clock: Clock
    case: CaseName | None
    warns_at: dt.datetime | None

    @property
    def day(self) -> dt.date:
        """The last day of its period here."""
        assert self.clock.due_at is not None
        return timezone.localdate(self.clock.due_at)


@dataclass(frozen=True)
class Fired:
    """A clock that fired, or warned, since the last move."""

    event: Event
    kind: str
    case: CaseName | None
    is_warning: bool


def upcoming(place_ids: Collection[int], limit: int = SHOWN) -> list[Ahead]:
    """The next clocks of these places by due date, those that are due and not fired yet among them."""
    found = (
        Clock.objects.filter(jurisdiction__in=place_ids, state=State.RUNNING, due_at__isnull=False)
        .select_related("department")
        .prefetch_related("warnings")
        .order_by("due_at", "pk")[:limit]
    )
    clocks = list(found)
    names = case_names([clock.case_id for clock in clocks])
    return [
        Ahead(clock, names.get(clock.case_id) if clock.case_id else None, _next_warning(clock))
        for clock in clocks
    ]


def due_by(place_ids: Collection[int], moments: Mapping[str, dt.datetime]) -> dict[str, int]:
    """How many running clocks of these places are due before each of the named moments. One query."""
    counts = {name: Count("pk", filter=Q(due_at__lt=moment)) for name, moment in moments.items()}
    running = Clock.objects.filter(jurisdiction__in=place_ids, state=State.RUNNING)
    return running.filter(due_at__lt=max(moments.values())).aggregate(**counts)


def last_move() -> Event | None:
    """The journal's entry of the last move, if the hall was ever moved."""
    told = of_subject((MovedClock._meta.label_lower, 1)).filter(what="clock_moved")
    return told.order_by("-id").first()


def fired_since(move: Event, place_ids: Collection[int], limit: int = SHOWN) -> Sequence[Fired]:
    """What expired and what was warned of in these places since `move`, the latest first."""
    found = Event.objects.filter(
        jurisdiction__in=place_ids,
        what__in=("clock_expired", "clock_warned"),
        at__gte=move.at,  # for the index; the move itself is told in the time that it left behind
        pk__gt=move.pk,
    )
    events = list(found.order_by("-id")[:limit])
    names = case_names([event.case_id for event in events])
    return [
        Fired(
            event,
            str(Kind(event.data["kind"]).label),
            names.get(event.case_id) if event.case_id else None,
            event.what == "clock_warned",
        )
        for event in events
    ]


def may_go_back() -> bool:
    """Has nothing happened yet in a time that is still to come? Then the clock can be put back."""
    latest = Event.objects.order_by("-id").values_list("at", flat=True).first()
    return latest is None or latest <= real_now()


def _next_warning(clock: Clock) -> dt.datetime | None:
    moment = now()
    ahead = [w.fires_at for w in clock.warnings.all() if w.sent_at is None and w.fires_at is not None]
    return min((at for at in ahead if at > moment), default=None)

"""Reading clocks: what runs, why it is due then, how many working days remain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet

from hall.calendars.queries import calendar_for, table_for
from hall.calendars.workdays import SHANGHAI, WorkCalendar
from hall.now import now, real_now
from hall.organisation.models import Jurisdiction
from hall.prepared import Prepared
from hall.trail.services import Subject, name_of

from . import engine
from .choices import Ends, Ground, Kind, State
from .models import Clock, MovedClock

_PLACES = ("jurisdiction", "hall")


def of_case(case_id: UUID) -> QuerySet[Clock]:
    """All clocks of a case in the order in which they started, with their pauses and warnings."""
    found = Clock.objects.filter(case_id=case_id).select_related(*_PLACES, "department")
    return found.prefetch_related("pauses", "warnings").order_by("started_at", "pk")


def running(subject: Subject, kind: Kind) -> Clock | None:
    """The running (or paused) clock of this kind on `subject`, if there is one."""
    return _running.first(*name_of(subject), str(kind))


_running: Prepared[Clock] = Prepared(
    lambda subject_type, subject_id, kind: Clock.objects.filter(
        subject_type=subject_type, subject_id=subject_id, kind=kind, state=State.RUNNING
    ).select_related(*_PLACES),
    str,
    str,
    str,
)


def open_between(
    jurisdiction: Jurisdiction | None, first_day: dt.date | None, last_day: dt.date | None
) -> QuerySet[Clock]:
    """Running clocks of a place (None: of all) that a change of the calendar between two days can move.

    A paused clock has its end still ahead.
    """
    found = Clock.objects.filter(state=State.RUNNING).select_related(*_PLACES).order_by("pk")
    if jurisdiction is not None:
        found = found.filter(jurisdiction=jurisdiction)
    if first_day is not None:
        from_moment = dt.datetime.combine(first_day, dt.time.min, SHANGHAI)
        found = found.filter(Q(due_at=None) | Q(due_at__gte=from_moment))
    if last_day is not None:
        found = found.filter(started_at__lte=dt.datetime.combine(last_day, dt.time.max, SHANGHAI))
    return found


def subject_of(clock: Clock) -> Model | None:
    """The thing that the clock watches over; None if it is gone or was never a stored thing."""
    try:
        model = apps.get_model(clock.subject_type)
    except (LookupError, ValueError):
        return None
    return model._default_manager.filter(pk=clock.subject_id).first()


def calendar_of(clock: Clock) -> WorkCalendar:
    """The calendar that the clock follows."""
    return calendar_for(clock.jurisdiction, clock.hall)


def pauses_of(clock: Clock) -> tuple[engine.Pause, ...]:
    """The clock's pauses as the engine takes them."""
    return tuple(
        engine.Pause(
            pause.starts_at, pause.ends_at, pause.get_ground_display(), pause.ground == Ground.OUTAGE
        )
        for pause in clock.pauses.all()
    )


def explain(clock: Clock) -> engine.Due:
    """When the clock is due and why, day by day; replayed from its start, limit, pauses and calendar."""
    return engine.due(clock.started_at, clock.limit, calendar_of(clock), pauses_of(clock), Ends(clock.ends))


def evidence(clock: Clock) -> dict[str, Any]:
    """Everything that proves a date, as JSON values: for evidence packs and the API."""
    due = explain(clock)
    return {
        "clock": clock.pk,
        "kind": clock.kind,
        "basis": clock.basis,
        "started_at": clock.started_at.isoformat(),
        "limit": str(clock.limit),
        "due_at": due.at.isoformat() if due.at else None,
        "provisional": due.provisional,
        "days": [
            {"day": line.day.isoformat(), "kind": str(line.kind), "counted": line.counted, "why": line.reason}
            for line in due.lines
        ],
        "pauses": [
            {
                "ground": pause.ground,
                "basis": pause.basis,
                "from": pause.starts_at.isoformat(),
                "to": pause.ends_at.isoformat() if pause.ends_at else None,
            }
            for pause in clock.pauses.all()
        ],
        "warnings": [
            {
                "before": str(warning.limit),
                "due": warning.fires_at.isoformat() if warning.fires_at else None,
                "sent": warning.sent_at.isoformat() if warning.sent_at else None,
            }
            for warning in clock.warnings.all()
        ],
    }


def remaining_until(
    due_at: dt.datetime | None, jurisdiction_id: int | None, hall_id: int | None = None
) -> int | None:
    """Working days left after today until `due_at`; 0 is today, negative is overdue, None is paused.

    Overdue counts each working day begun since, and is -1 at least. No query but for the remembered
    calendar, so lists may call it for each row.
    """
    if due_at is None:
        return None
    moment = now()
    table = table_for(jurisdiction_id, hall_id)
    today, last = moment.astimezone(SHANGHAI).date(), due_at.astimezone(SHANGHAI).date()
    if moment > due_at:
        return min(-1, -table.working_days_between(last, today))
    return table.working_days_between(today, last)


def remaining_working_days(clock: Clock) -> int | None:
    """Working days left on a clock, as `remaining_until` counts them."""
    return remaining_until(clock.due_at, clock.jurisdiction_id, clock.hall_id)


def with_remaining(clocks: Iterable[Clock]) -> list[Clock]:
    """The same clocks, each with `remaining` set to its working days left. No query a row."""
    found = list(clocks)
    for clock in found:
        clock.remaining = remaining_working_days(clock)
    return found


def nearest_of_cases(case_ids: Collection[UUID], kinds: Sequence[Kind] = ()) -> dict[UUID, Clock]:
    """For each case the running clock that is due first, with `remaining` set. One query for a page."""
    found = Clock.objects.filter(case_id__in=case_ids, state=State.RUNNING, due_at__isnull=False)
    if kinds:
        found = found.filter(kind__in=kinds)
    nearest: dict[UUID, Clock] = {}
    for clock in with_remaining(found.order_by("due_at", "pk")):
        if clock.case_id is not None:
            nearest.setdefault(clock.case_id, clock)
    return nearest


def due_now(moment: dt.datetime | None = None) -> QuerySet[Clock]:
    """Clocks that are due and still running, oldest first, those that wait for a retry left out."""
    moment = moment or now()
    waiting = Q(retry_at__isnull=False, retry_at__gt=moment)
    return (
        Clock.objects.filter(state=State.RUNNING, due_at__lt=moment).exclude(waiting).order_by("due_at", "pk")
    )


def failing() -> QuerySet[Clock]:
    """Clocks whose expiry went wrong or is held back, and that wait for another try."""
    return Clock.objects.filter(state=State.RUNNING, retry_at__isnull=False).order_by("retry_at", "pk")


def sweep_lag() -> dt.timedelta:
    """For how long the oldest due clock has waited for the sweep; zero if none waits.

    A clock that waits for its retry does not count: the sweep does run. Moving the demonstration clock
    makes things due at once, so nothing has waited longer than since the last move.
    """
    moment = now()
    oldest = due_now(moment).values_list("due_at", flat=True).first()
    if oldest is None:
        return dt.timedelta()
    lag = moment - oldest
    if settings.HALL_MOVABLE_CLOCK and (moved := MovedClock.objects.first()):
        lag = min(lag, real_now() - moved.moved_at)
    return max(lag, dt.timedelta())

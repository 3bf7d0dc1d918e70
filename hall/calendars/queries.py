"""Reading calendars, cheaply: the table of days is remembered per thread.

A thread is one database connection, so what it remembers is what its own transactions may see. The
version (the number of the last CalendarChange) is asked for at most every few seconds, and at each
call while this thread itself has a change that is not committed: a rollback leaves nothing stale.
"""

from __future__ import annotations

import threading
import time
from types import MappingProxyType

from django.conf import settings
from django.db.models import F, Q

from hall.organisation.models import Hall, Jurisdiction

from .choices import DayKind
from .models import AnnouncedYear, CalendarChange, CalendarDay
from .workdays import DayTable, Mark, WorkCalendar

Key = tuple[int | None, int | None]


class _Memory(threading.local):
    def __init__(self) -> None:
        self.tables: dict[Key, DayTable] = {}
        self.version: int | None = None
        self.asked_at = float("-inf")
        self.uncommitted: int | None = None


_memory = _Memory()


def calendar_for(jurisdiction: Jurisdiction | None, hall: Hall | None = None) -> WorkCalendar:
    """The calendar of a place, or of one hall in it: its days and office hours. None: the national one."""
    table = table_for(jurisdiction.pk if jurisdiction else None, hall.pk if hall else None)
    place = hall or jurisdiction
    if place is None:
        return WorkCalendar(table)
    return WorkCalendar(table, place.opens_at, place.closes_at)


def table_for(jurisdiction_id: int | None, hall_id: int | None = None) -> DayTable:
    """The working days of a place by its keys, for lists that hold no instances."""
    _look_for_changes()
    key = (jurisdiction_id, hall_id)
    if key not in _memory.tables:
        _memory.tables[key] = _read(jurisdiction_id, hall_id)
    return _memory.tables[key]


def forget(uncommitted: int | None = None) -> None:
    """Ask for the version at the next call; `uncommitted` is a change of this thread's own transaction."""
    _memory.tables.clear()
    _memory.asked_at = float("-inf")
    _memory.uncommitted = uncommitted


def _look_for_changes() -> None:
    patience = getattr(settings, "HALL_CALENDAR_SECONDS", 2.0)
    moment = time.monotonic()
    if _memory.uncommitted is None and moment - _memory.asked_at < patience:
        return
    version = CalendarChange.objects.order_by("-pk").values_list("pk", flat=True).first()
    if version != _memory.uncommitted:
        _memory.uncommitted = None  # rolled back, or long committed and followed by another
    if version != _memory.version:
        _memory.tables.clear()
    _memory.version, _memory.asked_at = version, moment


def _read(jurisdiction_id: int | None, hall_id: int | None) -> DayTable:
    """National rows first, then the jurisdiction's, then the hall's: the later covers the earlier."""
    places = Q(jurisdiction=None, hall=None)
    if jurisdiction_id is not None:
        places |= Q(jurisdiction_id=jurisdiction_id, hall=None)
    if hall_id is not None:
        places |= Q(hall_id=hall_id)
    rows = (
        CalendarDay.objects.filter(places)
        .order_by(F("jurisdiction_id").asc(nulls_first=True), F("hall_id").asc(nulls_first=True))
        .values_list("date", "kind", "name", "jurisdiction_id")
    )
    marks = {date: Mark(DayKind(kind), name, place is not None) for date, kind, name, place in rows}
    years = frozenset(AnnouncedYear.objects.values_list("year", flat=True))
    return DayTable(MappingProxyType(marks), years)

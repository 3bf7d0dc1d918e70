"""The movable clock of demonstration mode: watch deadlines, warnings and silent consent fire.

It moves forward only. Going back would let events happen before those that caused them, so `reset` is
allowed only while the journal holds nothing later than real time; otherwise the demonstration data must
be loaded anew. Outside demonstration mode nothing here does anything but refuse.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.calendars.queries import calendar_for
from hall.errors import Conflict, Invalid, NotAllowed
from hall.now import now, real_now
from hall.trail.models import Event
from hall.trail.services import record

from .limits import Limit, Unit
from .models import MovedClock

_STEP = re.compile(r"(\d{1,4})(wd|d|h|m)")
_REMEMBERED = 1.0  # seconds a process may go on with an old offset
_FURTHEST = dt.timedelta(days=3_660)
_NEVER = float("-inf")

_lock = threading.Lock()
_known = dt.timedelta()
_asked_at = _NEVER


def offset() -> dt.timedelta:
    """How far the hall is ahead of real time; asked of the database at most once a second."""
    global _known, _asked_at
    if time.monotonic() - _asked_at < _REMEMBERED or connection.needs_rollback:
        return _known
    with _lock:
        try:
            with transaction.atomic():  # a missing table (before migration) must not spoil the caller's work
                found = MovedClock.objects.values_list("offset", flat=True).first()
            _known = found or dt.timedelta()
        except DatabaseError:
            # Keep to what was known: time must not jump back because the database is away. Who knows nothing
            # yet asks again at the next call, lest a porter that starts just then work in the past.
            if _asked_at == _NEVER:
                return _known
        _asked_at = time.monotonic()
    return _known


def forget() -> None:
    """Ask the database at the next call."""
    global _asked_at
    _asked_at = _NEVER


def read_step(text: str) -> Limit | dt.timedelta:
    """The step that `text` names: 3wd (working days), 2d (days), 5h or 30m. Raises Invalid otherwise."""
    if not (match := _STEP.fullmatch(text)):
        raise Invalid(_("请写明前移多少，例如3wd（工作日）、2d（自然日）、5h（小时）、30m（分钟）"))
    number = int(match[1])
    match match[2]:
        case "wd":
            return Limit(number, Unit.WORKING_DAY)
        case "d":
            return Limit(number, Unit.CALENDAR_DAY)
        case "h":
            return dt.timedelta(hours=number)
        case _:
            return dt.timedelta(minutes=number)


@transaction.atomic
def move_forward(step: Limit | dt.timedelta, *, by: Actor) -> dt.datetime:
    """Move the hall forward; its new present. Working days keep the time of day, by the national calendar.

    Raises NotAllowed outside demonstration mode, Invalid if `step` does not lead forward or leads too far.
    """
    moved = _row()
    present = real_now() + moved.offset
    moved.offset += length_of(step, present)
    if not moved.offset <= _FURTHEST:
        raise Invalid(_("演示时钟最多前移十年"))
    # Told before the move: in the journal the move itself lies in the time that it leaves behind.
    told = {"to": (real_now() + moved.offset).isoformat(), "step": str(step)}
    record("clock_moved", subject=moved, by=by, data=told)
    _save(moved)
    return real_now() + moved.offset


@transaction.atomic
def reset(*, by: Actor) -> None:
    """Put the hall back to real time.

    Raises NotAllowed outside demonstration mode, Conflict if anything happened in the future already.
    """
    moved = _row()
    if Event.objects.filter(at__gt=real_now()).exists():
        raise Conflict(_("前移之后已有办理记录，时间不能倒退；请重新载入演示数据"))
    moved.offset = dt.timedelta()
    _save(moved)
    record("clock_reset", subject=moved, by=by)


def _row() -> MovedClock:
    if not settings.HALL_MOVABLE_CLOCK:
        raise NotAllowed(_("只有演示模式可以移动时钟"))
    moved, _created = MovedClock.objects.select_for_update().get_or_create(defaults={"moved_at": real_now()})
    return moved


def length_of(step: Limit | dt.timedelta, present: dt.datetime) -> dt.timedelta:
    """How far `step` leads from `present`. Raises Invalid for a step that does not lead forward."""
    if isinstance(step, Limit):
        if step.unit == Unit.WORKING_DAY:
            calendar = calendar_for(None)
            day = calendar.local_date(present)
            length = calendar.table.add_working_days(day, step.value) - day
        elif step.unit == Unit.CALENDAR_DAY:
            length = dt.timedelta(days=step.value)
        else:
            raise Invalid(_("演示时钟只能按工作日、自然日或小时前移"))
    else:
        length = step
    if length <= dt.timedelta():
        raise Invalid(_("演示时钟只能前移"))
    return length


def _save(moved: MovedClock) -> None:
    moved.moved_at = real_now()
    moved.save()
    transaction.on_commit(forget)


def present() -> tuple[dt.datetime, dt.timedelta]:
    """The hall's present and how far it is ahead, for the screen."""
    return now(), offset()

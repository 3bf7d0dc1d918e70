"""The one clock that everybody reads. Tests and demonstration mode can move it; nobody else can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_frozen: ContextVar[dt.datetime | None] = ContextVar("hall_now", default=None)
_offset: Callable[[], dt.timedelta] | None = None


def now() -> dt.datetime:
    """The hall's present moment, aware. Real time plus the demonstration offset, unless a test froze it."""
    if (frozen := _frozen.get()) is not None:
        return frozen
    return real_now() + (_offset() if _offset else dt.timedelta())


def real_now() -> dt.datetime:
    """The machine's time, for what no one may move: heartbeats, log-in throttling, signatures."""
    return timezone.now()


def today() -> dt.date:
    """The hall's date in its own time zone (Asia/Shanghai)."""
    return timezone.localdate(now())


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let `now()` be `moment` inside the block (tests, demonstration data)."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


def install_offset(offset: Callable[[], dt.timedelta]) -> None:
    """Let `offset()` be added to real time. Called by demonstration mode only."""
    global _offset
    _offset = offset

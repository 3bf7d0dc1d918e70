"""Hand-overs between rooms: a state in the database, and a nudge that may be lost.

A tray is work that lies ready in the database (a case *accepted*, *decided*, …). After commit the lower
room nudges the upper room's porter by task name; a sweep every few seconds takes whatever a lost nudge
left behind. So no verb ever needs the broker.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)

_quiet: ContextVar[bool] = ContextVar("hall_trays_quiet", default=False)


def nudge(task_name: str, *args: Any) -> None:
    """Ask the porter `task_name` to look into its tray once this transaction is committed.

    Never raises: a broker that is down costs seconds of delay, not the work (DESIGN §1, invariant 10).
    """
    if not _quiet.get():
        transaction.on_commit(lambda: _send(task_name, args), robust=True)


@contextmanager
def quiet() -> Iterator[None]:
    """No nudges inside the block: for work in bulk that empties the trays itself (demonstration data)."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def _send(task_name: str, args: tuple[Any, ...]) -> None:
    from hall.celery import app

    try:
        app.send_task(task_name, args=[str(a) for a in args], retry=False, ignore_result=True)
    except Exception as error:  # the broker client raises many kinds; the sweep is the safety net
        log.warning("nudge %s lost (%s); the sweep will take it", task_name, error)

"""Hand-overs between rooms: a state in the database, and a nudge that may be lost.

A tray is work that lies ready in the database (a case *accepted*, *decided*, …). After commit the lower
room nudges the upper room's porter by task name; a sweep every few seconds takes whatever a lost nudge
left behind. So no verb ever needs the broker.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)


def nudge(task_name: str, *args: Any) -> None:
    """Ask the porter `task_name` to look into its tray once this transaction is committed.

    Never raises: a broker that is down costs seconds of delay, not the work (DESIGN §1, invariant 10).
    """
    transaction.on_commit(lambda: _send(task_name, args), robust=True)


def _send(task_name: str, args: tuple[Any, ...]) -> None:
    from hall.celery import app

    try:
        app.send_task(task_name, args=[str(a) for a in args], retry=False, ignore_result=True)
    except Exception as error:  # the broker client raises many kinds; the sweep is the safety net
        log.warning("nudge %s lost (%s); the sweep will take it", task_name, error)

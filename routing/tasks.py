"""The routing room's porters. Safe to run twice, late, or in several workers."""

from __future__ import annotations

import logging

from celery import shared_task

from applications.models import Application
from hall.errors import HallError

from . import services
from .services.dispatching import ended_with_live_tasks

log = logging.getLogger(__name__)


@shared_task(name="routing.dispatch")
def dispatch(case_id: str | None = None) -> int:
    """Make the tasks of accepted cases, and close those of cases that ended meanwhile."""
    opened = 0
    for waiting in Application.objects.awaiting_dispatch(case_id).values_list("pk", flat=True)[:200]:
        try:
            opened += services.dispatch(waiting)
        except HallError as error:  # one bad case must not stop the tray
            log.exception("case %s cannot be dispatched: %s", waiting, error)
    ended = [case_id] if case_id else list(ended_with_live_tasks()[:200])
    for case in ended:
        services.close_ended(case)
    return opened

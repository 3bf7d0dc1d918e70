"""The due date that a queue sorts by: that of the task's next clock."""

from __future__ import annotations

import datetime as dt

from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.prepared import Prepared
from hall.transactions import update_all

from ..models import Task

_next_clock: Prepared[Clock] = Prepared(
    lambda task_id: (
        Clock.objects.filter(
            subject_type=Task._meta.label_lower, subject_id=task_id, state=ClockState.RUNNING
        )
        .only("due_at")
        .order_by("due_at")[:1]
    ),
    str,
)


def next_due(task: Task) -> dt.datetime | None:
    """The nearest due date of the task's running clocks; None while every one is paused."""
    clock = _next_clock.first(str(task.pk))
    return clock.due_at if clock else None


def refresh_due(task: Task) -> None:
    """Copy the nearest due date of the task's running clocks to the task."""
    task.due_at = next_due(task)
    update_all([task], ["due_at"])

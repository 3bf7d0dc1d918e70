"""The due date that a queue sorts by: that of the task's next clock."""

from __future__ import annotations

from django.db.models import Min

from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock

from ..models import Task


def refresh_due(task: Task) -> None:
    """Copy the nearest due date of the task's running clocks; null while every one is paused."""
    task.due_at = Clock.objects.filter(
        subject_type=Task._meta.label_lower, subject_id=str(task.pk), state=ClockState.RUNNING
    ).aggregate(due=Min("due_at"))["due"]
    task.save(update_fields=["due_at"])

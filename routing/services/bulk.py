"""Signing for many tasks at once: each by itself, and told which were not and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hall.errors import HallError
from hall.organisation.officers import Officer

from ..choices import TaskState
from ..models import Task
from .handling import sign_for


@dataclass(frozen=True)
class Receipt:
    """What became of one of the tasks: signed for, or the reason why not."""

    task: Task
    why_not: str = ""

    @property
    def signed(self) -> bool:
        """Was it signed for now?"""
        return not self.why_not


def sign_for_many(task_ids: Iterable[str], *, by: Officer) -> list[Receipt]:
    """Sign for each task (批量签收) in a transaction of its own: one that cannot be does not stop the rest.

    What the officer may not see is left out without a word. Returns one receipt a task, most urgent first.
    """
    shown = Task.objects.visible_to(by).filter(pk__in=list(task_ids))
    shown = shown.select_related("case__version__matter", "department", "received_by", "assignee")
    return [_sign(task, by) for task in shown.by_urgency()]


def _sign(task: Task, by: Officer) -> Receipt:
    if task.state != TaskState.OPEN and task.received_by:
        return Receipt(task, _("已由%(name)s签收") % {"name": task.received_by.name})
    try:
        sign_for(task.pk, by=by)
    except HallError as error:
        return Receipt(task, str(error))
    return Receipt(task)

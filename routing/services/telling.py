"""How the verbs on tasks write the journal and tell people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from applications.models import Application
from hall.actors import Actor
from hall.notices.services import notify
from hall.now import today
from hall.people.models import User
from hall.trail.services import record

from ..models import Task


def tell(
    what: str,
    case: Application,
    task: Task,
    by: Actor,
    *,
    reason: str = "",
    states: tuple[str, str] = ("", ""),
    data: dict[str, Any] | None = None,
) -> None:
    """One event about a task, in the journal of its case."""
    record(
        what,
        subject=task,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        from_state=states[0],
        to_state=states[1],
        reason=reason,
        data={"department": task.department.name, **(data or {})},
    )


def link(task: Task) -> str:
    """Where the task is worked on."""
    return f"/review/{task.pk}/"


def inform(users: Iterable[User], subject: str, body: str, case: Application, *, to: str) -> None:
    """Send the same notice to several people, once each."""
    for user in {user.pk: user for user in users}.values():
        notify(user=user, subject=subject, body=body, link=to, case_id=case.pk)


def holders(*roles: str, **where: Any) -> Iterable[User]:
    """Active people who hold one of these roles today, e.g. `department=…`."""
    day = today()
    asked = {f"posts__{name}": value for name, value in where.items()}
    return User.objects.filter(
        Q(posts__ends_on=None) | Q(posts__ends_on__gte=day),
        is_active=True,
        posts__role__in=roles,
        posts__starts_on__lte=day,
        **asked,
    ).distinct()

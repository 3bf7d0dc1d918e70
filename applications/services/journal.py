"""One event a change, written the same way by every verb of this room."""

from __future__ import annotations

from typing import Any

from hall import trays
from hall.actors import Actor
from hall.trail.models import Event
from hall.trail.services import record

from ..models import Application
from ..project_models import Project


def moved(
    case: Application,
    what: str,
    before: str,
    *,
    by: Actor,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Write that `case` went from state `before` to the one it has now. Then its bundle and project look."""
    if case.bundle_id is not None:
        trays.nudge("applications.follow_bundles", case.bundle_id)
    if case.project_id is not None:
        Project.objects.filter(pk=case.project_id).update(needs_look=True)
        trays.nudge("applications.follow_projects", case.project_id)
    return record(
        f"applications.{what}",
        subject=case,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        from_state=before,
        to_state=case.state,
        reason=reason,
        data=data,
    )


def noted(
    case: Application, what: str, *, by: Actor, reason: str = "", data: dict[str, Any] | None = None
) -> Event:
    """Write a change inside a state: a form filled, a material judged, a promise kept."""
    return record(
        f"applications.{what}",
        subject=case,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        reason=reason,
        data=data,
    )

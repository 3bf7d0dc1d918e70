"""One event a change of a project. They stand in a chain of its own, beside those of its cases."""

from __future__ import annotations

from typing import Any

from hall.actors import Actor
from hall.trail.services import Subject, record

from ..project_models import Project


def noted(
    project: Project,
    what: str,
    *,
    by: Actor,
    reason: str = "",
    data: dict[str, Any] | None = None,
    before: str = "",
    after: str = "",
    subject: Subject | None = None,
) -> None:
    """Write a change of the project, or of something that belongs to it (`subject`)."""
    record(
        f"applications.{what}",
        subject=subject or project,
        by=by,
        case_id=project.pk,
        jurisdiction=project.jurisdiction_id,
        from_state=before,
        to_state=after,
        reason=reason,
        data=data,
    )

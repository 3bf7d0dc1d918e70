"""One event a change of a bundle. They stand in a chain of its own, beside those of its cases."""

from __future__ import annotations

from typing import Any

from hall.actors import Actor
from hall.trail.services import record

from ..bundle_models import BundleCase


def moved(
    bundle: BundleCase,
    what: str,
    before: str,
    *,
    by: Actor,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Write that the bundle went from state `before` to the one it has now."""
    record(
        f"applications.{what}",
        subject=bundle,
        by=by,
        case_id=bundle.pk,
        jurisdiction=bundle.jurisdiction_id,
        from_state=before,
        to_state=bundle.state,
        reason=reason,
        data=data,
    )


def noted(
    bundle: BundleCase, what: str, *, by: Actor, reason: str = "", data: dict[str, Any] | None = None
) -> None:
    """Write a change inside a state."""
    record(
        f"applications.{what}",
        subject=bundle,
        by=by,
        case_id=bundle.pk,
        jurisdiction=bundle.jurisdiction_id,
        reason=reason,
        data=data,
    )

"""Who may open the files of supervision information."""

from __future__ import annotations

from django.http import HttpRequest

from . import exchange_queries as queries


def may_read_note(request: HttpRequest, note_id: str) -> bool:
    """Who gave it, the deciding organ, the place's watchers, and whoever may see the case. No applicant."""
    officer = getattr(request, "officer", None)
    return officer is not None and queries.visible_note(officer, note_id) is not None

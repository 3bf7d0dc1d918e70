"""Supervision information outside its own pages: who may open its files, which cases it marks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from applications.models import Application

from . import exchange_queries as queries


def may_read_note(request: HttpRequest, note_id: str) -> bool:
    """Who gave it, the deciding organ, the place's watchers, and whoever may see the case. No applicant."""
    officer = getattr(request, "officer", None)
    return officer is not None and queries.visible_note(officer, note_id) is not None


def mark(cases: Collection[Application]) -> dict[UUID, Any]:
    """“有监管信息” on cases of whose applicant something is known; for the reviewers' lists."""
    return dict.fromkeys(queries.marked(cases), _("有监管信息"))

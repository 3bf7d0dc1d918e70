"""Which cases and which of their files a reviewer may open."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from hall.organisation.officers import Officer

from .models import Task


def reviewer_may_read(request: HttpRequest, case_material_id: str) -> bool:
    """Files of a case in which the officer's department has a task."""
    officer = getattr(request, "officer", None)
    if officer is None:
        return False
    return Task.objects.visible_to(officer).filter(case__materials__pk=case_material_id).exists()


def reviewer_may_see(officer: Officer, case_id: UUID) -> bool:
    """Cases in which the officer's department has, or had, a task."""
    return Task.objects.visible_to(officer).filter(case_id=case_id).exists()

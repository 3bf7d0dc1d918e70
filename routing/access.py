"""Which cases and which of their files a reviewer may open."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from hall.organisation.officers import Officer

from .models import JointSession, Task


def reviewer_may_read(request: HttpRequest, case_material_id: str) -> bool:
    """Files of a case in which the officer's department has a task, or that it looks at in a session."""
    officer = getattr(request, "officer", None)
    if officer is None:
        return False
    if Task.objects.visible_to(officer).filter(case__materials__pk=case_material_id).exists():
        return True
    sessions = JointSession.objects.visible_to(officer)
    return sessions.filter(agenda__case__materials__pk=case_material_id).exists()


def reviewer_may_see(officer: Officer, case_id: UUID) -> bool:
    """Cases in which the officer's department has, or had, a task."""
    return Task.objects.visible_to(officer).filter(case_id=case_id).exists()


def convened_may_see(officer: Officer, case_id: UUID) -> bool:
    """Cases on the agenda of a joint session to which the officer's department is convened."""
    return JointSession.objects.visible_to(officer).filter(agenda__case=case_id).exists()

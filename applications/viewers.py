"""Who may see one case, its materials included. Rooms above add their own readers here.

The clerk's hall, the supervisors of the place and the applicant's side are known in this room; that a
reviewer holds a task, only routing knows.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest

from hall.organisation.officers import Officer
from hall.people.models import User

from .models import Application, CaseMaterial

Viewer = Callable[[Officer, UUID], bool]

_viewers: list[Viewer] = []


def register_viewer(may_see: Viewer) -> None:
    """Let `may_see(officer, case_id)` open cases to more officers; one yes is enough."""
    if may_see not in _viewers:
        _viewers.append(may_see)


def officer_may_see(officer: Officer, case_id: UUID) -> bool:
    """May this officer read the case, by this room's rule or by another's?"""
    if Application.objects.visible_to(officer).filter(pk=case_id).exists():
        return True
    return any(may_see(officer, case_id) for may_see in _viewers)


def citizen_may_see(user: User, case_id: UUID) -> bool:
    """Is it a case of this account (hall.people: confirmed, or begun by it)?"""
    return Application.objects.of_account(user).filter(pk=case_id).exists()


def may_read_material(request: HttpRequest, material_id: str) -> bool:
    """For hall.files: pages of a material are read by whoever sees the case."""
    row = CaseMaterial.objects.filter(pk=material_id).only("case_id").first()
    if row is None or not isinstance(request.user, User):
        return False
    officer = getattr(request, "officer", None)
    if officer:
        return Application.objects.visible_to(officer).filter(pk=row.case_id).exists()
    return citizen_may_see(request.user, row.case_id)

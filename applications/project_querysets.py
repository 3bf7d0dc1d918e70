"""Who may see which projects, once, in SQL (invariant 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from hall.errors import WrongState
from hall.organisation.choices import Role
from hall.people.queries import mandates_in_force
from matters.models import Step

if TYPE_CHECKING:
    from hall.organisation.officers import Officer
    from hall.people.models import User

    from .project_models import Project


class ProjectQuerySet(models.QuerySet["Project"]):
    """The only way to read projects."""

    def locked(self, project_id: UUID | str) -> Project:
        """The project, its row locked until the end of the transaction. Raises WrongState if there is none.

        Whoever needs the lock of one of its cases as well takes that one first.
        """
        found = (
            self.select_for_update(of=("self",))
            .select_related("scheme", "jurisdiction", "person", "enterprise", "stage")
            .filter(pk=project_id)
            .first()
        )
        if found is None:
            raise WrongState(_("没有这个项目"))
        return found

    def visible_to(self, officer: Officer) -> Self:
        """Clerks, supervisors, managers and auditors: those of their places.

        Reviewers and heads: where their department leads, is asked beforehand, or has a step in one of the
        cases. A helper: the projects entrusted to them.
        """
        places = officer.places(Role.CLERK, Role.SUPERVISOR, Role.MANAGER, Role.AUDIT_ADMIN)
        departments = officer.departments(Role.REVIEWER, Role.HEAD)
        asked = Q(pk__in=self._asked(departments)) | Q(scheme__department__in=departments)
        step = Step.objects.filter(
            department__in=departments, version__applications__project=OuterRef("pk")
        ).order_by()
        own = Q(pk__in=self._helped_by(officer.user_id))
        return self.filter(Q(jurisdiction__in=places) | asked | own | Exists(step))

    def of_account(self, user: User) -> Self:
        """What a builder's account may see: own projects, and those of whom it holds a live mandate.

        Before a clerk has seen the owner's document it sees none: a project is registered by the office.
        """
        if user.person is None or user.identity_confirmed_at is None:
            return self.none()
        held = mandates_in_force().filter(agent=user.person)
        by_mandate = held.filter(
            Q(principal_person=OuterRef("person")) | Q(principal_enterprise=OuterRef("enterprise"))
        )
        return self.filter(Q(person=user.person) | Exists(by_mandate))

    def to_look_at(self) -> Self:
        """The porter's tray: a case has moved since it last looked."""
        return self.filter(needs_look=True).order_by("created_at", "pk")

    def _asked(self, departments: list[int]) -> models.QuerySet:
        from .project_models import ConsultationAnswer

        rows = ConsultationAnswer.objects.filter(department__in=departments)
        return rows.values("consultation__project_id")

    def _helped_by(self, user_id: int) -> models.QuerySet:
        from .project_models import Helper

        return Helper.objects.filter(user=user_id, ends_at=None).values("project_id")

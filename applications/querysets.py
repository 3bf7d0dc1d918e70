"""Who may see which cases, once, in SQL (invariant 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from hall.errors import WrongState
from hall.organisation.choices import Role
from hall.people.queries import mandates_in_force
from hall.prepared import Prepared
from matters import proofs

from .choices import Channel, DeferralState, MaterialVerdict, State

if TYPE_CHECKING:
    from hall.organisation.officers import Officer
    from hall.people.models import Person, User

    from .models import Application, CaseMaterial, Deferral


PENDING, NOT_NEEDED, SHARED = MaterialVerdict.PENDING, MaterialVerdict.NOT_NEEDED, MaterialVerdict.SHARED


class ApplicationQuerySet(models.QuerySet["Application"]):
    """The only way to read cases."""

    def locked(self, case_id: UUID | str) -> Application:
        """The case, its row locked until the end of the transaction. Raises WrongState if there is none."""
        case = locked_case.first(case_id)
        if case is None:
            raise WrongState(_("没有这个办件"))
        return case

    def visible_to(self, officer: Officer) -> Self:
        """Clerks and issuers: their halls' cases. Supervisors, managers and auditors: their places' cases.

        Reviewers reach cases through their departments' tasks (routing), not here.
        """
        halls = officer.halls(Role.CLERK, Role.ISSUER)
        places = officer.places(Role.SUPERVISOR, Role.MANAGER, Role.AUDIT_ADMIN)
        # An online case that no hall has taken yet is open to every clerk of its place (无差别受理).
        untaken = Q(hall=None, jurisdiction__in=officer.places(Role.CLERK))
        return self.filter(Q(hall__in=halls) | Q(jurisdiction__in=places) | untaken).exclude(
            state=State.DRAFT, channel=Channel.ONLINE
        )

    def of_person(self, person: Person) -> Self:
        """Cases in which `person` applies, acts as agent, or holds a live mandate of the applicant."""
        held = mandates_in_force().filter(agent=person)
        by_mandate = held.filter(
            Q(principal_person=OuterRef("person")) | Q(principal_enterprise=OuterRef("enterprise"))
        )
        return self.filter(Q(person=person) | Q(agent=person) | Exists(by_mandate))

    def of_account(self, user: User) -> Self:
        """What a citizen's account may see: everything of the person once a clerk has seen the document,
        until then only what the account itself has begun.
        """
        if user.person is None:
            return self.none()
        if user.identity_confirmed_at is None:
            return self.filter(created_by=user)
        return self.of_person(user.person) | self.filter(created_by=user)

    def awaiting_dispatch(self, case_id: UUID | str | None = None) -> Self:
        """The routing room's tray: accepted cases without tasks, but for those that wait for a result."""
        waiting = self.filter(state=State.ACCEPTED, awaits_result=False)
        return waiting.filter(pk=case_id) if case_id else waiting.order_by("accepted_at", "pk")

    def awaiting_papers(self, case_id: UUID | str | None = None) -> Self:
        """The certificates room's tray: decided cases whose result is not yet ready."""
        waiting = self.filter(state=State.DECIDED)
        return waiting.filter(pk=case_id) if case_id else waiting.order_by("decided_at", "pk")


def _locked(case_id: UUID) -> models.QuerySet[Application]:
    from .models import Application

    return (
        # Not FOR UPDATE: rows that only point at a case (a wait for its result) must not queue behind it,
        # and at the end of their transaction meet it the other way round.
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "version__matter",
            "version__regime",
            "version__department",
            "jurisdiction",
            "hall",
            "person",
            "enterprise",
        )
        .filter(pk=case_id)
    )


locked_case: Prepared[Application] = Prepared(_locked, UUID)  # every verb of a case begins with it


def _open_deferral(case_id: UUID) -> models.QuerySet[Deferral]:
    from .models import Deferral

    return Deferral.objects.filter(case=case_id, state=DeferralState.OPEN)[:1]


open_deferral: Prepared[Deferral] = Prepared(_open_deferral, UUID)


def _materials(case_id: UUID) -> models.QuerySet[CaseMaterial]:
    from .models import CaseMaterial

    rows = CaseMaterial.objects.select_related("material", "deferral")
    return rows.filter(case_id=case_id).order_by("order")


_rows_of: Prepared[CaseMaterial] = Prepared(_materials, UUID)


def material_rows(case: Application) -> list[CaseMaterial]:
    """The materials of a case in their order, as they were written."""
    rows = _rows_of.all(case.pk)
    for row in rows:
        row.case = case
    return rows


def materials_of_case(case: Application) -> list[CaseMaterial]:
    """The materials of a case in their order, as they stand now."""
    rows = material_rows(case)
    # What nobody has handed in yet follows the proof lists of today, whatever the version still says.
    open_rows = [row.material for row in rows if row.verdict in (PENDING, NOT_NEEDED, SHARED)]
    proofs.settle(case.jurisdiction_id, open_rows)
    return rows

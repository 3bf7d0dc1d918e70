"""Who may see which bundles in hand, once, in SQL (invariant 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from hall.errors import WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.people.queries import mandates_in_force

from .choices import CAME_TO_AN_END, Channel, PartState, State

if TYPE_CHECKING:
    from hall.organisation.officers import Officer
    from hall.people.models import Person, User

    from .bundle_models import BundleCase


class BundleCaseQuerySet(models.QuerySet["BundleCase"]):
    """The only way to read bundles in hand."""

    def locked(self, bundle_id: UUID | str) -> BundleCase:
        """The bundle, its row locked until the end of the transaction. Raises WrongState if there is none.

        Whoever needs locks on its cases as well takes this one first.
        """
        found = (
            self.select_for_update(of=("self",))
            .select_related("version__bundle", "jurisdiction", "hall", "window", "person", "enterprise")
            .filter(pk=bundle_id)
            .first()
        )
        if found is None:
            raise WrongState(_("没有这个一件事办件"))
        return found

    def visible_to(self, officer: Officer) -> Self:
        """Clerks and issuers: their halls'. Supervisors, managers and auditors: their places'."""
        halls = officer.halls(Role.CLERK, Role.ISSUER)
        places = officer.places(Role.SUPERVISOR, Role.MANAGER, Role.AUDIT_ADMIN)
        untaken = Q(hall=None, jurisdiction__in=officer.places(Role.CLERK))
        return self.filter(Q(hall__in=halls) | Q(jurisdiction__in=places) | untaken).exclude(
            state=State.DRAFT, channel=Channel.ONLINE
        )

    def of_account(self, user: User) -> Self:
        """What a citizen's account may see: as with single cases (applications.querysets)."""
        if user.person is None:
            return self.none()
        own = self.filter(created_by=user)
        return own if user.identity_confirmed_at is None else self._of_person(user.person) | own

    def _of_person(self, person: Person) -> Self:
        held = mandates_in_force().filter(agent=person)
        by_mandate = held.filter(
            Q(principal_person=OuterRef("person")) | Q(principal_enterprise=OuterRef("enterprise"))
        )
        return self.filter(Q(person=person) | Q(agent=person) | Exists(by_mandate))

    def to_follow(self) -> Self:
        """The porter's tray: a part has come to an end, or its turn has come, or the last was handed over."""
        over = Q(parts__state=PartState.RUNNING, parts__case__state__in=CAME_TO_AN_END)
        due = Q(parts__state=PartState.WAITING, parts__starts_at__lte=now())
        lying_ready = Q(cases__state=State.READY)
        under_way = self.filter(over | due, state=State.ACCEPTED)
        handed_over = self.filter(state=State.READY).exclude(lying_ready)
        return (under_way | handed_over).distinct()

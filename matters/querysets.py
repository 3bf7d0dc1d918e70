"""What can be asked of the catalogue's tables. Imported by the models; the lists of pages are in queries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q

from hall.now import now, today
from hall.prepared import Prepared

from .choices import MatterState, VersionState

if TYPE_CHECKING:
    from hall.organisation.models import Jurisdiction

    from .models import Material, MatterVersion, Step


# What a line of a list shows of a version.
CARD = (
    "matter",
    "number",
    "state",
    "certainty",
    "case_type",
    "promised_value",
    "promised_unit",
    "statutory_value",
    "statutory_unit",
    "visits",
    "online_depth",
    "department__name",
    "department__short_name",
)


class MatterQuerySet(models.QuerySet):
    """Matters of the catalogue."""

    def in_place(self, place: Jurisdiction | int) -> Self:
        """The matters of one jurisdiction."""
        return self.filter(jurisdiction=place)

    def open_now(self, at: dt.datetime | None = None) -> Self:
        """Matters that can be applied for at `at`: active, with a version in force."""
        from .models import MatterVersion

        live = MatterVersion.objects.valid_at(at).filter(matter=OuterRef("pk"))
        return self.filter(Exists(live), state=MatterState.ACTIVE)

    def on_show(self, at: dt.datetime | None = None) -> Self:
        """Matters that the public sees: those with a valid version, suspended and cancelled ones included.

        A cancelled matter answers with its reason instead of a guide.
        """
        from .models import MatterVersion

        live = MatterVersion.objects.valid_at(at).filter(matter=OuterRef("pk"))
        return self.filter(Exists(live))

    def with_current(self, at: dt.datetime | None = None) -> Self:
        """Each matter with its valid version as `matter.current_versions` (a list of one or none)."""
        from .models import MatterVersion

        versions = MatterVersion.objects.valid_at(at).select_related("department")
        return self._with(versions)

    def with_cards(self, at: dt.datetime | None = None) -> Self:
        """As `with_current`, with only those elements loaded that a line of a list shows (half the time)."""
        from .models import MatterVersion

        return self._with(MatterVersion.objects.valid_at(at).select_related("department").only(*CARD))

    def _with(self, versions: VersionQuerySet) -> Self:
        return self.select_related("department").prefetch_related(
            Prefetch("versions", queryset=versions, to_attr="current_versions")
        )


class RegimeQuerySet(models.QuerySet):
    """Versions of bodies of procedural law."""

    def in_place(self, place: Jurisdiction | int) -> Self:
        """Those that hold in one jurisdiction: its own, and those that hold everywhere."""
        return self.filter(Q(jurisdiction=place) | Q(jurisdiction=None))

    def current(self, place: Jurisdiction | int, at: dt.date | None = None) -> Self:
        """The version of each body of law that new matter versions of the place take on a day (today).

        A place's own version goes before the one that holds everywhere; of several the newest counts.
        """
        day = at or today()
        begun = self.in_place(place).filter(Q(valid_from=None) | Q(valid_from__lte=day))
        newest = begun.order_by(
            "family", F("jurisdiction").asc(nulls_last=True), F("valid_from").desc(nulls_last=True), "-number"
        ).distinct("family")
        return self.filter(pk__in=newest.values("pk")).order_by("family")


class VersionQuerySet(models.QuerySet):
    """Versions of matters."""

    def valid_at(self, at: dt.datetime | None = None) -> Self:
        """Versions whose validity contains `at` (now): published then, whether or not replaced since."""
        at = at or now()
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=at),
            state__in=(VersionState.PUBLISHED, VersionState.SUPERSEDED),
            valid_from__lte=at,
        )

    def in_force(self, at: dt.datetime | None = None) -> Self:
        """Versions that can be applied for at `at`: valid, of a matter neither suspended nor cancelled."""
        return self.valid_at(at).filter(matter__state=MatterState.ACTIVE)

    def whole(self) -> Self:
        """With everything that intake, routing, papers and guide read, in a fixed number of queries."""
        return self.select_related(
            "matter__jurisdiction", "matter__department", "department", "regime"
        ).prefetch_related("materials", "steps__department")


def _in_force(version_id: int, at: dt.datetime) -> models.QuerySet[MatterVersion]:
    from .models import MatterVersion

    return MatterVersion.objects.in_force(at).filter(pk=version_id).only("pk")


def _with_matter(version_id: int) -> models.QuerySet[MatterVersion]:
    from .models import MatterVersion

    return MatterVersion.objects.select_related("matter", "regime", "department").filter(pk=version_id)


def _materials(version_id: int) -> models.QuerySet[Material]:
    from .models import Material

    return Material.objects.filter(version_id=version_id)


def _steps(version_id: int) -> models.QuerySet[Step]:
    from .models import Step

    return Step.objects.select_related("department").filter(version_id=version_id)


# Asked for every case that is opened.
version_in_force: Prepared[MatterVersion] = Prepared(_in_force, int, dt.datetime)
version_with_matter: Prepared[MatterVersion] = Prepared(_with_matter, int)
materials_of_version: Prepared[Material] = Prepared(_materials, int)
steps_of_version: Prepared[Step] = Prepared(_steps, int)

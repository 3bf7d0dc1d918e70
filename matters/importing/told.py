"""Which version of a matter goes out, and its cells: what an import of that file is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from ..choices import VersionState
from ..models import Matter, MatterVersion
from . import columns

# A version that nobody will apply for any more is not what a keeper wants to work on.
GONE = (VersionState.SUPERSEDED, VersionState.WITHDRAWN)
NO_VERSION = "0"  # the number in an exported row of a matter that has none


def versions(matters: Sequence[Matter]) -> dict[int, MatterVersion]:
    """By matter, the version valid now, else the newest that is not gone; with materials and steps."""
    found = {version.matter_id: version for version in _whole(MatterVersion.objects.valid_at(), matters)}
    rest = [matter for matter in matters if matter.pk not in found]
    if rest:
        others = _whole(MatterVersion.objects.exclude(state__in=GONE), rest)
        found |= {version.matter_id: version for version in others.order_by("number")}
    return found


def material_cells(version: MatterVersion) -> list[dict[str, str]]:
    """The rows of a version on the sheet of materials."""
    made = columns.materials()
    return [columns.texts(made, material) for material in version.materials.all()]


def step_cells(version: MatterVersion) -> list[dict[str, str]]:
    """The rows of a version on the sheet of steps."""
    made = columns.steps()
    steps = sorted(version.steps.all(), key=lambda step: (step.stage, step.order))
    return [columns.texts(made, step) for step in steps]


def _whole(chosen: QuerySet[MatterVersion], matters: Sequence[Matter]) -> QuerySet[MatterVersion]:
    """The versions with every row that their cells name."""
    related = ["materials", "steps__department"]
    for column in columns.materials().values():
        if column.field.is_relation:
            related.append(f"materials__{column.name}")
    return (
        chosen.filter(matter__in=[matter.pk for matter in matters])
        .select_related("matter__jurisdiction", "matter__department", "department", "regime")
        .prefetch_related(*related)
    )

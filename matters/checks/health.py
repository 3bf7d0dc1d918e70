"""How healthy the catalogue is: the rules asked of many matters at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from hall.organisation.models import Jurisdiction

from ..models import Matter, MatterVersion
from .base import Whole, findings


@dataclass(frozen=True)
class Health:
    """How a matter stands: its valid version, and how many findings block or advise."""

    matter: Matter
    version: MatterVersion | None
    blocking: int = 0
    advice: int = 0


def health(matters: Sequence[Matter], place: Jurisdiction) -> list[Health]:
    """The health of each of these matters (from `with_current()`), in two more queries for all of them."""
    versions = [matter.current_versions[0] for matter in matters if matter.current_versions]
    prefetch_related_objects(versions, "materials", "steps__department")
    by_matter = {version.matter_id: version for version in versions}
    rows = []
    for matter in matters:
        version = by_matter.get(matter.pk)
        if version is None:
            rows.append(Health(matter, None))
            continue
        found = findings(Whole(version, list(version.materials.all()), list(version.steps.all()), place))
        blocking = sum(finding.blocks for finding in found)
        rows.append(Health(matter, version, blocking, len(found) - blocking))
    return rows

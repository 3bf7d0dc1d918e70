"""How healthy the catalogue is: the rules asked of many matters at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.organisation.models import Jurisdiction

from .. import standing
from ..models import Matter, MatterVersion
from .base import Finding, Whole, findings, rule


@dataclass(frozen=True)
class Health:
    """How a matter stands: its valid version, and how many findings block or advise."""

    matter: Matter
    version: MatterVersion | None
    blocking: int = 0
    advice: int = 0


@rule(gettext_lazy("有现行版本"))
def version_in_force(whole: Whole) -> Iterator[Finding]:
    """Kept by every matter that has a whole version to look at; of one without, see `unfulfilled`."""
    yield from ()


def unfulfilled() -> list[Finding]:
    """What is found about a matter that has no version in force."""
    return [
        Finding(
            _("现行版本"),
            _("列入目录的事项须有现行版本，否则不能受理"),
            _("起草、审定并发布一个版本，或者取消事项"),
            code=version_in_force.__name__,
        )
    ]


def health(matters: Sequence[Matter], place: Jurisdiction) -> list[Health]:
    """The health of each of these matters (from `with_current()`), in two more queries for all of them."""
    standing.renew(place)
    versions = [matter.current_versions[0] for matter in matters if matter.current_versions]
    prefetch_related_objects(versions, "materials__definition", "steps__department")
    by_matter = {version.matter_id: version for version in versions}
    rows = []
    for matter in matters:
        version = by_matter.get(matter.pk)
        if version is not None:
            version.matter = matter  # the rules read it
        if version is None:
            rows.append(Health(matter, None))
            continue
        found = findings(Whole(version, list(version.materials.all()), list(version.steps.all()), place))
        blocking = sum(finding.blocks for finding in found)
        rows.append(Health(matter, version, blocking, len(found) - blocking))
    return rows

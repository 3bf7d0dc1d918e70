"""Folding the health of the catalogue: the rules asked of every version in force, kept until it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from django.db import transaction

from hall.now import now, today
from hall.organisation.models import Jurisdiction

from ..checks import Whole, findings, unfulfilled
from ..models import MaterialDefinition, Matter, MatterHealth, MatterVersion, Proof

BATCH = 400
_RULES = Path(__file__).resolve().parent.parent
_RULE_FILES = ("checks/*.py", "wording.json", "wording.py")


def fold_health(place: Jurisdiction) -> int:
    """Ask the rules about every matter whose kept health is no longer what they would say.

    A published version never changes, so only new versions are looked at, until the rules, the settings of
    the place or what else the rules read changes. Safe to run twice or at once. Returns how many it asked.
    """
    mark = _fingerprint(place)
    current = dict(
        MatterVersion.objects.valid_at().filter(matter__jurisdiction=place).values_list("matter", "pk")
    )
    facts = Matter.objects.in_place(place).values_list("pk", "name", "theme", "kind")
    marks = {pk: _digest(mark, *told) for pk, *told in facts}
    rows = MatterHealth.objects.filter(matter__jurisdiction=place)
    kept = {row[0]: row[1:] for row in rows.values_list("matter", "version", "fingerprint")}
    stale = sorted(pk for pk in marks if kept.get(pk) != (current.get(pk), marks[pk]))
    for start in range(0, len(stale), BATCH):
        _fold(stale[start : start + BATCH], current, place, marks)
    return len(stale)


def fold_all_health() -> int:
    """The same for every place."""
    return sum(fold_health(place) for place in Jurisdiction.objects.all())


@transaction.atomic
def _fold(
    ids: Sequence[int], current: Mapping[int, int], place: Jurisdiction, marks: Mapping[int, str]
) -> None:
    versions = MatterVersion.objects.filter(pk__in=[current[pk] for pk in ids if pk in current])
    whole = versions.select_related("matter__department", "department", "regime").prefetch_related(
        "materials__definition", "steps__department"
    )
    by_matter = {version.matter_id: version for version in whole}
    made = []
    for pk in ids:
        version = by_matter.get(pk)
        if version is None:
            found = unfulfilled()
        else:
            version.matter.jurisdiction = place
            parts = list(version.materials.all()), list(version.steps.all())
            found = findings(Whole(version, *parts, place))
        blocking = sum(finding.blocks for finding in found)
        made.append(
            MatterHealth(
                matter_id=pk,
                version=version,
                fingerprint=marks[pk],
                blocking=blocking,
                advice=len(found) - blocking,
                findings=[finding.as_data() for finding in found],
                folded_at=now(),
            )
        )
    fields = ["version", "fingerprint", "blocking", "advice", "findings", "folded_at"]
    MatterHealth.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["matter"], update_fields=fields, batch_size=BATCH
    )


def _fingerprint(place: Jurisdiction) -> str:
    """Changes whenever the rules could say something else about a version that has not changed."""
    library = MaterialDefinition.objects.filter(jurisdiction=place).order_by("pk")
    proofs = Proof.objects.filter(jurisdiction=place).order_by("pk")
    return _digest(
        _rules_as_written(),
        json.dumps(place.settings, sort_keys=True),
        today().year,
        place.phone,
        place.complaint_phone,
        place.opens_at,
        place.closes_at,
        list(library.values_list("key", "synonyms", "is_proof", "basis")),
        list(proofs.values_list("key", "synonyms", "listed_in", "definition")),
    )


def _digest(*told: object) -> str:
    return hashlib.sha1("\n".join(map(str, told)).encode(), usedforsecurity=False).hexdigest()


@cache
def _rules_as_written() -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for file in _rule_files():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _rule_files() -> Iterator[Path]:
    for pattern in _RULE_FILES:
        yield from sorted(_RULES.glob(pattern))

"""What makes two materials the same, and the one set of materials that several matters need together.

Two materials are the same when the library says so (one definition) or when their names agree once words
about their form (原件, 复印件, 正副本) are left out. Pure: nothing here reads or changes the database beyond
the materials it is given.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import situations
from .choices import Necessity
from .models import Material, MaterialDefinition, MatterVersion

FILE = Path(__file__).with_name("materials.json")
_SPACES_AND_QUOTES = re.compile(r"[\s《》〈〉“”\"'‘’]")
# Which demand wins when several matters ask for the same thing.
_STRICTNESS = (Necessity.REQUIRED, Necessity.DEFERRABLE, Necessity.OPTIONAL)


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    words = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(re.compile(text) for text in words[key])


@cache
def normalised(name: str) -> str:
    """A material's name as it is compared: one width of characters, without spaces and words of form."""
    text = _SPACES_AND_QUOTES.sub("", unicodedata.normalize("NFKC", name)).lower()
    for pattern in _patterns("form_words"):
        text = pattern.sub("", text) or text
    return text


def is_proof(name: str, definition: MaterialDefinition | None = None) -> bool:
    """Is it a 证明: a paper by which somebody else vouches for a fact? By its definition, else by its name.

    Certificates of a right that an organ registers (不动产登记证明, 完税证明) are no such papers.
    """
    if definition is not None:
        return definition.is_proof
    text = normalised(name)
    return any(p.search(text) for p in _patterns("proof_words")) and not any(
        p.search(text) for p in _patterns("not_proof_words")
    )


def keys_of(material: Material) -> frozenset[str]:
    """What a material is known by: its definition, its own name, and the names of its definition."""
    names = {normalised(material.name)}
    if material.definition is None:
        return frozenset(names)
    return frozenset(names | definition_keys(material.definition) | {f"#{material.definition_id}"})


def definition_keys(definition: MaterialDefinition) -> frozenset[str]:
    """The names by which a definition is recognised, as they are compared."""
    return frozenset(normalised(name) for name in (definition.name, *definition.synonyms))


@dataclass(frozen=True)
class Merged:
    """One material of a joint set: what to ask for, and who among the versions needs it."""

    materials: tuple[Material, ...]
    """The rows it stands for, one or more of each version, in the order of the versions."""
    produced_by: int | None = None
    """The matter among those merged whose result it is: the bundle itself makes it, nobody brings it."""

    @property
    def material(self) -> Material:
        """The row that speaks for all: of the strictest demand, the first."""
        return min(self.materials, key=lambda row: _STRICTNESS.index(Necessity(row.necessity)))

    @property
    def name(self) -> str:
        """What to call it: the library's name where it is defined, else the row's own."""
        definition = next((row.definition for row in self.materials if row.definition), None)
        return definition.name if definition and len(self.materials) > 1 else self.material.name

    @property
    def versions(self) -> tuple[int, ...]:
        """Keys of the versions that need it, each once, in their order."""
        return tuple(dict.fromkeys(row.version_id for row in self.materials))

    @property
    def necessity(self) -> Necessity:
        """The strictest demand among the versions."""
        return Necessity(self.material.necessity)

    @property
    def is_main(self) -> bool:
        """A main document of any version is one of the set."""
        return any(row.is_main for row in self.materials)

    @property
    def originals(self) -> int:
        """How many originals to bring: the same original is counted once, not once a matter."""
        return max(row.originals for row in self.materials)

    @property
    def copies(self) -> int:
        """How many copies to bring: one set serves all (一套材料)."""
        return max(row.copies for row in self.materials)

    @property
    def shared_source(self) -> str:
        """The department that obtains it, if any of the versions says so: then nobody is asked for it."""
        return next((row.shared_source for row in self.materials if row.shared_source), "")

    @property
    def demanded(self) -> bool:
        """Is the applicant to bring it? Not what is shared, nor what the bundle itself makes."""
        return not self.shared_source and self.produced_by is None


def merged(
    versions: Sequence[MatterVersion], answers: Mapping[int, situations.Answers] | None = None
) -> list[Merged]:
    """The union of the materials of `versions`, each same thing once.

    `answers`: the answers about the situation by version key; a version without answers needs what it always
    needs. Materials are read from `version.materials.all()`: prefetch `materials__definition` for several.
    """
    rows = [
        material
        for version in versions
        for material in situations.needed(
            version, version.materials.all(), (answers or {}).get(version.pk, {})
        )
    ]
    matters = {version.matter_id for version in versions}
    own_matter = {version.pk: version.matter_id for version in versions}
    found = []
    for group in _same(rows):
        made_by = {row.result_of_id for row in group if row.result_of_id in matters}
        made_by -= {own_matter[row.version_id] for row in group}
        found.append(Merged(tuple(group), next(iter(sorted(made_by)), None)))
    return found


def _same(rows: Sequence[Material]) -> list[list[Material]]:
    """Rows grouped by any key that they share, in the order of their first."""
    heads = list(range(len(rows)))

    def head(at: int) -> int:
        while heads[at] != at:
            at = heads[at]
        return at

    first_with: dict[str, int] = {}
    for at, row in enumerate(rows):
        for key in keys_of(row):
            one, other = sorted((head(first_with.setdefault(key, at)), head(at)))
            heads[other] = one
    groups: dict[int, list[Material]] = {}
    for at, row in enumerate(rows):
        groups.setdefault(head(at), []).append(row)
    return list(groups.values())

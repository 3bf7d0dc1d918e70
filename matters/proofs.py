"""The material library and the proof lists of a place as intake and the rules of the catalogue ask them.

Kept while the catalogue's stamp stays the same: whoever asks for a place costs one small query, so that
every case that is opened can be told what the government obtains itself.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hall.organisation.models import Jurisdiction
from hall.prepared import Prepared

from . import materials, standing
from .choices import ProofList
from .models import CatalogueStamp, Material, MaterialDefinition, Proof

Named = TypeVar("Named", MaterialDefinition, Proof)
# What a material takes over from its definition where a keeper has left it empty.
_FROM_LIBRARY = ("issuer", "substitute_certificate", "shared_source", "result_of", "basis", "note")


@dataclass(frozen=True)
class Book:
    """材料库, 证明目录, 证明材料共享目录 and 取消的证明 of one place, by whatever names them."""

    definitions: dict[int, MaterialDefinition] = field(default_factory=dict)
    definition_by_name: dict[str, MaterialDefinition] = field(default_factory=dict)
    proof_by_definition: dict[int, Proof] = field(default_factory=dict)
    proof_by_name: dict[str, Proof] = field(default_factory=dict)

    def definition_named(self, name: str) -> MaterialDefinition | None:
        """The library's material of this name or synonym, if it has one."""
        return self.definition_by_name.get(materials.normalised(name))

    def definition_of(self, material: Material) -> MaterialDefinition | None:
        """What the library says of a material: by its link, else by its name."""
        linked = self.definitions.get(material.definition_id or 0)
        return linked or self.definition_named(material.name)

    def proof_of(self, material: Material) -> Proof | None:
        """The line of a list in which a material stands: by its definition, else by its name."""
        definition = self.definition_of(material)
        if definition and (found := self.proof_by_definition.get(definition.pk)):
            return found
        names = {materials.normalised(material.name)}
        if definition:
            names |= materials.definition_keys(definition)
        return next((self.proof_by_name[name] for name in sorted(names) if name in self.proof_by_name), None)

    def is_proof(self, material: Material) -> bool:
        """Is it a 证明? Because a list or the library says so, else by its name."""
        if self.proof_of(material):
            return True
        return materials.is_proof(material.name, self.definition_of(material))

    def obtained_from(self, material: Material) -> str:
        """From where the government obtains a material itself; "" for one that the applicant brings.

        What the version says comes first. A proof listed as shared since the version was published may not
        be demanded either (S4 四(六)), nor one that was cancelled.
        """
        if material.shared_source:
            return material.shared_source
        proof = self.proof_of(material)
        if proof is None or proof.listed_in == ProofList.DEMANDABLE:
            return ""
        return told_source(proof)

    def completed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of a version's materials with its definition, and what it leaves empty from there."""
        definition = row.get("definition") or self.definition_named(row.get("name", ""))
        if definition is None:
            return {**row, "definition": None}
        usual = {name: getattr(definition, name) for name in _FROM_LIBRARY}
        told = {name: value for name, value in row.items() if value not in ("", None)}
        return {**row, **usual, **told, "definition": definition}

    def lists(self, which: ProofList) -> bool:
        """Has the place published this list at all?"""
        return any(proof.listed_in == which for proof in self.proof_by_name.values())


def told_source(proof: Proof) -> str:
    """From where a proof is obtained, in words for people: the department that holds it, and how."""
    parts = [proof.holder.name if proof.holder else "", proof.source]
    return "，".join(filter(None, parts)) or str(proof.get_listed_in_display())


def of_place(place_id: int) -> Book:
    """The book of a place as its catalogue stands now. One small query when nothing has changed."""
    found = _stamp.first(place_id)
    if found is None:
        return Book()
    stamp = (found.number, found.changed_at)
    kept = _kept.get(place_id)
    if kept and kept[0] == stamp:
        return kept[1]
    made = _read(place_id)
    with _lock:
        _kept[place_id] = (stamp, made)
    return made


def settle(place_id: int, rows: Sequence[Material]) -> Sequence[Material]:
    """Let materials in memory say what may be demanded today: `shared_source` also of what a list shares.

    The version itself stays as it was published; nothing here is saved.
    """
    if any(row.demanded for row in rows):
        book = of_place(place_id)
        for row in rows:
            row.shared_source = book.obtained_from(row)[:300]
    return rows


def seen_by(place: Jurisdiction) -> Book:
    """The same, asked once for this `place` in memory: for rules that look at many versions in one pass."""
    return standing.kept(place, "proofs", lambda: of_place(place.pk))


# Asked for every case that is opened.
_stamp: Prepared[CatalogueStamp] = Prepared(lambda place: CatalogueStamp.objects.filter(pk=place), int)
_kept: dict[int, tuple[tuple[int, dt.datetime], Book]] = {}
_lock = threading.Lock()


def _read(place_id: int) -> Book:
    definitions = list(MaterialDefinition.objects.filter(jurisdiction=place_id).select_related("result_of"))
    proofs = list(Proof.objects.filter(jurisdiction=place_id).select_related("holder"))
    return Book(
        definitions={each.pk: each for each in definitions},
        definition_by_name=_by_name(definitions),
        proof_by_definition={each.definition_id: each for each in proofs if each.definition_id},
        proof_by_name=_by_name(proofs),
    )


def _by_name(rows: Sequence[Named]) -> dict[str, Named]:
    """Rows by every name they have; the proper name of one comes before a synonym of another."""
    found = {materials.normalised(synonym): row for row in rows for synonym in row.synonyms}
    return found | {row.key: row for row in rows}

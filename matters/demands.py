"""What the versions in force demand of people, held against the proof lists and the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from hall.organisation.models import Jurisdiction

from . import proofs
from .choices import ProofList
from .models import Material, MaterialDefinition, MatterVersion, Proof

SHOWN_FIRST = (ProofList.SHARED, ProofList.DEMANDABLE, ProofList.CANCELLED)


@dataclass(frozen=True)
class Demand:
    """A material by one name, as versions in force demand it: in how many, and in how many without law."""

    material: Material
    matters: int
    without_basis: int


@dataclass(frozen=True)
class Listed:
    """A proof of a list, with the materials by which versions in force still demand it."""

    proof: Proof
    demands: list[Demand] = field(default_factory=list)

    @property
    def matters(self) -> int:
        """In how many matters people are asked for it."""
        return sum(demand.matters for demand in self.demands)

    @property
    def source(self) -> str:
        """From where it is obtained."""
        return proofs.told_source(self.proof)


def demands(place: Jurisdiction) -> list[Demand]:
    """Everything that versions in force demand, by name, the most frequent first."""
    rows = (
        Material.objects.filter(
            version__in=MatterVersion.objects.in_force().filter(matter__jurisdiction=place), shared_source=""
        )
        .values("name", "definition")
        .annotate(n=Count("version__matter", distinct=True), bare=Count("pk", filter=Q(basis="")))
        .order_by("-n", "name")
    )
    return [
        Demand(Material(name=row["name"], definition_id=row["definition"]), row["n"], row["bare"])
        for row in rows
    ]


def listed(place: Jurisdiction, which: str = "") -> list[Listed]:
    """The lists of a place, or one of them, each proof with what still demands it. Three queries."""
    book = proofs.of_place(place.pk)
    by_proof: dict[int, list[Demand]] = {}
    for demand in demands(place):
        if proof := book.proof_of(demand.material):
            by_proof.setdefault(proof.pk, []).append(demand)
    found = Proof.objects.filter(jurisdiction=place).select_related("holder", "definition")
    if which in ProofList.values:
        found = found.filter(listed_in=which)
    place_of = {which: at for at, which in enumerate(SHOWN_FIRST)}
    rows = sorted(found.order_by("code"), key=lambda proof: place_of[ProofList(proof.listed_in)])
    return [Listed(proof, by_proof.get(proof.pk, [])) for proof in rows]


def without_law(place: Jurisdiction) -> list[Demand]:
    """无依据证明: proofs that versions in force demand without naming a law (S0 §6)."""
    book = proofs.of_place(place.pk)
    return [each for each in demands(place) if each.without_basis and book.is_proof(each.material)]


def library(place: Jurisdiction, text: str = "") -> QuerySet[MaterialDefinition]:
    """The material library of a place, each with `used`: how many matters use it in a version in force."""
    live = Q(uses__version__in=MatterVersion.objects.in_force().filter(matter__jurisdiction=place))
    found = MaterialDefinition.objects.filter(jurisdiction=place).select_related("result_of")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(synonyms__icontains=text) | Q(code__icontains=text))
    return found.annotate(used=Count("uses__version__matter", filter=live, distinct=True)).order_by(
        "-used", "code"
    )


def users_of(definition: MaterialDefinition) -> Sequence[Material]:
    """The materials of versions in force that are this one, with version and matter."""
    live = MatterVersion.objects.in_force().filter(matter__jurisdiction=definition.jurisdiction_id)
    found = definition.uses.filter(version__in=live).select_related("version__matter__department")
    return list(found.order_by("version__matter__pinyin", "pk"))

"""From hits to what a page shows: the matter, its valid version, why, and how the answers divide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hall.organisation.models import Jurisdiction

from ..models import ListEntry, Matter, MatterVersion
from . import index as indexes
from .matching import Hit, match
from .text import plain
from .why import Pieces, Why

SPARE = 4  # hits looked at beyond those shown: some have no version in force
MOST = 300  # answers that are counted and divided
FILTERS = ("theme", "object", "department", "level", "list", "domain")


@dataclass(frozen=True)
class Found:
    """A matter that is shown, with its valid version."""

    matter: Matter
    version: MatterVersion
    why: Why
    score: float

    @property
    def parts(self) -> Pieces:
        """The official name in pieces; the second of each pair says whether to mark it."""
        return marked(self.matter.name, self.why)


@dataclass(frozen=True)
class Choice:
    """A value by which answers can be narrowed, and how many would be left."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Answers:
    """What a question found: the best, how many in all, and how they divide by each filter."""

    found: list[Found]
    total: int
    choices: dict[str, list[Choice]] = field(default_factory=dict)
    capped: bool = False


@dataclass(frozen=True, slots=True)
class _Facts:
    """By what a hit can be narrowed."""

    pk: int
    values: dict[str, frozenset[str]]


def hits(place: Jurisdiction | int, query: str) -> list[Hit]:
    """The matters of a place that answer `query`, best first, whether in force or not."""
    if not plain(query):
        return []
    return match(indexes.of_place(place if isinstance(place, int) else place.pk), query)


def find(
    place: Jurisdiction | int, query: str, *, limit: int = 20, filters: Mapping[str, Any] | None = None
) -> list[Found]:
    """Matters on show that answer `query`, with versions, in three queries when most have one in force.

    `filters` as for `answers`.
    """
    if filters:
        return answers(place, query, limit=limit, filters=filters).found
    best = hits(place, query)[:MOST]
    found: list[Found] = []
    step = limit + SPARE
    for start in range(0, len(best), step):
        found += _shown(best[start : start + step])
        if len(found) >= limit:
            break
    return found[:limit]


def answers(
    place: Jurisdiction | int, query: str, *, limit: int = 50, filters: Mapping[str, Any] | None = None
) -> Answers:
    """Matters on show that answer `query`, narrowed, with counts for narrowing further; five queries.

    `filters`: theme, object (a value of ApplicantKind: who may apply), department (number), level, list
    (code), domain; all of them must be met. A choice counts the answers that meet the *other* filters, so
    that it tells what choosing it instead would show. At most the best 300 answers are counted.
    """
    best = hits(place, query)
    capped = len(best) > MOST
    best = best[:MOST]
    asked = {name: str(getattr(value, "pk", value)) for name, value in (filters or {}).items() if value}
    facts, labels = _facts([hit.pk for hit in best])
    met = {fact.pk for fact in facts if _meets(fact, asked)}
    wanted = [hit for hit in best if hit.pk in met]
    choices = {name: _choices(name, facts, asked, labels) for name in FILTERS}
    return Answers(_shown(wanted[:limit]), len(wanted), choices, capped)


def _shown(best: Sequence[Hit]) -> list[Found]:
    """Those of the hits that have a valid version, in their order."""
    matters = Matter.objects.filter(pk__in=[hit.pk for hit in best]).with_cards()
    by_pk = {matter.pk: matter for matter in matters if matter.current_versions}
    return [
        Found(by_pk[hit.pk], by_pk[hit.pk].current_versions[0], hit.why, hit.score)
        for hit in best
        if hit.pk in by_pk
    ]


def _facts(numbers: Sequence[int]) -> tuple[list[_Facts], dict[str, str]]:
    """By what each matter on show can be narrowed, in two queries; and the names of departments and lists."""
    labels: dict[str, str] = {}
    lists: dict[int, set[str]] = {}
    entries = ListEntry.objects.filter(matter__in=numbers).values_list(
        "matter", "matter_list__code", "matter_list__name"
    )
    for pk, code, name in entries:
        lists.setdefault(pk, set()).add(code)
        labels[f"list {code}"] = name
    found = []
    rows = MatterVersion.objects.valid_at().filter(matter__in=numbers)
    for pk, applicants, theme, level, domain, department, name in rows.values_list(
        "matter",
        "applicants",
        "matter__theme",
        "matter__level",
        "matter__domain",
        "matter__department",
        "matter__department__name",
    ):
        labels[f"department {department}"] = name
        values = {
            "theme": frozenset([theme] if theme else []),
            "object": frozenset(applicants),
            "department": frozenset([str(department)]),
            "level": frozenset([level]),
            "list": frozenset(lists.get(pk, ())),
            "domain": frozenset([domain]),
        }
        found.append(_Facts(pk, values))
    return found, labels


def _meets(fact: _Facts, asked: Mapping[str, str], but: str = "") -> bool:
    return all(value in fact.values.get(name, ()) for name, value in asked.items() if name != but)


def _choices(
    name: str, facts: Iterable[_Facts], asked: Mapping[str, str], labels: Mapping[str, str]
) -> list[Choice]:
    """The values of one filter among the answers that meet the others, the commonest first."""
    counts: Counter[str] = Counter()
    for fact in facts:
        if _meets(fact, asked, but=name):
            counts.update(fact.values[name])
    if (chosen := asked.get(name)) and chosen not in counts:
        counts[chosen] = 0
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [Choice(value, labels.get(f"{name} {value}", value), count) for value, count in ordered]


def marked(name: str, why: Why) -> Pieces:
    """`name` in pieces, those marked that answer the query. Nothing is marked for a match elsewhere."""
    if why.is_alias and not why.meant:
        return [(name, False)]
    return why.marked(name)

"""Whether people find what they mean: the queries of relevance.csv, asked of a city's whole catalogue.

The queries were written before anybody looked at what is found. Those marked `held-out` are never used to
tune words or weights; their figures are told apart.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fixtures import sources
from hall.now import now
from hall.organisation.models import Department, Jurisdiction
from matters import naming, search
from matters.models import CatalogueStamp, Matter

FILE = Path(__file__).with_name("relevance.csv")
CITY = "dongguan"
DEPTHS = (1, 3, 5)
TARGETS = {1: 0.80, 3: 0.93, 5: 0.97}
TUNED, HELD_OUT = "tuned", "held-out"


@dataclass(frozen=True)
class Asked:
    """A query as somebody typed it, and the matters of which one should come first."""

    part: str
    kind: str
    domain: str
    query: str
    expected: frozenset[str]


@dataclass(frozen=True)
class Answered:
    """What came of a query: the rank of the first expected matter (0 when it is not among the first five)."""

    asked: Asked
    first: Sequence[str]

    @property
    def rank(self) -> int:
        return next((n for n, name in enumerate(self.first, 1) if name in self.asked.expected), 0)

    def hit(self, depth: int) -> bool:
        return 0 < self.rank <= depth


def queries() -> list[Asked]:
    """All queries of the file, in its order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Asked(
                row["part"], row["kind"], row["domain"], row["query"], frozenset(row["expected"].split("|"))
            )
            for row in csv.DictReader(file)
        ]


def catalogue(place: Jurisdiction) -> None:
    """Enter the city's 1,173 names with the other names of the worked-out ones; without versions."""
    departments: dict[str, Department] = {}
    matters = []
    worked = sources.worked()
    (file,) = sources.matter_files(CITY)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), 1):
            name, organ = row["事项名称"], row["实施部门"]
            if organ not in departments:
                departments[organ] = Department.objects.create(
                    jurisdiction=place, code=f"d{len(departments)}", name=organ, short_name=organ[:30]
                )
            matter = Matter(
                jurisdiction=place,
                name=name,
                kind="10",
                domain="social_affairs",
                level="city",
                theme=row["主题"],
                department=departments[organ],
                implementation_code=row["实施编码"],
                short_code=f"m{number}",
                aliases=worked[name]["aliases"] if name in worked else [],
            )
            naming.spell(matter)
            matters.append(matter)
    Matter.objects.bulk_create(matters)
    CatalogueStamp.objects.update_or_create(pk=place.pk, defaults={"number": 1, "changed_at": now()})


def ask(place: Jurisdiction, asked: Iterable[Asked]) -> list[Answered]:
    """Put every query to the catalogue of a place."""
    names = dict(Matter.objects.filter(jurisdiction=place).values_list("pk", "name"))
    return [
        Answered(each, [names[hit.pk] for hit in search.hits(place, each.query)[: max(DEPTHS)]])
        for each in asked
    ]


def share(answered: Sequence[Answered], depth: int) -> float:
    """hit@depth: the share of queries with an expected matter among the first `depth`."""
    return sum(each.hit(depth) for each in answered) / len(answered)

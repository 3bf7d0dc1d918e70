"""From hits to what a page shows: the matter, its valid version, the name with the match marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hall.organisation.models import Jurisdiction

from .. import naming
from ..models import Matter, MatterVersion
from . import index as indexes
from .index import plain
from .matching import Hit, Why, match

SPARE = 4  # hits looked at beyond those shown: some have no version in force
MOST = 400


@dataclass(frozen=True)
class Found:
    """A matter that is shown, with its valid version."""

    matter: Matter
    version: MatterVersion
    why: Why
    score: float

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The official name in pieces; the second of each pair says whether to mark it."""
        return marked(self.matter.name, self.why)


def hits(place: Jurisdiction | int, query: str) -> list[Hit]:
    """The matters of a place that answer `query`, best first, whether in force or not."""
    if not plain(query):
        return []
    return match(indexes.of_place(place if isinstance(place, int) else place.pk), query)


def find(
    place: Jurisdiction | int, query: str, *, limit: int = 20, filters: Mapping[str, Any] | None = None
) -> list[Found]:
    """Matters on show that answer `query`, with versions, in three queries when most have one in force.

    `filters` are look-ups on Matter (`department`, `domain`, `level`, …).
    """
    best = hits(place, query)[:MOST]
    found: list[Found] = []
    step = MOST if filters else limit + SPARE
    for start in range(0, len(best), step):
        found += _shown(best[start : start + step], filters or {})
        if len(found) >= limit:
            break
    return found[:limit]


def _shown(best: Sequence[Hit], filters: Mapping[str, Any]) -> list[Found]:
    """Those of the hits that have a valid version and pass the filters, in their order."""
    matters = Matter.objects.filter(pk__in=[hit.pk for hit in best], **filters).with_cards()
    by_pk = {matter.pk: matter for matter in matters if matter.current_versions}
    return [
        Found(by_pk[hit.pk], by_pk[hit.pk].current_versions[0], hit.why, hit.score)
        for hit in best
        if hit.pk in by_pk
    ]


def marked(name: str, why: Why) -> list[tuple[str, bool]]:
    """`name` in pieces, those marked that answer the query. Nothing is marked for a match elsewhere."""
    if why.label != name or why.kind in ("department", "theme", "code", "slip"):
        return [(name, False)]
    wanted = why.matched
    if why.kind in ("initials", "pinyin", "sound"):
        chosen = _sounded(name, why)
    elif why.kind == "words":
        chosen = {at for at, c in enumerate(name) if c in wanted}
    else:
        start = name.lower().find(wanted)
        chosen = set(range(start, start + len(wanted))) if start >= 0 else set()
    return _pieces(name, chosen)


def _sounded(name: str, why: Why) -> set[int]:
    """Positions of the characters whose syllables were typed."""
    places = _syllable_places(name)
    spoken = naming.syllables(name)
    left = len(why.matched) if why.kind == "initials" else len("".join(naming.syllables(why.matched)))
    chosen: set[int] = set()
    for at in range(max(why.at, 0), len(spoken)):
        if left <= 0 or at >= len(places):
            break
        chosen |= places[at]
        left -= 1 if why.kind == "initials" else len(spoken[at])
    return chosen


def _syllable_places(name: str) -> list[set[int]]:
    """For every syllable of a name, the positions that make it: one character, or a run of letters."""
    places: list[set[int]] = []
    run = False
    for at, c in enumerate(name):
        letter = c.isascii() and c.isalnum()
        if letter and run:
            places[-1].add(at)
        elif c.isalnum():
            places.append({at})
        run = letter
    return places


def _pieces(name: str, chosen: set[int]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for at, c in enumerate(name):
        mark = at in chosen
        if pieces and pieces[-1][1] == mark:
            pieces[-1] = (pieces[-1][0] + c, mark)
        else:
            pieces.append((c, mark))
    return pieces

"""The words of one place's catalogue, made from stored columns and kept while its stamp stays the same.

Nothing lives here that the database does not have: a process without an index makes one, and each search
asks the stamp first, so an index is never older than the catalogue.

For every pair of neighbouring characters, every pair of neighbouring syllables and every pair of first
letters the index holds the numbers of the matters that have it. A search follows the rarest pairs of its
question and judges only the matters in which most of them come together.
"""

from __future__ import annotations

import heapq
import math
import operator
import threading
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..models import CatalogueStamp, Matter
from ..naming import NAME_SEPARATOR
from .text import plain, soft
from .words import actions_of_name, lead

Stamp = tuple[int, str]
Postings = dict[str, array]
BUDGET = 100  # numbers read for each matter that is to be judged; commoner pairs are counted when judging


@dataclass(slots=True)
class Label:
    """A name or another name of a matter: as shown, as compared, and as spoken (` ge ti hu `).

    `lead` characters at its beginning say no more than that it is wanted (办, 开).
    """

    shown: str
    text: str
    spoken: str
    lead: int = 0


@dataclass(slots=True)
class Entry:
    """What is looked at when a matter is judged. The first label is the official name; `line` is all."""

    pk: int
    labels: tuple[Label, ...]
    line: str
    department: str
    theme: str
    code: str
    short_code: str
    popularity: int
    actions: frozenset[str]


@dataclass(slots=True)
class Index:
    """All entries of a place, those that most people do first, and where each pair occurs."""

    entries: list[Entry]
    characters: Postings = field(default_factory=dict)  # single characters and pairs
    sounds: Postings = field(default_factory=dict)  # soft syllables and pairs of them
    firsts: Postings = field(default_factory=dict)  # pairs of first letters
    codes: list[tuple[str, int]] = field(default_factory=list)
    short_codes: dict[str, int] = field(default_factory=dict)
    departments: dict[str, array] = field(default_factory=dict)
    themes: dict[str, array] = field(default_factory=dict)
    most_popular: int = 1

    def weight(self, postings: Postings, piece: str) -> float:
        """How much a piece says: the rarer, the more; 0 for what no matter has."""
        found = postings.get(piece)
        return math.log(1 + len(self.entries) / (1 + len(found))) if found else 0.0

    def likeliest(self, pieces: Iterable[tuple[array, float]], most: int) -> list[int]:
        """The numbers of the entries in which the heaviest of these pieces come together."""
        scores: dict[int, float] = {}
        read = 0
        for postings, weight in sorted(pieces, key=lambda piece: len(piece[0])):
            if scores and read + len(postings) > BUDGET * most:
                break
            read += len(postings)
            for number in postings:
                scores[number] = scores.get(number, 0.0) + weight
        if len(scores) <= most:
            return list(scores)
        return heapq.nlargest(most, scores, key=lambda number: (scores[number], -number))

    def with_code(self, text: str, most: int) -> list[int]:
        """The entries whose implementation code begins with `text`."""
        at = bisect_left(self.codes, (text, -1))
        return [number for code, number in self.codes[at : at + most] if code.startswith(text)]


_kept: dict[int, tuple[Stamp, Index]] = {}
_making: dict[int, threading.Lock] = defaultdict(threading.Lock)


def of_place(place_id: int) -> Index:
    """The index of a place as its catalogue stands now. One small query when nothing has changed."""
    row = CatalogueStamp.objects.filter(pk=place_id).values_list("number", "changed_at").first()
    if row is None:
        return Index(entries=[])
    stamp = (row[0], row[1].isoformat())
    kept = _kept.get(place_id)
    if kept and kept[0] == stamp:
        return kept[1]
    with _making[place_id]:  # who comes while it is made waits for it, instead of making another
        kept = _kept.get(place_id)
        if kept is None or kept[0] != stamp:
            kept = _kept[place_id] = (stamp, build(_entries(place_id)))
    return kept[1]


def build(entries: Iterable[Entry]) -> Index:
    """An index of these entries."""
    ordered = sorted(entries, key=lambda entry: (-entry.popularity, len(entry.labels[0].text), entry.pk))
    index = Index(entries=ordered)
    characters, sounds, firsts, departments, themes = (_empty() for _ in range(5))
    for number, entry in enumerate(ordered):
        for piece in set().union(*(characters_of(label.text) for label in entry.labels)):
            characters[piece].append(number)
        spoken = [label.spoken.split() for label in entry.labels]
        for piece in set().union(*map(sounds_of, spoken)):
            sounds[piece].append(number)
        for piece in set().union(*map(firsts_of, spoken)):
            firsts[piece].append(number)
        departments[entry.department].append(number)
        themes[entry.theme].append(number)
        index.short_codes[entry.short_code] = number
    index.characters, index.sounds, index.firsts = dict(characters), dict(sounds), dict(firsts)
    index.departments, index.themes = dict(departments), dict(themes)
    index.codes = sorted((entry.code, number) for number, entry in enumerate(ordered))
    index.most_popular = max((entry.popularity for entry in ordered), default=1) or 1
    return index


def _empty() -> defaultdict[str, array]:
    return defaultdict(lambda: array("I"))


def characters_of(text: str) -> set[str]:
    """Each character and each pair of neighbours."""
    return {*text, *map(operator.add, text, text[1:])}


def sounds_of(syllables: Sequence[str]) -> set[str]:
    """Each syllable and each pair of neighbours, softly spoken."""
    spoken = [soft(syllable) for syllable in syllables]
    return {*spoken, *(f"{one} {two}" for one, two in pairwise(spoken))}


def firsts_of(syllables: Sequence[str]) -> set[str]:
    """Each pair of neighbouring first letters."""
    letters = "".join([syllable[0] for syllable in syllables])
    return set(map(operator.add, letters, letters[1:]))


def label(shown: str, spelled: str, *, is_alias: bool = False) -> Label:
    """A label from its text and its stored pinyin (syllables apart)."""
    text = plain(shown)
    return Label(shown, text, f" {spelled} ", lead(text) if is_alias else 0)


def _entries(place_id: int) -> list[Entry]:
    rows = Matter.objects.filter(jurisdiction=place_id).values_list(
        "pk",
        "name",
        "aliases",
        "pinyin",
        "department__name",
        "theme",
        "implementation_code",
        "short_code",
        "popularity",
    )
    same: dict[str, str] = {}
    return [
        Entry(
            pk=pk,
            labels=(labels := _labels(name, aliases, pinyin)),
            line="|".join([label.text for label in labels]),
            department=same.setdefault(department, plain(department)),
            theme=same.setdefault(theme, plain(theme)),
            code=plain(code),
            short_code=short,
            popularity=popularity,
            actions=actions_of_name(name),
        )
        for pk, name, aliases, pinyin, department, theme, code, short, popularity in rows.iterator()
    ]


def _labels(name: str, aliases: list[str], pinyin: str) -> tuple[Label, ...]:
    spelled = pinyin.split(NAME_SEPARATOR)
    spelled += [""] * (1 + len(aliases) - len(spelled))
    first, *others = zip([name, *aliases], spelled, strict=False)
    return (label(*first), *(label(*other, is_alias=True) for other in others))

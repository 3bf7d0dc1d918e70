"""The words of one place's catalogue, made from stored columns and kept while its stamp stays the same.

Nothing lives here that the database does not have: a process without an index makes one (20 ms for a
thousand matters), and each search asks the stamp first, so an index is never older than the catalogue.
"""

from __future__ import annotations

import math
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..models import CatalogueStamp, Matter
from ..naming import NAME_SEPARATOR

Stamp = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Label:
    """A name or another name of a matter, in every spelling in which it is looked for."""

    shown: str
    text: str
    syllables: tuple[str, ...]
    pinyin: str
    initials: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is looked at when a matter is judged. The first label is the official name."""

    pk: int
    labels: tuple[Label, ...]
    department: str
    theme: str
    code: str
    short_code: str
    popularity: int


@dataclass
class Index:
    """All entries of a place, and which of them contain a pair of characters."""

    entries: dict[int, Entry]
    pairs: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    most_popular: int = 1

    def weight(self, pair: str) -> float:
        """How much a pair of characters says: the rarer, the more."""
        return math.log(1 + len(self.entries) / (1 + len(self.pairs.get(pair, ()))))

    def with_any(self, pairs: Iterable[str]) -> set[int]:
        """The entries that contain at least one of the pairs."""
        found: set[int] = set()
        for pair in pairs:
            found |= self.pairs.get(pair, set())
        return found


_kept: dict[int, tuple[Stamp, Index]] = {}
_lock = threading.Lock()


def of_place(place_id: int) -> Index:
    """The index of a place as its catalogue stands now. One small query when nothing has changed."""
    row = CatalogueStamp.objects.filter(pk=place_id).values_list("number", "changed_at").first()
    if row is None:
        return Index(entries={})
    stamp = (row[0], row[1].isoformat())
    kept = _kept.get(place_id)
    if kept and kept[0] == stamp:
        return kept[1]
    made = build(_entries(place_id))
    with _lock:
        _kept[place_id] = (stamp, made)
    return made


def build(entries: Sequence[Entry]) -> Index:
    """An index of these entries."""
    index = Index(entries={entry.pk: entry for entry in entries})
    for entry in entries:
        for text in (*(label.text for label in entry.labels), entry.department, entry.theme):
            for pair in pairs_of(text):
                index.pairs[pair].add(entry.pk)
    index.most_popular = max((entry.popularity for entry in entries), default=1) or 1
    return index


def plain(text: str) -> str:
    """Text as it is compared: full-width made narrow, lower case, letters, digits and characters only."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def pairs_of(text: str) -> list[str]:
    """Neighbouring characters, and each character alone."""
    return [*text, *(text[at : at + 2] for at in range(len(text) - 1))]


def label(shown: str, spelled: str) -> Label:
    """A label from its text and its stored pinyin (syllables apart)."""
    syllables = tuple(spelled.split())
    return Label(
        shown=shown,
        text=plain(shown),
        syllables=syllables,
        pinyin="".join(syllables),
        initials="".join(s[0] for s in syllables),
    )


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
    return [
        Entry(
            pk, _labels(name, aliases, pinyin), plain(department), plain(theme), plain(code), short, popular
        )
        for pk, name, aliases, pinyin, department, theme, code, short, popular in rows
    ]


def _labels(name: str, aliases: list[str], pinyin: str) -> tuple[Label, ...]:
    spelled = pinyin.split(NAME_SEPARATOR)
    spelled += [""] * (1 + len(aliases) - len(spelled))
    return tuple(label(shown, sounds) for shown, sounds in zip([name, *aliases], spelled, strict=False))

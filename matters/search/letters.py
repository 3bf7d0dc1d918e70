"""Reading letters as pinyin: whole syllables, beginnings of syllables, first letters, and slips."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

from .text import FOLDER

MOST = 6  # readings kept at each letter
LONGEST = 40  # letters that are looked at
WHOLE, ENDING, FIRST, SLIP = 1.0, 1.2, 1.55, 2.4  # what a token of each kind costs
MOST_SLIPS = 2
SYLLABLES = frozenset((FOLDER / "syllables.txt").read_text(encoding="ascii").split())
INITIALS = frozenset(["zh", "ch", "sh", *"abcdefghjklmnopqrstwxyz"])
_UMLAUT = re.compile(r"(?<=[jqxy])v")  # xv is typed for xü, which pinyin writes xu


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable as typed: whole, or only how it begins."""

    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a run of letters, and how many slips it supposes."""

    tokens: tuple[Token, ...]
    cost: float
    slips: int = 0


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(s[:n] for s in SYLLABLES for n in range(2, len(s)) if s[:n] not in SYLLABLES)


@cache
def _with_gaps() -> dict[str, set[str]]:
    """Syllables by themselves and by what is left of them when one letter is missing."""
    found: dict[str, set[str]] = defaultdict(set)
    for syllable in SYLLABLES:
        for left in (syllable, *(syllable[:n] + syllable[n + 1 :] for n in range(len(syllable)))):
            found[left].add(syllable)
    return found


@lru_cache(maxsize=4096)
def near(text: str) -> tuple[str, ...]:
    """Syllables that `text` becomes by one letter more, less, other, or by two neighbours changing places."""
    gaps = _with_gaps()
    found: set[str] = set()
    for n in range(len(text)):
        left = text[:n] + text[n + 1 :]
        found |= {s for s in gaps.get(left, ()) if abs(len(s) - len(text)) <= 1}
    found |= {s for s in gaps.get(text, ()) if len(s) == len(text) + 1}
    return tuple(sorted(s for s in found if s[0] == text[0] or s[0] == text[1:2] or s[1:] == text[1:]))


@lru_cache(maxsize=2048)
def readings(letters: str, *, slips: bool = False) -> tuple[Reading, ...]:
    """The likeliest ways to read a run of letters, the likeliest first; with `slips`, only mistyped ones."""
    letters = _UMLAUT.sub("u", letters[:LONGEST])
    best: list[list[Reading]] = [[Reading((), 0.0)], *([] for _ in letters)]
    for at in range(len(letters)):
        for begun in best[at]:
            for end, token, cost, slip in _steps(letters, at, slips):
                if begun.slips + slip <= MOST_SLIPS:
                    made = Reading((*begun.tokens, token), begun.cost + cost, begun.slips + slip)
                    best[end] = _kept([*best[end], made], MOST * (3 if slips else 1))
    found = best[-1]
    if slips:
        return tuple(reading for reading in found if reading.slips)
    if all(letter in INITIALS for letter in letters):
        # First letters alone (gtgsh) are always one way to mean it, however much they cost.
        found = [*found, Reading(tuple(Token(letter, False) for letter in letters), FIRST * len(letters))]
    return tuple(dict.fromkeys(sorted(found, key=lambda reading: reading.cost)))


def _kept(found: list[Reading], most: int) -> list[Reading]:
    return heapq.nsmallest(most, found, key=lambda reading: reading.cost) if len(found) > most else found


def _steps(letters: str, at: int, slips: bool) -> list[tuple[int, Token, float, int]]:
    """The tokens that may begin at a letter: where each ends, what it costs, whether it is a slip."""
    steps = []
    for end in range(at + 1, min(len(letters), at + 7) + 1):
        text = letters[at:end]
        if text in SYLLABLES:
            steps.append((end, Token(text, True), WHOLE if len(text) > 1 else FIRST, 0))
        elif text in INITIALS:
            steps.append((end, Token(text, False), FIRST, 0))
        elif end == len(letters) and text in _beginnings():
            steps.append((end, Token(text, False), ENDING, 0))
        if slips and len(text) > 1 and text not in SYLLABLES:
            steps += [(end, Token(meant, True), SLIP, 1) for meant in near(text)]
    return steps

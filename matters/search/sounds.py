"""A question as it sounds: characters of the same sound, pinyin, first letters, and mixtures of them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise, product

from .. import naming
from . import letters, words
from .index import Index
from .letters import Reading, Token
from .text import LETTERS, soft

SAME_SOUND, SLIP = 0.93, 0.85  # times what the same match is worth as it was typed
MOST_READINGS, MOST_SLIPPED = 4, 6
UNKNOWN = 0.6  # what a pair weighs that no matter has, beside the others of the question
SHORTEST_SLIP = 5  # letters; below that a slip could mean anything
SHORTEST_APART = 3  # different pairs of first letters; fewer must stand together
_RUNS = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]+")


Pattern = str | re.Pattern[str]


@dataclass
class Spoken:
    """One way to say the question: syllables in parts, and what an answer to it is worth."""

    parts: Sequence[tuple[Token, ...]]
    typed: str
    kind: str  # sound, pinyin, initials or slip
    worth: float
    judged: list[tuple[Pattern, float]] = field(default_factory=list)  # what coverage looks for, by weight
    total: float = 0.0

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All syllables, one after the other."""
        return tuple(token for part in self.parts for token in part)

    def pieces(self, index: Index) -> list[tuple[array, float]]:
        """Where its pairs occur in the catalogue and what each says; from then on `coverage` knows it too."""
        pairs = list(dict.fromkeys(_pairs(self.parts)))
        looked_up = [_look_up(index, pair) for pair in pairs]
        weights = [index.weight(postings, piece) for postings, piece in looked_up]
        known = [weight for weight in weights if weight]
        unknown = UNKNOWN * sum(known) / len(known) if known else 0.0
        self.judged = [
            (_pattern(pair), weight or unknown) for pair, weight in zip(pairs, weights, strict=True)
        ]
        self.total = sum(weight for _pattern, weight in self.judged)
        if not pairs:
            looked_up = [(index.sounds, soft(token.text)) for token in self.tokens if token.whole]
            weights = [index.weight(postings, piece) for postings, piece in looked_up]
        return [
            (postings[piece], weight)
            for (postings, piece), weight in zip(looked_up, weights, strict=True)
            if weight
        ]

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile("".join(_one(token) for token in self.tokens) + " ")

    @cached_property
    def _soft(self) -> str | None:
        if not all(token.whole for token in self.tokens):
            return None
        return " " + " ".join(soft(token.text) for token in self.tokens) + " "

    def find(self, spoken: str, softly: str) -> tuple[int, int, bool]:
        """The syllable at which a label says it in one piece (or -1), how many it takes, and if clearly."""
        if found := self._whole.search(spoken):
            return spoken.count(" ", 0, found.start()), len(self.tokens), True
        if self._soft:
            at = softly.find(self._soft)
            if at >= 0:
                return softly.count(" ", 0, at), len(self.tokens), False
        return -1, 0, False

    def coverage(self, spoken: str, softly: str) -> float:
        """How much of the weight of its pairs is in a label."""
        if not self.total or (self.kind == "initials" and len(self.judged) < SHORTEST_APART):
            return 0.0
        there = 0.0
        for pattern, weight in self.judged:
            if pattern in softly if isinstance(pattern, str) else pattern.search(spoken):
                there += weight
        return there / self.total


def spoken_of(index: Index, parts: Sequence[str]) -> Iterator[Spoken]:
    """The ways to read letters in a question; nothing for one in characters alone."""
    text = "".join(parts)
    if not LETTERS.search(text):
        return
    for said in _ways(index, parts, slips=False)[:MOST_READINGS]:
        short = text.isascii() and not any(token.whole for part in said for token in part)
        yield Spoken(said, text, "initials" if short else "pinyin", 1.0)


def guesses_of(index: Index, parts: Sequence[str]) -> Iterator[Spoken]:
    """What may be meant when a question is not found as it stands: other characters, slips of the finger."""
    text = "".join(parts)
    if not LETTERS.search(text):
        if len(text) > 1:
            said = [tuple(Token(s, True) for s in naming.syllables(part)) for part in parts]
            yield Spoken(said, text, "sound", SAME_SOUND)
    elif len(text) >= SHORTEST_SLIP:
        for said in _ways(index, parts, slips=True)[:MOST_SLIPPED]:
            yield Spoken(said, text, "slip", SLIP)


def said_in(text: str) -> str:
    """Letters that spell something people say, in characters (yingyezhizhao → 营业执照), or nothing."""
    if not LETTERS.fullmatch(text):
        return ""
    known = words.said_by_sound()
    for reading in letters.readings(text):
        syllables = [token.text for token in reading.tokens if token.whole]
        if len(syllables) < len(reading.tokens):
            continue
        for size, at in ((size, at) for size in range(len(syllables), 1, -1) for at in range(len(syllables))):
            if said := known.get(" ".join(syllables[at : at + size])):
                return said
    return ""


def _ways(index: Index, parts: Sequence[str], *, slips: bool) -> list[list[tuple[Token, ...]]]:
    """Readings of all parts together, those first whose pairs the catalogue knows."""
    each = [_part_ways(part, slips=slips) for part in parts]
    made = []
    for ways in islice(product(*each), 64):
        if slips and not any(reading.slips for reading in ways):
            continue
        said = [reading.tokens for reading in ways]
        pairs = _pairs(said)
        known = sum(piece in postings for postings, piece in (_look_up(index, pair) for pair in pairs))
        missing = (len(pairs) - known) / len(pairs) if pairs else 0.0
        made.append((missing, sum(reading.cost for reading in ways), said))
    made.sort(key=lambda each: each[:2])
    return [said for _missing, _cost, said in made]


def _part_ways(part: str, *, slips: bool) -> list[Reading]:
    """Readings of one part: letters in each way they can be read, characters by their sound."""
    each: list[Sequence[Reading]] = []
    for run in _RUNS.findall(part):
        if run[0].isascii() and run[0].isalpha():
            clean = letters.readings(run)
            each.append([*letters.readings(run, slips=True), *clean[:1]] if slips else clean)
        else:
            each.append([Reading(tuple(Token(s, True) for s in naming.syllables(run)), 0.0)])
    return [
        Reading(
            tuple(token for reading in ways for token in reading.tokens),
            sum(reading.cost for reading in ways),
            sum(reading.slips for reading in ways),
        )
        for ways in islice(product(*each), 48)
    ]


def _pairs(parts: Sequence[tuple[Token, ...]]) -> list[tuple[Token, Token]]:
    """Neighbours within each part."""
    return [pair for part in parts for pair in pairwise(part)]


def _look_up(index: Index, pair: tuple[Token, Token]) -> tuple[dict[str, array], str]:
    one, two = pair
    if one.whole and two.whole:
        return index.sounds, f"{soft(one.text)} {soft(two.text)}"
    return index.firsts, one.text[0] + two.text[0]


def _pattern(pair: tuple[Token, Token]) -> Pattern:
    """How a pair is looked for: softly as text when both are whole, else by how they begin."""
    one, two = pair
    if one.whole and two.whole:
        return f" {soft(one.text)} {soft(two.text)} "
    return re.compile(_one(one) + _one(two) + " ")


def _one(token: Token) -> str:
    return " " + re.escape(token.text) + ("" if token.whole else "[a-z0-9]*")


def softly_spoken(spoken: str) -> str:
    return " " + " ".join(map(soft, spoken.split())) + " "

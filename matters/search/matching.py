"""Judging how well a matter answers a query, and why. Scores go from 0 to 1 before popularity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import words
from .index import Entry, Index, Label
from .sounds import Spoken, guesses_of, said_in, softly_spoken, spoken_of
from .text import LONGEST, runs
from .why import Why

# What a match of each kind is worth. Exact beats beginning beats middle; official names beat other names.
EXACT, BEGINS, CONTAINS, CONTAINED = 1.0, 0.9, 0.82, 0.7
FULL = 0.08  # more for a beginning that is nearly the whole name
WORDS, NEAT = 0.62, 0.16  # all pieces are there but apart; more when there is nothing else in the name
TOGETHER = 0.56  # all pieces are there, but in several names of one matter
NOISE = 0.55  # of a name that stands in the question, when all else in the question says nothing
OTHER_NAME = 0.97
MORE = 0.001  # for each syllable: gsh is 工商户 rather than 工商
CORE = 0.98  # times what the whole is worth, for another name without its 办 or 开
SOFT_SOUND = 0.95  # times what the same syllables clearly spoken are worth
BARE, BASE, SYNONYM = 0.99, 0.9, 0.9  # times what it is worth for the question as it stands
DROPPED = 0.8  # times that, when the matter does something else to the right than was asked
APART = 0.6
DEPARTMENT, THEME = 0.4, 0.45
LEAST_SCORE, LEAST_SHARE = 0.27, 0.45  # of the best
SURE = 0.78  # nothing has to be guessed when the question stands in a name as it is
SINGLE = 0.35  # what a single character weighs beside a pair
UNKNOWN = 0.6  # what a pair weighs that no matter has, beside the others of the question
OTHER_ACTION, ONLY_ASKS, SAME_ACTION, BEGINNING = 0.9, 0.85, 1.03, 1.02
POPULAR = 0.06  # at most, for the matter that most people do
LONG_NAME = 0.03  # at most, against a name of 60 characters
CURATED = 0.02  # for a matter somebody gave other names
# Matters judged for the question as it stands, for another wording, and for a way to say it.
JUDGED, JUDGED_BESIDES, JUDGED_BY_SOUND = 300, 100, 100
MOST_OF_A_KIND = 200  # of one department, theme or code


@dataclass(frozen=True, slots=True)
class Hit:
    """A matter that answers, how well, and why."""

    pk: int
    score: float
    why: Why


@dataclass(slots=True)
class Wording:
    """One way to put the question: its parts, what they weigh, and what an answer to it is worth."""

    parts: Sequence[str]
    worth: float = 1.0
    kind: str = ""
    said: str = ""
    meant: str = ""
    dropped: bool = False  # is what is to be done to the right left out of it?
    whole: str = ""
    weights: dict[str, float] = field(default_factory=dict)
    total: float = 0.0

    def weigh(self, index: Index) -> None:
        """What each pair and each character of it says in this catalogue."""
        self.whole = "".join(self.parts)
        known, unknown = {}, 0
        for part in self.parts:
            for at in range(len(part) - 1):
                pair = part[at : at + 2]
                if weight := index.weight(index.characters, pair):
                    known[pair] = weight
                else:
                    unknown += 1
        mean = sum(known.values()) / len(known) if known else 1.0
        singles = {c: SINGLE * index.weight(index.characters, c) for c in set(self.whole)}
        self.weights = known | singles
        self.total = sum(self.weights.values()) + unknown * mean * UNKNOWN

    def found_in(self, text: str) -> dict[str, float]:
        """The pieces of the question that are in a text, with their weights."""
        return {piece: weight for piece, weight in self.weights.items() if piece in text}


@dataclass(slots=True)
class Board:
    """The best answer of each matter so far."""

    index: Index
    found: dict[int, tuple[float, Why]] = field(default_factory=dict)
    best: float = 0.0

    def offer(self, number: int, score: float, why: Why) -> None:
        """Keep the answer if it is the matter's best."""
        kept = self.found.get(number)
        if score >= LEAST_SCORE and (kept is None or kept[0] < score):
            self.found[number] = (score, why)
            self.best = max(self.best, score)


def match(index: Index, query: str) -> list[Hit]:
    """The matters that answer `query`, best first."""
    parts = runs(query[: 2 * LONGEST])
    text = "".join(parts)
    if not index.entries or not text:
        return []
    board = Board(index)
    _by_code(board, text)
    bare = words.bare(parts) or parts
    asked = words.actions_asked(text)
    for number, wording in enumerate(_wordings(parts, bare)):
        _by_characters(board, wording, asked, JUDGED_BESIDES if number else JUDGED)
    for spoken in spoken_of(index, bare):
        _by_sound(board, spoken)
    if board.best < SURE:
        for spoken in guesses_of(index, bare):
            _by_sound(board, spoken)
    _by_place(board, text)
    return _ranked(board, asked)


def _wordings(parts: list[str], bare: list[str]) -> list[Wording]:
    """The question as it stands, without empty words, in the catalogue's words, and without its action."""
    made = [Wording(parts), Wording(bare, BARE)]
    text = "".join(bare)
    if text.isascii():
        typed = said_in(text)
        made += [
            Wording([other.text], SYNONYM, "synonym", text, other.meant) for other in words.others(typed)
        ]
        return made
    base = words.without_actions(text)
    for wording, worth in ((text, SYNONYM), (base, SYNONYM * BASE)):
        dropped = wording != text
        if wording and dropped:
            made.append(Wording([wording], BASE, dropped=True))
        for other in words.others(wording):
            kind, meant = ("", "") if other.said in other.meant else ("synonym", other.meant)
            made.append(Wording([other.text], worth, kind, other.said, meant, dropped=dropped))
    unique = {"".join(wording.parts): wording for wording in reversed(made)}
    return list(reversed(unique.values()))


def _by_characters(board: Board, wording: Wording, asked: frozenset[str], most: int) -> None:
    index = board.index
    wording.weigh(index)
    pairs = {piece: weight for piece, weight in wording.weights.items() if weight}
    if any(len(piece) == 2 for piece in pairs) and len(wording.whole) > 3:
        pairs = {piece: weight for piece, weight in pairs.items() if len(piece) == 2}
    pieces = [(index.characters[piece], weight) for piece, weight in pairs.items()]
    for number in index.likeliest(pieces, most):
        entry = index.entries[number]
        score, label, kind = _best_label(entry, wording)
        score *= wording.worth
        if wording.dropped and not asked & entry.actions:
            score *= DROPPED
        if wording.kind == "synonym" and kind == "words":
            score *= APART  # of a word that nobody typed, parts say little
        if score >= LEAST_SCORE:
            why = Why(
                kind=wording.kind or kind,
                label=label.shown,
                matched=wording.said or wording.whole,
                meant=wording.meant,
                is_alias=label is not entry.labels[0],
            )
            board.offer(number, score, why)


def _best_label(entry: Entry, wording: Wording) -> tuple[float, Label, str]:
    """The name of a matter that answers best, how well, and how."""
    first = entry.labels[0]
    together = wording.found_in(entry.line)  # no label can have more of the question
    best, found, kind = 0.0, first, "words"
    for label in entry.labels:
        score, how = _against(label, wording, together)
        if label is not first:
            score, how = score * OTHER_NAME, "alias"
        if score > best:
            best, found, kind = score, label, how
    if best < TOGETHER and len(entry.labels) > 1:
        best = max(best, TOGETHER * sum(together.values()) / wording.total)
    return best, found, kind


def _against(label: Label, wording: Wording, together: dict[str, float]) -> tuple[float, str]:
    whole, text = wording.whole, label.text
    if whole in text:
        if len(whole) == len(text):
            return EXACT, "name"
        if len(whole) == len(text) - label.lead and text.endswith(whole):
            return EXACT * CORE, "name"
        return (BEGINS + FULL * len(whole) / len(text) if text.startswith(whole) else CONTAINS), "name"
    there = 0.0
    for piece, weight in together.items():
        if piece in text:
            there += weight
    if not there:
        return 0.0, "words"
    coverage = there / wording.total
    apart = coverage * (WORDS + NEAT * sum(map(together.__contains__, text)) / len(text))
    if len(text) > 1 and text in whole:
        inside = CONTAINED + FULL * 2 * len(text) / len(whole)
        return max(apart, inside * (NOISE + (1 - NOISE) * coverage)), "name"
    return apart, "words"


def _by_sound(board: Board, spoken: Spoken) -> None:
    index = board.index
    for number in index.likeliest(spoken.pieces(index), JUDGED_BY_SOUND):
        entry = index.entries[number]
        for label in entry.labels:
            score = _heard(label, spoken) * spoken.worth * (1.0 if label is entry.labels[0] else OTHER_NAME)
            if score >= LEAST_SCORE:
                why = Why(
                    kind=spoken.kind,
                    label=label.shown,
                    matched=spoken.typed,
                    tokens=spoken.tokens,
                    is_alias=label is not entry.labels[0],
                )
                board.offer(number, score, why)


def _heard(label: Label, spoken: Spoken) -> float:
    softly = softly_spoken(label.spoken)
    at, size, clear = spoken.find(label.spoken, softly)
    if at >= 0:
        length = label.spoken.count(" ") - 1
        if size >= length - label.lead and at <= label.lead:
            score = EXACT if size == length else EXACT * CORE
        else:
            score = (CONTAINS if at else BEGINS + FULL * size / length) + MORE * size
        return score if clear else score * SOFT_SOUND
    return spoken.coverage(label.spoken, softly) * WORDS


def _by_code(board: Board, text: str) -> None:
    if not text.isascii():
        return
    index = board.index
    numbers = index.with_code(text, MOST_OF_A_KIND) if any(c.isdigit() for c in text) else []
    if text in index.short_codes:
        numbers.append(index.short_codes[text])
    for number in numbers:
        board.offer(number, EXACT, Why("code", index.entries[number].code, text))


def _by_place(board: Board, text: str) -> None:
    """By the department that does it, or by its theme."""
    if len(text) < 2:
        return
    for kind, worth, groups in (
        ("department", DEPARTMENT, board.index.departments),
        ("theme", THEME, board.index.themes),
    ):
        for name, numbers in groups.items():
            if text in name:
                for number in numbers[:MOST_OF_A_KIND]:
                    board.offer(number, worth, Why(kind, name, text))


def _ranked(board: Board, asked: frozenset[str]) -> list[Hit]:
    """The answers in their order, without those that are far behind the best."""
    index, ranked = board.index, []
    usual = math.log1p(index.most_popular)
    for number, (score, why) in board.found.items():
        entry = index.entries[number]
        popular = POPULAR * math.log1p(entry.popularity) / usual
        length = LONG_NAME * min(len(entry.labels[0].text), 60) / 60
        curated = CURATED if len(entry.labels) > 1 else 0.0
        worth = score * _action(entry.actions, asked) if score < EXACT else score
        ranked.append((worth + popular + curated - length, entry.pk, score, why))
    ranked.sort(key=lambda each: (-each[0], each[1]))
    least = ranked[0][0] * LEAST_SHARE if ranked else 0.0
    return [Hit(pk, score, why) for rank, pk, score, why in ranked if rank >= least]


def _action(does: frozenset[str], asked: frozenset[str]) -> float:
    """What it is worth that a matter does, or does not do, what is asked to a right one has."""
    later = asked - {words.BEGIN}
    if later:
        return SAME_ACTION if does & later else OTHER_ACTION
    if words.BEGIN in does:
        return SAME_ACTION if asked else BEGINNING
    if not does:
        return 1.0
    return ONLY_ASKS if "ask" in does else OTHER_ACTION

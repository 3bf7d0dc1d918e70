"""Judging how well a matter answers a query, and why. Scores go from 0 to 1 before popularity."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .. import naming, wording
from .index import Entry, Index, Label, pairs_of, plain

# What a match of each kind is worth. Exact beats beginning beats middle; official names beat other names.
EXACT, BEGINS, CONTAINS, CONTAINED = 1.0, 0.9, 0.8, 0.72
OTHER_NAME = 0.97
WORDS = 0.62  # all characters are there but apart; less when some are missing
SYNONYM, SAME_SOUND, SLIP = 0.7, 0.66, 0.5
DEPARTMENT, THEME = 0.4, 0.45
LEAST_COVERAGE = 0.5  # of the weight of a query's pairs of characters
LEAST_SCORE = 0.3
POPULAR = 0.06  # at most, for the matter that most people do
LONG_NAME = 0.03  # at most, against a name of 60 characters
SHORTEST_SLIP = 5  # letters; below that a slip could mean anything
ASCII = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a matter was found: the kind of match, the label it was found by, and the words of the query."""

    kind: str  # name, alias, words, initials, pinyin, synonym, sound, slip, department, theme, code
    label: str
    matched: str
    at: int = -1  # first syllable, for matches by sound

    def __str__(self) -> str:
        match self.kind:
            case "alias":
                return _("也叫“%(label)s”") % {"label": self.label}
            case "initials":
                return _("首字母%(matched)s") % {"matched": self.matched}
            case "pinyin":
                return _("拼音%(matched)s") % {"matched": self.matched}
            case "synonym":
                return _("“%(matched)s”也指“%(label)s”") % {"matched": self.matched, "label": self.label}
            case "sound":
                return _("读音与“%(matched)s”相同") % {"matched": self.matched}
            case "slip":
                return _("拼音与“%(matched)s”相近") % {"matched": self.matched}
            case "department":
                return _("办理部门的名称包含“%(matched)s”") % {"matched": self.matched}
            case "theme":
                return _("属于“%(label)s”") % {"label": self.label}
            case "code":
                return _("编码%(matched)s") % {"matched": self.matched}
        return _("名称包含“%(matched)s”") % {"matched": self.matched}


@dataclass(frozen=True, slots=True)
class Hit:
    """A matter that answers, how well, and why."""

    pk: int
    score: float
    why: Why


def match(index: Index, query: str) -> list[Hit]:
    """The matters that answer `query`, best first."""
    found: dict[int, Hit] = {}
    for text in _readings(query):
        judge = _by_letters if ASCII.fullmatch(text) else _by_characters
        for hit in judge(index, text):
            if hit.pk not in found or found[hit.pk].score < hit.score:
                found[hit.pk] = hit
    if not found or max(hit.score for hit in found.values()) < WORDS:
        for hit in _by_sound(index, plain(query)):
            if hit.pk not in found or found[hit.pk].score < hit.score:
                found[hit.pk] = hit
    return sorted(found.values(), key=lambda hit: _rank(index, hit))


def _rank(index: Index, hit: Hit) -> tuple[float, int]:
    entry = index.entries[hit.pk]
    popular = POPULAR * math.log1p(entry.popularity) / math.log1p(index.most_popular)
    length = LONG_NAME * min(len(entry.labels[0].text), 60) / 60
    return -(hit.score + popular - length), hit.pk


def _readings(query: str) -> list[str]:
    """The query as it stands, and without the words that only say that something is asked."""
    whole = plain(query)[:60]
    bare = whole
    for word in wording.stop_words():
        if len(word) > 1:
            bare = bare.replace(word, "")
    singles = "".join(word for word in wording.stop_words() if len(word) == 1)
    bare = bare.strip(singles)
    return [text for text in dict.fromkeys([whole, bare]) if text]


def _by_characters(index: Index, text: str) -> Iterable[Hit]:
    pairs = set(pairs_of(text)) if len(text) == 1 else {p for p in pairs_of(text) if len(p) == 2}
    weights = {pair: index.weight(pair) for pair in pairs}
    for pk in index.with_any(pairs):
        if hit := _best_label(index.entries[pk], text, weights):
            yield hit
    yield from _by_synonym(index, text)


def _best_label(entry: Entry, text: str, weights: dict[str, float]) -> Hit | None:
    best, why = 0.0, None
    for at, label in enumerate(entry.labels):
        score, kind = _against(label, text, weights)
        if at:
            score, kind = score * OTHER_NAME, "alias"
        if score > best:
            best, why = score, Why(kind, label.shown, text)
    if best < THEME and text in entry.theme:
        best, why = THEME, Why("theme", entry.theme, text)
    if best < DEPARTMENT and text in entry.department:
        best, why = DEPARTMENT, Why("department", entry.department, text)
    return Hit(entry.pk, best, why) if why and best >= LEAST_SCORE else None


def _against(label: Label, text: str, weights: dict[str, float]) -> tuple[float, str]:
    if label.text == text:
        return EXACT, "name"
    if label.text.startswith(text):
        return BEGINS, "name"
    if text in label.text:
        return CONTAINS, "name"
    if len(label.text) > 1 and label.text in text:
        return CONTAINED, "name"
    whole = sum(weights.values())
    there = sum(weight for pair, weight in weights.items() if pair in label.text)
    coverage = there / whole if whole else 0.0
    return (WORDS * coverage, "words") if coverage >= LEAST_COVERAGE else (0.0, "words")


def _by_synonym(index: Index, text: str) -> Iterable[Hit]:
    for group in wording.synonyms():
        said = next((word for word in group if word in text or (len(text) > 1 and text in word)), None)
        if said is None:
            continue
        for other in group:
            if other == said:
                continue
            wanted = plain(other)
            for pk in set.intersection(
                *(index.pairs.get(wanted[n : n + 2], set()) for n in range(len(wanted) - 1))
            ):
                entry = index.entries[pk]
                if any(wanted in label.text for label in entry.labels):
                    nearer = 0.05 if entry.labels[0].text.startswith(wanted) else 0.0
                    yield Hit(pk, SYNONYM + nearer, Why("synonym", other, said))


def _by_letters(index: Index, text: str) -> Iterable[Hit]:
    for entry in index.entries.values():
        if hit := _spelled(entry, text):
            yield hit


def _spelled(entry: Entry, text: str) -> Hit | None:
    if entry.code.startswith(text) or entry.short_code == text:
        return Hit(entry.pk, EXACT, Why("code", entry.code, text))
    best, why = 0.0, None
    for order, label in enumerate(entry.labels):
        for kind, worth, at in (
            ("initials", EXACT if label.initials == text else BEGINS, label.initials.find(text)),
            ("pinyin", BEGINS, _at_syllable(label, text)),
            ("name", BEGINS, label.text.find(text)),
        ):
            if at < 0 or (len(text) < 2 and at > 0):
                continue
            score = (worth if at == 0 else CONTAINS) * (OTHER_NAME if order else 1)
            if score > best:
                best, why = score, Why(kind, label.shown, text, at if kind != "name" else -1)
    return Hit(entry.pk, best, why) if why else None


def _at_syllable(label: Label, text: str) -> int:
    """The syllable at which full pinyin begins with `text`, or -1: `ang` is not found in `shang`."""
    if text not in label.pinyin:
        return -1
    at = 0
    for number, syllable in enumerate(label.syllables):
        if label.pinyin.startswith(text, at):
            return number
        at += len(syllable)
    return -1


def _by_sound(index: Index, text: str) -> Iterable[Hit]:
    """Characters that sound alike (个体公商户), and one wrong, missing or extra letter of pinyin."""
    letters = "".join(naming.syllables(text))
    if len(letters) < SHORTEST_SLIP:
        return
    slips = re.compile(
        "|".join({f"{letters[:n]}.?{letters[n + 1 :]}" for n in range(1, len(letters))})
        + "|"
        + "|".join({f"{letters[:n]}.{letters[n:]}" for n in range(1, len(letters))})
    )
    for entry in index.entries.values():
        for label in entry.labels:
            at = _at_syllable(label, letters)
            if at >= 0:
                yield Hit(entry.pk, SAME_SOUND, Why("sound", label.shown, text, at))
                break
            if slips.search(label.pinyin):
                yield Hit(entry.pk, SLIP, Why("slip", label.shown, text))
                break

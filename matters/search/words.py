"""What people say and what the catalogue calls it: words of a question, as data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from .. import naming
from .text import FOLDER, plain

MOST_READINGS = 7  # other wordings of one question
BEGIN = "begin"  # the action by which a right is first got


@cache
def _words() -> dict[str, Any]:
    return json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))


@cache
def _of_any() -> re.Pattern[str]:
    """What is said of any matter (怎么办, 要多少钱), the longest first."""
    said = sorted(_words()["said_of_any"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, said)))


@cache
def _actions(side: str) -> re.Pattern[str]:
    """Words of names, or of speech, that say what is done to a right one has; a group for each action."""
    return re.compile(
        "|".join(
            f"(?P<{code}>{'|'.join(sorted(map(plain, told[side]), key=len, reverse=True))})"
            for code, told in _words()["actions"].items()
        )
    )


@cache
def _beginnings(side: str) -> re.Pattern[str]:
    return re.compile("|".join(_words()["beginnings"][side]))


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    """What the catalogue says for each word that people say."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _words()["synonyms"]:
        for said in row["said"]:
            means = tuple(plain(word) for word in row["means"])
            found[plain(said)] = tuple(dict.fromkeys((*found.get(plain(said), ()), *means)))
    return found


@cache
def _said() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _synonyms()), key=len, reverse=True)))


def bare(parts: list[str]) -> list[str]:
    """The parts of a question without the words that only say that something is asked."""
    kept = []
    edges = _words()["edges"]
    for part in parts:
        for piece in _of_any().sub(" ", part).split():
            stripped = piece.strip(edges) if len(piece) > 2 else piece
            if stripped:
                kept.append(stripped)
    return kept


def lead(alias: str) -> int:
    """How many characters at the beginning of another name say no more than that it is wanted (办, 开)."""
    return len(alias) - len(alias.lstrip(_words()["leads"])) if len(alias) > 3 else 0


def actions_of_name(name: str) -> frozenset[str]:
    """What a matter's name does to a right: `begin` for those by which it is first got."""
    found = frozenset(match.lastgroup or "" for match in _actions("names").finditer(name))
    return found | {BEGIN} if _beginnings("names").search(name) else found


def actions_asked(text: str) -> frozenset[str]:
    """What a question wants done to a right one has (丢了 → replace); empty when it does not say."""
    found = frozenset(match.lastgroup or "" for match in _actions("said").finditer(text))
    return found or frozenset([BEGIN] if _beginnings("said").match(text) else ())


def without_actions(text: str) -> str:
    """A question without the words of `actions_asked`."""
    return _actions("said").sub("", text)


@cache
def said_by_sound() -> dict[str, str]:
    """What people say, by its syllables (`ying ye zhi zhao`)."""
    return {" ".join(naming.syllables(said)): said for said in _synonyms() if len(said) > 1}


@dataclass(frozen=True, slots=True)
class Other:
    """A question in the catalogue's words: the whole, what was said, and the word that stands for it."""

    text: str
    said: str
    meant: str


def others(text: str) -> list[Other]:
    """The question with what people say replaced by what the catalogue calls it, the likeliest first."""
    found = list(_said().finditer(text))
    if not found:
        return []
    meanings = [_synonyms()[match.group()] for match in found]
    first = [meant[0] for meant in meanings]
    made = [Other(_replaced(text, found, first), found[0].group(), first[0])]
    for nth in range(max(map(len, meanings))):
        for at, match in enumerate(found):
            if nth < len(meanings[at]):
                meant = meanings[at][nth]
                alone = text[: match.start()] + meant + text[match.end() :]
                made.append(Other(alone, match.group(), meant))
                if nth:
                    chosen = [*first[:at], meant, *first[at + 1 :]]
                    made.append(Other(_replaced(text, found, chosen), match.group(), meant))
    unique = {other.text: other for other in reversed(made) if other.text != text}
    return list(reversed(unique.values()))[:MOST_READINGS]


def _replaced(text: str, found: list[re.Match[str]], words: list[str]) -> str:
    pieces, end = [], 0
    for match, word in zip(found, words, strict=True):
        pieces += [text[end : match.start()], word]
        end = match.end()
    return "".join([*pieces, text[end:]])

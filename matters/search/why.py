"""Why a matter was found, in words and with marks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .. import naming
from .letters import Token
from .text import compared, pieces, plain, runs, soft

Pieces = list[tuple[str, bool]]
NO_MARKS = ("department", "theme", "code")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a matter was found: the kind of match, the label it was found by, and the words of the query.

    `kind` is one of name, alias, words, synonym, sound, pinyin, initials, slip, department, theme, code.
    `meant` is the catalogue's word for what was said (synonym); `tokens` are the syllables that were read.
    """

    kind: str
    label: str
    matched: str
    meant: str = ""
    tokens: tuple[Token, ...] = ()
    is_alias: bool = False

    def __str__(self) -> str:
        return "".join(text for text, _mark in self.parts())

    def parts(self) -> Pieces:
        """The reason in pieces; the second of each pair says whether to mark it."""
        reason: Pieces = [(self._reason(), False)]
        if not self.is_alias:
            return reason
        before, after = (_("也叫“%(label)s”") % {"label": "\n"}).split("\n")
        named = [(before, False), *self.marked(self.label), (after, False)]
        return named if self.kind == "alias" else [*named, ("，", False), *reason]

    def _reason(self) -> str:
        facts = {"matched": self.matched, "meant": self.meant, "label": self.label}
        match self.kind:
            case "initials":
                return _("首字母%(matched)s") % facts
            case "pinyin":
                return _("拼音%(matched)s") % facts
            case "synonym":
                return _("“%(matched)s”也指“%(meant)s”") % facts
            case "sound":
                return _("读音与“%(matched)s”相同或相近") % facts
            case "slip":
                return _("拼音与“%(matched)s”相近") % facts
            case "department":
                return _("办理部门的名称包含“%(matched)s”") % facts
            case "theme":
                return _("属于“%(label)s”") % facts
            case "code":
                return _("编码%(matched)s") % facts
            case "words":
                return _("名称里有“%(matched)s”的字词") % facts
        return _("名称包含“%(matched)s”") % facts

    def marked(self, text: str) -> Pieces:
        """`text` in pieces, those marked that answer the query."""
        if self.kind in NO_MARKS:
            return [(text, False)]
        return pieces(text, self._by_sound(text) if self.tokens else self._by_characters(text))

    def _by_characters(self, text: str) -> set[int]:
        """Positions of the whole wording, or of its longest pieces of two characters and more."""
        there = compared(text)
        line = "".join(c for _at, c in there)
        for wanted in (self.matched, self.meant):
            if (sought := plain(wanted)) and (start := line.find(sought)) >= 0:
                return {there[n][0] for n in range(start, start + len(sought))}
        chosen: set[int] = set()
        for part in (*runs(self.matched), *runs(self.meant)):
            for at in range(len(part) - 1):
                start = line.find(part[at : at + 2])
                if start >= 0:
                    chosen |= {there[start][0], there[start + 1][0]}
        return chosen

    def _by_sound(self, text: str) -> set[int]:
        """Positions of the characters whose syllables were typed: in one piece, or pair by pair."""
        places, spoken = _syllable_places(text), naming.syllables(text)
        most = min(len(places), len(spoken))

        def run(tokens: tuple[Token, ...]) -> set[int]:
            for at in range(most - len(tokens) + 1):
                if all(sounds_like(token, spoken[at + n]) for n, token in enumerate(tokens)):
                    return set().union(*places[at : at + len(tokens)])
            return set()

        if found := run(self.tokens):
            return found
        return set().union(*(run(self.tokens[n : n + 2]) for n in range(len(self.tokens) - 1)))


def sounds_like(token: Token, syllable: str) -> bool:
    """Is the syllable what was typed, as people speak and type it?"""
    if token.whole:
        return soft(token.text) == soft(syllable)
    return syllable.startswith(token.text)


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

"""Text as it is compared: one width, one script, and the sound of what is written."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
LONGEST = 60  # characters of a question that are looked at
_SOFT = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def _script() -> dict[int, int]:
    """Traditional characters to simplified ones. The table names its source."""
    table = json.loads((FOLDER / "traditional.json").read_text(encoding="utf-8"))
    return str.maketrans(table["traditional"], table["simplified"])


def even(text: str) -> str:
    """Full-width made narrow, traditional made simplified, lower case."""
    return unicodedata.normalize("NFKC", text).lower().translate(_script())


def runs(text: str) -> list[str]:
    """The stretches of letters, digits and characters in a text; what parts them is left out."""
    kept = "".join(c if c.isalnum() else " " for c in even(text))
    return kept.split()


def plain(text: str) -> str:
    """The text without anything but letters, digits and characters."""
    return "".join(runs(text))


@lru_cache(maxsize=4096)
def soft(syllable: str) -> str:
    """A syllable as many people speak and type it: z for zh, n for ng, u for ü (zheng, zeng, zen alike)."""
    for hard, easy in _SOFT:
        if syllable.startswith(hard):
            syllable = easy + syllable[2:]
            break
    if syllable.endswith("ng"):
        syllable = syllable[:-1]
    return syllable.replace("v", "u")


def pieces(text: str, chosen: set[int]) -> list[tuple[str, bool]]:
    """`text` in pieces; the second of each pair says whether its positions are among those chosen."""
    made: list[tuple[str, bool]] = []
    for at, character in enumerate(text):
        mark = at in chosen
        if made and made[-1][1] == mark:
            made[-1] = (made[-1][0] + character, mark)
        else:
            made.append((character, mark))
    return made


def compared(text: str) -> list[tuple[int, str]]:
    """Every character of `text` that is compared, as it is compared, with its position."""
    return [(at, c) for at, shown in enumerate(text) for c in plain(shown)]


LETTERS = re.compile(r"[a-z]+")

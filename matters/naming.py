"""How names are written for searching and sorting, and what is odd about them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin

from . import wording
from .choices import Flag
from .models import Matter

PINYIN_LONGEST = 1000
INITIALS_LONGEST = 250
SHORT_CODE_LENGTH = 8
NAME_SEPARATOR = "|"


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Pinyin of each Chinese character, and each run of letters or digits in lower case; no punctuation."""
    parts = lazy_pinyin(text, errors=lambda run: "".join(c for c in run.lower() if c.isalnum()))
    return tuple(part for part in parts if part)


def pinyin(names: Iterable[str]) -> str:
    """Full pinyin of every name, syllables apart: `ge ti gong shang hu|kai dian`."""
    return NAME_SEPARATOR.join(" ".join(syllables(name)) for name in names)[:PINYIN_LONGEST]


def initials(names: Iterable[str]) -> str:
    """First letters of every name: `gtgsh|kd`."""
    return NAME_SEPARATOR.join("".join(s[0] for s in syllables(name)) for name in names)[:INITIALS_LONGEST]


def spell(matter: Matter) -> None:
    """Write the columns by which `matter` is found. Does not save."""
    names = [matter.name, *matter.aliases]
    matter.pinyin, matter.initials = pinyin(names), initials(names)


def oddities(name: str) -> list[str]:
    """What an importer notices in a name. The official name itself is never rewritten."""
    flags = []
    if any(c in name for c in "()") and any(c in name for c in "（）"):
        flags.append(str(Flag.MIXED_BRACKETS))
    if wording.has_level_suffix(name):
        flags.append(str(Flag.LEVEL_SUFFIX))
    return flags


def short_code(place: str, implementation_code: str, attempt: int = 0) -> str:
    """The code of the short link: always the same for the same matter, so a printed QR survives a reload.

    `attempt` gives another one should two matters ever share the first.
    """
    digest = hashlib.sha256(f"{place}/{implementation_code}/{attempt}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:SHORT_CODE_LENGTH]

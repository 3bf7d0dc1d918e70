"""Chinese words that the catalogue looks for in names: data, so that no rule is written round a word."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("wording.json")


@cache
def _words() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    found = _words()[key]
    return tuple(re.compile(text) for text in ([found] if isinstance(found, str) else found))


def is_catch_all(material: str) -> bool:
    """Is this material a drawer for anything (其他材料)? A list may not have one (国发〔2022〕5号)."""
    return any(pattern.search(material.strip()) for pattern in _patterns("catch_all_materials"))


def is_lasting(validity: str) -> bool:
    """Is there nothing to renew: does the validity never end (长期), or is it not prolonged (不延续)?"""
    return any(pattern.search(validity.strip()) for pattern in _patterns("lasting_validity"))


@cache
def exclusions_of(name: str) -> tuple[str, ...]:
    """Grounds on which, by its name, a matter is outside promise and silence (ExclusionGround values)."""
    return tuple(
        ground
        for ground, patterns in _words()["exclusions"].items()
        if any(re.search(pattern, name) for pattern in patterns)
    )


def audience_of_theme(theme: str) -> str:
    """ "person" or "legal" for a theme that is meant for natural persons or legal persons only, else ""."""
    if theme in _words()["person_themes"]:
        return "person"
    return "legal" if theme in _words()["legal_themes"] else ""


def has_level_suffix(name: str) -> bool:
    """Does the name end in a level of government in brackets, as in …（县级）?"""
    return any(pattern.search(name) for pattern in _patterns("level_suffix"))


def is_unclassified(theme: str) -> bool:
    """Does a published theme say only that there is none?"""
    return theme in _words()["unclassified_themes"]


def domain_of(*texts: str) -> str:
    """The domain whose words appear first in `texts` (department, then name), or "" if none does."""
    for text in texts:
        for domain, words in _words()["domains"]:
            if any(word in text for word in words):
                return domain
    return ""

"""Implementation codes of matters, taken apart (DOMAIN §3). Tolerant: what is published is kept as it is."""

from __future__ import annotations

import re
from typing import Any

from hall.errors import Invalid
from hall.people.identity import check_uscc

# 31 characters: USCC, level, basic code of 12; 33 with two more for a business item.
_NATIONAL = re.compile(r"(?P<uscc>[0-9A-Z]{18})(?P<level>[1-7])(?P<basic>[0-9A-Z]{12})(?P<item>\d{2})?")
# Sichuan: basic code, area, reserved, organ, version, sequence, joined by hyphens.
_SICHUAN = re.compile(
    r"(?P<basic>[0-9A-Z-]+?)-(?P<area>\d{12})-(?P<reserved>\d{3})-(?P<uscc>[0-9A-Za-z-]+?)"
    r"-(?P<version>\d)-(?P<sequence>\d{2})"
)
# Before the provincial platform: type letter, number, sub-item, organ.
_OLD = re.compile(r"(?P<basic>[A-Z]-\d{6}-\d{3,4})-(?P<uscc>[0-9A-Za-z-]+)")
_NATIONAL_BASIC = re.compile(r"(?P<region>\d{2})(?P<type>\d{2})(?P<line>\d{2})(?P<main>\d{3})(?P<sub>\d{3})")
# The Sichuan basic code: province, type, then main and sub item with or without a department line.
_SICHUAN_BASIC = re.compile(
    r"(?P<region>\d{2})(?P<type>\d[0-9A-Z])(?:(?P<line>\d{2})(?P<main>\d{3})(?P<sub>\d{3})|"
    r"(?P<main5>\d{5})(?P<sub5>\d{5}))"
)
FORMS = (("national", _NATIONAL), ("sichuan", _SICHUAN), ("old", _OLD))
LEVEL_DIGITS = {"1": "nation", "2": "province", "3": "city", "4": "county", "5": "town", "6": "village"}


def split(code: str) -> dict[str, Any]:
    """The segments of an implementation code, with `form` and `uscc_valid`; `{"form": "other"}` if unknown.

    Only the credit code of the organ is verified; nothing is corrected.
    """
    text = code.strip()
    for form, pattern in FORMS:
        if match := pattern.fullmatch(text):
            parts = {key: value for key, value in match.groupdict().items() if value}
            parts |= _split_basic(form, parts["basic"])
            return {"form": form, **parts, "uscc_valid": is_uscc(parts["uscc"])}
    return {"form": "other"}


def level_of(segments: dict[str, Any]) -> str:
    """The level of government that a national code names, or ""."""
    return LEVEL_DIGITS.get(segments.get("level", ""), "")


def is_uscc(text: str) -> bool:
    """Is this a credit code whose check characters hold, exactly as written?"""
    try:
        return check_uscc(text) == text
    except Invalid:
        return False


def _split_basic(form: str, basic: str) -> dict[str, str]:
    pattern = {"national": _NATIONAL_BASIC, "sichuan": _SICHUAN_BASIC}.get(form)
    match = pattern.fullmatch(basic) if pattern else None
    if not match:
        return {}
    parts = {key: value for key, value in match.groupdict().items() if value}
    return {key.rstrip("5"): value for key, value in parts.items()}

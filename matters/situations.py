"""Situational guidance (情形引导): which materials an applicant's answers make necessary.

The same for portal, desk and API: a material that some answer adds is needed only when that answer is given;
every other material is needed always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .models import Material, MatterVersion

Answers = Mapping[str, str]


def answered(version: MatterVersion, given: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """The answers among `given` that the version's questions allow, by question key."""
    found = {}
    for question in version.questions:
        value = given.get(f"{prefix}{question['key']}")
        if value in {option["value"] for option in question["options"]}:
            found[question["key"]] = str(value)
    return found


def conditional_codes(version: MatterVersion) -> set[str]:
    """Codes of the materials that some answer adds."""
    return {code for q in version.questions for option in q["options"] for code in option.get("adds", [])}


def added_codes(version: MatterVersion, answers: Answers) -> set[str]:
    """Codes of the materials that these answers add."""
    return {
        code
        for question in version.questions
        for option in question["options"]
        if answers.get(question["key"]) == option["value"]
        for code in option.get("adds", [])
    }


def needed(version: MatterVersion, materials: Iterable[Material], answers: Answers) -> list[Material]:
    """The materials that count in this situation, in their order."""
    left_out = conditional_codes(version) - added_codes(version, answers)
    return [material for material in materials if material.code not in left_out]

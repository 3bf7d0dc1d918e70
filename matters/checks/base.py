"""What a rule of the catalogue is, and how all of them are asked about one version.

Pure: a rule looks at a version with its materials and steps and yields findings. It asks the database
nothing, so that the whole catalogue can be gone through in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hall.organisation.models import Jurisdiction

from ..models import Material, MatterVersion, Step


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which element, which rule, what to do; it blocks publishing or advises.

    `code` names the rule that found it; `findings` fills it in.
    """

    element: str
    rule: str
    remedy: str
    blocks: bool = True
    code: str = ""

    def as_data(self) -> dict[str, Any]:
        """For the API and the journal."""
        return {
            "code": self.code,
            "element": self.element,
            "rule": self.rule,
            "remedy": self.remedy,
            "blocks": self.blocks,
        }

    def __str__(self) -> str:
        return f"{self.element}：{self.rule}；{self.remedy}"


@dataclass(frozen=True)
class Whole:
    """A version with its parts, saved or not, in the place where it would apply."""

    version: MatterVersion
    materials: Sequence[Material]
    steps: Sequence[Step]
    place: Jurisdiction


Check = Callable[[Whole], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule of the catalogue: its code, how it is called in lists, and what looks for breaches."""

    code: str
    title: Any  # a lazy translation
    check: Check


RULES: dict[str, Rule] = {}


def rule(title: Any) -> Callable[[Check], Check]:
    """Enter a function among the rules. Its name is the rule's code, `title` what keepers read in lists."""

    def enter(check: Check) -> Check:
        code = check.__name__
        if code in RULES:
            raise ValueError(f"two rules are called {code}")
        RULES[code] = Rule(code, title, check)
        return check

    return enter


def findings(whole: Whole) -> list[Finding]:
    """Everything that the rules have to say, what blocks publishing first."""
    found = [replace(each, code=rule.code) for rule in RULES.values() for each in rule.check(whole)]
    return sorted(found, key=lambda finding: not finding.blocks)

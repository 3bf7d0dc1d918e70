"""Is a version complete and consistent? The rules that must hold before it may be published (DOMAIN §4).

Each finding names the element, the rule it breaks and the remedy. Findings that do not block are advice to
the keeper. A module by subject enters its rules with `@rule("title")`; it must be imported here.
"""

from . import (  # noqa: F401 enter their rules
    asking,
    guidance,
    identity,
    limits,
    materials,
    outcome,
    proofs,
    route,
    transfers,
    ways,
)
from .base import RULES, Finding, Rule, Whole, findings, rule
from .health import Health, health, unfulfilled
from .limits import office_minutes, stage_limits

__all__ = [
    "RULES",
    "Finding",
    "Health",
    "Rule",
    "Whole",
    "findings",
    "health",
    "office_minutes",
    "rule",
    "stage_limits",
    "unfulfilled",
]

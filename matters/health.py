"""Reading the health of the catalogue: how many matters break which rule, by department, down to the matter.

What is read here was folded by `services.fold_health`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from hall.organisation.models import Department, Jurisdiction

from .checks import RULES
from .choices import MatterState
from .models import Matter, MatterHealth

SEVERITIES = {"blocks": Q(health__blocking__gt=0), "advice": Q(health__blocking=0, health__advice__gt=0)}
SEVERITIES["healthy"] = Q(health__blocking=0, health__advice=0)


@dataclass(frozen=True)
class RuleCount:
    """How many matters break a rule: so that it must be mended, or is advised."""

    code: str
    title: str
    blocking: int
    advice: int


@dataclass(frozen=True)
class DepartmentHealth:
    """How the matters of a department stand."""

    department: Department
    matters: int
    blocking: int
    advice: int

    @property
    def healthy(self) -> int:
        """Matters of which no rule has anything to say."""
        return self.matters - self.blocking - self.advice


@dataclass(frozen=True)
class Overview:
    """The health of a catalogue in figures. Each matter is counted once: broken, advised or healthy."""

    total: int
    blocking: int
    advice: int
    rules: list[RuleCount]
    departments: list[DepartmentHealth]

    @property
    def healthy(self) -> int:
        """Matters of which no rule has anything to say."""
        return self.total - self.blocking - self.advice


def overview(place: Jurisdiction, asked: Mapping[str, str]) -> Overview:
    """Figures of the catalogue, narrowed by `asked`: rule, department, severity, kind, domain, certainty.

    The rules are counted whatever rule is asked for, the departments whatever department, so that the page
    shows where else there is something to find. Cancelled matters are left out. Two queries.
    """
    wide = {name: value for name, value in asked.items() if name not in ("rule", "department")}
    rows = MatterHealth.objects.filter(matter__in=matters(place, wide)).values_list(
        "matter__department", "blocking", "advice", "findings"
    )
    rule, department = asked.get("rule", ""), asked.get("department", "")
    blocking: Counter[str] = Counter()
    advice: Counter[str] = Counter()
    by_department: dict[int, Counter[str]] = {}
    total: Counter[str] = Counter()
    for department_id, must, may, found in rows:
        codes = {each["code"]: each["blocks"] for each in sorted(found, key=lambda each: each["blocks"])}
        here = not department or str(department_id) == department
        if here:
            blocking.update(code for code, blocks in codes.items() if blocks)
            advice.update(code for code, blocks in codes.items() if not blocks)
        if rule and rule not in codes:
            continue
        standing = "blocking" if must else "advice" if may else "healthy"
        by_department.setdefault(department_id, Counter()).update(["matters", standing])
        if here:
            total.update(["matters", standing])
    counts = [
        RuleCount(code, str(each.title), blocking[code], advice[code])
        for code, each in RULES.items()
        if blocking[code] or advice[code] or code == rule
    ]
    departments = [
        DepartmentHealth(each, *(by_department[each.pk][name] for name in ("matters", "blocking", "advice")))
        for each in Department.objects.filter(jurisdiction=place)
        if each.pk in by_department
    ]
    return Overview(
        total["matters"],
        total["blocking"],
        total["advice"],
        sorted(counts, key=lambda each: (-each.blocking, -each.advice, each.code)),
        sorted(departments, key=lambda each: (-each.blocking, -each.advice, each.department.order)),
    )


def matters(place: Jurisdiction, asked: Mapping[str, Any]) -> QuerySet[Matter]:
    """The matters of a place whose health was folded and that answer to `asked`, with it and department."""
    found = Matter.objects.in_place(place).filter(health__isnull=False)
    found = found.exclude(state=MatterState.CANCELLED).select_related("department", "health__version")
    for name in ("department", "kind", "domain"):
        if value := asked.get(name):
            found = found.filter(**{name: value})
    if certainty := asked.get("certainty"):
        found = found.filter(health__version__certainty=certainty)
    if rule := asked.get("rule"):
        found = found.filter(health__findings__contains=[{"code": rule}])
    if severity := SEVERITIES.get(asked.get("severity", "")):
        found = found.filter(severity)
    return found

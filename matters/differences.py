"""Two versions side by side, element by element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from . import elements as element_names
from .models import Material, MatterVersion, Step

# Said about a version, not part of what it prescribes.
_NOT_COMPARED = ("change_reason", "certainty")


@dataclass(frozen=True)
class Change:
    """One element that differs. `before` and `after` are texts for people; "" where there was nothing."""

    element: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """A material or a step that came, went or changed."""

    name: str
    kind: str  # "added", "removed" or "changed"
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two versions."""

    elements: list[Change]
    materials: list[RowChange]
    steps: list[RowChange]

    def __bool__(self) -> bool:
        return bool(self.elements or self.materials or self.steps)


def between(old: MatterVersion, new: MatterVersion) -> Difference:
    """What `new` changes against `old`. Materials are matched by name, steps by stage and department."""
    elements = [
        Change(_label(MatterVersion, name), _shown(old, name), _shown(new, name))
        for name in ("department", "regime", *element_names.VERSION)
        if name not in _NOT_COMPARED and _stored(old, name) != _stored(new, name)
    ]
    return Difference(
        elements=elements,
        materials=_rows(
            {m.name: m for m in old.materials.all()},
            {m.name: m for m in new.materials.all()},
            [name for name in element_names.MATERIAL if name != "name"],
        ),
        steps=_rows(
            {str(s): s for s in old.steps.select_related("department")},
            {str(s): s for s in new.steps.select_related("department")},
            [name for name in element_names.STEP if name not in ("stage", "kind")],
        ),
    )


def snapshot(version: MatterVersion, materials: Sequence[Material], steps: Sequence[Step]) -> dict[str, Any]:
    """What a version prescribes, as plain data; equal snapshots mean that nothing would change."""
    return {
        "elements": {
            name: _stored(version, name)
            for name in ("department", "regime", *element_names.VERSION)
            if name != "change_reason"
        },
        "materials": [[m.code, *(_stored(m, name) for name in element_names.MATERIAL)] for m in materials],
        "steps": [[_stored(s, name) for name in ("department", *element_names.STEP)] for s in steps],
    }


def _rows(
    old: Mapping[str, Material | Step], new: Mapping[str, Material | Step], names: Sequence[str]
) -> list[RowChange]:
    found = [RowChange(key, "removed") for key in old if key not in new]
    for key, row in new.items():
        if key not in old:
            found.append(RowChange(key, "added"))
            continue
        changes = [
            Change(_label(type(row), name), _shown(old[key], name), _shown(row, name))
            for name in names
            if _stored(old[key], name) != _stored(row, name)
        ]
        if changes:
            found.append(RowChange(key, "changed", changes))
    return found


def _stored(row: Any, name: str) -> Any:
    value = getattr(row, f"{name}_id", None) or getattr(row, name)
    return str(value) if isinstance(value, str) else value


def _label(model: type[Model], name: str) -> str:
    if name.endswith("_unit"):
        return _("单位")
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _shown(row: Any, name: str) -> str:
    if display := getattr(row, f"get_{name}_display", None):
        return str(display())
    return _text(getattr(row, name))


def _text(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case True:
            return _("是")
        case False:
            return _("否")
        case list():
            return "\n".join(_text(item) for item in value)
        case dict():
            return " · ".join(_text(item) for item in value.values() if item not in (None, "", []))
    return str(value)

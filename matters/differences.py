"""Two versions side by side, element by element; materials and steps row by row in two columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import elements as element_names
from . import readable
from .models import Material, MatterVersion, Step

# Said about a version, not part of what it prescribes.
_NOT_COMPARED = ("change_reason", "certainty")


@dataclass(frozen=True)
class Line:
    """One line of one side. `changed`: the other side does not have it."""

    text: str
    changed: bool = False
    label: str = ""


@dataclass(frozen=True)
class Change:
    """One element that differs. `before` and `after` are texts for people; "" where there was nothing."""

    element: str
    before: str
    after: str

    @property
    def old_lines(self) -> list[Line]:
        """The older side, what is gone marked."""
        return _marked(self.before, self.after)

    @property
    def new_lines(self) -> list[Line]:
        """The newer side, what is new marked."""
        return _marked(self.after, self.before)


@dataclass(frozen=True)
class RowChange:
    """A material or a step that came, went or changed, whole on each side."""

    name: str
    kind: str  # "added", "removed" or "changed"
    changes: list[Change] = field(default_factory=list)
    old_lines: list[Line] = field(default_factory=list)
    new_lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two versions."""

    elements: list[Change]
    materials: list[RowChange]
    steps: list[RowChange]

    def __bool__(self) -> bool:
        return bool(self.elements or self.materials or self.steps)

    @property
    def count(self) -> int:
        """How many elements, materials and steps differ."""
        return len(self.elements) + len(self.materials) + len(self.steps)


def between(old: MatterVersion, new: MatterVersion) -> Difference:
    """What `new` changes against `old`. Materials are matched by name, steps by stage and department."""
    names = [name for name in element_names.VERSION if name not in _NOT_COMPARED]
    return Difference(
        elements=_changes(old, new, ["department", "regime", *names]),
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
        "steps": [
            [s.code, *(_stored(s, name) for name in ("department", *element_names.STEP))] for s in steps
        ],
    }


def _changes(old: Any, new: Any, names: Sequence[str]) -> list[Change]:
    """The elements among `names` that differ; a number and its unit are one."""
    units = set(readable.UNITS.values())
    return [
        Change(
            readable.label(type(new), name),
            "\n".join(readable.lines(old, name)),
            "\n".join(readable.lines(new, name)),
        )
        for name in names
        if name not in units and _compared(old, name) != _compared(new, name)
    ]


def _rows(
    old: Mapping[str, Material | Step], new: Mapping[str, Material | Step], names: Sequence[str]
) -> list[RowChange]:
    found = [
        RowChange(key, "removed", old_lines=_told(row, names, None))
        for key, row in old.items()
        if key not in new
    ]
    for key, row in new.items():
        if key not in old:
            found.append(RowChange(key, "added", new_lines=_told(row, names, None)))
        elif changes := _changes(old[key], row, names):
            differ = {change.element for change in changes}
            sides = _told(old[key], names, differ), _told(row, names, differ)
            found.append(RowChange(key, "changed", changes, *sides))
    return found


def _told(row: Material | Step, names: Sequence[str], differ: set[str] | None) -> list[Line]:
    """A whole row in lines, what differs marked; all of it where the other side has no such row (None)."""
    units = set(readable.UNITS.values())
    found = []
    for name in names:
        label = readable.label(type(row), name)
        text = "、".join(readable.lines(row, name))
        changed = differ is None or label in differ
        if name not in units and (text or (differ is not None and changed)):
            found.append(Line(text, changed, label))
    return found


def _marked(text: str, other: str) -> list[Line]:
    there = set(other.splitlines())
    return [Line(line, line not in there) for line in text.splitlines()]


def _compared(row: Any, name: str) -> Any:
    if name in readable.UNITS:
        return _stored(row, name), _stored(row, readable.UNITS[name])
    return _stored(row, name)


def _stored(row: Any, name: str) -> Any:
    value = getattr(row, f"{name}_id", None) or getattr(row, name)
    return str(value) if isinstance(value, str) else value

"""What a change set does to a version: which elements may be changed in bulk, and before and after.

Pure but for looking up what the versions name: nothing here writes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from hall.clocks.limits import Unit
from hall.errors import Invalid
from hall.organisation.models import Jurisdiction

from . import elements as element_names
from . import standing
from .checks import Whole, findings, office_minutes
from .choices import CaseType, ChangeHow, MatterState, VersionState
from .importing import columns
from .importing.columns import Column, Known, Unreadable
from .models import ChangeItem, ChangeSet, MatterVersion, Step

# What is said about a version is the set's own; a unit goes with its value; a template is no wording.
_NOT_IN_BULK = ("certainty", "change_reason", "certificate_template")
INSTANT_STEP_MINUTES = 60
OPEN_STATES = (VersionState.DRAFT, VersionState.CHECKED, VersionState.APPROVED)


@dataclass(frozen=True)
class Change:
    """One element that a set changes, and how. `value` is ready to be stored."""

    element: str
    how: str
    value: Any

    def after(self, before: Any) -> Any:
        """What the element says after the change."""
        if self.how == ChangeHow.AT_MOST:
            return before if before is not None and before <= self.value else self.value
        return self.value

    def as_data(self) -> dict[str, Any]:
        """To be stored with the set."""
        return {"element": self.element, "how": str(self.how), "value": self.value}

    def __str__(self) -> str:
        column = editable()[self.element]
        shown = _shown(column, self.value) or _("（空）")
        if self.how == ChangeHow.AT_MOST:
            return _("%(name)s不超过%(value)s") % {"name": column.heading, "value": shown}
        return _("%(name)s改为“%(value)s”") % {"name": column.heading, "value": shown}


@dataclass(frozen=True)
class Line:
    """One element of one matter, before and after."""

    element: str
    before: str
    after: str


@dataclass
class Preview:
    """What the set does to one matter. `obstacles` keep the whole set from being handed in."""

    item: ChangeItem
    version: MatterVersion | None
    lines: list[Line] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    changed: MatterVersion | None = None
    steps: list[Step] | None = None
    old_faults: int = 0

    @property
    def changes_nothing(self) -> bool:
        """Does the matter already say what the set wants?"""
        return self.changed is None and not self.obstacles


@cache
def editable() -> dict[str, Column]:
    """The elements that may be changed across many matters: short facts, no structures."""
    fields = {name: column for name, column in columns.elements().items() if name in element_names.VERSION}
    return {
        name: column
        for name, column in fields.items()
        if name not in _NOT_IN_BULK
        and not name.endswith("_unit")
        and not isinstance(column.field, models.JSONField | models.ForeignKey)
    }


def read(told: Iterable[Mapping[str, str]], place: Jurisdiction) -> list[Change]:
    """Changes from texts (`element`, `how`, `value`). Raises Invalid, naming the element, for a wrong one."""
    known, found, fields = Known(place), [], {}
    for row in told:
        column = editable().get(row["element"])
        if column is None:
            raise Invalid(_("这一项不能批量修改：%(name)s") % {"name": row["element"]})
        try:
            value = column.value(columns.plain(row["value"]), known)
        except Unreadable as error:
            fields[column.name] = [f"{error.problem}；{error.remedy}" if error.remedy else error.problem]
            continue
        if row["how"] == ChangeHow.AT_MOST and not isinstance(value, int):
            fields[column.name] = [_("“不超过”只用于数字")]
            continue
        found.append(Change(column.name, ChangeHow(row["how"]), value))
    if fields:
        raise Invalid(_("有内容不正确"), fields=fields)
    return found


def changes_of(change_set: ChangeSet) -> list[Change]:
    """The changes that a set holds."""
    return [Change(**each) for each in change_set.changes]


def previews(change_set: ChangeSet, items: Sequence[ChangeItem]) -> list[Preview]:
    """What the set does to each of these matters (items with `matter`), in a fixed number of queries."""
    standing.renew(change_set.jurisdiction)
    ids = [item.matter_id for item in items]
    valid = {v.matter_id: v for v in MatterVersion.objects.valid_at().whole().filter(matter__in=ids)}
    waiting = _waiting(change_set, ids)
    changes = changes_of(change_set)
    return [
        _preview(item, valid.get(item.matter_id), waiting.get(item.matter_id), changes, change_set)
        for item in items
    ]


def told(item: ChangeItem) -> Preview:
    """A matter of a set that is over: the elements that its version changed, from the versions themselves."""
    found = Preview(item, item.base)
    if item.base is None or item.version is None:
        return found
    found.changed = item.version
    for each in changes_of(item.change_set):
        lines = (_shown_of(item.base, each.element), _shown_of(item.version, each.element))
        if lines[0] != lines[1]:
            found.lines.append(Line(editable()[each.element].heading, *lines))
    return found


def _preview(
    item: ChangeItem,
    version: MatterVersion | None,
    waiting: int | None,
    changes: Sequence[Change],
    change_set: ChangeSet,
) -> Preview:
    found = Preview(item, version)
    if item.matter.state == MatterState.CANCELLED:
        found.obstacles.append(_("事项已取消"))
    if waiting is not None:
        found.obstacles.append(_("有未发布的第%(number)s版") % {"number": waiting})
    if version is None:
        found.obstacles.append(_("没有现行版本"))
        return found
    if version.valid_to is not None:
        found.obstacles.append(_("现行版本已定于%(at)s失效") % {"at": f"{version.valid_to:%Y-%m-%d}"})
    _change(found, changes)
    if found.changed is not None:
        found.obstacles += _new_faults(found, change_set.jurisdiction)
    return found


def _change(found: Preview, changes: Sequence[Change]) -> None:
    """Fill `changed`, `steps` and `lines`, if anything changes."""
    version = found.version
    assert version is not None
    values = {each.element: each.after(getattr(version, each.element)) for each in changes}
    values = _with_consequences(version, values)
    values = {name: value for name, value in values.items() if getattr(version, name) != value}
    if not values:
        return
    changed = copy.copy(version)
    for name, value in values.items():
        setattr(changed, name, value)
    found.changed = changed
    if values.keys() & {"promised_value", "promised_unit"}:
        found.steps = fitted(list(version.steps.all()), changed, office_minutes(version.matter.jurisdiction))
    made = columns.elements()
    found.lines = [
        Line(made[name].heading, _shown_of(version, name), _shown_of(changed, name)) for name in values
    ]
    if found.steps:
        found.lines.append(Line(_("各环节时限"), _route(version.steps.all()), _route(found.steps)))


def _with_consequences(version: MatterVersion, values: dict[str, Any]) -> dict[str, Any]:
    """What follows from a change, so that the version stays consistent (as for a list that is imported)."""
    if "promised_value" in values:
        instant = values["promised_value"] == 0
        values.setdefault("case_type", CaseType.INSTANT if instant else CaseType.PROMISED)
        if instant or version.case_type == CaseType.INSTANT:
            values.setdefault("promised_unit", Unit.WORKING_DAY)
    if values.get("visits") == 0:
        values.setdefault("visit_reason", "")
    return values


def fitted(steps: Sequence[Step], version: MatterVersion, minutes_a_day: int) -> list[Step]:
    """Copies of the steps whose stages add up to the promise of `version`, in the proportions they had.

    Every stage keeps at least one working day. Steps in calendar days or months are left to the keeper, and
    so is a route of more stages than days: the rules then name the matter.
    """
    made = [copy.copy(step) for step in steps]
    if version.case_type == CaseType.INSTANT:
        for step in made:
            step.limit_value, step.limit_unit = INSTANT_STEP_MINUTES, Unit.WORKING_MINUTE
        return made
    if version.promised_unit != Unit.WORKING_DAY or not _in_office_time(made):
        return made
    longest: dict[int, float] = {}
    for step in made:
        longest[step.stage] = max(longest.get(step.stage, 0), _days(step, minutes_a_day))
    if len(longest) > version.promised_value:
        return made
    shares = _shares(longest, version.promised_value)
    for step in made:
        part = _days(step, minutes_a_day) / longest[step.stage] if longest[step.stage] else 1
        step.limit_value = max(1, round(shares[step.stage] * part))
        step.limit_unit = Unit.WORKING_DAY
    return made


def _shares(longest: Mapping[int, float], total: int) -> dict[int, int]:
    """`total` days over the stages: one for each, the rest by their length, the largest remainder first."""
    rest = total - len(longest)
    weight = sum(longest.values()) or 1
    wanted = {stage: rest * length / weight for stage, length in longest.items()}
    shares = {stage: 1 + int(part) for stage, part in wanted.items()}
    by_remainder = sorted(wanted, key=lambda stage: (int(wanted[stage]) - wanted[stage], -stage))
    for stage in by_remainder[: total - sum(shares.values())]:
        shares[stage] += 1
    return shares


def _in_office_time(steps: Iterable[Step]) -> bool:
    return all(step.limit_unit in (Unit.WORKING_DAY, Unit.WORKING_MINUTE) for step in steps)


def _days(step: Step, minutes_a_day: int) -> float:
    return step.limit_value / (minutes_a_day if step.limit_unit == Unit.WORKING_MINUTE else 1)


def _new_faults(found: Preview, place: Jurisdiction) -> list[str]:
    """What blocks publishing only since the change. Faults that were there before wait for their own repair:
    a telephone number is corrected without them."""
    version, changed = found.version, found.changed
    assert version is not None
    assert changed is not None
    materials, steps = list(version.materials.all()), list(version.steps.all())
    before = {str(f) for f in findings(Whole(version, materials, steps, place)) if f.blocks}
    found.old_faults = len(before)
    after = findings(Whole(changed, materials, found.steps or steps, place))
    return [str(finding) for finding in after if finding.blocks and str(finding) not in before]


def _waiting(change_set: ChangeSet, ids: Sequence[int]) -> dict[int, int]:
    """By matter, the number of a version that is not published and not of this set."""
    rows = MatterVersion.objects.filter(matter__in=ids, state__in=OPEN_STATES)
    rows = rows.exclude(change_item__change_set=change_set)
    return dict(rows.values_list("matter", "number"))


def text_of(change: Change) -> str:
    """The value of a change as people type and read it."""
    return _shown(editable()[change.element], change.value)


def _shown(column: Column, value: Any) -> str:
    return column.text(MatterVersion(**{column.field.name: value}))


def _shown_of(version: MatterVersion, name: str) -> str:
    return columns.elements()[name].text(version)


def _route(steps: Iterable[Step]) -> str:
    return "、".join(str(step.limit) for step in sorted(steps, key=lambda step: (step.stage, step.order)))

"""An exported workbook that somebody has changed: what differs from the version becomes the next draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import HallError, Incomplete, Invalid

from .. import services
from ..choices import VersionState
from ..models import Matter, MatterVersion
from ..services.publishing import release
from . import columns, told
from .columns import Column, Known
from .parsing import Faults, Parsed, Parts, changed_cells, filled_cells, whole_cells
from .reading import Row
from .report import Fault

# What a structure that passed as JSON but is none of ours makes of the rules that read it.
MALFORMED = (KeyError, TypeError, AttributeError, ValueError, DatabaseError)


@dataclass
class Edit:
    """What a row and its parts say otherwise than `version`; parts that did not change are None."""

    version: MatterVersion | None
    elements: dict[str, Any] = field(default_factory=dict)
    materials: list[dict[str, Any]] | None = None
    steps: list[dict[str, Any]] | None = None

    def __bool__(self) -> bool:
        return bool(self.elements) or self.materials is not None or self.steps is not None


def read_identity(parsed: Parsed, matter: Matter | None, known: Known) -> None:
    """What an exported row says of the matter itself; of a known matter only what changed."""
    faults = Faults(Row(parsed.number, {}))
    made = {n: c for n, c in columns.identity().items() if n not in ("name", "department")}
    if matter is None:
        parsed.identity = filled_cells(parsed.row, made, known, faults)
        if "kind" not in parsed.identity and not faults:
            faults.note("kind", _("没有事项类型"), _("填写这一格"))
    else:
        parsed.identity = changed_cells(parsed.row, made, columns.texts(made, matter), known, faults)
        state = parsed.row.get("state")
        if state and state != str(matter.get_state_display()):
            faults.note("state", _("状态不能通过导入修改"), _("在事项页面暂停、恢复或者取消，写明依据"))
    parsed.faults += faults


def read_edit(
    parsed: Parsed, version: MatterVersion | None, open_numbers: Collection[int], known: Known
) -> Edit:
    """What an exported row changes in its version. What is wrong is added to the row's faults.

    `open_numbers` are the matter's versions that are not published: another one than this is in the way.
    """
    faults = Faults(Row(parsed.number, {}))
    made = columns.elements()
    if version is None:
        edit = Edit(None, filled_cells(parsed.row, made, known, faults))
    else:
        edit = Edit(version, changed_cells(parsed.row, made, columns.texts(made, version), known, faults))
        edit.materials = _changed_rows(parsed, "materials", told.material_cells(version), known, faults)
        edit.steps = _changed_rows(parsed, "steps", told.step_cells(version), known, faults)
    if edit:
        _refuse_stale(parsed, version, open_numbers, faults)
    parsed.faults += faults
    return edit


def read_parts(parsed: Parsed, known: Known) -> None:
    """The materials and steps that a row of a new matter brings; what is wrong is added to its faults."""
    for kind, part in parsed.parts.items():
        faults: list[Fault] = []
        rows = [_part_row(row, kind, part, known, faults) for row in part.rows]
        parsed.faults += faults
        if rows or parsed.base is not None:
            parsed.made_parts[kind] = rows


def apply(edit: Edit, parsed: Parsed, matter: Matter, *, by: Actor, publish: bool) -> None:
    """Write what changed as the matter's draft. All or nothing.

    With `publish` the system puts it in force; what a person changes is handed over for approval instead:
    a second keeper approves every change of a version. What the verbs refuse becomes faults of the row.
    """
    try:
        with transaction.atomic():
            _write(edit, matter, by, publish)
    except HallError as error:
        parsed.faults += refusals(parsed, error)
    except MALFORMED:
        parsed.faults.append(
            Fault(parsed.number, "", "", _("内容的结构不正确，系统读不懂"), _("从导出的表中重新复制这一行"))
        )


def refusals(parsed: Parsed, error: HallError) -> list[Fault]:
    """What a verb refused, at the cells that it means."""
    if isinstance(error, Incomplete) and error.items:
        return [Fault(parsed.number, "", "", str(item), _("按提示改正")) for item in error.items]
    if isinstance(error, Invalid) and error.fields:
        return [_fault_at(parsed, name, str(text)) for name, texts in error.fields.items() for text in texts]
    return [Fault(parsed.number, "", "", str(error))]


def _write(edit: Edit, matter: Matter, by: Actor, publish: bool) -> None:
    elements = elements_of(edit.elements)
    version = edit.version
    if version is None or version.is_frozen:
        version = services.draft_version(matter.pk, by=by, from_version=version)
    elements.setdefault("change_reason", _("由导入的表格修改"))
    draft = services.change_draft(
        version.pk, by=by, elements=elements, materials=edit.materials, steps=edit.steps
    )
    if publish and by == SYSTEM:
        require_no_fault(draft)
        release(draft, by=by)
    elif publish:
        services.submit(draft.pk, by=by)


def elements_of(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Elements as the verbs take them: the deciding organ is the version's department."""
    return {("department" if name == "deciding" else name): value for name, value in cells.items()}


def require_no_fault(version: MatterVersion) -> None:
    """Raise Incomplete, naming each, when a rule of the catalogue speaks against publishing."""
    blocking = [str(finding) for finding in services.check(version) if finding.blocks]
    if blocking:
        raise Incomplete(
            _("有%(count)s处不完整或不一致，不能发布") % {"count": len(blocking)}, items=blocking
        )


def _refuse_stale(
    parsed: Parsed, version: MatterVersion | None, open_numbers: Collection[int], faults: Faults
) -> None:
    number = version.number if version else 0
    if parsed.base != number:
        faults.note(
            "base",
            _("目录中现在是第%(now)s版，这一行依据的是第%(base)s版") % {"now": number, "base": parsed.base},
            _("重新导出，在新的表中修改"),
        )
    others = [each for each in open_numbers if each != number]
    if others or (version and not version.is_frozen and version.state != VersionState.DRAFT):
        faults.note(
            "base",
            _("这个事项有未发布的第%(number)s版") % {"number": (others or [number])[0]},
            _("先发布或者退回那个版本，再重新导出、修改"),
        )


def _changed_rows(
    parsed: Parsed, kind: str, current: list[dict[str, str]], known: Known, faults: Faults
) -> list[dict[str, Any]] | None:
    part = parsed.parts.get(kind)
    if part is None:
        return None
    made = _columns_of(kind)
    if [{name: row.get(name) for name in made} for row in part.rows] == current and not any(
        row.faults for row in part.rows
    ):
        return None
    wrong: list[Fault] = []
    rows = [_part_row(row, kind, part, known, wrong) for row in part.rows]
    faults += wrong
    return rows


def _part_row(row: Row, kind: str, part: Parts, known: Known, faults: list[Fault]) -> dict[str, Any]:
    made = dict(_columns_of(kind))
    wrong = Faults(row, part.sheet, made)
    if not row.get("code"):
        del made["code"]  # the verb gives the next free one
    values = whole_cells(row, made, known, wrong)
    faults += wrong
    return values


def _columns_of(kind: str) -> Mapping[str, Column]:
    return columns.materials() if kind == "materials" else columns.steps()


def _fault_at(parsed: Parsed, name: str, text: str) -> Fault:
    """A refused field: an element, or `materials.3.name` for the fourth row of the matter's materials."""
    kind, _dot, rest = name.partition(".")
    number, _dot, column = rest.partition(".")
    part = parsed.parts.get(kind)
    if part and number.isdecimal() and int(number) < len(part.rows):
        made = _columns_of(kind)
        heading = made[column].heading if column in made else ""
        return Fault(part.rows[int(number)].number, column, heading, text, _("改正这一格"), part.sheet)
    name = "deciding" if name == "department" else name
    made = columns.elements()
    heading = made[name].heading if name in made else ""
    return Fault(parsed.number, name if name in made else "", heading, text, _("改正这一格"))


def open_numbers(matters: Iterable[Matter]) -> dict[int, list[int]]:
    """By matter, the numbers of versions that are not published yet."""
    states = (VersionState.DRAFT, VersionState.CHECKED, VersionState.APPROVED)
    rows = MatterVersion.objects.filter(matter__in=[m.pk for m in matters], state__in=states)
    found: dict[int, list[int]] = {}
    for matter_id, number in rows.values_list("matter", "number"):
        found.setdefault(matter_id, []).append(number)
    return found

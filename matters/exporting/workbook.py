"""The catalogue of a place as a workbook: everything that the importer reads, so that nothing gets lost."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from hall.actors import Actor
from hall.organisation.models import Jurisdiction
from hall.trail import services as trail

from ..importing import columns, told, vocabulary
from ..models import ListEntry, Matter, MatterVersion
from ..querysets import MatterQuerySet
from ..services.rights import require_keeper
from .sheets import Writer, book

CHUNK = 300
# Columns of the first sheet before and after those of the matter and of its version.
FIRST = ("base", "implementation_code", "name")
LAST = ("list_code", "list_role", "batch", "order", "state", "state_reason")
WIDE, NARROW = 36, 14


def export_workbook(place: Jurisdiction, *, by: Actor, matters: MatterQuerySet | None = None) -> bytes:
    """The matters of a place (or those given) with materials, steps and lists, as XLSX.

    Of each matter the version valid now goes out, else its newest draft. An import of the unchanged file
    changes nothing. Raises NotAllowed unless `by` keeps this catalogue; the export is journalled.
    """
    require_keeper(by, place)
    chosen = Matter.objects.in_place(place) if matters is None else matters
    made = book()
    writer = Writer(made)
    names = main_columns()
    main = writer.sheet("matters", [columns.heading(name) for name in names], _widths(names))
    parts: dict[str, list[list[Any]]] = {"materials": [], "steps": [], "lists": []}
    count = 0
    for matter, version, entries in walk(chosen):
        writer.row(main, main_row(matter, version, entries))
        _add_parts(parts, matter, version, entries)
        count += 1
    _write_parts(writer, parts)
    writer.finish()
    data = {"matters": count, "form": "xlsx"}
    trail.record("catalogue_exported", subject=place, by=by, jurisdiction=place, data=data)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def main_columns() -> list[str]:
    """The columns of the first sheet, in their order."""
    own = [name for name in columns.identity() if name not in FIRST]
    return [*FIRST, *own, *columns.elements(), *LAST]


def main_row(matter: Matter, version: MatterVersion | None, entries: Sequence[ListEntry]) -> list[Any]:
    """The cells of one matter."""
    told_texts: dict[str, Any] = {
        "base": version.number if version else int(told.NO_VERSION),
        "implementation_code": matter.implementation_code,
        **columns.texts(columns.identity(), matter),
        "state": str(matter.get_state_display()),
        "state_reason": columns.plain(matter.state_reason),
    }
    if version:
        told_texts |= columns.texts(columns.elements(), version)
    if entries:
        told_texts |= _listed(entries[0])
    return [_value(name, told_texts.get(name, "")) for name in main_columns()]


def _value(name: str, text: Any) -> Any:
    """Numbers as numbers, so that they can be counted with."""
    made = columns.elements().get(name)
    return int(text) if made and made.is_number and text != "" else text


def _listed(entry: ListEntry) -> dict[str, Any]:
    return {
        "list_code": entry.matter_list.code,
        "list_role": vocabulary.word("list_role", entry.role),
        "batch": columns.plain(entry.batch),
        "order": entry.order,
    }


def walk(matters: MatterQuerySet) -> Iterator[tuple[Matter, MatterVersion | None, list[ListEntry]]]:
    """Each matter with its version and its places in lists, by key, some hundred at a time."""
    after = 0
    while True:
        chunk = list(matters.select_related("department").filter(pk__gt=after).order_by("pk")[:CHUNK])
        if not chunk:
            return
        after = chunk[-1].pk
        versions = told.versions(chunk)
        entries: dict[int, list[ListEntry]] = {}
        found = ListEntry.objects.filter(matter__in=chunk).select_related("matter_list")
        for entry in found.order_by("matter_list__code"):
            entries.setdefault(entry.matter_id, []).append(entry)
        for matter in chunk:
            yield matter, versions.get(matter.pk), entries.get(matter.pk, [])


def _add_parts(
    parts: dict[str, list[list[Any]]],
    matter: Matter,
    version: MatterVersion | None,
    entries: Sequence[ListEntry],
) -> None:
    code = matter.implementation_code
    if version:
        parts["materials"] += [[code, *cells.values()] for cells in told.material_cells(version)]
        parts["steps"] += [[code, *cells.values()] for cells in told.step_cells(version)]
    parts["lists"] += [[code, *_listed(entry).values()] for entry in entries[1:]]


def _write_parts(writer: Writer, parts: dict[str, list[list[Any]]]) -> None:
    code = columns.heading("implementation_code")
    for kind, made in (("materials", columns.materials()), ("steps", columns.steps())):
        sheet = writer.sheet(kind, [code, *(column.heading for column in made.values())], (WIDE, 10, WIDE))
        numbers = [False, *(column.is_number for column in made.values())]
        for row in parts[kind]:
            writer.row(
                sheet,
                [int(v) if number and v != "" else v for v, number in zip(row, numbers, strict=True)],
            )
    sheet = writer.sheet("lists", [code, *(columns.heading(name) for name in columns.LISTING)], (WIDE,))
    for row in parts["lists"]:
        writer.row(sheet, row)


def _widths(names: Sequence[str]) -> list[int]:
    return [WIDE if name in ("implementation_code", "name") else NARROW for name in names]

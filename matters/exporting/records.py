"""The catalogue of a place as JSON: every element under its name in the code, with materials and steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import models

from hall.actors import Actor
from hall.now import now
from hall.organisation.models import Jurisdiction
from hall.trail import services as trail

from ..importing import columns
from ..models import CatalogueStamp, Matter, MatterVersion
from ..querysets import MatterQuerySet
from ..services.rights import require_keeper
from .workbook import walk


def export_json(place: Jurisdiction, *, by: Actor, matters: MatterQuerySet | None = None) -> Iterator[str]:
    """The matters of a place (or those given) with everything that is said of them, as pieces of JSON.

    Raises NotAllowed unless `by` keeps this catalogue; the export is journalled.
    """
    require_keeper(by, place)
    trail.record("catalogue_exported", subject=place, by=by, jurisdiction=place, data={"form": "json"})
    return _pieces(place, Matter.objects.in_place(place) if matters is None else matters)


def _pieces(place: Jurisdiction, matters: MatterQuerySet) -> Iterator[str]:
    stamp = CatalogueStamp.objects.filter(pk=place.pk).first()
    head = {
        "place": place.slug,
        "name": place.name,
        "stamp": stamp.number if stamp else 0,
        "generated_at": now().isoformat(),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "matters": ['
    before = "\n"
    for matter, version, entries in walk(matters):
        told_matter = matter_record(matter) | {
            "lists": [
                {
                    "code": entry.matter_list.code,
                    "order": entry.order,
                    "batch": entry.batch,
                    "role": entry.role,
                }
                for entry in entries
            ],
            "version": version_record(version) if version else None,
        }
        yield before + json.dumps(told_matter, ensure_ascii=False, default=str)
        before = ",\n"
    yield "\n]}\n"


def matter_record(matter: Matter) -> dict[str, Any]:
    """What is said of the matter itself."""
    found = {name: _plain(matter, column.field) for name, column in columns.identity().items()}
    return {
        "implementation_code": matter.implementation_code,
        "short_code": matter.short_code,
        **found,
        "state": matter.state,
        "state_reason": matter.state_reason,
        "is_demo": matter.is_demo,
    }


def version_record(version: MatterVersion, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Everything that a version prescribes but for `without`; other rows by the name people give them."""
    made = {name: c for name, c in columns.elements().items() if name not in without}
    elements = {
        ("department" if name == "deciding" else name): _plain(version, c.field) for name, c in made.items()
    }
    return {
        "number": version.number,
        "state": version.state,
        "valid_from": version.valid_from,
        **elements,
        "materials": [
            {name: _plain(row, column.field) for name, column in columns.materials().items()}
            for row in version.materials.all()
        ],
        "steps": [
            {name: _plain(row, column.field) for name, column in columns.steps().items()}
            for row in sorted(version.steps.all(), key=lambda step: (step.stage, step.order))
        ],
    }


def _plain(row: models.Model, field: models.Field) -> Any:
    value = getattr(row, field.name)
    if isinstance(field, models.ForeignKey):
        return columns.natural(value) if value is not None else None
    return value

"""The catalogue for everybody: what the public may read anyway, as CSV and JSON, streamed (S3 四(四))."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hall.now import now
from hall.organisation.models import Jurisdiction

from .. import since
from ..importing import columns
from ..models import CatalogueStamp, Matter
from ..querysets import MatterQuerySet
from .records import matter_record, version_record
from .workbook import walk

# Said among those who work on the catalogue, or at the window.
NOT_PUBLIC = frozenset({"counter_tips", "change_reason"})
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Structures that do not read well in one cell; the JSON file has them.
NOT_IN_CSV = ("form", "questions")


@dataclass(frozen=True)
class Fields:
    """What stands before the data: of which place, as of when, and what may be done with it."""

    place: Jurisdiction
    stamp: int
    at: dt.datetime

    @property
    def licence(self) -> str:
        """What whoever uses the data may do, and must."""
        return _(
            "本数据由%(place)s依法公开，可以免费使用、复制、分享和改编；"
            "使用时请注明来源和数据戳（CC BY 4.0）。"
            "标为示范数据的内容不代表任何机关的真实规定。"
        ) % {"place": self.place.name}


def stamp_of(place: Jurisdiction) -> Fields:
    """The state of the place's catalogue that is about to be written out."""
    row = CatalogueStamp.objects.filter(pk=place.pk).first()
    return Fields(place, row.number if row else 0, now())


def tag(fields: Fields, form: str) -> str:
    """Changes whenever the file may."""
    return since.state(fields.place.slug).tag("open data", form)


def csv_lines(fields: Fields) -> Iterator[str]:
    """The public file as CSV, line by line; Excel opens it as it is."""
    names = [name for name in columns.elements() if name not in NOT_PUBLIC and name not in NOT_IN_CSV]
    heads = [
        *(columns.heading(name) for name in ("implementation_code", *columns.identity())),
        _("事项状态"),
        _("状态原因"),
        _("版本号"),
        _("生效"),
        *(columns.heading(name) for name in names),
        _("申请材料"),
        _("办理环节"),
        _("示范数据"),
        _("数据戳"),
        _("生成时间"),
        _("使用许可"),
    ]
    yield "\ufeff" + _line(heads)
    for matter, version, _entries in walk(_on_show(fields)):
        if version is None:
            continue
        texts = columns.texts(columns.elements(), version)
        yield _line(
            [
                matter.implementation_code,
                *columns.texts(columns.identity(), matter).values(),
                str(matter.get_state_display()),
                matter.state_reason,
                str(version.number),
                version.valid_from.isoformat() if version.valid_from else "",
                *(texts[name] for name in names),
                "\n".join(material.name for material in version.materials.all()),
                "\n".join(str(step) for step in version.steps.all()),
                _("是") if matter.is_demo else _("否"),
                str(fields.stamp),
                fields.at.isoformat(),
                LICENCE,
            ]
        )


def json_lines(fields: Fields) -> Iterator[str]:
    """The public file as JSON, matter by matter."""
    head = {
        "place": fields.place.slug,
        "name": fields.place.name,
        "stamp": fields.stamp,
        "generated_at": fields.at.isoformat(),
        "licence": {"address": LICENCE, "text": fields.licence},
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "matters": ['
    before = "\n"
    for matter, version, _entries in walk(_on_show(fields)):
        if version is None:
            continue
        told = matter_record(matter) | {"version": version_record(version, NOT_PUBLIC)}
        yield before + json.dumps(told, ensure_ascii=False, default=str)
        before = ",\n"
    yield "\n]}\n"


def _on_show(fields: Fields) -> MatterQuerySet:
    return Matter.objects.in_place(fields.place).on_show(fields.at)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


_writer = csv.writer(_Echo())


def _line(cells: list[Any]) -> str:
    return _writer.writerow([_harmless(columns.plain(str(cell))) for cell in cells])


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: the importer takes the mark away again."""
    return f"'{text}" if text.startswith(RUNS_AS_FORMULA) else text

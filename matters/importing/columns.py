"""The columns in which the catalogue goes out and comes in, made from the fields of its models.

A cell that reads as the export would write it states nothing new: whatever a spreadsheet cannot hold
exactly (control characters, spaces at the ends) therefore survives a round trip unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hall.organisation.models import Department, Jurisdiction

from .. import elements as element_names
from ..models import Material, Matter, MatterVersion, Step
from . import vocabulary

# What a matter is known by, in the order of the sheet. The rest of the headers are said of its version.
IDENTITY = ("name", "kind", "domain", "theme", "level", "department", "basic_code", "aliases", "source")
LISTING = ("list_code", "list_role", "batch", "order")
# The attribute by which people know a row of another table, the first that the table has.
NATURAL_KEYS = ("implementation_code", "code", "name")


class Unreadable(Exception):
    """A cell says something that its column cannot hold; `remedy` tells what to write instead."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


@dataclass
class Known:
    """Rows of other tables that cells of one place may name, looked up once for each table."""

    place: Jurisdiction
    rows: dict[type[models.Model], dict[str, Any]] = field(default_factory=dict)

    def find(self, model: type[models.Model], text: str) -> Any:
        """The row called `text`. Raises Unreadable when there is none."""
        if model not in self.rows:
            self.rows[model] = {natural(row): row for row in self._every(model)}
            if model is Department:
                self.rows[model] |= {d.short_name: d for d in self._every(model) if d.short_name}
        found = self.rows[model].get(text)
        if found is None:
            name = model._meta.verbose_name
            raise Unreadable(
                _("%(kind)s“%(text)s”不存在") % {"kind": name, "text": text},
                _("照本地已有的填写，或者先在系统中录入"),
            )
        return found

    def _every(self, model: type[models.Model]) -> Iterable[Any]:
        rows = model._default_manager.all()
        if not any(each.name == "jurisdiction" for each in model._meta.fields):
            return rows
        here = models.Q(jurisdiction=self.place)
        if model._meta.get_field("jurisdiction").null:  # what belongs to no place holds everywhere
            here |= models.Q(jurisdiction__isnull=True)
        return rows.filter(here)


@dataclass(frozen=True)
class Column:
    """One column: its name in the code, its heading, and the field whose values stand in it."""

    name: str
    heading: str
    field: models.Field

    @property
    def may_be_empty(self) -> bool:
        """Does an empty cell say something: that there is none?"""
        text = isinstance(self.field, models.CharField | models.TextField) and self.field.blank
        return isinstance(self.field, models.JSONField) or self.field.null or text

    @property
    def is_number(self) -> bool:
        """Does it hold plain numbers?"""
        return isinstance(self.field, models.IntegerField) and not self.field.choices

    def text(self, row: models.Model) -> str:
        """What stands in the cell for `row`."""
        value = getattr(row, self.field.name)
        match self.field:
            case models.ForeignKey():
                return plain(natural(value)) if value is not None else ""
            case models.BooleanField():
                return vocabulary.word("yes", "1" if value else "")
            case models.JSONField():
                return plain(_json_text(self.name, value))
        if value is None:
            return ""
        if self.field.choices:
            return str(dict(self.field.flatchoices).get(value, value))
        return plain(str(value))

    def value(self, text: str, known: Known) -> Any:
        """What the cell says, ready to be stored. Raises Unreadable."""
        if not text:
            return self._nothing()
        match self.field:
            case models.ForeignKey():
                return known.find(self.field.related_model, text)
            case models.BooleanField():
                return bool(self._word("yes", text))
            case models.JSONField():
                return _json_value(self.name, self.field, text)
        if self.field.choices:
            return self._checked(self._word(self.name, text))
        if self.is_number:
            return self._checked(whole_number(text))
        return self._checked(text)

    def _nothing(self) -> Any:
        if isinstance(self.field, models.JSONField):
            return None if self.field.null else self.field.get_default()
        if self.field.null:
            return None
        if self.field.blank:
            return ""
        raise Unreadable(_("%(column)s不能为空") % {"column": self.heading}, _("填写这一格"))

    def _word(self, sort: str, text: str) -> str:
        found = _code(self.field.flatchoices, text)
        if found is None:
            sort = "unit" if sort.endswith("_unit") else sort
            known = vocabulary.value(sort, text) if vocabulary.has(sort) else None
            found = known if sort == "yes" or known in dict(self.field.flatchoices) else None
        if found is None:
            raise Unreadable(
                _("%(column)s“%(text)s”不认识") % {"column": self.heading, "text": short(text)},
                _("可以填：%(words)s") % {"words": "、".join(self.words()[:14])},
            )
        return found

    def words(self) -> list[str]:
        """What may be chosen in this column; nothing for free text."""
        if isinstance(self.field, models.BooleanField):
            return [vocabulary.word("yes", "1"), vocabulary.word("yes", "")]
        return [str(label) for code, label in self.field.flatchoices if code not in (None, "")]

    def _checked(self, value: Any) -> Any:
        try:
            return self.field.clean(value, None)
        except ValidationError as error:
            first = error.error_list[0]
            if first.code == "max_length":
                told = {"column": self.heading, "n": (first.params or {}).get("limit_value")}
                raise Unreadable(_("%(column)s超过%(n)s字") % told, _("缩短这一格的文字")) from error
            raise Unreadable(
                f"{self.heading}：{'；'.join(error.messages)}", _("按填写说明改正这一格")
            ) from error


@cache
def identity() -> dict[str, Column]:
    """Columns of the matter itself."""
    return {name: Column(name, vocabulary.heading(name), _field(Matter, name)) for name in IDENTITY}


@cache
def elements() -> dict[str, Column]:
    """Columns of what a version prescribes: every element of `matters.elements`, and whom it names."""
    names = {"deciding": "department", "regime": "regime"} | {n: n for n in element_names.VERSION}
    return {
        name: Column(name, _heading(MatterVersion, name, field_name), _field(MatterVersion, field_name))
        for name, field_name in names.items()
        if name != "change_reason"
    }


@cache
def materials() -> dict[str, Column]:
    """Columns of the sheet of materials."""
    return _parts(Material, ("code", *element_names.MATERIAL))


@cache
def steps() -> dict[str, Column]:
    """Columns of the sheet of steps."""
    return _parts(Step, ("code", "department", *element_names.STEP))


@cache
def headings() -> dict[str, str]:
    """Every heading of the first sheet, as it is compared, with the column it means."""
    found = {vocabulary.normal(word): name for name, words in vocabulary.headers() for word in words}
    for column in elements().values():
        for word in (column.heading, column.name):
            found.setdefault(vocabulary.normal(word), column.name)
    return found


def headings_of(columns: Mapping[str, Column]) -> dict[str, str]:
    """The headings of a sheet of parts. Each row names its matter by the implementation code."""
    found = {
        vocabulary.normal(word): "implementation_code" for word in vocabulary.words("implementation_code")
    }
    for column in columns.values():
        found |= {vocabulary.normal(word): column.name for word in (column.heading, column.name)}
    return found


def heading(name: str) -> str:
    """How a column of the first sheet is called to people."""
    return elements()[name].heading if name in elements() else vocabulary.heading(name)


def texts(columns: Mapping[str, Column], row: models.Model) -> dict[str, str]:
    """The cells of `row` by column name."""
    return {name: column.text(row) for name, column in columns.items()}


def natural(row: Any) -> str:
    """What people call a row of another table: a department by its name, most others by their code."""
    if isinstance(row, Department):
        return row.name
    return str(next(getattr(row, key) for key in NATURAL_KEYS if hasattr(row, key)))


def plain(text: str) -> str:
    """Text as a spreadsheet can hold it: no control characters, one kind of line end, nothing at the ends."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def short(text: str) -> str:
    """The beginning of a text, for messages."""
    return text if len(text) <= 40 else f"{text[:40]}…"


def whole_number(text: str) -> int:
    """A number as people type it, full-width or with a decimal point and zeros. Raises Unreadable."""
    digits = vocabulary.normal(text).removesuffix(".0")
    if not digits.isdecimal() or len(digits) > 9:
        raise Unreadable(
            _("“%(text)s”不是数字") % {"text": short(text)},
            _("只填数字；单元格是日期格式的，改为常规格式"),
        )
    return int(digits)


def _parts(model: type[models.Model], names: Sequence[str]) -> dict[str, Column]:
    return {name: Column(name, _heading(model, name, name), _field(model, name)) for name in names}


def _field(model: type[models.Model], name: str) -> models.Field:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _heading(model: type[models.Model], name: str, field_name: str) -> str:
    if words := vocabulary.words(name) if model is MatterVersion else ():
        return words[0]
    if field_name.endswith("_unit"):
        return _("%(limit)s单位") % {"limit": _heading(model, "", f"{field_name.removesuffix('unit')}value")}
    return str(_field(model, field_name).verbose_name)


def _json_text(name: str, value: Any) -> str:
    if value in (None, [], {}, ""):
        return ""
    if isinstance(value, list):
        choices = getattr(element_names.CODED.get(name), "choices", ())
        labels = {str(code): str(label) for code, label in choices}
        if labels and all(item in labels for item in value):
            return "、".join(labels[item] for item in value)
        if all(_is_line(item) for item in value):
            return "\n".join(value)
    return json.dumps(value, ensure_ascii=False)


def _is_line(item: Any) -> bool:
    return isinstance(item, str) and item == plain(item) != "" and "\n" not in item and item[0] not in "[{"


def _json_value(name: str, field: models.JSONField, text: str) -> Any:
    """A structure from JSON; where a list is stored, also from words of its vocabulary or from lines."""
    if text[0] not in "[{" and isinstance(field.get_default(), list):
        if name in element_names.CODED:
            return [_listed(name, str(field.verbose_name), word) for word in many(text)]
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Unreadable(
            _("%(name)s不是完整的结构化内容（JSON）") % {"name": field.verbose_name},
            _("从导出的表中复制一格再改，或者在系统的编辑页面修改"),
        ) from error
    if not _fits(field, value):
        raise Unreadable(
            _("%(name)s的结构不对") % {"name": field.verbose_name}, _("从导出的表中复制一格作样子")
        )
    return value


def _fits(field: models.JSONField, value: Any) -> bool:
    """A list of texts or of objects where a list is stored, else an object."""
    if not isinstance(field.get_default(), list):
        return isinstance(value, dict)
    return isinstance(value, list) and any(
        all(isinstance(item, kind) for item in value) for kind in (str, dict)
    )


def _listed(name: str, heading: str, text: str) -> str:
    choices = element_names.CODED[name].choices
    found = _code(choices, text)
    if found is None and vocabulary.has(name):
        found = vocabulary.value(name, text)
    if found is None:
        raise Unreadable(
            _("%(column)s“%(text)s”不认识") % {"column": heading, "text": short(text)},
            _("可以填：%(words)s") % {"words": "、".join(str(label) for _value, label in choices)},
        )
    return found


def _code(choices: Iterable[tuple[Any, Any]], text: str) -> Any:
    """The code of a choice that is written by its label or its code."""
    wanted = vocabulary.normal(text)
    pairs = list(choices)
    for code, label in pairs:
        if vocabulary.normal(label) == wanted:
            return code
    return next((code for code, _label in pairs if vocabulary.normal(code) == wanted), None)


def many(text: str) -> list[str]:
    """The items of a cell: a JSON list where an item holds a separator, else words apart by one."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except ValueError:
            items = None
        if isinstance(items, list):
            return [str(item).strip() for item in items if str(item).strip()]
    return [part.strip() for part in vocabulary.SEPARATORS.split(text) if part.strip()]

"""Widgets and fields for forms that are made from a matter version, and for the desks' own forms.

All draw themselves without scripts in the page; static/js/forms.js adds comfort where it runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _


class DateInput(forms.DateInput):
    """The browser's own date picker; ISO text under the hood."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # With a year of four digits, a date is typed in one go: browsers else wait for a fifth and sixth.
        super().__init__({"max": "9999-12-31", **(attrs or {})}, format="%Y-%m-%d")


class UnitInput(forms.TextInput):
    """A number with its unit at the end of the box; digits keyboard on a phone."""

    def __init__(self, unit: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})
        self.unit = unit


class MoneyInput(UnitInput):
    """An amount in yuan."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__("元", attrs)


class AreaInput(UnitInput):
    """An area in square metres."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__("平方米", attrs)


class AddressInput(forms.TextInput):
    """One line from the district down to the door; browsers may fill it in."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "street-address", "maxlength": 200, **(attrs or {})})


class YesNo(forms.RadioSelect):
    """是 / 否 as two buttons; nothing is chosen until the person chooses."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=[("true", _("是")), ("false", _("否"))])


class YesNoField(forms.TypedChoiceField):
    """A question to be answered with yes or no; unanswered is None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", YesNo())
        super().__init__(
            choices=[("true", _("是")), ("false", _("否"))],
            coerce=lambda text: text == "true",
            empty_value=None,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


class Column(NamedTuple):
    """A column of a table field. `kind`: text, number, money, date or select."""

    name: str
    label: Any  # text, or text translated when it is drawn
    kind: str = "text"
    required: bool = False
    choices: Sequence[tuple[str, Any]] = ()
    unit: str = ""


class TableInput(forms.Widget):
    """Rows that the applicant fills in. Inputs are named `<field>-<row>-<column>`.

    Without a script there are always two empty rows more than filled ones; forms.js adds and removes.
    """

    template_name = "components/widgets/table.html"
    use_fieldset = True
    SPARE_ROWS = 2
    MAX_ROWS = 200

    def __init__(self, columns: Sequence[Column] = (), attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.columns = list(columns)

    def first_id(self, auto_id: str) -> str:
        return f"{auto_id}_0_{self.columns[0].name}" if self.columns else auto_id

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [row for row in (value or []) if isinstance(row, Mapping)]
        base = context["widget"]["attrs"].get("id", f"id_{name}")
        context |= {
            "columns": self.columns,
            "base": base,
            "rows": [
                self._cells(name, base, at, row) for at, row in enumerate([*rows, *[{}] * self.SPARE_ROWS])
            ],
        }
        return context

    def _cells(self, name: str, base: str, at: int, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "column": column,
                "name": f"{name}-{at}-{column.name}",
                "id": f"{base}_{at}_{column.name}",
                "value": row.get(column.name, ""),
                "row": at + 1,
            }
            for column in self.columns
        ]

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return mark_safe(get_template(template_name).render(context))

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        prefix = f"{name}-"
        found: dict[int, dict[str, str]] = {}
        for key in data:
            if not key.startswith(prefix):
                continue
            at, _dash, column = key[len(prefix) :].partition("-")
            if at.isdigit() and len(at) <= 4:
                found.setdefault(int(at), {})[column] = str(data.get(key, "")).strip()
        rows = [found[at] for at in sorted(found)]
        return [row for row in rows if any(row.values())]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)


class TableField(forms.Field):
    """A list of rows, each a dict by column name; numbers and money stay decimal text, dates ISO text."""

    widget = TableInput
    default_error_messages = {
        "required": _("请至少填写一行"),
        "too_many": _("最多填写%(max)s行"),
        "missing": _("第%(row)s行：请填写%(label)s"),
        "number": _("第%(row)s行：%(label)s应当是数字"),
        "date": _("第%(row)s行：%(label)s应当是日期，例如2026-11-21"),
        "choice": _("第%(row)s行：%(label)s请从列表中选择"),
    }

    def __init__(self, columns: Sequence[Column], **kwargs: Any) -> None:
        self.columns = list(columns)
        kwargs.setdefault("widget", TableInput(self.columns))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows = value or []
        if not rows and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(rows) > TableInput.MAX_ROWS:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"max": TableInput.MAX_ROWS}
            )
        problems = [p for at, row in enumerate(rows, 1) for p in self._problems(at, row)]
        if problems:
            raise ValidationError(problems)
        return [{c.name: row.get(c.name, "") for c in self.columns} for row in rows]

    def _problems(self, at: int, row: Mapping[str, str]) -> list[ValidationError]:
        found = []
        for column in self.columns:
            if code := self._wrong(column, row.get(column.name, "")):
                params = {"row": at, "label": column.label}
                found.append(ValidationError(self.error_messages[code], code=code, params=params))
        return found

    @staticmethod
    def _wrong(column: Column, text: str) -> str | None:
        if not text:
            return "missing" if column.required else None
        if column.kind in ("number", "money"):
            try:
                return None if Decimal(text).is_finite() else "number"
            except InvalidOperation:
                return "number"
        if column.kind == "date":
            try:
                dt.date.fromisoformat(text)
            except ValueError:
                return "date"
        if column.kind == "select" and text not in {value for value, _label in column.choices}:
            return "choice"
        return None

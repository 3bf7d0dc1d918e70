"""The form of a matter, drawn and read: one for the desk, the portal and the API.

Fields come as the items of `formschema`, kinds as in `choices.FieldKind`; what is valid, the JSON Schema of
the form says. Cleaned values are plain JSON: numbers and amounts as decimal text, dates as ISO text, yes or
no as booleans, tables as lists of rows by column name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from hall import formkit

from . import formschema
from .choices import FieldKind
from .formschema import ADDRESS_LONGEST, TEXT_LONGEST, Item, columns_of

KEY = re.compile(r"[a-z][a-z0-9_]*")
NEED_OPTIONS = (FieldKind.SELECT, FieldKind.MULTISELECT)
# Beyond this many options a list to open is easier to read than buttons side by side.
FEW_OPTIONS = 4


class MatterForm(forms.Form):
    """A form whose fields a matter version has named."""

    use_required_attribute = False  # the server says what is missing, in one summary
    schema: ClassVar[Mapping[str, Any]]
    messages: ClassVar[Mapping[str, str]]

    def clean(self) -> dict[str, Any]:
        """What the schema refuses, beside the field that it means, or above the form."""
        cleaned = super().clean() or self.cleaned_data
        for key, said in formschema.violations(self.schema, cleaned, self.messages).items():
            if key not in self.errors:
                for message in said:
                    self.add_error(key if key in self.fields else None, message)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The cleaned answers as JSON, empty ones left out."""
        plain = {key: _plain(value) for key, value in self.cleaned_data.items()}
        return {key: value for key, value in plain.items() if value not in (None, "", [])}


def form_class(items: Sequence[Item], schema: Mapping[str, Any] | None = None) -> type[MatterForm]:
    """The form class for these fields. Its fields draw themselves with `components/field.html`.

    `schema`: what the whole form must satisfy; without one, what follows from the items.
    """
    fields: dict[str, Any] = {item["key"]: _field(item) for item in items}
    fields["schema"] = schema or formschema.schema_of(items)
    fields["messages"] = {item["key"]: item["message"] for item in items if item.get("message")}
    return type("VersionForm", (MatterForm,), fields)


def clean(
    items: Sequence[Item], data: Mapping[str, Any], schema: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Check answers, posted or sent as JSON. Returns the cleaned values and the errors by field key.

    An error of the whole form has the key `__all__`.
    """
    form = form_class(items, schema)(_as_posted(items, data))
    form.is_valid()
    errors = {key: [str(error) for error in found] for key, found in form.errors.items()}
    return (form.values() if not errors else {}), errors


def describe(items: Sequence[Item], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Labels with their answers for pages and papers: `{"label", "kind", "text", "rows", "columns"}`."""
    shown = []
    for item in items:
        value = values.get(item["key"])
        table = item["kind"] == FieldKind.TABLE
        shown.append(
            {
                "key": item["key"],
                "label": item["label"],
                "kind": item["kind"],
                "text": "" if table else _text(item["kind"], value),
                "columns": list(columns_of(item)) if table else [],
                "rows": [[row.get(c, "") for c in columns_of(item)] for row in value or []] if table else [],
            }
        )
    return shown


def faults(items: Sequence[Item]) -> list[str]:
    """What is wrong with the definition of a form itself, for the keeper who edits it."""
    found, seen = [], set()
    for item in items:
        key, kind = str(item.get("key", "")), item.get("kind")
        if not KEY.fullmatch(key) or key in seen:
            found.append(_("字段代码“%(key)s”应由小写字母、数字和下划线组成且不重复") % {"key": key})
        seen.add(key)
        if not item.get("label"):
            found.append(_("字段“%(key)s”没有名称") % {"key": key})
        if kind not in FieldKind.values:
            found.append(_("字段“%(key)s”的类型不正确") % {"key": key})
        elif kind in NEED_OPTIONS and not item.get("options"):
            found.append(_("字段“%(key)s”没有可选项") % {"key": key})
        elif kind == FieldKind.TABLE and not columns_of(item):
            found.append(_("表格字段“%(key)s”没有列") % {"key": key})
    return found


def _field(item: Item) -> forms.Field:
    common = {
        "label": item["label"],
        "required": bool(item.get("required")),
        "help_text": item.get("help", ""),
    }
    options = [(str(option), str(option)) for option in item.get("options") or []]
    match item["kind"]:
        case FieldKind.NUMBER:
            return forms.DecimalField(max_digits=18, decimal_places=6, widget=formkit.UnitInput(), **common)
        case FieldKind.MONEY:
            return forms.DecimalField(max_digits=18, decimal_places=2, widget=formkit.MoneyInput(), **common)
        case FieldKind.AREA:
            return forms.DecimalField(
                max_digits=14, decimal_places=2, min_value=0, widget=formkit.AreaInput(), **common
            )
        case FieldKind.DATE:
            return forms.DateField(widget=formkit.DateInput(), **common)
        case FieldKind.SELECT if len(options) <= FEW_OPTIONS:
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect(), **common)
        case FieldKind.SELECT:
            return forms.ChoiceField(choices=[("", _("请选择")), *options], **common)
        case FieldKind.MULTISELECT:
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple(), **common)
        case FieldKind.BOOL:
            return formkit.YesNoField(**common)
        case FieldKind.ADDRESS:
            return forms.CharField(max_length=ADDRESS_LONGEST, widget=formkit.AddressInput(), **common)
        case FieldKind.TABLE:
            columns = [formkit.Column(name, name) for name in columns_of(item)]
            return formkit.TableField(columns, **common)
    return forms.CharField(max_length=TEXT_LONGEST, **common)


def _as_posted(items: Sequence[Item], data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answers sent as JSON, in the shape in which a browser posts them."""
    if isinstance(data, MultiValueDict):
        return data
    posted: MultiValueDict[str, Any] = MultiValueDict()
    for item in items:
        key, value = item["key"], data.get(item["key"])
        if value is None:
            continue
        if item["kind"] == FieldKind.TABLE:
            rows = value if isinstance(value, list) else []
            for at, row in enumerate(rows):
                for column in columns_of(item):
                    if isinstance(row, Mapping) and column in row:
                        posted[f"{key}-{at}-{column}"] = str(row[column])
        elif item["kind"] == FieldKind.BOOL:
            posted[key] = {True: "true", False: "false"}.get(value, str(value))
        else:
            posted.setlist(key, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    return posted


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _text(kind: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if kind == FieldKind.BOOL:
        return _("是") if value else _("否")
    if kind == FieldKind.MULTISELECT:
        return "、".join(str(v) for v in value)
    if kind == FieldKind.MONEY:
        return f"{Decimal(str(value)):,.2f}{_('元')}"
    if kind == FieldKind.AREA:
        return f"{Decimal(str(value)).normalize():f}{_('平方米')}"
    return str(value)

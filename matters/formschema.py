"""The form of a matter as data: a JSON Schema (2020-12) that says what is valid, and how it is drawn.

A version stores `{"schema": {…}, "ui": {"order": [key…], "fields": {key: {…}}}}`. Keepers, worked-out
definitions and the pages read the same form as a list of items, one for each field:

    {"key", "label", "kind", "required", "options", "columns", "help"}, and where given "span", "prefill",
    "message" (said when a pattern does not fit) and "rules" (further keywords of JSON Schema)

`form_of` and `items_of` lead from one to the other and back. Pure: touches no database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError

from .choices import FieldKind

Item = Mapping[str, Any]
Form = Mapping[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT_LONGEST = 1000
ADDRESS_LONGEST = 200
_UI = ("span", "prefill", "message")  # of an item, kept as they are
# Keywords that the kind of a field sets itself; a keeper's further rules are all others.
_OWN = {"type", "title", "enum", "items", "format", "uniqueItems"}
_BY_KIND: dict[str, dict[str, Any]] = {
    FieldKind.TEXT: {"type": "string", "maxLength": TEXT_LONGEST},
    FieldKind.NUMBER: {"type": "number"},
    FieldKind.MONEY: {"type": "number"},
    FieldKind.AREA: {"type": "number", "minimum": 0},
    FieldKind.DATE: {"type": "string", "format": "date"},
    FieldKind.ADDRESS: {"type": "string", "maxLength": ADDRESS_LONGEST},
    FieldKind.BOOL: {"type": "boolean"},
}
LISTS = (FieldKind.MULTISELECT, FieldKind.TABLE)


def empty() -> dict[str, Any]:
    """A form that asks nothing."""
    return form_of([])


def form_of(items: Iterable[Item], base: Form | None = None) -> dict[str, Any]:
    """The form that these items describe, as it is stored.

    `base`: the form as it was; what its schema says of the whole (such as `if` and `then`) stays.
    """
    items = list(items)
    schema = schema_of(items)
    whole = {name: value for name, value in ((base or {}).get("schema") or {}).items() if name not in schema}
    return {
        "schema": schema | whole,
        "ui": {
            "order": [str(item["key"]) for item in items],
            "fields": {str(item["key"]): _drawn(item) for item in items},
        },
    }


def items_of(form: Form) -> list[dict[str, Any]]:
    """The fields of a form in their order. What the drawing part leaves out follows from the schema."""
    schema, ui = form.get("schema") or {}, form.get("ui") or {}
    properties: Mapping[str, Any] = schema.get("properties") or {}
    drawn, required = ui.get("fields") or {}, set(schema.get("required") or ())
    order = [key for key in ui.get("order") or () if key in properties]
    order += [key for key in properties if key not in order]
    return [_item(key, properties[key], drawn.get(key) or {}, key in required) for key in order]


def schema_of(items: Iterable[Item]) -> dict[str, Any]:
    """The JSON Schema of the answers to these items."""
    items = list(items)
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": {str(item["key"]): _property(item) for item in items},
        "required": [str(item["key"]) for item in items if item.get("required")],
        "additionalProperties": False,
    }


def violations(
    schema: Mapping[str, Any], answers: Mapping[str, Any], messages: Mapping[str, str] | None = None
) -> dict[str, list[str]]:
    """What `schema` refuses in the cleaned answers, in plain words by field key ("" for the whole form).

    `messages`: by field what to say where a pattern does not fit.
    """
    found: dict[str, list[str]] = {}
    instance = {key: _typed(value) for key, value in answers.items() if value not in (None, "", [])}
    for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(instance):
        for key, message in _told(error, schema, messages or {}):
            if message not in found.setdefault(key, []):
                found[key].append(message)
    return found


def schema_faults(form: Form) -> list[str]:
    """What is wrong with the schema itself, for the keeper who edits it."""
    try:
        Draft202012Validator.check_schema(form.get("schema") or {})
    except SchemaError as error:
        where = "/".join(str(step) for step in error.absolute_path)
        return [_("表单定义不符合 JSON Schema：%(where)s") % {"where": where or "schema"}]
    return []


# -- From items to the form and back -----------------------------------------------------------------------


def _property(item: Item) -> dict[str, Any]:
    kind, options = item["kind"], [str(option) for option in item.get("options") or ()]
    required = bool(item.get("required"))
    match kind:
        case FieldKind.SELECT:
            own: dict[str, Any] = {"type": "string", "enum": options}
        case FieldKind.MULTISELECT:
            own = {"type": "array", "items": {"enum": options}, "uniqueItems": True}
        case FieldKind.TABLE:
            names = [str(name) for name in columns_of(item)]
            row = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
            own = {"type": "array", "items": row}
        case _:
            own = dict(_BY_KIND.get(kind, _BY_KIND[FieldKind.TEXT]))
    if kind in LISTS and required:
        own["minItems"] = 1
    return {"title": str(item.get("label") or ""), **own, **(item.get("rules") or {})}


def _drawn(item: Item) -> dict[str, Any]:
    drawn: dict[str, Any] = {"widget": str(item["kind"])}
    if item.get("help"):
        drawn["help"] = item["help"]
    if item.get("columns"):
        drawn["columns"] = list(item["columns"])
    return drawn | {name: item[name] for name in _UI if item.get(name)}


def _item(key: str, prop: Mapping[str, Any], drawn: Mapping[str, Any], required: bool) -> dict[str, Any]:
    kind = drawn.get("widget") or _kind_of(prop)
    inner = prop.get("items") or {}
    options = prop.get("enum") or (inner.get("enum") if isinstance(inner, Mapping) else None) or []
    columns = drawn.get("columns") or []
    if kind == FieldKind.TABLE and not columns:
        columns = list(inner.get("properties") or {})
    item = {
        "key": key,
        "label": prop.get("title", ""),
        "kind": kind,
        "required": required,
        "options": list(options),
        "columns": list(columns),
        "help": drawn.get("help", ""),
    }
    item |= {name: drawn[name] for name in _UI if name in drawn}
    usual = _property(item)
    rules = {
        name: value for name, value in prop.items() if name not in _OWN and usual.get(name, _NEVER) != value
    }
    return item | ({"rules": rules} if rules else {})


_NEVER = object()


def _kind_of(prop: Mapping[str, Any]) -> str:
    inner = prop.get("items") or {}
    match prop.get("type"):
        case "boolean":
            return FieldKind.BOOL
        case "number" | "integer":
            return FieldKind.NUMBER
        case "array":
            return FieldKind.TABLE if inner.get("type") == "object" else FieldKind.MULTISELECT
    if "enum" in prop:
        return FieldKind.SELECT
    return FieldKind.DATE if prop.get("format") == "date" else FieldKind.TEXT


def columns_of(item: Item) -> Sequence[str]:
    """The columns of a table field."""
    return item.get("columns") or item.get("options") or []


# -- What is wrong, in words -------------------------------------------------------------------------------


def _typed(value: Any) -> Any:
    """A cleaned value as JSON Schema sees it: decimals as numbers, dates as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _told(
    error: ValidationError, schema: Mapping[str, Any], messages: Mapping[str, str]
) -> list[tuple[str, str]]:
    """A violation as messages, each with the key of the field beside which it is shown."""
    path = list(error.absolute_path)
    if not path and error.validator in ("required", "dependentRequired"):
        return [(key, str(_("请填写"))) for key in _missing(error)]
    if not path and error.validator == "additionalProperties":
        known = schema.get("properties") or {}
        return [(str(key), str(_("表单没有这一项"))) for key in error.instance if key not in known]
    if not path:
        return [("", str(_("填写的内容前后不一致")))]
    own = messages.get(str(path[0])) if error.validator == "pattern" else None
    message = own or _message(error)
    if len(path) > 1 and isinstance(path[1], int):
        message = _("第%(row)s行：%(message)s") % {"row": path[1] + 1, "message": message}
    return [(str(path[0]), message)]


def _missing(error: ValidationError) -> list[str]:
    wanted = error.validator_value
    if isinstance(wanted, Mapping):  # dependentRequired: what the fields that are filled ask for
        wanted = [key for given, keys in wanted.items() if given in error.instance for key in keys]
    return [key for key in wanted if key not in error.instance]


def _message(error: ValidationError) -> str:
    limit = error.validator_value
    match error.validator:
        case "enum" | "const":
            return _("请从可选项中选择")
        case "minLength":
            return _("至少填写%(n)s个字") % {"n": limit}
        case "maxLength":
            return _("最多填写%(n)s个字") % {"n": limit}
        case "minimum":
            return _("不能小于%(n)s") % {"n": limit}
        case "maximum":
            return _("不能大于%(n)s") % {"n": limit}
        case "exclusiveMinimum":
            return _("须大于%(n)s") % {"n": limit}
        case "exclusiveMaximum":
            return _("须小于%(n)s") % {"n": limit}
        case "minItems":
            return _("至少填写%(n)s项") % {"n": limit}
        case "maxItems":
            return _("最多填写%(n)s项") % {"n": limit}
        case "uniqueItems":
            return _("不能重复")
        case "required":
            return _("请填写%(names)s") % {"names": "、".join(_missing(error))}
    return _("格式不正确")

"""Freeze a dataclass to JSON and thaw it again, field by field, by its type hints.

A paper keeps its context as JSON from the moment of registration, so that its PDF can be drawn later,
and drawn again, from exactly what was known then. New fields therefore need defaults, for ever.
"""

from __future__ import annotations

import datetime as dt
import types
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints


def freeze(value: Any) -> Any:
    """`value` as plain JSON: dates as ISO text, tuples as lists, dataclasses as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: freeze(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [freeze(item) for item in value]
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        # str() sheds lazy translations and TextChoices members
        return str(value) if isinstance(value, str) else value
    raise TypeError(f"{type(value).__name__} cannot be frozen into a paper")


def thaw(cls: type, data: dict[str, Any]) -> Any:
    """An instance of `cls` from what `freeze` made. Raises ValueError for a missing or unknown field."""
    hints = _hints(cls)
    known = {f.name: f for f in fields(cls)}
    if unknown := set(data) - set(known):
        raise ValueError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")
    if missing := [n for n, f in known.items() if n not in data and _is_required(f)]:
        raise ValueError(f"{cls.__name__} lacks {', '.join(missing)}")
    return cls(**{name: _thaw_value(hints[name], value) for name, value in data.items()})


def _is_required(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@lru_cache(maxsize=256)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _thaw_value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        inner, *rest = get_args(hint)
        repeated = bool(rest) and rest[0] is Ellipsis
        hints = [inner] * len(value) if repeated else [inner, *rest]
        return tuple(_thaw_value(h, v) for h, v in zip(hints, value, strict=True))
    if is_dataclass(hint):
        return thaw(hint, value)  # type: ignore[arg-type]
    if hint is dt.datetime:
        return dt.datetime.fromisoformat(value)
    if hint is dt.date:
        return dt.date.fromisoformat(value)
    return value

"""Pages by key, never by offset: page 500 costs what page 1 costs, and rows do not shift between pages."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the addresses of its neighbours (empty at the ends)."""

    items: Sequence[Any]
    newer_url: str
    older_url: str


def page_by_key(
    request: HttpRequest, rows: QuerySet, *, keys: Sequence[str] = ("-id",), size: int = 50
) -> Page:
    """One page of `rows` in the order of `keys` ("-" is descending; the last key must be unique).

    The addresses carry the keys of the first or last row as `after` or `before`. An address that somebody
    has garbled shows the first page.
    """
    after, before = _read(request, "after", keys), _read(request, "before", keys)
    backwards = before is not None
    order = [_flip(key) for key in keys] if backwards else list(keys)
    all_rows = rows
    try:
        if (edge := before if backwards else after) is not None:
            rows = rows.filter(_beyond(order, edge))
        found = list(rows.order_by(*order)[: size + 1])
    except (ValueError, ValidationError):  # keys that are no keys
        return page_by_key(_plain(request), all_rows, keys=keys, size=size)
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_newer = more if backwards else after is not None
    has_older = True if backwards else more
    return Page(
        found,
        _address(request, "before", found[0], keys) if found and has_newer else "",
        _address(request, "after", found[-1], keys) if found and has_older else "",
    )


def _beyond(order: Sequence[str], edge: Sequence[Any]) -> Q:
    """Rows that come after `edge` in `order`: (a, b) > (x, y), spelled out for mixed directions."""
    condition = Q()
    equal = Q()
    for key, value in zip(order, edge, strict=True):
        name = key.lstrip("-")
        step = "lt" if key.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{step}": value})
        equal &= Q(**{name: value})
    return condition


def _plain(request: HttpRequest) -> HttpRequest:
    """The same request without its place in the list."""
    query = request.GET.copy()
    for side in ("after", "before"):
        query.pop(side, None)
    request.GET = query  # type: ignore[assignment]
    return request


def _flip(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _address(request: HttpRequest, side: str, row: Model, keys: Sequence[str]) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    values = [_value(row, key.lstrip("-")) for key in keys]
    query[side] = json.dumps([v.isoformat() if isinstance(v, dt.datetime) else str(v) for v in values])
    return f"?{query.urlencode()}"


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _read(request: HttpRequest, side: str, keys: Sequence[str]) -> list[Any] | None:
    try:
        values = json.loads(request.GET.get(side, ""))
    except ValueError:
        return None
    if not isinstance(values, list) or len(values) != len(keys):
        return None
    return [_read_value(str(value)) for value in values]


def _read_value(text: str) -> Any:
    try:
        return parse_datetime(text) or text
    except ValueError:  # looks like a moment but is none
        return text

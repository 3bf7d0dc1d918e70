"""How columns and values are called in the files that people bring: data, so that new words need no code."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("vocabulary.json")


@cache
def _data() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def normal(text: Any) -> str:
    """Text as it is compared: full-width letters and digits made narrow, spaces and case dropped."""
    return unicodedata.normalize("NFKC", str(text or "")).strip().lower().replace(" ", "")


@cache
def _columns() -> dict[str, str]:
    return {normal(alias): column for column, aliases in _data()["headers"].items() for alias in aliases}


@cache
def _values(sort: str) -> dict[str, str]:
    return {normal(word): value for value, words in _data()["values"][sort].items() for word in words}


def columns(header: Sequence[Any]) -> dict[int, str]:
    """Which column of a file holds what. A heading that nobody knows is left out; the first of two wins."""
    found: dict[int, str] = {}
    for at, heading in enumerate(header):
        column = _columns().get(normal(heading))
        if column and column not in found.values():
            found[at] = column
    return found


def value(sort: str, text: str) -> str | None:
    """The code for what a file calls `text`, None if nobody knows it."""
    return _values(sort).get(normal(text))


def heading(column: str) -> str:
    """How a column is called to people: the first of its names."""
    return _data()["headers"][column][0]


def headings() -> list[str]:
    """The heading of every column that the importer knows, for an empty file to fill in."""
    return [names[0] for names in _data()["headers"].values()]

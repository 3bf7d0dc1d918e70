"""How columns and values are called in the files that people bring: data, so that new words need no code."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

SEPARATORS = re.compile(r"[、;；,，|/\n]+")
FILE = Path(__file__).with_name("vocabulary.json")


@cache
def _data() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def normal(text: Any) -> str:
    """Text as it is compared: full-width letters and digits made narrow, spaces and case dropped."""
    return unicodedata.normalize("NFKC", str(text or "")).strip().lower().replace(" ", "")


@cache
def _values(sort: str) -> dict[str, str]:
    return {normal(word): value for value, words in _data()["values"][sort].items() for word in words}


def has(sort: str) -> bool:
    """Is there a list of words of this sort?"""
    return sort in _data()["values"]


def value(sort: str, text: str) -> str | None:
    """The code for what a file calls `text`, None if nobody knows it."""
    return _values(sort).get(normal(text))


def word(sort: str, code: str) -> str:
    """How a code is written in a file: the first of its words; a code that nobody knows as it is."""
    return next((each for each in _data()["values"][sort].get(code, ()) if not each.isdigit() and each), code)


def words_of(sort: str) -> list[str]:
    """How each code of a sort is written."""
    return [word(sort, code) for code in _data()["values"][sort]]


def headers() -> Iterable[tuple[str, Sequence[str]]]:
    """Each column of the first sheet with all its names."""
    return _data()["headers"].items()


def words(column: str) -> Sequence[str]:
    """All names of a column, none if it has only that of its field."""
    return _data()["headers"].get(column, ())


def heading(column: str) -> str:
    """How a column is called to people: the first of its names."""
    return _data()["headers"][column][0]


def headings() -> list[str]:
    """The heading of every column that a plain list may have, for an empty file to fill in."""
    return [_data()["headers"][name][0] for name in _data()["list"]]


def sheet(kind: str) -> str:
    """The title of a sheet: `matters`, `materials`, `steps`, `lists`, `words`, `result`, …"""
    return _data()["sheets"][kind][0]


def sheet_kind(title: str) -> str:
    """Which of our sheets a title means, "" for any other."""
    kinds = {normal(name): kind for kind, names in _data()["sheets"].items() for name in names}
    return kinds.get(normal(title), "")

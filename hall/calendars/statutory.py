"""Days off that the law itself fixes: all that is known of a year before its arrangement is announced.

Make-up days are never guessed (DOMAIN §10). Lunar dates are data; a year without them has the fixed
dates only. The law gives a day off that falls on a weekend back on a working day, but which one only
the announcement says, so it is not invented either.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).parent / "data" / "statutory.json"


@cache
def _data() -> dict[str, Any]:
    return json.loads(_FILE.read_text(encoding="utf-8"))


@cache
def days_off(year: int) -> Mapping[dt.date, str]:
    """The statutory days off of `year` with their Chinese names."""
    found = {dt.date(year, row["month"], row["day"]): row["name"] for row in _data()["fixed"]}
    for row in _data()["by_year"].get(str(year), ()):
        found[dt.date.fromisoformat(row["date"])] = row["name"]
    return MappingProxyType(found)

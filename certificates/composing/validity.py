"""How long a result is valid, read from the words of the catalogue."""

from __future__ import annotations

import datetime as dt
import re

from hall.clocks.engine import corresponding_day

_NUMERALS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_EXACT = re.compile(r"(\d{1,3}|[一二两三四五六七八九十])(年|个月|日|天)")
_MONTHS = {"年": 12, "个月": 1}


def last_day(text: str, first: dt.date) -> dt.date | None:
    """The last day of a plain period such as 5年 or 六个月 that begins on `first`.

    None for 长期 and for everything that needs a person to read it (以证载使用期限为准); the paper then
    prints the words themselves.
    """
    found = _EXACT.fullmatch(text.strip())
    if not found:
        return None
    number = _NUMERALS.get(found[1]) or int(found[1])
    if found[2] in _MONTHS:
        return corresponding_day(first, number * _MONTHS[found[2]]) - dt.timedelta(days=1)
    return first + dt.timedelta(days=number - 1)

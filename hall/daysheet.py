"""From the lines of an explained deadline to the cells of a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hall.now import today

# What a line of an explanation (hall.clocks.engine.Line) looks like in its cell.
LINE_LOOKS = {
    "start": "start",
    "counted": "counted",
    "make_up": "counted",
    "weekend": "off",
    "holiday": "off",
    "closed": "off",
    "paused": "paused",
    "outage": "paused",
}


def day_cells(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """One cell a day: what kind of day, which day of the limit, why; today and the last day are marked."""
    present = today()
    cells: dict[dt.date, dict[str, Any]] = {}
    for line in lines:
        kind = LINE_LOOKS.get(str(line.kind))
        cell = cells.setdefault(line.day, {"date": line.day, "kind": "off", "note": "", "count": None})
        if kind is None:  # the line that says when the period is over
            cell["due"] = True
            continue
        ahead = kind == "counted" and line.day >= present
        cell |= {"kind": "ahead" if ahead else kind, "count": line.counted, "why": line.reason}
        cell["note"] = _("调休") if str(line.kind) == "make_up" else line.reason.partition("，")[0]
        if line.counted is not None and str(line.kind) == "counted":
            cell["note"] = ""
    if present in cells:
        cells[present]["today"] = True
    return [cells[at] for at in sorted(cells)]


def weeks(cells: Sequence[dict[str, Any]]) -> list[list[dict[str, Any] | None]]:
    """The cells week by week, from Monday; None where the sheet has no day."""
    if not cells:
        return []
    padded: list[dict[str, Any] | None] = [None] * cells[0]["date"].weekday() + list(cells)
    padded += [None] * (-len(padded) % 7)
    return [padded[at : at + 7] for at in range(0, len(padded), 7)]

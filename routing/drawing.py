"""Draw the route of a case as inline SVG, from left to right. Only presentation attributes, no style.

Colour never speaks alone: every stop says its state in words and has a mark of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from matters.flowchart import broken

from .route_map import Leg, RouteMap, Stop, Tone

WIDTH, GAP, TOP = 172, 28, 30
_PAD, _SIZE, _SMALL, _LEADING = 10, 13, 12, 18
_INK, _QUIET, _LINE = "#1b2430", "#465263", "#7a8696"


@dataclass(frozen=True)
class _Look:
    fill: str
    stroke: str
    ink: str
    width: float = 1.2
    dashes: str = ""
    mark: str = ""


_LOOKS = {
    Tone.DONE: _Look("#ffffff", "#1c6b3c", "#1c6b3c", mark="✓"),
    Tone.NOW: _Look("#e9f1fa", "#0f4c92", "#0f4c92", 2.6, mark="▶"),
    Tone.RISK: _Look("#fff3d1", "#7d5200", "#7d5200", 2.6, mark="!"),
    Tone.LATE: _Look("#fdecea", "#a61b1b", "#a61b1b", 2.6, mark="!"),
    Tone.ASIDE: _Look("#fff3d1", "#7d5200", "#7d5200", 1.6, mark="↩"),
    Tone.LATER: _Look("#ffffff", _LINE, _QUIET, 1.2, "5 4", mark="○"),
    Tone.CLOSED: _Look("#f4f6f9", "#b6bfca", _QUIET, 1.2, "2 4", mark="×"),
}


def draw(route: RouteMap, *, ident: str = "route") -> SafeString:
    """The picture, with a title and a description for those who do not see it. `ident` makes ids unique."""
    legs = [[(stop, _rows(stop)) for stop in leg.stops] for leg in route.legs]
    tall = max(sum(_height(rows) + 10 for _stop, rows in leg) for leg in legs) + TOP
    wide = len(route.legs) * (WIDTH + GAP) - GAP + 2
    parts: list[str] = []
    for number, (leg, laid) in enumerate(zip(route.legs, legs, strict=True)):
        x = 1 + number * (WIDTH + GAP)
        parts += _leg(leg, laid, x, tall)
        if number:
            parts.append(_arrow(x - GAP + 4, TOP + 22, x - 4))
    return mark_safe(  # every text was escaped on the way
        f'<svg xmlns="http://www.w3.org/2000/svg" class="route-map" role="img" viewBox="0 0 {wide} {tall}" '
        f'width="{wide}" height="{tall}" aria-labelledby="{ident}-title {ident}-desc">'
        f'<title id="{ident}-title">{escape(route.title)}</title>'
        f'<desc id="{ident}-desc">{escape(route.text)}</desc>{"".join(parts)}</svg>'
    )


def _rows(stop: Stop) -> list[tuple[str, float, str, bool]]:
    """The lines of a stop: text, size, colour, bold."""
    look = _LOOKS[stop.tone]
    room = (WIDTH - 2 * _PAD) / _SMALL
    rows = [(text, _SIZE + 1.0, _INK, True) for text in broken(stop.name, room * _SMALL / (_SIZE + 1))]
    rows += [(text, _SMALL, _QUIET, False) for text in broken(f"{stop.what} · {stop.level}", room)]
    if stop.state:
        rows.append((f"{look.mark} {stop.state}", _SMALL + 0.5, look.ink, True))
    for line in stop.lines:
        rows += [(text, _SMALL, _INK, False) for text in broken(line, room)]
    if stop.originals:
        here = _("原件%(n)s份在此") % {"n": stop.originals}
        rows.append((f"▣ {here}", _SMALL, "#0f4c92", True))
    return rows


def _height(rows: list[tuple[str, float, str, bool]]) -> int:
    return len(rows) * _LEADING + 2 * _PAD - 4


def _leg(
    leg: Leg, laid: list[tuple[Stop, list[tuple[str, float, str, bool]]]], x: int, tall: int
) -> list[str]:
    parts = []
    if leg.current:
        parts.append(
            f'<rect x="{x - 0.5}" y="0.5" width="{WIDTH + 1}" height="{tall - 1}" rx="6" fill="#f1f6fc" '
            f'stroke="#c4d8ee" data-now=""/>'
        )
    here = _(" · 现在") if leg.current else ""
    ink = "#0f4c92" if leg.current else _QUIET
    parts.append(_text(f"{leg.name}{here}", x + 8, 19, _SMALL, ink, bold=leg.current))
    y = TOP
    for stop, rows in laid:
        look, height = _LOOKS[stop.tone], _height(rows)
        dashes = f' stroke-dasharray="{look.dashes}"' if look.dashes else ""
        parts.append(
            f'<rect x="{x + 4}" y="{y}" width="{WIDTH - 8}" height="{height}" rx="4" fill="{look.fill}" '
            f'stroke="{look.stroke}" stroke-width="{look.width}"{dashes}/>'
        )
        line = y + _PAD + 11
        for text, size, fill, bold in rows:
            parts.append(_text(text, x + 4 + _PAD, line, size, fill, bold=bold))
            line += _LEADING
        y += height + 10
    return parts


def _arrow(start: float, y: float, end: float) -> str:
    return (
        f'<path d="M{start} {y}H{end - 6}" fill="none" stroke="{_LINE}" stroke-width="1.5"/>'
        f'<path d="M{end - 8} {y - 5}v10l7-5z" fill="{_LINE}"/>'
    )


def _text(text: str, x: float, y: float, size: float, fill: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{weight}>{escape(text)}</text>'

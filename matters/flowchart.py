"""Draw the flow of a matter as inline SVG: from above to below, what runs side by side beside each other.

Only presentation attributes, no style and no script, so that the same picture passes the portal's content
policy and the printing of a PDF. Text is measured in ems (a Chinese character is one, a Latin one about
half) and broken here, because SVG does not break lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from .flow import Box, BoxKind, Flow, Row

WIDE, NARROW = 720, 320

_INK, _QUIET, _LINE = "#1b2430", "#465263", "#7a8696"
_BRAND, _TINT, _PAPER = "#0f4c92", "#e9f1fa", "#ffffff"
_WARN, _WARN_TINT = "#7d5200", "#fff3d1"
_PAD, _GAP, _ARROW, _HEAD = 10, 12, 26, 22
_LATIN = 0.56


@dataclass(frozen=True)
class _Look:
    fill: str
    stroke: str
    width: float = 1.2


_LOOKS = {
    BoxKind.END: _Look(_TINT, _BRAND),
    BoxKind.WORK: _Look(_PAPER, _LINE),
    BoxKind.DECIDE: _Look(_PAPER, _BRAND, 2.4),
    BoxKind.PAUSE: _Look(_WARN_TINT, _WARN),
}


@dataclass(frozen=True)
class _Laid:
    """A box with its broken lines and its height."""

    box: Box
    title: list[str]
    lines: list[str]
    condition: list[str]
    height: float


def draw(flow: Flow, *, width: int = WIDE, ident: str = "flow", family: str = "") -> SafeString:
    """The chart `width` units wide, with a title and a description for those who do not see it.

    `ident` makes its ids unique on the page; `family` names fonts where none are inherited (PDF).
    """
    pen = _Pen(width, 13 if width <= NARROW else 14)
    y = 1.0
    for number, row in enumerate(flow.rows):
        if number:
            pen.arrow(width / 2, y, y + _ARROW)
            y += _ARROW
        y = pen.row(row, y)
    attributes = f' font-family="{escape(family)}"' if family else ""
    return mark_safe(  # every text was escaped on the way
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {y + 1:.0f}" '
        f'width="{width}" height="{y + 1:.0f}" aria-labelledby="{ident}-title {ident}-desc"{attributes}>'
        f'<title id="{ident}-title">{escape(flow.title)}</title>'
        f'<desc id="{ident}-desc">{escape(flow.text)}</desc>{"".join(pen.parts)}</svg>'
    )


class _Pen:
    """Draws rows one below the other."""

    def __init__(self, width: int, size: int) -> None:
        self.width, self.size = width, size
        self.leading = size * 1.5
        self.parts: list[str] = []

    def row(self, row: Row, top: float) -> float:
        """Draw a row from `top`; returns where it ends."""
        columns = self._columns(len(row.boxes))
        framed = len(row.boxes) > 1 or bool(row.heading)
        inset = _PAD if framed else 0.0
        inner = self.width - 2 - 2 * inset
        if not framed:
            inner = min(inner, 360)
        each = (inner - _GAP * (columns - 1)) / columns
        lines = [row.boxes[at : at + columns] for at in range(0, len(row.boxes), columns)]
        laid = [[self._lay(box, each) for box in line] for line in lines]
        heights = [max(one.height for one in line) for line in laid]
        y = top + (_HEAD + 4 if row.heading else inset)
        bottom = y + sum(heights) + _GAP * (len(heights) - 1) + inset
        if framed:
            self._frame(top, bottom, row.heading)
        for line, height in zip(laid, heights, strict=True):
            taken = len(line) * each + _GAP * (len(line) - 1)
            x = (self.width - taken) / 2
            for one in line:
                self._box(one, x, y, each, height)
                x += each + _GAP
            y += height + _GAP
        return bottom

    def arrow(self, x: float, top: float, bottom: float) -> None:
        """An arrow downwards."""
        self.parts.append(
            f'<path d="M{x:.1f} {top + 1:.1f}V{bottom - 6:.1f}" fill="none" stroke="{_LINE}" '
            f'stroke-width="1.5"/>'
            f'<path d="M{x - 5:.1f} {bottom - 8:.1f}h10l-5 7z" fill="{_LINE}"/>'
        )

    def _columns(self, count: int) -> int:
        """How many boxes stand beside each other: 4 as two and two, not as three and one."""
        most = 2 if self.width <= NARROW else 3
        lines = -(-count // most)
        return -(-count // lines)

    def _lay(self, box: Box, width: float) -> _Laid:
        room = (width - 2 * _PAD) / self.size
        title = broken(box.title, room)
        lines = [part for line in box.lines for part in broken(line, (width - 2 * _PAD) / (self.size - 1))]
        condition = broken(box.condition, (width - 2 * _PAD) / (self.size - 1)) if box.condition else []
        rows = len(title) + len(lines) + len(condition)
        return _Laid(box, title, lines, condition, rows * self.leading + 2 * _PAD - 4)

    def _frame(self, top: float, bottom: float, heading: str) -> None:
        self.parts.append(
            f'<rect x="1" y="{top:.1f}" width="{self.width - 2}" height="{bottom - top:.1f}" rx="4" '
            f'fill="#f4f6f9" stroke="#dde3ea"/>'
        )
        if heading:
            self._text(heading, self.width / 2, top + 17, self.size - 1, _QUIET)

    def _box(self, laid: _Laid, x: float, y: float, width: float, height: float) -> None:
        look = _LOOKS[laid.box.kind]
        radius = 18 if laid.box.kind == BoxKind.END else 4
        dashed = ' stroke-dasharray="6 4"' if laid.box.condition else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}" '
            f'fill="{look.fill}" stroke="{look.stroke}" stroke-width="{look.width}"{dashed}/>'
        )
        centre = x + width / 2
        used = (len(laid.title) + len(laid.lines) + len(laid.condition)) * self.leading
        at = y + (height - used) / 2 + self.leading * 0.72
        for line in laid.condition:
            self._text(line, centre, at, self.size - 1, _WARN)
            at += self.leading
        for line in laid.title:
            self._text(line, centre, at, self.size, _INK, bold=True)
            at += self.leading
        for line in laid.lines:
            self._text(line, centre, at, self.size - 1, _QUIET)
            at += self.leading
        if laid.box.kind == BoxKind.PAUSE:
            self.parts.append(
                f'<path d="M{x + 8:.1f} {y + 8:.1f}v10m5-10v10" stroke="{_WARN}" stroke-width="2.5"/>'
            )

    def _text(self, text: str, x: float, y: float, size: float, fill: str, *, bold: bool = False) -> None:
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="middle" fill="{fill}"{weight}>'
            f"{escape(text)}</text>"
        )


_NEVER_FIRST = "，。；：、！？）》」』”’%％)],.;:"
_NEVER_LAST = "（《「『“‘(["


def measure(text: str) -> float:
    """How wide a text is, in ems."""
    return sum(_LATIN if ord(letter) < 0x2000 else 1.0 for letter in text)


def broken(text: str, room: float) -> list[str]:
    """`text` in lines of at most `room` ems, of about equal length; no line begins with a stop."""
    text = " ".join(text.split())
    if not text:
        return []
    count = -(-measure(text) // max(room, 2.0))
    wanted = min(max(room, 2.0), measure(text) / count + 1.0)
    lines, line = [], ""
    for piece in _pieces(text):
        if line and measure(line + piece) > wanted and piece[0] not in _NEVER_FIRST:
            carried = ""
            while line and line[-1] in _NEVER_LAST and len(line) > 1:
                line, carried = line[:-1], line[-1] + carried
            lines.append(line.rstrip())
            line = carried
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """Where a text may be broken: after every Chinese character, but not inside a number or a Latin word."""
    pieces: list[str] = []
    for letter in text:
        if pieces and _joined(pieces[-1][-1]) and _joined(letter) and len(pieces[-1]) < 16:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _joined(letter: str) -> bool:
    return ord(letter) < 0x2000 and not letter.isspace()

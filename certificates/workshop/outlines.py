"""Characters as outlines, for what is a picture on a paper: the seal and the watermark.

As text they would run into the words around them when a paper is searched, copied or read aloud, and a
seal would look different wherever its font is missing.
"""

from __future__ import annotations

import threading
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from . import fonts

# A font is read piece by piece from one open file: two threads at once would read each other's glyphs.
_reading = threading.Lock()

_SYSTEM_FONTS = Path("/usr/share/fonts")
_BOLD_SONG = ("FandolSong-Bold.otf", "NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf")


def character(char: str, *, size: float) -> str:
    """`char` in bold Song as SVG, `size` high, centred on x = 0 with its baseline on y = 0.

    An outline when a font here has the character, otherwise text in whatever font the reader has.
    """
    if (outline := _outline(char)) is None:
        return (
            f'<text font-size="{size:.3f}" font-weight="700" text-anchor="middle" '
            f'font-family="Noto Serif CJK SC, SimSun, serif">{escape(char)}</text>'
        )
    path, width = outline
    return f'<path transform="scale({size:.4f} {-size:.4f}) translate({-width / 2:.4f} 0)" d="{path}"/>'


def width(char: str) -> float:
    """How wide `char` is, in its own size."""
    outline = _outline(char)
    return outline[1] if outline else 1.0


def line(text: str, *, size: float) -> str:
    """`text` on one line, centred on x = 0."""
    at = -sum(width(char) for char in text) * size / 2
    out = []
    for char in text:
        step = width(char) * size
        out.append(f'<g transform="translate({at + step / 2:.3f} 0)">{character(char, size=size)}</g>')
        at += step
    return "".join(out)


@cache
def _outline(char: str) -> tuple[str, float] | None:
    """The path of `char` in a unit square, baseline at 0 and y upwards, and its width."""
    with _reading:
        return _read(char)


def _read(char: str) -> tuple[str, float] | None:
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen

    font = _font()
    name = font and font.getBestCmap().get(ord(char))
    if not name:
        return None
    glyphs, unit = font.getGlyphSet(), 1 / font["head"].unitsPerEm
    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.3f}".rstrip("0").rstrip("."))
    glyphs[name].draw(TransformPen(pen, (unit, 0, 0, unit, 0, 0)))
    return pen.getCommands(), glyphs[name].width * unit


@cache
def _font() -> Any:
    """The first bold Song that is here, or None."""
    from fontTools.ttLib import TTFont

    present = fonts.present()
    for name in _BOLD_SONG:
        file = present.get(name) or next(iter(sorted(_SYSTEM_FONTS.rglob(name))), None)
        if file:
            # In Noto's collection the third face is the one for Simplified Chinese.
            return TTFont(file, fontNumber=2 if file.suffix == ".ttc" else -1, lazy=True)
    return None

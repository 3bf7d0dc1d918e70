"""Seals (印章) as SVG: ring text on a circle, a star or none, the special line below (DOMAIN §8).

A demonstration seal can never be taken for a real one: 样章 is in its ring text, it has a broken double
ring, and 样章 stands where a real organ has its star. The national emblem is never drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from . import outlines

RED = "#d8121a"
SAMPLE = "样章"

# Millimetres on a seal of 42 mm, the customary size of a bureau's seal; others scale.
_SIZE = 42.0
_TEXT_RADIUS = 15.9  # to the middle of the ring characters
_TALLEST = 5.4  # a ring character
_LEAST_CONDENSED, _MOST_CONDENSED = 0.95, 0.5  # width to height of a ring character


@dataclass(frozen=True, kw_only=True)
class SealSpec:
    """What a seal shows. `ring` is the organ's full legal name, without 样章.

    `lines` stand under the centre, such as ("行政审批专用章", "(1)"). `star` belongs to departments,
    bureaux and towns; a county government's own seal has none (国发〔1999〕25号).
    """

    ring: str
    lines: tuple[str, ...] = ()
    star: bool = True
    demonstration: bool = True
    diameter_mm: float = _SIZE

    @property
    def ring_text(self) -> str:
        """The text that the ring carries; a demonstration seal always ends with 样章."""
        return f"{self.ring}·{SAMPLE}" if self.demonstration else self.ring


def draw(spec: SealSpec) -> str:
    """The seal as a standalone SVG of its true size."""
    parts = [*_rings(spec), *_ring_text(spec), *_centre(spec), *_lines(spec)]
    title = escape(" ".join((spec.ring_text, *spec.lines)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-21 -21 42 42" role="img" '
        f'width="{spec.diameter_mm:g}mm" height="{spec.diameter_mm:g}mm" '
        f'fill="{RED}">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def _rings(spec: SealSpec) -> list[str]:
    ring = f'<circle r="{{r}}" fill="none" stroke="{RED}" stroke-width="{{w}}"{{dash}}/>'
    if spec.demonstration:
        return [
            ring.format(r=20.4, w=0.7, dash=' stroke-dasharray="3.2 1.1"'),
            ring.format(r=19.2, w=0.3, dash=""),
        ]
    return [ring.format(r=20.3, w=1.2, dash="")]


def _ring_text(spec: SealSpec) -> list[str]:
    """Characters on the circle, feet to the centre, evenly stepped; condensed when the name is long."""
    text = spec.ring_text
    widest = 244 if spec.lines else 290
    span = min(widest, 24.0 * max(len(text) - 1, 1))
    step = span / max(len(text) - 1, 1)
    pitch = math.radians(step) * _TEXT_RADIUS
    height = min(_TALLEST, pitch / _MOST_CONDENSED)
    width = min(_LEAST_CONDENSED, pitch * 0.96 / height)
    out = []
    for index, character in enumerate(text):
        angle = -span / 2 + index * step
        # The baseline lies .36 of the height under the middle of a Chinese character.
        out.append(
            f'<g transform="rotate({angle:.3f}) translate(0 {-_TEXT_RADIUS + height * 0.36:.3f}) '
            f'scale({width:.3f} 1)">{outlines.character(character, size=height)}</g>'
        )
    return out


def _centre(spec: SealSpec) -> list[str]:
    lift = -1.6 if spec.lines else 0.0
    if spec.demonstration:
        return [
            f'<g transform="translate(0 {lift + 1.95:.2f})">{outlines.line(SAMPLE, size=5.4)}</g>',
            f'<rect x="-6.9" y="{lift - 3.9:.2f}" width="13.8" height="7.8" rx="1" fill="none" '
            f'stroke="{RED}" stroke-width="0.35"/>',
        ]
    return [f'<polygon points="{_star(6.0, lift)}"/>'] if spec.star else []


def _star(radius: float, lift: float) -> str:
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    points = []
    for corner in range(10):
        r = inner if corner % 2 else radius
        angle = math.radians(36 * corner - 90)
        points.append(f"{r * math.cos(angle):.3f},{r * math.sin(angle) + lift:.3f}")
    return " ".join(points)


def _lines(spec: SealSpec) -> list[str]:
    out = []
    for row, line in enumerate(spec.lines[:2]):
        y = 8.6 + row * 4.2
        room = 2 * math.sqrt(13.0**2 - (y - 1.2) ** 2)
        height = 3.5
        width = min(1.0, room / (sum(outlines.width(c) for c in line) * height))
        out.append(
            f'<g transform="translate(0 {y:.2f}) scale({width:.3f} 1)">{outlines.line(line, size=height)}</g>'
        )
    return out

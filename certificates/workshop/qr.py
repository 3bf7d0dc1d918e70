"""QR codes for tracking, verifying and guides."""

from __future__ import annotations

import io

import segno

# A quiet zone of four modules is part of the symbol (ISO/IEC 18004); scanners fail without it.
_BORDER = 4


def svg(text: str, *, error: str = "m") -> str:
    """`text` as an inline SVG that scales to its box. `error` is the correction level (l, m, q, h)."""
    code = segno.make(text, error=error, micro=False)
    return code.svg_inline(border=_BORDER, omitsize=True, dark="#000")


def png(text: str, *, scale: int = 8, error: str = "m") -> bytes:
    """`text` as a PNG with `scale` pixels a module."""
    out = io.BytesIO()
    segno.make(text, error=error, micro=False).save(out, kind="png", scale=scale, border=_BORDER)
    return out.getvalue()

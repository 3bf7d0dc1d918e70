"""Draw a paper: its context into its template, its seal and codes into the page, the page into PDF/A."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from . import outlines, pdf, qr, seal
from .contexts import Paper


def draw(paper: Paper) -> bytes:
    """The paper as PDF/A-2u, unsigned. The same paper gives the same bytes."""
    return pdf.render(_template(paper), _context(paper))


def html(paper: Paper) -> str:
    """The page before it is printed."""
    return render_to_string(_template(paper), _context(paper))


def _template(paper: Paper) -> str:
    return f"papers/{paper.kind}.html"


def _context(paper: Paper) -> dict[str, Any]:
    return {
        "paper": paper,
        "words": paper.words,
        "seal": _drawn(seal.draw(paper.seal)) if paper.seal else "",
        "watermark": watermark() if paper.demonstration else "",
        "code": _drawn(qr.svg(address)) if (address := _address(paper)) else "",
    }


@cache
def watermark() -> SafeString:
    """示范样本, as a picture of 100 × 20."""
    words = f'<g transform="translate(0 7)">{outlines.line("示范样本", size=18)}</g>'
    return _drawn(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -10 100 20" fill="#f4e1e1">{words}</svg>'
    )


def _address(paper: Paper) -> str:
    """Where the paper's QR code leads: tracking, verification or guide."""
    for name in ("slip_url", "track_url", "verify_url", "guide_url"):
        if address := getattr(paper, name, ""):
            return address
    return ""


def _drawn(svg: str) -> SafeString:
    return mark_safe(svg)  # made here, from escaped text

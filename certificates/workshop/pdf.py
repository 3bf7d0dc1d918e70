"""HTML to PDF/A, by WeasyPrint.

PDF/A-2u: the archive's form (DA/T 47) with three things we need — transparency for a seal under the
text, Unicode for every glyph so that a paper can be searched and read aloud, and no attachments that
could hide a second truth in a paper (which is what part 3 would add).
"""

from __future__ import annotations

import atexit
import hashlib
import io
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.template.loader import render_to_string

from . import fonts

VARIANT = "pdf/a-2u"
LEAFLET_VARIANT = "pdf/ua-1"
_STYLES = Path(__file__).with_name("paper.css")
_LEAFLETS = Path(__file__).with_name("leaflet.css")
_IDENTIFIER = b"leaflet"

# Pango's font map is not safe to share between threads at work.
_press = threading.Lock()


class Unprintable(Exception):
    """A paper asked for something that it may not have, such as a picture from another host."""


def render(template_name: str, context: Mapping[str, Any]) -> bytes:
    """`templates/<template_name>` with `context`, as PDF/A-2u. The same input gives the same bytes.

    Raises Unprintable when the page refers to anything outside: a paper with a hole is no paper.
    """
    return print_html(render_to_string(template_name, dict(context)))


def print_html(html: str) -> bytes:
    """`html` as PDF/A-2u with the papers' style sheet."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    with _press:
        machine = _machine(_STYLES)
        try:
            return HTML(string=html, base_url="paper:", url_fetcher=machine.fetcher).write_pdf(
                stylesheets=[machine.styles],
                font_config=machine.fonts,
                pdf_variant=VARIANT,
                pdf_identifier=identifier,
            )
        except FatalURLFetchingError as error:
            raise Unprintable(str(error)) from error


def print_leaflet(html: str) -> bytes:
    """`html` as PDF/UA-1 with the leaflets' style sheet: tagged, so that it can be read aloud."""
    return bind([lay_out(html)])


def lay_out(html: str) -> Any:
    """`html` as pages of a leaflet, not written yet (`weasyprint.Document`)."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with _press:
        machine = _machine(_LEAFLETS)
        try:
            page = HTML(string=html, base_url="paper:", url_fetcher=machine.fetcher)
            return page.render(stylesheets=[machine.styles], font_config=machine.fonts, pdf_tags=True)
        except FatalURLFetchingError as error:
            raise Unprintable(str(error)) from error


def bind(documents: Sequence[Any]) -> bytes:
    """Laid out pages one after another as one PDF/UA-1. The title is that of the first."""
    pages = [page for document in documents for page in document.pages]
    with _press:
        return documents[0].copy(pages).write_pdf(pdf_variant=LEAFLET_VARIANT, pdf_identifier=_IDENTIFIER)


class _Machine:
    """What is costly to make and the same for every paper: fonts and style sheet, read once a process."""

    def __init__(self, styles: Path) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self.fetcher = _fetcher()
        self.fonts = FontConfiguration()
        self.styles = CSS(
            string=fonts.stylesheet() + styles.read_text(encoding="utf-8"),
            font_config=self.fonts,
            url_fetcher=self.fetcher,
            base_url="paper:",
        )


@cache
def _machine(styles: Path) -> _Machine:
    atexit.register(_machine.cache_clear)  # while Python can still remove its copies of the fonts
    return _Machine(styles)


def _fetcher() -> Any:
    """A fetcher that knows pictures carried in the page and our own fonts, and refuses all else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class OwnThingsOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            parts = urlsplit(url)
            if parts.scheme == "data" or (parts.scheme == "file" and _is_own_font(parts.path)):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"a paper may not fetch {url[:200]}")

    return OwnThingsOnly(allowed_protocols=("data", "file"), allow_redirects=False)


def _is_own_font(path: str) -> bool:
    return Path(unquote(path)).resolve().is_relative_to(fonts.folder().resolve())


def count_pages(content: bytes) -> int:
    """How many pages a PDF has."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)

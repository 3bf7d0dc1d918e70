"""What is handed out or read at the counter and belongs to no case: guides, blank forms, manuals, QR sheets.

Frozen content in, PDF out; no models. Unlike a paper (文书) a leaflet is drawn for people to read, on a
screen or read aloud by a machine: PDF/UA-1, tagged, with bookmarks, instead of the archive's PDF/A.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from . import frozen, pdf, qr


@dataclass(frozen=True, kw_only=True)
class Field:
    """A labelled line."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under headings. `widths`: per cent of the page for each column; empty for any."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()

    @property
    def headed(self) -> list[tuple[str, int]]:
        """Each heading with its width, 0 where it has none; columns without any word are left out."""
        widths = (*self.widths, *(0 for _column in self.columns))
        return [(self.columns[at], widths[at]) for at in self._filled]

    @property
    def body(self) -> list[list[str]]:
        """The cells under these headings."""
        return [[row[at] for at in self._filled] for row in self.rows]

    @property
    def _filled(self) -> list[int]:
        return [at for at in range(len(self.columns)) if any(row[at] for row in self.rows)]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A headed part of a leaflet. What is empty is not drawn; `chart` is SVG that we drew ourselves.

    `compact`: fields three in a row instead of one.
    """

    heading: str
    text: str = ""
    items: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    table: Table | None = None
    questions: tuple[Field, ...] = ()
    chart: str = ""
    compact: bool = False

    def __bool__(self) -> bool:
        rows = self.table and self.table.rows
        return bool(self.text or self.items or self.fields or rows or self.questions or self.chart)

    @property
    def drawn(self) -> SafeString:
        """The chart, for the page."""
        return mark_safe(self.chart)


@dataclass(frozen=True, kw_only=True)
class Leaflet:
    """What all have: whose it is, of which version, of which day."""

    kind: ClassVar[str]

    title: str
    name: str
    place: str
    organ: str = ""
    version: str = ""
    printed: dt.date
    url: str = ""
    demonstration: bool = True

    @property
    def code(self) -> SafeString:
        """The QR code of its address."""
        return mark_safe(qr.svg(self.url)) if self.url else mark_safe("")

    @property
    def digest(self) -> str:
        """The same for the same content: what is drawn once is kept under it."""
        told = json.dumps(frozen.freeze(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(f"{self.kind}{told}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class GuideSheet(Leaflet):
    """办事指南 on A4."""

    kind = "guide"

    notice: str = ""
    facts: tuple[Field, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ManualSheet(Leaflet):
    """业务手册: one matter as the staff works on it."""

    kind = "manual"

    code_number: str = ""
    facts: tuple[Field, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormLine:
    """One field of an application form: its label, how it is filled, and in a sample with what."""

    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    options: tuple[str, ...] = ()
    value: str = ""
    chosen: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormSheet(Leaflet):
    """申请表: blank, or filled as a sample (示例)."""

    kind = "form"

    sample: bool = False
    applicant: tuple[FormLine, ...] = ()
    lines: tuple[FormLine, ...] = ()
    materials: tuple[Field, ...] = ()
    declaration: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """One QR card: the matter, whose it is, and its short link."""

    name: str
    organ: str
    url: str

    @property
    def code(self) -> SafeString:
        """The QR code, with more correction than usual: a counter card wears."""
        return mark_safe(qr.svg(self.url, error="q"))


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The cards of one window, zone or hall."""

    heading: str
    cards: tuple[Card, ...]

    @property
    def sheets(self) -> list[list[Spot]]:
        """The cards by pages, each with its place on the page."""
        pages = [self.cards[at : at + CARDS_A_PAGE] for at in range(0, len(self.cards), CARDS_A_PAGE)]
        return [
            [Spot(card, _LEFT + at % 2 * _CARD[0], _TOP + at // 2 * _CARD[1]) for at, card in enumerate(page)]
            for page in pages
        ]


# Millimetres of an A4 page below its head line: where the first card begins, how large a card is.
CARDS_A_PAGE = 10
_LEFT, _TOP, _CARD = 15, 5, (90, 52)


@dataclass(frozen=True)
class Spot:
    """A card and its upper left corner in millimetres."""

    card: Card
    x: int
    y: int


@dataclass(frozen=True)
class CutMark:
    """A short line outside the cards: `way` is "v" or "h"."""

    way: str
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class QrSheet(Leaflet):
    """二维码立牌页: cards of 90 × 52 mm, ten a page, with cut marks."""

    kind = "qr_sheet"

    batches: tuple[Batch, ...] = ()

    @property
    def cut_marks(self) -> list[CutMark]:
        """Where to lay the ruler: at every edge of a card, above, below, left and right of all of them."""
        bottom = _TOP + 5 * _CARD[1]
        down = [CutMark("v", _LEFT + n * _CARD[0], y) for n in range(3) for y in (_TOP - 4, bottom)]
        across = [CutMark("h", x, _TOP + n * _CARD[1]) for n in range(6) for x in (5, 199)]
        return down + across


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a table of contents."""

    name: str
    page: int
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class BookCover(Leaflet):
    """Cover and table of contents of a book."""

    kind = "cover"

    entries: tuple[Entry, ...] = ()


def draw(leaflet: Leaflet) -> bytes:
    """The leaflet as tagged PDF. The same leaflet gives the same bytes."""
    return pdf.print_leaflet(html(leaflet))


def html(leaflet: Leaflet, **context: Any) -> str:
    """The page before it is printed."""
    return render_to_string(f"papers/leaflets/{leaflet.kind}.html", {"sheet": leaflet, **context})


class Book:
    """Many sheets in one PDF with a table of contents. Sheets are laid out one by one as they come.

    Each begins on the page after the one before, so the page numbers are known when the contents are
    set, and progress can be told after every sheet.
    """

    def __init__(self, cover: BookCover) -> None:
        self.cover = cover
        self.entries: list[Entry] = []
        self.laid: list[Any] = []
        self.pages = 0

    def add(self, sheet: ManualSheet, group: str = "") -> None:
        """Lay out one more sheet."""
        self.entries.append(Entry(name=sheet.name, page=self.pages + 1, group=group))
        laid = pdf.lay_out(html(sheet, first_page=self.pages + 1, part_of_book=True))
        self.laid.append(laid)
        self.pages += len(laid.pages)

    def bind(self) -> bytes:
        """Cover, contents and sheets as one PDF."""
        cover = replace(self.cover, entries=tuple(self.entries))
        return pdf.bind([pdf.lay_out(html(cover)), *self.laid])

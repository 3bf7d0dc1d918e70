"""What every workbook that we write has in common: text that stays text, headings, widths, long texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ..importing import vocabulary

LONGEST = 32_000  # characters that Excel holds in one cell, with room for what it counts double
HEAD_FILL = PatternFill("solid", start_color="FFE4ECF5", end_color="FFE4ECF5")
HEAD_FONT = Font(bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")


def book() -> Workbook:
    """An empty workbook that is written row by row."""
    return Workbook(write_only=True)


class Writer:
    """Writes rows into the sheets of one workbook; texts too long for a cell go to a sheet of their own."""

    def __init__(self, made: Workbook) -> None:
        self.made = made
        self.long: list[tuple[str, str, str]] = []

    def sheet(self, kind: str, heads: Sequence[str], widths: Sequence[int] = ()) -> Any:
        """A new sheet with its headings, the first row always in sight."""
        sheet = self.made.create_sheet(vocabulary.sheet(kind))
        for at, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        sheet.freeze_panes = "C2" if kind == "matters" else "A2"
        cells = []
        for head in heads:
            cell = WriteOnlyCell(sheet, head)
            cell.font, cell.fill, cell.alignment = HEAD_FONT, HEAD_FILL, WRAPPED
            cells.append(cell)
        sheet.append(cells)
        sheet.written = 1
        return sheet

    def row(self, sheet: Any, values: Iterable[Any]) -> None:
        """One row: numbers as numbers, everything else as text that no program takes for a formula."""
        sheet.written += 1
        cells: list[Any] = []
        for at, value in enumerate(values, 1):
            if value in ("", None):
                cells.append(None)
            elif isinstance(value, str):
                cells.append(self._text(sheet, value, at))
            else:
                cells.append(value)
        sheet.append(cells)

    def _text(self, sheet: Any, text: str, at: int) -> Any:
        if len(text) > LONGEST:
            place = f"{get_column_letter(at)}{sheet.written}"
            pieces = [text[start : start + LONGEST] for start in range(0, len(text), LONGEST)]
            self.long += [(sheet.title, place, f"|{piece}|") for piece in pieces]
            return text[:100] + "…"
        if text[0] not in "=+-@":
            return text
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell

    def finish(self) -> None:
        """Put out the long texts, if there are any."""
        if not self.long:
            return
        sheet = self.made.create_sheet(vocabulary.sheet("texts"))
        sheet.append(["sheet", "cell", "text"])
        for line in self.long:
            sheet.append(list(line))
        self.long.clear()

"""The keeper's own workbook back again, every wrong cell marked, and a sheet that lists what to mend."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from . import columns, vocabulary
from .reading import Book, Row, Table
from .report import Fault, Report

WRONG = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
HEAD = Font(bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
AUTHOR = "一窗"
# A workbook with more cells is not opened whole: its wrong rows alone are written into a new one.
MOST_CELLS = 400_000
WIDTHS = (14, 8, 8, 22, 48, 60)


def annotate(content: bytes, book: Book, report: Report) -> bytes:
    """The workbook of an import with its faults; for a CSV file a workbook with its rows. XLSX bytes.

    A wrong cell is filled red with a comment; the sheet 导入结果 lists sheet, row, column, problem, remedy.
    """
    small = len(book.matters.rows) * max(len(book.matters.places), 1) <= MOST_CELLS
    if book.is_workbook and small:
        made = load_workbook(io.BytesIO(content), keep_links=False)
        main = _first_sheet(made)
        offsets: dict[int, int] | None = None
    else:
        wrong = {refusal.row for refusal in report.refused}
        rows = [row for row in book.matters.rows if small or row.number in wrong]
        made, main, offsets = _written(book.matters, rows)
    for fault in report.faults:
        table = _table_of(book, fault)
        sheet = made[fault.sheet] if fault.sheet else main
        row = offsets.get(fault.row, 0) if offsets is not None and not fault.sheet else fault.row
        at = table.places.get(fault.column, 1) if table else 1
        if row:
            _mark(sheet.cell(row=row, column=at), fault)
    _list(made, report, main.title)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def write_text(cell: Cell, value: Any) -> None:
    """Put text into a cell so that no program ever takes it for a formula."""
    cell.value = columns.plain(str(value))
    if cell.data_type == "f":
        cell.data_type = "s"
        cell.quotePrefix = True


def _first_sheet(made: Workbook) -> Any:
    named = [s for s in made.worksheets if vocabulary.sheet_kind(s.title) == "matters"]
    ours = ("", "matters")
    visible = [s for s in made.worksheets if s.sheet_state == "visible"]
    return next(iter([*named, *(s for s in visible if vocabulary.sheet_kind(s.title) in ours), *visible]))


def _table_of(book: Book, fault: Fault) -> Table | None:
    if not fault.sheet:
        return book.matters
    return next((table for table in book.parts.values() if table.title == fault.sheet), None)


def _mark(cell: Any, fault: Fault) -> None:
    if isinstance(cell, MergedCell):
        sheet = cell.parent
        for merged in sheet.merged_cells.ranges:
            if cell.coordinate in merged:
                cell = sheet.cell(row=merged.min_row, column=merged.min_col)
    text = f"{fault.problem}\n{fault.remedy}".strip()
    if cell.comment and text not in cell.comment.text:
        text = f"{cell.comment.text}\n{text}"
    cell.comment = Comment(text, AUTHOR, width=320, height=120)
    cell.fill = WRONG


def _written(table: Table, rows: Sequence[Row]) -> tuple[Workbook, Any, dict[int, int]]:
    """A new workbook with these rows under their headings, and where each row of the file now stands."""
    made = Workbook()
    sheet: Any = made.active
    sheet.title = vocabulary.sheet("matters")
    names = sorted(table.places, key=table.places.__getitem__)
    for name in names:
        head = sheet.cell(row=1, column=table.places[name], value=columns.heading(name))
        head.font = HEAD
    offsets = {}
    for at, row in enumerate(rows, 2):
        offsets[row.number] = at
        for name in names:
            write_text(sheet.cell(row=at, column=table.places[name]), row.get(name))
    sheet.freeze_panes = "A2"
    return made, sheet, offsets


def _list(made: Workbook, report: Report, main: str) -> None:
    title = vocabulary.sheet("result")
    if title in made.sheetnames:
        del made[title]
    sheet = made.create_sheet(title, 0)
    heads = (_("工作表"), _("行"), _("列"), _("列名"), _("问题"), _("怎么改"))
    for at, head in enumerate(heads, 1):
        sheet.cell(row=1, column=at, value=head).font = HEAD
        sheet.column_dimensions[get_column_letter(at)].width = WIDTHS[at - 1]
    for at, line in enumerate(_lines(report, main), 2):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(row=at, column=column)
            if isinstance(value, int):
                cell.value = value
            else:
                write_text(cell, value)
            cell.alignment = WRAPPED
    sheet.freeze_panes = "A2"
    made.active = 0


def _lines(report: Report, main: str) -> Iterable[tuple[Any, ...]]:
    for refusal in report.refused:
        for fault in refusal.faults:
            yield fault.sheet or main, fault.row, "", fault.heading, fault.problem, fault.remedy
    for batch in report.batches:
        if not batch.applied:
            name = batch.name or _("（没有批次）")
            yield (
                main, "", "", _("批次"),
                _("批次“%(name)s”共%(rows)s行，其中%(refused)s行有错，整批没有写入")
                % {"name": name, "rows": batch.rows, "refused": batch.refused},
                _("改正有错的行后，重新导入整批"),
            )  # fmt: skip
    for flagged in report.flagged:
        yield main, flagged.row, "", "", _("提示：%(label)s") % {"label": flagged.label}, _("已照原样写入")

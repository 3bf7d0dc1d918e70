"""Rows out of CSV and XLSX files that strangers made: encodings guessed, sizes limited, nothing executed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, range_boundaries

from hall.errors import Invalid

from . import columns, guarding, vocabulary

LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 20_000
MOST_LINES = 200_000  # empty ones included
MOST_COLUMNS = 150
HEADER_WITHIN = 10  # the header stands in one of the first rows, below a title
ENCODINGS = ("utf-8-sig", "gb18030")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
FOREIGN = {"Co", "Cn", "Cs"}  # private use and unassigned: what a wrong encoding makes of a text
MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]+\d+:[A-Z]+\d+)"')
PARTS = {"materials": columns.materials, "steps": columns.steps}
LISTS = ("mark", "implementation_code", *columns.LISTING)


@dataclass(frozen=True)
class Cell:
    """The text of a cell and, where it cannot be taken as it is, what is wrong and how to mend it."""

    text: str
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a file: its number as a spreadsheet shows it, and its cells by column name."""

    number: int
    cells: dict[str, str]
    faults: tuple[tuple[str, str, str], ...] = ()  # column, problem, remedy

    def get(self, column: str) -> str:
        """The trimmed text of a cell, "" when the file has no such column."""
        return self.cells.get(column, "")

    @property
    def is_example(self) -> bool:
        """Is it marked as an example that only shows how to fill in the sheet?"""
        return vocabulary.value("mark", self.get("mark")) is not None

    def has(self, column: str) -> bool:
        """Does the file have this column at all?"""
        return column in self.cells


@dataclass(frozen=True)
class Table:
    """The rows below the header of one sheet, and where each column stands."""

    title: str
    header: int
    places: Mapping[str, int]  # column name → number of the column, from 1
    rows: Sequence[Row]
    unknown: Sequence[str] = ()


@dataclass(frozen=True)
class Book:
    """A file as understood: its matters, and the sheets of parts that it brings."""

    matters: Table
    parts: dict[str, Table] = field(default_factory=dict)
    is_workbook: bool = False

    def part(self, kind: str) -> dict[str, list[Row]]:
        """The rows of a sheet of parts, but for examples, by the implementation code of their matter."""
        found: dict[str, list[Row]] = {}
        for row in self.parts[kind].rows:
            if row.is_example:
                continue
            found.setdefault(row.get("implementation_code"), []).append(row)
        return found


Grid = Iterable[tuple[int, list[Cell]]]


def read(content: bytes, name: str = "") -> list[Row]:
    """All rows of the matters in a file (see `read_book`)."""
    return list(read_book(content, name).matters.rows)


def read_book(content: bytes, name: str = "") -> Book:
    """A CSV or XLSX file whose header names at least the matter.

    Raises Invalid, in words for people, for a file that is too large, damaged, of another kind, or
    without a header that can be understood.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid(_("文件超过%(limit)s MB，请分成几个文件") % {"limit": LARGEST_FILE // 1024**2})
    if not content.strip():
        raise Invalid(_("文件是空的"))
    guarding.refuse_compound(content)
    if content.startswith(guarding.ZIP_MAGIC):
        return _workbook(content)
    if Path(name).suffix.lower() in (".xls", ".xlsx", ".et", ".pdf", ".doc", ".docx"):
        raise Invalid(_("文件内容不是工作簿，请另存为XLSX或者CSV后再导入"))
    return Book(_table(_text_table(content), columns.headings(), "name", ""))


def _table(grid: Grid, known: Mapping[str, str], needed: str, title: str) -> Table:
    """The rows below the first row that has the needed heading. Raises Invalid when there is none."""
    names: dict[int, str] = {}
    header, unknown, rows = 0, [], []
    for number, cells in grid:
        if not names:
            found = {
                at: known[h] for at, cell in enumerate(cells) if (h := vocabulary.normal(cell.text)) in known
            }
            if needed in found.values():
                _refuse_repeated(found, cells, title)
                names, header = found, number
                unknown = [cell.text for at, cell in enumerate(cells) if cell.text and at not in found]
            elif number >= HEADER_WITHIN:
                break
            continue
        if number > MOST_LINES:
            raise Invalid(_("表格有%(limit)s行以上（多为空行），请删除空行") % {"limit": MOST_LINES})
        row = _row(number, cells, names)
        if row is not None:
            rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Invalid(_("超过%(limit)s行，请分成几个文件") % {"limit": MOST_ROWS})
    if not names:
        raise Invalid(_no_header(needed, title))
    return Table(title, header, {name: at + 1 for at, name in names.items()}, rows, unknown)


def _no_header(needed: str, title: str) -> str:
    told = {"rows": HEADER_WITHIN, "column": columns.heading(needed), "sheet": title}
    if title:
        return _("工作表“%(sheet)s”没有找到表头：前%(rows)s行中须有“%(column)s”一列") % told
    return _("没有找到表头：前%(rows)s行中须有“%(column)s”一列") % told


def _row(number: int, cells: Sequence[Cell], names: Mapping[int, str]) -> Row | None:
    told = {name: cells[at].text if at < len(cells) else "" for at, name in names.items()}
    faults = tuple(
        (name, cells[at].problem, cells[at].remedy)
        for at, name in names.items()
        if at < len(cells) and cells[at].problem
    )
    return Row(number, told, faults) if faults or any(told.values()) else None


def _refuse_repeated(found: Mapping[int, str], cells: Sequence[Cell], title: str) -> None:
    seen: dict[str, int] = {}
    for at, name in found.items():
        if name in seen:
            told = {
                "one": cells[seen[name]].text,
                "first": get_column_letter(seen[name] + 1),
                "two": cells[at].text,
                "second": get_column_letter(at + 1),
            }
            raise Invalid(
                _("表头重复：%(first)s列“%(one)s”和%(second)s列“%(two)s”是同一项，请只留一列") % told
            )
        seen[name] = at


def _text_table(content: bytes) -> Grid:
    text = _decoded(content)
    sample = text[:20_000]
    head = sample.splitlines()[0] if sample else ""
    delimiter = max(",\t;", key=head.count)
    try:
        lines = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        for number, cells in enumerate(lines, 1):
            yield number, [Cell(_unquoted(columns.plain(cell))) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Invalid(_("CSV格式不正确：%(error)s") % {"error": error}) from error


def _unquoted(text: str) -> str:
    """A text that the export kept from being run as a formula, without the mark that did it."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(UTF16_MARKS) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            continue
        if encoding != "gb18030" or not any(unicodedata.category(c) in FOREIGN for c in text[:50_000]):
            return text
    raise Invalid(_("文件不是文本或者是乱码：编码应为UTF-8、UTF-16或者GB18030，请重新导出"))


def _workbook(content: bytes) -> Book:
    import openpyxl  # heavy, and needed by few requests

    guarding.refuse_harm(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        tables = _tables(book)
        book.close()
    except Invalid:
        raise
    except Exception as error:  # openpyxl raises many kinds for a damaged or hostile workbook
        raise Invalid(_("工作簿打不开，请用Excel重新保存为XLSX后再试")) from error
    return tables


def _tables(book: Any) -> Book:
    sheets = {vocabulary.sheet_kind(sheet.title): sheet for sheet in book.worksheets}
    kept_out = {"words", "help", "result"}
    for sheet in book.worksheets:
        kind = vocabulary.sheet_kind(sheet.title)
        if sheet.sheet_state != "visible" and kind and kind not in kept_out:
            raise Invalid(_("工作表“%(sheet)s”是隐藏的，请取消隐藏、核对后再导入") % {"sheet": sheet.title})
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    first = sheets.get("matters") or next(
        (s for s in visible if vocabulary.sheet_kind(s.title) in ("", "matters")), None
    )
    first = first or next(iter(visible), None)
    if first is None:
        raise Invalid(_("没有可见的工作表，请取消隐藏后再导入"))
    long_texts = _long_texts(sheets["texts"]) if "texts" in sheets else {}
    main = _table(_grid(first, long_texts), columns.headings(), "name", "")
    parts = {}
    for kind, made in PARTS.items():
        if kind in sheets:
            known = columns.headings_of(made())
            parts[kind] = _table(
                _grid(sheets[kind], long_texts), known, "implementation_code", sheets[kind].title
            )
    if "lists" in sheets and sheets["lists"] is not first:
        known = {vocabulary.normal(w): name for name in LISTS for w in vocabulary.words(name)}
        parts["lists"] = _table(
            _grid(sheets["lists"], long_texts), known, "implementation_code", sheets["lists"].title
        )
    return Book(main, parts, is_workbook=True)


def _grid(sheet: Any, long_texts: Mapping[tuple[str, str], str]) -> Grid:
    """The cells of a sheet, row by row, where they stand."""
    merged = _merged(sheet)
    # A sheet may claim a million rows and hold ten: read what is there, never what is claimed.
    sheet.reset_dimensions()
    empty = True
    for number, line in enumerate(sheet.iter_rows(), 1):
        cells = [_cell(cell) for cell in line[:MOST_COLUMNS]]
        empty = empty and not any(cell.text or cell.problem for cell in cells)
        for at, ref in merged.get(number, {}).items():
            if at < len(cells):
                cells[at] = Cell(cells[at].text, *_about_merged(ref))
        if long_texts:
            cells = [
                Cell(
                    long_texts.get((sheet.title, f"{get_column_letter(at + 1)}{number}"), cell.text),
                    cell.problem,
                    cell.remedy,
                )
                for at, cell in enumerate(cells)
            ]
        if number <= HEADER_WITHIN and _looks_like_header(cells) and any(cell.problem for cell in cells):
            raise Invalid(
                _("表头有合并单元格或者公式（第%(row)s行），请取消合并、写成文字") % {"row": number}
            )
        yield number, cells
    if empty:
        raise Invalid(_("工作表“%(sheet)s”是空的") % {"sheet": sheet.title})


def _looks_like_header(cells: Sequence[Cell]) -> bool:
    known = columns.headings()
    return sum(vocabulary.normal(cell.text) in known for cell in cells) >= 2


def _about_merged(ref: str) -> tuple[str, str]:
    return _("单元格%(ref)s是合并的") % {"ref": ref}, _("取消合并，每一行都填上自己的内容")


def _merged(sheet: Any) -> dict[int, dict[int, str]]:
    """By row, the columns (from 0) that belong to a merged range, and the range."""
    with sheet._get_source() as source:  # the sheet as it was packed; openpyxl skips this part when streaming
        refs = [ref.decode() for ref in MERGED.findall(source.read())]
    found: dict[int, dict[int, str]] = {}
    for ref in refs:
        left, top, right, bottom = range_boundaries(ref)
        for row in range(top, min(bottom, MOST_LINES) + 1):
            found.setdefault(row, {}).update(dict.fromkeys(range(left - 1, min(right, MOST_COLUMNS)), ref))
    return found


def _long_texts(sheet: Any) -> dict[tuple[str, str], str]:
    """Texts too long for one cell, by sheet and cell: the export puts them out in pieces.

    Each piece begins with a mark, so that a piece never starts or ends with a space that gets lost.
    """
    found: dict[tuple[str, str], str] = {}
    for line in sheet.iter_rows(min_row=2, max_col=3, values_only=True):
        title, at, piece = (str(cell or "") for cell in (*line, "", "", "")[:3])
        found[title, at] = found.get((title, at), "") + piece.removeprefix("|").removesuffix("|")
    return found


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell("", _("单元格是公式，没有数值"), _("复制后“选择性粘贴—数值”"))
    if cell.data_type == "e":
        return Cell("", _("单元格是错误值%(value)s") % {"value": value}, _("改正公式或者直接填写内容"))
    if isinstance(value, bool):
        return Cell(vocabulary.word("yes", "1" if value else ""))
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return Cell(value.date().isoformat())
    return Cell(columns.plain(str(value)))

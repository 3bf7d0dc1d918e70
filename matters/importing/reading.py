"""Rows out of CSV and XLSX files that strangers made: encodings guessed, sizes limited, nothing executed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hall.errors import Invalid

from . import vocabulary

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024  # all members of a workbook together
MOST_ROWS = 20_000
MOST_COLUMNS = 100
HEADER_WITHIN = 10  # the header stands in one of the first rows, below a title
ENCODINGS = ("utf-8-sig", "gb18030")
ZIP_MAGIC = b"PK\x03\x04"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """One row of a file: its number as a spreadsheet shows it, and its cells by column name."""

    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The trimmed text of a cell, "" when the file has no such column."""
        return self.cells.get(column, "")


def read(content: bytes, name: str = "") -> list[Row]:
    """All rows of a CSV or XLSX file whose header names at least the matter.

    Raises Invalid, in words for people, for a file that is too large, damaged, of another kind, or
    without a header that can be understood.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid(_("文件超过%(limit)s MB，请分成几个文件") % {"limit": LARGEST_FILE // 1024**2})
    if not content.strip():
        raise Invalid(_("文件是空的"))
    if content.startswith(ZIP_MAGIC):
        grid = _workbook(content)
    elif Path(name).suffix.lower() in (".xls", ".et", ".pdf", ".doc", ".docx"):
        raise Invalid(_("请另存为XLSX或者CSV后再导入"))
    else:
        grid = _text_table(content)
    return list(_rows(grid))


def _rows(grid: Iterator[list[str]]) -> Iterator[Row]:
    columns: dict[int, str] | None = None
    for number, cells in enumerate(grid, 1):
        if columns is None:
            found = vocabulary.columns(cells)
            if "name" in found.values():
                columns = found
            elif number >= HEADER_WITHIN:
                break
            continue
        if number > MOST_ROWS + HEADER_WITHIN:
            raise Invalid(_("超过%(limit)s行，请分成几个文件") % {"limit": MOST_ROWS})
        row = {columns[at]: text for at, text in enumerate(cells) if at in columns}
        if any(row.values()):
            yield Row(number, row)
    if columns is None:
        raise Invalid(_("没有找到表头：前%(rows)s行中须有“事项名称”一列") % {"rows": HEADER_WITHIN})


def _text_table(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    sample = text[:20_000]
    head = sample.splitlines()[0] if sample else ""
    delimiter = max(",\t;", key=head.count)
    try:
        for cells in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
            yield [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Invalid(_("CSV格式不正确：%(error)s") % {"error": error}) from error


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(UTF16_MARKS) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(_("文件不是文本：编码应为UTF-8或者GB18030"))


def _workbook(content: bytes) -> Iterator[list[str]]:
    import openpyxl  # heavy, and needed by few requests

    _refuse_bomb(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # A sheet may claim a million rows and hold ten: read what is there, never what is claimed.
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield [_cell(cell) for cell in cells]
        book.close()
    except Invalid:
        raise
    except Exception as error:  # openpyxl raises many kinds for a damaged or hostile workbook
        raise Invalid(_("工作簿打不开，请用Excel重新保存为XLSX后再试")) from error


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            named = archive.namelist()
    except zipfile.BadZipFile as error:
        raise Invalid(_("工作簿已损坏")) from error
    if unpacked > LARGEST_UNPACKED:
        raise Invalid(_("工作簿解压后过大，请分成几个文件"))
    if not any(member.startswith("xl/") for member in named):
        raise Invalid(_("这不是Excel工作簿，请另存为XLSX或者CSV"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

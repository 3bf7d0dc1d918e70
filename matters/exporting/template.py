"""An empty workbook to fill in: headings, drop-down lists, examples that are marked, and how it is done."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hall.organisation.models import Department, Jurisdiction

from .. import elements as element_names
from ..importing import columns, vocabulary
from ..importing.annotating import AUTHOR, write_text
from ..importing.columns import Column
from ..importing.parsing import IN_WORDS
from ..models import MatterList
from .sheets import HEAD_FILL, HEAD_FONT, WRAPPED
from .workbook import LAST, main_columns

ROWS = 2_000  # rows that offer their drop-down lists
NEEDED_FILL = PatternFill("solid", start_color="FFFFE9B8", end_color="FFFFE9B8")
EXAMPLE_FONT = Font(italic=True, color="FF6B7280")
TEXT = "@"
NEEDED = ("name", "kind", "department")
Head = tuple[str, str, Column | None]  # name, heading, and the field whose values stand in it
NOT_OFFERED = ("base", "state", "state_reason")
CODE = "示例-0001"


def template(place: Jurisdiction) -> bytes:
    """The workbook that a keeper of `place` fills in, as XLSX."""
    made = Workbook()
    made.remove(made.worksheets[0])
    words = _Words(made)
    words.keep("department", [d.name for d in Department.objects.filter(jurisdiction=place)])
    words.keep("list_code", [each.code for each in MatterList.objects.filter(jurisdiction=place)])
    names = [name for name in ["mark", *_ordered()] if name not in NOT_OFFERED]
    _sheet(made, "matters", [(name, columns.heading(name), _column(name)) for name in names], words)
    for kind, parts in (("materials", columns.materials()), ("steps", columns.steps())):
        heads: list[Head] = [(name, columns.heading(name), None) for name in ("mark", "implementation_code")]
        heads += [(column.name, column.heading, column) for column in parts.values()]
        _sheet(made, kind, heads, words)
    heads = [
        (name, columns.heading(name), None) for name in ("mark", "implementation_code", *columns.LISTING)
    ]
    _sheet(made, "lists", heads, words)
    _help(made, names)
    made.move_sheet(vocabulary.sheet("words"), offset=len(made.sheetnames))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


class _Words:
    """The hidden sheet with the words of each drop-down list."""

    def __init__(self, made: Workbook) -> None:
        self.sheet: Any = made.create_sheet(vocabulary.sheet("words"))
        self.sheet.sheet_state = "veryHidden"
        self.ranges: dict[str, str] = {}

    def keep(self, name: str, words: Sequence[str]) -> str:
        """The range of the words of a column; "" when there are none."""
        if name not in self.ranges and words:
            at = len(self.ranges) + 1
            for row, word in enumerate(words, 1):
                write_text(self.sheet.cell(row=row, column=at), word)
            letter = get_column_letter(at)
            title = vocabulary.sheet("words")
            self.ranges[name] = f"'{title}'!${letter}$1:${letter}${len(words)}"
        return self.ranges.get(name, "")


def _ordered() -> list[str]:
    """What a plain list states first, then every other element, then lists."""
    every = main_columns()
    first = [name for name in every if name not in columns.elements() and name not in LAST]
    lasting = [name for name in LAST if name in every]
    rest = [name for name in every if name in columns.elements() and name not in IN_WORDS]
    return [*first, *(name for name in IN_WORDS if name in every), *lasting, *rest]


def _column(name: str) -> Column | None:
    return columns.elements().get(name) or columns.identity().get(name)


def _offered(name: str, column: Column | None, words: _Words) -> str:
    if name in ("mark", "list_role"):
        return words.keep(name, vocabulary.words_of(name))
    if name in ("list_code",):
        return words.keep(name, [])
    if name in ("department", "deciding"):
        return words.keep("department", [])
    return words.keep(f"{column.field.model.__name__}.{name}", column.words()) if column else ""


def _sheet(made: Workbook, kind: str, heads: Sequence[tuple[str, str, Column | None]], words: _Words) -> None:
    sheet: Any = made.create_sheet(vocabulary.sheet(kind))
    examples = _examples(kind)
    for at, (name, heading, column) in enumerate(heads, 1):
        letter = get_column_letter(at)
        head = sheet.cell(row=1, column=at, value=heading)
        head.font, head.alignment = HEAD_FONT, WRAPPED
        head.fill = NEEDED_FILL if kind == "matters" and name in NEEDED else HEAD_FILL
        if hint := _hint(name, column):
            head.comment = Comment(hint, AUTHOR, width=300, height=110)
        sheet.column_dimensions[letter].width = 34 if name in ("name", "implementation_code") else 14
        if column is None or not column.is_number:
            sheet.column_dimensions[letter].number_format = TEXT
        if offered := _offered(name, column, words):
            rule = DataValidation(type="list", formula1=f"={offered}", allow_blank=True)
            rule.error, rule.errorTitle = _("请从下拉列表中选择"), heading
            rule.showErrorMessage = name != "department"
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS}")
        for row, example in enumerate(examples, 2):
            cell = sheet.cell(row=row, column=at)
            if (value := example.get(name, "")) != "":
                if isinstance(value, int):
                    cell.value = value
                else:
                    write_text(cell, value)
            cell.font = EXAMPLE_FONT
    sheet.freeze_panes = "D2" if kind == "matters" else "C2"


def _examples(kind: str) -> Iterable[Mapping[str, Any]]:
    """Rows that show how it is done. They are marked, and no import takes them."""
    mark = {"mark": vocabulary.word("mark", "example"), "implementation_code": CODE}
    if kind == "matters":
        yield mark | {
            "name": _("示例：公共场所卫生许可"),
            "kind": vocabulary.word("kind", "01"),
            "domain": vocabulary.word("domain", "social_affairs"),
            "level": vocabulary.word("level", "county"),
            "department": _("示例县卫生健康局"),
            "aliases": _("旅馆卫生许可证、开宾馆办证"),
            "case_type": vocabulary.word("case_type", "promised"),
            "statutory_value": 20,
            "statutory_unit": vocabulary.word("unit", "working_day"),
            "promised_value": 5,
            "promised_unit": vocabulary.word("unit", "working_day"),
            "visits": 1,
            "online_depth": 3,
            "applicants": _("个体工商户、企业法人"),
        }
    elif kind == "materials":
        yield mark | {"code": "m01", "name": _("卫生许可证申请表"), "is_main": _("是"), "originals": 1}
        yield mark | {"code": "m02", "name": _("公共场所平面图"), "is_main": _("否"), "originals": 1}
    elif kind == "steps":
        step = mark | {
            "department": _("示例县卫生健康局"),
            "limit_unit": vocabulary.word("unit", "working_day"),
        }
        yield step | {"stage": 1, "kind": _("审查"), "limit_value": 3, "decides": _("否")}
        yield step | {"stage": 2, "kind": _("决定"), "limit_value": 2, "decides": _("是")}


def _hint(name: str, column: Column | None) -> str:
    if column is None:
        return ""
    parts = [str(column.field.help_text or "")]
    if words := column.words():
        parts.append(_("可以填：%(words)s") % {"words": "、".join(words[:14])})
    elif column.is_number:
        parts.append(_("填整数"))
    elif column.field.get_internal_type() == "JSONField":
        listed = name in element_names.CODED or name == "aliases"
        parts.append(_("几项之间用顿号隔开") if listed else _("一行一条；有结构的内容从导出的表中复制"))
    elif length := getattr(column.field, "max_length", None):
        parts.append(_("最多%(n)s字") % {"n": length})
    return "\n".join(part for part in parts if part)


def _help(made: Workbook, names: Sequence[str]) -> None:
    sheet: Any = made.create_sheet(vocabulary.sheet("help"), 0)
    lines = [
        _("怎么填"),
        _("1. 在“事项”表中一行填一个事项。橙色的列必须填，其余的列可以留空，留空的按事项类型套用通用要素。"),
        _("2. “标记”一列写“示例”的行不会导入，可以照着填，也可以删去。"),
        _("3. 有下拉列表的格子请从列表中选。几项内容写在一格里的，用顿号“、”隔开。"),
        _("4. 材料和环节分别填在“材料”“环节”表中，用实施编码对应事项；不填的按通用要素。"),
        _("5. 不要合并单元格，不要写公式；从别处复制时请用“粘贴为数值”。"),
        _("6. “批次”相同的行为一批。选择“整批导入”时，一批中有一行错，整批都不写入。"),
        _("7. 修改已有的事项，请先导出，在导出的表中改；导出的表带版本号，改动成为草稿，审定后发布。"),
        _("8. 先试运行。有错的格子会在批注表中标红，写明问题和改法。"),
    ]
    for at, line in enumerate(lines, 1):
        sheet.cell(row=at, column=1, value=line).alignment = WRAPPED
    sheet.cell(row=1, column=1).font = HEAD_FONT
    start = len(lines) + 2
    for at, head in enumerate((_("列"), _("必填"), _("说明")), 1):
        cell = sheet.cell(row=start, column=at, value=head)
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL
    for row, name in enumerate(names, start + 1):
        sheet.cell(row=row, column=1, value=columns.heading(name))
        sheet.cell(row=row, column=2, value=_("必填") if name in NEEDED else "")
        write_text(sheet.cell(row=row, column=3), _hint(name, _column(name)))
        sheet.cell(row=row, column=3).alignment = WRAPPED
    for letter, width in (("A", 60), ("B", 8), ("C", 70)):
        sheet.column_dimensions[letter].width = width

"""Files that are damaged, hostile or filled in wrongly: refused, or their cells named, in plain Chinese."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from hall.actors import SYSTEM
from hall.errors import Invalid
from matters.importing import import_matters
from matters.importing.annotating import annotate
from matters.importing.reading import read_book
from matters.models import Matter, MatterVersion

HEADER = ["事项名称", "事项类型", "实施部门", "实施编码", "承诺时限"]
GOOD = ["开具证明", "公共服务", "县市场监管局", "C-1", 3]
TEXT = "事项名称,事项类型,实施部门\n开具证明,公共服务,县市场监管局\n"


def workbook(*rows, title="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def packed(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_member(content, name, data, drop=()):
    """The same package with one member more (or another one), and without some."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name and member not in drop:
                new.writestr(member, old.read(member))
        new.writestr(name, data)
    return out.getvalue()


def take(place, content, name="清单.xlsx", **options):
    return import_matters(content, place, by=SYSTEM, name=name, **options)


def a_workbook():
    return packed(workbook(HEADER, GOOD))


def a_document():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def a_bomb():
    """Small as a file, two hundred megabytes of one row when unpacked."""
    return with_member(a_workbook(), "xl/worksheets/sheet1.xml", b"<row/>" * (35 * 1024 * 1024))


def many_members():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(5_100):
            archive.writestr(f"xl/worksheets/s{n}.xml", "")
    return out.getvalue()


def foreign_entity():
    sheet = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>'
    )
    return with_member(a_workbook(), "xl/worksheets/sheet1.xml", sheet)


def foreign_entity_in_wide_letters():
    sheet = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///x">]><worksheet/>'
    return with_member(a_workbook(), "xl/worksheets/sheet1.xml", sheet.encode("utf-16"))


def merged_header():
    book = workbook(HEADER, GOOD)
    book.active.merge_cells("A1:B1")
    return packed(book)


def twice():
    return packed(workbook([*HEADER, "名称"], [*GOOD, "又一个"]))


def hidden():
    book = workbook(HEADER, GOOD, title="事项")
    book.create_sheet("别的")
    book["事项"].sheet_state = "hidden"
    return packed(book)


def many_rows():
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("证明", "公共服务", "某局"))
    heads = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in HEADER[:3])
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"<row>{heads}</row>" + f"<row>{cells}</row>" * 100_000 + "</sheetData></worksheet>"
    )
    # Packed without compression, else it would be taken for a bomb.
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_workbook())) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            new.writestr(member, sheet if member == "xl/worksheets/sheet1.xml" else old.read(member))
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (a_document, "不是Excel工作簿"),
        (a_bomb, "解压后过大"),
        (many_members, "解压后过大"),
        (foreign_entity, "外部实体"),
        (foreign_entity_in_wide_letters, "外部实体"),
        (lambda: a_workbook()[:-400], "没有传完整"),
        (lambda: a_workbook()[: len(a_workbook()) // 2], "没有传完整"),
        (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "旧版格式"),
        (lambda: with_member(a_workbook(), "xl/vbaProject.bin", b"x"), "含有宏"),
        (lambda: with_member(a_workbook(), "xl/externalLinks/externalLink1.xml", "<a/>"), "引用了别的文件"),
        (lambda: with_member(a_workbook(), "xl/worksheets/sheet1.xml", "<not closed"), "打不开"),
        (lambda: packed(openpyxl.Workbook()), "是空的"),
        (lambda: packed(workbook(["一", "二"], [1, 2])), "表头"),
        (lambda: packed(workbook(*[["说明"]] * 12, HEADER, GOOD)), "表头"),
        (twice, "表头重复：A列“事项名称”和F列“名称”"),
        (hidden, "工作表“事项”是隐藏的"),
        (merged_header, "合并"),
        (many_rows, "超过20000行"),
        (lambda: b"not a workbook", "不是工作簿"),
    ],
    ids=lambda made: getattr(made, "__name__", "") if callable(made) else None,
)
def test_a_workbook_that_cannot_be_taken_is_refused_in_plain_words(place, make, message):
    with pytest.raises(Invalid, match=message):
        take(place, make())
    assert not Matter.objects.exists()


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
    def test_what_chinese_programs_write_is_read(self, place, organ, encoding):
        assert take(place, TEXT.encode(encoding), "清单.csv").created == 1

    @pytest.mark.parametrize(
        "content",
        [
            "naïve,é,è\nü,ö,ä\n".encode("latin-1"),
            TEXT.encode("utf-16-le"),  # without a mark
            TEXT.encode("utf-16")[:-1],
            bytes(range(128, 256)) * 4,
            "事项名称,事项类型\n".encode() + "é,ü\n".encode("latin-1"),
        ],
        ids=["latin-1", "no mark", "half a letter", "noise", "mixed"],
    )
    def test_what_nobody_can_read_is_refused(self, place, content):
        with pytest.raises(Invalid, match=r"乱码|表头|文本"):
            take(place, content, "清单.csv")


class TestCells:
    """One wrong cell refuses its row, says where it is and how to mend it; the other rows go in."""

    def refused(self, place, book, **options):
        report = take(place, packed(book), **options)
        assert report.created == 1
        (refusal,) = report.refused
        return refusal

    def test_a_merged_cell(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲", "公共服务", "县市场监管局", "C-2", 1], ["乙", "", "", "C-3", 1])
        book.active.merge_cells("C3:C4")
        report = take(place, packed(book))
        assert (report.created, [r.row for r in report.refused]) == (1, [3, 4])
        assert "C3:C4是合并的" in report.refused[0].reason
        assert "取消合并" in report.refused[0].faults[0].remedy

    def test_a_formula(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲", "公共服务", "县市场监管局", "C-2", "=1+2"])
        (fault,) = self.refused(place, book).faults
        assert (fault.row, fault.heading, fault.problem) == (3, "承诺时限", "单元格是公式，没有数值")
        assert "粘贴" in fault.remedy

    def test_an_error_value(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲", "公共服务", "县市场监管局", "C-2", "#REF!"])
        assert "错误值#REF!" in self.refused(place, book).reason

    def test_a_date_where_a_number_belongs(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲", "公共服务", "县市场监管局", "C-2", dt.datetime(1900, 1, 5)])
        (fault,) = self.refused(place, book).faults
        assert "1900-01-05”不是数字" in fault.problem
        assert "日期格式" in fault.remedy

    def test_a_very_long_cell(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲" * 30_000, "公共服务", "县市场监管局", "C-2", 1])
        assert "超过200字" in self.refused(place, book).reason
        long = workbook(
            [*HEADER, "咨询电话"], [*GOOD, ""], ["甲", "公共服务", "县市场监管局", "C-2", 1, "1" * 500]
        )
        assert [r.reason for r in take(place, packed(long)).refused] == ["咨询电话超过40字"]

    def test_an_unknown_word_names_what_may_be_chosen(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲", "神秘类型", "县市场监管局", "C-2", 1])
        (fault,) = self.refused(place, book).faults
        assert "行政许可" in fault.remedy

    def test_numbers_as_text_full_width_or_with_zeros_are_numbers(self, place, organ):
        rows = [["甲", "20", "县市场监管局", "C-2", "５"], ["乙", 20, "县市场监管局", "C-3", "7.0"]]
        report = take(place, packed(workbook(HEADER, *rows, ["丙", 20.0, "县市场监管局", 12345, 9.0])))
        assert report.created == 3
        promised = dict(MatterVersion.objects.values_list("matter__implementation_code", "promised_value"))
        assert promised == {"C-2": 5, "C-3": 7, "12345": 9}

    def test_a_header_in_row_three_below_a_merged_title(self, place, organ):
        book = workbook(["安和县事项清单"], [], HEADER, GOOD)
        book.active.merge_cells("A1:E1")
        assert take(place, packed(book)).created == 1

    def test_rows_far_below_and_columns_nobody_knows_do_no_harm(self, place, organ):
        book = workbook([*HEADER, "备注"], [*GOOD, "随便写"])
        book.active.cell(5_000, 1).value = "最后一行"
        report = take(place, packed(book))
        assert report.unknown == ["备注"]
        assert [r.row for r in report.refused] == [5_000]


class TestTheAnnotatedCopy:
    def test_a_wrong_cell_is_red_with_a_comment_and_listed(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲", "神秘类型", "县市场监管局", "C-2", "x"])
        book.active["A1"].font = openpyxl.styles.Font(name="楷体")
        content = packed(book)
        report = take(place, content)
        made = openpyxl.load_workbook(io.BytesIO(annotate(content, read_book(content), report)))
        sheet = made["Sheet1"]
        assert sheet["A1"].font.name == "楷体"  # it is the keeper's own workbook
        assert sheet["B3"].fill.start_color.rgb == "FFFFC7CE"
        assert "神秘类型" in sheet["B3"].comment.text
        assert sheet["E3"].comment
        assert sheet["A2"].comment is None
        assert sheet["E2"].fill.start_color.rgb != "FFFFC7CE"
        lines = list(made["导入结果"].values)
        assert lines[0] == ("工作表", "行", "列", "列名", "问题", "怎么改")
        assert {(line[0], line[1], line[3]) for line in lines[1:] if line[3]} == {
            ("Sheet1", 3, "事项类型"),
            ("Sheet1", 3, "承诺时限"),
        }

    def test_a_csv_file_becomes_an_annotated_workbook_in_which_nothing_runs(self, place, organ):
        text = "事项名称,事项类型,实施部门\n=cmd|x,什么,县市场监管局\n"
        report = take(place, text.encode(), "清单.csv")
        made = openpyxl.load_workbook(io.BytesIO(annotate(text.encode(), read_book(text.encode()), report)))
        sheet = made["事项"]
        assert (sheet["A2"].value, sheet["A2"].data_type) == ("=cmd|x", "s")
        assert "什么" in sheet["B2"].comment.text

    def test_the_copy_can_be_mended_and_imported_again(self, place, organ):
        book = workbook(HEADER, GOOD, ["甲", "神秘类型", "县市场监管局", "C-2", 1])
        content = packed(book)
        report = take(place, content)
        made = openpyxl.load_workbook(io.BytesIO(annotate(content, read_book(content), report)))
        made["Sheet1"]["B3"].value = "公共服务"
        again = take(place, packed(made))
        assert (again.created, again.unchanged, again.refused) == (1, 1, [])

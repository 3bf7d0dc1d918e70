"""The catalogue goes out and comes in: nothing is lost, nothing changes by itself, nothing runs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest

from hall.actors import SYSTEM
from hall.errors import NotAllowed
from hall.organisation.choices import Role
from hall.organisation.models import Department, Jurisdiction
from hall.trail.models import Event
from matters import exporting, services
from matters.choices import ImportMode
from matters.exporting import opendata
from matters.importing import columns, import_matters, vocabulary
from matters.models import Matter, MatterVersion

from .conftest import officer
from .test_importing import LIST, take


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def packed(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def heading_at(sheet: Any, name: str) -> int:
    """The number of the column whose heading is `name`'s."""
    wanted = columns.heading(name)
    return next(cell.column for cell in sheet[1] if cell.value == wanted)


def row_of(sheet: Any, code: str, skip: int = 0) -> int:
    """The row of a matter, by its implementation code."""
    at = heading_at(sheet, "implementation_code")
    rows = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, at).value == code]
    return rows[skip]


def again(place: Jurisdiction, content: bytes, **options: Any) -> Any:
    return import_matters(content, place, by=SYSTEM, name="导出.xlsx", **options)


class TestAnEditedExport:
    @pytest.fixture
    def book(self, place, published):
        return opened(exporting.export_workbook(place, by=SYSTEM))

    def set_cell(self, book, name, value, kind="matters", row=2):
        sheet = book[vocabulary.sheet(kind)]
        made = {"materials": columns.materials(), "steps": columns.steps()}.get(kind)
        head = made[name].heading if made else columns.heading(name)
        at = next(cell.column for cell in sheet[1] if cell.value == head)
        sheet.cell(row, at).value = value

    def test_what_is_changed_in_any_sheet_is_in_the_draft_and_nothing_else(self, place, published, book):
        self.set_cell(book, "phone", "0000-7654321")
        self.set_cell(book, "note", "一式两份", "materials")
        report = again(place, packed(book))
        assert (report.updated, report.drafts) == (1, 1), report.refused
        draft = published.matter.versions.get(state="draft")
        assert draft.phone == "0000-7654321"
        assert draft.materials.first().note == "一式两份"
        kept = ("promised_value", "legal_basis", "form", "conditions", "applicants", "result_name")
        assert all(getattr(draft, name) == getattr(published, name) for name in kept)
        assert draft.steps.count() == published.steps.count()

    def test_published_deliberately_it_is_in_force_at_once(self, place, published, book):
        self.set_cell(book, "phone", "0000-7654321")
        report = again(place, packed(book), publish=True)
        assert (report.versions, report.drafts) == (1, 0), report.refused
        assert MatterVersion.objects.valid_at().get().phone == "0000-7654321"

    def test_a_keeper_alone_puts_no_change_in_force(self, place, published, book, keeper, second_keeper):
        self.set_cell(book, "phone", "0000-7654321")
        content = packed(book)
        report = import_matters(content, place, by=keeper, name="导出.xlsx", publish=True)
        assert (report.versions, report.drafts) == (0, 1), report.refused
        assert MatterVersion.objects.valid_at().get() == published
        (waiting,) = published.matter.versions.filter(state="checked")
        services.approve(waiting.pk, by=second_keeper)
        services.publish(waiting.pk, by=keeper)
        assert MatterVersion.objects.valid_at().get().phone == "0000-7654321"

    def test_a_rule_that_speaks_against_it_keeps_it_out_and_is_named(self, place, published, book):
        self.set_cell(book, "promised_value", 2)  # the steps still take five days
        report = again(place, packed(book), publish=True)
        (refusal,) = report.refused
        assert "各阶段时限之和" in refusal.reason
        assert published.matter.versions.count() == 1

    def test_a_row_made_from_an_older_version_is_refused(self, place, published, book, keeper, second_keeper):
        draft = services.draft_version(published.matter_id, by=keeper)
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        services.publish(draft.pk, by=keeper)
        self.set_cell(book, "phone", "0000-7654321")
        (refusal,) = again(place, packed(book)).refused
        assert "现在是第2版，这一行依据的是第1版" in refusal.reason

    def test_a_matter_with_an_open_draft_is_refused(self, place, published, book, keeper):
        services.draft_version(published.matter_id, by=keeper)
        self.set_cell(book, "phone", "0000-7654321")
        (refusal,) = again(place, packed(book)).refused
        assert "未发布" in refusal.reason

    def test_a_state_is_not_changed_by_a_file(self, place, published, book):
        self.set_cell(book, "state", "取消")
        (refusal,) = again(place, packed(book)).refused
        assert refusal.reason == "状态不能通过导入修改"

    def test_a_wrong_cell_of_any_sheet_is_named_with_its_place(self, place, published, book):
        self.set_cell(book, "necessity", "也许", "materials", row=3)
        (refusal,) = again(place, packed(book)).refused
        (fault,) = refusal.faults
        assert (fault.sheet, fault.row, fault.column) == (vocabulary.sheet("materials"), 3, "necessity")
        assert "可以填" in fault.remedy

    def test_a_structure_that_is_none_is_refused_with_its_remedy(self, place, published, book):
        self.set_cell(book, "legal_basis", "[1, 2]")
        (refusal,) = again(place, packed(book)).refused
        assert "结构不对" in refusal.reason
        self.set_cell(book, "legal_basis", '[{"law":')
        (refusal,) = again(place, packed(book)).refused
        assert "JSON" in refusal.reason

    def test_a_part_of_no_matter_is_refused(self, place, published, book):
        sheet = book[vocabulary.sheet("steps")]
        sheet.append(["B-9"])
        report = again(place, packed(book))
        assert [r.reason for r in report.refused] == ["“事项”表中没有实施编码B-9"]
        assert report.unchanged == 1

    def test_into_an_empty_place_it_brings_the_whole_matter(self, place, published, book, keeper):
        there = Jurisdiction.objects.create(
            slug="b", code="2", name="乙县", short_name="乙", level="county", settings=place.settings
        )
        for each in Department.objects.all():
            each.pk, each.jurisdiction = None, there
            each.save()
        report = again(there, packed(book), publish=True)
        assert not report.refused, report.refused[0].reason
        assert (report.created, report.versions) == (1, 1)
        made = MatterVersion.objects.get(matter__jurisdiction=there)
        for name in columns.elements():
            if name not in ("deciding",):
                assert getattr(made, name) == getattr(published, name), name
        assert [m.name for m in made.materials.all()] == [m.name for m in published.materials.all()]
        assert [(s.stage, s.department.name) for s in made.steps.all()] == [
            (s.stage, s.department.name) for s in published.steps.all()
        ]


class TestWhatGoesOut:
    def test_nothing_that_looks_like_a_formula_runs(self, place, published, keeper):
        services.rename(published.matter_id, by=keeper, name="=cmd|' /C calc'!A0", aliases=["+1", "@x", "-2"])
        content = exporting.export_workbook(place, by=SYSTEM)
        sheet = opened(content)[vocabulary.sheet("matters")]
        cell = sheet.cell(2, heading_at(sheet, "name"))
        assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
        assert cell.quotePrefix
        assert again(place, content).unchanged == 1
        text = "".join(exporting.csv_lines(exporting.stamp_of(place)))
        row = list(csv.reader(io.StringIO(text)))[1]
        assert "'=cmd|' /C calc'!A0" in row
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)

    def test_a_text_too_long_for_a_cell_comes_back_whole(self, place, published, keeper):
        long = [{"q": "问", "a": "答" * 40_000 + " "}]
        draft = services.draft_version(published.matter_id, by=keeper)
        services.change_draft(draft.pk, by=keeper, elements={"faq": long})
        draft.refresh_from_db()
        services.publishing.release(draft, by=keeper)
        content = exporting.export_workbook(place, by=SYSTEM)
        assert vocabulary.sheet("texts") in opened(content).sheetnames
        assert again(place, content).unchanged == 1

    def test_control_characters_are_left_out_and_change_nothing(self, place, published, keeper):
        services.rename(published.matter_id, by=keeper, aliases=["开\x0b店", " 办/证 "])
        report = again(place, exporting.export_workbook(place, by=SYSTEM))
        assert report.unchanged == 1, report

    def test_json_has_every_element(self, place, published):
        told = json.loads("".join(exporting.export_json(place, by=SYSTEM)))
        (matter,) = told["matters"]
        assert matter["version"]["promised_value"] == 5
        assert set(matter["version"]) >= {n for n in columns.elements() if n != "deciding"}
        assert len(matter["version"]["materials"]) == 3
        assert matter["version"]["steps"][0]["department"] == published.department.name

    def test_only_a_keeper_of_the_place_takes_the_whole_catalogue_out(self, place, published, hall):
        clerk = officer(place, "clerk", Role.CLERK, hall=hall)
        with pytest.raises(NotAllowed):
            exporting.export_workbook(place, by=clerk)
        exporting.export_workbook(place, by=SYSTEM)
        assert Event.objects.filter(what="catalogue_exported").count() == 1


class TestOpenData:
    def test_the_public_file_has_public_elements_a_licence_and_its_stamp(self, client, place, published):
        page = client.get("/p/anhe/open-data/")
        assert "CC BY" in page.content.decode()
        assert "/p/anhe/open-data/" in client.get("/p/anhe/").content.decode()
        response = client.get("/p/anhe/open-data/matters.json")
        told = json.loads(b"".join(response.streaming_content))
        assert told["stamp"] == place.catalogue_stamp.number
        assert "注明来源" in told["licence"]["text"]
        version = told["matters"][0]["version"]
        assert version["promised_value"] == 5
        assert not opendata.NOT_PUBLIC & version.keys()
        rows = csv.DictReader(
            io.StringIO(
                b"".join(client.get("/p/anhe/open-data/matters.csv").streaming_content).decode("utf-8-sig")
            )
        )
        (row,) = rows
        assert row["事项名称"] == published.matter.name
        assert row["数据戳"] == str(place.catalogue_stamp.number)

    def test_it_is_made_anew_only_when_the_catalogue_has_changed(self, client, published, keeper):
        address = "/p/anhe/open-data/matters.csv"
        tag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        services.rename(published.matter_id, by=keeper, aliases=["新说法"])
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


class TestBatches:
    """整批导入: one wrong row keeps out its batch, and no other."""

    TEXT = LIST.replace("second,", "").replace("first,列入,第一批,2", "first,列入,第二批,2")

    @pytest.fixture(autouse=True)
    def a_list(self, place, organ):
        services.set_list(place, "first", by=SYSTEM, name="第一批清单", published_total=2)

    def test_a_refused_row_keeps_out_its_batch_only(self, place):
        wrong = "某事项,神秘类型,,,,县市场监管局,A-3,,,,,,,,,first,列入,第二批,3,,\n"
        report = take(place, self.TEXT + wrong, mode=ImportMode.BATCH)
        assert (report.read, report.created, len(report.refused), report.held) == (3, 1, 1, 1)
        assert [(b.name, b.rows, b.applied) for b in report.batches] == [
            ("第一批", 1, True),
            ("第二批", 2, False),
        ]
        assert list(Matter.objects.values_list("implementation_code", flat=True)) == ["A-1"]

    def test_what_a_taken_back_batch_had_entered_is_gone(self, place):
        rows = "甲,20,某新局,B-1,一\n乙,x,某新局,B-2,一\n丙,20,某新局,B-3,二\n"
        text = f"事项名称,事项类型,实施部门,实施编码,批次\n{rows}"
        report = take(place, text, mode=ImportMode.BATCH)
        assert report.created == 1
        assert report.departments == ["某新局"]
        assert Matter.objects.get().department == Department.objects.get(name="某新局")

    def test_the_whole_file_is_one_batch_where_no_batch_is_named(self, place):
        text = "事项名称,事项类型,实施部门,实施编码\n甲,20,县市场监管局,B-1\n乙,x,县市场监管局,B-2\n"
        report = take(place, text, mode=ImportMode.BATCH)
        assert (report.created, report.held, len(report.refused)) == (0, 1, 1)
        assert not Matter.objects.exists()

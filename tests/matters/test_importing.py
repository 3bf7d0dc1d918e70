"""The importer takes what strangers publish: nothing lost, nothing rewritten, everything odd reported."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from hall.actors import SYSTEM
from hall.errors import Invalid, NotAllowed
from hall.organisation.choices import Role
from matters import services
from matters.choices import Certainty, Flag
from matters.importing import import_matters
from matters.models import ListEntry, Matter, MatterList, MatterVersion

from .conftest import officer

EXCERPT = Path(__file__).with_name("published-excerpt.csv")
HEADER = (
    "事项名称,事项类型,领域,主题,行使层级,实施部门,实施编码,服务对象,办件类型,法定时限,法定时限单位,承诺时限,"
    "承诺时限单位,到现场次数,网上办理深度,清单,清单角色,批次,序号,镇街可受理,来源\n"
)
ONE = (
    "个体工商户设立登记,行政许可,商事登记,经营许可,县级,县市场监管局,A-1,自然人、个体工商户,即办件,3,工作日,"
)
TWO = "建筑工程施工许可,行政许可,投资项目,工程建设,县级,县住建局,A-2,企业法人,承诺件,20,工作日,"
LIST = (
    f"{HEADER}{ONE}0,工作日,0,4,first,列入,第一批,1,是,示范\n{TWO}7,工作日,1,3,first,列入,第一批,2,否,示范\n"
)


def take(place, text, **options):
    return import_matters(text.encode(), place, by=SYSTEM, **options)


class TestOurOwnLists:
    @pytest.fixture
    def first_list(self, place):
        return services.set_list(place, "first", by=SYSTEM, name="第一批清单", published_total=2)

    def test_a_row_states_elements_and_its_place_in_a_list(self, place, organ, first_list):
        report = take(place, LIST, publish=True)
        assert (report.created, report.versions, report.listed) == (2, 2, 2)
        instant = MatterVersion.objects.get(matter__implementation_code="A-1")
        assert (instant.case_type, instant.promised_value, instant.visits, instant.online_depth) == (
            "instant",
            0,
            0,
            4,
        )
        assert instant.applicants == ["person", "individual"]
        assert instant.town_intake
        assert instant.certainty == Certainty.PROFILE
        promised = MatterVersion.objects.get(matter__implementation_code="A-2")
        assert (promised.statutory_value, promised.promised_value) == (20, 7)
        assert not [f for f in services.check(promised) + services.check(instant) if f.blocks]
        assert list(first_list.entries.values_list("order", "batch")) == [(1, "第一批"), (2, "第一批")]

    def test_a_changed_promise_makes_the_next_version(self, place, organ, first_list):
        take(place, LIST, publish=True)
        report = take(place, LIST.replace(",20,工作日,7,", ",20,工作日,5,"), publish=True)
        assert (report.updated, report.unchanged, report.versions) == (1, 1, 1)
        versions = MatterVersion.objects.filter(matter__implementation_code="A-2").order_by("number")
        assert [(v.promised_value, v.state) for v in versions] == [(7, "superseded"), (5, "published")]

    def test_a_worked_out_version_is_never_replaced_by_a_list(self, place, published):
        matter = published.matter
        row = (
            "事项名称,事项类型,实施部门,实施编码,承诺时限\n"
            f"{matter.name},行政许可,县市场监管局,{matter.implementation_code},9\n"
        )
        report = take(place, row, publish=True)
        assert report.versions == 0
        assert [flagged.flag for flagged in report.flagged] == [Flag.LIST_DIFFERS]
        assert matter.versions.count() == 1

    def test_a_matter_without_a_code_is_found_again(self, place, organ):
        row = "事项名称,事项类型,实施部门\n开具证明,公共服务,县市场监管局\n"
        assert take(place, row).created == 1
        assert take(place, row).unchanged == 1
        assert Matter.objects.get().flags == [Flag.CODE_MADE_HERE]

    def test_a_wrong_row_is_refused_with_its_reason_and_the_others_go_in(self, place, organ, first_list):
        text = (
            LIST
            + "某事项,神秘类型,,,,县市场监管局,A-3,,,,,x天,,,,nowhere,,,,,\n"
            + LIST.splitlines()[1]
            + "\n"
        )
        report = take(place, text)
        assert (report.read, report.created) == (4, 2)
        assert [(r.row, r.name) for r in report.refused] == [(4, "某事项"), (5, "个体工商户设立登记")]
        assert "事项类型“神秘类型”不认识" in report.refused[0].reason
        assert "没有这个清单：nowhere" in report.refused[0].reason
        assert report.refused[1].reason == "实施编码A-1与第2行重复"

    def test_a_dry_run_reports_the_same_and_writes_nothing(self, place, organ, first_list):
        dry = take(place, LIST, publish=True, dry_run=True)
        assert not Matter.objects.exists()
        assert dry.as_data() == take(place, LIST, publish=True).as_data()

    def test_a_list_that_is_not_there_stops_the_import(self, place):
        with pytest.raises(Invalid, match="nowhere"):
            take(place, LIST, list_code="nowhere")

    def test_only_a_keeper_of_the_place_may_import(self, place, hall):
        with pytest.raises(NotAllowed):
            import_matters(LIST.encode(), place, by=officer(place, "clerk", Role.CLERK, hall=hall))


class TestFiles:
    def test_gb18030_and_other_separators_are_read(self, place, organ):
        text = "事项名称\t事项类型\t实施部门\n开具证明\t公共服务\t县市场监管局\n"
        report = import_matters(text.encode("gb18030"), place, by=SYSTEM)
        assert report.created == 1
        assert Matter.objects.get().department == organ

    def test_a_workbook_with_a_title_above_its_header_is_read(self, place, organ):
        book = openpyxl.Workbook()
        book.active.append(["安和县政务服务事项清单"])
        for line in csv.reader(["事项名称,事项类型,实施部门,承诺时限", "开具证明,20,县市场监管局,"]):
            book.active.append(line)
        book.active.append(["食品经营许可", 1, "县市场监管局", 7])
        content = io.BytesIO()
        book.save(content)
        report = import_matters(content.getvalue(), place, by=SYSTEM, name="清单.xlsx")
        assert (report.read, report.created) == (2, 2)
        assert MatterVersion.objects.get(matter__name="食品经营许可").promised_value == 7

    def test_a_zip_bomb_is_refused(self, place):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 1024 * 1024))
        assert len(content.getvalue()) < 1_000_000
        with pytest.raises(Invalid, match="解压后过大"):
            import_matters(content.getvalue(), place, by=SYSTEM)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "空"),
            (b"PK\x03\x04 not a zip", "损坏"),
            ("一,二,三\n1,2,3\n".encode(), "表头"),
            (b"\xff\xfe\x00\xd8\x00", "编码|表头"),
            (b"name,kind\n" + b'"open', "CSV"),
        ],
    )
    def test_what_cannot_be_read_is_refused_in_plain_words(self, place, content, message):
        with pytest.raises(Invalid, match=message):
            import_matters(content, place, by=SYSTEM)

    def test_too_many_rows_are_refused(self, place, monkeypatch):
        monkeypatch.setattr("matters.importing.reading.MOST_ROWS", 5)
        rows = "".join(f"事项{n},20,某局\n" for n in range(30))
        with pytest.raises(Invalid, match="超过5行"):
            take(place, "事项名称,事项类型,实施部门\n" + rows)


class TestCommand:
    def test_it_prints_what_it_did(self, place, organ, capsys):
        services.set_list(place, "first", by=SYSTEM, name="第一批", published_total=3)
        call_command(
            "import_matters", str(EXCERPT), "--jurisdiction", "999901", "--list", "first", "--publish"
        )
        out = capsys.readouterr().out
        assert "拒绝0" in out
        assert ListEntry.objects.count() == MatterList.objects.get().entries.count() == Matter.objects.count()

"""Imports that keepers start: through the files' checks, behind a progress bar, surviving a dead worker."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hall import trays
from hall.errors import Invalid, NotAllowed
from hall.files.choices import FileState
from hall.files.models import StoredFile
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.people.models import User
from matters import tasks
from matters.choices import ImportMode, ImportState
from matters.importing import runs
from matters.models import ImportRun, Matter, MatterVersion

from .conftest import officer
from .test_importing import LIST

HEADER = "事项名称,事项类型,实施部门,实施编码\n"


def lines(number):
    return HEADER + "".join(f"开具第{n}号证明,公共服务,县市场监管局,N-{n}\n" for n in range(number))


def upload(text="", name="清单.csv"):
    text = text or lines(2)
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def begin(place, who, file=None, **options):
    owner = User.objects.get(pk=who.user_id)
    return runs.begin(file or upload(), place, by=who, owner=owner, **{"dry_run": False, **options})


@pytest.fixture
def desk(client, keeper):
    client.force_login(User.objects.get(pk=keeper.user_id))
    return client


def address(name, *args):
    return reverse(f"matters:{name}", args=args)


class TestARun:
    def test_a_small_file_is_imported_at_once(self, place, organ, keeper):
        run = begin(place, keeper)
        assert (run.state, run.attempts) == (ImportState.DONE, 1)
        assert runs.report_of(run).created == Matter.objects.count() == 2

    def test_its_file_went_through_the_pipeline_and_is_kept(self, place, organ, keeper):
        run = begin(place, keeper)
        assert (run.file.state, run.file.claimed_id) == (FileState.CLAIMED, str(run.pk))

    def test_what_the_pipeline_refuses_never_becomes_a_run(self, place, keeper):
        for name, content in (("x.pdf", b"%PDF-1.4 %%EOF"), ("x.csv", bytes(range(128, 256)))):
            with pytest.raises(Invalid):
                begin(place, keeper, upload(content, name))
        assert not ImportRun.objects.exists()
        assert not StoredFile.objects.filter(state=FileState.CLAIMED).exists()

    def test_a_large_file_waits_for_a_porter_and_tells_its_progress(
        self, place, organ, keeper, monkeypatch, django_capture_on_commit_callbacks
    ):
        sent = []
        monkeypatch.setattr(trays, "_send", lambda name, args: sent.append((name, str(args[0]))))
        with django_capture_on_commit_callbacks(execute=True):
            run = begin(place, keeper, upload(lines(runs.SMALL + 1)))
        assert run.state == ImportState.WAITING
        assert runs.progress(run) == (0, runs.SMALL + 1)
        assert sent == [("matters.carry_out_import", str(run.pk))]
        assert tasks.carry_out_import(str(run.pk))
        assert not tasks.carry_out_import(str(run.pk))  # once is enough
        assert Matter.objects.count() == runs.SMALL + 1

    def test_a_dead_worker_leaves_it_waiting_and_nothing_written(self, place, organ, keeper, monkeypatch):
        run = begin(place, keeper, upload(lines(runs.SMALL + 1)))

        def killed(*args, **kwargs):
            real(*args, **kwargs)
            raise SystemExit  # what a worker that is told to go raises

        real = runs.import_book
        monkeypatch.setattr(runs, "import_book", killed)
        with pytest.raises(SystemExit):
            runs.carry_out(run.pk)
        monkeypatch.undo()
        run.refresh_from_db()
        assert (run.state, run.attempts) == (ImportState.WAITING, 1)
        assert not Matter.objects.exists()
        assert tasks.sweep_imports() == 1
        assert Matter.objects.count() == runs.SMALL + 1

    def test_a_file_that_ends_every_worker_is_given_up(self, place, organ, keeper, monkeypatch):
        run = begin(place, keeper, upload(lines(runs.SMALL + 1)))

        def killed(*args, **kwargs):
            raise SystemExit

        monkeypatch.setattr(runs, "import_book", killed)
        for _attempt in range(runs.MOST_ATTEMPTS):
            with pytest.raises(SystemExit):
                runs.carry_out(run.pk)
        assert not runs.carry_out(run.pk)
        run.refresh_from_db()
        assert run.state == ImportState.FAILED
        assert "几次使导入中断" in run.reason

    def test_a_keeper_who_lost_the_post_imports_nothing_more(self, place, organ, keeper):
        run = begin(place, keeper, upload(lines(runs.SMALL + 1)))
        User.objects.get(pk=keeper.user_id).posts.all().delete()
        runs.carry_out(run.pk)
        run.refresh_from_db()
        assert (run.state, Matter.objects.count()) == (ImportState.FAILED, 0)

    def test_only_a_keeper_of_the_place_begins_one(self, place, hall):
        with pytest.raises(NotAllowed):
            begin(place, officer(place, "clerk", Role.CLERK, hall=hall))

    def test_two_workers_do_it_once(self, transactional_db, place, organ, keeper, really_concurrent):
        run = begin(place, keeper, upload(lines(runs.SMALL + 1)))
        outcomes = really_concurrent(*[lambda: runs.carry_out(run.pk)] * 3)
        assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
        assert [outcome.value for outcome in outcomes].count(True) == 1
        assert Matter.objects.count() == runs.SMALL + 1


class TestOnScreen:
    def test_a_dry_run_then_the_same_file_for_good_without_choosing_it_again(self, desk, place, organ):
        answer = desk.post(address("import"), {"file": upload(), "try": "1"}, headers={"HX-Request": "true"})
        assert "没有写入" in answer.content.decode()
        assert not Matter.objects.exists()
        run = ImportRun.objects.get()
        answer = desk.post(address("import_for_good", run.pk), follow=True)
        assert "已写入" in answer.content.decode()
        assert Matter.objects.count() == 2

    def test_the_page_polls_while_it_waits(self, desk, place, organ, keeper):
        run = begin(place, keeper, upload(lines(runs.SMALL + 1)))
        page = desk.get(address("import_run", run.pk), headers={"HX-Request": "true"}).content.decode()
        assert 'hx-trigger="every 1s"' in page
        assert "<progress" in page
        runs.carry_out(run.pk)
        page = desk.get(address("import_run", run.pk)).content.decode()
        assert "every 1s" not in page
        assert "已写入" in page

    def test_wrong_cells_are_listed_and_the_annotated_copy_can_be_fetched(self, desk, place, organ):
        text = lines(1) + "某事项,神秘类型,县市场监管局,X-1\n"
        data = {"file": upload(text), "mode": ImportMode.BATCH, "try": "1"}
        page = desk.post(address("import"), data).content.decode()
        assert "事项类型“神秘类型”不认识" in page
        assert "可以填：" in page
        assert "整批没有写入" in page
        run = ImportRun.objects.get()
        copy = desk.get(reverse("files:file", args=[run.annotated_id]))
        book = openpyxl.load_workbook(io.BytesIO(b"".join(copy.streaming_content)))
        assert book.sheetnames[0] == "导入结果"

    def test_nobody_else_reads_the_copy(self, desk, client, place, organ, keeper, hall):
        run = begin(place, keeper, upload(lines(1) + "某事项,神秘类型,县市场监管局,X-1\n"))
        elsewhere = Jurisdiction.objects.create(
            slug="b", code="2", name="乙", short_name="乙", level="county"
        )
        for stranger in (officer(elsewhere, "stranger"), officer(place, "clerk", Role.CLERK, hall=hall)):
            client.force_login(User.objects.get(pk=stranger.user_id))
            assert client.get(reverse("files:file", args=[run.annotated_id])).status_code == 403
            assert client.get(address("import_run", run.pk)).status_code in (403, 404)

    def test_the_template_is_filled_in_and_imported(self, desk, place, organ):
        content = desk.get(address("import_workbook")).content
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book["事项"]
        assert book["词汇"].sheet_state == "veryHidden"
        assert len(sheet.data_validations.dataValidation) > 10
        heads = {cell.value: cell.column for cell in sheet[1]}
        assert organ.name in [cell.value for cell in book["词汇"]["A"]]
        for head, value in (
            ("事项名称", "公共场所卫生许可"),
            ("事项类型", "行政许可"),
            ("实施部门", organ.name),
            ("实施编码", "T-1"),
            ("办件类型", "承诺件"),
            ("承诺时限", 5),
            ("咨询电话", "0000-1234567"),
        ):
            sheet.cell(3, heads[head]).value = value
        materials = book["材料"]
        heads = {cell.value: cell.column for cell in materials[1]}
        materials.cell(4, heads["实施编码"]).value = "T-1"
        materials.cell(4, heads["名称"]).value = "申请表"
        out = io.BytesIO()
        book.save(out)
        file = upload(out.getvalue(), "模板.xlsx")
        page = desk.post(address("import"), {"file": file, "apply": "1"}).content.decode()
        assert "1行标为示例" in page
        report = runs.report_of(ImportRun.objects.get())
        assert not report.refused, report.refused
        version = MatterVersion.objects.get()
        assert (version.promised_value, version.phone) == (5, "0000-1234567")
        assert [m.name for m in version.materials.all()] == ["申请表"]

    def test_the_list_can_be_exported_as_it_is_narrowed(self, desk, some_matters):
        content = desk.get(address("export") + "?q=公司").content
        sheet = openpyxl.load_workbook(io.BytesIO(content))["事项"]
        assert sheet.max_row == 2
        told = b"".join(desk.get(address("export_json")).streaming_content)
        assert told.count(b'"implementation_code"') == 5

    def test_a_list_with_its_batches(self, desk, place, organ, keeper):
        from matters import services

        services.set_list(place, "first", by=keeper, name="第一批", published_total=2)
        data = {"file": upload(LIST), "mode": ImportMode.BATCH, "apply": "1"}
        assert "已写入" in desk.post(address("import"), data).content.decode()
        assert Matter.objects.count() == 2

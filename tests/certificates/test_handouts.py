"""Guides, forms, manuals and QR sheets as they come out of the printer."""

from __future__ import annotations

import subprocess

import pikepdf
import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from certificates import print_runs, services, sheets
from certificates.choices import PrintKind, PrintState
from certificates.composing import qrcards
from certificates.composing.formsheets import form_sheet
from certificates.composing.leaflets import guide_sheet
from certificates.composing.manuals import manual_sheet
from certificates.models import PrintRun
from certificates.workshop import leaflets
from hall.errors import Invalid, NotAllowed
from hall.organisation.models import Window, Zone
from hall.people.models import User
from matters import formschema, samples
from matters import services as catalogue
from matters.choices import FieldKind
from matters.models import Matter, MatterVersion
from tests import traits
from tests.support.scanning import codes_on

FIELDS = [
    {"key": "site", "label": "经营场所", "kind": "address", "required": True, "help": "与房产证一致"},
    {"key": "mode", "label": "经营方式", "kind": "select", "required": True, "options": ["批发", "零售"]},
    {"key": "goods", "label": "经营范围", "kind": "multiselect", "options": ["食品", "药品", "酒类"]},
    {"key": "since", "label": "开业日期", "kind": "date"},
    {"key": "money", "label": "注册资本", "kind": "money", "rules": {"minimum": 30000}},
    {"key": "area", "label": "面积", "kind": "area"},
    {"key": "chain", "label": "是否连锁", "kind": "bool"},
    {"key": "staff", "label": "从业人员", "kind": "table", "columns": ["姓名", "证件号码", "岗位"]},
    {"key": "code", "label": "项目编号", "kind": "text", "rules": {"pattern": r"^\d{6}$"}},
]


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def version(bureau, health, fire, centre, intake_window) -> MatterVersion:
    """A matter with two consulted departments, special procedures, a form of every kind."""
    made = traits.make_version(
        bureau,
        steps=[
            traits.step(health, 1, 2, silent_consent=True),
            traits.step(fire, 1, 2),
            traits.step(bureau, 2, 3, decides=True),
        ],
        form_fields=FIELDS,
        counter_tips=["先查有没有前置许可"],
        discretion=["缺少主件的不予受理"],
        faq=[{"q": "能代办吗？", "a": "能。"}],
        deferral_allowed=True,
        special_procedures=[
            {"kind": "hearing", "when": "涉及公共利益", "stops_clock": True, "limit_value": 20,
             "limit_unit": "working_day", "ground": "hearing", "basis": "第四十六条"}
        ],
    )  # fmt: skip
    return whole(made)


@pytest.fixture
def zone(a_place, intake_window) -> Zone:
    """The zone of the one intake window, which takes the matters of this world."""
    a_place.settings = {**a_place.settings, "zone_of_domain": {"business": "general"}}
    a_place.save()
    return Zone.objects.select_related("hall__jurisdiction").get(pk=intake_window.zone_id)


@pytest.fixture
def as_officer(client):
    def log_in(officer):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return log_in


def whole(version: MatterVersion) -> MatterVersion:
    return MatterVersion.objects.whole().get(pk=version.pk)


def text_of(content: bytes, tmp_path, *options: str) -> str:
    """What a reader finds in a PDF, without white space."""
    (tmp_path / "a.pdf").write_bytes(content)
    done = subprocess.run(["pdftotext", *options, tmp_path / "a.pdf", "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def codes_of(content: bytes, tmp_path) -> list[str]:
    (tmp_path / "q.pdf").write_bytes(content)
    return codes_on(tmp_path / "q.pdf")


def link_of(matter: Matter, settings) -> str:
    return settings.HALL_ADDRESS.rstrip("/") + reverse("matters:short", args=[matter.short_code])


class TestGuidePdf:
    @pytest.fixture
    def content(self, version) -> bytes:
        return leaflets.draw(guide_sheet(version))

    def test_it_is_tagged_titled_and_in_chinese(self, content, tmp_path, version):
        (tmp_path / "a.pdf").write_bytes(content)
        with pikepdf.open(tmp_path / "a.pdf") as document:
            assert document.Root.MarkInfo.Marked
            assert str(document.Root.Lang) == "zh-CN"
            assert document.Root.ViewerPreferences.DisplayDocTitle
            assert version.matter.name in str(document.docinfo.get("/Title", ""))
            assert "/Outlines" in document.Root

    def test_it_says_what_the_page_says(self, content, tmp_path, version):
        text = text_of(content, tmp_path)
        for said in (version.matter.name, "有合适的场所", "申请书", "要跑几次", "听证", "不计入", "能代办吗",
                     "示范条例",
                     "安和县政务服务中心", "申请行政复议",
                     "由部门向县市场监管局核查获取"):  # fmt: skip
            assert said in text, said

    def test_the_chart_is_in_it(self, content, tmp_path):
        text = text_of(content, tmp_path)
        assert "申请人提出申请" in text and "同时进行" in text

    def test_every_page_has_its_number_the_place_the_version_and_the_day(self, content, tmp_path, version):
        from hall.now import today

        (tmp_path / "a.pdf").write_bytes(content)
        with pikepdf.open(tmp_path / "a.pdf") as document:
            pages = len(document.pages)
        day = today()
        for number in range(1, pages + 1):
            text = text_of(content, tmp_path, "-f", str(number), "-l", str(number))
            assert f"第{number}页，共{pages}页" in text
            assert version.matter.jurisdiction.name in text
            assert f"第{version.number}版" in text
            assert f"打印日期{day.year}年{day.month}月{day.day}日" in text

    def test_its_code_leads_to_the_short_link(self, content, tmp_path, version, settings):
        assert codes_of(content, tmp_path) == [link_of(version.matter, settings)]

    def test_empty_elements_are_left_out(self, bureau, tmp_path):
        text = text_of(leaflets.draw(guide_sheet(whole(traits.make_version(bureau, questions=[])))), tmp_path)
        for heading in ("特别程序", "中介服务", "预约"):
            assert heading not in text, heading

    def test_staff_words_are_not_in_it(self, content, tmp_path):
        assert "先查有没有前置许可" not in text_of(content, tmp_path)

    def test_a_suspended_matter_says_so_at_its_head(self, version, tmp_path):
        matter = version.matter
        matter.state, matter.state_reason = "suspended", "系统升级"
        assert "暂停受理" in text_of(leaflets.draw(guide_sheet(version)), tmp_path)

    def test_the_longest_names_stay_on_the_page(self, version, tmp_path):
        version.matter.name = "超长事项名称" * 30
        version.department.name = "超长部门名称" * 15
        content = leaflets.draw(guide_sheet(version))
        assert "超长事项名称" * 30 in text_of(content, tmp_path)


class TestServing:
    def address(self, name, version):
        return reverse(
            f"certificates:{name}", args=[version.matter.jurisdiction.slug, version.matter.short_code]
        )

    @pytest.mark.parametrize("name", ["guide_pdf", "blank_form", "sample_form"])
    def test_everybody_takes_guide_and_forms(self, client, version, name):
        answer = client.get(self.address(name, version))
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF-")
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")

    def test_the_manual_is_for_the_staff_of_the_place(self, client, version, as_officer, clerk, citizen):
        address = self.address("manual_pdf", version)
        assert client.get(address).status_code == 302
        client.force_login(citizen)
        assert client.get(address).status_code == 403
        elsewhere = traits.make_officer(traits.make_place("elsewhere"), "keeper")
        assert as_officer(elsewhere).get(address).status_code == 404
        assert as_officer(clerk).get(address).status_code == 200

    def test_it_is_drawn_once(self, client, version, monkeypatch):
        drawn = []
        monkeypatch.setattr(leaflets, "draw", lambda leaflet: drawn.append(leaflet) or b"%PDF-")
        for _time in range(3):
            client.get(self.address("guide_pdf", version))
        assert len(drawn) == 1

    def test_a_new_name_and_a_new_version_are_drawn_anew(self, rf, version, monkeypatch):
        drawn = []
        monkeypatch.setattr(leaflets, "draw", lambda leaflet: drawn.append(leaflet) or b"%PDF-")
        first = sheets.sheet(rf.get("/"), version, "guide")[1]
        catalogue.rename(version.matter_id, by=catalogue_keeper(version), name="新名称", theme="", aliases=[])
        assert sheets.sheet(rf.get("/"), whole(version), "guide")[1] != first
        assert len(drawn) == 2

    def test_a_matter_of_another_place_is_not_found_here(self, client, version):
        other = traits.make_place("elsewhere")
        address = reverse("certificates:guide_pdf", args=[other.slug, version.matter.short_code])
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("which", ["guide", "form", "sample", "manual"])
    def test_keepers_see_every_version_and_drafts_of_their_place(self, as_officer, a_place, version, which):
        keeper = traits.make_officer(a_place, "keeper")
        draft = catalogue.draft_version(version.matter_id, by=keeper)
        address = reverse("certificates:version_sheet", args=[draft.pk, which])
        assert as_officer(keeper).get(address).status_code == 200
        elsewhere = traits.make_officer(traits.make_place("elsewhere"), "keeper")
        assert as_officer(elsewhere).get(address).status_code == 404


def catalogue_keeper(version: MatterVersion):
    return traits.make_officer(version.matter.jurisdiction, "keeper")


class TestForms:
    def test_the_blank_form_has_every_field_and_nothing_filled(self, version, tmp_path):
        text = text_of(leaflets.draw(form_sheet(version)), tmp_path)
        for item in FIELDS:
            assert item["label"] in text
        for said in (
            "批发",
            "食品",
            "平方米",
            "姓名",
            "岗位",
            "与房产证一致",
            "申请书",
            "申请人（签名或者盖章）",
        ):
            assert said in text, said
        assert "示例申请人" not in text and "☑" not in text

    def test_the_sample_is_filled_marked_and_cannot_be_true(self, version, tmp_path):
        sheet = form_sheet(version, sample=True)
        text = text_of(leaflets.draw(sheet), tmp_path)
        assert "填写示例：内容是虚构的" in text
        assert "示例申请人" in text
        assert all(line.value or line.chosen or any(map(any, line.rows)) for line in sheet.lines)
        number = next(line.value for line in sheet.applicant if line.label == "身份证件号码")
        assert number.startswith("9999") or number[6:10] == "1900"

    def test_sample_answers_keep_to_the_rules_of_the_form(self):
        form = formschema.form_of(FIELDS)
        given = samples.answers(FIELDS, form)
        assert formschema.violations(form["schema"], given) == {}
        assert set(given) == {item["key"] for item in FIELDS}

    @pytest.mark.parametrize("kind", FieldKind.values)
    def test_every_kind_of_field_has_a_sample(self, kind):
        item = {"key": "a", "label": "名称", "kind": kind, "options": ["甲", "乙"], "columns": ["一", "二"]}
        assert samples.answers([item])["a"] not in (None, "", [])

    def test_a_form_that_asks_nothing_still_asks_who_applies(self, bureau, tmp_path):
        version = whole(traits.make_version(bureau, form_fields=[]))
        text = text_of(leaflets.draw(form_sheet(version)), tmp_path)
        assert "姓名或者名称" in text and "二、随表提交的材料" in text


class TestManual:
    def test_it_has_what_the_staff_needs(self, version, tmp_path):
        text = text_of(leaflets.draw(manual_sheet(version)), tmp_path)
        for said in ("先查有没有前置许可", "缺少主件的不予受理", "授权委托书", "主件，不得容缺",
                     "不得要求提交",
                     "超时视为同意", "示范规定第十八条", "作出决定", "听证", "容缺受理通知书",
                     "补正材料一次性告知书",
                     "准予行政许可决定书", "视为受理", "仅供工作人员使用"):  # fmt: skip
            assert said in text, said

    def test_a_book_has_contents_with_the_right_pages(self, bureau, version, tmp_path):
        for number in range(4):
            traits.make_version(bureau, name=f"第{number}号示例许可")
        book = leaflets.Book(
            leaflets.BookCover(title="业务手册", name="示例", place="安和县", printed=traits.LONG_AGO)
        )
        for each in MatterVersion.objects.in_force().whole().order_by("pk"):
            book.add(manual_sheet(each), "示例部门")
        content = book.bind()
        (tmp_path / "a.pdf").write_bytes(content)
        with pikepdf.open(tmp_path / "a.pdf") as document:
            front = len(document.pages) - book.pages
            assert document.Root.MarkInfo.Marked
        contents = text_of(content, tmp_path, "-l", str(front))
        for entry in book.entries:
            assert f"{entry.name}{entry.page}" in contents
            at = str(front + entry.page)
            text = text_of(content, tmp_path, "-f", at, "-l", at)
            assert entry.name in text and f"第{entry.page}页" in text


class TestQrSheet:
    def test_every_card_leads_to_its_own_matter(self, zone, version, bureau, tmp_path, settings):
        for number in range(12):
            traits.make_version(
                bureau, name=f"第{number}号名称很长很长的示例许可（含变更、延续、注销和补证）"
            )
        content = leaflets.draw(qrcards.of_window(zone.windows.get()))
        expected = sorted(link_of(matter, settings) for matter in Matter.objects.all())
        assert len(expected) == 13
        assert codes_of(content, tmp_path) == expected
        text = text_of(content, tmp_path)
        assert all(matter.name in text for matter in Matter.objects.all())
        assert bureau.name in text and "剪" not in text

    def test_ten_cards_a_page_between_cut_marks(self, zone, version, bureau):
        for _number in range(10):
            traits.make_version(bureau)
        sheet = qrcards.of_zone(zone)
        assert [len(page) for page in sheet.batches[0].sheets] == [10, 1]
        assert len(sheet.cut_marks) == 18
        edges = {mark.x for mark in sheet.cut_marks if mark.way == "v"}
        for spot in sheet.batches[0].sheets[0]:
            assert {spot.x, spot.x + 90} <= edges
            assert spot.x + 90 <= 210 and spot.y + 52 <= 286

    def test_a_hall_has_its_zones_one_after_the_other_and_the_rest(self, a_place, zone, version):
        assert [batch.heading for batch in qrcards.of_hall(zone.hall).batches] == ["安和县政务服务中心 综合"]
        a_place.settings = {}
        a_place.save()
        hall = Zone.objects.select_related("hall__jurisdiction").get(pk=zone.pk).hall
        assert [batch.heading for batch in qrcards.of_hall(hall).batches] == ["安和县政务服务中心 其他事项"]

    def test_it_asks_a_fixed_number_of_questions(self, zone, version, bureau, django_assert_max_num_queries):
        for _number in range(15):
            traits.make_version(bureau)
        with django_assert_max_num_queries(2):
            qrcards.of_zone(zone)


class TestPrinting:
    def test_a_small_sheet_comes_at_once_and_the_staff_reads_it(
        self, as_officer, clerk, zone, version, client
    ):
        browser = as_officer(clerk)
        answer = browser.post(
            reverse("certificates:printing"), {"kind": "qr_sheet", "subject": f"zone-{zone.pk}"}
        )
        run = PrintRun.objects.get()
        assert answer.url == reverse("certificates:print_run", args=[run.pk])
        assert (run.state, run.size, run.pages) == (PrintState.DONE, 1, 1)
        assert "1个事项，1页" in browser.get(answer.url).content.decode()
        file = reverse("files:file", args=[run.file_id])
        assert browser.get(file).status_code == 200
        client.logout()
        assert client.get(file).status_code == 403
        elsewhere = traits.make_officer(traits.make_place("elsewhere"), "keeper")
        assert as_officer(elsewhere).get(file).status_code == 403
        assert as_officer(elsewhere).get(answer.url).status_code == 404

    def test_a_large_book_waits_for_the_porter_with_progress(self, as_officer, clerk, bureau, version, owner):
        for _number in range(4):
            traits.make_version(bureau)
        run = services.begin_print_run(PrintKind.MANUAL, bureau, by=clerk, owner=owner(clerk))
        assert run.state == PrintState.WAITING
        print_runs.tell(run.pk, 2)
        address = reverse("certificates:print_run", args=[run.pk])
        page = as_officer(clerk).get(address).content.decode()
        assert "5个事项中已排好2个" in page and 'hx-trigger="every 1s"' in page
        assert services.sweep_print_runs() == 1
        run.refresh_from_db()
        assert run.state == PrintState.DONE and run.pages > 5 and run.seconds > 0
        assert services.carry_out_print_run(run.pk) is False  # twice changes nothing
        assert "every 1s" not in as_officer(clerk).get(address).content.decode()

    def test_what_breaks_is_reported_and_not_tried_for_ever(self, clerk, bureau, version, owner, monkeypatch):
        monkeypatch.setattr(leaflets.Book, "bind", lambda self: 1 / 0)
        run = services.begin_print_run(PrintKind.MANUAL, bureau, by=clerk, owner=owner(clerk))
        assert run.state == PrintState.FAILED and "ZeroDivisionError" in run.reason
        assert services.sweep_print_runs() == 0

    def test_a_run_that_ends_its_workers_is_given_up(self, clerk, bureau, version, owner):
        run = services.begin_print_run(PrintKind.MANUAL, bureau, by=clerk, owner=owner(clerk))
        PrintRun.objects.filter(pk=run.pk).update(state=PrintState.WAITING, attempts=3, file=None)
        assert services.carry_out_print_run(run.pk) is False
        run.refresh_from_db()
        assert run.state == PrintState.FAILED

    def test_not_for_another_place_not_for_nothing_not_by_department(
        self, clerk, bureau, centre, version, owner
    ):
        elsewhere = traits.make_department(traits.make_place("elsewhere"), "x", "某局")
        with pytest.raises(NotAllowed):
            services.begin_print_run(PrintKind.MANUAL, elsewhere, by=clerk, owner=owner(clerk))
        with pytest.raises(Invalid):
            services.begin_print_run(PrintKind.QR_SHEET, bureau, by=clerk, owner=owner(clerk))
        empty = Window.objects.create(
            zone=Zone.objects.create(hall=centre, code="empty", name="空"), number="8", name="8号"
        )
        with pytest.raises(Invalid):
            services.begin_print_run(PrintKind.QR_SHEET, empty, by=clerk, owner=owner(clerk))

    def test_the_form_offers_only_what_is_here(self, as_officer, clerk, bureau, zone, version):
        other = traits.make_department(traits.make_place("elsewhere"), "x", "外地某局")
        browser = as_officer(clerk)
        page = browser.get(reverse("certificates:printing")).content.decode()
        assert bureau.name in page and "外地某局" not in page
        posted = {"kind": "manual", "subject": f"department-{other.pk}"}
        assert browser.post(reverse("certificates:printing"), posted).status_code == 422

    def test_a_run_is_of_exactly_one_thing(self, a_place, bureau, centre, clerk, owner):
        from hall.now import now

        with pytest.raises(IntegrityError), transaction.atomic():
            PrintRun.objects.create(
                jurisdiction=a_place, kind="manual", hall=centre, department=bureau, name="x", size=1,
                started_by=owner(clerk), started_at=now(),
            )  # fmt: skip


@pytest.fixture
def owner():
    return lambda officer: User.objects.get(pk=officer.user_id)

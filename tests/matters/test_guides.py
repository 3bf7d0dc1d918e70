"""The guide page: everything that the public should read, in every situation and through all versions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall import now
from hall.errors import Invalid, NotAllowed, WrongState
from hall.files.services import store
from hall.organisation.choices import DepartmentKind, WindowKind
from hall.organisation.models import Department, Window, Zone
from hall.people.models import User
from matters import counters, guides, services
from matters.choices import FormFileKind, TransferRole
from matters.models import FormFile, MatterVersion

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n160\n%%EOF\n"
)
STATED = {
    "channels": ["window", "web"],
    "delivery_modes": ["window", "post"],
    "power_source": "devolved",
    "handling_office": "许可科",
    "appointment_daily": 20,
    "rights_and_duties": ["有权陈述申辩", "应当如实提交材料"],
    "review_organ": {"name": "安和县人民政府", "address": "中心路2号", "phone": "0000-1111111"},
    "court": {"name": "安和县人民法院"},
    "faq": [{"q": "能不能代办？", "a": "可以，带上委托书。"}],
    "result_sample": [{"field": "许可证编号", "value": "示例0001"}],
    "phone": "0000-2222222",
    "complaint_phone": "0000-3333333",
}


def release(version, keeper, second, **given):
    services.submit(version.pk, by=keeper)
    services.approve(version.pk, by=second)
    return services.publish(version.pk, by=keeper, **given)


def page(client, matter, **query):
    return client.get(reverse("matters:guide", args=["anhe", matter.short_code]), query)


@pytest.fixture
def stated(draft, keeper, second_keeper, hall):
    """A version that states everything that the public reads."""
    services.change_draft(draft.pk, by=keeper, elements=STATED)
    return release(draft, keeper, second_keeper)


@pytest.fixture
def next_version(published, organ, keeper, second_keeper):
    def make(promised=5, **elements):
        version = services.draft_version(published.matter_id, by=keeper)
        steps = [
            {"stage": 1, "department": organ, "kind": "decide", "limit_value": promised, "decides": True}
        ]
        given = {"change_reason": "调整", "promised_value": promised, **elements}
        services.change_draft(version.pk, by=keeper, elements=given, steps=steps)
        return release(version, keeper, second_keeper)

    return make


class TestPage:
    @pytest.mark.parametrize(
        "said",
        [
            "窗口办理、电脑网上办理", "窗口领取、邮寄送达", "上级下放", "许可科",
            "每天可约20个", "有权陈述申辩",
            "安和县人民政府，中心路2号，0000-1111111", "安和县人民法院", "能不能代办？", "示例0001",
            "0000-2222222", "0000-3333333", "《食品经营许可和备案管理办法》第十二条", "行政许可程序",
            "60日内申请行政复议", "11511602MB0000019U4000131001001",
        ],
    )  # fmt: skip
    def test_it_says_every_element_that_the_public_should_read(self, client, stated, said):
        assert said in page(client, stated.matter).content.decode()

    def test_what_is_not_stated_leaves_no_empty_heading(self, client, published, hall):
        text = page(client, published.matter).content.decode()
        for heading in ("中介服务", "委托部门", "收费标准"):
            assert f">{heading}<" not in text

    def test_what_only_the_staff_reads_is_not_there(self, client, draft, keeper, second_keeper):
        tips = {"counter_tips": ["看清公章"], "discretion": ["缺项不予许可"]}
        services.change_draft(draft.pk, by=keeper, elements=tips)
        text = page(client, release(draft, keeper, second_keeper).matter).content.decode()
        assert "看清公章" not in text
        assert "缺项不予许可" not in text

    def test_a_long_fee_text_is_no_heading(self, client, draft, keeper, second_keeper):
        standard = "按照省发展改革委核定的标准，面积不足100平方米的每件收取50元，超过的部分每平方米加收2元"
        fee = {
            "basis": "示范〔2026〕1号",
            "item": "考试费",
            "standard": standard,
            "reduction": "低保户免交",
            "reduction_basis": "示范〔2026〕1号",
        }
        services.change_draft(draft.pk, by=keeper, elements={"fee": fee, "payment_ways": ["online"]})
        text = page(client, release(draft, keeper, second_keeper).matter).content.decode()
        assert "按标准收费" in text
        first_screen, below = text.split('id="fee"', 1)
        assert standard not in first_screen
        assert standard in below and "低保户免交" in below and "网上支付" in below

    def test_a_short_one_is_the_answer_itself(self, draft, keeper):
        services.change_draft(draft.pk, by=keeper, elements={"fee": {"standard": "每件10元"}})
        version = MatterVersion.objects.whole().get(pk=draft.pk)
        assert guides.guide(version).fee_brief == "每件10元"

    def test_the_route_is_drawn_for_wide_and_narrow_and_told_in_words(self, client, published, hall):
        text = page(client, published.matter).content.decode()
        assert text.count('role="img"') == 2
        assert 'id="flow-wide-title"' in text and 'id="flow-narrow-title"' in text
        assert 'class="flow-words"' in text

    def test_version_day_and_what_changed(self, client, published, next_version, hall):
        text = page(client, published.matter).content.decode()
        assert "第1版" in text and "与第" not in text
        next_version(3, conditions=["有营业执照"], change_reason="压缩承诺时限")
        text = page(client, published.matter).content.decode()
        assert "第2版" in text and "压缩承诺时限" in text
        assert "与第1版不同" in text and "承诺办结时限" in text
        assert "有合适的场所" in text.split('id="version"')[1]

    def test_suspended_and_cancelled_answer_with_reason_and_basis(self, client, stated, keeper):
        services.suspend(stated.matter_id, by=keeper, reason="系统升级", basis="示范通知3号")
        text = page(client, stated.matter).content.decode()
        assert "暂停受理" in text and "系统升级" in text and "示范通知3号" in text
        assert "在线申请" not in text and "今天受理" not in text

    def test_it_costs_a_fixed_number_of_questions(self, client, stated, keeper, second_keeper):
        counts = []
        for size in (2, 30):
            draft = services.draft_version(stated.matter_id, by=keeper)
            materials = [{"name": f"材料{n}", "is_main": n == 0, "basis": "示范规定"} for n in range(size)]
            services.change_draft(draft.pk, by=keeper, materials=materials)
            release(draft, keeper, second_keeper)
            page(client, stated.matter)
            with CaptureQueriesContext(connection) as asked:
                page(client, stated.matter)
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 20


class TestSituations:
    @pytest.fixture
    def asked(self, draft, keeper, second_keeper, hall):
        questions = [
            {"key": "agent", "ask": "是否委托办理？", "options": [
                {"value": "yes", "label": "委托", "effect": "增加委托书", "adds": ["m02"]},
                {"value": "no", "label": "本人"},
                {"value": "abroad", "label": "人在境外", "stop": {"reason": "请到出入境窗口", "see": ""}}]},
            {"key": "kin", "ask": "受托人是不是近亲属？", "when": {"agent": ["yes"]}, "options": [
                {"value": "yes", "label": "是", "conditions": ["带户口簿"]},
                {"value": "no", "label": "不是"}]},
        ]  # fmt: skip
        services.change_draft(draft.pk, by=keeper, elements={"questions": questions})
        return release(draft, keeper, second_keeper)

    def test_a_question_comes_when_the_answer_before_it_asks_for_it(self, client, asked):
        assert "近亲属" not in page(client, asked.matter).content.decode()
        assert "近亲属" in page(client, asked.matter, agent="yes").content.decode()

    def test_answers_change_materials_and_conditions(self, client, asked):
        plain = page(client, asked.matter).content.decode()
        assert "1样材料" in plain and "5个工作日" in plain
        text = page(client, asked.matter, agent="yes", kin="yes").content.decode()
        assert "2样材料" in text
        assert "带户口簿" in text

    def test_an_answer_may_end_the_way_here(self, client, asked):
        assert "请到出入境窗口" in page(client, asked.matter, agent="abroad").content.decode()

    def test_answering_swaps_the_whole_guide_so_that_all_of_it_fits(self, client, asked):
        text = page(client, asked.matter).content.decode()
        assert 'hx-target="#guide-main" hx-select="#guide-main"' in text
        assert 'id="guide-main"' in text


class TestShortLink:
    def test_it_stays_through_versions_rename_and_transfer(
        self, client, place, published, next_version, keeper, second_keeper
    ):
        matter = published.matter
        link = reverse("matters:short", args=[matter.short_code])
        picture = client.get(reverse("matters:qr", args=[matter.short_code])).content
        next_version(4)
        next_version(3)
        services.rename(matter.pk, by=keeper, name="食品经营许可", theme="经营许可", aliases=[])
        bureau = Department.objects.create(
            jurisdiction=place, code="spj", name="安和县行政审批服务局", short_name="县审批局",
            kind=DepartmentKind.APPROVAL_BUREAU,
        )  # fmt: skip
        day = timezone.localdate() + dt.timedelta(days=30)
        batch = services.prepare_transfer(
            place,
            "first",
            name="首批划转",
            document="示范〔2026〕1号",
            bureau=bureau,
            effective_on=day,
            by=keeper,
        )
        services.put_in_transfer(batch.pk, matter, role=TransferRole.TRANSFERRED, by=keeper)
        services.approve_transfer(batch.pk, by=second_keeper)
        with now.at(timezone.make_aware(dt.datetime.combine(day, dt.time(9)))):
            services.take_transfers()
            matter.refresh_from_db()
            current = MatterVersion.objects.in_force().get(matter=matter)
            assert (matter.name, current.number, current.department) == ("食品经营许可", 4, bureau)
            assert reverse("matters:short", args=[matter.short_code]) == link
            assert client.get(reverse("matters:qr", args=[matter.short_code])).content == picture
            answer = client.get(link, follow=True)
            text = answer.content.decode()
            assert "安和县行政审批服务局" in text and "第4版" in text and "食品经营许可" in text


class TestWhere:
    @pytest.fixture
    def zone(self, place, hall):
        place.settings = {**place.settings, "zone_of_domain": {"business": "shop"}}
        place.save()
        return Zone.objects.create(hall=hall, code="shop", name="商事登记")

    def window(self, zone, number, kind=WindowKind.INTAKE):
        return Window.objects.create(zone=zone, number=number, name=f"{number}号窗", kind=kind)

    def test_a_window_takes_what_its_zone_takes(self, zone, published, some_matters):
        taken = list(counters.taken_at(self.window(zone, "1")))
        assert published.matter in taken and len(taken) == 6
        assert list(counters.taken_in_hall(zone.hall)) == taken
        assert not counters.taken_at(self.window(zone, "9", WindowKind.ISSUE)).exists()

    def test_what_is_not_taken_without_difference_goes_to_the_special_window(
        self, zone, draft, keeper, second_keeper
    ):
        services.change_draft(draft.pk, by=keeper, elements={"one_window": False})
        matter = release(draft, keeper, second_keeper).matter
        general = self.window(zone, "1")
        assert matter in counters.taken_at(general)  # nobody else would take it
        special = self.window(zone, "2", WindowKind.SPECIAL)
        assert matter not in counters.taken_at(general)
        assert matter in counters.taken_at(special)

    def test_what_stays_outside_the_hall_names_the_organ(
        self, client, zone, draft, organ, keeper, second_keeper
    ):
        organ.address = "城南路9号"
        organ.save()
        outside = {"in_centre": False, "one_window": False, "outside_reason": "场地特殊"}
        services.change_draft(draft.pk, by=keeper, elements=outside)
        matter = release(draft, keeper, second_keeper).matter
        assert not counters.taken_in_hall(zone.hall).exists()
        text = page(client, matter).content.decode()
        assert "城南路9号" in text and "场地特殊" in text

    def test_a_town_hall_takes_what_towns_may_take(self, zone, published, place):
        from hall.organisation.models import Hall

        town = Hall.objects.create(jurisdiction=place, code="town", name="示例镇", is_town=True)
        assert not counters.taken_in_hall(town).exists()


class TestFormFiles:
    @pytest.fixture
    def uploaded(self, keeper):
        def upload(name="申请书.pdf"):
            owner = User.objects.get(pk=keeper.user_id)
            return store(SimpleUploadedFile(name, PDF, "application/pdf"), owner)

        return upload

    def put(self, version, file, keeper, kind=FormFileKind.BLANK, code="m01"):
        return services.put_form_file(version.pk, code, kind, file.pk, by=keeper)

    def test_what_a_keeper_puts_up_is_taken_from_the_guide_by_everybody(
        self, client, draft, uploaded, keeper, second_keeper, hall
    ):
        row = self.put(draft, uploaded(), keeper)
        address = reverse("files:file", args=[row.file_id])
        assert client.get(address).status_code == 403  # not in force yet
        matter = release(draft, keeper, second_keeper).matter
        assert address in page(client, matter).content.decode()
        assert client.get(address).status_code == 200

    def test_later_versions_keep_it_until_a_draft_replaces_or_drops_it(
        self, client, draft, uploaded, keeper, second_keeper
    ):
        first = self.put(draft, uploaded("旧表.pdf"), keeper)
        release(draft, keeper, second_keeper)
        second = services.draft_version(draft.matter_id, by=keeper)
        assert guides.guide(second).files.of(second.materials.get(code="m01"))[0].name == "旧表.pdf"
        new = self.put(second, uploaded("新表.pdf"), keeper)
        assert guides.guide(second).files.of(second.materials.get(code="m01"))[0].name == "新表.pdf"
        old = MatterVersion.objects.whole().get(pk=draft.pk)
        assert guides.guide(old).files.of(old.materials.get(code="m01"))[0].name == "旧表.pdf"
        services.drop_form_file(second.pk, "m01", FormFileKind.BLANK, by=keeper)
        assert not guides.guide(second).files.rows
        assert FormFile.objects.filter(pk__in=[first.pk, new.pk]).count() == 2

    def test_a_published_version_only_gains_what_it_did_not_have(self, published, uploaded, keeper):
        self.put(published, uploaded(), keeper)
        with pytest.raises(WrongState):
            self.put(published, uploaded(), keeper)
        with pytest.raises(WrongState):
            services.drop_form_file(published.pk, "m01", FormFileKind.BLANK, by=keeper)
        self.put(published, uploaded(), keeper, FormFileKind.SAMPLE)

    def test_only_for_materials_of_the_version_and_by_its_keepers(self, draft, uploaded, keeper, clerk_of):
        with pytest.raises(Invalid):
            self.put(draft, uploaded(), keeper, code="m99")
        with pytest.raises(NotAllowed):
            self.put(draft, uploaded(), clerk_of)

    def test_a_keeper_does_it_on_screen(self, client, draft, keeper):
        client.force_login(User.objects.get(pk=keeper.user_id))
        address = reverse("matters:form_files", args=[draft.pk])
        file = SimpleUploadedFile("样表.pdf", PDF, "application/pdf")
        answer = client.post(address, {"material": "m01", "kind": "sample", "file": file})
        assert answer.status_code == 302
        assert "样表.pdf" in client.get(address).content.decode()
        bad = SimpleUploadedFile("样表.exe", b"MZ", "application/pdf")
        assert client.post(address, {"material": "m01", "kind": "sample", "file": bad}).status_code == 422
        drop = reverse("matters:drop_form_file", args=[draft.pk, "m01", "sample"])
        assert client.post(drop).status_code == 302
        assert "样表.pdf" not in client.get(address).content.decode()

    def test_a_name_or_an_address_in_the_version_serves_where_nothing_was_uploaded(
        self, client, draft, keeper
    ):
        draft.materials.filter(code="m01").update(blank_form="https://example.com/a.doc", sample="见窗口样本")
        version = MatterVersion.objects.whole().get(pk=draft.pk)
        found = guides.guide(version).files.of(version.materials.get(code="m01"))
        assert [(each.name, each.url) for each in found] == [
            ("", "https://example.com/a.doc"),
            ("见窗口样本", ""),
        ]


@pytest.fixture
def clerk_of(place, hall):
    from hall.organisation.choices import Role

    from .conftest import officer

    return officer(place, "clerk1", Role.CLERK, hall=hall)

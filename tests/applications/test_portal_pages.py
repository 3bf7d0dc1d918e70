"""The citizen's pages: apply, follow, correct."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import services
from applications.choices import State
from applications.models import Application
from tests import traits
from tests.applications.test_desk_pages import PDF

UPLOADED = {"code": "m01", "name": "申请书", "is_main": True, "basis": "示范规定"}


@pytest.fixture
def me(client, citizen):
    client.force_login(citizen)
    return client


class TestApply:
    def test_the_whole_way_with_an_upload(self, me, bureau, citizen):
        version = traits.make_version(bureau, materials=[UPLOADED], questions=[])
        place = version.matter.jurisdiction.slug
        start = reverse("applications:apply", args=[place, version.matter.short_code])
        assert "开始申请" in me.get(start).content.decode()
        who = me.post(start, {"idempotency_key": "k"}).url
        assert me.post(start, {"idempotency_key": "k"}).url == who
        case = Application.objects.get()
        form = me.post(who, {"principal": "self", "phone": "13800000009"}).url
        wrong = me.post(form, {"site": "", "area": "60"})
        assert wrong.status_code == 422
        assert traits.fresh(case).form_data == {"area": "60"}
        pages = me.post(form, traits.FORM_DATA).url
        assert me.post(pages).status_code == 422
        me.post(
            reverse("applications:apply_upload", args=[case.pk, "m01"]),
            {"scan": SimpleUploadedFile("申请书.pdf", PDF)},
        )
        check = me.post(pages).url
        assert "已传1个文件" in me.get(check).content.decode()
        assert me.post(check).status_code == 422
        done = me.post(check, {"truthful": "1"})
        assert traits.fresh(case).state == State.SUBMITTED
        assert "网上预审中" in me.get(done.url).content.decode()
        assert me.post(check, {"truthful": "1"}).status_code == 302

    def test_a_draft_is_kept_while_typing(self, me, promised_version, citizen):
        case = services.apply_online(version=promised_version, by=traits.acting(citizen))
        answer = me.post(reverse("applications:apply_keep", args=[case.pk]), {"site": "某处"})
        assert answer.status_code == 204
        assert traits.fresh(case).form_data == {"site": "某处"}

    def test_a_matter_of_the_counter_says_so(self, me, bureau):
        version = traits.make_version(bureau, online_depth=1)
        url = reverse(
            "applications:apply", args=[version.matter.jurisdiction.slug, version.matter.short_code]
        )
        assert "要到窗口办理" in me.get(url).content.decode()

    def test_one_logs_in_first(self, client, promised_version):
        place = promised_version.matter.jurisdiction.slug
        response = client.get(reverse("applications:apply", args=[place, promised_version.matter.short_code]))
        assert response.status_code == 302
        assert "next=" in response.url


class TestTrack:
    def test_number_and_code_show_where_it_is_and_by_when(self, client, accepted_case):
        url = reverse("applications:track")
        wanted = {"number": accepted_case.number, "code": accepted_case.query_code.lower()}
        response = client.post(url, wanted)
        page = client.get(response.url).content.decode()
        for words in ("正在审查", "作出决定", "最晚", "为什么是", "办理经过", "已受理"):
            assert words in page
        assert accepted_case.person.name not in page
        assert accepted_case.contact_phone not in page
        assert "示例甲" not in page

    def test_a_wrong_code_tells_nothing(self, client, accepted_case):
        response = client.post(
            reverse("applications:track"), {"number": accepted_case.number, "code": "XXXXXXXX"}
        )
        assert response.status_code == 422
        assert client.get(reverse("applications:tracked", args=[accepted_case.pk])).status_code == 302

    def test_guessing_comes_to_a_stop(self, client, accepted_case):
        from django.core.cache import cache

        cache.delete(f"track-wrong:{accepted_case.number}")
        url = reverse("applications:track")
        for _i in range(10):
            client.post(url, {"number": accepted_case.number, "code": "XXXXXXXX"})
        right = {"number": accepted_case.number, "code": accepted_case.query_code}
        assert client.post(url, right).status_code == 422

    def test_the_code_on_the_paper_asks_for_the_query_code(self, client, accepted_case):
        response = client.get(reverse("applications:scanned", args=[accepted_case.number]), follow=True)
        page = response.content.decode()
        assert accepted_case.number in page
        assert "查询码" in page
        assert accepted_case.version.matter.name not in page

    @pytest.mark.parametrize(
        ("fixture", "words"),
        [
            ("received_case", "等待受理"),
            ("correcting_case", "等您补正"),
            ("deferred_case", "补交“管理制度目录”"),
            ("reviewing_case", "正在审查"),
        ],
    )
    def test_each_state_says_what_comes_next(self, client, request, fixture, words):
        case = request.getfixturevalue(fixture)
        response = client.post(
            reverse("applications:track"), {"number": case.number, "code": case.query_code}
        )
        assert words in client.get(response.url).content.decode()


class TestMine:
    def test_my_cases_and_nobody_elses(
        self, me, promised_version, clerk, citizen, django_assert_max_num_queries
    ):
        mine = traits.take_in(promised_version, clerk, subject=citizen.person)
        other = traits.take_in(promised_version, clerk)
        with django_assert_max_num_queries(20):
            page = me.get(reverse("applications:mine")).content.decode()
        assert str(mine.pk) in page
        assert str(other.pk) not in page
        assert me.get(reverse("applications:my_case", args=[other.pk])).status_code == 404

    def test_a_correction_from_home(self, me, bureau, clerk, citizen):
        version = traits.make_version(bureau, materials=[UPLOADED], questions=[])
        case = traits.take_in(version, clerk, "m01", subject=citizen.person)
        services.give_notice(case.pk, items=services.items_from_verdicts(case), by=clerk)
        url = reverse("applications:correct", args=[case.pk])
        assert "申请书" in me.get(url).content.decode()
        assert me.post(url).status_code == 422
        me.post(
            reverse("applications:apply_upload", args=[case.pk, "m01"]),
            {"scan": SimpleUploadedFile("申请书.pdf", PDF)},
        )
        assert me.post(url).status_code == 302
        assert traits.fresh(case).state == State.RECEIVED

    def test_a_promise_kept_from_home(self, me, deferrable_version, clerk, citizen):
        case = traits.take_in(deferrable_version, clerk, "m05", subject=citizen.person)
        services.accept(case.pk, by=clerk, deferrals=[services.Pledge("m05", 3)])
        url = reverse("applications:supply", args=[case.pk, "m05"])
        assert me.post(url).status_code == 422
        me.post(url, {"scan": SimpleUploadedFile("目录.pdf", PDF)})
        assert case.deferrals.get().state == "supplied"

    def test_a_promise_waits_for_me_although_the_case_goes_on(self, me, deferrable_version, clerk, citizen):
        case = traits.take_in(deferrable_version, clerk, "m05", subject=citizen.person)
        services.accept(case.pk, by=clerk, deferrals=[services.Pledge("m05", 3)])
        page = me.get(reverse("applications:mine")).context
        assert ([each.pk for each in page["to_do"]], page["under_way"]) == ([case.pk], [])
        services.supply_deferred(case.pk, "m05", by=clerk)
        page = me.get(reverse("applications:mine")).context
        assert (page["to_do"], [each.pk for each in page["under_way"]]) == ([], [case.pk])

    def test_withdrawing_from_home(self, me, submitted_case):
        me.post(reverse("applications:withdraw", args=[submitted_case.pk]), {"reason": "填错了"})
        assert traits.fresh(submitted_case).state == State.WITHDRAWN

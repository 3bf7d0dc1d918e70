"""The public pages of the catalogue."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from hall.organisation.models import Jurisdiction
from matters import services, targets
from matters.queries import lists_with_counts, public_counts


@pytest.fixture
def pages(client, place, hall):
    def get(name, *args, **query):
        return client.get(reverse(f"matters:{name}", args=args), query)

    return get


class TestWhere:
    def test_the_root_leads_to_the_first_place_and_then_to_the_last_one(self, client, place):
        other = Jurisdiction.objects.create(
            slug="b", code="2", name="乙县", short_name="乙", level="county", order=9
        )
        assert client.get("/").url == "/p/anhe/"
        client.get("/p/b/")
        assert client.get("/").url == f"/p/{other.slug}/"

    def test_an_empty_house_says_so(self, client, db):
        assert "还没有开放" in client.get("/").content.decode()

    def test_a_place_that_does_not_exist_is_not_found(self, pages):
        assert pages("home", "nowhere").status_code == 404


class TestPages:
    @pytest.mark.parametrize(
        "name", ["home", "search", "all", "departments", "lists", "halls", "accessibility", "privacy"]
    )
    def test_every_page_stands_when_empty_and_when_full(self, pages, place, name, request):
        assert pages(name, "anhe").status_code == 200
        request.getfixturevalue("some_matters")
        assert pages(name, "anhe").status_code == 200

    def test_the_front_page_asks_one_question_and_loads_todays_figures(self, pages, some_matters):
        text = pages("home", "anhe").content.decode()
        assert "您要办什么事？" in text
        assert "个体工商户设立登记" in text
        assert reverse("supervision:public_strip", args=["anhe"]) in text

    def test_search_answers_while_typing(self, pages, some_matters):
        text = pages("suggest", "anhe", q="gtgsh").content.decode()
        assert text.count('role="option"') == 1
        assert "<mark>个体工商户</mark>" in text
        assert "首字母gtgsh" in text
        assert "没有找到" in pages("suggest", "anhe", q="zzzz").content.decode()

    def test_what_is_typed_is_never_markup(self, pages, some_matters):
        assert "<script>" not in pages("search", "anhe", q="<script>alert(1)</script>").content.decode()

    def test_lists_by_department_theme_and_audience(self, pages, some_matters, published, health):
        page = pages("all", "anhe", department=health.pk).content.decode()
        assert "公共场所卫生许可" in page
        assert "公司设立登记" not in page
        assert published.matter.name in pages("all", "anhe", theme="经营许可").content.decode()
        assert published.matter.name not in pages("all", "anhe", **{"for": "person"}).content.decode()
        assert published.matter.name in pages("all", "anhe", **{"for": "legal"}).content.decode()

    @pytest.mark.parametrize(
        "query",
        [{"department": "x"}, {"after": "["}, {"after": '["a","b"]'}, {"domain": "nope"}, {"level": "'"}],
    )
    def test_garbled_addresses_break_nothing(self, pages, some_matters, query):
        assert pages("all", "anhe", **query).status_code == 200
        assert pages("search", "anhe", q="公司", **query).status_code == 200

    def test_a_list_shows_its_total_beside_what_the_data_counts(self, pages, place, some_matters, keeper):
        found = services.set_list(place, "first", by=keeper, name="首批清单", published_total=3)
        for n, role in enumerate(["listed", "deferred", "associated"]):
            services.put_in_list(found, some_matters[n], by=keeper, role=role)
        counted = lists_with_counts(place)[0]
        assert (counted.counted, counted.associated, counted.agrees) == (2, 1, False)
        assert "首批清单" in pages("lists", "anhe").content.decode()
        assert "暂缓划转" in pages("list", "anhe", "first").content.decode()

    def test_query_budgets_do_not_grow_with_rows(
        self, pages, some_matters, published, django_assert_max_num_queries
    ):
        for name, budget in (("home", 16), ("all", 11), ("departments", 5), ("lists", 8)):
            with django_assert_max_num_queries(budget):
                pages(name, "anhe")
        with django_assert_max_num_queries(16):
            pages("guide", "anhe", published.matter.short_code)


class TestGuide:
    @pytest.fixture
    def text(self, pages, published):
        return pages("guide", "anhe", published.matter.short_code).content.decode()

    def test_its_first_screen_answers_six_questions(self, text):
        for question, answer in (
            ("我能办吗", "有营业执照"),
            ("要带什么", "2样材料，1样免交"),
            ("要多久", "5个工作日"),
            ("收费吗", "不收费"),
            ("在哪办", "安和县政务服务中心"),
            ("要跑几次", "最多1次"),
        ):
            assert question in text
            assert answer in text
        assert "比法定快75%" in text

    def test_what_the_government_has_is_not_asked_for(self, text):
        assert "由部门向市场监督管理局核查获取" in text
        assert "可容缺后补" in text

    def test_it_says_how_sure_it_is(self, pages, some_matters):
        text = pages("guide", "anhe", some_matters[0].short_code).content.decode()
        assert "还没有逐项核定" in text
        assert "示范数据" in text

    def test_a_matter_without_a_version_has_no_guide(self, pages, matter):
        assert pages("guide", "anhe", matter.short_code).status_code == 404

    def test_a_cancelled_matter_answers_with_its_reason_and_cannot_be_applied_for(
        self, pages, published, keeper
    ):
        services.cancel(published.matter_id, by=keeper, reason="国务院决定取消", basis="国发〔2020〕13号")
        text = pages("guide", "anhe", published.matter.short_code).content.decode()
        assert "国务院决定取消" in text
        assert "在线申请" not in text

    def test_answers_to_questions_change_the_materials(self, pages, draft, keeper, second_keeper):
        question = {
            "key": "agent",
            "ask": "谁来办？",
            "options": [
                {"value": "no", "label": "本人", "effect": "", "adds": []},
                {"value": "yes", "label": "委托", "effect": "增加委托书", "adds": ["m02"]},
            ],
        }
        services.change_draft(draft.pk, by=keeper, elements={"questions": [question]})
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        services.publish(draft.pk, by=keeper)
        code = draft.matter.short_code
        assert "食品安全规章制度" not in pages("guide", "anhe", code).content.decode()
        assert "食品安全规章制度" in pages("guide", "anhe", code, agent="yes").content.decode()
        assert "食品安全规章制度" not in pages("guide", "anhe", code, agent="nonsense").content.decode()

    def test_the_short_link_and_its_qr_never_change(self, client, published, keeper, settings):
        code = published.matter.short_code
        assert client.get(f"/m/{code}/").url == f"/p/anhe/matter/{code}/"
        first = client.get(f"/m/{code}/qr.svg")
        assert first["Content-Type"] == "image/svg+xml"
        services.rename(published.matter_id, by=keeper, name="改了名字")
        assert client.get(f"/m/{code}/qr.svg").content == first.content
        assert client.get("/m/nothing/").status_code == 404

    def test_no_inline_style_or_script(self, text):
        assert "style=" not in text
        assert "onclick" not in text
        assert "<script>" not in text


class TestFigures:
    def test_counts_and_targets_come_from_versions_in_force(self, place, published, some_matters, keeper):
        place.settings = {**place.settings, "targets": {"at_most_once": 0.95, "licence_time_halved": 0.99}}
        place.save()
        before = public_counts(place)
        assert before["matters"] == 6
        shares = {share.code: share for share in targets.shares(place)}
        assert (shares["at_most_once"].value, shares["at_most_once"].met) == (1.0, True)
        assert shares["zero_visit"].met is None
        assert (shares["licence_time_halved"].count, shares["licence_time_halved"].total) == (4, 4)
        services.suspend(published.matter_id, by=keeper, reason="升级")
        assert public_counts(place)["matters"] == before["matters"] - 1

    def test_nothing_to_count_is_not_a_share_of_zero(self, place):
        assert [share.value for share in targets.shares(place)] == [None] * len(targets.MEASURES)


def test_a_version_that_waits_for_its_date_is_not_shown_yet(pages, draft, keeper, second_keeper, place):
    from hall.now import now

    services.submit(draft.pk, by=keeper)
    services.approve(draft.pk, by=second_keeper)
    services.publish(draft.pk, by=keeper, at=now() + dt.timedelta(days=1))
    assert pages("guide", "anhe", draft.matter.short_code).status_code == 404

"""Finding matters as people ask for them."""

from __future__ import annotations

import csv

import pytest

from hall.actors import SYSTEM
from hall.organisation.models import Jurisdiction
from matters import search, services
from matters.importing import import_matters

from .test_published_file import EXCERPT, WHOLE


def names(place, query, **options):
    return [found.matter.name for found in search.find(place, query, **options)]


@pytest.mark.parametrize(
    ("query", "first", "kind"),
    [
        ("个体工商户设立登记", "个体工商户设立登记", "name"),
        ("公司设立", "公司设立登记", "name"),
        ("gtgsh", "个体工商户设立登记", "initials"),
        ("getigongshang", "个体工商户设立登记", "pinyin"),
        ("GTGSHSL", "个体工商户设立登记", "initials"),
        ("gongsishe", "公司设立登记", "pinyin"),
        ("注册公司", "公司设立登记", "alias"),
        ("怎么注册公司？", "公司设立登记", "alias"),
        ("我要开店", "个体工商户设立登记", "alias"),
        ("身份证丢了怎么办", "居民身份证补领", "alias"),
        ("个体公商户", "个体工商户设立登记", "sound"),
        ("getigongshagn", "个体工商户设立登记", "slip"),
        ("个体户", "个体工商户设立登记", "alias"),
        ("卫生许可 公共场所", "公共场所卫生许可", "words"),
        ("lgwsxkz", "公共场所卫生许可", "initials"),
        ("TEST-3", "居民身份证补领", "code"),
        ("個體工商戶設立", "个体工商户设立登记", "name"),
        ("公司shelidengji", "公司设立登记", "pinyin"),
        ("公司slDJ", "公司设立登记", "pinyin"),
        ("工商户设登记立", "个体工商户设立登记", "words"),
        ("居民身份征补领", "居民身份证补领", "sound"),
        ("yingyezhizhao", "个体工商户设立登记", "synonym"),
    ],
)
def test_it_finds_what_people_mean_and_says_why(place, some_matters, query, first, kind):
    found = search.find(place, query)
    assert found[0].matter.name == first
    assert found[0].why.kind == kind
    assert str(found[0].why)


def test_a_colloquial_phrase_leads_by_its_synonyms(place, published, some_matters):
    assert names(place, "我要开餐馆")[0] == published.matter.name
    assert search.find(place, "开饭馆")[0].why.kind in ("synonym", "alias")


def test_what_most_people_do_comes_first_among_equals(place, some_matters):
    assert names(place, "设立登记") == ["个体工商户设立登记", "公司设立登记"]
    assert services.count_popularity({some_matters[1].pk: 9000, some_matters[0].pk: 90}) == 1
    assert names(place, "设立登记") == ["公司设立登记", "个体工商户设立登记"]


def test_the_match_is_marked_in_the_name(place, some_matters):
    found = search.find(place, "工商户")[0]
    assert found.parts == [("个体", False), ("工商户", True), ("设立登记", False)]
    assert search.find(place, "gsh")[0].parts == [("个体", False), ("工商户", True), ("设立登记", False)]
    assert search.find(place, "gongshang")[0].parts == [
        ("个体", False),
        ("工商", True),
        ("户设立登记", False),
    ]


@pytest.mark.parametrize(
    "query", ["", "  ", "？！", "完全没有的东西xyz", "%", "' OR 1=1 --", "a" * 500, "龘" * 300]
)
def test_nothing_sensible_finds_nothing_and_breaks_nothing(place, some_matters, query):
    assert names(place, query) == []


def test_only_matters_on_show_are_found(place, some_matters, matter):
    assert matter.name not in names(place, matter.name)  # no version yet


def test_a_change_is_found_at_once(place, some_matters):
    assert names(place, "宠物店") == []
    services.rename(some_matters[0].pk, by=SYSTEM, aliases=["开宠物店"])
    assert names(place, "宠物店") == ["个体工商户设立登记"]


def test_another_place_is_not_searched(place, some_matters):
    other = Jurisdiction.objects.create(slug="b", code="2", name="乙", short_name="乙", level="county")
    assert names(other, "公司") == []


def test_filters_narrow_the_answer(place, some_matters, health):
    assert names(place, "许可", filters={"department": health}) == ["公共场所卫生许可"]


class TestNarrowing:
    """By theme, object, department, level, list and domain, together, with what each choice would leave."""

    @pytest.fixture
    def answers(self, place, published, some_matters, organ):
        head = services.set_list(place, "first", by=SYSTEM, name="首批", published_total=2)
        for matter in (some_matters[0], published.matter):
            services.put_in_list(head, matter, by=SYSTEM)
        return lambda **filters: search.answers(place, "登记 许可", filters=filters)

    def test_every_answer_is_counted_under_its_values(self, answers, organ, health):
        found = answers()
        assert found.total == len(found.found)
        departments = {each.value: each for each in found.choices["department"]}
        assert departments[str(organ.pk)].count + departments[str(health.pk)].count == found.total
        assert departments[str(organ.pk)].label == organ.name
        assert [(each.value, each.label, each.count) for each in found.choices["list"]] == [
            ("first", "首批", 2)
        ]
        assert found.choices["theme"] == [search.Choice("经营许可", "经营许可", 1)]
        assert {each.value for each in found.choices["object"]} >= {"individual", "enterprise"}
        assert [each.value for each in found.choices["level"]] == ["county"]
        assert [each.value for each in found.choices["domain"]] == ["business"]

    def test_a_count_says_what_choosing_it_would_leave(self, answers, organ, health):
        for name, choices in answers().choices.items():
            for choice in choices:
                assert answers(**{name: choice.value}).total == choice.count, (name, choice)

    def test_filters_are_met_together_and_the_others_can_still_be_chosen(self, answers, organ, health):
        both = answers(department=str(organ.pk), list="first")
        assert {each.matter.name for each in both.found} == {
            "食品（含保健食品）经营许可核发",
            "个体工商户设立登记",
        }
        counts = {each.value: each.count for each in both.choices["department"]}
        assert counts == {str(organ.pk): 2}  # of the list, nothing is the health department's
        assert answers(department=str(health.pk), list="first").total == 0

    def test_what_nobody_has_leaves_nothing(self, answers):
        assert answers(level="nonsense").found == []
        assert answers(department="nonsense").choices["department"][-1].count == 0

    def test_it_costs_five_queries_however_many_match(self, answers, django_assert_num_queries):
        answers()
        with django_assert_num_queries(5):
            answers(list="first")


class TestWhy:
    """A result says why it is there, and marks it."""

    @pytest.mark.parametrize(
        ("query", "told", "marks"),
        [
            ("工商户", "名称包含“工商户”", "工商户"),
            ("开店", "也叫“开店办照”", "开店"),
            ("gsh", "首字母gsh", "工商户"),
            ("gongsishe", "拼音gongsishe", "公司设"),
            ("個體工商戶", "名称包含“个体工商户”", "个体工商户"),
            ("居民身份征", "读音与“居民身份征”相同或相近", "居民身份证"),
            ("执照", "“执照”也指“个体工商户设立登记”", "个体工商户设立登记"),
        ],
    )
    def test_in_words_and_marks(self, place, some_matters, query, told, marks):
        found = search.find(place, query)[0]
        assert told in str(found.why)
        marked = [*found.parts, *found.why.parts()]
        assert marks in {text for text, mark in marked if mark}

    def test_a_match_elsewhere_marks_nothing_in_the_name(self, place, some_matters):
        found = search.find(place, "卫生健康局")[0]
        assert found.why.kind == "department"
        assert found.parts == [("公共场所卫生许可", False)]


def test_it_costs_three_queries_however_many_match(place, some_matters, django_assert_num_queries):
    names(place, "设立")
    with django_assert_num_queries(3):
        names(place, "设立")


def test_every_published_name_of_a_real_district_finds_itself_first_or_beside_its_likeness(place):
    """How fast it is, `make bench` tells."""
    content = (WHOLE if WHOLE.exists() else EXCERPT).read_bytes()
    import_matters(content, place, by=SYSTEM, publish=True)
    with EXCERPT.open(encoding="utf-8") as file:
        published = [row["name"] for row in csv.DictReader(file)]
    for name in published[::10]:
        assert name in names(place, name)[:3], name
    assert names(place, published[0])[0] == published[0]

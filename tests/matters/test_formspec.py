"""The generated form: one cleaning for browser and API."""

from __future__ import annotations

import json

import pytest
from django.http import QueryDict

from matters import formspec

from .conftest import form_field

ITEMS = [
    form_field("name", "名称", "text", required=True),
    form_field("count", "数量", "number"),
    form_field("when", "日期", "date"),
    form_field("kind", "类别", "select", required=True, options=["甲", "乙"]),
    form_field("scope", "范围", "multiselect", options=["零售", "批发", "网络"]),
    form_field("capital", "资本", "money"),
    form_field("area", "面积", "area"),
    form_field("where", "地址", "address"),
    form_field("online", "网上经营", "bool", required=True),
    form_field("people", "人员", "table", required=True, columns=["姓名", "职务"]),
]
ANSWERS = {
    "name": "安和食品店",
    "count": "3",
    "when": "2026-11-21",
    "kind": "甲",
    "scope": ["零售", "网络"],
    "capital": "10000.50",
    "area": "60",
    "where": "城东路1号",
    "online": False,
    "people": [{"姓名": "示例甲", "职务": "店长"}],
}
POSTED = (
    "name=安和食品店&count=3&when=2026-11-21&kind=甲&scope=零售&scope=网络&capital=10000.50&area=60"
    "&where=城东路1号&online=false&people-0-姓名=示例甲&people-0-职务=店长"
)


def test_a_browser_and_the_api_clean_to_the_same_json():
    by_browser, errors = formspec.clean(ITEMS, QueryDict(POSTED))
    assert not errors
    by_api, errors = formspec.clean(ITEMS, ANSWERS)
    assert not errors
    assert by_browser == by_api == ANSWERS
    assert json.loads(json.dumps(by_api)) == by_api


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"count": "三"}, "count"),
        ({"when": "2026-13-01"}, "when"),
        ({"kind": "丙"}, "kind"),
        ({"scope": ["外星"]}, "scope"),
        ({"capital": "1.234"}, "capital"),
        ({"area": "-1"}, "area"),
        ({"online": None}, "online"),
        ({"people": []}, "people"),
        ({"people": "not a list"}, "people"),
        ({"name": "长" * 1001}, "name"),
    ],
)
def test_each_wrong_answer_is_named_and_nothing_is_returned(change, field):
    values, errors = formspec.clean(ITEMS, ANSWERS | change)
    assert list(errors) == [field]
    assert values == {}


def test_what_nobody_asked_is_dropped_and_what_is_empty_left_out():
    values, errors = formspec.clean(ITEMS[:2], {"name": "x", "extra": "y", "count": ""})
    assert (values, errors) == ({"name": "x"}, {})


def test_answers_are_shown_in_words():
    shown = {row["key"]: row for row in formspec.describe(ITEMS, ANSWERS)}
    assert shown["capital"]["text"] == "10,000.50元"
    assert shown["area"]["text"] == "60平方米"
    assert shown["online"]["text"] == "否"
    assert shown["scope"]["text"] == "零售、网络"
    assert (shown["people"]["columns"], shown["people"]["rows"]) == (["姓名", "职务"], [["示例甲", "店长"]])
    assert formspec.describe(ITEMS, {})[0]["text"] == ""


def test_faults_of_a_form_are_found():
    assert formspec.faults(ITEMS) == []
    wrong = [form_field("a", "甲", "text"), form_field("a", "", "magic"), form_field("t", "表", "table")]
    assert len(formspec.faults(wrong)) == 4

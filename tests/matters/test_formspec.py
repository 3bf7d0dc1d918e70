"""The generated form: one cleaning for browser and API."""

from __future__ import annotations

import json

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from matters import formschema, formspec
from matters.choices import FieldKind

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


class TestTheSchema:
    """The form as JSON Schema (2020-12) with a part for drawing, and as the list of its fields."""

    RICH = [
        *ITEMS,
        form_field("phone", "电话", "text") | {"prefill": "applicant_phone", "span": 4},
        form_field("plate", "牌号", "text", required=True)
        | {"rules": {"pattern": "^示A"}, "message": "以示A开头"},
    ]

    def test_it_leads_there_and_back(self):
        form = formschema.form_of(self.RICH)
        assert json.loads(json.dumps(form)) == form
        assert formschema.items_of(form) == [
            {"key": i["key"], "label": i["label"], "kind": i["kind"], "required": i["required"]}
            | {name: list(i[name]) for name in ("options", "columns")}
            | {"help": i["help"]}
            | {name: i[name] for name in ("span", "prefill", "message", "rules") if name in i}
            for i in self.RICH
        ]
        assert not formschema.schema_faults(form)

    def test_the_store_does_not_keep_the_order_of_keys_and_the_form_does(self):
        form = formschema.form_of(self.RICH)
        shuffled = json.loads(json.dumps(form, sort_keys=True))
        assert [item["key"] for item in formschema.items_of(shuffled)] == [i["key"] for i in self.RICH]

    def test_a_schema_made_elsewhere_is_drawn_by_its_types(self):
        properties = {
            "a": {"type": "integer", "title": "甲"},
            "b": {"type": "string", "format": "date"},
            "c": {"type": "string", "enum": ["是", "否"]},
            "d": {"type": "array", "items": {"enum": ["一", "二"]}},
            "e": {"type": "array", "items": {"type": "object", "properties": {"名": {}}}},
            "f": {"type": "boolean"},
            "g": {"type": "string", "minLength": 2},
        }
        items = formschema.items_of({"schema": {"properties": properties}})
        kinds = ["number", "date", "select", "multiselect", "table", "bool", "text"]
        assert [item["kind"] for item in items] == kinds
        assert items[4]["columns"] == ["名"]
        assert items[6]["rules"] == {"minLength": 2}

    @pytest.mark.parametrize(
        ("rules", "value", "says"),
        [
            ({"minLength": 3}, "一二", "至少填写3个字"),
            ({"maxLength": 2}, "一二三", "最多填写2个字"),
            ({"pattern": "^[0-9]+$"}, "x", "格式不正确"),
        ],
    )
    def test_what_it_refuses_is_said_in_plain_words(self, rules, value, says):
        items = [form_field("a", "甲", "text", required=True) | {"rules": rules}]
        assert formspec.clean(items, {"a": value})[1] == {"a": [says]}

    def test_a_rule_about_several_fields(self):
        """Who sells food names the manager: said by `if` and `then`, which no single field can say."""
        items = [form_field("food", "卖食品", "bool", required=True), form_field("manager", "管理员", "text")]
        schema = formschema.schema_of(items) | {
            "if": {"properties": {"food": {"const": True}}},
            "then": {"required": ["manager"]},
        }
        assert formspec.clean(items, {"food": False}, schema)[1] == {}
        assert formspec.clean(items, {"food": True}, schema)[1] == {"manager": ["请填写"]}
        kept = formschema.form_of(items, base={"schema": schema})["schema"]
        assert kept["then"] == {"required": ["manager"]}

    def test_numbers_are_compared_as_numbers(self):
        items = [form_field("n", "数", "money") | {"rules": {"minimum": 100}}]
        assert formspec.clean(items, {"n": "99.99"})[1] == {"n": ["不能小于100"]}
        assert formspec.clean(items, {"n": "100.00"}) == ({"n": "100.00"}, {})

    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "key": st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
                    "label": st.text(min_size=1, max_size=8),
                    "kind": st.sampled_from(FieldKind.values),
                    "required": st.booleans(),
                    "options": st.just(["甲", "乙"]),
                    "columns": st.just(["列"]),
                    "help": st.text(max_size=5),
                }
            ),
            unique_by=lambda item: item["key"],
            max_size=6,
        )
    )
    @settings(max_examples=60, deadline=None)
    def test_any_form_comes_back_as_the_same_form(self, items):
        form = formschema.form_of(items)
        again = formschema.form_of(formschema.items_of(form))
        assert again == form
        assert not formschema.schema_faults(form)

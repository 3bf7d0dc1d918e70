"""What the tags draw. No database: they only draw."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template

from hall import now
from hall.formkit import Column, MoneyInput, TableField, YesNoField
from hall.style import SampleForm, SampleLine

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = dt.datetime(2026, 11, 21, 1, 30, tzinfo=dt.UTC)  # 09:30 in Shanghai


def drawn(source: str, **context) -> str:
    return Template("{% load hall %}" + source).render(Context(context))


class TestNumbersAndDates:
    @pytest.mark.parametrize(
        ("source", "value", "expected"),
        [
            ("{{ v|day }}", MOMENT, "2026年11月21日"),
            ("{{ v|short_day }}", dt.date(2026, 1, 2), "1月2日"),
            ("{{ v|long_day }}", dt.date(2026, 11, 21), "2026年11月21日（星期六）"),
            ("{{ v|stamp }}", MOMENT, "2026-11-21 09:30"),
            ("{{ v|stamp }}", dt.date(2026, 11, 21), "2026-11-21"),
            ("{{ v|day }}{{ v|stamp }}{{ v|long_day }}{{ v|money }}", None, ""),
            ("{{ v|money }}", Decimal("1234.50"), "1,234.50元"),
            ("{{ v|money }}", Decimal("1234.00"), "1,234元"),
            ("{{ v|money }}", 0, "0元"),
            ("{{ v|percent }}", 0.9921, "99.2%"),
            ("{{ v|percent }}{{ v|thousands }}", None, "——"),
            ("{{ v|thousands }}", 0, "0"),
        ],
    )
    def test_each_has_one_form_everywhere(self, source, value, expected):
        assert drawn(source, v=value) == expected

    def test_near_moments_are_told_by_their_distance(self):
        with now.at(MOMENT):
            assert drawn("{{ v|ago }}", v=MOMENT - dt.timedelta(minutes=11)) == "11分钟前"
            assert drawn("{{ v|ago }}", v=MOMENT - dt.timedelta(hours=3)) == "3小时前"
            assert drawn("{{ v|ago }}", v=MOMENT - dt.timedelta(days=3)) == "2026-11-18 09:30"

    def test_a_case_number_is_read_in_groups_and_copied_without_spaces(self):
        html = drawn("{{ v|case_no }}", v="511602202611230018")
        assert html.count("<span>") == 3
        assert "<span>511602</span><wbr><span>20261123</span><wbr><span>0018</span>" in html

    def test_the_short_form_of_a_case_number_keeps_the_whole(self):
        html = drawn("{{ v|case_tail }}", v="12441500196720244T3442199806003202206230068")
        assert 'title="12441500196720244T3442199806003202206230068"' in html
        assert "<span>20220623</span><span>0068</span>" in html

    def test_what_people_typed_is_escaped(self):
        assert "<b>" not in drawn("{{ v|case_no }}{% tag v %}", v="<b>")


class TestLimitBar:
    @pytest.mark.parametrize(
        ("left", "tone", "words"),
        [
            (-2, "danger", "超<b>2</b>个工作日"),
            (0, "warn", "今天到期"),
            (3, "warn", "剩<b>3</b>"),
            (4, "info", "剩<b>4</b>"),
        ],
    )
    def test_urgency_is_a_word_a_number_and_a_tone(self, left, tone, words):
        html = drawn("{% limit_bar left 50 %}", left=left)
        assert f'data-tone="{tone}"' in html
        assert words in html

    def test_an_overdue_bar_is_full(self):
        assert 'width="100%" height="100%"' in drawn("{% limit_bar -1 40 %}")

    def test_a_paused_clock_says_so_instead_of_a_number(self):
        assert "计时暂停" in drawn("{% limit_bar 3 40 paused=True %}")

    def test_without_a_limit_nothing_is_invented(self):
        assert "不计时限" in drawn("{% limit_bar None %}")


class TestFields:
    def test_a_field_carries_label_help_error_and_their_wiring(self):
        html = drawn("{% field form.shop %}", form=SampleForm({}))
        assert '<label for="id_shop">经营场所名称</label>' in html
        assert 'aria-describedby="id_shop_helptext id_shop_error"' in html
        assert 'aria-invalid="true"' in html
        assert 'id="id_shop_error"' in html
        assert "请填写经营场所名称" in html

    def test_optional_fields_say_so_and_required_ones_need_no_star(self):
        assert "（选填）" in drawn("{% field form.seats %}", form=SampleForm())
        assert "（选填）" not in drawn("{% field form.shop %}", form=SampleForm())

    def test_a_group_of_choices_is_a_fieldset_with_a_legend(self):
        html = drawn("{% field form.dishes %}", form=SampleForm())
        assert "<fieldset" in html
        assert "<legend" in html
        assert html.count('type="checkbox"') == 3

    def test_wrong_input_is_kept(self):
        assert 'value="abc"' in drawn("{% field form.area %}", form=SampleForm({"area": "abc"}))

    def test_the_unit_stands_in_the_box(self):
        assert "平方米" in drawn("{% field form.area %}", form=SampleForm())


class TestErrorSummary:
    def test_each_error_leads_to_its_field_in_the_same_words(self):
        form = SampleForm({"area": "abc"})
        summary, beside = drawn("{% errors form %}", form=form), drawn("{% field form.area %}", form=form)
        assert '<a href="#id_area">经营面积应当是数字</a>' in summary
        assert "经营面积应当是数字" in beside
        assert '<a href="#id_dishes_0">请选择经营项目</a>' in summary
        assert '<a href="#id_staff_0_name">' in summary

    def test_nothing_is_drawn_without_errors(self):
        assert drawn("{% errors form %}", form=SampleForm()).strip() == ""

    def test_a_refusal_stands_first(self):
        assert "<strong>无权受理该办件</strong>" in drawn("{% errors message=m %}", m="无权受理该办件")

    def test_a_form_may_speak_for_itself(self):
        class Own(forms.Form):
            name = forms.CharField(label="姓名", error_messages={"required": "请写全名"})

        assert "请写全名" in drawn("{% errors form %}", form=Own({}))


class TestTableField:
    columns = [
        Column("name", "姓名", required=True),
        Column("pay", "工资", "money"),
        Column("since", "到岗", "date"),
    ]

    def form(self, query: str):
        class Staff(forms.Form):
            staff = TableField(self.columns, label="人员")

        return Staff(QueryDict(query))

    def test_rows_are_read_in_order_and_empty_ones_dropped(self):
        form = self.form("staff-1-name=李&staff-0-name=张&staff-0-pay=12.5&staff-2-name=")
        assert form.is_valid()
        assert form.cleaned_data["staff"] == [
            {"name": "张", "pay": "12.5", "since": ""},
            {"name": "李", "pay": "", "since": ""},
        ]

    def test_each_wrong_cell_is_named_with_its_row(self):
        form = self.form("staff-0-pay=many&staff-0-name=张&staff-1-since=2026-13-01")
        assert form.errors["staff"] == [
            "第1行：工资应当是数字",
            "第2行：请填写姓名",
            "第2行：到岗应当是日期，例如2026-11-21",
        ]

    def test_a_required_table_wants_a_row(self):
        assert self.form("").errors["staff"] == ["请至少填写一行"]

    def test_what_was_typed_comes_back(self):
        assert 'value="张"' in str(self.form("staff-0-name=张&staff-0-pay=x")["staff"])

    @pytest.mark.parametrize("key", ["staff-99999-name", "staff-x-name", "staff--name"])
    def test_odd_names_are_left_alone(self, key):
        assert "staff" in self.form(f"{key}=a").errors


class TestYesNo:
    @pytest.mark.parametrize(("sent", "value"), [("true", True), ("false", False)])
    def test_an_answer_is_a_boolean(self, sent, value):
        class Ask(forms.Form):
            online = YesNoField(label="网络经营")

        assert Ask({"online": sent}).fields["online"].clean(sent) is value

    def test_a_stored_answer_is_shown_again(self):
        class Ask(forms.Form):
            online = YesNoField(label="网络经营")

        html = drawn("{% field form.online %}", form=Ask(initial={"online": False}))
        assert re.search(r'value="false"[^>]* checked', html)
        assert html.count(" checked") == 1

    def test_no_answer_is_none(self):
        assert YesNoField(required=False).clean("") is None


class TestClockDays:
    lines = [
        SampleLine(dt.date(2026, 11, 20), "start", None, "起算日，不计入"),
        SampleLine(dt.date(2026, 11, 21), "weekend", None, "周末，不计入"),
        SampleLine(dt.date(2026, 11, 22), "weekend", None, "周末，不计入"),
        SampleLine(dt.date(2026, 11, 23), "counted", 1, "第1个工作日"),
        SampleLine(dt.date(2026, 11, 24), "paused", None, "中止（检验），不计入"),
        SampleLine(dt.date(2026, 11, 25), "make_up", 2, "第2个工作日（调休）"),
        SampleLine(dt.date(2026, 11, 25), "end", None, "期限于当日24时届满"),
    ]

    @pytest.fixture
    def sheet(self):
        with now.at(dt.datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)):
            yield drawn("{% clock_days lines %}", lines=self.lines)

    def test_each_day_says_what_it_is(self, sheet):
        assert 'class="is-start"' in sheet
        assert sheet.count("is-off") == 3  # two days, and the legend
        assert "第1天" in sheet
        assert "中止（检验）" in sheet

    def test_past_days_are_counted_and_coming_ones_will_be(self, sheet):
        assert 'class="is-counted"' in sheet
        assert 'class="is-ahead is-due"' in sheet

    def test_today_and_the_last_day_are_marked_in_words(self, sheet):
        assert "今天" in sheet
        assert "到期" in sheet
        assert 'aria-current="date"' in sheet

    def test_a_week_begins_on_monday(self, sheet):
        assert sheet.split("<tbody>")[1].startswith("<tr>" + '<td class="is-void"></td>' * 4)


def test_money_has_its_unit_beside_it():
    class Fee(forms.Form):
        fee = forms.DecimalField(label="金额", widget=MoneyInput)

    assert '<span aria-hidden="true">元</span>' in drawn("{% field form.fee %}", form=Fee())


def test_a_chart_and_the_table_beside_it_come_from_the_same_figures():
    data = {"labels": ["一", "二"], "series": [{"name": "收件", "data": [1186, 0]}], "unit": "件"}
    html = drawn('{% include "components/chart.html" with id="c" title="收件" data=data %}', data=data)
    assert '<script id="c" type="application/json">' in html
    assert "1,186" in html
    assert '<td class="num">0</td>' in html


def test_a_form_shown_again_keeps_its_idempotency_key(rf):
    first = drawn("{% idempotency_key %}")
    assert 'name="idempotency_key"' in first
    request = rf.post("/", {"idempotency_key": "kept"})
    assert 'value="kept"' in drawn("{% idempotency_key %}", request=request)

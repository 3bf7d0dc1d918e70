"""The pages on which people find a matter."""

from __future__ import annotations

import pytest
from django.urls import reverse


@pytest.fixture
def results(client, place, published, some_matters):
    def get(**asked):
        answer = client.get(reverse("matters:search", args=[place.slug]), asked)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def test_filters_stand_with_what_each_would_leave(results, organ, health):
    page = results(q="登记 许可")
    assert f'<option value="{health.pk}" >{health.name}（1）</option>' in page
    assert "服务对象" in page
    assert 'name="list"' not in page  # nothing is in a list: nothing to choose


def test_a_chosen_filter_stays_chosen_and_can_be_taken_back(results, health):
    page = results(q="许可", department=health.pk)
    assert f'<option value="{health.pk}" selected>' in page
    assert "公共场所" in page
    assert "食品（含保健食品）" not in page
    assert "全部显示" in page


def test_why_stands_beside_each_answer_with_marks(results):
    page = results(q="开店")
    assert "也叫“<mark>开店</mark>办照”" in page


def test_what_is_typed_is_shown_as_text(results):
    page = results(q="<script>公司", level='"><i>')
    assert "<script>公司" not in page
    assert '"><i>' not in page


@pytest.mark.parametrize(
    "asked", [{}, {"q": ""}, {"q": "？"}, {"q": "公司", "department": "x", "object": "'"}]
)
def test_garbled_questions_still_answer(results, asked):
    assert results(**asked)


def test_suggestions_say_why(client, place, published, some_matters):
    page = client.get(reverse("matters:suggest", args=[place.slug]), {"q": "gsh"}).content.decode()
    assert "首字母gsh" in page
    assert "<mark>工商户</mark>" in page

"""Two versions side by side: readable, element by element, materials and steps in two columns."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hall.people.models import User
from matters import differences, services


@pytest.fixture
def versions(published, keeper, second_keeper, organ, health):
    """Three versions: the second is quicker, the third asks for less and consults nobody."""

    def follow(**change):
        draft = services.draft_version(published.matter_id, by=keeper)
        services.change_draft(draft.pk, by=keeper, **change)
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        return services.publish(draft.pk, by=keeper)

    quicker = [
        {"stage": 1, "department": organ, "kind": "examine", "limit_value": 1},
        {"stage": 1, "department": health, "kind": "consult", "limit_value": 2},
        {"stage": 2, "department": organ, "kind": "decide", "limit_value": 1, "decides": True},
    ]
    alone = [quicker[0] | {"limit_value": 2}, quicker[2]]
    bring = {"name": "食品经营许可申请书", "basis": "《食品经营许可和备案管理办法》第十二条", "originals": 2}
    return [
        published,
        follow(elements={"promised_value": 3}, steps=quicker),
        follow(
            elements={
                "joint_organs": [],
                "deferral_allowed": False,
                "applicants": ["enterprise"],
                "fee": {"item": "工本费", "standard": "10元", "basis": "价费〔2020〕1号"},
                "payment_ways": ["online"],
            },
            materials=[bring],
            steps=alone,
        ),
    ]


def by_element(difference):
    return {change.element: change for change in difference.elements}


def test_a_number_and_its_unit_are_one_element(versions):
    change = by_element(differences.between(versions[0], versions[1]))["承诺办结时限"]
    assert (change.before, change.after) == ("5个工作日", "3个工作日")


def test_any_two_versions_compare(versions):
    first, second, third = versions
    assert not differences.between(first, first)
    assert by_element(differences.between(first, third)).keys() >= {"承诺办结时限", "收费", "支付方式"}
    assert "承诺办结时限" not in by_element(differences.between(second, third))


def test_codes_are_read_as_words_and_what_stays_is_not_marked(versions):
    change = by_element(differences.between(versions[1], versions[2]))["服务对象"]
    assert [(line.text, line.changed) for line in change.old_lines] == [
        ("个体工商户", True),
        ("企业法人", False),
    ]
    assert [(line.text, line.changed) for line in change.new_lines] == [("企业法人", False)]


def test_a_fee_is_told_with_names(versions):
    change = by_element(differences.between(versions[1], versions[2]))["收费"]
    assert change.before == ""
    assert change.after.splitlines() == ["收费项目：工本费", "收费标准：10元", "收费依据：价费〔2020〕1号"]


def test_materials_stand_in_two_columns(versions):
    rows = {row.name: row for row in differences.between(versions[1], versions[2]).materials}
    changed = rows["食品经营许可申请书"]
    assert changed.kind == "changed"
    assert ("原件份数", "1", True) in [(line.label, line.text, line.changed) for line in changed.old_lines]
    assert ("原件份数", "2", True) in [(line.label, line.text, line.changed) for line in changed.new_lines]
    assert ("类型", False) not in [(line.label, line.changed) for line in changed.new_lines if line.changed]
    removed = rows["营业执照"]
    assert (removed.kind, removed.new_lines) == ("removed", [])
    assert removed.old_lines


def test_steps_stand_in_two_columns(versions):
    difference = differences.between(versions[1], versions[2])
    assert {row.kind for row in difference.steps} == {"changed", "removed"}
    (changed,) = [row for row in difference.steps if row.kind == "changed"]
    assert ("办理时限", "1个工作日", "2个工作日") in [(c.element, c.before, c.after) for c in changed.changes]


def test_the_keeper_chooses_two_on_the_page(client, versions, keeper):
    client.force_login(User.objects.get(pk=keeper.user_id))
    first, _second, third = versions
    chooser = reverse("matters:compare_any", args=[first.matter_id])
    page = client.get(chooser, {"one": third.pk, "other": first.pk}, follow=True).content.decode()
    assert "第1版与第3版" in page
    assert "5个工作日" in page
    assert "3个工作日" in page
    assert "食品安全规章制度" in page
    same = client.get(chooser, {"one": first.pk, "other": first.pk}, follow=True).content.decode()
    assert "请选择两个不同的版本" in same

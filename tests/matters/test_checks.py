"""Each rule of completeness: broken, it is found; the finding says what to do."""

from __future__ import annotations

import pytest

from matters import services
from matters.checks import Whole, findings
from matters.choices import ResultKind
from matters.models import Material, Step


@pytest.fixture
def whole(draft, place):
    return Whole(
        version=draft,
        materials=list(draft.materials.all()),
        steps=list(draft.steps.select_related("department")),
        place=place,
    )


def blocking(whole):
    return {finding.element for finding in findings(whole) if finding.blocks}


def test_a_complete_draft_has_no_findings(draft):
    assert services.check(draft) == []


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"legal_basis": []}, "设定依据"),
        ({"legal_basis": [{"law": "", "article": "第一条"}]}, "设定依据"),
        ({"conditions": []}, "受理条件"),
        ({"applicants": []}, "服务对象"),
        ({"case_type": "instant"}, "办件类型和承诺时限"),
        ({"promised_value": 0}, "办件类型和承诺时限"),
        ({"statutory_value": 4}, "承诺时限"),
        ({"statutory_value": 6, "statutory_unit": "calendar_day"}, "承诺时限"),
        ({"fee": {"item": "工本费", "standard": "", "basis": ""}}, "收费"),
        ({"result_name": ""}, "办理结果"),
        ({"certificate_template": ""}, "办理结果"),
        ({"online_depth": 4}, "到现场次数"),
        ({"visit_reason": ""}, "须到现场原因"),
        ({"phone": "12345", "complaint_phone": "12345"}, "投诉电话"),
        ({"deferral_allowed": False}, "容缺受理"),
        ({"promised_value": 9}, "路径"),
        ({"form_fields": [{"key": "Bad key", "label": "x", "kind": "text"}]}, "表单"),
        ({"form_fields": [{"key": "a", "label": "x", "kind": "select", "options": []}]}, "表单"),
        (
            {"questions": [{"key": "q", "ask": "谁来办？", "options": [{"value": "a", "adds": ["m77"]}]}]},
            "情形引导：谁来办？",
        ),
    ],
)
def test_an_element_that_breaks_a_rule_is_found(whole, changes, element):
    for name, value in changes.items():
        setattr(whole.version, name, value)
    assert element in blocking(whole)


@pytest.mark.parametrize(
    "name", ["其他材料", "其他有关材料", "法律法规规定的其他材料", "需要提交的其他文件", "相关证明材料"]
)
def test_a_drawer_for_anything_is_no_material(whole, name):
    whole.materials.append(Material(code="m09", order=9, name=name, basis="x"))
    assert f"材料：{name}" in blocking(whole)


@pytest.mark.parametrize("name", ["其他出资人身份证明", "从业人员名册", "证明材料共享目录"])
def test_a_definite_name_may_contain_such_words(whole, name):
    whole.materials.append(Material(code="m09", order=9, name=name, basis="x"))
    assert not blocking(whole)


def test_a_material_that_is_demanded_should_have_a_basis(whole):
    whole.materials[0].basis = ""
    found = findings(whole)
    assert [f.element for f in found] == ["材料：食品经营许可申请书"]
    assert not found[0].blocks
    whole.materials[0].necessity = "optional"
    whole.materials[0].shared_source, whole.materials[0].is_main = "市场监督管理局", False
    assert not [f for f in findings(whole) if f.element.startswith("材料：")]


def test_the_same_material_twice_is_found(whole):
    whole.materials.append(whole.materials[0])
    assert "材料：食品经营许可申请书" in blocking(whole)


class TestRoute:
    def test_nobody_decides(self, whole):
        whole.steps[2].decides = False
        assert "路径" in blocking(whole)

    def test_two_decide(self, whole):
        whole.steps[0].decides = True
        assert "路径" in blocking(whole)

    def test_the_deciding_organ_decides(self, whole, health):
        whole.steps[2].department = health
        assert "路径" in blocking(whole)

    def test_the_decision_comes_last(self, whole):
        whole.steps[2].stage = 1
        assert "路径" in blocking(whole)

    def test_stages_have_no_gap(self, whole):
        whole.steps[2].stage = 4
        assert "路径" in blocking(whole)

    def test_parallel_steps_count_once_and_hours_count_as_parts_of_a_day(self, whole, organ):
        whole.steps[2].limit_value = 1
        whole.steps.insert(
            2,
            Step(
                version=whole.version,
                stage=2,
                department=organ,
                kind="review",
                limit_value=480,
                limit_unit="working_minute",
            ),
        )
        whole.steps[3].stage = 3
        assert not blocking(whole)

    def test_an_instant_matter_fits_into_one_office_day(self, whole):
        whole.version.case_type, whole.version.promised_value = "instant", 0
        for step in whole.steps:
            step.limit_unit, step.limit_value = "working_minute", 200
        assert not blocking(whole)
        whole.steps[0].limit_value = 400
        assert "路径" in blocking(whole)

    def test_silence_needs_a_basis_and_a_place_that_practises_it(self, whole, place):
        place.settings = {"silent_consent": False}
        assert any(element.startswith("路径：") for element in blocking(whole))
        place.settings = {"silent_consent": True}
        whole.steps[1].silent_basis = ""
        assert any(element.startswith("路径：") for element in blocking(whole))


def test_a_matter_without_a_result_needs_no_name(whole):
    whole.version.result_kind, whole.version.result_name = ResultKind.NONE, ""
    assert not blocking(whole)

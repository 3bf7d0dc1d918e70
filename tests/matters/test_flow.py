"""The flow of a matter, in words and as a picture."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from hall.organisation.models import Department
from matters import flow, flowchart, services
from matters.flow import Box, BoxKind, Flow, Row
from matters.models import MatterVersion

SVG = "{http://www.w3.org/2000/svg}"
LONG = "安和县住房和城乡建设、自然资源和规划、生态环境保护联合审批服务管理办公室（行政审批服务中心）"


def whole(version: MatterVersion) -> MatterVersion:
    return MatterVersion.objects.whole().get(pk=version.pk)


def boxes(svg: str) -> list[ElementTree.Element]:
    """The boxes of the picture, without the frames behind them."""
    return [each for each in ElementTree.fromstring(svg).iter(f"{SVG}rect") if each.get("fill") != "#f4f6f9"]


def parallel(count: int, name: str = LONG) -> Flow:
    return Flow(
        "流程", (Row((Box("申请"),)), Row(tuple(Box(name, ("审查：3个工作日",)) for _n in range(count))))
    )


class TestFlow:
    def test_it_runs_from_the_application_to_the_result(self, published):
        rows = flow.flow(whole(published)).rows
        assert [len(row.boxes) for row in rows] == [1, 1, 2, 1, 1]
        assert rows[0].boxes[0].title == "申请人提出申请"
        assert "5个工作日内决定是否受理" in rows[1].text
        assert "食品经营许可证" in rows[-1].text

    def test_departments_of_one_stage_stand_beside_each_other_with_their_limits(self, published):
        row = flow.flow(whole(published)).rows[2]
        assert row.heading == "同时进行"
        assert {box.title for box in row.boxes} == {"安和县市场监督管理局", "安和县卫生健康局"}
        assert "征求意见：3个工作日" in row.text
        assert "逾期不答复，视为同意" in row.text

    def test_who_decides_is_drawn_apart(self, published):
        decides = [
            box for row in flow.flow(whole(published)).rows for box in row.boxes if box.kind == BoxKind.DECIDE
        ]
        assert [box.title for box in decides] == ["安和县市场监督管理局"]

    def test_where_the_clock_can_stand_still_is_told_before_the_decision(self, draft, keeper):
        special = [
            {"kind": "hearing", "when": "涉及公共利益", "stops_clock": True, "limit_value": 20,
             "limit_unit": "working_day", "ground": "hearing", "basis": "第四十六条"},
            {"kind": "site_survey", "when": "需要核查场所", "stops_clock": False},
        ]  # fmt: skip
        services.change_draft(draft.pk, by=keeper, elements={"special_procedures": special})
        rows = flow.flow(whole(draft)).rows
        pauses = rows[3]
        assert [box.kind for box in pauses.boxes] == [BoxKind.PAUSE, BoxKind.WORK]
        assert "涉及公共利益时：听证，20个工作日，期间不计入办理时限" in pauses.text
        assert "期间计入办理时限" in pauses.text
        assert rows[4].boxes[0].kind == BoxKind.DECIDE

    def test_a_step_that_an_answer_opens_names_the_answer_and_goes_with_it(
        self, draft, organ, health, keeper
    ):
        steps = [
            {"code": "s01", "stage": 1, "department": health, "kind": "consult", "limit_value": 3},
            {
                "code": "s02",
                "stage": 2,
                "department": organ,
                "kind": "decide",
                "limit_value": 2,
                "decides": True,
            },
        ]
        questions = [{"key": "raw", "ask": "是否销售生食？", "options": [
            {"value": "yes", "label": "销售生食", "opens": ["s01"]},
            {"value": "no", "label": "不销售"}]}]  # fmt: skip
        services.change_draft(draft.pk, by=keeper, elements={"questions": questions}, steps=steps)
        version = whole(draft)
        conditional = flow.flow(version).rows[2].boxes[0]
        assert conditional.condition == "销售生食"
        assert len(flow.flow(version, closed={"s01"}).rows) == len(flow.flow(version).rows) - 1
        assert len(flow.flow(version, closed={"s01"}, possible={"s01"}).rows) == len(flow.flow(version).rows)

    def test_a_matter_without_a_result_ends_with_word_to_the_applicant(self, draft, keeper):
        services.change_draft(draft.pk, by=keeper, elements={"result_kind": "none", "result_name": ""})
        assert "告知申请人" in flow.flow(whole(draft)).rows[-1].text


class TestPicture:
    @pytest.mark.parametrize("width", [flowchart.WIDE, flowchart.NARROW])
    @pytest.mark.parametrize("count", range(1, 7))
    def test_boxes_never_leave_the_page_nor_lie_on_each_other(self, width, count):
        svg = flowchart.draw(parallel(count), width=width)
        found = boxes(svg)
        assert len(found) == count + 1
        spots = []
        for each in found:
            x, y, w, h = (float(each.get(name)) for name in ("x", "y", "width", "height"))
            assert x >= 0 and x + w <= width
            assert not any(x < a + c and a < x + w and y < b + d and b < y + h for a, b, c, d in spots)
            spots.append((x, y, w, h))

    @pytest.mark.parametrize("width", [flowchart.WIDE, flowchart.NARROW])
    @pytest.mark.parametrize("count", range(1, 7))
    def test_words_stay_inside_their_boxes(self, width, count):
        root = ElementTree.fromstring(flowchart.draw(parallel(count), width=width))
        edges = [
            (float(b.get("x")), float(b.get("x")) + float(b.get("width")))
            for b in boxes(ElementTree.tostring(root, "unicode"))
        ]
        for text in root.iter(f"{SVG}text"):
            half = flowchart.measure(text.text) * float(text.get("font-size")) / 2
            middle = float(text.get("x"))
            assert any(left <= middle - half and middle + half <= right for left, right in edges), text.text

    def test_two_stand_side_by_side_on_a_phone_too(self):
        found = boxes(flowchart.draw(parallel(2), width=flowchart.NARROW))[1:]
        assert found[0].get("y") == found[1].get("y")

    def test_a_condition_is_dashed(self):
        conditional = Flow("流程", (Row((Box("部门", ("审查",), condition="占用林地"),)),))
        assert "stroke-dasharray" in flowchart.draw(conditional)
        assert "stroke-dasharray" not in flowchart.draw(parallel(1))

    def test_it_says_what_it_shows_and_needs_no_style_and_no_script(self, published):
        svg = str(flowchart.draw(flow.flow(whole(published)), ident="one"))
        assert 'aria-labelledby="one-title one-desc"' in svg
        assert "<desc" in svg and "安和县卫生健康局" in svg.split("</desc>")[0]
        assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href=", svg)

    def test_what_a_keeper_writes_stays_text(self):
        drawn = flowchart.draw(Flow("<b>", (Row((Box("<script>&", ("<i>",), condition="<u>"),)),)))
        assert "<script>" not in drawn and "<i>" not in drawn
        ElementTree.fromstring(drawn)

    @pytest.mark.parametrize("room", [3, 8.5, 20])
    def test_broken_lines_lose_nothing_and_do_not_begin_with_a_stop(self, room):
        text = "经所在地县级人民政府（含开发区）同意，20个工作日内：出具ABC-2026意见。"
        lines = flowchart.broken(text, room)
        assert "".join(lines) == text
        assert not any(line[0] in "，。：）" for line in lines)


def test_every_department_of_a_place_may_be_named(place, published):
    """Names as long as the column takes."""
    Department.objects.filter(jurisdiction=place).update(name=("部" * 100))
    assert "部" * 5 in flowchart.draw(flow.flow(whole(published)))

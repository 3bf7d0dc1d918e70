"""A matter with a guidance tree that switches everything, for tests of every room."""

from __future__ import annotations

from typing import Any

from hall.organisation.models import Department
from matters.models import MatterVersion

from . import traits

QUESTIONS: list[dict[str, Any]] = [
    {
        "key": "level",
        "ask": "属于哪一类管理？",
        "options": [
            {
                "value": "key",
                "label": "重点管理",
                "effect": "要到现场核查",
                "adds": ["m02"],
                "opens": ["survey"],
                "promised": {"value": 10, "unit": "working_day"},
                "statutory": {"value": 30, "unit": "calendar_day", "basis": "示范条例第十二条"},
                "conditions": ["已公开不少于五个工作日"],
            },
            {
                "value": "simple",
                "label": "简化管理",
                "effect": "",
                "adds": [],
                "drops": ["m03"],
                "statutory": {"value": 20, "unit": "calendar_day", "basis": "示范条例第十二条"},
            },
            {
                "value": "none",
                "label": "不在名录内",
                "effect": "",
                "adds": [],
                "stop": {"reason": "依法不需要取得许可。", "see": "请填报登记表"},
            },
        ],
    },
    {
        "key": "fire",
        "ask": "是否动用明火？",
        "when": {"level": ["key"]},
        "options": [
            {"value": "yes", "label": "是", "effect": "", "adds": ["m04"], "opens": ["fire"]},
            {"value": "no", "label": "否", "effect": "", "adds": []},
        ],
    },
]
MATERIALS = [
    {"code": "m01", "name": "申请表", "is_main": True, "media": "paper", "basis": "示范规定"},
    {"code": "m02", "name": "公开情况说明", "media": "paper", "basis": "示范规定", "is_main": False},
    {"code": "m03", "name": "监测报告", "media": "paper", "basis": "示范规定", "is_main": False},
    {"code": "m04", "name": "消防说明", "media": "paper", "basis": "示范规定", "is_main": False},
]


def make_guided(bureau: Department, fire: Department, **elements: Any) -> MatterVersion:
    """排污许可 in small: examined, surveyed for some, the fire department asked for fewer, decided."""
    return traits.make_version(
        bureau,
        steps=[
            traits.step(bureau, stage=1, days=3, code="look", kind="examine"),
            traits.step(bureau, stage=2, days=5, code="survey", kind="site_survey"),
            traits.step(fire, stage=2, days=4, code="fire"),
            traits.step(bureau, stage=3, days=2, code="decide", decides=True),
        ],
        materials=MATERIALS,
        questions=elements.pop("questions", QUESTIONS),
        statutory_value=elements.pop("statutory_value", 45),
        statutory_unit="calendar_day",
        **elements,
    )

"""The schemes that come with the hall: four stages, no circle, materials that the dependents do ask for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from fixtures import projecting
from matters.services.project_schemes import circle

WORKED = {
    matter["name"]: matter
    for matter in json.loads((Path(settings.HALL_FIXTURES) / "worked" / "investment.json").read_text())
}


@pytest.mark.parametrize("told", projecting.definitions(), ids=lambda told: told["code"])
class TestEachScheme:
    def test_has_the_four_stages_and_each_ends_with_a_grant(self, told):
        assert [stage["name"] for stage in told["stages"]] == [
            "立项用地规划许可",
            "工程建设许可",
            "施工许可",
            "竣工验收",
        ]
        assert all(any(row.get("concludes") for row in stage["matters"]) for stage in told["stages"])
        assert [stage.get("counts", True) for stage in told["stages"]] == [True, True, True, False]

    def test_has_no_circle_and_no_stranger(self, told):
        edges = [(row["prerequisite"], row["dependent"]) for row in told["dependencies"]]
        numbers = {name: number for number, name in enumerate({name for edge in edges for name in edge})}
        assert not circle([(numbers[a], numbers[b]) for a, b in edges])
        known = {row["matter"] for stage in told["stages"] for row in stage["matters"]}
        assert set(numbers) <= known <= set(WORKED)

    def test_names_only_materials_that_the_dependent_asks_for(self, told):
        for row in told["dependencies"]:
            asked = {material["code"] for material in WORKED[row["dependent"]]["materials"]}
            assert not row.get("material") or row["material"] in asked, row
            assert row["basis"]

    def test_promises_sixty_days_and_keeps_the_law(self, told):
        elements = told["elements"]
        assert (elements["promised_value"], elements["promised_unit"]) == (60, "calendar_day")
        assert (elements["joint_value"], elements["joint_extension"]) == (45, 15)

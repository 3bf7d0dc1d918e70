"""投资项目代码: both forms, and every part of them (DOMAIN §3)."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.project_codes import CodeForm, fault, parse
from hall.errors import Conflict, Invalid, WrongState

from .conftest import CODE, register

pytestmark = pytest.mark.django_db


class TestBothForms:
    def test_the_form_of_today(self):
        code = parse("2105-511602-04-02-123456")
        assert (code.form, code.year, code.month, code.nature) == (CodeForm.CURRENT, 2021, 5, "02")

    def test_the_form_before_november_2020(self):
        code = parse("2020-511602-48-03-012345")
        assert (code.form, code.year, code.month) == (CodeForm.FORMER, 2020, None)
        assert parse("2017-511602-48-03-12345").serial == "12345"

    @pytest.mark.parametrize(
        ("code", "part"),
        [
            ("2105-511602-04-01-12345", "最后一段"),  # five digits: only the former form had them
            ("2113-511602-04-01-123456", "第一段"),  # month 13, and no year of the former form
            ("2200-511602-04-01-123456", "第一段"),
            ("9912-511602-04-01-123456", "还没有到"),
            ("2105-011602-04-01-123456", "行政区划"),
            ("2105-511602-00-01-123456", "主管部门"),
            ("2105-511602-04-06-123456", "项目类型"),
            ("2105-511602-04-00-123456", "项目类型"),
            ("2020-511602-00-03-012345", "行业"),
            ("2020-511602-98-03-012345", "行业"),
            ("2020-511602-48-04-012345", "01审批"),
            ("2105-511602-04-01-12345X", "格式"),
            ("2105511602040112345678", "格式"),
            ("", "格式"),
        ],
    )
    def test_a_wrong_part_is_named(self, code, part):
        assert part in fault(code)


class TestOneCodeAProject:
    def test_the_same_code_twice_in_a_place_is_refused(self, scheme, builder, clerk):
        register(scheme, builder, clerk)
        with pytest.raises(Conflict, match="另一个项目"):
            register(scheme, builder, clerk, name="另一个")

    def test_two_planned_projects_without_a_code_are_two(self, scheme, builder, clerk):
        first, second = (register(scheme, builder, clerk, code="") for _n in range(2))
        cases.give_code(first.pk, f" {CODE} ".replace("-", "－"), by=clerk)
        with pytest.raises(Conflict):
            cases.give_code(second.pk, CODE, by=clerk)

    def test_a_code_is_given_once(self, project, clerk):
        assert cases.give_code(project.pk, CODE, by=clerk).code == CODE
        with pytest.raises(WrongState, match="只有一个代码"):
            cases.give_code(project.pk, "2602-999901-04-01-123456", by=clerk)

    def test_a_wrong_code_is_told_beside_its_field(self, scheme, builder, clerk):
        with pytest.raises(Invalid) as refused:
            register(scheme, builder, clerk, code="2613-999901-04-01-123456", name="")
        assert set(refused.value.fields) == {"code", "name"}

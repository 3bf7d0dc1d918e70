"""A project through two dependent stages, in a hall that really runs.

The second stage is taken in before the first has its result; the worker gives it its turn on the next
working day, for which the clock of the hall is moved. What is typed into the long forms of the worked
matters is written by the desk's own verbs, since other tests type it; all else is done on the pages.
"""

from __future__ import annotations

from random import Random

import pytest
from playwright.sync_api import Page, expect

from applications import services as cases
from applications.choices import State
from applications.models import Application
from applications.project_models import Project
from fixtures.demo import forms
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from hall.people.identity import synthetic_uscc
from routing.models import Task

from . import hands
from .hands import PHONE, PLACE, House, Receipt

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("movable_clock")]

FILING = "企业投资项目备案"
SOIL = "生产建设项目水土保持方案审批"  # second stage; needs the filing
PROJECT = {
    "name": "驿城区示例厂房",
    "code": "2611-411700-04-01-123456",
    "nature": "01",
    "address": "驿城区示例路9号",
    "a-kind": "enterprise",
    "a-enterprise_name": "驻马店样例建设有限公司",
    "a-uscc": synthetic_uscc(77_001),
    "a-legal_representative": "样例法人",
    "a-phone": PHONE,
}


def test_a_project_through_two_dependent_stages(house: House) -> None:
    clerk = house.with_role(Role.CLERK)
    project = _register(clerk)
    first, second = _take_in(clerk, project, FILING), _take_in(clerk, project, SOIL)
    house.hall.wait_until(lambda: _fresh(first).state == State.REVIEWING)
    clerk.goto(f"/cases/{second.pk}/")
    expect(clerk.get_by_text("等待期间不计入时限")).to_be_visible()
    expect(clerk.locator("#main")).to_contain_text(f"前置：{FILING}")
    assert not Task.objects.filter(case=second).exists()

    _grant(house, first)
    turn = house.hall.wait_until(lambda: _fresh(second).turn_at)
    assert _fresh(second).awaits_result
    hands.move_to(house, turn)
    house.hall.wait_until(lambda: _fresh(second).state == State.REVIEWING)

    clerk.goto(f"/cases/{second.pk}/")
    expect(clerk.locator("#main")).to_contain_text("前置结果已取得")
    row = clerk.locator("tr", has_text="项目批准、核准或备案文件")
    expect(row.first).to_contain_text("证照复用")
    clerk.goto(f"/projects/{project.pk}/")
    expect(clerk.locator("#main")).to_contain_text("工程建设许可")
    expect(clerk.locator(".gantt svg")).to_be_visible()
    expect(clerk.locator("#main")).to_contain_text("项目审批承诺时限")
    hands.clean(clerk)
    clerk.set_viewport_size({"width": 390, "height": 844})
    assert clerk.evaluate("document.documentElement.scrollWidth") <= 390


def _register(clerk: Page) -> Project:
    clerk.goto("/desk/")
    clerk.keyboard.press("Alt+j")
    clerk.get_by_role("link", name="登记项目").click()
    hands.clean(clerk)
    hands.fill(clerk, {"a-kind": "enterprise"})
    hands.fill(clerk, PROJECT)
    clerk.get_by_label("审批流程").select_option(label="企业投资项目（备案）审批流程")
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.get_by_role("heading", level=1)).to_contain_text(PROJECT["name"])
    return Project.objects.get(code=PROJECT["code"])


def _take_in(clerk: Page, project: Project, matter: str) -> Application:
    """为项目收件: the builder and the code are there; the verdict is given with the keys of the desk."""
    clerk.goto(f"/projects/{project.pk}/")
    clerk.get_by_role("row").filter(has_text=matter).get_by_role("button", name="为项目收件").first.click()
    clerk.wait_for_url("**/desk/cases/**")
    expect(clerk.locator("#main")).to_contain_text(PROJECT["a-enterprise_name"])
    case = Application.objects.get(project=project, version__matter__name=matter)
    assert case.project_code == project.code
    post = Post.objects.filter(jurisdiction__slug=PLACE, role=Role.CLERK, deputises=None).order_by("pk")[0]
    by, dice = Officer.of(post.user), Random(7)
    typed = forms.answers(case.version.form_fields, dice, "驻马店")
    cases.fill_form(case.pk, {**typed, **case.form_data}, forms.situation(case.version, dice), by=by)
    for row in case.materials.select_related("material"):
        if row.verdict == "pending":
            cases.record_material(case.pk, row.material.code, verdict="ok", by=by)
    clerk.reload()
    hands.verdict(clerk, "F2")
    expect(clerk.locator(".case-head")).to_contain_text("已受理", timeout=10_000)
    return _fresh(case)


def _grant(house: House, case: Application) -> None:
    """The departments look at it in their order, and the head of the last one decides."""
    what = Receipt(case.number or "", case.query_code)
    live = Task.objects.live().filter(case=case).select_related("department")
    while not _fresh(case).outcome:
        task = house.hall.wait_until(lambda: live.first())
        if task.decides:
            hands.grant(house.in_department(task.department.code, Role.HEAD), what)
        else:
            hands.agree(house.in_department(task.department.code, Role.REVIEWER), what)


def _fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)

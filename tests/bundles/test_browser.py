"""企业开办 through the real pages of a hall that really runs: one form at the desk, one hand-over."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from applications.bundle_models import BundleCase
from applications.choices import State
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from hall.people.identity import synthetic_citizen_number
from routing import services as routing
from routing.models import Task
from tests.browser import hands
from tests.browser.hands import PHONE, PLACE, House, Receipt

pytestmark = pytest.mark.browser

FOUNDER = synthetic_citizen_number(77)
NAME = "企业开办一件事"
WHO = {"a-kind": "person", "a-id_number": FOUNDER, "a-name": "样例创办人", "a-phone": PHONE}
SITUATION = {"s-q_invoice": "no"}
SCOPE = "日用百货零售；餐饮服务"


@pytest.fixture
def house(live_hall: Any, new_page: Any) -> House:
    return House(live_hall, new_page)


def answer(page: Page) -> None:
    """Fill whatever is asked, once each: the first choice, a number, a day, some words."""
    for group in page.locator("#follow fieldset:has(input[type=radio])").all():
        radios = group.locator("input[type=radio]")
        if not radios.evaluate_all("all => all.some(each => each.checked)"):
            radios.first.check(force=True)
    for box in page.locator("#follow input[type=checkbox]").all():
        box.check(force=True)
    for choice in page.locator("#follow select").all():
        choice.select_option(index=1)
    for day in page.locator("#follow input[type=date]").all():
        day.fill("2027-06-30")
    kinds = "".join(f":not([type={kind}])" for kind in ("radio", "checkbox", "file", "hidden", "date"))
    for field in page.locator(f"#follow input{kinds}, #follow textarea").all():
        name = field.get_attribute("name") or ""
        if name.startswith(("p-", "r-")) or not field.is_visible():
            continue
        field.fill(SCOPE if name == "business_scope" else "5" if field.get_attribute("inputmode") else "样例")


def decide(code: str, bundle: BundleCase) -> None:
    """The department examines and grants; nobody of the hall's own pages is needed for that."""
    case = bundle.parts.get(part__code=code).case
    while task := Task.objects.filter(case=case, state__in=("open", "signed", "claimed")).first():
        head = Post.objects.filter(department=task.department, role=Role.HEAD, deputises=None).first()
        officer = Officer.of(head.user)
        if task.decides:
            routing.decide(task.pk, outcome="granted", by=officer)
        else:
            routing.give_opinion(task.pk, verdict="agree", by=officer)


class TestCompanyOpening:
    def test_from_the_desk_to_the_hand_over(self, house: House) -> None:
        clerk = house.with_role(Role.CLERK)
        what = self._take_in(clerk)
        bundle = BundleCase.objects.get(number=what.number)
        house.hall.wait_until(lambda: bundle.cases.filter(state=State.REVIEWING).exists())
        decide("company", bundle)
        house.hall.wait_until(lambda: bundle.parts.filter(starts_at__isnull=False).count() == 3)
        self._track(house.passer_by(), what)
        # The next working day has come: the clock of a hall in service is never moved.
        bundle.parts.filter(state="waiting", starts_at__isnull=False).update(starts_at=now())
        house.hall.wait_until(lambda: bundle.parts.filter(state="running").count() == 3)
        house.hall.wait_until(lambda: bundle.cases.filter(state=State.REVIEWING).count() == 3)
        for code in ("tax", "social", "fund"):
            decide(code, bundle)
        house.hall.wait_until(lambda: BundleCase.objects.get(pk=bundle.pk).state == State.READY)
        self._hand_over(house.with_role(Role.ISSUER), what)
        assert BundleCase.objects.get(pk=bundle.pk).state == State.DELIVERED
        assert {case.state for case in bundle.cases.all()} == {State.DELIVERED}

    def _take_in(self, page: Page) -> Receipt:
        page.goto("/desk/bundles/")
        hands.clean(page)
        page.locator("li", has_text=NAME).get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
        hands.fill(page, WHO)
        with page.expect_response(re.compile("/keep/")):
            hands.fill(page, SITUATION)
        page.wait_for_load_state("networkidle")
        answer(page)
        page.wait_for_load_state("networkidle")
        answer(page)  # what the first answers have opened
        page.locator("[data-all-ok]").click()
        page.keyboard.press("Escape")
        page.wait_for_load_state("networkidle")
        page.locator("button[name=desk-action][value=accept]").click()
        expect(page.locator("#messages")).to_contain_text("已受理")
        expect(page.locator("main")).to_contain_text("待启动")
        hands.clean(page)
        return hands.receipt(page)

    def _track(self, page: Page, what: Receipt) -> None:
        page.goto(f"/p/{PLACE}/track/")
        hands.fill(page, {"number": what.number, "code": what.code})
        page.keyboard.press("Enter")
        expect(page.locator("section.now h2")).to_have_text("4项中已有1项办好")
        expect(page.locator("section.now time")).to_have_attribute("datetime", re.compile(r"^\d{4}-"))
        hands.clean(page)

    def _hand_over(self, page: Page, what: Receipt) -> None:
        page.goto("/issue/")
        expect(page.locator("main [data-find]")).to_be_focused()
        page.keyboard.type(what.number)
        page.keyboard.press("Enter")
        page.wait_for_url("**/issue/bundles/*/")
        page.locator("[name=collector_id_number]").fill(FOUNDER)
        box = page.locator("[data-signature] canvas").bounding_box()
        assert box
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 50, steps=6)
        page.mouse.up()
        page.keyboard.press("F2")
        expect(page.locator("#messages")).to_contain_text("已一次送达4项结果")
        hands.clean(page)

"""Every component in a real browser: accessible, within the policy, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from django.test import Client

from hall.people.models import User
from tests.support.browser import Watch
from tests.traits import make_officer, make_place

pytestmark = pytest.mark.browser

# 长者模式: text from 18 pt (24 px), targets from 60 px. Days of a calendar and step numbers are figures.
TOO_SMALL = """() => [...document.querySelectorAll('main *, .utility *')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, .days, kbd'))
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < 24).map(e => e.outerHTML.slice(0, 120))"""
TOO_LOW = """() => [...document.querySelectorAll('main .button, .utility button, .utility a')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 60)
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def open_style(live_server, browser, transactional_db):
    """`open_style("?face=portal", width=390)`: the style page, seen by a manager of some place."""
    officer = make_officer(make_place(), "manager")
    client = Client()
    client.force_login(User.objects.get(pk=officer.user_id))
    contexts, watches = [], []

    def open_page(query: str = "", width: int = 1440, senior: bool = False):
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", viewport={"width": width, "height": 900}
        )
        cookies = {"sessionid": client.cookies["sessionid"].value} | ({"senior": "1"} if senior else {})
        context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])
        page = context.new_page()
        watches.append(Watch(page))
        page.goto(f"/manage/style/{query}")
        contexts.append(context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [complaint for watch in watches for complaint in watch.complaints]


@pytest.mark.parametrize("width", [1440, 390, 360])
@pytest.mark.parametrize("query", ["", "?face=portal"])
def test_it_is_accessible_and_fits(open_style, axe, query, width):
    page = open_style(query, width)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_in_senior_mode_text_and_targets_are_large(open_style, axe):
    page = open_style("?face=portal", 390, senior=True)
    assert axe(page) == []
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(TOO_LOW) == []


class TestKeyboard:
    def test_a_key_works_what_it_is_printed_on(self, open_style):
        page = open_style()
        page.locator("h1").click()
        page.keyboard.press("F2")
        assert page.locator("#sample-dialog").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#sample-dialog").is_visible()

    def test_slash_finds_and_escape_keeps_what_was_typed(self, open_style):
        page = open_style()
        page.locator("h1").click()
        page.keyboard.press("/")
        page.keyboard.type("gtgsh")
        page.keyboard.press("Escape")
        found = page.locator("[data-find]").first
        assert found.input_value() == "gtgsh"
        assert page.evaluate("document.activeElement === document.body")

    def test_j_and_k_walk_the_rows_but_letters_stay_letters_in_a_field(self, open_style):
        page = open_style()
        page.locator("h1").click()
        page.keyboard.press("j")
        rows = page.locator("[data-rows-nav] [data-row]")
        assert rows.nth(2).evaluate("row => row === document.activeElement")
        page.keyboard.press("k")
        page.keyboard.press("k")
        assert rows.nth(0).evaluate("row => row === document.activeElement")
        page.locator("#id_shop").fill("")
        page.locator("#id_shop").press_sequentially("jk1")
        assert page.locator("#id_shop").input_value() == "jk1"

    def test_the_keys_of_the_page_can_be_asked_for(self, open_style):
        page = open_style()
        page.locator("h1").click()
        page.keyboard.press("?")
        assert "主要操作" in page.locator("#keys-help").inner_text()

    def test_the_privacy_cover_hides_and_stays_over_pages(self, open_style):
        page = open_style()
        page.keyboard.press("Alt+p")
        hidden = "getComputedStyle(document.querySelector('span.personal')).color"
        assert page.evaluate(hidden) == "rgba(0, 0, 0, 0)"
        page.reload()
        assert page.evaluate(hidden) == "rgba(0, 0, 0, 0)"
        page.keyboard.press("Alt+p")
        assert page.evaluate(hidden) != "rgba(0, 0, 0, 0)"


class TestForms:
    def test_the_summary_has_the_focus_and_leads_into_the_field(self, open_style):
        page = open_style()
        assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
        page.get_by_role("link", name="请选择经营项目").click()
        assert page.evaluate("document.activeElement.id") == "id_dishes_0"

    def test_rows_are_added_and_taken_away(self, open_style):
        page = open_style()
        rows = page.locator("[data-rows] tbody tr")
        before = rows.count()
        page.get_by_role("button", name="加一行").click()
        assert rows.count() == before + 1
        assert page.evaluate("document.activeElement.name") == f"staff-{before}-name"
        rows.nth(0).get_by_role("button").click()
        assert rows.count() == before
        assert rows.nth(0).locator("input").first.get_attribute("id") == "id_staff_0_name"

    def test_a_signature_becomes_a_picture(self, open_style):
        page = open_style()
        canvas = page.locator("[data-signature] canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
        page.mouse.up()
        signed = page.locator("#id_sample_signature")
        assert signed.input_value().startswith("data:image/png;base64,")
        page.get_by_role("button", name="重签").click()
        assert signed.input_value() == ""


def test_charts_are_drawn_with_a_table_beside_them(open_style):
    page = open_style()
    assert page.locator("#main [data-chart] canvas").count() == 2
    assert page.locator("[data-chart]").first.get_attribute("aria-label")
    page.locator("summary", has_text="看表").first.click()
    assert page.get_by_role("cell", name="186", exact=True).is_visible()

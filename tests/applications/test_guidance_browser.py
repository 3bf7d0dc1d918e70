"""Guidance by answers in a real browser: at the desk, on the portal, and in the keeper's editor."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from applications import services
from hall.organisation.choices import Role
from hall.people.models import User
from matters import services as catalogue
from matters.models import MatterVersion
from tests import guided, traits
from tests.applications.test_desk_browser import type_person
from tests.support.browser import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def open_as(browser, live_server, transactional_db):
    """A page of somebody with an account (None: of a passer-by), watched for complaints."""
    opened = []

    def open_it(user_id: int | None = None):
        context = browser.new_context(base_url=live_server.url, locale="zh-CN")
        context.set_default_timeout(15_000)
        if user_id is not None:
            client = Client()
            client.force_login(User.objects.get(pk=user_id))
            name = settings.SESSION_COOKIE_NAME
            value = client.cookies[name].value
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        opened.append((context, Watch(page)))
        return page

    yield open_it
    for context, watch in opened:
        context.close()
        assert not watch.complaints, watch.complaints


@pytest.fixture
def version(bureau, fire):
    return guided.make_guided(bureau, fire)


def test_grid_questions_and_dates_follow_the_clerks_keys(open_as, version, clerk, centre, intake_window):
    case = services.open_at_desk(version=version, hall=centre, window=intake_window, by=clerk)
    page = open_as(clerk.user_id)
    page.goto(f"/desk/cases/{case.pk}/")
    type_person(page)
    page.locator("#id_site").focus()
    page.keyboard.type("安和县城东路1号")
    expect(page.locator("#m-m02 [value=not_needed]")).to_have_count(0)
    page.locator("#id_s-q_level_0").focus()
    page.keyboard.press("Space")
    page.locator("#id_s-q_fire_0").wait_for()  # the tree asks on
    expect(page.locator("#checks")).to_contain_text("10个工作日")
    expect(page.locator("#checks")).to_contain_text("已公开不少于五个工作日")
    assert page.locator("#id_site").input_value() == "安和县城东路1号"
    page.locator("#id_s-q_fire_1").focus()
    page.keyboard.press("Space")
    expect(page.locator("#checks")).not_to_contain_text("是否动用明火")
    page.locator("body").press("Alt+y")
    page.locator("#verdicts .button-main", has_text="受理").wait_for()
    page.keyboard.press("F2")
    page.locator("#case-state", has_text="已受理").wait_for()
    accepted = traits.fresh(case)
    assert accepted.answers == {"level": "key", "fire": "no"}
    assert accepted.consequences.closed_steps == {"fire"}


def test_what_is_not_done_here_is_told_and_refused(open_as, version, clerk, centre, intake_window):
    case = services.open_at_desk(version=version, hall=centre, window=intake_window, by=clerk)
    page = open_as(clerk.user_id)
    page.goto(f"/desk/cases/{case.pk}/")
    page.locator("#id_s-q_level_2").check()
    expect(page.locator("#checks")).to_contain_text("依法不需要取得许可")
    expect(page.locator("#verdicts .button-main")).to_contain_text("不予受理")


def test_the_guide_and_the_application_ask_on_without_loading_again(open_as, version, citizen):
    page = open_as(citizen.pk)
    place = version.matter.jurisdiction.slug
    page.goto(reverse("matters:guide", args=[place, version.matter.short_code]))
    page.evaluate("window.stayed = true")
    page.locator("#q-level-key").check()
    page.locator("#q-fire-yes").check()
    expect(page.locator("#materials")).to_contain_text("消防说明")
    page.locator("#q-level-none").check()
    expect(page.get_by_text("请填报登记表").first).to_be_visible()
    assert page.evaluate("window.stayed")
    case = services.apply_online(version=version, by=traits.acting(citizen))
    page.goto(reverse("applications:apply_form", args=[case.pk]))
    page.locator("#id_site").fill("安和县城东路1号")
    page.locator("#id_s-q_level_0").check()
    page.locator("#id_s-q_fire_0").check()
    expect(page.locator("#situation")).to_contain_text("消防说明")
    assert page.locator("#id_site").input_value() == "安和县城东路1号"
    page.locator("#id_s-q_level_1").check()
    expect(page.locator("#situation")).to_contain_text("5个工作日")
    expect(page.locator("#id_s-q_fire_0")).to_have_count(0)


def test_a_keeper_builds_a_tree_with_keys_and_tries_it(open_as, version, a_place):
    keeper = traits.make_officer(a_place, Role.KEEPER)
    draft = catalogue.draft_version(version.matter_id, by=keeper)
    page = open_as(keeper.user_id)
    page.goto(reverse("matters:guidance", args=[draft.pk]))
    page.locator("#add-question").focus()
    page.keyboard.press("Enter")
    page.locator("#q2-ask").wait_for()
    page.locator("#q2-ask").focus()
    page.keyboard.type("要不要邮寄？")
    for of, label in enumerate(("要", "不要")):
        page.locator(f"#q2-o{of}-label").focus()
        page.keyboard.type(label)
    expect(page.locator("#preview")).to_contain_text("要不要邮寄")
    page.locator("#try-level-simple").focus()
    page.keyboard.press("Space")
    expect(page.locator("#preview")).to_contain_text("20个自然日")
    expect(page.locator("#preview")).not_to_contain_text("是否动用明火")
    page.locator("#up-2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#q1-ask")).to_have_value("要不要邮寄？")
    page.keyboard.press("F2")
    page.wait_for_url(f"**/manage/versions/{draft.pk}/")
    stored = MatterVersion.objects.get(pk=draft.pk).questions
    assert [question["ask"] for question in stored] == ["属于哪一类管理？", "要不要邮寄？", "是否动用明火？"]

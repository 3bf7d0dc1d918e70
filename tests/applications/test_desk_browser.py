"""The desk as a clerk uses it: real keys in a real browser, no mouse."""

import pytest
from django.conf import settings
from django.test import Client

from applications import services
from applications.choices import State
from applications.models import Application
from hall.actors import SYSTEM
from hall.people.identity import synthetic_citizen_number
from hall.people.models import User
from tests import traits
from tests.support.browser import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, live_server, clerk, transactional_db):
    """The clerk's browser, already logged in; it may not complain about anything."""
    client = Client()
    client.force_login(User.objects.get(pk=clerk.user_id))
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    context.set_default_timeout(15_000)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.watch = Watch(page)
    yield page
    context.close()
    assert not page.watch.complaints, page.watch.complaints


def type_person(page):
    page.locator("#id_a-id_number").focus()
    page.keyboard.type(synthetic_citizen_number(41_000))
    page.keyboard.press("Tab")
    page.keyboard.type("示例来人")
    page.keyboard.press("Tab")
    page.keyboard.type("13800000003")


def fill(page):
    type_person(page)
    page.locator("#id_s-q_agent_0").focus()
    page.keyboard.press("Space")
    page.locator("#id_site").focus()
    page.keyboard.type("安和县城东路1号")
    page.keyboard.press("Escape")


def test_find_open_fill_accept_without_a_mouse(page, promised_version):
    page.goto("/desk/")
    page.keyboard.type("slcn")
    page.locator("#start-list [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/matters/**")
    page.keyboard.press("F2")
    page.wait_for_url("**/desk/cases/**")
    fill(page)
    assert page.locator("#id_site").input_value() == "安和县城东路1号"
    page.keyboard.press("Alt+y")
    page.locator("#verdicts .button-main", has_text="受理").wait_for()
    page.keyboard.press("F2")
    page.locator("#case-state", has_text="已受理").wait_for()
    assert Application.objects.get().state == State.ACCEPTED


def test_deferral_by_keys(page, deferrable_version, centre, intake_window, clerk):
    case = services.open_at_desk(version=deferrable_version, hall=centre, window=intake_window, by=clerk)
    page.goto(f"/desk/cases/{case.pk}/")
    fill(page)
    page.keyboard.press("5")
    page.keyboard.press("r")
    page.keyboard.press("Alt+y")
    page.locator("#verdicts .button-main", has_text="容缺受理").wait_for()
    page.keyboard.press("F4")
    page.wait_for_url("**/defer/")
    page.locator("[name=agreed]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("F2")
    page.locator("#case-state", has_text="已受理").wait_for()
    assert Application.objects.get().accepted_how == "deferred"


def test_a_fault_asks_for_its_reason_and_leads_to_the_notice(
    page, promised_version, centre, intake_window, clerk
):
    case = services.open_at_desk(version=promised_version, hall=centre, window=intake_window, by=clerk)
    page.goto(f"/desk/cases/{case.pk}/")
    fill(page)
    page.keyboard.press("1")
    page.keyboard.press("y")
    page.keyboard.press("n")
    page.locator("#p-m02:focus").wait_for()
    page.keyboard.type("没有房东盖章")
    page.keyboard.press("Escape")
    page.locator("#checks", has_text="没有房东盖章").wait_for()
    page.keyboard.press("F8")
    page.wait_for_url("**/notice/")
    assert page.locator("#problem-material-m02").input_value() == "没有房东盖章"
    page.keyboard.press("F2")
    page.locator("#case-state", has_text="补正中").wait_for()


def test_pages_from_the_scanner_are_listed_at_once(
    page, promised_version, centre, intake_window, clerk, tmp_path
):
    from tests.applications.test_desk_pages import PDF

    scan = tmp_path / "申请书.pdf"
    scan.write_bytes(PDF)
    case = services.open_at_desk(version=promised_version, hall=centre, window=intake_window, by=clerk)
    page.goto(f"/desk/cases/{case.pk}/")
    page.set_input_files("#scan-m01", str(scan))
    page.locator("#files-m01", has_text="申请书.pdf").wait_for()


def test_the_page_follows_an_instant_case(page, instant_version, clerk):

    case = traits.take_in(instant_version, clerk)
    services.accept(case.pk, by=clerk)
    page.goto(f"/desk/cases/{case.pk}/")
    page.locator("#status", has_text="自动更新").wait_for()
    services.mark_reviewing(case.pk)
    services.record_decision(case.pk, "granted", by=SYSTEM)
    services.mark_ready(case.pk)
    page.locator("#case-state", has_text="待出件").wait_for()


def test_a_colleague_who_took_it_over_is_named_while_typing(page, received_case, clerk, other_clerk):
    page.goto(f"/desk/cases/{received_case.pk}/")
    services.release(received_case.pk, by=clerk)
    services.hold(received_case.pk, by=other_clerk)
    page.watch.complaints.clear()
    page.locator("#id_site").fill("别处")
    page.locator("#messages", has_text="示例乙正在办理").wait_for()
    assert page.locator("#id_site").input_value() == "别处"
    page.watch.complaints.clear()  # the browser calls a refusal an error; here it is the answer


def test_the_desk_has_no_barriers(page, axe, promised_version, centre, intake_window, clerk):
    case = services.open_at_desk(version=promised_version, hall=centre, window=intake_window, by=clerk)
    for address in ("/desk/", f"/desk/cases/{case.pk}/", f"/desk/cases/{case.pk}/refuse/"):
        page.goto(address)
        assert axe(page) == []

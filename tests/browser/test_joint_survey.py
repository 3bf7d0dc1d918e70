"""A joint survey with one absent department, from the counter to the decision, through the real pages.

The road department leads and surveys together with the police, who do not come. For them silence is no
answer: the task stays, supervision gets a card, and the police sign their opinion afterwards.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from applications.choices import State
from applications.models import Application
from hall.calendars.queries import table_for
from hall.calendars.workdays import SHANGHAI
from hall.clocks.models import MovedClock
from hall.organisation.choices import Role
from routing.choices import Attendance
from routing.models import JointSession

from . import hands
from .hands import House, Receipt
from .test_whole_way import CITIZEN, ROAD, ROAD_FORM

pytestmark = pytest.mark.browser

VENUE = "驿城区示例路1号现场"


@pytest.fixture
def movable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hall's clock can be moved: a survey lies days ahead."""
    monkeypatch.setenv("HALL_MOVABLE_CLOCK", "1")


@pytest.fixture
def house(movable: None, live_hall: Any, new_page: Any) -> House:
    return House(live_hall, new_page)


def hall_now() -> dt.datetime:
    """What the clock on the wall of that hall says."""
    moved = MovedClock.objects.first()
    return dt.datetime.now(SHANGHAI) + (moved.offset if moved else dt.timedelta())


def move_to(house: House, moment: dt.datetime) -> None:
    """The manager of the hall moves its clock forward."""
    minutes = int((moment - hall_now()).total_seconds() // 60) + 1
    manager = house.with_role(Role.MANAGER)
    manager.goto("/manage/clock/")
    hands.fill(manager, {"number": str(minutes), "unit": "m"})
    manager.get_by_role("button", name="前移").click()
    house.hall.wait_until(lambda: hall_now() >= moment)


def test_a_joint_survey_with_one_absent_department(house: House) -> None:
    what = take_in(house)
    roads = house.in_department("city-management", Role.REVIEWER)
    hands.take(roads, what)
    hands.take(house.in_department("police", Role.REVIEWER), what)
    day = table_for(None).add_working_days(hall_now().date(), 2)
    address = call_it(roads, day)
    police_are_told(house.in_department("police", Role.REVIEWER), address)

    move_to(house, dt.datetime.combine(day, dt.time(9, 45), SHANGHAI))
    sign_in_at_the_site(roads, address)
    move_to(house, dt.datetime.combine(day, dt.time(10, 5), SHANGHAI))
    speak(roads, address)
    move_to(house, dt.datetime.combine(day, dt.time(10, 31), SHANGHAI))
    close(roads, address)

    supervisor = house.with_role(Role.SUPERVISOR)
    house.hall.wait_until(lambda: session().convened.filter(attendance=Attendance.ABSENT).count() == 1)
    supervisor.goto("/supervision/cards/")
    expect(supervisor.locator("main")).to_contain_text("缺席")
    hands.agree(house.in_department("police", Role.REVIEWER), what)
    hands.grant(house.in_department("city-management", Role.HEAD), what)
    house.hall.wait_until(lambda: Application.objects.get(number=what.number).state == State.READY)
    assert Application.objects.get(number=what.number).visits == 1  # a survey is no visit of the citizen's


def session() -> JointSession:
    return JointSession.objects.get()


def take_in(house: House) -> Receipt:
    """At the counter; the answers say that the traffic is disturbed, so the police are asked."""
    clerk = house.with_role(Role.CLERK)
    hands.open_matter(clerk, "zhanyongwajue", ROAD)
    hands.fill(clerk, CITIZEN | ROAD_FORM)
    clerk.keyboard.press("Escape")
    clerk.keyboard.press("Alt+y")
    hands.verdict(clerk, "F2")
    expect(clerk.locator("#messages")).to_contain_text("已受理")
    what = hands.receipt(clerk)
    house.hall.wait_until(lambda: Application.objects.get(number=what.number).state == State.REVIEWING)
    return what


def call_it(roads: Page, day: dt.date) -> str:
    """From the task page of the department that leads: plan, check, send the notice."""
    roads.get_by_role("link", name="召集会议").click()
    roads.get_by_role("heading", level=1, name="召集联合办理").wait_for()
    hands.clean(roads)
    hands.fill(roads, {"venue": VENUE, "day": f"{day:%Y-%m-%d}", "begins": "10:00", "ends": "11:30"})
    roads.keyboard.press("F2")
    roads.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}/$"))
    hands.clean(roads)
    roads.get_by_role("button", name="发出通知").click()
    expect(roads.locator("#messages")).to_contain_text("通知已发出")
    return roads.url


def police_are_told(police: Page, address: str) -> None:
    """In their notices, in their calendar, on their task."""
    police.goto("/notices/")
    expect(police.locator("main")).to_contain_text("会议通知")
    police.goto("/sessions/?view=month&on=" + session().starts_at.astimezone(SHANGHAI).date().isoformat())
    hands.clean(police)
    police.locator(".agenda-item").click()
    police.wait_for_url(address)
    expect(police.locator("main")).to_contain_text(VENUE)
    assert police.get_by_role("button", name="结束会议").count() == 0


def sign_in_at_the_site(roads: Page, address: str) -> None:
    """With the code that the poster shows, on a narrow screen."""
    roads.goto(f"{address}poster/")
    code = roads.locator(".poster-letters").inner_text()
    roads.set_viewport_size({"width": 390, "height": 844})
    roads.goto(f"{address}sign-in/?code={code}")
    hands.clean(roads)
    roads.locator("main").get_by_role("button", name="签到").click()
    expect(roads.locator("#messages")).to_contain_text("已签到")
    roads.set_viewport_size({"width": 1440, "height": 900})


def speak(roads: Page, address: str) -> None:
    """The department's opinion, in the session."""
    roads.goto(address)
    roads.locator('form[action*="/opinions/"] [value="agree"]').check(force=True)
    roads.get_by_role("button", name="在会上签署意见").click()
    expect(roads.locator("#messages")).to_contain_text("意见已签署")


def close(roads: Page, address: str) -> None:
    """With minutes; who is not there is absent."""
    roads.goto(address)
    hands.fill(roads, {"close-minutes": "现场踏看，核对占道范围。", "close-summary": "现场与申报一致。"})
    roads.get_by_role("button", name="结束会议").click()
    expect(roads.locator("#messages")).to_contain_text("纪要不再改动")
    expect(roads.locator("main")).to_contain_text("缺席")
    hands.clean(roads)

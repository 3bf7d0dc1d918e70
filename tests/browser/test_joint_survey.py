"""A joint survey with one absent department, from the notice to the decision, in a hall that really runs.

The road department leads and surveys together with the police, who do not come. For them silence is no
answer: the task stays, supervision gets a card, and the police sign their opinion afterwards (S0 §18).
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from applications.choices import State
from applications.models import Application
from hall.calendars.queries import table_for
from hall.calendars.workdays import SHANGHAI
from hall.organisation.choices import Role
from routing.choices import LIVE, Attendance
from routing.models import EvidencePack, JointSession
from supervision.models import Card
from tests import traits

from . import hands
from .hands import House
from .test_whole_way import ROAD, ROAD_FORM

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("movable_clock")]

VENUE = "驿城区示例路1号现场"
DISTURBS_TRAFFIC = {key.removeprefix("s-q_"): ROAD_FORM[key] for key in ROAD_FORM if key.startswith("s-")}


def test_a_joint_survey_with_one_absent_department(house: House, tmp_path: Path) -> None:
    what = hands.accepted(ROAD, traits.make_person(), DISTURBS_TRAFFIC)
    case = Application.objects.get(number=what.number)
    house.hall.wait_until(lambda: case.tasks.live().count() == 2)
    roads = house.in_department("city-management", Role.REVIEWER)
    police = house.in_department("police", Role.REVIEWER)
    hands.take(police, what)
    hands.take(roads, what)
    day = table_for(case.jurisdiction_id).add_working_days(hands.hall_now().date(), 2)
    address = _convene(roads, day)
    _police_are_told(police, address)

    hands.move_to(house, dt.datetime.combine(day, dt.time(9, 45), SHANGHAI))
    _sign_in_at_the_site(roads, address)
    hands.move_to(house, dt.datetime.combine(day, dt.time(10), SHANGHAI))
    _speak(roads, address)
    hands.move_to(house, dt.datetime.combine(day, dt.time(10, 30), SHANGHAI))
    _close(roads, address)
    assert _session().convened.get(attendance=Attendance.ABSENT).department.code == "police"
    _minutes(roads, tmp_path)

    theirs = case.tasks.get(department__code="police")
    assert theirs.state in LIVE  # to be absent is not to consent
    assert not EvidencePack.objects.exists()
    house.hall.wait_until(lambda: Card.objects.filter(case=case, department__code="police").exists())
    supervisor = house.with_role(Role.SUPERVISOR)
    supervisor.goto("/supervision/cards/")
    card = supervisor.locator("main").get_by_role("listitem").filter(has_text="缺席")
    expect(card).to_contain_text(theirs.department.name)
    hands.clean(supervisor)

    hands.agree(police, what)
    hands.grant(house.in_department("city-management", Role.HEAD), what, said="送有关机关会签")
    hands.countersign(house.in_department("police", Role.HEAD), what)
    house.hall.wait_until(lambda: Application.objects.get(pk=case.pk).state == State.READY)
    assert Application.objects.get(pk=case.pk).visits == 1  # a survey is no visit of the citizen's (S0 §1)


def _session() -> JointSession:
    return JointSession.objects.get()


def _convene(roads: Page, day: dt.date) -> str:
    """From the task page of the department that leads: plan, check, send the notice."""
    roads.get_by_role("link", name="召集会议").click()
    roads.get_by_role("heading", level=1, name="召集联合办理").wait_for()
    hands.fill(roads, {"day": f"{day}", "begins": "10:00", "ends": "11:30"})
    roads.keyboard.press("F2")
    expect(roads.locator("#id_venue_error")).to_be_visible()  # where to, they forgot; the rest is still there
    expect(roads.locator("[name=day]")).to_have_value(f"{day}")
    hands.clean(roads)
    hands.fill(roads, {"venue": VENUE})
    roads.keyboard.press("F2")
    roads.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}/$"))
    hands.clean(roads)
    roads.get_by_role("button", name="发出通知").click()
    expect(roads.locator("#messages")).to_contain_text("通知已发出")
    return roads.url


def _police_are_told(police: Page, address: str) -> None:
    """In their notices, and in their calendar, from which they come to the session; they do not run it."""
    police.goto("/notices/")
    expect(police.locator("main")).to_contain_text(VENUE)
    hands.clean(police)
    police.goto(f"/sessions/?view=month&on={_session().starts_at.astimezone(SHANGHAI).date()}")
    hands.clean(police)
    police.locator(".agenda-item").click()
    police.wait_for_url(address)
    expect(police.locator("main")).to_contain_text(VENUE)
    expect(police.get_by_role("link", name="签到码")).to_have_count(0)


def _sign_in_at_the_site(roads: Page, address: str) -> None:
    """With the code that the poster shows, on a telephone."""
    roads.goto(f"{address}poster/")
    hands.clean(roads)
    code = roads.locator(".poster-letters").inner_text()
    roads.set_viewport_size({"width": 390, "height": 844})
    roads.goto(f"{address}sign-in/?code={code}")
    hands.clean(roads)
    assert roads.evaluate("document.documentElement.scrollWidth") <= 390
    roads.locator("main").get_by_role("button", name="签到").click()
    expect(roads.locator("#messages")).to_contain_text("已签到")
    roads.set_viewport_size({"width": 1440, "height": 900})


def _speak(roads: Page, address: str) -> None:
    """The department's opinion, in the session."""
    roads.goto(address)
    hands.clean(roads)
    roads.locator('form[action*="/opinions/"] [value="agree"]').check(force=True)
    roads.get_by_role("button", name="在会上签署意见").click()
    expect(roads.locator("#messages")).to_contain_text("意见已签署")


def _close(roads: Page, address: str) -> None:
    """With minutes; who is not there is absent."""
    roads.goto(address)
    hands.fill(roads, {"close-minutes": "现场踏看，核对占道范围。", "close-summary": "现场与申报一致。"})
    roads.get_by_role("button", name="结束会议").click()
    expect(roads.locator("#messages")).to_contain_text("纪要不再改动")
    expect(roads.locator("main")).to_contain_text("缺席")


def _minutes(roads: Page, folder: Path) -> None:
    """联合办理纪要 names who stayed away."""
    case = _session().agenda.get().case_id
    for kind in ("session_notice", "session_minutes"):
        file = hands.paper(roads, f"/cases/{case}/papers/{kind}/", folder / f"{kind}.pdf")
    assert "缺席" in hands.words_of(file)

"""A hearing that pauses: told, asked for, noticed, held; the limit stands still and ends later.

A hall that really runs, with the movable clock of demonstration mode: the days of the hearing pass.
行政许可法 Art. 45, 47, 48.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from applications import checks
from applications import services as cases
from applications.choices import State
from applications.models import Application
from fixtures.demo import forms
from hall import now
from hall.actors import SYSTEM
from hall.calendars.workdays import SHANGHAI
from hall.clocks import demo
from hall.clocks.choices import Ground, Kind
from hall.clocks.limits import Limit
from hall.clocks.queries import running
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from matters.models import MatterVersion
from routing.models import Hearing, Task
from tests import traits

from . import hands
from .hands import PLACE, House, Receipt

pytestmark = pytest.mark.browser

CROWD = "大型群众性活动安全许可"  # the police look first; its version declares a hearing
CONTACT = {"hearing-contact_name": "示例联系人", "hearing-contact_phone": "0396-0000000"}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> House:
    """A running hall whose processes follow the movable clock."""
    monkeypatch.setenv("HALL_MOVABLE_CLOCK", "1")
    return House(request.getfixturevalue("live_hall"), request.getfixturevalue("new_page"))


@pytest.fixture
def hall_days(settings: Any) -> Iterator[Any]:
    """`hall_days(9)`: so many working days pass in the hall, for this process as well."""
    settings.HALL_MOVABLE_CLOCK = True

    def pass_days(days: int) -> None:
        demo.move_forward(Limit(days), by=SYSTEM)
        demo.forget()

    yield pass_days
    demo.forget()


def accepted_case() -> tuple[Application, Receipt]:
    """An application accepted at the counter; the departments have it as soon as the porters came by."""
    post = Post.objects.filter(jurisdiction__slug=PLACE, role=Role.CLERK, window__isnull=False).first()
    assert post
    clerk, dice = Officer.of(post.user), random.Random(7)
    version = MatterVersion.objects.in_force().get(matter__jurisdiction__slug=PLACE, matter__name=CROWD)
    answers = forms.situation(version, dice)
    asked = [
        material
        for material in version.materials.all()
        if checks.first_verdict(version, material, answers) == "pending"
    ]
    case = cases.take_in(
        version=version,
        hall=post.hall,
        window=post.window,
        by=clerk,
        subject=traits.make_enterprise(),
        phone=hands.PHONE,
        data=forms.answers(version.form_fields, dice, "驻马店"),
        answers=answers,
        materials=[cases.MaterialEntry(material.code) for material in asked],
    )
    cases.accept(case.pk, by=clerk)
    return case, Receipt(case.number or "", case.query_code)


def test_a_hearing_pauses_the_limit_and_ends_it_later(house: House, hall_days: Any, tmp_path: Path) -> None:
    case, what = accepted_case()
    house.hall.wait_until(lambda: Application.objects.get(pk=case.pk).state == State.REVIEWING)
    before = running(case, Kind.PROMISED).due_at

    citizen = house.passer_by()
    hands.track(citizen, what, "正在审查", next_step="作出决定", due=True)
    reviewer = house.in_department("police", Role.REVIEWER)
    told_of_right(reviewer, what)
    hands.track(citizen, what, "正在审查", due=True)  # until somebody asks, the limit runs on
    asked_for(house.with_role(Role.CLERK), case)
    citizen.reload()
    expect(citizen.locator(".now-next")).to_contain_text("计时暂停")
    expect(citizen.locator("main")).to_contain_text("已申请听证")
    assert running(case, Kind.PROMISED).due_at is None

    noticed(reviewer, what)
    citizen.reload()
    expect(citizen.locator("main")).to_contain_text("听证已定时间地点")
    clerk = house.with_role(Role.CLERK)
    notice = hands.paper(clerk, f"/cases/{case.pk}/papers/hearing_notice/", tmp_path / "notice.pdf")
    assert "听证" in hands.words_of(notice)

    hall_days(10)
    held(reviewer, what)
    after = running(Application.objects.get(pk=case.pk), Kind.PROMISED).due_at
    assert after is not None
    assert after > before + dt.timedelta(days=10)
    citizen.goto("/track/")
    hands.track(citizen, what, "正在审查", next_step="作出决定", due=True)
    due = citizen.locator(".now-next time").get_attribute("datetime")
    assert due and due.startswith(f"{after.astimezone(SHANGHAI):%Y-%m-%d}")  # the new date
    expect(citizen.locator("main")).to_contain_text("特别程序结束")
    citizen.get_by_text("看每一天是怎么算的").click()
    expect(citizen.locator("main")).to_contain_text(str(Ground.HEARING.label))
    hands.clean(citizen)


def told_of_right(reviewer: Page, what: Receipt) -> None:
    """The department tells those concerned that they may ask for a hearing."""
    hands.take(reviewer, what)
    reviewer.locator("summary", has_text="告知听证权利").click()
    reviewer.locator('[name="hearing-because"][value="interested"]').check(force=True)
    hands.fill(
        reviewer,
        {"hearing-parties": "示例小区业主", "hearing-reason": "活动夜间举行，影响周边居民", **CONTACT},
    )
    reviewer.get_by_role("button", name="告知听证权利").click()
    expect(reviewer.locator("#messages")).to_contain_text("听证权利已告知")


def asked_for(clerk: Page, case: Application) -> None:
    """Somebody concerned brings the request to the counter."""
    clerk.goto(f"/cases/{case.pk}/")
    hands.fill(clerk, {"requested_by": "示例小区业主委员会"})
    hands.clean(clerk)
    clerk.get_by_role("button", name="登记听证申请").click()
    expect(clerk.locator("#messages")).to_contain_text("办理期限暂停")


def noticed(reviewer: Page, what: Receipt) -> None:
    """Time, place and a chair who did not examine the case, at least seven working days ahead."""
    task = Task.objects.get(case__number=what.number, department__code="police", stage=1)
    reviewer.goto(f"/review/{task.pk}/")
    day = now.today() + dt.timedelta(days=13)
    too_soon = now.today() + dt.timedelta(days=2)
    chair = reviewer.locator('[name="schedule-chair"] option').nth(3).get_attribute("value") or ""
    hands.fill(
        reviewer,
        {
            "schedule-held_at": f"{too_soon:%Y-%m-%d}T09:30",
            "schedule-place": "市政务服务中心三楼听证室",
            "schedule-chair": chair,
        },
    )
    reviewer.get_by_role("button", name="发出听证通知").click()
    expect(reviewer.locator("main")).to_contain_text("应当提前七日通知")
    assert reviewer.locator('[name="schedule-place"]').input_value() == "市政务服务中心三楼听证室"
    hands.fill(reviewer, {"schedule-held_at": f"{day:%Y-%m-%d}T09:30"})
    reviewer.get_by_role("button", name="发出听证通知").click()
    expect(reviewer.locator("#messages")).to_contain_text("听证通知已发出")
    hands.clean(reviewer)


def held(reviewer: Page, what: Receipt) -> None:
    """The signed record ends it; the limit goes on."""
    hearing = Hearing.objects.get(procedure__case__number=what.number)
    assert hearing.held_at and hearing.held_at < now.now()
    reviewer.goto(f"/review/{hearing.procedure.task_id}/")
    reviewer.locator("summary", has_text="听证笔录").click()
    hands.fill(
        reviewer,
        {"record-text": "各方陈述了意见，主办方承诺二十二时前结束。", "record-signed_by": "示例甲、示例乙"},
    )
    reviewer.get_by_role("button", name="笔录归入办件").click()
    expect(reviewer.locator("#messages")).to_contain_text("办理期限继续计算")

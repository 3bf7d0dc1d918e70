"""A hearing that pauses: told, asked for, noticed, held; the limit stands still and ends later.

行政许可法 Art. 45, 47 and 48, in a hall that really runs. The application is accepted by the verbs; from then
on people use their pages, and the manager lets the days pass.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from applications.models import Application
from hall.calendars.queries import table_for
from hall.calendars.workdays import SHANGHAI
from hall.clocks.choices import Ground, Kind
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.organisation.choices import Role
from routing.choices import ProcedureState
from routing.models import Hearing, Task
from tests import traits

from . import hands
from .hands import House, Receipt

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("movable_clock")]

CROWD = "大型群众性活动安全许可"  # the police look first; its version declares a hearing
PARTIES = "示例小区业主"
ROOM = "市政务服务中心三楼听证室"


def test_a_hearing_pauses_the_limit_which_ends_later(house: House, tmp_path: Path) -> None:
    what = hands.accepted(CROWD, traits.make_enterprise())
    case = Application.objects.get(number=what.number)
    house.hall.wait_until(lambda: Task.objects.filter(case=case).exists())
    before = _promise(case).due_at
    assert before

    citizen, reviewer = house.passer_by(), house.in_department("police", Role.REVIEWER)
    _tell_of_right(reviewer, what)
    hands.track(citizen, what, "正在审查", due=True)  # until somebody asks, the limit runs on
    expect(citizen.locator("main")).to_contain_text("已告知听证权利")
    clerk = house.with_role(Role.CLERK)
    _ask(clerk, case)
    assert _promise(case).due_at is None
    hands.track(citizen, what, "正在审查")
    expect(citizen.locator(".now-next")).to_contain_text("计时暂停")
    expect(citizen.locator(".now-next")).to_contain_text("听证期间不计入办理期限")
    expect(citizen.locator(".now-next time")).to_have_count(0)  # no date is counted meanwhile
    hands.clean(citizen)

    held_at = _give_notice(reviewer, case)
    hands.track(citizen, what, "正在审查")
    expect(citizen.locator("main")).to_contain_text(ROOM)
    _papers(clerk, case, held_at, tmp_path)

    hands.move_to(house, held_at + dt.timedelta(hours=2))
    _file_record(reviewer, case)
    after = _promise(case).due_at
    assert after
    assert after > max(before, held_at)
    hands.track(citizen, what, "正在审查", next_step="作出决定", due=True)
    shown = citizen.locator(".now-next time")
    expect(shown).to_have_attribute("datetime", re.compile(f"^{after.astimezone(SHANGHAI).date()}T"))
    citizen.get_by_text("看每一天是怎么算的").click()
    days = citizen.locator("table.days")
    expect(days.locator("td.is-paused").first).to_contain_text(str(Ground.HEARING.label))
    expect(days.locator("td.is-due")).to_contain_text(f"{after:%-m/%-d}")
    hands.clean(citizen)


def _promise(case: Application) -> Clock:
    clock = running(case, Kind.PROMISED)
    assert clock
    return clock


def _tell_of_right(reviewer: Page, what: Receipt) -> None:
    """The department tells those concerned that they may ask for a hearing."""
    hands.take(reviewer, what)
    reviewer.locator("summary", has_text="告知听证权利").click()
    hands.fill(
        reviewer,
        {
            "hearing-because": ["interested"],
            "hearing-reason": "活动夜间举行，影响周边居民",
            "hearing-contact_name": "示例联系人",
            "hearing-contact_phone": "0396-0000000",
        },
    )
    tell = reviewer.get_by_role("button", name="告知听证权利")
    tell.click()
    expect(reviewer.locator("#id_hearing-parties_error")).to_contain_text("请写明告知了哪些利害关系人")
    expect(reviewer.locator('[name="hearing-contact_name"]')).to_have_value("示例联系人")
    hands.clean(reviewer)
    hands.fill(reviewer, {"hearing-parties": PARTIES})
    tell.click()
    expect(reviewer.locator("#messages")).to_contain_text("听证权利已告知")


def _ask(clerk: Page, case: Application) -> None:
    """Somebody concerned brings the request to the counter."""
    clerk.goto(f"/cases/{case.pk}/")
    hands.fill(clerk, {"requested_by": "示例小区业主委员会"})
    hands.clean(clerk)
    clerk.get_by_role("button", name="登记听证申请").click()
    expect(clerk.locator("#messages")).to_contain_text("办理期限暂停")


def _give_notice(reviewer: Page, case: Application) -> dt.datetime:
    """Time, place and a chair who did not examine the case, at least seven working days ahead."""
    task = Task.objects.get(case=case)
    reviewer.goto(f"/review/{task.pk}/")
    today, calendar = hands.hall_now().date(), table_for(case.jurisdiction_id)
    soon, day = (calendar.add_working_days(today, days) for days in (6, 10))
    chair = reviewer.locator('[name="schedule-chair"] option').nth(1).get_attribute("value") or ""
    hands.fill(
        reviewer,
        {
            "schedule-held_at": f"{soon}T09:30",
            "schedule-place": ROOM,
            "schedule-chair": chair,
        },
    )
    notify = reviewer.get_by_role("button", name="发出听证通知")
    notify.click()
    expect(reviewer.locator("#id_schedule-held_at_error")).to_contain_text("应当提前七日通知")
    expect(reviewer.locator('[name="schedule-place"]')).to_have_value(ROOM)
    expect(reviewer.locator('[name="schedule-chair"]')).to_have_value(chair)
    hands.clean(reviewer)
    hands.fill(reviewer, {"schedule-held_at": f"{day}T09:30"})
    notify.click()
    expect(reviewer.locator("#messages")).to_contain_text("听证通知已发出")
    return dt.datetime.combine(day, dt.time(9, 30), SHANGHAI)


def _papers(clerk: Page, case: Application, held_at: dt.datetime, folder: Path) -> None:
    """What the parties get in writing: their right, how long it takes, when and where."""
    notice = hands.words_of(
        hands.paper(clerk, f"/cases/{case.pk}/papers/hearing_notice/", folder / "notice.pdf")
    )
    assert "听证通知书" in notice
    assert ROOM in notice
    assert f"{held_at.year}年{held_at.month}月{held_at.day}日" in notice
    told = hands.paper(clerk, f"/cases/{case.pk}/papers/hearing_right/", folder / "right.pdf")
    assert PARTIES in hands.words_of(told)
    pause = hands.paper(clerk, f"/cases/{case.pk}/papers/special_procedure/", folder / "pause.pdf")
    assert "20个工作日" in hands.words_of(pause)


def _file_record(reviewer: Page, case: Application) -> None:
    """The signed record ends it; the limit goes on."""
    hearing = Hearing.objects.get(procedure__case=case)
    reviewer.goto(f"/review/{hearing.procedure.task_id}/")
    reviewer.locator("summary", has_text="听证笔录").click()
    hands.clean(reviewer)
    hands.fill(
        reviewer,
        {"record-text": "各方陈述了意见，主办方承诺二十二时前结束。", "record-signed_by": "示例甲、示例乙"},
    )
    reviewer.get_by_role("button", name="笔录归入办件").click()
    expect(reviewer.locator("#messages")).to_contain_text("办理期限继续计算")
    hearing.procedure.refresh_from_db()
    assert hearing.procedure.state == ProcedureState.FINISHED

"""The catalogue drives the hall: keepers publish a shorter promise for tomorrow, and the desk uses it then.

Nobody programs anything: two keepers, a clerk, a passer-by and the hall's movable clock.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.choices import State
from applications.models import Application
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.organisation.choices import Role
from matters.choices import VersionState
from matters.models import Matter, MatterVersion

from . import hands
from .hands import PLACE, House, Receipt
from .test_whole_way import CITIZEN, ROAD, ROAD_FORM

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("movable_clock")]


def matter() -> Matter:
    return Matter.objects.get(jurisdiction__slug=PLACE, name=ROAD)


def take_in(clerk: Page) -> Receipt:
    """A case at the desk, complete and accepted."""
    hands.open_matter(clerk, "zhanyongwajue", ROAD)
    hands.fill(clerk, CITIZEN | ROAD_FORM)
    clerk.keyboard.press("Escape")
    clerk.keyboard.press("Alt+y")
    hands.verdict(clerk, "F2")
    expect(clerk.locator("#messages")).to_contain_text("已受理")
    return hands.receipt(clerk)


def promise_of(what: Receipt) -> tuple[int, str]:
    """The promised limit that runs for a case."""
    case = Application.objects.get(number=what.number)
    clock = Clock.objects.get(case_id=case.pk, kind=Kind.PROMISED)
    return clock.limit_value, clock.limit_unit


def guide_says(house: House, words: str) -> None:
    anybody = house.passer_by()
    anybody.goto(f"/p/{PLACE}/matter/{matter().short_code}/")
    expect(anybody.locator(".answers")).to_contain_text(words)
    hands.clean(anybody)


class TestAShorterPromise:
    """从五个工作日到三个工作日."""

    def test_the_desk_uses_it_from_tomorrow_and_yesterdays_case_keeps_five(self, house: House) -> None:
        clerk = house.with_role(Role.CLERK)
        yesterdays = take_in(clerk)
        assert promise_of(yesterdays) == (5, "working_day")

        keeper = house.person("zmd-keeper1")
        draft = self._change_the_promise(keeper)
        self._approve_and_publish_for_tomorrow(house.person("zmd-keeper2"), draft)
        guide_says(house, "5个工作日")  # today nothing has changed
        todays = take_in(clerk)
        assert promise_of(todays) == (5, "working_day")

        self._tomorrow_comes(house)
        new = MatterVersion.objects.get(pk=draft)
        guide_says(house, "3个工作日")
        tomorrows = take_in(clerk)
        assert promise_of(tomorrows) == (3, "working_day")
        assert Application.objects.get(number=tomorrows.number).version == new

        for earlier in (yesterdays, todays):
            assert promise_of(earlier) == (5, "working_day")
            assert Application.objects.get(number=earlier.number).version != new
        replaced = Application.objects.get(number=yesterdays.number).version_id
        house.hall.wait_until(  # the porter goes round once a minute; what applies does not wait for it
            lambda: MatterVersion.objects.get(pk=replaced).state == VersionState.SUPERSEDED, timeout=90
        )
        self._keeper_sees_who_stands_where(keeper, yesterdays, tomorrows)

    def _change_the_promise(self, keeper: Page) -> int:
        keeper.goto(f"/manage/matters/{matter().pk}/")
        hands.clean(keeper)
        keeper.get_by_role("button", name="起草新版本").click()
        keeper.wait_for_url("**/edit/")
        hands.fill(keeper, {"promised_value": "3", "change_reason": "提速：各环节压缩"})
        for row in range(3):  # two side by side, then the decision; the co-signature has its day already
            keeper.locator(f"[name=steps-{row}-limit_value]").fill("1")
        keeper.get_by_role("button", name="保存草稿").click()
        keeper.wait_for_url("**/manage/versions/*/")
        keeper.locator('a[href$="/guidance/"]').first.click()
        keeper.wait_for_url("**/guidance/")
        keeper.locator('[name$="-promised"][value="4"]').fill("2")  # where the police need not be asked
        keeper.get_by_role("button", name="保存情形引导").click()
        keeper.wait_for_url("**/manage/versions/*/")
        difference = keeper.locator("section", has=keeper.locator("#h-diff"))
        expect(difference).to_contain_text("5个工作日")
        expect(difference).to_contain_text("3个工作日")
        expect(keeper.locator("section", has=keeper.locator("#h-check"))).not_to_contain_text("须改")
        hands.clean(keeper)
        keeper.get_by_role("button", name="送审").click()
        expect(keeper.locator("#messages")).to_contain_text("请另一位目录管理员审定")
        expect(keeper.locator("main")).to_contain_text("您是起草人")
        return MatterVersion.objects.get(matter=matter(), state=VersionState.CHECKED).pk

    def _approve_and_publish_for_tomorrow(self, second: Page, draft: int) -> None:
        second.goto(f"/manage/versions/{draft}/")
        second.locator('form[action$="/approve/"] button').click()
        expect(second.locator("#messages")).to_contain_text("已审定")
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        second.locator("[name=at]").fill(f"{tomorrow:%Y-%m-%d}T00:00")
        second.locator('form[action$="/publish/"] button').click()
        expect(second.locator("#messages")).to_contain_text("已发布")
        expect(second.locator("main")).to_contain_text("撤回发布")  # until then it can be taken back
        hands.clean(second)
        second.goto(f"/manage/matters/{matter().pk}/")
        expect(second.locator("main")).to_contain_text("待生效")

    def _tomorrow_comes(self, house: House) -> None:
        manager = house.with_role(Role.MANAGER)
        manager.goto("/manage/clock/")
        manager.locator('button[name=step][value="1d"]').click()
        expect(manager.locator("#messages")).to_be_visible()

    def _keeper_sees_who_stands_where(self, keeper: Page, old: Receipt, new: Receipt) -> None:
        keeper.goto(f"/manage/matters/{matter().pk}/")
        panel = keeper.locator("section", has=keeper.locator("#h-standing"))
        expect(panel.get_by_role("row").filter(has_text="5个工作日").first).to_contain_text("2")
        hands.clean(keeper)
        panel.get_by_role("row").filter(has_text="3个工作日").get_by_role("link").click()
        expect(keeper.locator("main")).to_contain_text(new.number[-4:])
        expect(keeper.locator("main")).not_to_contain_text(CITIZEN["a-name"])
        hands.clean(keeper)
        states = set(Application.objects.filter(number=old.number).values_list("state", flat=True))
        assert states <= {State.ACCEPTED, State.REVIEWING}

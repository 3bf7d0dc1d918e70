"""A case from the counter to the sealed certificate, through the real pages of a hall that really runs.

Gunicorn, a Celery worker, beat, PostgreSQL and Redis run; each person has a browser of their own. Nothing is
called but pages.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from applications.choices import State
from applications.models import Application
from hall.organisation.choices import Role
from hall.people.identity import synthetic_citizen_number
from tests.hall.files.samples import picture

from . import hands
from .hands import PHONE, PLACE, House, Receipt

pytestmark = pytest.mark.browser

ROAD = "占用、挖掘城市道路审批"  # 承诺件: 城管 and 公安 look in parallel, 城管 decides, 公安 signs too
SHOP = "个体工商户设立登记"  # 即办件
DRIVER = "机动车驾驶证换证、补证和审验"
HAIL = "网络预约出租汽车驾驶员证核发"  # 承诺件 with a photograph that may come later
CITIZEN = {
    "a-kind": "person",
    "a-id_number": synthetic_citizen_number(31),
    "a-name": "样例路人",
    "a-phone": PHONE,
}
ROAD_FORM: dict[str, Any] = {
    "s-q_kind": "occupy",
    "s-q_closed": "no",
    "s-q_small": "no",
    "s-q_pipe": "no",
    "s-q_c02": "yes",  # it disturbs the traffic: the police are asked
    "kind": "临时占用",
    "road": "驿城区示例路1号至9号",
    "part": ["人行道"],
    "area": "12.5",
    "surface": "人行道板",
    "reason": "门店外墙修缮，搭设脚手架",
    "start": "2027-01-04",
    "end": "2027-01-15",
}
HAIL_FORM: dict[str, Any] = {
    "s-q_exam": "pass",
    "s-q_record": "no",
    "licence_class": "C1",
    "first_date": "2016-05-10",
    "residence_type": "本市户籍",
    "background_consent": True,
    "existing_cert": False,
}
SHOP_FORM: dict[str, Any] = {
    "s-q_place": "shop",
    "s-q_food": "no",
    "use_name": False,
    "form": "个人经营",
    "premises": "驿城区示例路2号",
    "premises_source": "租赁",
    "scope": "日用百货零售",
    "employees": "2",
}


def case_of(what: Receipt) -> Application:
    return Application.objects.get(number=what.number)


def reaches(house: House, what: Receipt, state: State) -> None:
    """The porters bring the case to `state`."""
    house.hall.wait_until(lambda: case_of(what).state == state)


class TestPromisedCase:
    """承诺件: two departments in parallel, then the decision, the certificate, the issue window."""

    def test_from_the_counter_to_a_certificate_that_verifies(self, house: House, tmp_path: Path) -> None:
        what = self._take_in(house)
        citizen = house.passer_by()
        hands.track(citizen, what, "正在审查", next_step="作出决定", due=True)
        hands.clean(citizen)
        self._two_opinions(house, what, citizen)
        hands.grant(house.in_department("city-management", Role.HEAD), what, said="送有关机关会签")
        police = house.in_department("police", Role.HEAD)
        hands.countersign(police, what)  # 城市道路管理条例 Art. 31: both organs approve
        reaches(house, what, State.READY)
        hands.track(citizen, what, "可以领取了", next_step="您来领取")

        issuer = house.with_role(Role.ISSUER)
        issuer.goto("/issue/")
        hands.clean(issuer)
        hands.hand_over(issuer, what, CITIZEN["a-id_number"])
        hands.track(citizen, what, "已办结")

        self._verifies(house, what, tmp_path)
        self._supervisor_sees_it(house, what)

    def _take_in(self, house: House) -> Receipt:
        """The whole intake without a mouse."""
        clerk = house.with_role(Role.CLERK)
        clerk.goto("/desk/")
        hands.clean(clerk)
        hands.open_matter(clerk, "zhanyongwajue", ROAD)
        hands.reach(clerk, "a-id_number")
        clerk.keyboard.type(CITIZEN["a-id_number"])
        hands.reach(clerk, "a-name")
        clerk.keyboard.type(CITIZEN["a-name"])
        hands.reach(clerk, "a-phone")
        clerk.keyboard.type(PHONE)
        for question in ("kind", "closed", "small", "pipe", "c02"):
            hands.reach(clerk, f"s-q_{question}")
            clerk.keyboard.press("Space")  # the first answer
        clerk.keyboard.press("ArrowDown")  # it disturbs the traffic: the police are asked
        hands.reach(clerk, "kind")
        clerk.keyboard.press("Space")
        hands.reach(clerk, "road")
        clerk.keyboard.type(ROAD_FORM["road"])
        hands.reach(clerk, "part")
        clerk.keyboard.press("Space")
        hands.reach(clerk, "area")
        clerk.keyboard.type(ROAD_FORM["area"])
        hands.reach(clerk, "surface")
        clerk.keyboard.press("Space")
        hands.reach(clerk, "reason")
        clerk.keyboard.type(ROAD_FORM["reason"])
        for name in ("start", "end"):  # the order of its parts is the browser's own
            hands.reach(clerk, name)
            hands.fill(clerk, {name: ROAD_FORM[name]})
        clerk.keyboard.press("Escape")  # out of the field, nothing lost: letters are keys again
        clerk.keyboard.press("1")
        clerk.keyboard.press("y")
        clerk.keyboard.press("Alt+y")
        hands.clean(clerk)
        hands.verdict(clerk, "F2")
        expect(clerk.locator("#messages")).to_contain_text("已受理")
        what = hands.receipt(clerk)
        assert what.number == case_of(what).number
        return what

    def _two_opinions(self, house: House, what: Receipt, citizen: Page) -> None:
        reaches(house, what, State.REVIEWING)
        assert case_of(what).tasks.live().count() == 2  # both departments at once
        roads = house.in_department("city-management", Role.REVIEWER)
        hands.take(roads, what)
        hands.clean(roads)
        hands.agree(house.in_department("police", Role.REVIEWER), what)
        hands.track(citizen, what, "正在审查", next_step="作出决定", due=True)
        hands.agree(roads, what)
        assert [task.decides for task in case_of(what).tasks.live()] == [True]

    def _verifies(self, house: House, what: Receipt, folder: Path) -> None:
        case = case_of(what)
        clerk = house.with_role(Role.CLERK)
        file = hands.paper(clerk, f"/cases/{case.pk}/papers/certificate/", folder / "certificate.pdf")
        assert "SignatureisValid" in re.sub(r"\s", "", hands.signature_of(file))
        assert "示范" in hands.words_of(file)
        anybody = house.passer_by(viewport={"width": 390, "height": 844})
        anybody.goto(hands.code_on(file))
        expect(anybody.get_by_text("这张证照真实有效")).to_be_visible()
        expect(anybody.locator("main")).to_contain_text(case.certificate.number)
        expect(anybody.locator("main")).not_to_contain_text(CITIZEN["a-name"])  # masked
        hands.clean(anybody)

    def _supervisor_sees_it(self, house: House, what: Receipt) -> None:
        from supervision.models import DailyFact

        # Transactions of other tests, still open in the same cluster, hold the journal's readers back.
        house.hall.wait_until(lambda: DailyFact.objects.filter(measure="delivered").exists(), timeout=120)
        supervisor = house.with_role(Role.SUPERVISOR)
        supervisor.goto("/supervision/")
        hands.clean(supervisor)
        expect(supervisor.locator(".figures")).to_contain_text("今日办结")
        supervisor.locator('.figures a[href*="/decided/"]').first.click()
        expect(supervisor.locator(f'main [title="{what.number}"]')).to_be_visible()


class TestInstantCase:
    """即办件: received, examined and decided while the citizen stands there."""

    def test_the_desk_follows_it_to_the_result(self, house: House) -> None:
        clerk = house.with_role(Role.CLERK)
        hands.open_matter(clerk, "gtgsh", SHOP)
        hands.fill(clerk, CITIZEN | SHOP_FORM)
        clerk.keyboard.press("Escape")
        # a shop needs a proof of its premises: the grid asks for it as soon as the answer is in
        expect(clerk.locator('[name="v-m03"]:checked')).to_have_count(0)
        clerk.keyboard.press("Alt+y")
        hands.verdict(clerk, "F2")
        expect(clerk.locator("#messages")).to_contain_text("已受理")
        what = hands.receipt(clerk)
        status = clerk.locator("#status")
        expect(status).to_contain_text("审查中")

        hands.agree(house.in_department("market", Role.REVIEWER), what)
        expect(status).to_contain_text("审查中")
        hands.grant(house.in_department("market", Role.REVIEWER, 1), what)
        expect(status).to_contain_text("结果已出", timeout=30_000)  # the page was not loaded again
        expect(status).to_contain_text("证照")

        hands.hand_over(house.with_role(Role.ISSUER), what, CITIZEN["a-id_number"])
        assert case_of(what).visits == 1


class TestDeferredCase:
    """容缺: reviewed and decided, but nothing is issued before the promised document is there."""

    def test_issuing_waits_for_the_promised_document(self, house: House) -> None:
        clerk = house.with_role(Role.CLERK)
        hands.open_matter(clerk, "wangyueche", HAIL)
        hands.fill(clerk, CITIZEN | HAIL_FORM)
        clerk.keyboard.press("Escape")
        clerk.locator('[name="v-m06"][value="deferred"]').check(force=True)
        clerk.keyboard.press("Alt+y")
        hands.verdict(clerk, "F4")
        clerk.get_by_role("heading", level=1, name="容缺受理").wait_for()
        hands.clean(clerk)
        clerk.locator("[name=agreed]").check()  # the consequences were told, the promise is signed
        clerk.keyboard.press("F2")
        expect(clerk.locator("#messages")).to_contain_text("已容缺受理")
        what = hands.receipt(clerk)
        reaches(house, what, State.REVIEWING)
        for code in ("transport", "police", "transport"):
            hands.agree(house.in_department(code, Role.REVIEWER), what)
        hands.grant(house.in_department("transport", Role.HEAD), what)
        reaches(house, what, State.DECIDED)

        citizen = house.passer_by()
        hands.track(citizen, what, "已决定，正在制证")
        expect(citizen.locator(".now-todo")).to_contain_text("补交“近期免冠证件照”")
        issuer = house.with_role(Role.ISSUER)
        issuer.goto(f"/issue/{case_of(what).pk}/")
        expect(issuer.locator("main")).to_contain_text("容缺材料没有补齐，不能出件")
        assert issuer.locator("[data-signature]").count() == 0

        clerk.reload()
        clerk.get_by_role("button", name="已补交，符合").click()
        expect(clerk.locator("#messages")).to_contain_text("已登记补交")
        reaches(house, what, State.READY)
        hands.hand_over(issuer, what, CITIZEN["a-id_number"])


class TestRefusedAcceptance:
    """不予受理: in writing, with the ground and how to contest it (行政许可法 Art. 32, 38)."""

    def test_the_citizen_gets_a_paper_that_says_why(self, house: House, tmp_path: Path) -> None:
        clerk = house.with_role(Role.CLERK)
        hands.open_matter(clerk, "驾驶证换证", DRIVER)
        hands.fill(
            clerk,
            CITIZEN
            | {
                "item": "转入换证",
                "license_no": "示例0001",
                "car_type": "C1",
                "deliver": "窗口领取",
                "s-q_why": "expire",
                "s-q_place": "other",
            },
        )
        clerk.keyboard.press("Escape")
        clerk.keyboard.press("Alt+y")
        hands.verdict(clerk, "F9")
        clerk.get_by_role("heading", level=1, name="不予受理").wait_for()
        hands.clean(clerk)
        clerk.locator('[name="ground"][value="not_competent"]').check(force=True)
        hands.fill(clerk, {"reason": "驾驶证由外省核发，应向核发地申请", "right_organ": "核发地车辆管理所"})
        clerk.keyboard.press("F2")
        expect(clerk.locator("#messages")).to_contain_text("已决定不予受理")
        what = hands.receipt(clerk)

        case = case_of(what)
        assert case.state == State.NOT_ACCEPTED
        file = hands.paper(clerk, f"/cases/{case.pk}/papers/not_accepted/", tmp_path / "refused.pdf")
        text = hands.words_of(file)
        assert "不予受理" in text
        assert "应向核发地申请" in text
        assert "行政复议" in text
        assert "SignatureisValid" in re.sub(r"\s", "", hands.signature_of(file))
        citizen = house.passer_by()
        hands.track(citizen, what, "不予受理")
        expect(citizen.locator("section.now")).to_contain_text("核发地车辆管理所")


class TestFromHome:
    """Online: a draft is kept, sent in, looked at by the counter, received and accepted."""

    def test_a_draft_waits_until_it_is_sent_in(self, house: House) -> None:
        citizen = house.person("zmd-citizen1")
        self._begin(citizen)
        hands.fill(citizen, {"phone": PHONE})
        citizen.get_by_role("button", name="下一步").click()
        citizen.wait_for_url("**/form/")
        hands.fill(citizen, {"road": ROAD_FORM["road"]})
        expect(citizen.locator("[data-saved]")).to_contain_text("已存")
        citizen.goto("/my/")  # leaves with half a form
        hands.clean(citizen)
        citizen.get_by_role("link", name=ROAD).first.click()
        self._finish(citizen)
        expect(citizen.locator("section.now")).to_contain_text("网上预审中")

        clerk = house.with_role(Role.CLERK)
        clerk.goto("/desk/")
        clerk.get_by_role("region", name="网上申请待预审").get_by_role("link", name=ROAD).first.click()
        clerk.wait_for_url("**/desk/cases/**")
        clerk.keyboard.press("Alt+y")
        hands.verdict(clerk, "F2")
        expect(clerk.locator("#messages")).to_contain_text("已受理")
        what = hands.receipt(clerk)
        assert case_of(what).channel == "online"
        citizen.reload()
        expect(citizen.locator("section.now")).to_contain_text("正在审查")
        expect(citizen.locator("main")).to_contain_text(what.number[-4:])

    def _begin(self, citizen: Page) -> None:
        citizen.goto(f"/p/{PLACE}/")
        hands.clean(citizen)
        citizen.locator("[data-suggest]").first.fill("占用挖掘道路")
        citizen.locator("[role=option]", has_text=ROAD).first.click()
        citizen.get_by_role("heading", level=1, name=ROAD).wait_for()
        hands.clean(citizen)
        citizen.get_by_role("link", name="在线申请").first.click()
        citizen.get_by_role("button", name="开始申请").click()
        citizen.wait_for_url("**/who/")

    def _finish(self, citizen: Page) -> None:
        citizen.get_by_role("button", name="下一步").click()  # who applies is kept as well
        citizen.wait_for_url("**/form/")
        assert citizen.locator("[name=road]").input_value() == ROAD_FORM["road"]
        hands.fill(citizen, ROAD_FORM)
        citizen.get_by_role("button", name="下一步").click()
        citizen.wait_for_url("**/materials/")
        for field in citizen.locator("input[type=file]").all():
            field.set_input_files({"name": "扫描件.png", "mimeType": "image/png", "buffer": picture()})
        expect(citizen.get_by_text("扫描件.png").first).to_be_visible()
        hands.clean(citizen)
        citizen.get_by_role("button", name="下一步").click()
        citizen.wait_for_url("**/check/")
        hands.clean(citizen)
        citizen.locator("[name=truthful]").check()
        citizen.get_by_role("button", name="提交申请").click()
        expect(citizen.locator("#messages")).to_contain_text("申请已提交")

"""People at their browsers: what a clerk, a reviewer, an issuer, a citizen does with keys, pen and mouse."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from applications import checks
from applications import services as cases
from fixtures.demo import forms
from fixtures.founding import DEMO_PASSWORD
from hall.clocks.models import MovedClock
from hall.now import real_now
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from hall.people.models import Enterprise, Person
from matters.models import MatterVersion
from tests.support.browser import axe_violations
from tests.support.house import LiveHall
from tests.support.scanning import codes_on

PLACE = "zhumadian"
PHONE = "13800000000"
ONE_MINUTE = dt.timedelta(minutes=1)
MOST_STEPS = 120  # presses of Tab before a field counts as out of reach


@dataclass(frozen=True)
class Receipt:
    """What a citizen takes home from the counter."""

    number: str
    code: str


class House:
    """A running hall, and everybody who comes in. Each person has a browser of their own."""

    def __init__(self, hall: LiveHall, new_page: Callable[..., Page]) -> None:
        self.hall, self._new_page = hall, new_page
        self._pages: dict[str, Page] = {}

    def person(self, username: str, **browser: Any) -> Page:
        """The page of somebody with an account, logged in through the form; the same one when asked again."""
        if username not in self._pages:
            page = self._pages[username] = self._new_page(**browser)
            page.goto("/login/")
            page.locator("[name=username]").fill(username)
            page.locator("[name=password]").fill(DEMO_PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(lambda url: "/login/" not in url)
        return self._pages[username]

    def passer_by(self, **browser: Any) -> Page:
        """The page of somebody without an account."""
        return self._new_page(**browser)

    def in_department(self, code: str, role: Role, nth: int = 0) -> Page:
        """The page of the nth person with `role` in a department."""
        posts = Post.objects.filter(
            jurisdiction__slug=PLACE, department__code=code, role=role, deputises=None
        ).select_related("user")
        return self.person(posts.order_by("pk")[nth].user.get_username())

    def with_role(self, role: Role) -> Page:
        """The page of the first person with `role`."""
        posts = Post.objects.filter(jurisdiction__slug=PLACE, role=role, deputises=None)
        return self.person(posts.select_related("user").order_by("pk")[0].user.get_username())


# -- Everybody ------------------------------------------------------------------------------------------


def clean(page: Page) -> None:
    """Nothing that WCAG 2.1 AA forbids."""
    assert axe_violations(page) == []


def reach(page: Page, name: str) -> None:
    """Walk with Tab to the control called `name`, as somebody without a mouse does."""
    for _step in range(MOST_STEPS):
        if page.evaluate("document.activeElement?.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")


def fill(page: Page, answers: Mapping[str, str | bool | list[str]]) -> None:
    """Fill in a form by the names of its controls: text, a choice, several choices, yes or no."""
    for name, answer in answers.items():
        controls = page.locator(f'[name="{name}"]')
        kind = controls.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            chosen = (
                answer
                if isinstance(answer, list)
                else [str(answer).lower() if answer in (True, False) else answer]
            )
            for value in chosen:
                page.locator(f'[name="{name}"][value="{value}"]').check(force=True)
        elif controls.first.evaluate("element => element.tagName") == "SELECT":
            controls.select_option(str(answer))
        else:
            controls.fill(str(answer))


# -- The clock on the wall --------------------------------------------------------------------------------


def hall_now() -> dt.datetime:
    """What time it is in a hall whose clock can be moved."""
    moved = MovedClock.objects.first()
    return timezone.localtime(real_now() + (moved.offset if moved else dt.timedelta()))


def move(house: House, step: str) -> None:
    """The manager moves the hall forward: `3wd`, `2d`, `5h`, `30m`."""
    manager = house.with_role(Role.MANAGER)
    manager.goto("/manage/clock/")
    number, unit = re.findall(r"\d+|\D+", step)
    fill(manager, {"number": number, "unit": unit})
    manager.get_by_role("button", name="前移").click()
    expect(manager.locator("#messages")).to_be_visible()


def move_to(house: House, moment: dt.datetime) -> None:
    """The manager moves the hall to `moment`, or the minute after it."""
    while (ahead := moment - hall_now()) > dt.timedelta():
        move(house, f"{ahead.days}d" if ahead.days else f"{ahead // ONE_MINUTE + 1}m")


# -- The front desk -------------------------------------------------------------------------------------


def accepted(matter: str, subject: Person | Enterprise, answers: Mapping[str, str] | None = None) -> Receipt:
    """A case accepted at the counter by the verbs, where a test begins behind the window."""
    post = Post.objects.filter(jurisdiction__slug=PLACE, role=Role.CLERK, deputises=None).order_by("pk")[0]
    clerk, dice = Officer.of(post.user), Random(7)
    version = MatterVersion.objects.in_force().get(matter__jurisdiction__slug=PLACE, matter__name=matter)
    answers = answers or forms.situation(version, dice)
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
        subject=subject,
        phone=PHONE,
        data=forms.answers(version.form_fields, dice, "驻马店"),
        answers=answers,
        materials=[cases.MaterialEntry(material.code) for material in asked],
    )
    case = cases.accept(case.pk, by=clerk)
    return Receipt(case.number, case.query_code)


def open_matter(page: Page, words: str, name: str) -> None:
    """From the empty desk to the open case, by keyboard alone."""
    page.goto("/desk/")
    page.keyboard.type(words, delay=5)  # the search has the focus
    page.locator("#start-list [role=option]", has_text=name).first.wait_for()
    options = page.locator("#start-list [role=option]").all_inner_texts()
    for _step in range(1 + next(i for i, text in enumerate(options) if text.startswith(name))):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.keyboard.press("F2")
    page.wait_for_url("**/desk/cases/**")


def verdict(page: Page, key: str) -> None:
    """Give the verdict of the bar that `key` works, at once, whatever the bar shows yet."""
    page.keyboard.press(key)


def receipt(page: Page) -> Receipt:
    """Number and query code as the case page shows them."""
    facts = page.locator(".case-head .case-facts b")
    return Receipt(re.sub(r"\s", "", facts.nth(0).inner_text()), facts.nth(1).inner_text().strip())


# -- Departments ----------------------------------------------------------------------------------------


def pick(page: Page, what: Receipt) -> None:
    """Open the task of a case from the queue."""
    page.goto("/review/")
    page.locator("a.task", has=page.locator(f'[title="{what.number}"]')).click()
    page.wait_for_url(re.compile(r"/review/[0-9a-f-]{36}/"))


def take(page: Page, what: Receipt) -> None:
    """Open the task of a case from the queue, sign for it and claim it, by keys."""
    pick(page, what)
    if page.locator('.opinion form[action$="/sign/"] button').count():
        page.keyboard.press("s")
        expect(page.locator("#messages")).to_contain_text("已签收")
    if page.locator('.opinion form[action$="/claim/"] button').count():
        page.keyboard.press("o")
        expect(page.locator("#messages")).to_contain_text("已由您办理")


def agree(page: Page, what: Receipt) -> None:
    """The department's opinion: agree."""
    take(page, what)
    page.keyboard.press("y")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("意见已签署")


def grant(page: Page, what: Receipt, said: str = "决定已作出") -> None:
    """The decision: granted; where the law wants it, laid before those who sign as well."""
    pick(page, what)
    page.keyboard.press("y")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text(said)


def countersign(page: Page, what: Receipt) -> None:
    """Another organ signs the text of the decision."""
    pick(page, what)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("已会签")


# -- The issue window -----------------------------------------------------------------------------------


def hand_over(page: Page, what: Receipt, id_number: str) -> None:
    """Scan the number, check the document, let the citizen sign, hand over."""
    page.goto("/issue/")
    page.keyboard.type(what.number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/issue/*/")
    page.locator("[name=collector_id_number]").fill(id_number)
    box = page.locator("[data-signature] canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.move(box["x"] + 200, box["y"] + 25, steps=4)
    page.mouse.up()
    page.keyboard.press("F2")
    expect(page.locator("#messages")).to_contain_text("已送达")


# -- The citizen ----------------------------------------------------------------------------------------


def track(page: Page, what: Receipt, expected: str, *, next_step: str = "", due: bool = False) -> None:
    """Ask where the case is: it must say `expected`, the next step and, if `due`, until when."""
    page.goto(f"/p/{PLACE}/track/")
    fill(page, {"number": what.number, "code": what.code})
    page.keyboard.press("Enter")
    now = page.locator("section.now")
    expect(now.get_by_role("heading", level=2)).to_have_text(expected)
    if next_step:
        expect(now.locator(".now-next")).to_contain_text(next_step)
    if due:
        expect(now.locator(".now-next time")).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\d"))


# -- Papers ---------------------------------------------------------------------------------------------


def paper(page: Page, address: str, file: Path) -> Path:
    """A paper as the browser gets it, kept in `file`."""
    answer = page.request.get(address)
    assert answer.ok, f"{answer.status} {address}"
    assert answer.headers["content-type"] == "application/pdf"
    file.write_bytes(answer.body())
    return file


def words_of(pdf: Path) -> str:
    """The text of a paper, without the spaces between; of a table, one cell after the other."""
    return re.sub(r"\s", "", _run("pdftotext", "-raw", str(pdf), "-"))


def signature_of(pdf: Path) -> str:
    """What poppler says of the signature on a paper."""
    return _run("pdfsig", str(pdf))


def code_on(pdf: Path) -> str:
    """The address in the QR code of a paper."""
    (code,) = codes_on(pdf)
    return code


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout

"""Two departments are asked at once and one says nothing, in a hall that really runs (S0 §18; DESIGN §3).

The case is taken in by the verbs; from then on people use their pages, the movable clock brings the days, and
the porters warn, let silence consent, draw, seal and sign the proof.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from applications import services as cases
from applications.choices import State
from applications.models import Application
from certificates.choices import PaperKind, PaperState
from certificates.models import Paper
from hall.organisation.choices import Role
from hall.organisation.models import Department, Post
from hall.organisation.officers import Officer
from routing.choices import TaskState
from routing.models import EvidencePack, Task
from tests import traits

from . import hands
from .hands import PLACE, House, Receipt

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("movable_clock")]


def taken_in() -> Receipt:
    """A case before 城管 and 公安 at once; the silence of 公安 is consent after three working days."""
    roads, police = (
        Department.objects.get(jurisdiction__slug=PLACE, code=code) for code in ("city-management", "police")
    )
    steps = [
        traits.step(roads, stage=1, days=3, kind="examine"),
        traits.step(police, stage=1, days=3, receipt_value=None, silent_consent=True),
        traits.step(roads, stage=2, days=2, decides=True),
    ]
    version = traits.make_version(roads, steps=steps, name="示例占道审批")
    post = Post.objects.filter(jurisdiction__slug=PLACE, role=Role.CLERK, deputises=None).order_by("pk")[0]
    clerk = Officer.of(post.user)
    case = cases.accept(traits.take_in(version, clerk).pk, by=clerk)
    return Receipt(case.number, case.query_code)


def test_one_department_is_silent_and_answers_for_it_on_a_sealed_paper(house: House, tmp_path: Path) -> None:
    what = taken_in()
    case = Application.objects.get(number=what.number)
    house.hall.wait_until(lambda: Task.objects.filter(case=case).count() == 2)
    silent = Task.objects.get(case=case, department__code="police")

    hands.agree(house.in_department("city-management", Role.REVIEWER), what)
    police = house.in_department("police", Role.REVIEWER)
    police.goto("/review/silence/")
    expect(police.locator("main")).to_contain_text("示例占道审批")
    hands.clean(police)

    hands.move(house, "3wd")
    hands.move(house, "1wd")
    house.hall.wait_until(lambda: Task.objects.get(pk=silent.pk).state == TaskState.DEEMED)
    pack = EvidencePack.objects.get(task=silent)
    told = [person["role"] for warning in pack.data["warnings"] for person in warning["to"]]
    assert {"审查员", "部门负责人", "督查员"} <= set(told)

    _the_proof(house, case, pack, tmp_path)
    hands.grant(house.in_department("city-management", Role.HEAD), what)
    house.hall.wait_until(lambda: Application.objects.get(pk=case.pk).state == State.READY)
    address = f"/cases/{case.pk}/papers/review_summary/"
    summary = hands.words_of(hands.paper(house.with_role(Role.CLERK), address, tmp_path / "summary.pdf"))
    assert "视为同意" in summary and pack.sha256 in summary
    assert f"责任由{silent.department.name}承担" in summary


def _the_proof(house: House, case: Application, pack: EvidencePack, folder: Path) -> None:
    """The porter has sealed and signed it; the case page leads to it, and its data have the printed hash."""
    papers = Paper.objects.filter(case=case, kind=PaperKind.SILENCE_EVIDENCE, state=PaperState.DRAWN)
    house.hall.wait_until(papers.exists, timeout=60)
    clerk = house.with_role(Role.CLERK)
    clerk.goto(f"/cases/{case.pk}/")
    links = clerk.locator("main").get_by_role("link", name=re.compile("证据（PDF）|证据数据（JSON）"))
    expect(links).to_have_count(2)
    drawn, data = (str(links.nth(n).get_attribute("href")) for n in range(2))
    file = hands.paper(clerk, drawn, folder / "proof.pdf")
    assert "SignatureisValid" in re.sub(r"\s", "", hands.signature_of(file))
    assert pack.sha256 in hands.words_of(file)
    assert hashlib.sha256(clerk.request.get(data).body()).hexdigest() == pack.sha256
    clerk.locator("#h-clocks").locator("xpath=..").locator("xpath=..").get_by_role("link").first.click()
    expect(clerk.locator(".why-text")).to_contain_text("起算")
    hands.clean(clerk)

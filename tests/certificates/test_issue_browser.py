"""The issue window in a real browser: scan, sign on the pad, hand over, print; then anybody verifies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from applications.choices import State
from certificates import services
from certificates.models import Certificate
from hall.people.models import User
from tests import traits
from tests.support.browser import Watch, axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1440, "height": 900},
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    watch = Watch(page)
    yield page
    context.close()
    assert not watch.complaints, watch.complaints


def sign_in(page, live_server, officer) -> None:
    """Log in without the form: a session of the officer's user."""
    user = User.objects.get(pk=officer.user_id)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
    )


def picture(page, name: str) -> None:
    """A picture of the page, for those who ask for it (SHOTS names a folder)."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


class TestIssueWindow:
    def test_scan_sign_and_hand_over(self, page, live_server, issuer, ready_case):
        sign_in(page, live_server, issuer)
        page.goto(reverse("certificates:issue"))
        picture(page, "issue")
        assert axe_violations(page, within="main") == []
        page.keyboard.type(ready_case.number)  # the scanner is a keyboard, and the field has the focus
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{reverse('certificates:issue_case', args=[ready_case.pk])}")
        assert axe_violations(page, within="main") == []
        page.get_by_label("身份证件号码").fill(ready_case.person.id_number)
        box = page.locator("canvas").bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
        page.mouse.move(box["x"] + 200, box["y"] + 20, steps=5)
        page.mouse.up()
        picture(page, "issue_case")
        page.keyboard.press("F2")
        page.get_by_text("已送达，请打印送达回证").wait_for()
        picture(page, "issue_done")
        assert traits.fresh(ready_case).state == State.DELIVERED

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, page, live_server, issuer, ready_case):
        sign_in(page, live_server, issuer)
        page.goto(reverse("certificates:issue_case", args=[ready_case.pk]))
        page.get_by_label("身份证件号码").fill("000")
        page.keyboard.press("F2")
        page.get_by_text("证件号码与申请人不一致").first.wait_for()
        assert page.get_by_label("身份证件号码").input_value() == "000"
        picture(page, "issue_wrong")
        assert axe_violations(page, within="main") == []


class TestVerification:
    def test_on_a_telephone(self, page, ready_case):
        page.set_viewport_size({"width": 360, "height": 740})
        issued = Certificate.objects.get(case=ready_case)
        page.goto(reverse("certificates:verify"))
        picture(page, "verify")
        page.get_by_label("核验码").fill(issued.verify_code.lower())
        page.keyboard.press("Enter")
        page.get_by_text("真实有效").wait_for()
        picture(page, "verify_valid")
        assert axe_violations(page, within="main") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


class TestSeals:
    def test_the_pages_are_accessible(
        self, page, live_server, a_place, approval_seal, bureau_head, ready_case
    ):
        sign_in(page, live_server, traits.make_officer(a_place, "manager"))
        page.goto(reverse("certificates:seals"))
        picture(page, "seals")
        assert axe_violations(page, within="main") == []
        page.goto(reverse("certificates:seal", args=[approval_seal.pk]))
        picture(page, "seal")
        assert axe_violations(page, within="main") == []

    def test_the_certificate_page(self, page, live_server, bureau_head, ready_case):
        issued = Certificate.objects.get(case=ready_case)
        services.draw(issued.paper_id)
        sign_in(page, live_server, bureau_head)
        page.goto(reverse("certificates:certificate", args=[issued.pk]))
        picture(page, "certificate_page")
        assert axe_violations(page, within="main") == []

"""Doors between the desks: where one is, how one gets on, and what a closed door says."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hall.organisation.choices import Role
from hall.people.models import User
from tests import traits


def page(officer, address: str, status: int = 200) -> str:
    browser = Client()
    browser.force_login(User.objects.get(pk=officer.user_id))
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def where(html: str) -> list[str]:
    """The desks that the bar calls the present one."""
    bar = html.split('class="top-nav"')[1].split("</nav>")[0]
    return re.findall(r'aria-current="page">([^<]+)<', bar)


@pytest.fixture
def manager(a_place):
    return traits.make_officer(a_place, Role.MANAGER)


@pytest.mark.parametrize(
    ("address", "desk"),
    [
        ("/manage/exchange/", "管理"),
        ("/manage/duties/", "管理"),
        ("/exchange/", "审管互动"),
        ("/supervision/silence/", "监察"),
        ("/sessions/", "联合办理"),
    ],
)
def test_the_bar_names_the_desk_of_the_address_and_no_other(manager, address, desk):
    assert where(page(manager, address)) == [desk]


def test_who_handles_originals_finds_the_slips(clerk, issuer, health_reviewer):
    for officer, home in ((clerk, "/desk/"), (issuer, "/issue/"), (health_reviewer, "/review/")):
        assert 'href="/slips/"' in page(officer, home)
        assert "物料转移单" in page(officer, "/slips/")


def test_staff_at_the_applicants_door_hear_why_and_get_back_to_work(health_reviewer):
    html = page(health_reviewer, "/my/", status=403)
    assert "您登录的是工作人员账号" in html
    assert "联系管理员调整岗位" not in html  # no post would open it
    assert 'href="/review/">回到部门审批' in html
    assert "联系管理员调整岗位" in page(health_reviewer, "/manage/", status=403)


def test_a_choice_among_rows_asks_in_words(a_place, health):
    html = page(traits.make_officer(a_place, Role.HEAD, department=health), "/review/delegations/")
    assert "请选择" in html
    assert "---------" not in html

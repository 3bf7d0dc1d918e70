"""The pages of projects: what they show, what is wrong beside its field, the same number of questions."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import services as cases
from applications.models import Application
from applications.project_models import Project
from hall.calendars import queries as calendars
from hall.people.models import User
from tests import traits

from .conftest import CODE, accept, decide, fresh, porters, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked_year")]


@pytest.fixture
def at(client):
    """`at(who, address)`: the page as that officer or account sees it."""

    def look(who, address, data=None):
        client.force_login(who if isinstance(who, User) else User.objects.get(pk=who.user_id))
        return client.post(address, data) if data is not None else client.get(address)

    return look


@pytest.fixture
def two_stages(project, filing, plan, clerk, moved):
    moved("2026-03-02 09:00")
    first = accept(project, filing, clerk)
    case = accept(project, plan, clerk)
    porters()
    return first, case


class TestForTheStaff:
    def test_the_page_shows_stages_waits_time_and_chart(self, project, two_stages, clerk, at):
        page = at(clerk, f"/projects/{project.pk}/").content.decode()
        for words in ("示例规划许可", "已受理，等前置事项", "等待前置结果", "已用", "项目审批承诺时限"):
            assert words in page
        chart = re.search(r"<svg xmlns.*?</svg>", page, re.S)
        assert chart and "今天" in chart.group()
        assert "style=" not in chart.group()
        assert "下一个工作日开始" in page  # the arrow, in words

    def test_the_case_page_shows_project_and_prerequisite(self, project, two_stages, clerk, at):
        page = at(clerk, f"/cases/{two_stages[1].pk}/").content.decode()
        assert project.name in page
        assert "前置：示例项目备案" in page
        assert "等待期间不计入时限" in page
        assert f'href="/projects/{project.pk}/"' in page

    def test_the_issue_window_is_told_of_the_project_and_offered_no_closed_door(
        self, project, two_stages, issuer, at
    ):
        page = at(issuer, f"/cases/{two_stages[0].pk}/").content.decode()
        assert project.name in page
        assert f'href="/projects/{project.pk}/"' not in page

    def test_taken_in_for_the_project_at_the_desk(self, project, filing, clerk, at):
        answer = at(clerk, f"/desk/projects/{project.pk}/open/{filing.pk}/", {"idempotency_key": "one"})
        again = at(clerk, f"/desk/projects/{project.pk}/open/{filing.pk}/", {"idempotency_key": "one"})
        assert answer.url == again.url
        assert Application.objects.get(project=project).enterprise == project.enterprise

    def test_registered_at_the_desk_and_a_wrong_code_is_told_beside_its_field(
        self, scheme, clerk, at, builder
    ):
        typed = {
            "scheme": scheme.pk,
            "name": "示例仓库",
            "code": "2613-999901-04-01-123456",
            "nature": "01",
            "a-kind": "enterprise",
            "a-enterprise_name": builder.name,
            "a-uscc": builder.uscc,
            "a-legal_representative": "示例法人",
            "a-phone": traits.PHONE,
        }
        wrong = at(clerk, "/projects/new/", typed)
        assert wrong.status_code == 422
        assert "第一段" in wrong.content.decode()
        assert "示例仓库" in wrong.content.decode()  # nothing typed is lost
        right = at(clerk, "/projects/new/", {**typed, "code": CODE})
        assert right.status_code == 302
        assert Project.objects.get().code == CODE

    def test_a_refused_form_stays_open_with_what_was_typed(self, project, manager, at):
        address = f"/projects/{project.pk}/do/green/"
        answer = at(manager, address, {"green-ground": "重点项目", "green-basis": ""})
        assert answer.status_code == 422
        assert "重点项目" in answer.content.decode()
        assert (
            at(manager, address, {"green-ground": "重点", "green-basis": "示〔2026〕1号"}).status_code == 302
        )
        assert at(manager, f"/projects/{project.pk}/").content.decode().count("绿色通道") >= 2

    def test_in_the_queue_of_a_department_the_green_channel_is_marked(
        self, project, filing, clerk, manager, reviewer, at
    ):
        accept(project, filing, clerk)
        porters()
        assert "绿色通道" not in at(reviewer, "/review/").content.decode()
        cases.put_in_green_channel(project.pk, ground="重点项目", basis="示〔2026〕1号", by=manager)
        assert "绿色通道" in at(reviewer, "/review/").content.decode()

    def test_supervision_sees_what_is_near_its_promise(self, project, two_stages, supervisor, at):
        page = at(supervisor, "/supervision/projects/").content.decode()
        assert project.name in page
        assert "5月1日" in page or "止" in page


class TestForTheBuilder:
    def test_sees_next_steps_helper_and_the_choice(
        self, project, two_stages, filing, clerk, manager, owner, at, moved
    ):
        cases.assign_helper(project.pk, User.objects.get(pk=clerk.user_id), phone="0000-77", by=manager)
        page = at(owner, f"/my/projects/{project.pk}/").content.decode()
        assert "0000-77" in page
        assert "示例施工许可" in page
        first, case = two_stages
        decide(first, "refused")
        porters()
        page = at(owner, f"/my/projects/{project.pk}/").content.decode()
        assert "去选择" in page
        answer = at(owner, f"/my/{case.pk}/prerequisite/", {"choice": "again", "reason": "重报"})
        assert answer.status_code == 422
        answer = at(owner, f"/my/{case.pk}/prerequisite/", {"choice": "end", "reason": "以后再报"})
        assert answer.status_code == 302
        assert fresh(case).state == "withdrawn"

    def test_begins_a_matter_from_home(self, project, filing, owner, at):
        answer = at(owner, f"/my/projects/{project.pk}/open/{filing.pk}/", {})
        assert answer.status_code == 302
        assert Application.objects.get(project=project).channel == "online"

    def test_a_stranger_sees_nothing(self, project, citizen, at):
        assert at(citizen, f"/my/projects/{project.pk}/").status_code == 404
        assert project.name not in at(citizen, "/my/projects/").content.decode()


class TestApi:
    def test_a_project_by_its_code(self, project, two_stages, clerk, at):
        told = at(clerk, f"/api/v1/projects/{project.code}/").json()
        assert sorted(each["awaits_result"] for each in told["cases"]) == [False, True]
        assert {each["kind"]: each["limit"] for each in told["time"]} == {"project": 60, "project_joint": 45}
        assert "builder" not in str(told)

    def test_is_not_there_for_another_place(self, project, at):
        stranger = traits.make_officer(traits.make_place("other"), "supervisor")
        assert at(stranger, f"/api/v1/projects/{project.code}/").status_code == 404


class TestQueries:
    def test_lists_ask_the_same_for_one_and_for_many(self, scheme, builder, clerk, owner, at, filing):
        def asked(who, address):
            calendars.forget()  # what this transaction changed is as good as committed
            at(who, address)
            with CaptureQueriesContext(connection) as found:
                assert at(who, address).status_code == 200
            return len(found)

        project = register(scheme, builder, clerk)
        for _n in range(2):  # the second takes materials over from the first
            accept(project, filing, clerk)
        porters()
        pages = [(clerk, "/projects/"), (owner, "/my/projects/"), (clerk, f"/projects/{project.pk}/")]
        few = [asked(*page) for page in pages]
        for number in range(8):
            other = register(scheme, builder, clerk, code=f"2601-999901-04-01-20000{number}")
            accept(other, filing, clerk)
        for _n in range(4):
            accept(project, filing, clerk)
        porters()
        assert [asked(*page) for page in pages] == few
        assert few[0] <= 14

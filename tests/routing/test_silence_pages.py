"""The pages of silence, and why a clock ends when it does, as officers get them."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.urls import reverse

from applications import services as cases
from hall.calendars import services as calendars
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.people.models import User
from routing import services
from routing.models import EvidencePack, HeldSilence, SilenceBatch, SpecialReport, Task
from tests import traits


@pytest.fixture
def browser(client):
    """`browser(officer)`: their browser."""

    def of(officer):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return of


@pytest.fixture
def task(moved, bureau, health, clerk) -> Task:
    """Due for its opinion on Thursday 2026-03-05."""
    moved("2026-03-02 09:00")
    calendars.load_national([2026])
    steps = [
        traits.step(health, stage=1, days=3, receipt_value=None, silent_consent=True),
        traits.step(bureau, stage=2, days=2, decides=True),
    ]
    case = traits.take_in(traits.make_version(bureau, steps=steps), clerk)
    cases.accept(case.pk, by=clerk)
    services.dispatch(case.pk)
    return Task.objects.get(case=case)


class TestWhatWillFallSilent:
    def test_a_reviewer_sees_their_departments(self, task, health_reviewer, fire_reviewer, browser):
        name = task.case.version.matter.name
        page = browser(health_reviewer).get(reverse("routing:silence_soon")).content.decode()
        assert name in page and "未按时出具签字意见" in page
        assert name not in browser(fire_reviewer).get(reverse("routing:silence_soon")).content.decode()

    def test_a_supervisor_sees_every_department(self, task, supervisor, browser):
        page = browser(supervisor).get(reverse("routing:silences")).content.decode()
        assert task.department.name in page
        assert reverse("applications:case", args=[task.case_id]) in page

    def test_what_lies_further_than_five_working_days_is_not_there(self, task, supervisor, browser, moved):
        report = services.file_report(task.pk, reason="汛情", days=9, by=_reviewer(task))
        services.grant_report(report.pk, answer="同意", by=supervisor)
        page = browser(supervisor).get(reverse("routing:silences")).content.decode()
        assert task.case.version.matter.name not in page


class TestHeld:
    @pytest.fixture
    def held(self, task, a_place, moved) -> HeldSilence:
        a_place.settings["silent_consent_batch"] = 0
        a_place.save()
        moved("2026-03-06 08:00")
        sweep.run()
        return HeldSilence.objects.get()

    def test_the_supervisor_reads_why_and_releases(self, held, supervisor, browser):
        page = browser(supervisor)
        shown = page.get(reverse("routing:silences")).content.decode()
        assert "到期未及时处理" in shown and held.task.department.name in shown
        answer = page.post(
            reverse("routing:answer_held", args=[held.batch_id]),
            {"held": [held.pk], "verdict": "released", "reason": "已核对"},
        )
        assert answer.status_code == 302
        sweep.run()
        assert EvidencePack.objects.filter(task=held.task).exists()
        assert SilenceBatch.objects.get().closed_at is not None

    def test_without_a_reason_nothing_is_lost(self, held, supervisor, browser):
        answer = browser(supervisor).post(
            reverse("routing:answer_held", args=[held.batch_id]),
            {"held": [held.pk], "verdict": "extended", "reason": "", "days": "3"},
        )
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'value="{held.pk}" checked' in page and 'value="3"' in page
        held.refresh_from_db()
        assert held.verdict == "waiting"


class TestReports:
    def test_the_supervisor_grants_a_pause(self, task, supervisor, browser):
        report = services.file_report(task.pk, reason="汛情", days=3, by=_reviewer(task))
        page = browser(supervisor)
        wrong = page.post(
            reverse("routing:answer_report", args=[report.pk]), {"verdict": "pause", "answer": "同意"}
        )
        assert wrong.status_code == 422 and "请填写中止到哪一天" in wrong.content.decode()
        page.post(
            reverse("routing:answer_report", args=[report.pk]),
            {"verdict": "pause", "answer": "同意", "pause_until": "2026-03-13"},
        )
        assert str(SpecialReport.objects.get().paused_until) == "2026-03-13"
        assert "正在中止计时的" in page.get(reverse("routing:reports")).content.decode()
        page.post(reverse("routing:resume_report", args=[report.pk]))
        assert SpecialReport.objects.get().resumed_at is not None


class TestProof:
    def test_whoever_sees_the_case_downloads_exactly_what_was_hashed(
        self, task, clerk, moved, browser, fire_reviewer
    ):
        moved("2026-03-05 17:01")
        sweep.run()
        pack = EvidencePack.objects.get()
        address = reverse("routing:silence_evidence", args=[task.pk])
        answer = browser(clerk).get(address)
        assert hashlib.sha256(answer.content).hexdigest() == pack.sha256
        assert json.loads(answer.content)["department"] == task.department.name
        panel = browser(clerk).get(reverse("routing:case_panel", args=[task.case_id])).content.decode()
        assert address in panel and pack.sha256 in panel
        assert browser(fire_reviewer).get(address).status_code == 404


class TestWhy:
    def test_the_page_has_days_changes_and_warnings_and_the_applicant_the_same_sentence(
        self, task, clerk, client, browser
    ):
        clock = running(task.case, Kind.PROMISED)
        page = browser(clerk).get(reverse("clock", args=[clock.pk])).content.decode()
        sentence = "自3月2日起算，共5个工作日，扣除周末2天，最迟3月9日办结"
        assert sentence in page
        assert "第5个工作日" in page and "起算" in page and "提醒" in page
        data = browser(clerk).get(reverse("clock_explanation", args=[clock.pk])).json()
        assert data["text"] == sentence and data["days"][1]["counted"] == 1
        client.logout()
        case = task.case
        client.post(reverse("applications:track"), {"number": case.number, "code": case.query_code})
        tracked = client.get(reverse("applications:tracked", args=[case.pk])).content.decode()
        assert sentence in tracked

    def test_who_may_not_see_the_case_does_not_see_its_clocks(self, task, fire_reviewer, browser):
        clock = running(task.case, Kind.PROMISED)
        page = browser(fire_reviewer)
        assert page.get(reverse("clock", args=[clock.pk])).status_code == 404
        assert page.get(reverse("clock_explanation", args=[clock.pk])).status_code == 404

    def test_the_case_page_leads_there(self, task, clerk, browser):
        clock = running(task.case, Kind.PROMISED)
        page = browser(clerk).get(reverse("applications:case", args=[task.case_id])).content.decode()
        assert reverse("clock", args=[clock.pk]) in page


def _reviewer(task: Task):
    return traits.make_officer(task.department.jurisdiction, "reviewer", department=task.department)

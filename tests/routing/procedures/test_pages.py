"""Special procedures, hearings and the extension at the desks, and on paper."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from hall import now
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.people.models import User
from routing import services
from routing.choices import ProcedureState, ReportState
from routing.models import Extension, Procedure
from tests import traits

from .conftest import MONDAY, TOLD


@pytest.fixture
def at_desk(client):
    def log_in(officer):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return log_in


def posted(prefix: str, **values: str) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


class TestTheTaskPage:
    def test_a_procedure_is_opened_seen_and_finished(self, at_desk, task, reviewer):
        browser = at_desk(reviewer)
        page = reverse("routing:task", args=[task.pk])
        assert "开始特别程序" in browser.get(page).content.decode()
        body = posted("procedure", kind="testing", days="4", **TOLD)
        browser.post(reverse("routing:open_procedure", args=[task.pk]), body)
        procedure = Procedure.objects.get()
        assert procedure.limit_value == 4
        text = browser.get(page).content.decode()
        assert "不计入办理期限" in text
        assert "结束检测" in text
        result = posted(f"result-{procedure.pk}", result="合格")
        browser.post(reverse("routing:finish_procedure", args=[procedure.pk]), result)
        procedure.refresh_from_db()
        assert procedure.state == ProcedureState.FINISHED

    def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(self, at_desk, task, reviewer):
        body = posted("procedure", kind="testing", days="99", **TOLD)
        answer = at_desk(reviewer).post(reverse("routing:open_procedure", args=[task.pk]), body)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "所需时间不得超过规定的10个工作日" in text
        assert TOLD["reason"] in text
        assert not Procedure.objects.exists()

    def test_a_matter_without_special_procedures_offers_none(self, at_desk, bureau, clerk, reviewer, monday):
        from applications import services as cases
        from routing.models import Task

        case = traits.take_in(traits.make_version(bureau), clerk)
        cases.accept(case.pk, by=clerk)
        services.dispatch(case.pk)
        plain = Task.objects.get(case=case)
        text = at_desk(reviewer).get(reverse("routing:task", args=[plain.pk])).content.decode()
        assert "开始特别程序" not in text
        assert "告知听证权利" not in text

    def test_the_head_answers_an_extension(self, at_desk, task, reviewer, head):
        body = posted("extension", days="5", reason="需要进一步核实")
        at_desk(reviewer).post(reverse("routing:propose_extension", args=[task.pk]), body)
        asked = Extension.objects.get()
        browser = at_desk(head)
        assert "批准延期" in browser.get(reverse("routing:task", args=[task.pk])).content.decode()
        answer = reverse("routing:answer_extension", args=[asked.pk])
        browser.post(answer, {"verdict": "grant", "answer": "同意"})
        asked.refresh_from_db()
        assert asked.state == ReportState.GRANTED


class TestAHearing:
    def test_from_the_right_told_to_the_record_filed(self, at_desk, task, reviewer, clerk, a_place, bureau):
        browser = at_desk(reviewer)
        told = posted("hearing", because="interested", parties="相邻业主", **TOLD)
        browser.post(reverse("routing:tell_of_right", args=[task.pk]), told)
        procedure = Procedure.objects.get()
        # the request is brought to the front desk
        counter = at_desk(clerk)
        panel = counter.get(reverse("routing:case_panel", args=[task.case_id])).content.decode()
        assert "登记听证申请" in panel
        counter.post(reverse("routing:request_hearing", args=[procedure.pk]), {"requested_by": "相邻业主"})
        assert running(task.case, Kind.PROMISED).due_at is None
        chair = traits.make_officer(a_place, "reviewer", department=bureau)
        browser = at_desk(reviewer)
        page = browser.get(reverse("routing:task", args=[task.pk])).content.decode()
        assert f"（{bureau.short_name}）</option>" in page  # whom to choose as chair, and from where
        held = MONDAY + dt.timedelta(days=14)
        schedule = reverse("routing:schedule_hearing", args=[procedure.pk])
        early = posted("schedule", held_at="2026-06-10T09:30", place="二楼会议室", chair=str(chair.user_id))
        refused = browser.post(schedule, early)
        assert refused.status_code == 422
        assert "应当提前七日通知" in refused.content.decode()
        browser.post(schedule, {**early, "schedule-held_at": "2026-06-22T09:30"})
        with now.at(held + dt.timedelta(days=1)):
            body = posted("record", text="双方陈述、质证。", signed_by="示例主持人、相邻业主")
            browser.post(reverse("routing:record_hearing", args=[procedure.pk]), body)
        procedure.refresh_from_db()
        assert procedure.state == ProcedureState.FINISHED


class TestOnPaper:
    def test_everything_is_told_in_writing(
        self, at_desk, task, reviewer, head, clerk, seals, a_place, bureau
    ):
        opened = services.open_procedure(task.pk, kind="testing", by=reviewer, **TOLD)
        services.finish_procedure(opened.pk, result="合格", by=reviewer)
        asked = services.propose_extension(task.pk, days=3, reason="需要核实", by=reviewer)
        services.grant_extension(asked.pk, by=head)
        hearing = services.tell_of_right(
            task.pk, because="interested", parties="相邻业主", by=reviewer, **TOLD
        )
        services.request_hearing(hearing.pk, requested_by="相邻业主", by=clerk)
        chair = traits.make_officer(a_place, "reviewer", department=bureau)
        held = MONDAY + dt.timedelta(days=14)
        services.schedule_hearing(
            hearing.pk,
            held_at=held,
            place="二楼会议室",
            chair=User.objects.get(pk=chair.user_id),
            by=reviewer,
        )
        with now.at(held + dt.timedelta(hours=3)):
            services.record_hearing(hearing.pk, text="双方陈述。", signed_by="示例主持人", by=reviewer)
        hearing.hearing.refresh_from_db()
        keys = {
            "special_procedure": [str(opened.pk), str(hearing.pk)],
            "extension": [str(asked.pk)],
            "hearing_right": [str(hearing.pk)],
            "hearing_notice": [f"{hearing.pk}@{hearing.hearing.noticed_at:%Y%m%d%H%M%S}"],
            "hearing_record": [str(hearing.pk)],
        }
        browser = at_desk(clerk)
        for kind, each_key in keys.items():
            for key in each_key:
                page = reverse("certificates:print", args=[task.case_id, kind], query={"key": key})
                answer = browser.get(page)
                assert answer.status_code == 200, (kind, key)
                assert answer.content.startswith(b"%PDF-")
        numbers = task.case.papers.exclude(number=None).values_list("number", flat=True)
        assert len(set(numbers)) == len(numbers) >= 5

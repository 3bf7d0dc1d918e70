"""不参加联合审查活动 (S0 §18; DESIGN §3): silence by absence, and what keeps it away."""

from __future__ import annotations

import pytest

from hall.actors import SYSTEM
from hall.clocks import outages, sweep
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.errors import WrongState
from hall.notices.models import Notice
from hall.notices.services import mark_read
from hall.trail.queries import faults, of_case
from routing import services
from routing.choices import Attendance, SessionState, SilenceGround, TaskState
from routing.models import EvidencePack
from supervision.models import Card
from tests import traits

from .conftest import CLOSED, OPEN, START, at, fresh, row_of, task_of, user_of


def clock_of(row) -> Clock:
    return Clock.objects.get(subject_id=str(row.pk), kind=Kind.SESSION_ATTENDANCE)


class TestWhenTheSignInCloses:
    def test_the_absent_department_consents_with_the_list_as_evidence(
        self, opened, case, health, health_reviewer, bureau_head, monday
    ):
        mark_read(user_of(health_reviewer))
        monday(CLOSED)
        sweep.run()
        task = task_of(case, health)
        assert task.state == TaskState.DEEMED
        assert task.evidence.ground == SilenceGround.ABSENT
        proof = task.evidence.data["session"]
        assert health.name in proof["absent"]
        assert [each["name"] for each in proof["present"]] == [bureau_head.name]
        (sent,) = [each for each in proof["notices"] if each["department"] == health.name]
        assert sent["sent_at"]
        assert sent["read_at"]
        assert task.evidence.data["clock"]["kind"] == Kind.SESSION_ATTENDANCE
        assert row_of(opened, health).attendance == Attendance.ABSENT

    def test_until_then_nothing_is_said(self, opened, case, health, monday):
        monday(OPEN)
        sweep.run()
        assert task_of(case, health).state == TaskState.RECEIVED

    def test_for_every_case_on_the_agenda(self, plan, new_case, reviewer, bureau_head, health, monday):
        both = [new_case(), new_case()]
        session = services.notice_session(plan(*both).pk, by=reviewer)
        monday(START)
        services.sign_in(session.pk, by=bureau_head)
        monday(CLOSED)
        sweep.run()
        sweep.run()
        assert EvidencePack.objects.filter(ground=SilenceGround.ABSENT).count() == 2
        assert {task_of(each, health).state for each in both} == {TaskState.DEEMED}
        assert not list(faults())

    def test_where_silence_is_no_answer_the_task_stays_and_a_card_is_raised(self, opened, case, fire, monday):
        monday(CLOSED)
        sweep.run()
        task = task_of(case, fire)
        assert task.state == TaskState.RECEIVED
        assert running(task, Kind.TASK_OPINION)
        assert of_case(case.pk).filter(what="routing.absent", subject_id=str(task.pk)).exists()
        assert Card.objects.get().department_id == fire.pk

    def test_the_places_switch_stops_it(self, opened, case, health, a_place, monday):
        a_place.settings["silent_consent"] = False
        a_place.save()
        monday(CLOSED)
        sweep.run()
        assert task_of(case, health).state == TaskState.RECEIVED
        assert row_of(opened, health).attendance == Attendance.ABSENT

    def test_who_spoke_before_is_absent_but_not_silent(self, opened, case, health, health_reviewer, monday):
        services.give_opinion(task_of(case, health).pk, verdict="agree", by=health_reviewer)
        monday(CLOSED)
        sweep.run()
        assert row_of(opened, health).attendance == Attendance.ABSENT
        assert task_of(case, health).state == TaskState.DONE

    def test_nobody_is_absent_from_what_did_not_take_place(self, session, case, health, monday, reviewer):
        """Also the convening department stayed away."""
        monday(CLOSED)
        sweep.run()
        assert task_of(case, health).state == TaskState.RECEIVED
        assert row_of(session, health).attendance == Attendance.EXPECTED
        assert services.cancel_session(session.pk, reason="没有召开", by=reviewer)

    def test_a_late_comer_is_written_down_and_undoes_nothing(
        self, opened, case, health, health_reviewer, monday
    ):
        monday(CLOSED)
        sweep.run()
        row = services.sign_in(opened.pk, by=health_reviewer)
        assert row.attendance == Attendance.LATE
        assert task_of(case, health).state == TaskState.DEEMED
        assert services.object_late(
            task_of(case, health).pk, reasons="现场不符", legal_basis="示范规定第三条", by=health_reviewer
        )

    def test_after_that_it_is_not_cancelled_any_more(self, opened, monday, reviewer):
        monday(CLOSED)
        sweep.run()
        with pytest.raises(WrongState):
            services.cancel_session(opened.pk, reason="重来", by=reviewer)

    def test_our_own_outage_is_taken_out(self, opened, case, health, monday, bureau_head):
        """Nobody could sign in while the hall was down."""
        monday(CLOSED)
        outages.declare(at("2026-06-10 10:06"), at("2026-06-10 10:26"), "停电", SYSTEM)
        sweep.run()
        assert task_of(case, health).state == TaskState.RECEIVED
        with pytest.raises(WrongState):
            services.close_session(opened.pk, minutes="记录", summary="同意", by=bureau_head)
        monday("2026-06-10 10:51")
        sweep.run()
        assert task_of(case, health).state == TaskState.DEEMED


class TestWhenTheChairCloses:
    def test_the_absent_consent_by_the_same_way(self, opened, case, health, fire, bureau_head, monday):
        monday(CLOSED)
        services.close_session(opened.pk, minutes="记录", summary="同意", by=bureau_head)
        assert fresh(opened).state == SessionState.HELD
        assert task_of(case, health).evidence.ground == SilenceGround.ABSENT
        assert task_of(case, fire).state == TaskState.RECEIVED
        assert Card.objects.get().department_id == fire.pk
        assert clock_of(row_of(opened, health)).state == ClockState.EXPIRED
        sweep.run()
        assert EvidencePack.objects.count() == 1

    def test_the_case_goes_on_when_the_rest_have_spoken(
        self, opened, case, bureau, fire, fire_reviewer, bureau_head, monday
    ):
        services.sign_in(opened.pk, by=fire_reviewer)
        services.speak(row_of(opened, fire).brought.get().pk, verdict="agree", by=fire_reviewer)
        monday(CLOSED)
        services.close_session(opened.pk, minutes="记录", summary="同意", by=bureau_head)
        assert task_of(case, bureau).decides
        deciding = traits.consolidated(task_of(case, bureau), bureau_head)
        decision = services.decide(deciding.pk, outcome="granted", by=bureau_head)
        assert decision.case_id == case.pk


class TestReport:
    """特殊情况报备, filed before the session, protects."""

    def test_an_open_one(self, session, case, health, health_reviewer, bureau_head, monday):
        services.file_report(task_of(case, health).pk, reason="现场封闭", days=3, by=health_reviewer)
        monday(START)
        services.sign_in(session.pk, by=bureau_head)
        monday(CLOSED)
        sweep.run()
        assert task_of(case, health).state == TaskState.RECEIVED
        assert row_of(session, health).attendance == Attendance.EXCUSED
        assert of_case(case.pk).filter(what="routing.excused").exists()

    def test_a_granted_one(self, session, case, health, health_reviewer, supervisor, bureau_head, monday):
        report = services.file_report(task_of(case, health).pk, reason="现场封闭", days=3, by=health_reviewer)
        services.grant_report(report.pk, answer="同意", by=supervisor)
        monday(START)
        services.sign_in(session.pk, by=bureau_head)
        monday(CLOSED)
        sweep.run()
        assert task_of(case, health).state == TaskState.RECEIVED

    def test_not_a_rejected_one(
        self, session, case, health, health_reviewer, supervisor, bureau_head, monday
    ):
        report = services.file_report(task_of(case, health).pk, reason="太忙", days=3, by=health_reviewer)
        services.reject_report(report.pk, answer="不属于特殊情况", by=supervisor)
        monday(START)
        services.sign_in(session.pk, by=bureau_head)
        monday(CLOSED)
        sweep.run()
        assert task_of(case, health).state == TaskState.DEEMED


class TestWarnings:
    def test_reviewer_then_head_then_supervisor(
        self, session, health_reviewer, health_head, supervisor, monday
    ):
        def told(officer) -> int:
            return Notice.objects.filter(user_id=officer.user_id, subject__startswith="会议将至").count()

        monday("2026-06-09 09:05")
        sweep.warn()
        assert (told(health_reviewer), told(health_head), told(supervisor)) == (1, 1, 0)
        monday("2026-06-10 09:05")
        sweep.warn()
        sweep.warn()
        assert (told(health_reviewer), told(health_head)) == (2, 2)
        assert told(supervisor) == 3  # one for each department

    def test_who_has_signed_in_is_left_alone(self, session, health_reviewer, monday):
        monday("2026-06-10 09:01")
        services.sign_in(session.pk, by=health_reviewer)
        sweep.warn()
        found = Notice.objects.filter(user_id=health_reviewer.user_id, subject__startswith="会议将至")
        assert not found.exists()

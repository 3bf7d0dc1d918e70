"""联审会、联合踏勘: planned, noticed, moved, called off, held (S0 §9, §18)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, InternalError, transaction

from applications import services as cases
from applications.timeline import for_public
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed, WrongState
from hall.notices.models import Notice
from hall.organisation.choices import Role
from hall.trail.queries import faults, of_case
from routing import services
from routing.choices import Attendance, SessionState, SignIn, TaskState
from routing.models import AgendaItem, BroughtTask, Convened, JointSession, Opinion, SessionNotice
from tests import traits

from .conftest import BEFORE, CLOSED, OPEN, START, at, fresh, row_of, task_of, user_of


class TestPlanning:
    def test_the_departments_follow_from_the_live_tasks(self, plan, case, bureau, health, fire):
        session = plan(case)
        assert session.state == SessionState.PLANNED
        assert set(session.convened.values_list("department", flat=True)) == {bureau.pk, health.pk, fire.pk}
        brought = {row.convened.department_id: row.task for row in BroughtTask.objects.all()}
        assert brought == {health.pk: task_of(case, health), fire.pk: task_of(case, fire)}

    def test_a_department_brings_one_task_a_case(self, plan, new_case, health):
        session = plan(new_case(), new_case())
        assert row_of(session, health).brought.count() == 2
        brought = row_of(session, health).brought.first()
        with pytest.raises(IntegrityError, match="department_brings_one_task_a_case"), transaction.atomic():
            BroughtTask.objects.create(item=brought.item, convened=brought.convened, task=brought.task)

    def test_a_department_is_convened_once(self, plan, case, health, a_place, reviewer):
        session = plan(case)
        organ = traits.make_department(a_place, "guest", "气象局")
        services.convene(session.pk, organ, by=reviewer)
        services.convene(session.pk, organ, by=reviewer)
        assert session.convened.filter(department=organ).count() == 1
        services.dismiss(session.pk, organ.pk, by=reviewer)
        assert not session.convened.filter(department=organ).exists()
        with pytest.raises(WrongState):
            services.dismiss(session.pk, health.pk, by=reviewer)

    def test_a_case_stands_in_one_open_session(self, plan, case, bureau_head):
        first = plan(case)
        with pytest.raises(Conflict):
            plan(case)
        with pytest.raises(Conflict):
            services.put_on_agenda(first.pk, case.pk, by=bureau_head)
        services.cancel_session(first.pk, reason="改用书面征求意见", by=bureau_head)
        assert plan(case)

    def test_the_agenda_grows_and_shrinks_before_the_notice(self, plan, new_case, reviewer):
        one, two = new_case(), new_case()
        session = plan(one)
        services.put_on_agenda(session.pk, two.pk, by=reviewer)
        services.take_off_agenda(session.pk, one.pk, reason="申请人另约", by=reviewer)
        assert [item.case_id for item in session.agenda.all()] == [two.pk]
        with pytest.raises(WrongState):
            services.take_off_agenda(session.pk, two.pk, reason="不再需要", by=reviewer)

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("starts_at", {"starts_at": at("2026-06-08 09:00")}),  # gone by
            ("starts_at", {"starts_at": at("2026-06-13 10:00")}),  # a Saturday
            ("starts_at", {"starts_at": at("2026-06-10 07:00")}),  # before the office opens
            ("ends_at", {"ends_at": at("2026-06-10 09:59")}),
            ("ends_at", {"ends_at": at("2026-06-11 11:00")}),
            ("sign_in_until", {"sign_in_until": at("2026-06-10 09:59")}),
            ("title", {"title": " "}),
            ("venue", {"venue": ""}),
            ("kind", {"kind": "party"}),
        ],
    )
    def test_what_is_wrong_is_said_of_its_field(self, plan, case, field, given):
        with pytest.raises(Invalid) as refused:
            plan(case, **given)
        assert field in refused.value.fields

    def test_a_case_without_live_tasks_is_not_put_on_an_agenda(self, plan, joint_version, clerk):
        waiting = traits.take_in(joint_version, clerk)
        with pytest.raises(WrongState):
            plan(waiting)


class TestWhoMay:
    def test_only_who_leads_or_decides_calls_a_session(
        self, plan, case, bureau, fire, fire_reviewer, health_reviewer, clerk, supervisor, a_place
    ):
        for officer in (fire_reviewer, clerk, supervisor):
            with pytest.raises(NotAllowed):
                plan(case, by=officer)
        with pytest.raises(NotAllowed):  # nor in the name of a department that is only asked
            plan(case, by=fire_reviewer, convenor=fire, chair=user_of(fire_reviewer))
        # the first of a joint stage leads it
        lead = health_reviewer.posts[0].department
        assert plan(case, by=health_reviewer, convenor=lead, chair=user_of(health_reviewer))

    def test_the_manager_of_the_hall_does_and_the_neighbours_does_not(self, plan, case, a_place):
        elsewhere = traits.make_officer(traits.make_place("linxian"), Role.MANAGER)
        with pytest.raises(NotAllowed):
            plan(case, by=elsewhere)
        assert plan(case, by=traits.make_officer(a_place, Role.MANAGER))

    def test_a_chair_of_another_department_is_refused(self, plan, case, fire_reviewer):
        with pytest.raises(NotAllowed):
            plan(case, chair=user_of(fire_reviewer))

    def test_who_is_convened_reads_and_does_not_run_it(
        self, session, fire_reviewer, health_reviewer, bureau_head, supervisor, clerk, a_place
    ):
        other = traits.make_officer(
            a_place, Role.REVIEWER, department=traits.make_department(a_place, "other", "教育局")
        )
        elsewhere = traits.make_officer(traits.make_place("linxian"), Role.SUPERVISOR)
        readers = (fire_reviewer, health_reviewer, bureau_head, supervisor)
        for officer in readers:
            assert session in JointSession.objects.visible_to(officer)
        for officer in (other, elsewhere, clerk):
            assert session not in JointSession.objects.visible_to(officer)
        for officer in (fire_reviewer, supervisor, other, elsewhere, clerk):
            with pytest.raises(NotAllowed):
                services.cancel_session(session.pk, reason="不开了", by=officer)


class TestNotice:
    def test_everybody_concerned_is_told_once_with_proof(self, session, health, health_reviewer, reviewer):
        row = row_of(session, health)
        sent = SessionNotice.objects.get(convened=row)
        assert sent.notice.user_id == health_reviewer.user_id
        assert sent.notice.sent_at == row.noticed_at == session.noticed_at
        assert sent.notice.read_at is None
        assert session.venue in sent.notice.body
        with pytest.raises(WrongState):
            services.notice_session(session.pk, by=reviewer)

    def test_each_department_has_its_own_limit_to_the_close_of_sign_in(self, session, health, fire, bureau):
        for department in (health, fire, bureau):
            clock = running(row_of(session, department), Kind.SESSION_ATTENDANCE)
            assert clock.due_at == session.sign_in_until
            assert clock.department_id == department.pk
            assert {warning.step for warning in clock.warnings.all()} == {2, 1, 0}

    def test_the_tasks_own_limit_runs_on(self, plan, case, health, reviewer):
        task = task_of(case, health)
        before = running(task, Kind.TASK_OPINION).due_at
        services.notice_session(plan(case).pk, by=reviewer)
        assert running(task, Kind.TASK_OPINION).due_at == before

    def test_one_working_day_before_at_least_or_what_the_place_says(
        self, plan, case, reviewer, a_place, monday
    ):
        session = plan(case)
        monday("2026-06-10 09:00")
        with pytest.raises(Invalid):
            services.notice_session(session.pk, by=reviewer)
        monday("2026-06-08 16:00")
        a_place.settings["session_notice_days"] = 3
        a_place.save()
        with pytest.raises(Invalid):
            services.notice_session(session.pk, by=reviewer)

    def test_one_department_alone_holds_no_session(self, plan, clerk, bureau, bureau_head, monday):
        version = traits.make_version(bureau)
        case = traits.take_in(version, clerk)
        cases.accept(case.pk, by=clerk)
        services.dispatch(case.pk)
        session = plan(case)
        with pytest.raises(WrongState):
            services.notice_session(session.pk, by=bureau_head)

    def test_the_applicant_hears_of_a_survey_and_it_is_no_visit(self, session, case):
        visits = case.visits
        assert Notice.objects.filter(case_id=case.pk, subject__contains="联合踏勘").exists()
        assert any(session.venue in str(told["text"]) for told in for_public(case.pk))
        assert traits.fresh(case).visits == visits
        assert of_case(case.pk).filter(what="routing.session_noticed").count() == 1

    def test_it_tells_each_department_what_its_own_absence_means(
        self, session, case, health_reviewer, fire_reviewer
    ):
        silent, not_silent = (
            Notice.objects.get(user=user_of(officer), subject__contains=session.title).body
            for officer in (health_reviewer, fire_reviewer)
        )
        assert "可以视为同意" in silent
        assert "视为同意" not in not_silent
        assert "记为缺席" in not_silent
        assert case.version.matter.name in not_silent

    def test_the_agenda_is_fixed_once_the_notice_is_out(self, session, new_case, reviewer, fire):
        with pytest.raises(WrongState):
            services.put_on_agenda(session.pk, new_case().pk, by=reviewer)
        with pytest.raises(WrongState):
            services.convene(session.pk, fire, by=reviewer)


class TestMovingAndCalling:
    def test_postponement_moves_the_attendance_limit_and_tells_everybody_again(
        self, session, health, reviewer, monday
    ):
        row = row_of(session, health)
        code = session.code
        moved = services.postpone_session(
            session.pk,
            starts_at=at("2026-06-11 14:00"),
            ends_at=at("2026-06-11 16:00"),
            sign_in_until=at("2026-06-11 14:20"),
            reason="暴雨",
            by=reviewer,
        )
        clock = running(row, Kind.SESSION_ATTENDANCE)
        assert clock.due_at == at("2026-06-11 14:20")
        clocks = Clock.objects.filter(subject_id=str(row.pk), kind=Kind.SESSION_ATTENDANCE)
        assert clocks.filter(state=ClockState.CANCELLED).count() == 1
        assert (moved.sequence, moved.state) == (1, SessionState.NOTICED)
        assert moved.code != code
        again = SessionNotice.objects.get(convened=row, sequence=1)
        assert "暴雨" in again.notice.body

    def test_a_new_day_needs_its_lead_too(self, session, reviewer, monday):
        monday("2026-06-09 10:00")
        with pytest.raises(Invalid):
            services.postpone_session(
                session.pk,
                starts_at=at("2026-06-09 14:00"),
                ends_at=at("2026-06-09 16:00"),
                sign_in_until=at("2026-06-09 14:20"),
                reason="提前",
                by=reviewer,
            )

    def test_once_begun_it_is_not_moved(self, opened, reviewer):
        with pytest.raises(WrongState):
            services.postpone_session(
                opened.pk,
                starts_at=at("2026-06-12 14:00"),
                ends_at=at("2026-06-12 16:00"),
                sign_in_until=at("2026-06-12 14:20"),
                reason="人不齐",
                by=reviewer,
            )

    def test_cancelling_stops_the_limits_and_frees_the_case(self, session, case, health, reviewer, plan):
        cancelled = services.cancel_session(session.pk, reason="改用书面征求意见", by=reviewer)
        assert cancelled.state == SessionState.CANCELLED
        assert running(row_of(session, health), Kind.SESSION_ATTENDANCE) is None
        assert SessionNotice.objects.filter(convened=row_of(session, health), sequence=1).exists()
        assert task_of(case, health).state == TaskState.RECEIVED
        assert plan(case)

    def test_a_reason_is_needed(self, session, reviewer):
        with pytest.raises(Invalid):
            services.cancel_session(session.pk, reason=" ", by=reviewer)


class TestSignIn:
    def test_with_the_code_at_the_place(self, session, health, health_reviewer, monday):
        monday(BEFORE)
        with pytest.raises(Invalid):
            services.sign_in(session.pk, code="XXXXXX", by=health_reviewer)
        row = services.sign_in(session.pk, code=session.code.lower(), by=health_reviewer)
        assert (row.attendance, row.how) == (Attendance.PRESENT, SignIn.CODE)
        assert row.signed_in_by_id == health_reviewer.user_id
        assert running(row, Kind.SESSION_ATTENDANCE) is None

    def test_after_the_start_it_is_late_and_says_so(self, session, health_reviewer, monday):
        monday(START)
        row = services.sign_in(session.pk, by=health_reviewer)
        assert (row.attendance, row.how) == (Attendance.LATE, SignIn.SYSTEM)

    def test_only_by_an_officer_of_a_convened_department(self, session, clerk, supervisor, monday):
        monday(BEFORE)
        for officer in (clerk, supervisor):
            with pytest.raises(NotAllowed):
                services.sign_in(session.pk, by=officer)

    def test_not_before_the_doors_open_nor_before_the_notice(self, session, plan, new_case, health_reviewer):
        with pytest.raises(WrongState):
            services.sign_in(session.pk, by=health_reviewer)
        with pytest.raises(WrongState):
            services.sign_in(plan(new_case()).pk, by=health_reviewer)


class TestHolding:
    def test_an_opinion_in_the_session_is_the_tasks_opinion(
        self, opened, case, health, health_reviewer, fire_reviewer
    ):
        brought = row_of(opened, health).brought.get()
        with pytest.raises(WrongState):  # signs in first
            services.speak(brought.pk, verdict="agree", by=health_reviewer)
        services.sign_in(opened.pk, by=health_reviewer)
        with pytest.raises(NotAllowed):  # for one's own department only
            services.speak(brought.pk, verdict="agree", by=fire_reviewer)
        opinion = services.speak(brought.pk, verdict="conditions", conditions="设围挡", by=health_reviewer)
        assert Opinion.objects.get(task=task_of(case, health)) == opinion
        assert task_of(case, health).state == TaskState.DONE
        brought.refresh_from_db()
        assert brought.opinion == opinion

    def test_the_close_writes_the_minutes_and_nothing_changes_them(
        self, opened, case, health_reviewer, fire_reviewer, bureau_head
    ):
        for officer in (health_reviewer, fire_reviewer):
            services.sign_in(opened.pk, by=officer)
        item = opened.agenda.get()
        with pytest.raises(Incomplete):
            services.close_session(opened.pk, minutes="", summary="同意", by=bureau_head)
        held = services.close_session(
            opened.pk, minutes="踏勘记录", summary="同意", conclusions={item.pk: "可行"}, by=bureau_head
        )
        assert held.state == SessionState.HELD
        assert AgendaItem.objects.get(pk=item.pk).conclusion == "可行"
        for change in (
            lambda: JointSession.objects.filter(pk=held.pk).update(minutes="另一份"),
            lambda: AgendaItem.objects.filter(session=held).update(conclusion="不可行"),
            lambda: Convened.objects.filter(session=held).update(attendance=Attendance.PRESENT),
            lambda: BroughtTask.objects.filter(item__session=held).delete(),
            lambda: JointSession.objects.filter(pk=held.pk).delete(),
        ):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                change()
        with pytest.raises(WrongState):
            services.sign_in(held.pk, by=health_reviewer)
        assert of_case(case.pk).filter(what="routing.session_held").count() == 1
        assert not list(faults())

    def test_it_is_held_neither_before_its_notice_nor_before_its_start(
        self, plan, new_case, session, bureau_head
    ):
        for each in (plan(new_case()), session):
            with pytest.raises(WrongState):
                services.close_session(each.pk, minutes="记录", summary="同意", by=bureau_head)
        with pytest.raises(IntegrityError, match="held_after_its_notice"), transaction.atomic():
            JointSession.objects.filter(pk=session.pk).update(noticed_at=None)

    def test_nobody_is_shut_out_while_the_sign_in_is_open(self, opened, bureau_head, monday):
        monday(OPEN)
        with pytest.raises(WrongState):
            services.close_session(opened.pk, minutes="记录", summary="同意", by=bureau_head)

    def test_without_anybody_of_the_convening_department_it_was_not_held(
        self, session, bureau_head, monday, health_reviewer
    ):
        monday(CLOSED)
        services.sign_in(session.pk, by=health_reviewer)
        with pytest.raises(WrongState):
            services.close_session(session.pk, minutes="记录", summary="同意", by=bureau_head)
        assert fresh(session).state == SessionState.NOTICED

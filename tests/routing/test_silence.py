"""缺席、超时默认 (S0 §18; DESIGN §3): silence is an opinion, never a decision."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.choices import State
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import WrongState
from hall.notices.models import Notice
from hall.trail.queries import faults, of_case
from matters.models import Step
from routing import queries, services
from routing.choices import SilenceGround, TaskState
from routing.models import EvidencePack, Opinion, Task
from tests import traits


@pytest.fixture
def monday_case(moved, promised_version, clerk):
    """Accepted and dispatched on Monday 2026-03-02: receipt by Tuesday, opinion by Thursday."""
    moved("2026-03-02 09:00")
    case = traits.take_in(promised_version, clerk)
    cases.accept(case.pk, by=clerk)
    services.dispatch(case.pk)
    return traits.fresh(case)


def task_of(case, department) -> Task:
    return Task.objects.get(case=case, department=department)


class TestGrounds:
    def test_not_signed_for_in_time(self, monday_case, health, moved):
        moved("2026-03-03 16:59")
        sweep.run()
        assert task_of(monday_case, health).state == TaskState.OPEN
        moved("2026-03-03 17:01")
        sweep.run()
        task = task_of(monday_case, health)
        assert task.state == TaskState.DEEMED
        assert task.evidence.ground == SilenceGround.NOT_RECEIVED

    def test_signed_for_but_no_opinion_in_time(self, monday_case, health, health_reviewer, moved):
        moved("2026-03-03 09:00")
        services.sign_for(task_of(monday_case, health).pk, by=health_reviewer)
        moved("2026-03-05 17:01")
        sweep.run()
        task = task_of(monday_case, health)
        assert task.state == TaskState.DEEMED
        assert task.evidence.ground == SilenceGround.NO_OPINION

    def test_where_the_route_does_not_allow_it_the_task_stays_and_is_overdue(self, monday_case, fire, moved):
        moved("2026-03-05 17:01")
        sweep.run()
        task = task_of(monday_case, fire)
        assert task.state == TaskState.OPEN
        assert task.due_at is not None
        assert of_case(monday_case.pk).filter(what="routing.task_overdue").exists()

    def test_the_places_switch_stops_it(self, monday_case, health, a_place, moved):
        a_place.settings["silent_consent"] = False
        a_place.save()
        moved("2026-03-05 17:01")
        sweep.run()
        assert task_of(monday_case, health).state == TaskState.OPEN

    def test_sweeping_twice_fires_once(self, monday_case, health, moved):
        moved("2026-03-05 17:01")
        sweep.run()
        sweep.run()
        assert EvidencePack.objects.filter(task__case=monday_case).count() == 1
        assert of_case(monday_case.pk).filter(what="routing.deemed_consented").count() == 1
        assert not list(faults(str(monday_case.pk)))

    def test_no_decision_is_ever_silent(self, monday_case):
        assert not Step.objects.filter(decides=True, silent_consent=True).exists()
        with pytest.raises(Exception, match="decision_is_never_silent"):
            Step(
                version=traits.make_version(monday_case.version.department),
                stage=9,
                department=monday_case.version.department,
                kind="decide",
                limit_value=1,
                decides=True,
                silent_consent=True,
                silent_basis="x",
            ).validate_constraints()


class TestAfterSilence:
    def test_the_case_goes_on_when_the_rest_have_spoken(
        self, monday_case, fire, fire_reviewer, bureau, moved
    ):
        services.give_opinion(task_of(monday_case, fire).pk, verdict="agree", by=fire_reviewer)
        moved("2026-03-05 17:01")
        sweep.run()
        assert task_of(monday_case, bureau).decides

    def test_the_evidence_holds_clock_warnings_and_basis(self, monday_case, health, moved):
        moved("2026-03-04 09:30")
        sweep.warn()
        moved("2026-03-05 17:01")
        sweep.run()
        data = task_of(monday_case, health).evidence.data
        assert data["basis"] == "示范规定第十八条"
        assert data["clock"]["days"]
        assert data["department"] == health.name

    def test_a_late_objection_is_recorded_and_undoes_nothing(
        self, monday_case, health, health_reviewer, moved
    ):
        moved("2026-03-05 17:01")
        sweep.run()
        task = task_of(monday_case, health)
        services.object_late(
            task.pk, reasons="不符合卫生要求", legal_basis="示范规定第三条", by=health_reviewer
        )
        assert Opinion.objects.get(task=task).late
        assert task_of(monday_case, health).state == TaskState.DEEMED
        assert traits.fresh(monday_case).state == State.REVIEWING


class TestSpecialReport:
    def test_an_open_report_keeps_silence_away(self, monday_case, health, health_reviewer, moved):
        task = task_of(monday_case, health)
        services.sign_for(task.pk, by=health_reviewer)
        services.file_report(task.pk, reason="现场封闭", days=3, by=health_reviewer)
        moved("2026-03-05 17:01")
        sweep.run()
        assert task_of(monday_case, health).state == TaskState.RECEIVED

    def test_a_granted_one_lengthens_the_limit(self, monday_case, health, health_reviewer, supervisor):
        task = task_of(monday_case, health)
        services.sign_for(task.pk, by=health_reviewer)
        before = running(task, Kind.TASK_OPINION).due_at
        report = services.file_report(task.pk, reason="现场封闭", days=3, by=health_reviewer)
        services.grant_report(report.pk, answer="同意", by=supervisor)
        after = running(task, Kind.TASK_OPINION).due_at
        assert (after - before).days == 5  # Thursday to Tuesday: three working days over a weekend
        assert task_of(monday_case, health).due_at == after

    def test_a_rejected_one_changes_nothing_and_silence_follows(
        self, monday_case, health, health_reviewer, supervisor, moved
    ):
        task = task_of(monday_case, health)
        services.sign_for(task.pk, by=health_reviewer)
        report = services.file_report(task.pk, reason="太忙", days=3, by=health_reviewer)
        services.reject_report(report.pk, answer="不属于特殊情况", by=supervisor)
        moved("2026-03-05 17:01")
        sweep.run()
        assert task_of(monday_case, health).state == TaskState.DEEMED

    def test_one_open_report_a_task(self, monday_case, health, health_reviewer):
        task = task_of(monday_case, health)
        services.file_report(task.pk, reason="现场封闭", days=3, by=health_reviewer)
        with pytest.raises(WrongState):
            services.file_report(task.pk, reason="再次", days=1, by=health_reviewer)


class TestWarnings:
    def test_reviewer_then_head_then_supervisor(
        self, monday_case, health, health_reviewer, supervisor, a_place, moved
    ):
        head = traits.make_officer(a_place, "head", department=health)
        services.claim(task_of(monday_case, health).pk, by=health_reviewer)
        moved("2026-03-03 18:00")
        sweep.warn()
        told = set(Notice.objects.filter(case_id=monday_case.pk).values_list("user_id", flat=True))
        assert {health_reviewer.user_id, head.user_id} <= told
        assert supervisor.user_id not in told
        moved("2026-03-05 09:30")
        sweep.warn()
        sweep.warn()
        to_supervisor = Notice.objects.filter(case_id=monday_case.pk, user_id=supervisor.user_id)
        assert to_supervisor.filter(body__contains=health.name).count() == 1

    def test_what_will_fall_silent_is_listed(self, monday_case, health_reviewer, fire_reviewer):
        assert len(queries.falling_silent(health_reviewer)) == 1
        assert queries.falling_silent(fire_reviewer) == []

"""缺席、超时默认 (S0 §18; DESIGN §3): silence is an opinion, never a decision."""

from __future__ import annotations

import datetime as dt

import pytest

from applications import services as cases
from applications.choices import State
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.queries import running
from hall.errors import WrongState
from hall.notices.models import Notice
from hall.notices.services import mark_read
from hall.people.models import User
from hall.trail.queries import faults, of_case
from matters.models import Step
from routing import queries, services
from routing.choices import SilenceGround, TaskState
from routing.models import EvidencePack, Opinion, Task
from routing.services.warning import before_silence
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
        """Of an opinion limit of three days: two days before, one day before, on its last morning."""
        head = traits.make_officer(a_place, "head", department=health)
        services.claim(task_of(monday_case, health).pk, by=health_reviewer)
        services.sign_for(task_of(monday_case, health).pk, by=health_reviewer)

        def told_at(moment: str) -> set[int]:
            moved(moment)
            sweep.warn()
            about = Notice.objects.filter(case_id=monday_case.pk, body__contains=health.name)
            return set(about.values_list("user_id", flat=True))

        assert told_at("2026-03-03 09:30") == {health_reviewer.user_id}
        assert told_at("2026-03-04 09:30") == {health_reviewer.user_id, head.user_id}
        everybody = {health_reviewer.user_id, head.user_id, supervisor.user_id}
        assert told_at("2026-03-05 09:30") == everybody
        before = Notice.objects.count()
        assert told_at("2026-03-05 09:40") == everybody
        assert Notice.objects.count() == before

    def test_a_receipt_of_one_day_is_warned_of_three_times_on_that_day(
        self, monday_case, health, health_reviewer, supervisor, a_place, moved
    ):
        head = traits.make_officer(a_place, "head", department=health)
        told = []
        for moment in ("2026-03-03 09:01", "2026-03-03 13:01", "2026-03-03 15:01"):
            moved(moment)
            sweep.warn()
            about = Notice.objects.filter(case_id=monday_case.pk, body__contains="还没有签收")
            told.append(set(about.values_list("user_id", flat=True)))
        assert told[0] == {health_reviewer.user_id}
        assert told[1] == told[0] | {head.user_id}
        assert told[2] == told[1] | {supervisor.user_id}

    @pytest.mark.parametrize(
        ("limit", "steps"),
        [
            (Limit(10), ["5个工作日", "3个工作日", "1个工作日"]),
            (Limit(2), ["1个工作日", "当日", "4个工作小时"]),
            (Limit(120, Unit.WORKING_MINUTE), ["1个工作小时", "30个工作分钟", "15个工作分钟"]),
        ],
    )
    def test_there_are_always_three(self, limit, steps):
        assert [str(step) for step in before_silence(limit, (5, 3, 1))] == steps

    def test_after_more_time_they_come_again(self, monday_case, health, health_reviewer, supervisor, moved):
        task = task_of(monday_case, health)
        services.sign_for(task.pk, by=health_reviewer)
        moved("2026-03-05 09:30")
        sweep.warn()
        before = Notice.objects.filter(user_id=health_reviewer.user_id).count()
        report = services.file_report(task.pk, reason="现场封闭", days=3, by=health_reviewer)
        services.grant_report(report.pk, answer="同意", by=supervisor)
        moved("2026-03-10 09:30")
        sweep.warn()
        assert Notice.objects.filter(user_id=health_reviewer.user_id).count() > before

    def test_a_head_who_left_is_not_told(self, monday_case, health, health_reviewer, a_place, moved):
        head = traits.make_officer(a_place, "head", department=health)
        head.posts[0].ends_on = dt.date(2026, 3, 1)
        head.posts[0].save()
        moved("2026-03-05 09:30")
        sweep.warn()
        assert not Notice.objects.filter(user_id=head.user_id).exists()

    def test_the_proof_names_who_was_told_when_it_reached_them_and_when_they_read_it(
        self, monday_case, health, health_reviewer, supervisor, a_place, moved
    ):
        services.sign_for(task_of(monday_case, health).pk, by=health_reviewer)
        for moment in ("2026-03-03 09:30", "2026-03-04 09:30", "2026-03-05 09:30"):
            moved(moment)
            sweep.warn()
        moved("2026-03-05 10:00")
        mark_read(User.objects.get(pk=health_reviewer.user_id))
        moved("2026-03-05 17:01")
        sweep.run()
        warnings = task_of(monday_case, health).evidence.data["warnings"]
        assert [[to["role"] for to in each["to"]] for each in warnings] == [
            ["审查员"],
            ["审查员"],
            ["审查员", "督查员"],
        ]
        first = warnings[0]["to"][0]
        assert first["name"] == health_reviewer.name
        assert first["delivered"].startswith("2026-03-03T01:30")
        assert first["read"].startswith("2026-03-05T02:00")
        assert warnings[2]["to"][1]["read"] is None

    def test_what_will_fall_silent_is_listed(self, monday_case, health_reviewer, fire_reviewer):
        assert len(queries.falling_silent(health_reviewer)) == 1
        assert queries.falling_silent(fire_reviewer) == []

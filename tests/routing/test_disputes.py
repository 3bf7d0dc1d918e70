"""不属于本部门职责: never consent; the lead department or the manager rules whose matter it is."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Invalid, NotAllowed, WrongState
from hall.organisation.choices import Role
from routing import queries, services
from routing.choices import TaskState
from routing.models import Opinion, Task
from routing.services.silence import may_fall_silent
from tests import traits


def fresh(task: Task) -> Task:
    return Task.objects.select_related("step", "department").get(pk=task.pk)


@pytest.fixture
def water(a_place):
    return traits.make_department(a_place, "water", "水利局")


@pytest.fixture
def water_reviewer(a_place, water):
    return traits.make_officer(a_place, Role.REVIEWER, department=water)


@pytest.fixture
def manager(a_place):
    return traits.make_officer(a_place, Role.MANAGER)


@pytest.fixture
def disputed(health_task, health_reviewer, water) -> Task:
    services.disclaim(health_task.pk, competent=water, reasons="涉水内容归水利", by=health_reviewer)
    return fresh(health_task)


class TestDisclaiming:
    def test_it_names_whose_it_is_and_counts_for_nothing(
        self, disputed, water, fire_task, fire_reviewer, bureau
    ):
        opinion = disputed.opinions.get()
        assert (opinion.verdict, opinion.competent) == ("not_ours", water)
        services.give_opinion(fire_task.pk, verdict="agree", by=fire_reviewer)
        assert not Task.objects.filter(department=bureau).exists()

    def test_the_departments_limit_waits_and_the_cases_does_not(self, disputed):
        assert disputed.state == TaskState.DISPUTED
        assert running(disputed, Kind.TASK_OPINION).due_at is None
        assert running(disputed.case, Kind.PROMISED).due_at is not None

    def test_it_needs_reasons_and_another_department_of_the_place(
        self, health_task, health_reviewer, water, health
    ):
        with pytest.raises(Invalid):
            services.disclaim(health_task.pk, competent=water, reasons=" ", by=health_reviewer)
        with pytest.raises(Invalid):
            services.disclaim(health_task.pk, competent=health, reasons="不是", by=health_reviewer)
        elsewhere = traits.make_department(traits.make_place("linxian"), "water", "水利局")
        with pytest.raises(Invalid):
            services.disclaim(health_task.pk, competent=elsewhere, reasons="不是", by=health_reviewer)

    def test_the_deciding_organ_decides(self, lead_task, reviewer, water):
        with pytest.raises(WrongState):
            services.disclaim(lead_task.pk, competent=water, reasons="不是", by=reviewer)

    def test_meanwhile_the_department_does_nothing_else(self, disputed, health_reviewer):
        with pytest.raises(WrongState):
            services.give_opinion(disputed.pk, verdict="agree", by=health_reviewer)
        with pytest.raises(WrongState):
            services.return_to_front(disputed.pk, reasons="x", by=health_reviewer)

    def test_the_database_wants_a_name_with_it(self, health_task, health_reviewer):
        services.disclaim(
            health_task.pk, competent=health_task.case.version.department, reasons="x", by=health_reviewer
        )
        said = Opinion.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Opinion.objects.create(
                task=said.task,
                verdict="not_ours",
                reasons="x",
                given_by=said.given_by,
                given_at=said.given_at,
            )


class TestRuling:
    def test_another_department_gets_it_with_the_whole_limit(
        self, disputed, water, water_reviewer, reviewer, fire_task, fire_reviewer, bureau, moved
    ):
        made = services.reroute(disputed.pk, to=water, reason="职责清单第3条", by=reviewer)
        assert (fresh(disputed).state, made.department) == (TaskState.REROUTED, water)
        assert running(made, Kind.TASK_OPINION).limit == disputed.step.limit
        services.give_opinion(fire_task.pk, verdict="agree", by=fire_reviewer)
        services.give_opinion(made.pk, verdict="agree", by=water_reviewer)
        assert Task.objects.filter(department=bureau).exists()

    def test_who_stands_in_never_consents_by_silence(self, disputed, water, reviewer):
        """The published route names the department whose silence may count; it is not this one."""
        assert disputed.step.silent_consent
        made = services.reroute(disputed.pk, to=water, reason="职责清单", by=reviewer)
        assert not may_fall_silent(made.case, fresh(made))

    def test_the_manager_insists_and_the_rest_of_the_limit_runs(
        self, disputed, manager, health_reviewer, water, moved
    ):
        services.insist(disputed.pk, reason="三定方案写明", by=manager)
        task = fresh(disputed)
        assert task.state == TaskState.RECEIVED
        assert task.due_at == running(task, Kind.TASK_OPINION).due_at is not None
        with pytest.raises(WrongState):
            services.disclaim(task.pk, competent=water, reasons="还是不归", by=health_reviewer)
        services.give_opinion(task.pk, verdict="agree", by=health_reviewer)

    def test_neither_the_department_itself_nor_another_one_rules(
        self, disputed, health_reviewer, fire_reviewer, clerk, water
    ):
        for by in (health_reviewer, fire_reviewer, clerk):
            with pytest.raises(NotAllowed):
                services.insist(disputed.pk, reason="x", by=by)
            with pytest.raises(NotAllowed):
                services.reroute(disputed.pk, to=water, reason="x", by=by)

    def test_a_ruling_has_a_reason_and_is_made_once(self, disputed, manager):
        with pytest.raises(Invalid):
            services.insist(disputed.pk, reason=" ", by=manager)
        services.insist(disputed.pk, reason="三定方案", by=manager)
        with pytest.raises(WrongState):
            services.insist(disputed.pk, reason="三定方案", by=manager)

    def test_a_rerouting_is_recalled_before_anybody_opened_it(
        self, disputed, water, water_reviewer, reviewer, manager, clerk
    ):
        made = services.reroute(disputed.pk, to=water, reason="职责清单", by=reviewer)
        with pytest.raises(NotAllowed):
            services.recall(made.pk, reason="看错", by=clerk)
        services.recall(made.pk, reason="看错", by=reviewer)
        assert fresh(made).state == TaskState.CANCELLED
        assert fresh(disputed).state == TaskState.DISPUTED
        again = services.reroute(disputed.pk, to=water, reason="还是", by=manager)
        services.sign_for(again.pk, by=water_reviewer)
        with pytest.raises(WrongState):
            services.recall(again.pk, reason="看错", by=manager)

    def test_a_withdrawn_case_ends_a_dispute(self, disputed, clerk):
        from applications import services as cases

        cases.withdraw(disputed.case_id, "申请人撤回", by=clerk)
        services.close_ended(disputed.case_id)
        assert fresh(disputed).state == TaskState.CANCELLED

    def test_it_waits_on_the_page_of_who_rules(self, disputed, reviewer, manager, health_reviewer):
        for who, seen in ((reviewer, 1), (manager, 1), (health_reviewer, 0)):
            assert queries.disputes(who).count() == seen

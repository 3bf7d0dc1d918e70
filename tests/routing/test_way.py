"""From accepted to decided (DESIGN §2): stages in sequence, tasks in parallel, one decision."""

from __future__ import annotations

import pytest
from django.db import InternalError, transaction

from applications import services as cases
from applications.choices import Outcome, State
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail.queries import faults, of_case
from routing import queries, services
from routing.choices import TaskState
from routing.models import Decision, Opinion, Task
from routing.tasks import dispatch as porter
from tests import traits


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


class TestDispatch:
    def test_an_accepted_case_stands_before_every_department_of_its_first_stage(self, dispatched):
        assert dispatched.state == State.REVIEWING
        tasks = Task.objects.filter(case=dispatched)
        assert {task.department.code for task in tasks} == {"health", "fire"}
        for task in tasks:
            assert running(task, Kind.TASK_RECEIPT)
            assert running(task, Kind.TASK_OPINION)
            assert task.due_at == running(task, Kind.TASK_RECEIPT).due_at

    def test_running_the_porter_twice_changes_nothing(self, dispatched):
        assert services.dispatch(dispatched.pk) == 0
        assert porter() == 0
        assert Task.objects.filter(case=dispatched).count() == 2

    def test_the_sweep_takes_what_a_lost_nudge_left(self, accepted_case):
        assert porter() == 2

    def test_a_withdrawn_case_leaves_no_live_task_and_no_running_clock(self, dispatched, clerk):
        cases.withdraw(dispatched.pk, "申请人撤回", by=clerk)
        porter()
        assert set(Task.objects.values_list("state", flat=True)) == {TaskState.CANCELLED}
        assert not any(running(task, Kind.TASK_OPINION) for task in Task.objects.all())


class TestACaseThatHasEnded:
    def test_no_department_goes_on_with_it_before_the_porter_came(
        self, health_task, health_reviewer, clerk, dispatched
    ):
        cases.withdraw(dispatched.pk, "申请人撤回", by=clerk)
        with pytest.raises(WrongState):
            services.sign_for(health_task.pk, by=health_reviewer)
        with pytest.raises(WrongState):
            services.give_opinion(health_task.pk, verdict="agree", by=health_reviewer)
        assert fresh(health_task).state == TaskState.OPEN

    def test_nothing_is_sent_to_a_department_again(self, health_task, health_reviewer, clerk, dispatched):
        services.return_to_front(health_task.pk, reasons="缺图纸", by=health_reviewer)
        cases.withdraw(dispatched.pk, "申请人撤回", by=clerk)
        porter()
        with pytest.raises(WrongState):
            services.resend(health_task.pk, note="已补", by=clerk)


class TestOpinions:
    def test_the_next_stage_opens_when_the_last_opinion_is_in(
        self, health_task, fire_task, health_reviewer, fire_reviewer, bureau
    ):
        services.give_opinion(health_task.pk, verdict="agree", by=health_reviewer)
        assert not Task.objects.filter(department=bureau).exists()
        services.give_opinion(fire_task.pk, verdict="conditions", conditions="加装喷淋", by=fire_reviewer)
        assert Task.objects.get(department=bureau).decides

    def test_an_objection_needs_reasons_and_law(self, health_task, health_reviewer):
        with pytest.raises(Invalid) as error:
            services.give_opinion(health_task.pk, verdict="object", by=health_reviewer)
        assert set(error.value.fields) == {"reasons", "legal_basis"}
        assert not Opinion.objects.exists()

    def test_a_condition_must_be_written(self, health_task, health_reviewer):
        with pytest.raises(Invalid):
            services.give_opinion(health_task.pk, verdict="conditions", by=health_reviewer)

    def test_another_departments_reviewer_may_not_speak(self, health_task, fire_reviewer):
        with pytest.raises(NotAllowed):
            services.give_opinion(health_task.pk, verdict="agree", by=fire_reviewer)

    def test_an_opinion_is_given_once(self, health_task, health_reviewer):
        services.give_opinion(health_task.pk, verdict="agree", by=health_reviewer)
        with pytest.raises(WrongState):
            services.give_opinion(
                health_task.pk, verdict="object", reasons="x", legal_basis="y", by=health_reviewer
            )

    def test_the_database_refuses_to_change_an_opinion(self, health_task, health_reviewer):
        opinion = services.give_opinion(health_task.pk, verdict="agree", by=health_reviewer)
        with pytest.raises(InternalError), transaction.atomic():
            Opinion.objects.filter(pk=opinion.pk).update(verdict="object")

    def test_whoever_received_the_case_may_not_review_it(self, health_task, clerk, a_place, health):
        """受办分离, S3 三: holding a post in the department as well does not help."""
        user = User.objects.get(pk=clerk.user_id)
        Post.objects.create(
            user=user, role=Role.REVIEWER, jurisdiction=a_place, department=health, starts_on=traits.LONG_AGO
        )
        with pytest.raises(NotAllowed):
            services.sign_for(health_task.pk, by=Officer.of(user))


class TestHolding:
    def test_a_claimed_task_is_not_taken_from_its_holder(self, health_task, health_reviewer, a_place, health):
        services.claim(health_task.pk, by=health_reviewer)
        rival = traits.make_officer(a_place, Role.REVIEWER, department=health)
        with pytest.raises(Conflict):
            services.claim(health_task.pk, by=rival)
        with pytest.raises(Conflict):
            services.give_opinion(health_task.pk, verdict="agree", by=rival)

    def test_a_head_gives_it_to_a_colleague(self, fire_task, fire_reviewer, fire_head, a_place, fire):
        services.claim(fire_task.pk, by=fire_reviewer)
        colleague = traits.make_officer(a_place, Role.REVIEWER, department=fire)
        to = User.objects.get(pk=colleague.user_id)
        services.reassign(fire_task.pk, to=to, reason="请假", by=fire_head)
        assert fresh(fire_task).assignee_id == colleague.user_id

    def test_signing_for_it_ends_the_receipt_clock_only(self, health_task, health_reviewer):
        services.sign_for(health_task.pk, by=health_reviewer)
        task = fresh(health_task)
        assert running(task, Kind.TASK_RECEIPT) is None
        assert task.due_at == running(task, Kind.TASK_OPINION).due_at

    def test_a_deputy_acts_in_the_name_of_the_post(self, fire_task, fire_reviewer, a_place, fire):
        """A/B post, S3 四(二)4: the journal says on whose behalf."""
        deputy = traits.make_officer(a_place, Role.REVIEWER, department=fire)
        boss = Post.objects.get(user=fire_reviewer.user_id)
        Post.objects.filter(user=deputy.user_id).update(deputises=boss)
        services.sign_for(fire_task.pk, by=Officer.of(User.objects.get(pk=deputy.user_id)))
        event = of_case(fire_task.case_id).get(what="routing.task_signed_for")
        assert event.on_behalf == fire_reviewer.name


class TestReturn:
    def test_a_returned_task_holds_the_stage_until_it_is_sent_again(
        self, health_task, fire_task, health_reviewer, fire_reviewer, clerk, bureau
    ):
        services.return_to_front(health_task.pk, reasons="图纸看不清", by=health_reviewer)
        services.give_opinion(fire_task.pk, verdict="agree", by=fire_reviewer)
        assert not Task.objects.filter(department=bureau).exists()
        again = services.resend(health_task.pk, note="已换清晰图纸", by=clerk)
        services.give_opinion(again.pk, verdict="agree", by=health_reviewer)
        assert Task.objects.filter(department=bureau).exists()

    def test_it_needs_a_reason(self, health_task, health_reviewer):
        with pytest.raises(Invalid):
            services.return_to_front(health_task.pk, reasons=" ", by=health_reviewer)

    def test_it_is_sent_again_once(self, health_task, health_reviewer, clerk):
        services.return_to_front(health_task.pk, reasons="图纸看不清", by=health_reviewer)
        services.resend(health_task.pk, note="已换", by=clerk)
        with pytest.raises(Conflict):
            services.resend(health_task.pk, note="已换", by=clerk)


class TestDecision:
    def test_the_head_of_the_deciding_organ_decides(self, deciding_task, bureau_head):
        services.decide(deciding_task.pk, outcome="granted", by=bureau_head, result={"名称": "示例"})
        case = traits.fresh(deciding_task.case)
        assert (case.state, case.outcome) == (State.DECIDED, Outcome.GRANTED)
        assert not list(faults(str(case.pk)))

    def test_a_reviewer_proposes_but_does_not_decide(self, deciding_task, reviewer):
        services.claim(deciding_task.pk, by=reviewer)
        services.propose(deciding_task.pk, {"outcome": "granted", "reasons": "符合条件"}, by=reviewer)
        with pytest.raises(NotAllowed):
            services.decide(deciding_task.pk, outcome="granted", by=reviewer)
        assert fresh(deciding_task).draft["reasons"] == "符合条件"

    def test_a_reviewer_decides_an_instant_matter(self, instant_task, reviewer):
        services.decide(instant_task.pk, outcome="granted", by=reviewer)
        assert traits.fresh(instant_task.case).state == State.DECIDED

    def test_a_refusal_needs_reasons(self, deciding_task, bureau_head):
        with pytest.raises(Invalid):
            services.decide(deciding_task.pk, outcome="refused", by=bureau_head)

    def test_no_decision_while_an_opinion_is_outstanding(self, dispatched, bureau_head, health_task):
        """Invariant 5, even if a deciding task were open too early."""
        step = dispatched.version.steps.get(decides=True)
        early = services.dispatching.open_task(dispatched, step)
        assert queries.others_outstanding(early)
        with pytest.raises(WrongState):
            services.decide(early.pk, outcome="granted", by=bureau_head)

    def test_it_is_decided_once(self, deciding_task, bureau_head):
        services.decide(deciding_task.pk, outcome="granted", by=bureau_head)
        with pytest.raises(WrongState):
            services.decide(deciding_task.pk, outcome="refused", reasons="x", by=bureau_head)
        assert Decision.objects.count() == 1

    def test_a_window_post_decides_only_where_the_place_delegates_it(self, instant_task, clerk, a_place):
        """S4 二(一); elsewhere 受办分离 is absolute (S3)."""
        with pytest.raises(NotAllowed):
            services.decide(instant_task.pk, outcome="granted", by=clerk)
        a_place.settings["delegated_instant"] = True
        a_place.save()
        decision = services.decide(instant_task.pk, outcome="granted", by=clerk)
        assert decision.delegated

    def test_delegation_does_not_reach_promised_cases(self, deciding_task, clerk, a_place):
        a_place.settings["delegated_instant"] = True
        a_place.save()
        with pytest.raises(NotAllowed):
            services.decide(deciding_task.pk, outcome="granted", by=clerk)


class TestTwoAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_two_last_opinions_make_one_hand_over(
        self,
        transactional_db,
        health_task,
        fire_task,
        health_reviewer,
        fire_reviewer,
        bureau,
        really_concurrent,
    ):
        outcomes = really_concurrent(
            lambda: services.give_opinion(health_task.pk, verdict="agree", by=health_reviewer),
            lambda: services.give_opinion(fire_task.pk, verdict="agree", by=fire_reviewer),
        )
        assert [outcome.error for outcome in outcomes] == [None, None]
        assert Task.objects.filter(department=bureau).count() == 1

    def test_two_porters_dispatch_a_case_once(self, transactional_db, accepted_case, really_concurrent):
        really_concurrent(*[lambda: services.dispatch(accepted_case.pk)] * 4)
        assert Task.objects.count() == 2

    def test_two_heads_decide_once(self, transactional_db, deciding_task, bureau_head, really_concurrent):
        outcomes = really_concurrent(
            *[lambda: services.decide(deciding_task.pk, outcome="granted", by=bureau_head)] * 3
        )
        assert sum(outcome.error is None for outcome in outcomes) == 1
        assert Decision.objects.count() == 1


class TestQueue:
    def test_groups_by_urgency_and_shows_only_the_departments_own(
        self, health_task, health_reviewer, fire_reviewer
    ):
        listed = queries.queue(health_reviewer)
        assert [task.pk for group in listed.groups for task in group.tasks] == [health_task.pk]
        assert queries.counts(fire_reviewer)["live"] == 1

    def test_an_overdue_task_comes_first(self, promised_version, clerk, health_reviewer, moved):
        made = []
        for day in ("2026-03-02 09:00", "2026-03-09 09:00"):
            moved(day)
            case = traits.take_in(promised_version, clerk)
            cases.accept(case.pk, by=clerk)
            services.dispatch(case.pk)
            made.append(case)
        moved("2026-03-09 10:00")
        groups = queries.queue(health_reviewer).groups
        assert [(group.code, group.tasks[0].case_id) for group in groups] == [
            ("overdue", made[0].pk),
            ("soon", made[1].pk),
        ]


class TestIssuingAfterADeferral:
    """行政许可法 Art. 44 with S0 §17: no day of issuing runs while the applicant owes a material."""

    def test_the_limit_stands_still_until_the_material_is_there(self, deferred_case, clerk, bureau_head):
        services.dispatch(deferred_case.pk)
        services.decide(Task.objects.get(case=deferred_case).pk, outcome="granted", by=bureau_head)
        assert running(deferred_case, Kind.DELIVERY).due_at is None
        cases.supply_deferred(deferred_case.pk, "m05", by=clerk)
        assert running(deferred_case, Kind.DELIVERY).due_at is not None

"""汇总, 委托审批 and 会签: what the lead department owes before a decision, and who signs it."""

from __future__ import annotations

import datetime as dt

import pytest

from applications import services as cases
from applications.choices import State
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.now import today
from hall.organisation.choices import Role
from hall.people.models import User
from hall.trail.queries import faults
from routing import services
from routing.choices import TaskState, TextState
from routing.models import Consolidation, Decision, Opinion, Task
from tests import traits

GRANTED = {"outcome": "granted"}


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


class TestConsolidation:
    @pytest.fixture
    def contested(self, health_task, fire_task, health_reviewer, fire_reviewer, bureau) -> Task:
        """One department objects, the other agrees on a condition."""
        services.give_opinion(
            health_task.pk,
            verdict="object",
            reasons="通风不足",
            legal_basis="某条例第九条",
            by=health_reviewer,
        )
        services.give_opinion(fire_task.pk, verdict="conditions", conditions="加装喷淋", by=fire_reviewer)
        return Task.objects.get(case=health_task.case, department=bureau)

    def test_nothing_is_decided_before_it(self, contested, bureau_head):
        with pytest.raises(WrongState, match="汇总"):
            services.decide(contested.pk, by=bureau_head, **GRANTED)

    def test_every_objection_and_condition_is_adopted_or_answered(self, contested, bureau_head):
        objection = Opinion.objects.get(verdict="object")
        condition = Opinion.objects.get(verdict="conditions")
        with pytest.raises(Invalid) as wrong:
            services.consolidate(
                contested.pk,
                text="总体可行",
                treatments={objection.pk: services.Adoption(False)},
                by=bureau_head,
            )
        assert set(wrong.value.fields) == {f"reason_{objection.pk}", f"treatment_{condition.pk}"}
        services.consolidate(
            contested.pk,
            text="总体可行",
            treatments={
                objection.pk: services.Adoption(False, "已另行设计机械通风"),
                condition.pk: services.Adoption(True),
            },
            by=bureau_head,
        )
        services.decide(contested.pk, by=bureau_head, **GRANTED)
        assert Consolidation.objects.get().treatments.count() == 2

    def test_what_comes_in_later_is_brought_together_too(
        self, promised_version, clerk, fire_reviewer, bureau, bureau_head, health, moved
    ):
        """A late objection after silence undoes nothing, but it is answered before the decision."""
        from hall.clocks import sweep

        moved("2026-03-02 09:00")
        case = cases.accept(traits.take_in(promised_version, clerk).pk, by=clerk)
        services.dispatch(case.pk)
        services.give_opinion(
            Task.objects.get(case=case, department__code="fire").pk, verdict="agree", by=fire_reviewer
        )
        moved("2026-03-06 09:00")
        sweep.run()
        lead = Task.objects.get(case=case, department=bureau)
        traits.consolidated(lead, bureau_head)
        silent = Task.objects.get(case=case, department=health)
        late = traits.make_officer(health.jurisdiction, Role.REVIEWER, department=health)
        services.object_late(silent.pk, reasons="通风不足", legal_basis="某条例第九条", by=late)
        with pytest.raises(WrongState, match="重新汇总"):
            services.decide(lead.pk, by=bureau_head, **GRANTED)
        traits.consolidated(lead, bureau_head)
        services.decide(lead.pk, by=bureau_head, **GRANTED)

    def test_a_reviewer_of_the_lead_department_writes_it_and_nobody_else(
        self, lead_task, reviewer, health_reviewer
    ):
        with pytest.raises(NotAllowed):
            services.consolidate(lead_task.pk, text="x", by=health_reviewer)
        services.claim(lead_task.pk, by=reviewer)
        services.consolidate(lead_task.pk, text="各部门同意", by=reviewer)

    def test_not_while_an_opinion_is_owed(self, dispatched, health_task, bureau_head, health_reviewer):
        step = dispatched.version.steps.get(decides=True)
        early = services.dispatching.open_task(dispatched, step)
        with pytest.raises(WrongState):
            services.consolidate(early.pk, text="x", by=bureau_head)
        with pytest.raises(WrongState):
            services.consolidate(health_task.pk, text="x", by=health_reviewer)

    def test_one_consulted_department_needs_none(self, bureau, fire, fire_reviewer, bureau_head, clerk):
        steps = [traits.step(fire, 1, 3), traits.step(bureau, 2, 2, decides=True)]
        case = cases.accept(traits.take_in(traits.make_version(bureau, steps), clerk).pk, by=clerk)
        services.dispatch(case.pk)
        services.give_opinion(Task.objects.get(case=case).pk, verdict="agree", by=fire_reviewer)
        services.decide(Task.objects.get(case=case, decides=True).pk, by=bureau_head, **GRANTED)


class TestDelegation:
    @pytest.fixture
    def given(self, bureau, reviewer, bureau_head):
        return services.delegate(
            bureau,
            officer=User.objects.get(pk=reviewer.user_id),
            basis="示范〔2026〕3号授权文件",
            starts_on=today(),
            ends_on=today() + dt.timedelta(days=30),
            by=bureau_head,
        )

    def test_the_officer_decides_and_the_decision_names_the_delegation(
        self, deciding_task, given, reviewer, bureau_head
    ):
        decision = services.decide(deciding_task.pk, by=reviewer, **GRANTED)
        assert (decision.delegation, decision.decided_by_id) == (given, reviewer.user_id)
        assert not list(faults(str(decision.case_id)))

    def test_not_after_its_end_nor_once_revoked(self, deciding_task, given, reviewer, bureau_head, moved):
        services.revoke_delegation(given.pk, reason="收回", by=bureau_head)
        with pytest.raises(NotAllowed):
            services.decide(deciding_task.pk, by=reviewer, **GRANTED)
        with pytest.raises(WrongState):
            services.revoke_delegation(given.pk, reason="再收", by=bureau_head)

    def test_not_for_other_matters(self, deciding_task, given, reviewer, instant_version):
        given.matters.set([instant_version.matter])
        with pytest.raises(NotAllowed):
            services.decide(deciding_task.pk, by=reviewer, **GRANTED)

    def test_who_examined_does_not_approve(self, bureau, fire, fire_reviewer, reviewer, given, clerk):
        steps = [traits.step(bureau, 1, 3, kind="examine"), traits.step(bureau, 2, 2, decides=True)]
        case = cases.accept(traits.take_in(traits.make_version(bureau, steps), clerk).pk, by=clerk)
        services.dispatch(case.pk)
        services.give_opinion(Task.objects.get(case=case).pk, verdict="agree", by=reviewer)
        with pytest.raises(NotAllowed, match="分离"):
            services.decide(Task.objects.get(case=case, decides=True).pk, by=reviewer, **GRANTED)

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"basis": " "}, "basis"), ({"ends_on": dt.date(2020, 1, 1)}, "ends_on")],
    )
    def test_it_says_by_what_rule_and_until_when(self, bureau, reviewer, bureau_head, change, field):
        told = {
            "officer": User.objects.get(pk=reviewer.user_id),
            "basis": "示范文件",
            "starts_on": today(),
            "ends_on": today(),
        }
        with pytest.raises(Invalid) as wrong:
            services.delegate(bureau, by=bureau_head, **{**told, **change})
        assert field in wrong.value.fields

    def test_only_the_head_and_only_to_a_reviewer_of_the_house(
        self, bureau, reviewer, bureau_head, fire_reviewer
    ):
        told = {"basis": "示范文件", "starts_on": today(), "ends_on": today()}
        with pytest.raises(NotAllowed):
            services.delegate(bureau, officer=User.objects.get(pk=reviewer.user_id), by=reviewer, **told)
        with pytest.raises(Invalid):
            stranger = User.objects.get(pk=fire_reviewer.user_id)
            services.delegate(bureau, officer=stranger, by=bureau_head, **told)


class TestCountersigning:
    @pytest.fixture
    def joint(self, bureau, fire, health):
        """The bureau decides; fire and health sign the text as well, because a law wants it."""
        law = {"kind": "countersign", "countersign_basis": "《示范条例》第三十一条"}
        return traits.make_version(
            bureau,
            [
                traits.step(bureau, 1, 3, decides=True),
                traits.step(fire, 2, 2, **law),
                traits.step(health, 2, 2, **law),
            ],
            name="示例会签事项",
        )

    @pytest.fixture
    def lead(self, joint, clerk) -> Task:
        case = cases.accept(traits.take_in(joint, clerk).pk, by=clerk)
        services.dispatch(case.pk)
        return Task.objects.get(case=case)

    @pytest.fixture
    def health_head(self, a_place, health):
        return traits.make_officer(a_place, Role.HEAD, department=health)

    def of(self, lead: Task, department) -> Task:
        return Task.objects.get(case=lead.case, department=department, state__in=["open", "received"])

    def test_it_takes_effect_when_all_have_signed(
        self, lead, bureau_head, fire, health, fire_head, health_head
    ):
        with pytest.raises(WrongState, match="会签"):
            services.decide(lead.pk, by=bureau_head, **GRANTED)
        text = services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        assert traits.fresh(lead.case).state == State.REVIEWING
        services.sign_text(self.of(lead, fire).pk, by=fire_head)
        assert not Decision.objects.exists()
        services.sign_text(self.of(lead, health).pk, by=health_head)
        assert Decision.objects.get().decided_by_id == bureau_head.user_id
        text.refresh_from_db()
        assert (text.state, traits.fresh(lead.case).state) == (TextState.EFFECTIVE, State.DECIDED)
        assert not list(faults(str(lead.case_id)))

    def test_one_refusal_sends_the_text_back_and_the_next_is_signed_by_all_anew(
        self, lead, bureau_head, fire, health, fire_head, health_head
    ):
        services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        services.sign_text(self.of(lead, fire).pk, by=fire_head)
        services.refuse_text(
            self.of(lead, health).pk, reasons="缺防护措施", legal_basis="《示范条例》第五条", by=health_head
        )
        task = fresh(lead)
        assert task.state == TaskState.RECEIVED
        assert task.due_at is not None
        services.lay_text(lead.pk, conditions="增设防护", by=bureau_head, **GRANTED)
        services.sign_text(self.of(lead, health).pk, by=health_head)
        assert not Decision.objects.exists()
        services.sign_text(self.of(lead, fire).pk, by=fire_head)
        assert Decision.objects.get().conditions == "增设防护"

    def test_a_refusal_has_reasons_and_law(self, lead, bureau_head, fire, fire_head):
        services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        with pytest.raises(Invalid):
            services.refuse_text(self.of(lead, fire).pk, reasons="不好", legal_basis="", by=fire_head)

    def test_an_opinion_is_no_signature_and_a_reviewer_no_head(
        self, lead, bureau_head, fire, fire_reviewer, fire_head
    ):
        services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        task = self.of(lead, fire)
        with pytest.raises(WrongState):
            services.give_opinion(task.pk, verdict="agree", by=fire_head)
        with pytest.raises(WrongState):
            services.return_to_front(task.pk, reasons="x", by=fire_head)
        with pytest.raises(NotAllowed):
            services.sign_text(task.pk, by=fire_reviewer)

    def test_silence_never_signs(self, lead, bureau_head, fire, moved):
        from hall.clocks import sweep

        services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        task = self.of(lead, fire)
        moved(running(task, Kind.TASK_OPINION).due_at + dt.timedelta(days=1))
        sweep.run()
        assert fresh(task).state == TaskState.OPEN
        assert not Decision.objects.exists()

    def test_the_text_is_taken_back_while_it_goes_round(self, lead, bureau_head, fire, reviewer, fire_head):
        services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        with pytest.raises(WrongState):
            services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        with pytest.raises(NotAllowed):
            services.take_back_text(lead.pk, reason="改字", by=reviewer)
        task = self.of(lead, fire)
        services.take_back_text(lead.pk, reason="改字", by=bureau_head)
        with pytest.raises(WrongState):
            services.sign_text(task.pk, by=fire_head)

    def test_two_last_signatures_make_one_decision(
        self, transactional_db, lead, bureau_head, fire, health, fire_head, health_head, really_concurrent
    ):
        services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        tasks = self.of(lead, fire), self.of(lead, health)
        outcomes = really_concurrent(
            lambda: services.sign_text(tasks[0].pk, by=fire_head),
            lambda: services.sign_text(tasks[1].pk, by=health_head),
        )
        assert [outcome.error for outcome in outcomes] == [None, None]
        assert Decision.objects.count() == 1

    def test_a_withdrawal_ends_the_round(self, lead, bureau_head, clerk):
        text = services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        cases.withdraw(lead.case_id, "申请人撤回", by=clerk)
        services.close_ended(lead.case_id)
        text.refresh_from_db()
        assert text.state == TextState.TAKEN_BACK
        assert not Task.objects.filter(case=lead.case, state__in=["open", "received"]).exists()

    def test_where_no_law_wants_it_there_is_nothing_to_lay(self, deciding_task, bureau_head):
        with pytest.raises(WrongState):
            services.lay_text(deciding_task.pk, by=bureau_head, **GRANTED)

    def test_the_delegate_of_the_organ_signs_too(self, lead, bureau_head, fire, fire_head, fire_reviewer):
        services.delegate(
            fire,
            officer=User.objects.get(pk=fire_reviewer.user_id),
            basis="示范文件",
            starts_on=today(),
            ends_on=today(),
            by=fire_head,
        )
        services.lay_text(lead.pk, by=bureau_head, **GRANTED)
        services.sign_text(self.of(lead, fire).pk, by=fire_reviewer)

    def test_conflict_is_spoken_of_for_the_holder(self, deciding_task, reviewer, a_place, bureau):
        services.claim(deciding_task.pk, by=reviewer)
        rival = traits.make_officer(a_place, Role.REVIEWER, department=bureau)
        with pytest.raises(Conflict):
            services.consolidate(deciding_task.pk, text="x", by=rival)

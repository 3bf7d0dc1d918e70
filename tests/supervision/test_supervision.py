"""Supervision reads the journal and the clocks: every figure drills to its cases, every card has a clock."""

from __future__ import annotations

import pytest

from applications import services as cases
from hall.clocks import sweep
from hall.errors import Invalid, NotAllowed, WrongState
from hall.organisation.choices import Role
from routing import services as routing
from routing.models import Task
from supervision import queries, services
from supervision.choices import CardKind, CardState, Measure
from supervision.models import Card, DailyFact
from supervision.queries import Span
from tests import traits
from tests.support.journal import fold_everything

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def day(moved, transactional_db):
    """Monday 2 March 2026, nine o'clock."""
    return moved("2026-03-02 09:00")


def decide(case, health_reviewer, fire_reviewer, head) -> None:
    routing.dispatch(case.pk)
    for task, who in zip(
        Task.objects.filter(case=case).order_by("step__order", "step_id"),
        (health_reviewer, fire_reviewer),
        strict=True,
    ):
        routing.give_opinion(task.pk, verdict="agree", by=who)
    deciding = traits.consolidated(Task.objects.get(case=case, decides=True), head)
    routing.decide(deciding.pk, outcome="granted", by=head)


class TestFacts:
    def test_each_figure_equals_the_cases_behind_it(
        self,
        day,
        promised_version,
        instant_version,
        clerk,
        reviewer,
        health_reviewer,
        fire_reviewer,
        bureau_head,
        supervisor,
        moved,
    ):
        on_time = traits.take_in(promised_version, clerk)
        cases.accept(on_time.pk, by=clerk)
        decide(on_time, health_reviewer, fire_reviewer, bureau_head)
        instant = traits.take_in(instant_version, clerk)
        cases.accept(instant.pk, by=clerk)
        routing.dispatch(instant.pk)
        routing.decide(Task.objects.get(case=instant).pk, outcome="granted", by=reviewer)
        late = traits.take_in(promised_version, clerk)
        cases.accept(late.pk, by=clerk)
        moved("2026-03-20 10:00")
        sweep.run()
        routing.dispatch(late.pk)
        for task in Task.objects.filter(case=late, decides=False):
            who = (
                health_reviewer
                if task.department == task.case.version.steps.first().department
                else fire_reviewer
            )
            routing.give_opinion(task.pk, verdict="agree", by=who)
        deciding = traits.consolidated(Task.objects.get(case=late, decides=True), bureau_head)
        routing.decide(deciding.pk, outcome="granted", by=bureau_head)
        fold_everything()
        month = Span.named("month")
        totals = queries.totals(queries.facts(supervisor, month))
        assert totals[Measure.RECEIVED] == 3
        assert totals[Measure.DECIDED] == 3
        assert totals[Measure.ON_TIME] == 2
        assert totals[Measure.INSTANT] == 1
        for measure in queries.DRILL:
            assert queries.drill(supervisor, measure, month).count() == totals[measure], measure

    def test_facts_can_be_recomputed_from_the_journal(self, day, promised_version, clerk):
        for _n in range(3):
            cases.accept(traits.take_in(promised_version, clerk).pk, by=clerk)
        fold_everything()
        before = list(DailyFact.objects.order_by("day", "measure").values_list("day", "measure", "value"))
        assert before
        services.rebuild()
        after = list(DailyFact.objects.order_by("day", "measure").values_list("day", "measure", "value"))
        assert after == before

    def test_folding_twice_counts_once(self, day, promised_version, clerk):
        cases.accept(traits.take_in(promised_version, clerk).pk, by=clerk)
        fold_everything()
        services.fold()
        fold_everything()
        assert DailyFact.objects.get(measure=Measure.ACCEPTED).value == 1

    def test_a_share_of_nothing_is_no_figure(self, supervisor):
        assert (
            queries.rates(queries.totals(queries.facts(supervisor, Span.named("month"))))["on_time"] is None
        )


class TestCards:
    @pytest.fixture
    def accepted(self, day, promised_version, clerk):
        case = traits.take_in(promised_version, clerk)
        return cases.accept(case.pk, by=clerk)

    def test_warning_before_yellow_over_the_promise_red_over_the_law(self, accepted, moved):
        """承诺5个工作日: Monday 9 March; 法定20个工作日: Monday 30 March."""
        moved("2026-03-06 09:30")
        sweep.warn()
        assert set(Card.objects.values_list("kind", flat=True)) == {CardKind.WARNING}
        moved("2026-03-10 09:00")
        sweep.run()
        assert Card.objects.filter(kind=CardKind.YELLOW).count() == 1
        moved("2026-03-31 09:00")
        sweep.run()
        sweep.run()
        assert Card.objects.filter(kind=CardKind.RED).count() == 1

    def test_a_step_over_its_limit_is_a_card_for_that_department(self, accepted, fire, moved):
        routing.dispatch(accepted.pk)
        moved("2026-03-05 17:30")
        sweep.run()
        card = Card.objects.get(kind=CardKind.YELLOW)
        assert card.department == fire  # health fell silent, which its route allows

    def test_deemed_acceptance_is_a_card_for_the_office(self, day, promised_version, clerk, moved):
        traits.take_in(promised_version, clerk)
        moved("2026-03-10 09:00")
        sweep.run()
        assert Card.objects.get().kind == CardKind.OFFICE

    def test_a_department_answers_and_a_supervisor_closes(self, accepted, bureau_head, supervisor, moved):
        moved("2026-03-10 09:00")
        sweep.run()
        card = Card.objects.get(kind=CardKind.YELLOW)
        with pytest.raises(NotAllowed):
            services.close_card(card.pk, by=bureau_head)
        with pytest.raises(Invalid):
            services.answer_card(card.pk, answer=" ", by=bureau_head)
        services.answer_card(card.pk, answer="系统对接延误，已改", by=bureau_head)
        with pytest.raises(WrongState):
            services.answer_card(card.pk, answer="再答", by=bureau_head)
        services.close_card(card.pk, by=supervisor)
        assert Card.objects.get(pk=card.pk).state == CardState.CLOSED

    def test_an_unanswered_card_is_closed_only_with_a_reason(self, accepted, supervisor, moved):
        moved("2026-03-10 09:00")
        sweep.run()
        card = Card.objects.get(kind=CardKind.YELLOW)
        with pytest.raises(Invalid):
            services.close_card(card.pk, by=supervisor)
        services.close_card(card.pk, by=supervisor, reason="日历更正所致")

    def test_a_head_sees_the_cards_of_the_own_department_only(
        self, accepted, health, a_place, bureau_head, moved
    ):
        other = traits.make_officer(a_place, Role.HEAD, department=health)
        moved("2026-03-10 09:00")
        sweep.run()
        assert queries.cards(bureau_head).filter(kind=CardKind.YELLOW).exists()
        assert not queries.cards(other).filter(department=bureau_head.posts[0].department).exists()

"""Two people, or a person and the law, at one task at the same moment. Real commits."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.choices import State
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Conflict, HallError, WrongState
from hall.organisation.choices import Role
from hall.trail.queries import faults
from routing import services
from routing.choices import LIVE, ReportState, TaskState
from routing.models import Decision, EvidencePack, Opinion, Task
from tests import traits


@pytest.fixture(autouse=True)
def journal_holds(transactional_db):
    """Whatever the order was, the chains are whole afterwards."""
    yield
    assert not list(faults())


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def test_two_reviewers_claim_a_task_and_one_has_it(
    health_task, health_reviewer, health, a_place, really_concurrent
):
    rival = traits.make_officer(a_place, Role.REVIEWER, department=health)
    outcomes = really_concurrent(
        lambda: services.claim(health_task.pk, by=health_reviewer),
        lambda: services.claim(health_task.pk, by=rival),
    )
    (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
    assert isinstance(lost, Conflict)
    assert fresh(health_task).assignee_id in (health_reviewer.user_id, rival.user_id)


def test_an_opinion_and_silence_at_the_last_moment_give_one_of_the_two(
    promised_version, clerk, health, health_reviewer, moved, really_concurrent
):
    """S0 §18: under the lock it is either a signed opinion or consent by silence, with its evidence."""
    moved("2026-03-02 09:00")
    case = traits.take_in(promised_version, clerk)
    cases.accept(case.pk, by=clerk)
    services.dispatch(case.pk)
    task = Task.objects.get(case=case, department=health)
    services.sign_for(task.pk, by=health_reviewer)
    moved("2026-03-05 17:01")
    spoken, _swept = really_concurrent(
        lambda: services.give_opinion(task.pk, verdict="agree", by=health_reviewer), sweep.run
    )
    said = Opinion.objects.filter(task=task).count(), EvidencePack.objects.filter(task=task).count()
    if spoken.ok:
        assert (fresh(task).state, said) == (TaskState.DONE, (1, 0))
    else:
        assert isinstance(spoken.error, HallError)
        assert (fresh(task).state, said) == (TaskState.DEEMED, (0, 1))


def test_two_supervisors_answer_a_report_once(
    health_task, health_reviewer, supervisor, a_place, really_concurrent
):
    """特殊情况报备: the limit grows at most once."""
    report = services.file_report(health_task.pk, reason="专家出差", days=3, by=health_reviewer)
    other = traits.make_officer(a_place, Role.SUPERVISOR)
    granted, rejected = really_concurrent(
        lambda: services.grant_report(report.pk, answer="同意", by=supervisor),
        lambda: services.reject_report(report.pk, answer="不同意", by=other),
    )
    assert granted.ok != rejected.ok
    assert isinstance((granted.error or rejected.error), WrongState)
    report.refresh_from_db()
    assert report.state == (ReportState.GRANTED if granted.ok else ReportState.REJECTED)
    assert running(health_task, Kind.TASK_OPINION).extended == (3 if granted.ok else 0)


def test_a_decision_and_a_withdrawal_give_one_of_the_two(
    deciding_task, bureau_head, clerk, really_concurrent
):
    case = deciding_task.case
    decided, withdrawn = really_concurrent(
        lambda: services.decide(deciding_task.pk, outcome="granted", by=bureau_head),
        lambda: cases.withdraw(case.pk, "申请人撤回", by=clerk),
    )
    assert decided.ok != withdrawn.ok, (decided.error, withdrawn.error)
    services.close_ended(case.pk)
    state = State.DECIDED if decided.ok else State.WITHDRAWN
    assert traits.fresh(case).state == state
    assert Decision.objects.count() == int(decided.ok)
    assert not Task.objects.filter(state__in=LIVE).exists()


def test_an_opinion_and_a_return_of_the_same_task_give_one_of_the_two(
    health_task, health_reviewer, really_concurrent
):
    spoken, returned = really_concurrent(
        lambda: services.give_opinion(health_task.pk, verdict="agree", by=health_reviewer),
        lambda: services.return_to_front(health_task.pk, reasons="图纸看不清", by=health_reviewer),
    )
    assert spoken.ok != returned.ok, (spoken.error, returned.error)
    assert fresh(health_task).state == (TaskState.DONE if spoken.ok else TaskState.RETURNED)
    assert Opinion.objects.count() == int(spoken.ok)

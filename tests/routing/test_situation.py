"""The route follows the answers (情形引导): departments that are not concerned are not asked."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.choices import State
from hall.actors import SYSTEM
from hall.now import now
from routing import queries, services
from routing.models import Task
from routing.route_map import Tone, route_map
from tests import guided, traits


@pytest.fixture
def version(bureau, fire):
    return guided.make_guided(bureau, fire)


def dispatched(version, clerk, **answers):
    case = traits.take_in(version, clerk, answers=answers)
    cases.accept(case.pk, by=clerk)
    services.dispatch(case.pk)
    return traits.fresh(case)


def open_codes(case):
    return set(Task.objects.filter(case=case).live().values_list("step__code", flat=True))


def shown(case):
    stages = [[stop.code for stop in leg.stops if stop.tone != Tone.CLOSED] for leg in route_map(case).legs]
    return [codes for codes in stages[1:-1] if codes]


def agree(case, officer, code):
    task = Task.objects.get(case=case, step__code=code)
    return services.give_opinion(task.pk, verdict="agree", by=officer)


def test_a_stage_that_no_answer_opens_is_passed_over(version, clerk, reviewer, bureau_head):
    case = dispatched(version, clerk, level="simple")
    assert open_codes(case) == {"look"}
    assert shown(case) == [["look"], ["decide"]]
    agree(case, reviewer, "look")
    assert open_codes(case) == {"decide"}
    task = Task.objects.get(case=case, step__code="decide")
    assert not queries.others_outstanding(task)
    services.decide(task.pk, outcome="granted", by=bureau_head)
    assert traits.fresh(case).state == State.DECIDED


def test_a_stage_waits_for_exactly_the_steps_that_are_open(version, clerk, reviewer):
    case = dispatched(version, clerk, level="key", fire="no")
    agree(case, reviewer, "look")
    assert open_codes(case) == {"survey"}
    assert shown(case) == [["look"], ["survey"], ["decide"]]
    agree(case, reviewer, "survey")
    assert open_codes(case) == {"decide"}


def test_every_step_that_is_opened_must_have_spoken(version, clerk, reviewer, fire_reviewer):
    case = dispatched(version, clerk, level="key", fire="yes")
    agree(case, reviewer, "look")
    assert open_codes(case) == {"survey", "fire"}
    agree(case, reviewer, "survey")
    assert open_codes(case) == {"fire"}
    agree(case, fire_reviewer, "fire")
    assert open_codes(case) == {"decide"}


def test_what_the_law_accepts_unanswered_goes_before_every_department(version, clerk, reviewer):
    case = traits.take_in(version, clerk, answers={})
    cases.deem_accepted(case.pk, since=now(), by=SYSTEM)
    services.dispatch(case.pk)
    assert shown(traits.fresh(case)) == [["look"], ["survey", "fire"], ["decide"]]


def test_the_route_stays_as_it_was_accepted(version, clerk, reviewer):
    """What is frozen with the case counts, whatever the answers say later."""
    case = dispatched(version, clerk, level="simple")
    case.answers = {"level": "key", "fire": "yes"}
    case.save(update_fields=["answers"])
    agree(case, reviewer, "look")
    assert open_codes(case) == {"decide"}

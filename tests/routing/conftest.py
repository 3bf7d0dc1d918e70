"""Cases on their way through the departments."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.models import Application
from hall.organisation.choices import Role
from routing import services
from routing.models import Task
from tests import traits


@pytest.fixture
def dispatched(accepted_case) -> Application:
    """A 承诺件 before two departments at once, and the bureau after them."""
    services.dispatch(accepted_case.pk)
    return traits.fresh(accepted_case)


@pytest.fixture
def health_task(dispatched, health) -> Task:
    return Task.objects.get(case=dispatched, department=health)


@pytest.fixture
def fire_task(dispatched, fire) -> Task:
    return Task.objects.get(case=dispatched, department=fire)


@pytest.fixture
def lead_task(health_task, fire_task, health_reviewer, fire_reviewer, bureau) -> Task:
    """The bureau's task, after both consulted departments have agreed; nothing is brought together yet."""
    services.give_opinion(health_task.pk, verdict="agree", by=health_reviewer)
    services.give_opinion(fire_task.pk, verdict="agree", by=fire_reviewer)
    return Task.objects.get(case=health_task.case, department=bureau)


@pytest.fixture
def deciding_task(lead_task, bureau_head) -> Task:
    """The bureau's task, ready for its decision: the opinions are brought together (汇总)."""
    traits.consolidated(lead_task, bureau_head)
    return Task.objects.get(pk=lead_task.pk)


@pytest.fixture
def instant_task(instant_version, clerk) -> Task:
    """A 即办件 before the bureau."""
    case = traits.take_in(instant_version, clerk)
    cases.accept(case.pk, by=clerk)
    services.dispatch(case.pk)
    return Task.objects.get(case=case)


@pytest.fixture
def fire_head(a_place, fire):
    return traits.make_officer(a_place, Role.HEAD, department=fire)

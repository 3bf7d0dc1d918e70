"""The search of the bar: every desk finds what it may see, and nothing else."""

from __future__ import annotations

import pytest

from hall.people.models import User
from routing import services as routing


@pytest.fixture
def seen_by(client):
    def get(officer, text):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client.get("/find/", {"q": text})

    return get


def test_a_clerk_finds_the_case_by_its_number(seen_by, received_case, clerk):
    assert seen_by(clerk, received_case.number).url == f"/cases/{received_case.pk}/"


def test_a_reviewer_finds_it_once_it_lies_before_the_department(seen_by, accepted_case, health_reviewer):
    assert seen_by(health_reviewer, accepted_case.number).status_code == 200
    routing.dispatch(accepted_case.pk)
    assert seen_by(health_reviewer, accepted_case.number).url == f"/cases/{accepted_case.pk}/"


def test_a_reviewer_of_another_department_does_not(seen_by, accepted_case, reviewer):
    routing.dispatch(accepted_case.pk)
    assert b"/cases/" not in seen_by(reviewer, accepted_case.number).content


def test_an_empty_question_finds_nothing(seen_by, received_case, clerk):
    assert b"/cases/" not in seen_by(clerk, "  ").content

"""Other systems."""

import pytest
from django.urls import reverse

from applications.choices import State
from tests import traits
from tests.applications.test_desk_pages import login


def test_a_list_is_what_the_officer_sees_and_no_personal_data(
    client, received_case, clerk, supervisor, reviewer
):
    url = reverse("applications:api-case-list")
    for officer, sees in ((clerk, 1), (supervisor, 1), (reviewer, 0)):
        answer = login(client, officer).get(url)
        assert len(answer.json()["results"]) == sees
    assert received_case.person.name not in answer.content.decode()


def test_a_clerk_accepts_and_a_refusal_is_told_in_json(client, received_case, clerk, supervisor):
    url = reverse("applications:api-case-accept", args=[received_case.pk])
    assert login(client, supervisor).post(url).status_code == 403
    login(client, clerk)
    assert client.post(url).json()["state"] == State.ACCEPTED
    again = client.post(url)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_deferrals_come_with_the_acceptance(client, deferrable_version, clerk):
    case = traits.take_in(deferrable_version, clerk, "m05")
    url = reverse("applications:api-case-accept", args=[case.pk])
    login(client, clerk)
    assert client.post(url).status_code == 422
    sent = {"deferrals": [{"code": "m05", "days": 3}]}
    assert client.post(url, sent, content_type="application/json").json()["accepted_how"] == "deferred"


def test_refusing_needs_the_right_organ(client, received_case, clerk):
    url = reverse("applications:api-case-refuse", args=[received_case.pk])
    login(client, clerk)
    wrong = client.post(
        url, {"ground": "not_competent", "reason": "属于市级"}, content_type="application/json"
    )
    assert wrong.status_code == 422
    assert "right_organ" in wrong.json()["fields"]


@pytest.mark.parametrize("what", ["list", "timeline"])
def test_strangers_get_nothing(client, received_case, what):
    args = [] if what == "list" else [received_case.pk]
    assert client.get(reverse(f"applications:api-case-{what}", args=args)).status_code in (401, 403)


def test_the_trace_reads_as_the_applicant_reads_it(client, accepted_case, clerk):
    url = reverse("applications:api-case-timeline", args=[accepted_case.pk])
    told = [step["title"] for step in login(client, clerk).get(url).json()]
    assert told[0] == "已受理"

"""Department systems work on tasks through the API, under the same rules as people at the desk."""

from __future__ import annotations

import pytest

from hall.people.models import User
from routing.models import Opinion


@pytest.fixture
def as_officer(client):
    def login(officer):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return login


class TestTasks:
    def test_lists_only_the_departments_own(self, as_officer, health_task, fire_task, health_reviewer):
        found = as_officer(health_reviewer).get("/api/v1/tasks/").json()["results"]
        assert [task["id"] for task in found] == [str(health_task.pk)]

    def test_another_departments_task_does_not_exist_here(self, as_officer, health_task, fire_reviewer):
        assert as_officer(fire_reviewer).get(f"/api/v1/tasks/{health_task.pk}/").status_code == 404
        assert as_officer(fire_reviewer).post(f"/api/v1/tasks/{health_task.pk}/sign/").status_code == 404

    @pytest.mark.parametrize("who", ["clerk", "supervisor"])
    def test_other_desks_have_no_tasks(self, as_officer, request, health_task, who):
        assert as_officer(request.getfixturevalue(who)).get("/api/v1/tasks/").status_code == 403

    def test_nobody_without_an_account(self, client, health_task):
        assert client.get("/api/v1/tasks/").status_code == 403

    def test_an_opinion_is_signed(self, as_officer, health_task, health_reviewer):
        answer = as_officer(health_reviewer).post(
            f"/api/v1/tasks/{health_task.pk}/opinion/",
            {"verdict": "conditions", "conditions": "加装排风"},
            content_type="application/json",
        )
        assert answer.status_code == 201
        assert Opinion.objects.get(task=health_task).conditions == "加装排风"

    def test_a_refusal_says_what_is_wrong_by_field(self, as_officer, health_task, health_reviewer):
        answer = as_officer(health_reviewer).post(
            f"/api/v1/tasks/{health_task.pk}/opinion/", {"verdict": "object"}, content_type="application/json"
        )
        assert answer.status_code == 422
        assert set(answer.json()["fields"]) == {"reasons", "legal_basis"}

    def test_doing_it_twice_conflicts(self, as_officer, health_task, health_reviewer):
        client = as_officer(health_reviewer)
        body = {"verdict": "agree"}
        url = f"/api/v1/tasks/{health_task.pk}/opinion/"
        assert client.post(url, body, content_type="application/json").status_code == 201
        assert client.post(url, body, content_type="application/json").status_code == 409

    def test_the_head_decides(self, as_officer, deciding_task, bureau_head):
        answer = as_officer(bureau_head).post(
            f"/api/v1/tasks/{deciding_task.pk}/decide/",
            {"outcome": "granted"},
            content_type="application/json",
        )
        assert answer.status_code == 200
        assert answer.json()["state"] == "done"

"""Pages of passing on, bringing together and slips: what is typed reaches the verb, a refusal its field."""

from __future__ import annotations

import pytest

from hall.people.models import User
from routing import services
from routing.choices import SlipState, TaskState
from routing.holdings import Office, holdings
from routing.models import Consolidation, Opinion, Task
from tests import traits


@pytest.fixture
def as_officer(client):
    def log_in(officer):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return log_in


def test_many_are_signed_for_and_the_page_tells_which(as_officer, health_task, health_reviewer):
    browser = as_officer(health_reviewer)
    answer = browser.post("/review/sign/", {"task": [str(health_task.pk)]})
    assert "已签收1件" in answer.content.decode()
    again = browser.post("/review/sign/", {"task": [str(health_task.pk)]}).content.decode()
    assert f"已由{health_reviewer.name}签收" in again


def test_not_our_matter_wants_a_name_beside_the_field(as_officer, health_task, health_reviewer, fire):
    browser = as_officer(health_reviewer)
    body = {"verdict": "not_ours", "reasons": "归消防"}
    address = f"/review/{health_task.pk}/opinion/"
    assert browser.post(address, body).status_code == 422
    assert browser.post(address, {**body, "competent": fire.pk}).status_code == 302
    assert Task.objects.get(pk=health_task.pk).state == TaskState.DISPUTED


def test_the_lead_brings_opinions_together_on_the_page(
    as_officer, health_task, fire_task, health_reviewer, fire_reviewer, bureau_head, bureau
):
    services.give_opinion(health_task.pk, verdict="conditions", conditions="加通风", by=health_reviewer)
    services.give_opinion(fire_task.pk, verdict="agree", by=fire_reviewer)
    lead = Task.objects.get(case=health_task.case, department=bureau)
    said = Opinion.objects.get(verdict="conditions")
    browser = as_officer(bureau_head)
    address = f"/review/{lead.pk}/consolidate/"
    told = {"text": "同意", f"treatment_{said.pk}": "no"}
    refused = browser.post(address, told)
    assert refused.status_code == 422
    assert "须写明理由" in refused.content.decode()
    assert browser.post(address, {**told, f"reason_{said.pk}": "已有设计"}).status_code == 302
    assert Consolidation.objects.get().treatments.get().reason == "已有设计"
    shown = browser.get(f"/review/{lead.pk}/").content.decode()
    assert "不采纳" in shown
    assert 'class="route-map"' in shown


def test_a_task_whose_clock_stands_still_says_so(as_officer, health_task, health_reviewer, fire):
    browser = as_officer(health_reviewer)
    assert "计时暂停" not in browser.get("/review/").content.decode()
    services.disclaim(health_task.pk, competent=fire, reasons="归消防", by=health_reviewer)
    shown = browser.get(f"/cases/{health_task.case_id}/").content.decode()
    assert "计时暂停" in shown
    assert "不计时限" not in shown


def test_the_drawing_marks_the_stage_that_is_under_way(as_officer, dispatched, health_reviewer):
    """By this mark a drawing that is wider than its panel opens at the right place."""
    drawn = as_officer(health_reviewer).get(f"/cases/{dispatched.pk}/route/").content.decode()
    assert drawn.count("data-now") == 1


def test_a_scanned_slip_opens_and_a_difference_must_be_explained(
    as_officer, dispatched, clerk, health, health_reviewer
):
    material = holdings(dispatched)[0].material.pk
    slip = services.send_originals(
        dispatched.pk, materials=[material], to=Office(department=health), by=clerk
    )
    browser = as_officer(health_reviewer)
    assert browser.get("/slips/", {"code": slip.number})["Location"].endswith(f"/slips/{slip.pk}/")
    assert browser.get("/slips/", {"code": "ZY0"}).status_code == 404
    item = slip.items.get()
    body = {f"got-originals_{item.pk}": 0, f"got-copies_{item.pk}": 0, "got-difference": ""}
    address = f"/slips/{slip.pk}/receive/"
    assert browser.post(address, body).status_code == 422
    browser.post(address, {**body, "got-difference": "少一份"})
    slip.refresh_from_db()
    assert slip.state == SlipState.DIFFERING


def test_a_department_system_disclaims_and_recalls(as_officer, health_task, health_reviewer, fire):
    browser = as_officer(health_reviewer)
    base = f"/api/v1/tasks/{health_task.pk}"
    services.return_to_front(health_task.pk, reasons="看不清", by=health_reviewer)
    json = {"content_type": "application/json"}
    assert browser.post(f"{base}/recall-return/", {"reason": "看清了"}, **json).status_code == 200
    body = {"verdict": "not_ours", "reasons": "归消防"}
    assert browser.post(f"{base}/opinion/", body, **json).status_code == 400
    answer = browser.post(f"{base}/opinion/", {**body, "competent": fire.code}, **json)
    assert (answer.status_code, answer.json()["competent"]) == (201, "fire")


def test_the_words_of_a_closed_step_and_of_who_holds_it(dispatched, health_reviewer, health_task):
    from routing.route_map import route_map

    services.claim(health_task.pk, by=health_reviewer)
    text = route_map(traits.fresh(dispatched)).text
    assert health_reviewer.name in text
    assert "现在" in text

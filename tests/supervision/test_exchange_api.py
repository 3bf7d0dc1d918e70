"""The systems of supervising departments sign for pushes and push information back, each request signed."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import uuid

import pytest
from django.test import Client

from hall.now import real_now
from hall.people.models import User
from hall.trail.models import Event
from supervision import services
from supervision.choices import AcknowledgedVia, PushState
from supervision.models import Push, Subscription, SupervisionNote
from tests import traits
from tests.hall.files.samples import picture

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/exchange/pushes/"


class System:
    """An outside system as its own people would write it."""

    def __init__(self, subscription, secret: str) -> None:
        self.id, self.secret = str(subscription.pk), secret

    def ask(self, method: str, path: str, data=None, *, key: str = "", age: int = 0, sign_path: str = ""):
        body = json.dumps(data).encode() if data is not None else b""
        key, told = key or uuid.uuid4().hex, int(real_now().timestamp()) - age
        secret = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = f"{key}.{told}.{method} {sign_path or path}.".encode() + body
        signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        headers = {
            "webhook-subscription": self.id,
            "webhook-id": key,
            "webhook-timestamp": str(told),
            "webhook-signature": f"v1,{signature}",
        }
        return Client(enforce_csrf_checks=True).generic(
            method, path, body, content_type="application/json", headers=headers
        )


@pytest.fixture
def system(a_place, manager, office):
    """The office's own."""
    return System(*subscribe(a_place, manager, department=office))


@pytest.fixture
def push(day, decide):
    decide()
    return Push.objects.get()


def subscribe(place, manager, **facts):
    facts = {"name": f"示例{uuid.uuid4().hex[:6]}", "url": "https://system.example/hook", **facts}
    return services.subscribe(place, by=manager, **facts)


class TestSigned:
    def test_it_lists_what_was_pushed_to_its_department(self, push, system):
        answer = system.ask("GET", f"{LIST}?state=waiting")
        assert answer.status_code == 200
        [told] = answer.json()["results"]
        assert (told["id"], told["kind"], told["holder"]["name"]) == (str(push.pk), "granted", "示***人")
        assert system.ask("GET", f"{LIST}?state=answered").json()["results"] == []

    def test_it_signs_for_a_push(self, push, system, office):
        answer = system.ask("POST", f"{LIST}{push.pk}/acknowledge/", {"receipt": "R-7"})
        assert answer.status_code == 200, answer.content
        push.refresh_from_db()
        assert (push.state, push.acknowledged_via, push.receipt) == (
            PushState.ACKNOWLEDGED,
            AcknowledgedVia.API,
            "R-7",
        )
        event = Event.objects.get(what="supervision.push_acknowledged")
        assert (event.role, event.office) == ("system", office.name)

    def test_it_pushes_information_back_with_a_document(self, push, system):
        attachment = {"name": "决定书.png", "content": base64.b64encode(picture()).decode()}
        answer = system.ask("POST", f"{LIST}{push.pk}/notes/", {**NOTE, "attachment": attachment})
        assert answer.status_code == 201, answer.content
        note = SupervisionNote.objects.get()
        assert str(note.pk) == answer.json()["id"]
        assert note.file is not None and note.file.name == "决定书.png"
        assert note.push.state == PushState.ANSWERED

    def test_the_same_key_again_is_answered_the_same_and_done_once(self, push, system):
        first, again = (system.ask("POST", f"{LIST}{push.pk}/notes/", NOTE, key="k-1") for _n in range(2))
        assert (first.status_code, first.json()) == (again.status_code, again.json())
        assert SupervisionNote.objects.count() == 1
        other = system.ask("POST", f"{LIST}{push.pk}/notes/", {**NOTE, "text": "别的"}, key="k-1")
        assert other.status_code == 409

    def test_at_the_same_moment_too(self, push, system, really_concurrent):
        outcomes = really_concurrent(
            *[lambda: system.ask("POST", f"{LIST}{push.pk}/notes/", NOTE, key="k-1").json()] * 3
        )
        assert len({json.dumps(each.value) for each in outcomes}) == 1
        assert SupervisionNote.objects.count() == 1

    def test_a_refused_request_may_be_mended_under_the_same_key(self, push, system):
        wrong = system.ask("POST", f"{LIST}{push.pk}/notes/", {**NOTE, "kind": "penalty"}, key="k-1")
        assert (wrong.status_code, "document_number" in wrong.json()["fields"]) == (422, True)
        bad_file = {**NOTE, "attachment": {"name": "a.exe", "content": "AAAA"}}
        assert system.ask("POST", f"{LIST}{push.pk}/notes/", bad_file, key="k-1").status_code == 422
        assert system.ask("POST", f"{LIST}{push.pk}/notes/", NOTE, key="k-1").status_code == 201


class TestRefused:
    def test_a_signature_that_does_not_fit(self, push, system, a_place, manager, office):
        path = f"{LIST}{push.pk}/acknowledge/"
        other = System(*subscribe(a_place, manager, department=office))
        other.id = system.id
        assert other.ask("POST", path, {}).status_code in (401, 403)
        assert system.ask("POST", path, {}, sign_path=f"{LIST}x/").status_code in (401, 403)
        assert system.ask("POST", path, {}, age=301).status_code in (401, 403)
        assert system.ask("POST", path, {}, age=-301).status_code in (401, 403)
        system.id = str(uuid.uuid4())
        assert system.ask("POST", path, {}).status_code in (401, 403)
        assert Client().post(path).status_code in (401, 403)
        push.refresh_from_db()
        assert push.state == PushState.WAITING

    def test_what_the_hall_has_sent_cannot_be_played_back(self, push, system):
        """Ours is signed over another text than theirs."""
        body = b"{}"
        told = int(real_now().timestamp())
        secret = base64.b64decode(system.secret.removeprefix("whsec_"))
        ours = base64.b64encode(hmac.new(secret, f"x.{told}.".encode() + body, hashlib.sha256).digest())
        headers = {
            "webhook-subscription": system.id,
            "webhook-id": "x",
            "webhook-timestamp": str(told),
            "webhook-signature": f"v1,{ours.decode()}",
        }
        answer = Client().generic(
            "POST", f"{LIST}{push.pk}/acknowledge/", body, "application/json", headers=headers
        )
        assert answer.status_code in (401, 403)

    def test_another_departments_system_and_one_of_no_department(self, push, a_place, manager, health):
        for department in (health, None):
            other = System(*subscribe(a_place, manager, department=department))
            answer = other.ask("POST", f"{LIST}{push.pk}/acknowledge/", {})
            assert answer.status_code in (403, 404)

    def test_one_that_is_switched_off(self, push, a_place, manager, office):
        subscription, secret = subscribe(a_place, manager, department=office)
        services.change_subscription(subscription.pk, active=False, by=manager)
        assert System(subscription, secret).ask("GET", LIST).status_code in (401, 403)

    def test_an_old_secret_after_its_time(self, push, system, manager, moved):
        subscription = Subscription.objects.get(pk=system.id)
        newest = subscription.secrets.get().pk
        services.rotate_secret(subscription.pk, replaces=newest, overlap=dt.timedelta(hours=1), by=manager)
        assert system.ask("GET", LIST).status_code == 200
        moved("2026-03-02 11:00")
        assert system.ask("GET", LIST).status_code in (401, 403)


class TestAPersonAtTheDepartment:
    def test_signs_by_session_and_others_do_not(self, push, inspector, reviewer, client):
        client.force_login(User.objects.get(pk=reviewer.user_id))
        assert client.post(f"{LIST}{push.pk}/acknowledge/").status_code == 404
        client.force_login(User.objects.get(pk=inspector.user_id))
        assert client.post(f"{LIST}{push.pk}/acknowledge/").status_code == 200
        told = client.post(f"{LIST}{push.pk}/notes/", NOTE, content_type="application/json")
        assert told.status_code == 201
        assert traits.fresh(push.case).supervision_notes.count() == 1


NOTE = {"kind": "inspection", "text": "示例检查", "happened_on": "2026-03-01"}

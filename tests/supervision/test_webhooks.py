"""Signed webhooks to outside systems: a real server listens; nothing of the way is pretended."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import time

import pytest

from certificates import services as certificates
from certificates.models import Certificate
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.notices.models import Notice
from hall.now import real_now
from hall.organisation.choices import Role
from hall.trail.models import Event
from supervision import services
from supervision.choices import AcknowledgedVia, DeliveryState, PushState
from supervision.models import Delivery, DeliveryAttempt, Push, Subscription, SubscriptionSecret
from supervision.services import webhooks
from supervision.services.webhooks import LEASE, RESTS_AFTER, TRIES
from tests import traits
from tests.supervision.conftest import exchange, listening

pytestmark = pytest.mark.django_db(transaction=True)

FAILS = (500, {}, b"broken")
FINE = (200, {}, b"{}")


def verified(secret: str, got: dict) -> bool:
    """As a receiver does it, by the text of the scheme and with nothing of ours."""
    headers = {name.lower(): value for name, value in got["headers"].items()}
    key = base64.b64decode(secret[len("whsec_") :])
    signed = (
        headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + got["body"]
    )
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{digest}" in headers["webhook-signature"].split(" ")


class TestWhatArrives:
    def test_a_decision_arrives_signed_under_its_id_with_little_of_a_person(
        self, day, decide, listener, subscribed
    ):
        _subscription, secret = subscribed()
        case = decide(conditions="每季度报送示例")
        assert services.deliver_due() == 1
        assert services.deliver_due() == 0
        [got] = listener.got
        delivery = Delivery.objects.get()
        assert got["headers"]["webhook-id"] == str(delivery.pk)
        assert abs(int(got["headers"]["webhook-timestamp"]) - real_now().timestamp()) < 60
        assert verified(secret, got)
        assert not verified(secret, {**got, "body": got["body"] + b" "})
        [told] = listener.bodies()
        assert (told["version"], told["type"]) == (1, "decision.granted")
        assert told["case"]["number"] == case.number
        assert told["decision"]["conditions"] == "每季度报送示例"
        assert told["holder"] == {"kind": "person", "name": "示***人"}
        text = got["body"].decode()
        for secret_thing in (case.person.id_number, case.contact_phone, case.applicant_name, "安和县城东路"):
            assert secret_thing not in text
        assert delivery.state == DeliveryState.DELIVERED
        [attempt] = delivery.tried.all()
        assert (attempt.number, attempt.status, attempt.excerpt) == (1, 200, "{}")

    def test_an_enterprise_is_named_and_a_person_only_by_a_basis_in_law(
        self, day, decide, listener, subscribed
    ):
        subscribed(identity_basis="示范条例第三条")
        firm = traits.make_enterprise()
        decide(take_in={"subject": firm})
        case = decide()
        services.deliver_due()
        first, second = (told["holder"] for told in listener.bodies())
        assert first == {"kind": "enterprise", "name": firm.name, "uscc": firm.uscc}
        assert (second["name"], second["id_number"]) == (case.applicant_name, case.person.id_number)
        event = Event.objects.get(what="supervision.identity_disclosed")
        assert (event.case_id, event.reason) == (case.pk, "示范条例第三条")

    def test_only_what_was_asked_for(self, day, decide, subscribed, supervised, bureau, health, office):
        wanted = [
            subscribed(name="all")[0],
            subscribed(name="this", matters=[supervised.matter], departments=[bureau], kinds=["granted"])[0],
            subscribed(name="own", department=office)[0],
        ]
        subscribed(name="other matter", matters=[traits.make_version(bureau).matter])
        subscribed(name="other organ", departments=[health])
        subscribed(name="other kind", kinds=["revoked"])
        subscribed(name="not supervised by them", department=health)
        asleep, _secret = subscribed(name="asleep")
        services.change_subscription(asleep.pk, active=False, by=manager_of(asleep))
        decide()
        assert {each.subscription for each in Delivery.objects.all()} == set(wanted)

    def test_the_answer_may_sign_for_the_push(self, day, decide, listener, subscribed, office):
        subscribed(department=office, receipt_acknowledges=True)
        listener.answers = [(200, {}, json.dumps({"receipt": "R-1"}).encode())]
        decide()
        services.deliver_due()
        push = Push.objects.get()
        assert (push.state, push.acknowledged_via, push.receipt) == (
            PushState.ACKNOWLEDGED,
            AcknowledgedVia.RECEIPT,
            "R-1",
        )
        assert listener.bodies()[0]["push"] == str(push.pk)
        assert Delivery.objects.get().receipt == "R-1"

    def test_a_receipt_signs_for_nothing_unless_it_was_agreed(
        self, day, decide, listener, subscribed, office
    ):
        subscribed(department=office)
        listener.answers = [(200, {}, b'{"receipt": "R-1"}')]
        decide()
        services.deliver_due()
        assert Push.objects.get().state == PushState.WAITING

    def test_after_a_rotation_both_secrets_fit_until_the_old_one_is_over(
        self, day, decide, listener, subscribed, manager, moved
    ):
        subscription, old = subscribed()
        newest = subscription.secrets.get().pk
        new = services.rotate_secret(
            subscription.pk, replaces=newest, overlap=dt.timedelta(hours=24), by=manager
        )
        with pytest.raises(Conflict):
            services.rotate_secret(subscription.pk, replaces=newest, overlap=dt.timedelta(), by=manager)
        decide()
        services.deliver_due()
        assert verified(old, listener.got[0]) and verified(new, listener.got[0])
        moved("2026-03-04 09:00")
        decide()
        services.deliver_due()
        assert verified(new, listener.got[1]) and not verified(old, listener.got[1])
        assert new not in SubscriptionSecret.objects.extra(select={"raw": "value"}).values_list(
            "raw", flat=True
        )


class TestWhatFails:
    def test_it_is_tried_again_later_and_later_and_arrives_under_the_same_id(
        self, day, decide, listener, subscribed, moved
    ):
        subscribed()
        listener.answers = [FAILS, FAILS, FINE]
        decide()
        assert services.deliver_due() == 0
        assert services.deliver_due() == 0
        assert len(listener.got) == 1
        first = Delivery.objects.get().next_try_at - day
        assert 30 <= first.total_seconds() <= 38
        moved(day + first)
        services.deliver_due()
        second = Delivery.objects.get().next_try_at - (day + first)
        assert 120 <= second.total_seconds() <= 150
        moved(day + first + second)
        assert services.deliver_due() == 1
        assert len({got["headers"]["webhook-id"] for got in listener.got}) == 1
        assert [each.status for each in DeliveryAttempt.objects.order_by("number")] == [500, 500, 200]
        assert Subscription.objects.get().failures == 0

    def test_after_the_last_attempt_it_lies_on_the_dead_letter_list_until_somebody_acts(
        self, day, decide, listener, subscribed, manager, moved
    ):
        subscribed()
        listener.answers = [FAILS]
        decide()
        fail_for_good(moved, day)
        dead = Delivery.objects.get()
        assert (dead.state, dead.attempts) == (DeliveryState.DEAD, TRIES)
        assert len(listener.got) == TRIES
        assert Notice.objects.filter(user=manager.user_id, subject__contains="待人工处理").count() == 1
        assert services.deliver_due() == 0
        with pytest.raises(NotAllowed):
            services.redeliver(dead.pk, by=traits.make_officer(traits.make_place("linxian"), Role.MANAGER))
        listener.answers = [FINE]
        services.redeliver(dead.pk, by=manager)
        assert services.deliver_due() == 1
        assert listener.got[-1]["headers"]["webhook-id"] == str(dead.pk)
        with pytest.raises(WrongState):
            services.redeliver(dead.pk, by=manager)

    def test_the_order_of_a_case_is_kept_even_across_a_dead_letter(
        self, day, decide, listener, subscribed, manager, moved, bureau_head
    ):
        subscribed()
        listener.answers = [FAILS]
        case = decide()
        certificates.prepare(case.pk)
        certificates.revoke(Certificate.objects.get(case=case).pk, reason="示例", by=bureau_head)
        exchange()
        fail_for_good(moved, day)
        assert {body["type"] for body in listener.bodies()} == {"decision.granted"}
        listener.got.clear()
        listener.answers = [FINE]
        moved(day + dt.timedelta(days=9))
        other = decide()
        services.deliver_due()
        assert {body["case"]["number"] for body in listener.bodies()} == {other.number}
        services.redeliver(Delivery.objects.get(state=DeliveryState.DEAD).pk, by=manager)
        services.deliver_due()
        mine = [body["type"] for body in listener.bodies() if body["case"]["number"] == case.number]
        assert mine == ["decision.granted", "decision.issued", "decision.revoked"]

    def test_given_up_it_lets_the_next_one_go(self, day, decide, listener, subscribed, manager, moved):
        subscribed()
        listener.answers = [FAILS]
        case = decide()
        certificates.prepare(case.pk)
        exchange()
        fail_for_good(moved, day)
        services.give_up(Delivery.objects.get(state=DeliveryState.DEAD).pk, reason="对方已补录", by=manager)
        listener.answers = [FINE]
        moved(day + dt.timedelta(days=9))
        assert services.deliver_due() == 1
        assert listener.bodies()[-1]["type"] == "decision.issued"
        assert Event.objects.get(what="supervision.delivery_given_up").reason == "对方已补录"

    def test_a_system_that_fails_again_and_again_rests_and_is_then_asked_once(
        self, day, decide, listener, subscribed, moved, manager
    ):
        subscribed()
        listener.answers = [FAILS]
        for _n in range(RESTS_AFTER + 2):
            decide()
        for _n in range(RESTS_AFTER + 3):
            services.deliver_due()
        assert len(listener.got) == RESTS_AFTER
        assert Subscription.objects.get().is_resting
        assert Notice.objects.filter(user=manager.user_id, subject__contains="暂停投递").count() == 1
        moved(day + dt.timedelta(seconds=61))
        services.deliver_due()
        assert len(listener.got) == RESTS_AFTER + 1
        moved(day + dt.timedelta(hours=2))
        listener.answers = [FINE]
        assert services.deliver_due() == RESTS_AFTER + 2
        assert not Subscription.objects.get().is_resting

    def test_a_slow_system_does_not_hold_up_the_others(
        self, day, decide, listener, subscribed, manager, a_place, settings
    ):
        settings.HALL_WEBHOOK_SECONDS = 1.5
        with listening() as slow:
            slow.answers = [lambda: time.sleep(3) or FINE]
            services.subscribe(a_place, name="slow", url=slow.url, by=manager)
            subscribed()
            for _n in range(3):
                decide()
            began = time.monotonic()
            services.deliver_due()
            took = time.monotonic() - began
        assert len(listener.got) == 3
        assert took < 3
        failed = DeliveryAttempt.objects.get(status=None)
        assert "1.5秒" in failed.error

    def test_a_receiver_may_ask_for_patience_and_may_leave_for_good(
        self, day, decide, listener, subscribed, manager
    ):
        subscribed()
        listener.answers = [(429, {"Retry-After": "900"}, b"")]
        decide()
        services.deliver_due()
        assert Delivery.objects.get().next_try_at >= day + dt.timedelta(seconds=900)
        listener.answers = [(410, {}, b"")]
        decide()
        services.deliver_due()
        assert not Subscription.objects.get().active
        assert Notice.objects.filter(user=manager.user_id, subject__contains="已停用").exists()

    def test_a_porter_killed_between_sending_and_writing_sends_the_same_id_again(
        self, day, decide, listener, subscribed, moved, monkeypatch
    ):
        subscribed()
        decide()
        with monkeypatch.context() as patch:
            patch.setattr(webhooks, "_record", killed)
            with pytest.raises(Killed):
                services.deliver_due()
        assert Delivery.objects.get().state == DeliveryState.SENDING
        assert services.deliver_due() == 0
        moved(day + LEASE)
        assert services.deliver_due() == 1
        ids = [got["headers"]["webhook-id"] for got in listener.got]
        assert len(ids) == 2 and len(set(ids)) == 1
        assert listener.got[0]["body"] == listener.got[1]["body"]
        assert "不明" in DeliveryAttempt.objects.get(number=1).error

    def test_two_porters_at_once_send_once(self, day, decide, listener, subscribed, really_concurrent):
        subscribed()
        for _n in range(4):
            decide()
        outcomes = really_concurrent(*[services.deliver_due] * 3)
        assert all(each.ok for each in outcomes), [each.error for each in outcomes]
        assert sum(each.value for each in outcomes) == 4
        assert len({got["headers"]["webhook-id"] for got in listener.got}) == len(listener.got) == 4


class TestWhoManages:
    def test_rights(self, a_place, listener, manager, clerk):
        technician = traits.make_officer(a_place, Role.SYSTEM_ADMIN)
        services.subscribe(a_place, name="one", url=listener.url, by=technician)
        with pytest.raises(NotAllowed):
            services.subscribe(a_place, name="two", url=listener.url, by=clerk)
        with pytest.raises(NotAllowed):
            services.subscribe(a_place, name="two", url=listener.url, identity_basis="某法", by=technician)
        services.subscribe(a_place, name="two", url=listener.url, identity_basis="某法", by=manager)
        with pytest.raises(Conflict):
            services.subscribe(a_place, name="two", url=listener.url, by=manager)

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://a.example/x",
            "http://a.example/x",
            "https://u:p@a.example/",
            "https://",
            "https://a.example/#x",
        ],
    )
    def test_an_address_that_can_never_be_is_refused(self, a_place, manager, url):
        with pytest.raises(Invalid) as refused:
            services.subscribe(a_place, name="one", url=url, by=manager)
        assert "url" in refused.value.fields

    def test_a_change_is_told_with_before_and_after(self, subscribed, manager, office):
        subscription, _secret = subscribed()
        services.change_subscription(subscription.pk, department=office, departments=[office], by=manager)
        changed = Event.objects.get(what="supervision.subscription_changed").data["changed"]
        assert changed == {"department": [None, office.name], "departments": [[], [office.name]]}


class Killed(BaseException):
    """What ends a process."""


def killed(*_args) -> None:
    raise Killed


def manager_of(subscription):
    return traits.make_officer(subscription.jurisdiction, Role.MANAGER)


def fail_for_good(moved, day) -> None:
    """Let time go by until nothing is tried any more."""
    for hours in range(1, 24 * 8, 13):
        moved(day + dt.timedelta(hours=hours))
        services.deliver_due()
    assert not Delivery.objects.filter(state=DeliveryState.SENDING).exists()

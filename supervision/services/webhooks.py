"""投递: webhooks leave outside any transaction, at least once, each under its stable id.

Claimed with SKIP LOCKED, sent, recorded. A porter that dies on the way leaves a claim that runs out; the
same message then leaves again under the same id. Per subscription and case the order is kept: what comes
later waits until what was before is delivered or given up. Of each subscription one message is on its way
at a time, so that a slow system holds up nobody else; after failures in a row it rests (circuit).
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import WrongState, require
from hall.notices.services import notify
from hall.now import now, real_now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.organisation.queries import holders
from hall.trail.services import record

from ..choices import AcknowledgedVia, DeliveryState, PushState
from ..models import Delivery, DeliveryAttempt, Push, Subscription
from ..models.webhooks import UNFINISHED
from .payload import payload
from .receipts import acknowledge
from .signing import signatures
from .subscriptions import MANAGERS, locked, secrets_in_force
from .transport import Answer, post

log = logging.getLogger(__name__)

# Seconds to wait after the first, second, … attempt that failed; up to a quarter more by chance, so that
# a system that comes back is not met by everything at once. After the last attempt: the dead-letter list.
BACK_OFF = (30, 120, 600, 1_800, 7_200, 21_600, 43_200)
TRIES = len(BACK_OFF) + 1
LEASE = dt.timedelta(minutes=2)  # a sender that has not reported back for so long died on the way
RESTS_AFTER = 5  # failures in a row
LONGEST_REST = 3_600  # seconds
GONE = 410  # the system wants nothing more (Standard Webhooks)
LANES = 16  # systems that are spoken to at the same time
ROUND = 20.0  # seconds after which a porter begins nothing new


@dataclass(frozen=True)
class Claim:
    """One attempt: what to send where, made before the transaction of the claim ended."""

    delivery_id: UUID
    subscription_id: UUID
    number: int
    url: str
    body: bytes
    headers: dict[str, str]


def deliver_due(limit: int = 1_000) -> int:
    """Send what is due, system by system side by side. Returns how many deliveries arrived.

    Call it outside any transaction; any number of porters may do so at once.
    """
    ends, arrived = time.monotonic() + ROUND, 0
    flying: dict[Future[Answer], tuple[Claim, dt.datetime]] = {}
    with ThreadPoolExecutor(LANES) as lanes:

        def begin(subscription_id: UUID) -> None:
            if (claim := _claim(subscription_id)) is not None:
                flying[lanes.submit(post, claim.url, claim.body, claim.headers)] = claim, now()

        for subscription_id in _subscriptions_due():
            begin(subscription_id)
        while flying:
            done, _rest = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                claim, began_at = flying.pop(future)
                answer = future.result()
                _record(claim, answer, began_at)
                arrived += answer.ok
                if answer.ok and arrived + len(flying) < limit and time.monotonic() < ends:
                    begin(claim.subscription_id)
    return arrived


@transaction.atomic
def redeliver(delivery_id: UUID, *, by: Officer) -> Delivery:
    """Take a delivery from the dead-letter list and try it again from the beginning, at once.

    Raises NotAllowed, WrongState when it is not on that list.
    """
    delivery = _dead(delivery_id, by)
    delivery.state, delivery.tries_left, delivery.next_try_at = DeliveryState.WAITING, TRIES, now()
    delivery.save(update_fields=["state", "tries_left", "next_try_at"])
    delivery.subscription.failures, delivery.subscription.resting_until = 0, None
    delivery.subscription.save(update_fields=["failures", "resting_until"])
    _tell("supervision.delivery_redelivered", delivery, by)
    return delivery


def redeliver_all(subscription_id: UUID, *, by: Officer, most: int = 1_000) -> int:
    """The same for all of a subscription that lie on the dead-letter list. Returns how many."""
    dead = Delivery.objects.filter(subscription=subscription_id, state=DeliveryState.DEAD).order_by(
        "sequence"
    )
    ids = list(dead.values_list("pk", flat=True)[:most])
    for pk in ids:
        redeliver(pk, by=by)
    return len(ids)


@transaction.atomic
def give_up(delivery_id: UUID, *, reason: str, by: Officer) -> Delivery:
    """Never deliver this one, and let what waits behind it go. Raises NotAllowed, WrongState."""
    delivery = _dead(delivery_id, by)
    delivery.state = DeliveryState.GIVEN_UP
    delivery.save(update_fields=["state"])
    _tell("supervision.delivery_given_up", delivery, by, reason)
    return delivery


# -- Claiming ------------------------------------------------------------------------------------------


def _subscriptions_due() -> list[UUID]:
    moment = now()
    due = Delivery.objects.filter(subscription=OuterRef("pk"), **_DUE, next_try_at__lte=moment)
    found = Subscription.objects.filter(
        Q(resting_until=None) | Q(resting_until__lte=moment), Exists(due), active=True
    )
    return list(found.order_by("failures", "pk").values_list("pk", flat=True))


_DUE = {"state__in": [DeliveryState.WAITING, DeliveryState.SENDING]}


@transaction.atomic
def _claim(subscription_id: UUID) -> Claim | None:
    """Mark the next delivery of a subscription as being sent, and write its request."""
    before = Delivery.objects.filter(
        subscription=OuterRef("subscription"),
        case=OuterRef("case"),
        sequence__lt=OuterRef("sequence"),
        state__in=UNFINISHED,
    )
    delivery = (
        Delivery.objects.filter(~Exists(before), subscription=subscription_id, next_try_at__lte=now(), **_DUE)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("next_try_at", "message_id")
        .first()
    )
    if delivery is None:
        return None
    if delivery.state == DeliveryState.SENDING:
        _note_lost(delivery)
    delivery.state = DeliveryState.SENDING
    delivery.attempts += 1
    delivery.next_try_at = now() + LEASE
    delivery.save(update_fields=["state", "attempts", "next_try_at"])
    return _request(delivery.pk)


def _request(delivery_id: UUID) -> Claim:
    delivery = Delivery.objects.select_related(
        "subscription",
        "message__certificate__superseded_by",
        "case__version__matter",
        "case__version__department",
        "case__jurisdiction",
        "case__person",
        "case__enterprise",
        "case__decision",
        "case__certificate",
    ).get(pk=delivery_id)
    subscription = delivery.subscription
    body = json.dumps(payload(delivery), ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = int(real_now().timestamp())  # the receiver compares it with its own clock
    if subscription.identity_basis and delivery.case.person_id and delivery.attempts == 1:
        _tell_identity(delivery)
    return Claim(
        delivery_id=delivery.pk,
        subscription_id=subscription.pk,
        number=delivery.attempts,
        url=subscription.url,
        body=body,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "Yichuang-Webhooks/1",
            "webhook-id": str(delivery.pk),
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(
                secrets_in_force(subscription), str(delivery.pk), timestamp, body
            ),
        },
    )


def _note_lost(delivery: Delivery) -> None:
    """The sender of the last attempt died: whether it arrived is not known, so it leaves again."""
    lost = {"began_at": delivery.next_try_at - LEASE, "error": _("投递中断，是否送达不明")}
    DeliveryAttempt.objects.get_or_create(delivery=delivery, number=delivery.attempts, defaults=lost)


def _tell_identity(delivery: Delivery) -> None:
    """That a person's identity leaves the house is an event, with the law that allows it."""
    record(
        "supervision.identity_disclosed",
        subject=delivery,
        case_id=delivery.case_id,
        jurisdiction=delivery.subscription.jurisdiction_id,
        reason=delivery.subscription.identity_basis,
        data={"subscription": delivery.subscription.name},
    )


# -- What came of it --------------------------------------------------------------------------------------


@transaction.atomic
def _record(claim: Claim, answer: Answer, began_at: dt.datetime) -> None:
    subscription = locked(claim.subscription_id)
    delivery = Delivery.objects.select_for_update().get(pk=claim.delivery_id)
    DeliveryAttempt.objects.update_or_create(
        delivery=delivery,
        number=claim.number,
        defaults={
            "began_at": began_at,
            "milliseconds": answer.milliseconds,
            "status": answer.status,
            "error": answer.error[:300],
            "excerpt": answer.body.decode(errors="replace").replace("\x00", "")[:500],
        },
    )
    if delivery.state == DeliveryState.DELIVERED:
        return  # sent a second time after the first porter was given up, and both arrived
    if answer.ok:
        _arrived(subscription, delivery, answer)
    elif delivery.attempts == claim.number:
        _failed(subscription, delivery, answer)


def _arrived(subscription: Subscription, delivery: Delivery, answer: Answer) -> None:
    delivery.state, delivery.delivered_at, delivery.last_error = DeliveryState.DELIVERED, now(), ""
    delivery.receipt = _receipt(answer)
    delivery.save(update_fields=["state", "delivered_at", "last_error", "receipt"])
    if subscription.failures or subscription.resting_until:
        subscription.failures, subscription.resting_until = 0, None
        subscription.save(update_fields=["failures", "resting_until"])
    if delivery.receipt and subscription.receipt_acknowledges:
        push = Push.objects.filter(
            message=delivery.message_id, department=subscription.department_id, state=PushState.WAITING
        ).first()
        if push is not None:
            acknowledge(push.pk, by=subscription, receipt=delivery.receipt, via=AcknowledgedVia.RECEIPT)


def _receipt(answer: Answer) -> str:
    """The receipt number in the answer: `{"receipt": "…"}`. Anything else is no receipt."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return ""
    receipt = told.get("receipt") if isinstance(told, dict) else None
    return str(receipt)[:100] if isinstance(receipt, str | int) else ""


def _failed(subscription: Subscription, delivery: Delivery, answer: Answer) -> None:
    delivery.last_error = answer.error[:300]
    delivery.tries_left = max(0, delivery.tries_left - 1)
    if delivery.tries_left == 0:
        delivery.state = DeliveryState.DEAD
        _tell("supervision.delivery_dead", delivery, SYSTEM, delivery.last_error)
        _warn(subscription, _("有一条投递失败，已列入待人工处理"), f"dead:{delivery.pk}:{delivery.attempts}")
    else:
        delivery.state = DeliveryState.WAITING
        delivery.next_try_at = now() + dt.timedelta(seconds=_pause(delivery, answer))
    delivery.save(update_fields=["state", "last_error", "tries_left", "next_try_at"])
    subscription.failures = min(subscription.failures + 1, 30_000)
    if subscription.failures >= RESTS_AFTER:
        rest = min(60 * 2 ** min(subscription.failures - RESTS_AFTER, 10), LONGEST_REST)
        subscription.resting_until = now() + dt.timedelta(seconds=rest)
    if subscription.failures == RESTS_AFTER:
        _warn(subscription, _("连续投递失败，已暂停投递"), f"rest:{subscription.pk}:{delivery.attempts}")
    if answer.status == GONE:
        subscription.active = False
        record(
            "supervision.subscription_changed",
            subject=subscription,
            jurisdiction=subscription.jurisdiction_id,
            reason=_("对方返回410，表示不再接收"),
            data={"name": subscription.name, "changed": {"active": [True, False]}},
        )
        _warn(subscription, _("对方不再接收，订阅已停用"), f"gone:{delivery.pk}")
    subscription.save(update_fields=["failures", "resting_until", "active"])


def _pause(delivery: Delivery, answer: Answer) -> float:
    """Seconds until the next attempt: longer each time, never less than the receiver asks for."""
    tried = TRIES - delivery.tries_left
    pause = BACK_OFF[min(tried, len(BACK_OFF)) - 1] * random.uniform(1, 1.25)  # noqa: S311
    asked = int(answer.retry_after) if answer.retry_after.isdigit() and len(answer.retry_after) < 7 else 0
    return max(pause, min(asked, BACK_OFF[-1]))


def _dead(delivery_id: UUID, by: Officer) -> Delivery:
    """A delivery of the dead-letter list; its subscription is locked first, as by whoever records."""
    subscription = locked(Delivery.objects.values_list("subscription", flat=True).get(pk=delivery_id))
    post = by.post_for(*MANAGERS, jurisdiction=subscription.jurisdiction_id)
    require(post, _("只有大厅管理员和系统管理员可以管理订阅"))
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    delivery.subscription = subscription
    if delivery.state != DeliveryState.DEAD:
        raise WrongState(_("这条投递不在失败清单里"))
    return delivery


def _tell(what: str, delivery: Delivery, by: Actor, reason: str = "") -> None:
    subscription = delivery.subscription
    if isinstance(by, Officer) and (
        held := by.post_for(*MANAGERS, jurisdiction=subscription.jurisdiction_id)
    ):
        by = by.acting_as(held)
    record(
        what,
        subject=subscription,
        by=by,
        jurisdiction=subscription.jurisdiction_id,
        reason=reason,
        data={"name": subscription.name, "delivery": delivery.pk, "attempts": delivery.attempts},
    )


def _warn(subscription: Subscription, subject: str, once_key: str) -> None:
    for user in holders(Role.MANAGER, Role.SYSTEM_ADMIN, jurisdiction=subscription.jurisdiction_id):
        notify(
            user=user,
            subject=f"{subscription.name}：{subject}",
            body=subscription.url,
            link=f"/manage/exchange/{subscription.pk}/",
            once_key=f"{once_key}:{user.pk}",
        )

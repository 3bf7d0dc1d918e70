"""订阅: which outside systems are told what, under which secret. Every change stands in the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hall.errors import Conflict, Invalid, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Department, Jurisdiction
from hall.organisation.officers import Officer
from hall.trail.services import record
from hall.transactions import insert_new
from matters.models import Matter

from ..choices import MessageKind
from ..models import Subscription, SubscriptionSecret
from .signing import new_secret
from .transport import Refused, checked

MANAGERS = (Role.MANAGER, Role.SYSTEM_ADMIN)
MOST_OVERLAP = dt.timedelta(days=30)


@transaction.atomic
def subscribe(
    place: Jurisdiction,
    *,
    name: str,
    url: str,
    by: Officer,
    department: Department | None = None,
    kinds: Sequence[str] = (),
    matters: Iterable[Matter] = (),
    departments: Iterable[Department] = (),
    identity_basis: str = "",
    receipt_acknowledges: bool = False,
) -> tuple[Subscription, str]:
    """Subscribe an outside system. Returns it with its secret, which is shown this once.

    `identity_basis` is the law under which it is told who the holder is; without it, names of persons are
    masked and no document number leaves the house. Only a manager may give it.
    Raises NotAllowed, Invalid, Conflict when the name is taken.
    """
    by = _manager(by, place.pk, identity_basis)
    facts = {
        "department": department,
        "identity_basis": identity_basis.strip(),
        "receipt_acknowledges": receipt_acknowledges,
        "kinds": list(kinds),
    }
    subscription = Subscription(
        jurisdiction=place, name=name.strip(), url=url.strip(), created_at=now(), **facts
    )
    _check(subscription)
    if not insert_new(subscription):
        raise Conflict(_("已有同名的订阅"))
    subscription.matters.set(matters)
    subscription.departments.set(departments)
    secret = SubscriptionSecret.objects.create(
        subscription=subscription, value=new_secret(), created_at=subscription.created_at
    )
    _tell("supervision.subscribed", subscription, by, url=subscription.url, basis=identity_basis.strip())
    return subscription, secret.value


@transaction.atomic
def change_subscription(
    subscription_id: UUID, *, by: Officer, reason: str = "", **changes: Any
) -> Subscription:
    """Change what a subscription says; `changes` name its fields, `matters` and `departments` too.

    A changed address ends the pause after failures. Raises NotAllowed, Invalid, Conflict.
    """
    subscription = locked(subscription_id)
    by = _manager(by, subscription.jurisdiction_id, changes.get("identity_basis", ""), subscription)
    many = {name: changes.pop(name) for name in ("matters", "departments") if name in changes}
    before = {name: _shown(getattr(subscription, name)) for name in changes}
    for name, value in changes.items():
        setattr(subscription, name, value)
    _check(subscription)
    taken = Subscription.objects.filter(jurisdiction=subscription.jurisdiction_id, name=subscription.name)
    if taken.exclude(pk=subscription.pk).exists():
        raise Conflict(_("已有同名的订阅"))
    if "url" in changes or changes.get("active"):
        subscription.failures, subscription.resting_until = 0, None
    subscription.save()
    told = {
        name: [before[name], _shown(value)]
        for name, value in changes.items()
        if before[name] != _shown(value)
    }
    for name, rows in many.items():
        told |= _set(subscription, name, rows)
    if told:
        _tell("supervision.subscription_changed", subscription, by, reason, changed=told)
    return subscription


@transaction.atomic
def rotate_secret(subscription_id: UUID, *, replaces: int, overlap: dt.timedelta, by: Officer) -> str:
    """Make a new secret; the present one, `replaces`, stays good for `overlap`. Returns the new one, once.

    Raises Conflict when `replaces` is no longer the newest (two people at once, a page sent twice), Invalid
    for an overlap of more than thirty days.
    """
    subscription = locked(subscription_id)
    by = _manager(by, subscription.jurisdiction_id)
    if not dt.timedelta() <= overlap <= MOST_OVERLAP:
        raise Invalid(_("新旧密钥并用不超过30天"), fields={"hours": [_("新旧密钥并用不超过30天")]})
    newest = subscription.secrets.filter(expires_at=None).first()
    if newest is None or newest.pk != replaces:
        raise Conflict(_("密钥已经更换过，请刷新后再看"))
    newest.expires_at = now() + overlap
    newest.save(update_fields=["expires_at"])
    secret = SubscriptionSecret.objects.create(
        subscription=subscription, value=new_secret(), created_at=now()
    )
    _tell("supervision.secret_rotated", subscription, by, old_expires_at=newest.expires_at)
    return secret.value


def secrets_in_force(subscription: Subscription) -> list[str]:
    """Secrets with which to sign, and by which a signature may be made; the newest first."""
    moment = now()
    rows = subscription.secrets.order_by("-created_at", "-pk")
    return [row.value for row in rows if row.expires_at is None or row.expires_at > moment]


def locked(subscription_id: UUID) -> Subscription:
    """The subscription, its row locked."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("jurisdiction", "department")
    return rows.get(pk=subscription_id)


def _manager(by: Officer, place: int, basis: str = "", known: Subscription | None = None) -> Officer:
    post = require(by.post_for(*MANAGERS, jurisdiction=place), _("只有大厅管理员和系统管理员可以管理订阅"))
    if basis.strip() and basis.strip() != (known.identity_basis if known else ""):
        post = require(by.post_for(Role.MANAGER, jurisdiction=place), _("提供完整身份信息须由大厅管理员决定"))
    return by.acting_as(post)


def _check(subscription: Subscription) -> None:
    wrong: dict[str, list[str]] = {}
    if not subscription.name:
        wrong["name"] = [_("请填写系统名称")]
    try:
        checked(subscription.url)
    except Refused as refusal:
        wrong["url"] = [str(refusal)]
    if set(subscription.kinds) - set(MessageKind.values):
        wrong["kinds"] = [_("请从列表中选择")]
    owner = subscription.department
    if owner and owner.jurisdiction_id != subscription.jurisdiction_id:
        wrong["department"] = [_("须是本地的部门")]
    if subscription.receipt_acknowledges and owner is None:
        wrong["receipt_acknowledges"] = [_("只有监管部门自己的系统可以以回执签收")]
    if wrong:
        raise Invalid(_("订阅还不完整"), fields=wrong)


def _set(subscription: Subscription, name: str, rows: QuerySet | Iterable[Any]) -> dict[str, Any]:
    field = getattr(subscription, name)
    before = sorted(map(str, field.all()))
    field.set(rows)
    after = sorted(map(str, field.all()))
    return {} if before == after else {name: [before, after]}


def _shown(value: Any) -> Any:
    return value.name if isinstance(value, Department) else value


def _tell(what: str, subscription: Subscription, by: Officer, reason: str = "", **data: Any) -> None:
    record(
        what,
        subject=subscription,
        by=by,
        jurisdiction=subscription.jurisdiction_id,
        reason=reason,
        data={"name": subscription.name, **data},
    )

"""Outside systems that are told of decisions by signed webhooks, and what became of each delivery."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from hall.now import now
from hall.organisation.models import Department, Jurisdiction
from hall.people.fields import EncryptedTextField
from matters.models import Matter

from ..choices import DeliveryState, MessageKind
from .exchange import ExchangeMessage

# Neither done nor given up: what comes later for the same case waits behind it.
UNFINISHED = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.DEAD)


class Subscription(models.Model):
    """订阅: an outside system, what it wants to be told, and how it fares.

    With a `department`, it is that department's own system: it is told what is pushed to the department,
    and it may sign for it and push supervision information back. Empty filters leave nothing out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="subscriptions")
    name = models.CharField(_("系统名称"), max_length=80)
    url = models.CharField(_("接收地址"), max_length=500)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subscriptions",
        verbose_name=_("所属监管部门"),
    )
    kinds = models.JSONField(_("事由"), default=list, blank=True)
    matters = models.ManyToManyField(Matter, verbose_name=_("事项"), blank=True, related_name="+")
    departments = models.ManyToManyField(Department, verbose_name=_("决定机关"), blank=True, related_name="+")
    identity_basis = models.CharField(_("提供完整身份信息的法律依据"), max_length=200, blank=True)
    receipt_acknowledges = models.BooleanField(_("返回回执号视为签收"), default=False)
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField()
    # The circuit: failures in a row, and until when nothing is tried.
    failures = models.PositiveSmallIntegerField(_("连续失败"), default=0)
    resting_until = models.DateTimeField(_("暂停投递至"), null=True, blank=True)

    class Meta:
        verbose_name = _("订阅")
        verbose_name_plural = _("订阅")
        ordering = ("jurisdiction", "name")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "name"), name="subscription_name_once_a_place"),
            models.CheckConstraint(
                name="only_a_departments_system_acknowledges",
                condition=Q(receipt_acknowledges=False) | Q(department__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_labels(self) -> str:
        """What it is told of, in words; empty when of everything."""
        return "、".join(str(MessageKind(kind).label) for kind in self.kinds)

    @property
    def is_resting(self) -> bool:
        """Is nothing sent for now, because the last attempts failed?"""
        return bool(self.resting_until and self.resting_until > now())


class SubscriptionSecret(models.Model):
    """签名密钥: shown once. A rotated one stays good until it expires, so that nobody has to hurry."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="secrets")
    value = EncryptedTextField()
    created_at = models.DateTimeField(_("生成"))
    expires_at = models.DateTimeField(_("失效"), null=True, blank=True)

    class Meta:
        verbose_name = _("签名密钥")
        verbose_name_plural = _("签名密钥")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("subscription",), condition=Q(expires_at=None), name="subscription_has_one_new_secret"
            )
        ]


class Delivery(models.Model):
    """投递: one message to one outside system. Its id is the `webhook-id` of every attempt.

    Messages of one case go to one system in the order of their `sequence`. While it is sent,
    `next_try_at` is when the sender is given up for dead.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    message = models.ForeignKey(ExchangeMessage, models.PROTECT, related_name="deliveries")
    case = models.ForeignKey(Application, models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    state = models.CharField(_("状态"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("已试"), default=0)
    tries_left = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(_("下次"))
    last_error = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(_("回执号"), max_length=100, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(_("送达"), null=True, blank=True)

    class Meta:
        verbose_name = _("投递")
        verbose_name_plural = _("投递")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("subscription", "message"), name="delivery_once_a_subscription"),
            models.CheckConstraint(
                name="delivery_done_says_when",
                condition=~Q(state=DeliveryState.DELIVERED) | Q(delivered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=("subscription", "next_try_at"),
                name="delivery_due",
                condition=Q(state__in=[DeliveryState.WAITING, DeliveryState.SENDING]),
            ),
            models.Index(
                fields=("subscription", "case", "sequence"),
                name="delivery_in_line",
                condition=Q(state__in=UNFINISHED),
            ),
            models.Index(fields=("subscription", "state", "-created_at", "-id"), name="delivery_by_state"),
        ]


class DeliveryAttempt(models.Model):
    """投递记录: one attempt, and what came of it."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tried")
    number = models.PositiveSmallIntegerField(_("第几次"))
    began_at = models.DateTimeField(_("时间"))
    milliseconds = models.PositiveIntegerField(_("用时（毫秒）"), default=0)
    status = models.PositiveSmallIntegerField(_("状态码"), null=True, blank=True)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    excerpt = models.CharField(_("回应摘要"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("投递记录")
        verbose_name_plural = _("投递记录")
        ordering = ("delivery", "number")
        constraints = [models.UniqueConstraint(fields=("delivery", "number"), name="attempt_has_one_outcome")]


class SignedRequest(models.Model):
    """What an outside system has asked and been answered: the same key again gets the same answer."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("subscription", "key"), name="request_of_a_system_counts_once")
        ]

"""How tasks pass from hand to hand: hand-overs, rulings on whose matter it is, delegated approval."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Department
from matters.models import Matter

from ..choices import Handing, Ruling
from .tasks import Opinion, Task, append_only


class HandOver(models.Model):
    """转交、指派: a task came from one person to another; until that one opens it, it may be recalled."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="hand_overs")
    how = models.CharField(_("方式"), max_length=10, choices=Handing)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    held_before = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("原因"), max_length=300)
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(_("对方打开"), null=True, blank=True)
    recalled_at = models.DateTimeField(_("撤回"), null=True, blank=True)

    class Meta:
        verbose_name = _("任务转交")
        verbose_name_plural = _("任务转交")
        ordering = ("task_id", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("task",),
                condition=Q(opened_at=None, recalled_at=None),
                name="unopened_hand_over_once_a_task",
            ),
            models.CheckConstraint(
                name="hand_over_is_opened_or_recalled", condition=Q(opened_at=None) | Q(recalled_at=None)
            ),
        ]


class DutyRuling(models.Model):
    """职责裁定: what the lead department or the hall's manager made of "not our matter". Never changed."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="rulings")
    ruling = models.CharField(_("裁定"), max_length=10, choices=Ruling)
    to = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("改派到")
    )
    reason = models.TextField(_("理由"))
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        verbose_name = _("职责裁定")
        verbose_name_plural = _("职责裁定")
        ordering = ("opinion_id", "pk")
        constraints = [
            models.CheckConstraint(name="ruling_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="rerouting_says_where",
                condition=Q(ruling=Ruling.REROUTED, to__isnull=False)
                | Q(ruling=Ruling.INSISTED, to__isnull=True),
            ),
        ]
        triggers = [append_only("duty_ruling_is_never_changed")]


class Delegation(models.Model):
    """委托审批: a head lets a named officer of the department decide certain matters for some time.

    Without matters it holds for all that the department decides. It says by what rule, ends by itself and
    may be revoked; every paper made under it says so. It reaches neither extensions (行政许可法 Art. 42 wants
    the head) nor a case that the officer received or examined.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="delegations")
    head = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_given")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_held")
    matters = models.ManyToManyField(Matter, blank=True, related_name="+", verbose_name=_("事项"))
    basis = models.CharField(_("委托依据"), max_length=300)
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"))
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(_("撤销"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoke_reason = models.CharField(_("撤销原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("委托审批")
        verbose_name_plural = _("委托审批")
        ordering = ("-given_at", "-pk")
        constraints = [
            models.CheckConstraint(name="delegation_has_a_basis", condition=~Q(basis="")),
            models.CheckConstraint(
                name="delegation_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="nobody_delegates_to_himself", condition=~Q(head=F("officer"))),
            models.CheckConstraint(
                name="revoked_delegation_says_why",
                condition=Q(revoked_at=None) | (~Q(revoke_reason="") & Q(revoked_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=("officer", "ends_on"), name="delegation_of_officer")]

    def __str__(self) -> str:
        return f"{self.head} → {self.officer}"

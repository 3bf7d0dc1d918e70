"""缺席、超时默认 (S0 §18): the proof of each silence, what supervisors look at, reports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.clocks.models import Clock, Outage
from hall.organisation.models import Jurisdiction

from ..choices import HeldCause, HeldVerdict, ReportRemedy, ReportState, SilenceGround
from .tasks import Task, append_only


class EvidencePack(models.Model):
    """默认同意证据: what the system knew when a department fell silent. Never changed.

    `sha256` is that of `data` as canonical JSON (services.evidence.canonical), which anybody can take again.
    """

    task = models.OneToOneField(Task, models.CASCADE, related_name="evidence")
    ground = models.CharField(_("情形"), max_length=20, choices=SilenceGround)
    data = models.JSONField()  # clock explanation, warnings with delivery times, reads
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("默认同意证据")
        verbose_name_plural = _("默认同意证据")
        indexes = [models.Index(fields=("made_at",), name="evidence_by_day")]
        triggers = [append_only("evidence_is_never_changed")]


class SpecialReport(models.Model):
    """特殊情况报备: a department tells why it cannot answer in time (S0 §18).

    Granted with a longer limit (`granted_days`), or with a pause until the end of `paused_until`;
    `resumed_at` is when the clocks went on, if before or at that end.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="reports")
    reason = models.TextField(_("情况说明"))
    days = models.PositiveSmallIntegerField(_("申请延长（工作日）"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.OPEN)
    remedy = models.CharField(_("准予方式"), max_length=10, choices=ReportRemedy, blank=True, default="")
    granted_days = models.PositiveSmallIntegerField(_("准予延长（工作日）"), null=True, blank=True)
    paused_until = models.DateField(_("中止至"), null=True, blank=True)
    resumed_at = models.DateTimeField(_("恢复计时"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("特殊情况报备")
        verbose_name_plural = _("特殊情况报备")
        ordering = ("-filed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("task",), condition=Q(state=ReportState.OPEN), name="one_open_report_a_task"
            ),
            models.CheckConstraint(
                name="report_pause_has_its_end",
                condition=~Q(remedy=ReportRemedy.PAUSE) | Q(paused_until__isnull=False),
            ),
        ]


class SilenceBatch(models.Model):
    """待放行批次: silences of one place that an outage or a backlog let pile up; a supervisor looks first."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name=_("辖区"))
    cause = models.CharField(_("缘由"), max_length=10, choices=HeldCause)
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, blank=True, related_name="+")
    most = models.PositiveIntegerField(help_text="how many at once the place lets fall silent by itself")
    opened_at = models.DateTimeField(_("发现"))
    closed_at = models.DateTimeField(_("处理完"), null=True, blank=True)

    class Meta:
        verbose_name = _("待放行批次")
        verbose_name_plural = _("待放行批次")
        ordering = ("-opened_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("jurisdiction",), condition=Q(closed_at=None), name="one_open_silence_batch_a_place"
            )
        ]


class HeldSilence(models.Model):
    """待放行的默认: one task whose silence is held back until a supervisor has looked (DESIGN §3)."""

    batch = models.ForeignKey(SilenceBatch, models.PROTECT, related_name="held")
    task = models.ForeignKey(Task, models.CASCADE, related_name="held_silences")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    ground = models.CharField(_("情形"), max_length=20, choices=SilenceGround)
    due_at = models.DateTimeField(_("届满"))
    held_at = models.DateTimeField(_("暂缓"))
    verdict = models.CharField(_("处理"), max_length=10, choices=HeldVerdict, default=HeldVerdict.WAITING)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    days = models.PositiveSmallIntegerField(_("延长（工作日）"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("待放行的默认")
        verbose_name_plural = _("待放行的默认")
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("task",), condition=Q(verdict=HeldVerdict.WAITING), name="held_once_a_task"
            ),
            models.CheckConstraint(
                name="held_is_answered_with_a_reason",
                condition=Q(verdict__in=[HeldVerdict.WAITING, HeldVerdict.OVERTAKEN]) | ~Q(reason=""),
            ),
            models.CheckConstraint(name="held_after_its_end", condition=Q(held_at__gte=F("due_at"))),
        ]

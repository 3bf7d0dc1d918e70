"""Special procedures of a case (行政许可法 Art. 45), hearings (Art. 46–48) and extension (Art. 42)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from hall.clocks.choices import Ground
from hall.clocks.limits import Limit, Unit
from matters.choices import SpecialProcedure

from ..choices import HearingGround, ProcedureState, ReportState
from .tasks import Task


class Procedure(models.Model):
    """特别程序: a hearing, a test, a survey … of one case, run by the department of a task.

    It has its own limit, and somebody whom the applicant can ask. Where the version says so, the case's
    limits stand still from its opening to its end; the applicant is told in writing how long it will take.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Application, models.CASCADE, related_name="procedures")
    task = models.ForeignKey(Task, models.PROTECT, related_name="procedures")
    kind = models.CharField(_("种类"), max_length=20, choices=SpecialProcedure)
    state = models.CharField(_("状态"), max_length=10, choices=ProcedureState, default=ProcedureState.RUNNING)
    ground = models.CharField(_("不计入期限的依据"), max_length=20, choices=Ground, blank=True)
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    limit_value = models.PositiveSmallIntegerField(_("所需时间"))
    limit_unit = models.CharField(max_length=15, choices=Unit)
    reason = models.TextField(_("事由"))
    contact_name = models.CharField(_("联系人"), max_length=60)
    contact_phone = models.CharField(_("联系电话"), max_length=40)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("开始"))
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(_("结束"), null=True, blank=True)
    result = models.TextField(_("结果"), blank=True)

    class Meta:
        verbose_name = _("特别程序")
        verbose_name_plural = _("特别程序")
        ordering = ("opened_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("case", "kind"),
                condition=Q(state=ProcedureState.RUNNING),
                name="procedure_of_a_kind_runs_once",
            ),
            models.CheckConstraint(
                name="procedure_has_an_end_unless_running",
                condition=Q(state=ProcedureState.RUNNING, finished_at__isnull=True)
                | (~Q(state=ProcedureState.RUNNING) & Q(finished_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def limit(self) -> Limit:
        """How long it may take."""
        return Limit(self.limit_value, Unit(self.limit_unit))

    @property
    def stops_clock(self) -> bool:
        """Do the case's limits stand still while it runs?"""
        return bool(self.ground)


class Hearing(models.Model):
    """听证 (行政许可法 Art. 46–48): the right told, the request, the day, the record."""

    procedure = models.OneToOneField(Procedure, models.CASCADE, related_name="hearing")
    because = models.CharField(_("事由"), max_length=12, choices=HearingGround)
    parties = models.TextField(_("利害关系人"), blank=True)
    told_at = models.DateTimeField(_("告知听证权利"))
    requested_at = models.DateTimeField(_("申请听证"), null=True, blank=True)
    requested_by = models.CharField(_("申请人"), max_length=100, blank=True)
    noticed_at = models.DateTimeField(_("通知时间地点"), null=True, blank=True)
    held_at = models.DateTimeField(_("举行时间"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    record = models.TextField(_("听证笔录"), blank=True)
    signed_by = models.CharField(_("笔录签名"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("听证")
        verbose_name_plural = _("听证")
        constraints = [
            models.CheckConstraint(name="hearing_record_is_signed", condition=Q(record="") | ~Q(signed_by=""))
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.get_because_display()}"


class Extension(models.Model):
    """延期: once a case, by at most what its regime allows, approved by the head (行政许可法 Art. 42)."""

    case = models.ForeignKey(Application, models.CASCADE, related_name="extensions")
    task = models.ForeignKey(Task, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("延长（工作日）"))
    reason = models.TextField(_("理由"))
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.OPEN)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("批示"), max_length=300, blank=True)
    due_before = models.DateTimeField(_("原期限"), null=True, blank=True)
    due_after = models.DateTimeField(_("延长后期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("延期")
        verbose_name_plural = _("延期")
        ordering = ("proposed_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("case",),
                condition=~Q(state=ReportState.REJECTED),
                name="case_is_extended_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} +{self.days}"

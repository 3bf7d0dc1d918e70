"""One import of a file, from the upload to its report."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.files.models import StoredFile
from hall.organisation.models import Jurisdiction

from ..choices import ImportMode, ImportState
from .lists import MatterList


class ImportRun(models.Model):
    """导入: a file that a keeper handed in, what is to be done with it, and what came of it.

    A waiting run is taken by whoever comes first, the page itself or a porter, under its row lock; a worker
    that dies leaves it waiting. `attempts` is counted before the work begins, so that a file which kills
    every worker is given up instead of being tried for ever.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="import_runs")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("文件"))
    mode = models.CharField(_("方式"), max_length=10, choices=ImportMode, default=ImportMode.ROWS)
    matter_list = models.ForeignKey(
        MatterList, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("全部列入清单")
    )
    publish = models.BooleanField(_("直接发布"), default=False)
    dry_run = models.BooleanField(_("试运行"), default=True)
    state = models.CharField(_("状态"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    reason = models.CharField(_("没有导入的原因"), max_length=300, blank=True)
    report = models.JSONField(_("结果"), null=True, blank=True)
    annotated = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批注表")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("导入人")
    )
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入")
        ordering = ("-started_at",)
        constraints = [
            models.CheckConstraint(
                name="finished_import_says_what_came_of_it",
                condition=Q(state=ImportState.WAITING)
                | (Q(finished_at__isnull=False) & (Q(report__isnull=False) | ~Q(reason=""))),
            )
        ]
        indexes = [
            models.Index(
                fields=("started_at",), name="import_waiting", condition=Q(state=ImportState.WAITING)
            ),
            models.Index(fields=("jurisdiction", "-started_at"), name="import_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.get_state_display()}"

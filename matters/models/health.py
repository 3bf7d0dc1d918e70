"""What the rules found in each matter's version in force, kept so that a whole catalogue can be looked at."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from .matters import Matter
from .versions import MatterVersion


class MatterHealth(models.Model):
    """健康: the findings about the valid version of a matter, folded by `services.fold_health`.

    Nothing but a copy of what the rules say: it is made anew when the version, the rules or the place's
    settings change (`fingerprint`), and deleting it loses nothing.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="health")
    version = models.ForeignKey(MatterVersion, models.CASCADE, null=True, blank=True, related_name="+")
    fingerprint = models.CharField(max_length=40)
    blocking = models.PositiveSmallIntegerField(_("须改"), default=0)
    advice = models.PositiveSmallIntegerField(_("建议"), default=0)
    findings = models.JSONField(_("检查结果"), default=list)  # [Finding.as_data()]
    folded_at = models.DateTimeField(_("检查时间"))

    class Meta:
        verbose_name = _("事项健康")
        verbose_name_plural = _("事项健康")
        indexes = [
            GinIndex(fields=["findings"], opclasses=["jsonb_path_ops"], name="health_by_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}: {self.blocking}/{self.advice}"

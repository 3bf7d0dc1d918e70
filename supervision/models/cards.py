"""Cards and daily facts, both made from the journal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from hall.organisation.models import Department, Jurisdiction

from ..choices import CardKind, CardState, Measure


class Card(models.Model):
    """监察牌: raised by an expired or nearly expired clock, against whoever let it run out."""

    kind = models.CharField(_("种类"), max_length=10, choices=CardKind)
    case = models.ForeignKey(Application, models.PROTECT, related_name="cards")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="cards")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="cards")
    clock_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(_("事由"), max_length=300)
    raised_at = models.DateTimeField(_("发出"))
    state = models.CharField(_("状态"), max_length=10, choices=CardState, default=CardState.OPEN)
    answer = models.TextField(_("反馈"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("监察牌")
        verbose_name_plural = _("监察牌")
        ordering = ("-raised_at", "-pk")
        constraints = [models.UniqueConstraint(fields=("clock_id", "kind"), name="card_once_a_clock")]
        indexes = [
            models.Index(fields=("jurisdiction", "state", "-raised_at"), name="card_by_place"),
            models.Index(fields=("department", "state", "-raised_at"), name="card_by_department"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case}"


class DailyFact(models.Model):
    """A count of one measure on one day for one department, folded from the journal by a cursor."""

    day = models.DateField()
    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, related_name="+")
    measure = models.CharField(max_length=20, choices=Measure)
    value = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("日统计")
        verbose_name_plural = _("日统计")
        constraints = [
            models.UniqueConstraint(
                fields=("day", "jurisdiction", "department", "measure"), name="fact_once_a_day"
            )
        ]

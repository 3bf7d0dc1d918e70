"""Which change of a catalogue was seen when: what lets a reader ask for everything since."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Jurisdiction


class StampMark(models.Model):
    """A number of a catalogue's stamp, and below which transaction everything had ended when it was given.

    Whoever has seen the catalogue under this number has seen all that those transactions wrote, and all of
    the one that gave the number (`writer`); what they have not seen was written by others at or above the
    horizon, whenever those began.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="stamp_marks")
    number = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    horizon = models.BigIntegerField()
    writer = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("目录变更记号")
        verbose_name_plural = _("目录变更记号")
        constraints = [models.UniqueConstraint(fields=("jurisdiction", "number"), name="stamp_marked_once")]
        indexes = [models.Index(fields=("jurisdiction", "writer"), name="stamp_mark_by_writer")]

    def __str__(self) -> str:
        return f"{self.jurisdiction_id}:{self.number}"

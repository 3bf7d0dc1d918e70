"""物料转移单: paper originals on their way between windows and departments, confirmed by both sides."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application, CaseMaterial
from hall.now import now
from hall.organisation.models import Department, Hall, Jurisdiction

from ..choices import SlipState


def _one_of(name: str, first: str, second: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{first}__isnull": False, f"{second}__isnull": True})
        | Q(**{f"{first}__isnull": True, f"{second}__isnull": False}),
    )


class TransferSlip(models.Model):
    """物料转移单: one hand-over of originals of one case, from a hall or department to another.

    The sender confirms by handing over, the receiver by counting. `due_at` is when it should be received.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("转移单号"), max_length=30, unique=True)
    case = models.ForeignKey(Application, models.CASCADE, related_name="slips")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=SlipState, default=SlipState.SENT)
    from_hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="slips_out")
    from_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="slips_out"
    )
    to_hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="slips_in")
    to_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="slips_in"
    )
    note = models.CharField(_("说明"), max_length=300, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("交出"))
    due_at = models.DateTimeField(_("应接收"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(_("接收"), null=True, blank=True)
    difference = models.TextField(_("差异说明"), blank=True)

    class Meta:
        verbose_name = _("物料转移单")
        verbose_name_plural = _("物料转移单")
        ordering = ("sent_at", "pk")
        constraints = [
            _one_of("slip_comes_from_one_side", "from_hall", "from_department"),
            _one_of("slip_goes_to_one_side", "to_hall", "to_department"),
            models.CheckConstraint(
                name="slip_is_received_by_somebody",
                condition=Q(state__in=[SlipState.SENT, SlipState.TAKEN_BACK], received_at=None)
                | Q(
                    state__in=[SlipState.RECEIVED, SlipState.DIFFERING],
                    received_at__isnull=False,
                    received_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="slip_that_differs_says_how", condition=~Q(state=SlipState.DIFFERING) | ~Q(difference="")
            ),
        ]
        indexes = [
            models.Index(fields=("to_hall", "sent_at"), name="slip_to_hall", condition=Q(state="sent")),
            models.Index(
                fields=("to_department", "sent_at"), name="slip_to_department", condition=Q(state="sent")
            ),
            models.Index(fields=("from_hall", "sent_at"), name="slip_from_hall", condition=Q(state="sent")),
            models.Index(
                fields=("from_department", "sent_at"), name="slip_from_department", condition=Q(state="sent")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_late(self) -> bool:
        """Is it still under way after it should have been received?"""
        return self.state == SlipState.SENT and self.due_at < now()

    @property
    def paper_key(self) -> str:
        """By which key its paper is printed: as sent, or as both sides confirmed it."""
        return f"{self.pk}@{self.received_at:%Y%m%d%H%M%S}" if self.received_at else str(self.pk)

    @property
    def sender(self) -> str:
        """Which office hands over."""
        return str(self.from_hall or self.from_department)

    @property
    def receiver(self) -> str:
        """Which office receives."""
        return str(self.to_hall or self.to_department)


class SlipItem(models.Model):
    """One line of a slip: so many originals and copies of a material, as sent and as received.

    `travels` as long as the slip is open: an original is on one open slip at most.
    """

    slip = models.ForeignKey(TransferSlip, models.CASCADE, related_name="items")
    material = models.ForeignKey(CaseMaterial, models.PROTECT, related_name="slip_items")
    originals = models.PositiveSmallIntegerField(_("原件"), default=0)
    copies = models.PositiveSmallIntegerField(_("复印件"), default=0)
    received_originals = models.PositiveSmallIntegerField(_("实收原件"), null=True, blank=True)
    received_copies = models.PositiveSmallIntegerField(_("实收复印件"), null=True, blank=True)
    travels = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("转移单明细")
        verbose_name_plural = _("转移单明细")
        ordering = ("slip_id", "pk")
        constraints = [
            models.UniqueConstraint(fields=("slip", "material"), name="material_once_a_slip"),
            models.UniqueConstraint(
                fields=("material",), condition=Q(travels=True), name="original_travels_on_one_slip"
            ),
            models.CheckConstraint(
                name="slip_carries_something", condition=Q(originals__gt=0) | Q(copies__gt=0)
            ),
        ]

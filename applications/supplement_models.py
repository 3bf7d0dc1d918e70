"""What was handed in after receipt: when, by which way, and what was still missing then."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .choices import SupplementChannel
from .models import Application, CorrectionNotice, Deferral


class Supplement(models.Model):
    """补交: all that came on one day by one way, in answer to a notice (补正) or to a 容缺 promise.

    `received_at` is when it reached the office: the limit for the verdict runs from the last of them.
    `posted_on` is the postmark: what was posted in time is in time (民法典 Art. 203 and the rule of all
    procedure laws). A row that is posted and not received is under way; while it is, the applicant's
    period stands still. `left` names what was still missing after it.
    """

    case = models.ForeignKey(Application, models.CASCADE, related_name="supplements")
    notice = models.ForeignKey(
        CorrectionNotice, models.CASCADE, null=True, blank=True, related_name="supplements"
    )
    deferral = models.ForeignKey(Deferral, models.CASCADE, null=True, blank=True, related_name="supplements")
    channel = models.CharField(_("补交方式"), max_length=10, choices=SupplementChannel)
    items = models.JSONField(_("补交的内容"), default=list)  # [{"code", "name", "of"}]
    left = models.JSONField(_("还缺的内容"), default=list)  # names
    posted_on = models.DateField(_("交邮日期"), null=True, blank=True)
    tracking_number = models.CharField(_("邮件号"), max_length=40, blank=True)
    received_at = models.DateTimeField(_("收到"), null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    registered_at = models.DateTimeField(_("登记"))
    struck_at = models.DateTimeField(_("注销"), null=True, blank=True)
    strike_reason = models.CharField(_("注销理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("补交")
        verbose_name_plural = _("补交")
        ordering = ("case_id", "registered_at", "pk")
        constraints = [
            models.CheckConstraint(
                name="supplement_is_received_or_posted",
                condition=Q(received_at__isnull=False) | Q(posted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="supplement_posted_came_by_post",
                condition=Q(posted_on=None) | Q(channel=SupplementChannel.POST),
            ),
            models.CheckConstraint(
                name="supplement_struck_has_a_reason",
                condition=Q(struck_at=None, strike_reason="") | ~Q(strike_reason=""),
            ),
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(received_at=None, struck_at=None),
                name="one_letter_under_way_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {'、'.join(item['name'] for item in self.items)}"

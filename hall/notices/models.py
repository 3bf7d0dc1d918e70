"""Notices to people: a row first, the sending after commit, each at most once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hall.people.fields import EncryptedTextField

from .choices import Channel, NoticeState


class Notice(models.Model):
    """One message to one person on one channel. In-app notices are sent when they are written."""

    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    address = EncryptedTextField(_("地址或号码"), blank=True, default="")
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"))
    link = models.CharField(max_length=300, blank=True)
    case_id = models.UUIDField(null=True, blank=True, db_index=True)
    once_key = models.CharField(max_length=160, null=True, blank=True, unique=True)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ("-pk",)
        indexes = [
            models.Index(
                fields=("next_try_at",),
                name="notice_to_send",
                condition=models.Q(state__in=[NoticeState.QUEUED, NoticeState.SENDING]),
            ),
            models.Index(fields=("user", "-id"), name="notice_by_user"),
        ]

    def __str__(self) -> str:
        return self.subject

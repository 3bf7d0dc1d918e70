"""Uploaded files: temporary → checked → claimed, private from the first byte."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import FileState


class StoredFile(models.Model):
    """A file and what is known of it. The bytes lie in private storage under its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("字节"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=FileState, default=FileState.TEMPORARY)
    reason = models.CharField(_("未通过原因"), max_length=200, blank=True)
    path = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_type = models.CharField(max_length=60, blank=True)
    claimed_id = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        indexes = [
            models.Index(fields=("claimed_type", "claimed_id"), name="file_by_claimant"),
            models.Index(
                fields=("uploaded_at",), name="file_unclaimed", condition=~models.Q(state=FileState.CLAIMED)
            ),
        ]

    def __str__(self) -> str:
        return self.name

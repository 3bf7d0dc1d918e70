"""What was loaded into this database, and from which files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Preparation(models.Model):
    """One finished step of `manage.py prepare`.

    Kept in the database and not beside it, because it speaks of this database: a new one starts without
    rows, a restored one with those it had.
    """

    step = models.CharField(_("步骤"), max_length=40, primary_key=True)
    # Of the files that the step read; another value means that the step must run again.
    fingerprint = models.CharField(_("指纹"), max_length=64, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), auto_now=True)

    class Meta:
        verbose_name = _("准备步骤")
        verbose_name_plural = _("准备步骤")

    def __str__(self) -> str:
        return self.step

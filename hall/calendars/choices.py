"""Vocabulary of the calendars."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    """What a row says of its day; days without a row follow the week."""

    OFF = "off", _("休")
    WORK = "work", _("班")


class DayNature(models.TextChoices):
    """What a day is once all rows are laid over the week."""

    WORKDAY = "workday", _("工作日")
    WEEKEND = "weekend", _("周末")
    HOLIDAY = "holiday", _("放假")
    MAKE_UP = "make_up", _("调休上班")

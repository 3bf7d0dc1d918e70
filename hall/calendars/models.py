"""Working days: the national arrangement and local rows on top of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Hall, Jurisdiction

from .choices import DayKind


class AnnouncedYear(models.Model):
    """已公布年度: a year whose national arrangement is known. Any other year is provisional (暂定)."""

    year = models.PositiveSmallIntegerField(_("年度"), primary_key=True)
    source = models.CharField(_("依据"), max_length=200)
    announced_on = models.DateField(_("公布日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("已公布年度")
        verbose_name_plural = _("已公布年度")
        ordering = ("year",)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """日历日: one day that does not follow the week.

    Without a jurisdiction it is national; a jurisdiction's row covers it, and a hall's row covers both.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.CASCADE, null=True, blank=True, verbose_name=_("辖区"), related_name="+"
    )
    hall = models.ForeignKey(
        Hall, models.CASCADE, null=True, blank=True, verbose_name=_("大厅"), related_name="+"
    )
    date = models.DateField(_("日期"))
    kind = models.CharField(_("休或班"), max_length=4, choices=DayKind)
    name = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("日历日")
        verbose_name_plural = _("日历日")
        ordering = ("date", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("jurisdiction", "hall", "date"),
                name="calendar_day_once_a_place",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(hall=None) | Q(jurisdiction__isnull=False),
                name="calendar_day_of_a_hall_names_its_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()} {self.name}"


class CalendarChange(models.Model):
    """日历变更: one change of the calendar. Its number is the version that readers remember.

    It is also a tray: a change with no `applied_at` still has to move the open clocks it touches.
    Changes are numbered under a lock, so a higher number is always the later commit.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, null=True, blank=True, related_name="+")
    first_day = models.DateField(_("自"))
    last_day = models.DateField(_("至"))
    why = models.CharField(_("缘由"), max_length=300)
    made_at = models.DateTimeField(_("时间"))
    applied_at = models.DateTimeField(_("已重算时限"), null=True, blank=True)
    moved = models.PositiveIntegerField(_("移动的时限"), default=0)

    class Meta:
        verbose_name = _("日历变更")
        verbose_name_plural = _("日历变更")
        ordering = ("pk",)
        indexes = [
            models.Index(fields=("id",), condition=Q(applied_at=None), name="calendar_change_to_apply")
        ]

    def __str__(self) -> str:
        return self.why

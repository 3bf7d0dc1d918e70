"""Lists of matters, and the stamp that says that a catalogue has changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Jurisdiction

from ..choices import ListRole
from .matters import Matter


class MatterList(models.Model):
    """清单: a published list of matters with its total (106 of S0, 133 of S1, 1,173 of S4)."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="matter_lists")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    published_total = models.PositiveIntegerField(_("公布总数"))
    document = models.CharField(_("公布文件"), max_length=200, blank=True)
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=True)

    class Meta:
        verbose_name = _("清单")
        verbose_name_plural = _("清单")
        ordering = ("jurisdiction", "code")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="list_code_once_a_place")
        ]

    def __str__(self) -> str:
        return self.name


class ListBatch(models.Model):
    """批次 of a list: when it was published, by which document, and with how many matters."""

    matter_list = models.ForeignKey(MatterList, models.CASCADE, related_name="batches")
    name = models.CharField(_("批次"), max_length=40)
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    published_total = models.PositiveIntegerField(_("公布数"), null=True, blank=True)
    document = models.CharField(_("公布文件"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("清单批次")
        verbose_name_plural = _("清单批次")
        ordering = ("matter_list_id", models.F("published_on").asc(nulls_last=True), "pk")
        constraints = [models.UniqueConstraint(fields=("matter_list", "name"), name="batch_once_a_list")]

    def __str__(self) -> str:
        return f"{self.matter_list} {self.name}"


class ListEntry(models.Model):
    """A matter's place in a list: batch, and whether it is deferred or associated (S1 二(二))."""

    matter_list = models.ForeignKey(MatterList, models.CASCADE, related_name="entries")
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="list_entries")
    order = models.PositiveIntegerField(_("序号"))
    batch = models.CharField(_("批次"), max_length=40, blank=True)
    role = models.CharField(_("性质"), max_length=12, choices=ListRole, default=ListRole.LISTED)

    class Meta:
        verbose_name = _("清单条目")
        verbose_name_plural = _("清单条目")
        ordering = ("matter_list_id", "order")
        constraints = [models.UniqueConstraint(fields=("matter_list", "matter"), name="matter_once_a_list")]

    def __str__(self) -> str:
        return f"{self.matter_list} {self.order}"


class CatalogueStamp(models.Model):
    """How often the catalogue of a place has changed. Whatever is derived from it compares this number."""

    jurisdiction = models.OneToOneField(
        Jurisdiction, models.CASCADE, primary_key=True, related_name="catalogue_stamp"
    )
    number = models.PositiveBigIntegerField(_("序号"), default=0)
    changed_at = models.DateTimeField(_("变更时间"))

    class Meta:
        verbose_name = _("目录变更戳")
        verbose_name_plural = _("目录变更戳")

    def __str__(self) -> str:
        return f"{self.jurisdiction_id}:{self.number}"

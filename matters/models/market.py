"""市场准入负面清单: what nobody may do, and what needs a licence (S0 §19)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Jurisdiction

from ..choices import AccessKind, LicenceTiming
from .matters import Matter


class NegativeList(models.Model):
    """The edition of the list that a place applies. What it does not name, everybody may do (非禁即入)."""

    jurisdiction = models.OneToOneField(Jurisdiction, models.PROTECT, related_name="negative_list")
    name = models.CharField(_("名称"), max_length=100)
    edition = models.CharField(_("版本"), max_length=100)
    document = models.CharField(_("公布文件"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    class Meta:
        verbose_name = _("市场准入负面清单")
        verbose_name_plural = _("市场准入负面清单")

    def __str__(self) -> str:
        return f"{self.name}（{self.edition}）"


class NegativeItem(models.Model):
    """One item: the words by which a business scope names it, its legal basis, and what follows.

    `words` name it; `unless` are longer wordings that contain one of them and mean something else.
    """

    negative_list = models.ForeignKey(NegativeList, models.CASCADE, related_name="items")
    code = models.SlugField(_("代码"), max_length=40)
    order = models.PositiveSmallIntegerField(_("序号"), default=0)
    kind = models.CharField(_("类别"), max_length=12, choices=AccessKind)
    industry = models.CharField(_("行业"), max_length=60)
    name = models.CharField(_("事项"), max_length=200)
    words = models.JSONField(_("对照词"), default=list)
    unless = models.JSONField(_("排除词"), default=list, blank=True)
    basis = models.CharField(_("依据"), max_length=300)
    timing = models.CharField(_("许可时点"), max_length=8, choices=LicenceTiming, blank=True)
    licence = models.CharField(_("须取得的许可"), max_length=100, blank=True)
    matter = models.ForeignKey(
        Matter,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="negative_items",
        verbose_name=_("本地办理事项"),
    )
    in_use = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = _("负面清单条目")
        verbose_name_plural = _("负面清单条目")
        ordering = ("negative_list_id", "kind", "order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("negative_list", "code"), name="negative_item_code_once"),
            models.CheckConstraint(
                name="negative_licensed_item_names_its_licence",
                condition=models.Q(kind=AccessKind.PROHIBITED) | ~models.Q(licence=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CheckedField(models.Model):
    """Which field of a market-access matter holds the business scope (经营范围) to be compared."""

    negative_list = models.ForeignKey(NegativeList, models.CASCADE, related_name="checked_fields")
    matter = models.OneToOneField(Matter, models.CASCADE, related_name="checked_field")
    key = models.CharField(_("字段代码"), max_length=40)

    class Meta:
        verbose_name = _("对照字段")
        verbose_name_plural = _("对照字段")

    def __str__(self) -> str:
        return f"{self.matter} {self.key}"

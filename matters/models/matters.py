"""A matter and the body of procedural law that it follows. What it prescribes lives in its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from hall.organisation.choices import Domain, Level
from hall.organisation.models import Department, Jurisdiction

from ..choices import MatterState, MatterType
from ..querysets import MatterQuerySet, RegimeQuerySet

if TYPE_CHECKING:
    from .versions import MatterVersion


class Regime(models.Model):
    """程序规则: one version of a body of procedural law, as data (DESIGN §2).

    `family` names the body of law, `code` this version of it. A matter version pins one for life, and its
    cases with it: a row is never changed (a trigger guards it), a change of the law is a new row with the
    day from which new matter versions take it. Without a jurisdiction it holds everywhere.
    """

    code = models.SlugField(_("代码"), primary_key=True, max_length=40)
    family = models.SlugField(_("规则"), max_length=30)
    number = models.PositiveSmallIntegerField(_("版本号"), default=1)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("适用地区")
    )
    valid_from = models.DateField(_("起用日期"), null=True, blank=True)
    change_reason = models.CharField(_("变更理由"), max_length=300, blank=True)
    name = models.CharField(_("名称"), max_length=60)
    basis = models.CharField(_("依据"), max_length=200)
    acceptance_days = models.PositiveSmallIntegerField(_("受理期限（工作日）"), default=5)
    deemed_accepted = models.BooleanField(_("逾期未告知视为受理"), default=True)
    pause_grounds = models.JSONField(_("不计入期限的程序"), default=list)
    extension_days = models.PositiveSmallIntegerField(_("可延长（工作日）"), default=10)
    delivery_days = models.PositiveSmallIntegerField(_("送达期限（工作日）"), default=10)
    refusal_rights = models.TextField(_("救济途径"), blank=True)

    objects = RegimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("程序规则")
        verbose_name_plural = _("程序规则")
        ordering = ("family", "number", "code")
        constraints = [
            models.UniqueConstraint(
                fields=("family", "jurisdiction", "number"),
                nulls_distinct=False,
                name="regime_number_once_a_family_and_place",
            )
        ]
        triggers = [pgtrigger.Protect(name="regime_is_never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.name if self.number == 1 else f"{self.name} v{self.number}"


class Matter(models.Model):
    """事项: what can be applied for in a place. Its content lives in versions."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="matters")
    name = models.CharField(_("事项名称"), max_length=200)
    kind = models.CharField(_("事项类型"), max_length=2, choices=MatterType)
    domain = models.CharField(_("领域"), max_length=20, choices=Domain)
    theme = models.CharField(_("主题"), max_length=60, blank=True)
    level = models.CharField(_("行使层级"), max_length=10, choices=Level)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="matters", verbose_name=_("实施主体")
    )
    basic_code = models.CharField(_("基本编码"), max_length=20, blank=True)
    implementation_code = models.CharField(_("实施编码"), max_length=80)
    code_segments = models.JSONField(_("编码分段"), default=dict, blank=True)
    short_code = models.CharField(
        _("短链"), max_length=12, unique=True, help_text=_("二维码与短链接，不随版本变化")
    )
    state = models.CharField(_("状态"), max_length=10, choices=MatterState, default=MatterState.ACTIVE)
    state_reason = models.CharField(_("状态原因"), max_length=200, blank=True)
    state_basis = models.CharField(_("状态依据"), max_length=300, blank=True)
    state_since = models.DateTimeField(_("状态自何时起"), null=True, blank=True)
    flags = models.JSONField(_("导入提示"), default=list, blank=True)
    source = models.CharField(_("来源"), max_length=100, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=True)
    popularity = models.PositiveIntegerField(_("办件量"), default=0)
    # Searching: kept by matters.services whenever the name or the aliases change.
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    pinyin = models.CharField(max_length=1000, blank=True, editable=False)
    initials = models.CharField(max_length=250, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MatterQuerySet.as_manager()
    # The valid version, as a list of one or none: filled by `MatterQuerySet.with_current()`.
    current_versions: list[MatterVersion]

    class Meta:
        verbose_name = _("事项")
        verbose_name_plural = _("事项")
        ordering = ("jurisdiction", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("jurisdiction", "implementation_code"), name="matter_code_once_a_place"
            )
        ]
        indexes = [
            models.Index(fields=("jurisdiction", "domain"), name="matter_by_domain"),
            models.Index(fields=("jurisdiction", "department"), name="matter_by_department"),
        ]

    def __str__(self) -> str:
        return self.name

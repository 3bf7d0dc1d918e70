"""一件事: several matters that people meet as one, in the order in which they are done (S1 二(五), S3 三)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.clocks.limits import Limit
from hall.now import now
from hall.organisation.models import Department, Jurisdiction

from ..choices import MatterState, VersionState
from .matters import Matter


class Bundle(models.Model):
    """一件事: its name and short link. What belongs to it lives in versions, as with matters."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="bundles")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("牵头部门"))
    short_code = models.CharField(
        _("短链"), max_length=12, unique=True, help_text=_("二维码与短链接，不随版本变化")
    )
    state = models.CharField(_("状态"), max_length=10, choices=MatterState, default=MatterState.ACTIVE)
    state_reason = models.CharField(_("状态原因"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    class Meta:
        verbose_name = _("一件事")
        verbose_name_plural = _("一件事")
        ordering = ("jurisdiction", "pk")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="bundle_code_once_a_place")
        ]

    def __str__(self) -> str:
        return self.name


class BundleVersionQuerySet(models.QuerySet["BundleVersion"]):
    """Versions of bundles."""

    def in_force(self) -> BundleVersionQuerySet:
        """Versions that can be applied for now."""
        moment = now()
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=moment),
            state__in=(VersionState.PUBLISHED, VersionState.SUPERSEDED),
            valid_from__lte=moment,
            bundle__state=MatterState.ACTIVE,
        )


class BundleVersion(models.Model):
    """一件事版本: its parts, its own questions, and the promise of the whole.

    `questions` are asked beside those of the parts, in the same form (matters.situations). `same_fields`
    are groups of `part.field` that ask for one thing under several names: asked once, under the first.
    A bundle may be one stage of a series (建设项目四阶段); the stages with `in_series_limit` together may
    take `series_limit` working days.
    """

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本号"))
    state = models.CharField(_("状态"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    valid_from = models.DateTimeField(_("生效"), null=True, blank=True)
    valid_to = models.DateTimeField(_("失效"), null=True, blank=True)
    change_reason = models.CharField(_("变更理由"), max_length=300, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    summary = models.CharField(_("说明"), max_length=300, blank=True)
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    applicants = models.JSONField(_("服务对象"), default=list)  # ApplicantKind values
    promised_value = models.PositiveSmallIntegerField(_("承诺办结时限（工作日）"))
    questions = models.JSONField(_("情形引导"), default=list, blank=True)
    same_fields = models.JSONField(_("同一内容的字段"), default=list, blank=True)  # [["part.key", …]]
    online = models.BooleanField(_("可网上申请"), default=True)
    series = models.CharField(_("所属全流程"), max_length=60, blank=True)
    series_stage = models.PositiveSmallIntegerField(_("阶段"), null=True, blank=True)
    series_limit = models.PositiveSmallIntegerField(_("全流程承诺（工作日）"), null=True, blank=True)
    in_series_limit = models.BooleanField(_("计入全流程承诺"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BundleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("一件事版本")
        verbose_name_plural = _("一件事版本")
        ordering = ("bundle_id", "-number")
        constraints = [
            models.UniqueConstraint(fields=("bundle", "number"), name="bundle_version_number_once"),
            models.UniqueConstraint(
                fields=("bundle",),
                condition=Q(state=VersionState.PUBLISHED, valid_to__isnull=True),
                name="bundle_version_in_force_once",
            ),
            models.CheckConstraint(
                name="bundle_version_in_force_begins",
                condition=Q(valid_from__isnull=False)
                | ~Q(state__in=[VersionState.PUBLISHED, VersionState.SUPERSEDED]),
            ),
            models.CheckConstraint(
                name="bundle_version_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="bundle_promises_at_least_a_day", condition=Q(promised_value__gt=0)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_bundle_is_never_changed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state IN ('published', 'superseded')"),
                func="""
                    IF TG_OP = 'DELETE'
                        OR to_jsonb(NEW) - 'state' - 'valid_to' <> to_jsonb(OLD) - 'state' - 'valid_to'
                    THEN
                        RAISE EXCEPTION 'a published bundle is never changed'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.bundle} v{self.number}"

    @property
    def promised(self) -> Limit:
        """The promise of the whole, in working days."""
        return Limit(self.promised_value)

    @property
    def is_frozen(self) -> bool:
        """Published once: it never changes again."""
        return self.state in (VersionState.PUBLISHED, VersionState.SUPERSEDED)


class BundlePart(models.Model):
    """One matter of a bundle: what it waits for, when it belongs to it, what its refusal means.

    `opens_when`: `question=value|value`, empty for always. `after`: codes of parts whose result it needs.
    `preset`: answers to its matter's questions that the bundle gives itself. `feeds`: which materials of
    later parts its result is, as `[{"part", "material"}]`.
    """

    version = models.ForeignKey(BundleVersion, models.CASCADE, related_name="parts")
    code = models.SlugField(_("代码"), max_length=20)
    order = models.PositiveSmallIntegerField(_("序号"))
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="bundle_parts", verbose_name=_("事项"))
    after = models.JSONField(_("在其后办理"), default=list, blank=True)
    opens_when = models.CharField(_("需要的情形"), max_length=100, blank=True)
    sinks = models.BooleanField(
        _("不予则全部终止"), default=False, help_text=_("未勾选的，这一项不予不影响其他各项")
    )
    preset = models.JSONField(_("预设回答"), default=dict, blank=True)
    feeds = models.JSONField(_("结果用作材料"), default=list, blank=True)

    class Meta:
        verbose_name = _("一件事的组成事项")
        verbose_name_plural = _("一件事的组成事项")
        ordering = ("version_id", "order")
        constraints = [
            models.UniqueConstraint(fields=("version", "code"), name="bundle_part_code_once"),
            models.UniqueConstraint(fields=("version", "matter"), name="bundle_part_matter_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="part_of_published_bundle_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM matters_bundleversion
                        WHERE id = COALESCE(NEW.version_id, OLD.version_id)
                            AND state IN ('published', 'superseded')
                    ) THEN
                        RAISE EXCEPTION 'the parts of a published bundle are never changed'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.matter}"

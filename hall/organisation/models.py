"""Jurisdictions, halls, zones, windows, departments and the posts that bind people to them."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import guards, policies
from .choices import DepartmentKind, Domain, Level, Role, WindowKind


class Jurisdiction(models.Model):
    """辖区: a city, county or district with its own catalogue, calendars, seals and policies."""

    slug = models.SlugField(_("短名"), unique=True)
    code = models.CharField(_("行政区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=20)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"))
    founding_document = models.CharField(_("依据文件"), max_length=200, blank=True)
    reform_name = models.CharField(_("改革名称"), max_length=50, blank=True)
    phone = models.CharField(_("咨询电话"), max_length=30, blank=True)
    complaint_phone = models.CharField(_("投诉电话"), max_length=30, blank=True)
    opens_at = models.TimeField(_("上班"), default=dt.time(9, 0))
    closes_at = models.TimeField(_("下班"), default=dt.time(17, 0))
    settings = models.JSONField(_("政策"), default=dict, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("辖区")
        verbose_name_plural = _("辖区")
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.name

    @property
    def policies(self) -> policies.Policies:
        """What this place does differently from others."""
        return policies.read(self.settings)


class Department(models.Model):
    """部门: an organ that consults or decides, or a town that takes in."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="departments")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=30)
    kind = models.CharField(_("性质"), max_length=20, choices=DepartmentKind, default=DepartmentKind.ORGAN)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    domain = models.CharField(_("主办领域"), max_length=20, choices=Domain, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    review_organ = models.CharField(_("行政复议机关"), max_length=100, blank=True)
    court = models.CharField(_("行政诉讼法院"), max_length=100, blank=True)
    pinyin = models.CharField(max_length=400, blank=True, editable=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = _("部门")
        ordering = ("jurisdiction", "order", "code")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="department_code_once_a_place")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> Level:
        """行使层级: a town's own, else that of its place."""
        return Level.TOWN if self.kind == DepartmentKind.TOWN else Level(self.jurisdiction.level)


class Hall(models.Model):
    """政务服务中心: a building where windows stand."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="halls")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    opens_at = models.TimeField(_("开门"), default=dt.time(9, 0))
    closes_at = models.TimeField(_("关门"), default=dt.time(17, 0))
    is_town = models.BooleanField(_("镇街大厅"), default=False)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="halls",
        verbose_name=_("所属镇街"),
        help_text=_("镇街大厅由哪个镇街开办：路径中由镇街承办的环节交给它"),
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("大厅")
        verbose_name_plural = _("大厅")
        ordering = ("jurisdiction", "order", "code")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="hall_code_once_a_place")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> Level:
        """层级 of the hall: a town's, or that of its place."""
        return Level.TOWN if self.is_town else Level(self.jurisdiction.level)


class Zone(models.Model):
    """分区: windows of one kind of business (eight domains of S3, four zones of S2)."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="zones")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=50)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("分区")
        verbose_name_plural = _("分区")
        ordering = ("hall", "order", "code")
        constraints = [models.UniqueConstraint(fields=("hall", "code"), name="zone_code_once_a_hall")]

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """窗口: one counter."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="windows")
    number = models.CharField(_("窗口号"), max_length=10)
    name = models.CharField(_("名称"), max_length=50)
    kind = models.CharField(_("种类"), max_length=10, choices=WindowKind, default=WindowKind.INTAKE)

    class Meta:
        verbose_name = _("窗口")
        verbose_name_plural = _("窗口")
        ordering = ("zone", "number")
        constraints = [models.UniqueConstraint(fields=("zone", "number"), name="window_number_once_a_zone")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """岗位: binds a person to a role in a department or at a window, between two dates.

    An A/B post (S3 四(二)4) names the post it deputises for; the deputy acts with the same rights
    and the journal says "on behalf of".
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="posts")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="posts")
    hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="posts")
    window = models.ForeignKey(Window, models.SET_NULL, null=True, blank=True, related_name="posts")
    deputises = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="deputies")
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ("user", "role", "pk")
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="post_of_a_reviewer_has_a_department",
                condition=~Q(role__in=[Role.REVIEWER, Role.HEAD]) | Q(department__isnull=False),
            ),
            models.CheckConstraint(
                name="post_of_a_clerk_has_a_hall",
                condition=~Q(role__in=[Role.CLERK, Role.ISSUER]) | Q(hall__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="post_keeps_administrators_apart",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id", "role", "starts_on", "ends_on"),
                declare=[("clash", "TEXT")],
                func=guards.keep_administrators_apart(),
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.get_role_display()}"

    @property
    def office(self) -> str:
        """The department, window or hall where the post stands, for the journal and the papers."""
        place = self.department or self.window or self.hall or self.jurisdiction
        return place.name

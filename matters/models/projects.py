"""工程建设项目审批流程: which matters a kind of project needs, in which stage, and which waits for which.

Data of a place, kept like the rest of its catalogue (S0 §9, S2 二(五)2; 国办发〔2019〕11号: four stages).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.clocks.choices import Unit
from hall.clocks.limits import Limit
from hall.organisation.models import Department, Jurisdiction

from ..choices import ProjectKind
from .matters import Matter


class ProjectScheme(models.Model):
    """项目审批流程: the promise for a kind of project in one place, and the law's own limit.

    `promised` is S0 §9 ("最多60天办结"): the decree says 天 without saying which, so the unit is a field, and
    natural days, the stricter reading, are what it begins with. `joint` is 行政许可法 Art. 42(2) for matters
    handled together: 45 working days (Art. 82), once 15 more if the head of the government approves.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="project_schemes")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("项目类型"), max_length=20, choices=ProjectKind)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("牵头部门"))
    basis = models.CharField(_("承诺的依据"), max_length=300, blank=True)
    promised_value = models.PositiveSmallIntegerField(_("全流程承诺时限"), default=60)
    promised_unit = models.CharField(_("单位"), max_length=15, choices=Unit, default=Unit.CALENDAR_DAY)
    joint_value = models.PositiveSmallIntegerField(_("联合办理法定时限（工作日）"), default=45)
    joint_extension = models.PositiveSmallIntegerField(_("可延长（工作日）"), default=15)
    joint_basis = models.CharField(_("法定时限的依据"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    class Meta:
        verbose_name = _("项目审批流程")
        verbose_name_plural = _("项目审批流程")
        ordering = ("jurisdiction", "pk")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="project_scheme_code_once_a_place"),
            models.CheckConstraint(
                name="project_scheme_promises_a_day", condition=Q(promised_value__gt=0, joint_value__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def promised(self) -> Limit:
        """What the place promises for all approvals before building begins."""
        return Limit(self.promised_value, Unit(self.promised_unit))

    @property
    def joint(self) -> Limit:
        """The law's limit for matters handled together (行政许可法 Art. 42(2))."""
        return Limit(self.joint_value, Unit.WORKING_DAY)


class ProjectStage(models.Model):
    """阶段: one of the stages, in their order. `counts`: its time is part of the promise of the whole."""

    scheme = models.ForeignKey(ProjectScheme, models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField(_("次序"))
    code = models.SlugField(_("代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=40)
    counts = models.BooleanField(_("计入全流程承诺"), default=True)

    class Meta:
        verbose_name = _("项目阶段")
        verbose_name_plural = _("项目阶段")
        ordering = ("scheme_id", "order")
        constraints = [
            models.UniqueConstraint(fields=("scheme", "code"), name="project_stage_code_once"),
            models.UniqueConstraint(fields=("scheme", "order"), name="project_stage_order_once"),
        ]

    def __str__(self) -> str:
        return self.name


class StageMatter(models.Model):
    """A matter of a stage. `concludes`: its grant ends the stage (e.g. the building permit)."""

    scheme = models.ForeignKey(ProjectScheme, models.CASCADE, related_name="stage_matters")
    stage = models.ForeignKey(ProjectStage, models.CASCADE, related_name="matters")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="project_stages")
    order = models.PositiveSmallIntegerField(_("次序"))
    concludes = models.BooleanField(_("办好即完成本阶段"), default=False)

    class Meta:
        verbose_name = _("阶段事项")
        verbose_name_plural = _("阶段事项")
        ordering = ("scheme_id", "stage__order", "order")
        constraints = [
            models.UniqueConstraint(fields=("scheme", "matter"), name="project_matter_in_one_stage")
        ]

    def __str__(self) -> str:
        return str(self.matter)


class MatterDependency(models.Model):
    """前置关系: `dependent` starts on the working day after the result of `prerequisite` (S0 §9).

    `material_code` is the material of the dependent that the result is; empty where the order alone is laid
    down. There is no circle: the verbs see to it under the lock of the scheme.
    """

    scheme = models.ForeignKey(ProjectScheme, models.CASCADE, related_name="dependencies")
    prerequisite = models.ForeignKey(Matter, models.PROTECT, related_name="+", verbose_name=_("前置事项"))
    dependent = models.ForeignKey(Matter, models.PROTECT, related_name="+", verbose_name=_("后续事项"))
    material_code = models.CharField(_("作为哪份材料"), max_length=20, blank=True)
    basis = models.CharField(_("依据"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("前置关系")
        verbose_name_plural = _("前置关系")
        ordering = ("scheme_id", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("scheme", "prerequisite", "dependent"), name="project_dependency_once"
            ),
            models.CheckConstraint(
                name="no_matter_waits_for_itself", condition=~Q(prerequisite=F("dependent"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prerequisite} → {self.dependent}"

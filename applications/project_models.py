"""工程建设项目 (一码): one code over all cases of a project, and what goes before it (S2 二(二)2)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.clocks.limits import Limit
from hall.organisation.models import Department, Jurisdiction
from hall.people.fields import EncryptedTextField
from hall.people.masking import mask_name
from hall.people.models import Enterprise, Person
from matters.models import Matter, ProjectScheme, ProjectStage

from .choices import (
    AnswerState,
    ConsultationState,
    Feasibility,
    HelpKind,
    ProjectNature,
    ProjectState,
    WaitState,
)
from .project_querysets import ProjectQuerySet

if TYPE_CHECKING:
    from hall.clocks.models import Clock


class Project(models.Model):
    """项目: what is built, by whom, under which code; its cases share its facts and its materials.

    The national code is given at 立项; until then the project is only proposed (准入阶段) and has none.
    `needs_look`: a case has moved since the porter last looked; set in the transaction of the move, so that
    a lost nudge loses nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="projects")
    scheme = models.ForeignKey(ProjectScheme, models.PROTECT, related_name="projects")
    code = models.CharField(_("投资项目代码"), max_length=40, blank=True)
    name = models.CharField(_("项目名称"), max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="projects")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="projects")
    builder_name = models.CharField(_("建设单位"), max_length=200)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    nature = models.CharField(
        _("建设性质"), max_length=2, choices=ProjectNature, default=ProjectNature.CONSTRUCTION
    )
    investment = models.DecimalField(
        _("总投资（万元）"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    address = models.CharField(_("建设地点"), max_length=200, blank=True)
    territory = models.CharField(_("所在区域"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=ProjectState, default=ProjectState.PROPOSED)
    stage = models.ForeignKey(ProjectStage, models.PROTECT, null=True, blank=True, related_name="+")
    # 绿色通道: a mark that puts it before others in people's eyes; no limit of the law changes
    green_since = models.DateTimeField(_("进入绿色通道"), null=True, blank=True)
    green_ground = models.CharField(_("绿色通道的理由"), max_length=300, blank=True)
    green_basis = models.CharField(_("绿色通道的依据"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("登记"))
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    end_reason = models.CharField(_("终止的原因"), max_length=300, blank=True)
    needs_look = models.BooleanField(default=False)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    objects = ProjectQuerySet.as_manager()

    clock: Clock | None  # its promise; set by `project_queries.with_clock`

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        ordering = ("-created_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("jurisdiction", "code"), condition=~Q(code=""), name="project_code_once_a_place"
            ),
            models.CheckConstraint(
                name="project_has_one_builder",
                condition=Q(person__isnull=False, enterprise__isnull=True)
                | Q(person__isnull=True, enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="green_channel_has_ground_and_basis",
                condition=Q(green_since=None) | (~Q(green_ground="") & ~Q(green_basis="")),
            ),
        ]
        indexes = [
            models.Index(fields=("jurisdiction", "state", "-created_at"), name="project_by_place"),
            models.Index(fields=("needs_look",), name="project_to_look_at", condition=Q(needs_look=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def builder(self) -> Person | Enterprise | None:
        """Who builds: the applicant of all its cases."""
        return self.enterprise or self.person

    @property
    def masked_builder(self) -> str:
        """The name as lists show it: a person's masked; an enterprise's, which is public, whole."""
        return self.builder_name if self.enterprise_id else mask_name(self.builder_name)

    @property
    def is_green(self) -> bool:
        """Is it in the green channel?"""
        return self.green_since is not None


class PrerequisiteWait(models.Model):
    """One result that a case waits for, from the case of the same project that is to bring it.

    Kept when it is there, as the provenance of the material: from which case, when, under which number.
    """

    case = models.ForeignKey("applications.Application", models.CASCADE, related_name="waits")
    prerequisite = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    from_case = models.ForeignKey("applications.Application", models.PROTECT, related_name="waited_for_by")
    material_code = models.CharField(_("作为哪份材料"), max_length=20, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=WaitState, default=WaitState.WAITING)
    since = models.DateTimeField(_("自"))
    settled_at = models.DateTimeField(_("结果作出"), null=True, blank=True)
    result_number = models.CharField(_("结果编号"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("等待前置结果")
        verbose_name_plural = _("等待前置结果")
        ordering = ("case_id", "pk")
        constraints = [
            models.UniqueConstraint(fields=("case", "prerequisite"), name="case_waits_once_for_a_matter"),
            models.CheckConstraint(
                name="wait_settled_has_its_moment",
                condition=Q(state=WaitState.WAITING, settled_at=None)
                | (~Q(state=WaitState.WAITING) & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prerequisite} {self.get_state_display()}"


class TakenOver(models.Model):
    """共享材料: handed in once for the project, taken over from the case that has it (原件只交一次)."""

    case_material = models.OneToOneField(
        "applications.CaseMaterial", models.CASCADE, related_name="taken_over"
    )
    source = models.ForeignKey("applications.CaseMaterial", models.PROTECT, related_name="gave_to")
    taken_at = models.DateTimeField(_("沿用时间"))

    class Meta:
        verbose_name = _("项目共享材料")
        verbose_name_plural = _("项目共享材料")

    def __str__(self) -> str:
        return f"{self.source}"


class Consultation(models.Model):
    """准入评审: the lead asks several departments at once, before any case exists (S2 二(五)1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="consultations")
    number = models.PositiveSmallIntegerField(_("次"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("牵头部门"))
    questions = models.TextField(_("征询的问题"))
    limit_value = models.PositiveSmallIntegerField(_("答复期限（工作日）"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ConsultationState, default=ConsultationState.OPEN
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("发出"))
    summary = models.TextField(_("汇总意见"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("汇总时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("准入评审")
        verbose_name_plural = _("准入评审")
        ordering = ("project_id", "number")
        constraints = [
            models.UniqueConstraint(fields=("project", "number"), name="consultation_number_once_a_project"),
            models.CheckConstraint(
                name="consultation_closed_has_a_summary",
                condition=Q(state=ConsultationState.OPEN) | ~Q(summary=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.number}"

    @property
    def limit(self) -> Limit:
        """How long each department has."""
        return Limit(self.limit_value)


class ConsultationAnswer(models.Model):
    """One department's answer. Silence is written down as no answer, and never as consent."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="answers")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=AnswerState, default=AnswerState.ASKED)
    feasibility = models.CharField(_("意见"), max_length=14, choices=Feasibility, blank=True)
    reasons = models.TextField(_("理由"), blank=True)
    conditions = models.TextField(_("条件"), blank=True)
    due_at = models.DateTimeField(_("答复期限"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("准入征询")
        verbose_name_plural = _("准入征询")
        ordering = ("consultation_id", "pk")
        constraints = [
            models.UniqueConstraint(fields=("consultation", "department"), name="department_asked_once"),
            models.CheckConstraint(
                name="silence_is_no_answer",
                condition=Q(state__in=[AnswerState.ASKED, AnswerState.SILENT], feasibility="")
                | (Q(state__in=[AnswerState.ANSWERED, AnswerState.LATE]) & ~Q(feasibility="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_state_display()}"


class Helper(models.Model):
    """帮办人: a named member of staff who goes with one project all the way (S0 §13, S2 二(五)3)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="helpers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    phone = models.CharField(_("联系电话"), max_length=30)
    starts_at = models.DateTimeField(_("自"))
    ends_at = models.DateTimeField(_("至"), null=True, blank=True)
    reason = models.CharField(_("更换的原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("帮办人")
        verbose_name_plural = _("帮办人")
        ordering = ("project_id", "-starts_at")
        constraints = [
            models.UniqueConstraint(
                fields=("project",), condition=Q(ends_at=None), name="project_has_one_helper"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class HelpEntry(models.Model):
    """帮办日志: what the helper did. Written once; what was wrong is put right by another entry."""

    helper = models.ForeignKey(Helper, models.PROTECT, related_name="entries")
    kind = models.CharField(_("方式"), max_length=14, choices=HelpKind)
    text = models.TextField(_("内容"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("帮办日志")
        verbose_name_plural = _("帮办日志")
        ordering = ("-at", "-pk")
        triggers = [
            pgtrigger.Protect(name="help_log_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

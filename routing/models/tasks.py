"""Departments' tasks, their opinions, silence, and the decision."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from applications.choices import Outcome
from applications.models import Application
from hall.organisation.models import Department
from matters.choices import StepKind
from matters.models import Step

from ..choices import OpinionVerdict, ReportState, SilenceGround, TaskState
from ..querysets import TaskQuerySet


def _append_only(name: str) -> pgtrigger.Protect:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class CaseRoute(models.Model):
    """Where a case stands on the route of its pinned version."""

    case = models.OneToOneField(Application, models.CASCADE, related_name="route")
    stage = models.PositiveSmallIntegerField(_("当前阶段"))
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("办理路径")
        verbose_name_plural = _("办理路径")


class Task(models.Model):
    """部门任务: one department's part in one stage of one case, with its own clocks.

    `due_at` is the due date of the clock that runs now (receipt, then opinion), kept here so that a
    queue is one indexed query; null while the clock is paused.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Application, models.CASCADE, related_name="tasks")
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(_("阶段"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="tasks")
    kind = models.CharField(_("环节"), max_length=20, choices=StepKind)
    decides = models.BooleanField(default=False)
    state = FSMField(_("状态"), max_length=10, choices=TaskState, default=TaskState.OPEN, protected=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    opened_at = models.DateTimeField(_("送达部门"))
    received_at = models.DateTimeField(_("签收"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_at = models.DateTimeField(_("到期"), null=True, blank=True)
    finished_at = models.DateTimeField(_("办结"), null=True, blank=True)
    return_reason = models.TextField(_("退回理由"), blank=True)
    draft = models.JSONField(_("意见草稿"), default=dict, blank=True)

    # Set by routing.queries for the rows of a queue: working days left, percent of the time used.
    remaining: int | None
    spent: int

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门任务")
        verbose_name_plural = _("部门任务")
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("case", "step"),
                condition=~Q(state__in=[TaskState.RETURNED, TaskState.CANCELLED]),
                name="task_once_a_step",
            ),
            models.CheckConstraint(
                name="task_that_decides_is_never_silent",
                condition=~Q(decides=True, state=TaskState.DEEMED),
            ),
        ]
        indexes = [
            models.Index(
                fields=("department", "due_at", "id"),
                name="task_queue",
                condition=Q(state__in=[TaskState.OPEN, TaskState.RECEIVED]),
            ),
            models.Index(
                fields=("assignee", "due_at", "id"),
                name="task_queue_mine",
                condition=Q(state__in=[TaskState.OPEN, TaskState.RECEIVED]),
            ),
            models.Index(fields=("department", "-finished_at"), name="task_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_kind_display()}"

    @transition(field=state, source=TaskState.OPEN, target=TaskState.RECEIVED)
    def sign_for(self) -> None: ...

    @transition(field=state, source=TaskState.RECEIVED, target=TaskState.DONE)
    def finish(self) -> None: ...

    @transition(field=state, source=[TaskState.OPEN, TaskState.RECEIVED], target=TaskState.DEEMED)
    def fall_silent(self) -> None: ...

    @transition(field=state, source=[TaskState.OPEN, TaskState.RECEIVED], target=TaskState.RETURNED)
    def send_back(self) -> None: ...

    @transition(field=state, source=[TaskState.OPEN, TaskState.RECEIVED], target=TaskState.CANCELLED)
    def cancel(self) -> None: ...


class Opinion(models.Model):
    """部门意见, signed once and never changed. A late objection is a second row that undoes nothing."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="opinions")
    verdict = models.CharField(_("意见"), max_length=12, choices=OpinionVerdict)
    reasons = models.TextField(_("理由"), blank=True)
    conditions = models.TextField(_("条件"), blank=True)
    legal_basis = models.CharField(_("法律依据"), max_length=300, blank=True)
    late = models.BooleanField(_("默认之后提出"), default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("部门意见")
        verbose_name_plural = _("部门意见")
        ordering = ("task_id", "pk")
        constraints = [
            models.UniqueConstraint(fields=("task",), condition=Q(late=False), name="one_opinion_a_task"),
            models.CheckConstraint(
                name="objection_has_reasons", condition=~Q(verdict=OpinionVerdict.OBJECT) | ~Q(reasons="")
            ),
            models.CheckConstraint(
                name="condition_is_written",
                condition=~Q(verdict=OpinionVerdict.CONDITIONS) | ~Q(conditions=""),
            ),
        ]
        triggers = [_append_only("opinion_is_never_changed")]


class EvidencePack(models.Model):
    """默认同意证据: what the system knew when a department fell silent. Never changed."""

    task = models.OneToOneField(Task, models.CASCADE, related_name="evidence")
    ground = models.CharField(_("情形"), max_length=20, choices=SilenceGround)
    data = models.JSONField()  # clock explanation, warnings with delivery times, reads
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("默认同意证据")
        verbose_name_plural = _("默认同意证据")
        triggers = [_append_only("evidence_is_never_changed")]


class SpecialReport(models.Model):
    """特殊情况报备: a department tells why it cannot answer in time (S0 §18)."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="reports")
    reason = models.TextField(_("情况说明"))
    days = models.PositiveSmallIntegerField(_("申请延长（工作日）"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("特殊情况报备")
        verbose_name_plural = _("特殊情况报备")
        ordering = ("-filed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("task",), condition=Q(state=ReportState.OPEN), name="one_open_report_a_task"
            )
        ]


class Decision(models.Model):
    """决定: made once by the deciding organ, never changed (行政许可法 Art. 38)."""

    case = models.OneToOneField(Application, models.CASCADE, related_name="decision")
    task = models.OneToOneField(Task, models.PROTECT, related_name="decision")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    outcome = models.CharField(_("决定"), max_length=10, choices=Outcome)
    reasons = models.TextField(_("理由"), blank=True)
    conditions = models.TextField(_("附加条件"), blank=True)
    result = models.JSONField(_("证载内容"), default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    delegated = models.BooleanField(_("窗口受托决定"), default=False)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("决定")
        verbose_name_plural = _("决定")
        constraints = [
            models.CheckConstraint(
                name="refusal_has_reasons", condition=~Q(outcome=Outcome.REFUSED) | ~Q(reasons="")
            )
        ]
        triggers = [_append_only("decision_is_never_changed")]

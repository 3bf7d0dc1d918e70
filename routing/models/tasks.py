"""Departments' tasks, their opinions, and the decision."""

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

from ..choices import SET_ASIDE, OpinionVerdict, SentHow, TaskState
from ..querysets import TaskQuerySet


def append_only(name: str) -> pgtrigger.Protect:
    """A trigger that keeps rows as they were written."""
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
    # Who sent it, where it was not the route itself; and the task in whose place it stands.
    sent_how = models.CharField(_("送达方式"), max_length=10, choices=SentHow, default=SentHow.ROUTE)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(_("部门首次打开"), null=True, blank=True)
    received_at = models.DateTimeField(_("签收"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_at = models.DateTimeField(_("到期"), null=True, blank=True)
    finished_at = models.DateTimeField(_("办结"), null=True, blank=True)
    return_reason = models.TextField(_("退回理由"), blank=True)
    draft = models.JSONField(_("意见草稿"), default=dict, blank=True)

    # Set by routing.queries for the rows of a queue: working days left, percent of the time used, marks.
    remaining: int | None
    spent: int
    marks: list[str]

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门任务")
        verbose_name_plural = _("部门任务")
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("case", "step"),
                condition=~Q(state__in=sorted(SET_ASIDE)),
                name="task_once_a_step",
            ),
            models.CheckConstraint(
                name="task_that_decides_is_never_silent",
                condition=~Q(decides=True, state=TaskState.DEEMED),
            ),
            models.CheckConstraint(
                name="task_that_was_sent_has_a_sender",
                condition=Q(sent_how=SentHow.ROUTE) | Q(sent_by__isnull=False, replaces__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="task_falls_silent_only_where_allowed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("NEW.state = 'deemed'"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM matters_step s JOIN matters_matterversion v ON v.id = s.version_id
                        WHERE s.id = NEW.step_id AND s.silent_consent AND NOT s.decides
                          AND v.exclusions = '[]'::jsonb
                    ) THEN
                        RAISE EXCEPTION 'silence is no consent here'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
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

    @property
    def may_be_silent(self) -> bool:
        """Does the published step let silence of *this* department consent? Never of one that stands in."""
        return self.step.silent_consent and self.department_id == self.step.department_id

    @property
    def countersigns(self) -> bool:
        """Is it a signature under somebody else's decision text (会签)?"""
        return self.kind == StepKind.COUNTERSIGN

    @transition(field=state, source=TaskState.OPEN, target=TaskState.RECEIVED)
    def sign_for(self) -> None: ...

    @transition(field=state, source=TaskState.RECEIVED, target=TaskState.DONE)
    def finish(self) -> None: ...

    @transition(field=state, source=[TaskState.OPEN, TaskState.RECEIVED], target=TaskState.DEEMED)
    def fall_silent(self) -> None: ...

    @transition(field=state, source=[TaskState.OPEN, TaskState.RECEIVED], target=TaskState.RETURNED)
    def send_back(self) -> None: ...

    @transition(
        field=state,
        source=[TaskState.OPEN, TaskState.RECEIVED, TaskState.DISPUTED],
        target=TaskState.CANCELLED,
    )
    def cancel(self) -> None: ...

    @transition(field=state, source=TaskState.RETURNED, target=TaskState.RECEIVED)
    def take_back(self) -> None: ...

    @transition(field=state, source=TaskState.RECEIVED, target=TaskState.DISPUTED)
    def disclaim(self) -> None: ...

    @transition(field=state, source=TaskState.DISPUTED, target=TaskState.RECEIVED)
    def insist(self) -> None: ...

    @transition(field=state, source=TaskState.DISPUTED, target=TaskState.REROUTED)
    def reroute(self) -> None: ...

    @transition(field=state, source=TaskState.REROUTED, target=TaskState.DISPUTED)
    def dispute_again(self) -> None: ...

    @transition(field=state, source=TaskState.DONE, target=TaskState.CANCELLED)
    def void_signature(self) -> None: ...


class Opinion(models.Model):
    """部门意见, signed once and never changed. A late objection is a second row that undoes nothing.

    "Not our matter" (不属于本部门职责) names whose it is believed to be. It is no opinion on the application
    and never counts as consent: the lead department or the hall's manager rules on it, and the opinion
    proper is still owed.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="opinions")
    verdict = models.CharField(_("意见"), max_length=12, choices=OpinionVerdict)
    reasons = models.TextField(_("理由"), blank=True)
    conditions = models.TextField(_("条件"), blank=True)
    legal_basis = models.CharField(_("法律依据"), max_length=300, blank=True)
    competent = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("认为应由")
    )
    on_behalf = models.CharField(_("代"), max_length=60, blank=True)
    late = models.BooleanField(_("默认之后提出"), default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("部门意见")
        verbose_name_plural = _("部门意见")
        ordering = ("task_id", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("task",),
                condition=Q(late=False) & ~Q(verdict=OpinionVerdict.NOT_OURS),
                name="one_opinion_a_task",
            ),
            models.UniqueConstraint(
                fields=("task",), condition=Q(verdict=OpinionVerdict.NOT_OURS), name="not_ours_once_a_task"
            ),
            models.CheckConstraint(
                name="not_ours_names_whose",
                condition=Q(verdict=OpinionVerdict.NOT_OURS, competent__isnull=False, late=False)
                | (~Q(verdict=OpinionVerdict.NOT_OURS) & Q(competent__isnull=True)),
            ),
            models.CheckConstraint(
                name="objection_has_reasons",
                condition=~Q(verdict__in=[OpinionVerdict.OBJECT, OpinionVerdict.NOT_OURS]) | ~Q(reasons=""),
            ),
            models.CheckConstraint(
                name="condition_is_written",
                condition=~Q(verdict=OpinionVerdict.CONDITIONS) | ~Q(conditions=""),
            ),
        ]
        triggers = [append_only("opinion_is_never_changed")]


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
    on_behalf = models.CharField(_("代"), max_length=60, blank=True)
    delegation = models.ForeignKey(
        "routing.Delegation", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("决定")
        verbose_name_plural = _("决定")
        constraints = [
            models.CheckConstraint(
                name="refusal_has_reasons", condition=~Q(outcome=Outcome.REFUSED) | ~Q(reasons="")
            )
        ]
        triggers = [append_only("decision_is_never_changed")]

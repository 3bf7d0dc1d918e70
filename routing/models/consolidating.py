"""汇总 and 会签: what the lead department makes of all opinions, and who else signs the decision text."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.choices import Outcome
from applications.models import Application
from hall.organisation.models import Department

from ..choices import TextState
from .passing import Delegation
from .tasks import Opinion, Task, append_only


class Consolidation(models.Model):
    """审查意见汇总, written by the lead department from all opinions side by side. Never changed.

    When another opinion comes in afterwards it is written again: the last one counts.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="consolidations")
    text = models.TextField(_("审查意见汇总"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_behalf = models.CharField(_("代"), max_length=60, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("审查意见汇总")
        verbose_name_plural = _("审查意见汇总")
        ordering = ("task_id", "pk")
        constraints = [models.CheckConstraint(name="consolidation_says_something", condition=~Q(text=""))]
        triggers = [append_only("consolidation_is_never_changed")]


class Treatment(models.Model):
    """意见采纳情况: whether an objection or condition was adopted, and if not, why."""

    consolidation = models.ForeignKey(Consolidation, models.CASCADE, related_name="treatments")
    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="treatments")
    adopted = models.BooleanField(_("采纳"))
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("意见采纳情况")
        verbose_name_plural = _("意见采纳情况")
        ordering = ("consolidation_id", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("consolidation", "opinion"), name="treatment_once_a_consolidation"
            ),
            models.CheckConstraint(
                name="what_is_not_adopted_has_a_reason", condition=Q(adopted=True) | ~Q(reason="")
            ),
        ]
        triggers = [append_only("treatment_is_never_changed")]


class DecisionText(models.Model):
    """会签稿: a decision as the deciding organ has signed it, on its round through the co-signing organs.

    It takes effect when all have signed, and becomes the decision. One refusal sends it back; the next text
    is another row, and who signed the former has not signed this one.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="texts")
    case = models.ForeignKey(Application, models.CASCADE, related_name="decision_texts")
    number = models.PositiveSmallIntegerField(_("稿次"))
    state = models.CharField(_("状态"), max_length=12, choices=TextState, default=TextState.CIRCULATING)
    outcome = models.CharField(_("决定"), max_length=10, choices=Outcome)
    reasons = models.TextField(_("理由"), blank=True)
    conditions = models.TextField(_("附加条件"), blank=True)
    result = models.JSONField(_("证载内容"), default=dict)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_behalf = models.CharField(_("代"), max_length=60, blank=True)
    delegation = models.ForeignKey(Delegation, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("会签稿")
        verbose_name_plural = _("会签稿")
        ordering = ("task_id", "number")
        constraints = [
            models.UniqueConstraint(fields=("task", "number"), name="text_number_once_a_task"),
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(state=TextState.CIRCULATING),
                name="one_text_circulates_a_case",
            ),
            models.CheckConstraint(
                name="text_that_refuses_has_reasons", condition=~Q(outcome=Outcome.REFUSED) | ~Q(reasons="")
            ),
            models.CheckConstraint(
                name="text_ends_unless_it_circulates",
                condition=Q(state=TextState.CIRCULATING, ended_at=None)
                | (~Q(state=TextState.CIRCULATING) & Q(ended_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_text_is_never_changed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.state <> 'circulating'
                       OR to_jsonb(NEW) - 'state' - 'ended_at' - 'end_reason'
                          <> to_jsonb(OLD) - 'state' - 'ended_at' - 'end_reason' THEN
                        RAISE EXCEPTION 'a signed text is never changed'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.number}"


class Countersignature(models.Model):
    """会签: one organ's signature under a decision text, or its refusal with reasons. Never changed."""

    text = models.ForeignKey(DecisionText, models.CASCADE, related_name="signatures")
    task = models.OneToOneField(Task, models.CASCADE, related_name="countersignature")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    signed = models.BooleanField(_("签署"))
    reasons = models.TextField(_("理由"), blank=True)
    legal_basis = models.CharField(_("法律依据"), max_length=300, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_behalf = models.CharField(_("代"), max_length=60, blank=True)
    delegation = models.ForeignKey(Delegation, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("会签")
        verbose_name_plural = _("会签")
        ordering = ("text_id", "pk")
        constraints = [
            models.UniqueConstraint(fields=("text", "department"), name="organ_signs_a_text_once"),
            models.CheckConstraint(
                name="refused_signature_has_reasons",
                condition=Q(signed=True) | (~Q(reasons="") & ~Q(legal_basis="")),
            ),
        ]
        triggers = [append_only("countersignature_is_never_changed")]

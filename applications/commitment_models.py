"""告知承诺 after acceptance: checked later, and what follows if the promise was false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.organisation.choices import Role
from hall.organisation.models import Department

from .choices import CommitmentState, State
from .models import Application

if TYPE_CHECKING:
    from hall.clocks.models import Clock
    from hall.organisation.officers import Officer

HAS_A_RESULT = (State.DECIDED, State.READY, State.DELIVERED, State.ARCHIVED)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """The only way to read promises that stood in for proof."""

    def of_officer(self, officer: Officer) -> Self:
        """Those of the departments in which the officer reviews or heads."""
        return self.filter(department__in=officer.departments(Role.REVIEWER, Role.HEAD))

    def revoked_and_waiting(self, case_id: UUID | str | None = None) -> Self:
        """The certificates room's tray: decided to be revoked, not carried out yet."""
        waiting = self.filter(state=CommitmentState.REVOKED, carried_out_at=None)
        return waiting.filter(case=case_id) if case_id else waiting.order_by("decided_at", "pk")


class Commitment(models.Model):
    """承诺核查: is what was promised instead of proven true (国办发〔2020〕42号)?

    The organ that decided checks it (`facts`, `evidence`); false, it hears the holder (陈述申辩) before its
    head decides. The certificate itself is revoked by the room that issued it, which reads `revoked`.
    """

    case = models.OneToOneField(Application, models.CASCADE, related_name="commitment_check")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("核查部门"))
    state = models.CharField(
        _("核查结果"), max_length=10, choices=CommitmentState, default=CommitmentState.AWAITING
    )
    signed_by = models.CharField(_("承诺人签字"), max_length=100, blank=True)
    facts = models.TextField(_("核查情况"), blank=True)
    evidence = models.TextField(_("核查依据和证据"), blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    statement = models.TextField(_("陈述申辩"), blank=True)
    stated_at = models.DateTimeField(_("陈述申辩时间"), null=True, blank=True)
    waived = models.BooleanField(_("放弃陈述申辩"), default=False)
    reasons = models.TextField(_("决定的理由"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    # Left in the tray of the certificates room until the certificate and its paper follow.
    carried_out_at = models.DateTimeField(null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    clock: Clock | None  # of the check or of the statement; set by queries

    class Meta:
        verbose_name = _("承诺核查")
        verbose_name_plural = _("承诺核查")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="commitment_checked_has_its_facts",
                condition=Q(state=CommitmentState.AWAITING)
                | (~Q(facts="") & Q(checked_at__isnull=False, checked_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="commitment_found_false_has_evidence",
                condition=Q(state__in=[CommitmentState.AWAITING, CommitmentState.CONFORMS]) | ~Q(evidence=""),
            ),
            models.CheckConstraint(
                name="commitment_decided_has_reasons_and_a_head",
                condition=~Q(state__in=[CommitmentState.UPHELD, CommitmentState.REVOKED])
                | (~Q(reasons="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=("department",),
                name="commitment_to_check",
                condition=Q(state__in=[CommitmentState.AWAITING, CommitmentState.FALSE]),
            ),
            models.Index(
                fields=("decided_at",),
                name="commitment_revoked_in_tray",
                condition=Q(state=CommitmentState.REVOKED, carried_out_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_state_display()}"

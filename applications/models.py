"""The case (办件), its materials, notices and deferrals.

Transitions here say only from where to where; the rules are in services.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from hall.organisation.models import Hall, Jurisdiction, Window
from hall.people.models import Enterprise, Person
from matters import situations
from matters.models import Material, Matter, MatterVersion, Step

from .choices import (
    AcceptanceMode,
    DeferralState,
    Outcome,
    State,
    TerminationGround,
)
from .filed import NUMBERED_ONCE_RECEIVED, ONE_APPLICANT, Filed, HandedIn, OneTimeNotice
from .querysets import ApplicationQuerySet, open_deferral

if TYPE_CHECKING:
    from hall.clocks.models import Clock
    from hall.files.models import StoredFile

    from .evidence import Held


class Application(Filed):
    """办件: one applicant, one matter version, one way through the house."""

    version = models.ForeignKey(MatterVersion, models.PROTECT, related_name="applications")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="applications")
    hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="applications")
    window = models.ForeignKey(Window, models.SET_NULL, null=True, blank=True, related_name="applications")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="applications")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    agent = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="applications_made")
    outcome = models.CharField(_("决定"), max_length=10, choices=Outcome, blank=True)
    # What the answers lead to, frozen at acceptance; before that it follows the answers
    situation = models.JSONField(_("情形的后果"), null=True, blank=True)
    accepted_how = models.CharField(_("受理方式"), max_length=12, choices=AcceptanceMode, blank=True)
    decided_at = models.DateTimeField(_("决定"), null=True, blank=True)
    termination_ground = models.CharField(
        _("终止的情形"), max_length=20, choices=TerminationGround, blank=True
    )
    # Originals that lay in the hall when the case ended without a result, given back
    originals_returned_at = models.DateTimeField(_("退还原件"), null=True, blank=True)
    originals_returned_to = models.CharField(_("原件领回人"), max_length=100, blank=True)
    # 告知承诺: what was promised instead of proven, and the day by which it is checked
    commitment = models.TextField(_("告知承诺内容"), blank=True)
    check_by = models.DateField(_("承诺核查期限"), null=True, blank=True)
    # 一件事: the bundle whose part it is, handed over with the others
    bundle = models.ForeignKey(
        "applications.BundleCase", models.PROTECT, null=True, blank=True, related_name="cases"
    )
    # 一码: the building project that it belongs to; while it waits for the result of another of its cases,
    # no department has it. `turn_at`: the opening of the working day on which their work begins.
    project = models.ForeignKey(
        "applications.Project", models.PROTECT, null=True, blank=True, related_name="cases"
    )
    awaits_result = models.BooleanField(_("等待前置结果"), default=False)
    turn_at = models.DateTimeField(_("部门开始办理"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    clock: Clock | None  # due first; set by `queries.with_nearest_clock`

    class Meta:
        verbose_name = _("办件")
        verbose_name_plural = _("办件")
        ordering = ("-created_at", "pk")
        constraints = [
            models.CheckConstraint(name="case_has_one_applicant", condition=ONE_APPLICANT),
            models.CheckConstraint(name="case_received_has_a_number", condition=NUMBERED_ONCE_RECEIVED),
            models.CheckConstraint(
                name="case_decided_has_an_outcome",
                condition=~Q(outcome="")
                | ~Q(state__in=[State.DECIDED, State.READY, State.DELIVERED, State.ARCHIVED]),
            ),
            models.CheckConstraint(
                name="case_that_waits_is_not_reviewed",
                condition=Q(awaits_result=False)
                | Q(
                    project__isnull=False,
                    state__in=[State.ACCEPTED, State.WITHDRAWN, State.TERMINATED],
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=("turn_at",),
                name="case_that_waits",
                condition=Q(state=State.ACCEPTED, awaits_result=True),
            ),
            models.Index(fields=("hall", "state", "-received_at"), name="case_by_hall"),
            models.Index(fields=("jurisdiction", "state"), name="case_by_place"),
            models.Index(fields=("received_by", "-received_at"), name="case_by_clerk"),
            models.Index(fields=("person", "-created_at"), name="case_by_person"),
            models.Index(fields=("enterprise", "-created_at"), name="case_by_enterprise"),
            models.Index(fields=("accepted_at",), name="case_in_tray", condition=Q(state=State.ACCEPTED)),
            models.Index(
                fields=("decided_at",), name="case_decided_in_tray", condition=Q(state=State.DECIDED)
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="case_keeps_its_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.version_id <> NEW.version_id AND OLD.state <> 'draft'"),
                func="RAISE EXCEPTION 'a case keeps its version for life' "
                "USING ERRCODE = 'integrity_constraint_violation';",
            )
        ]

    @property
    def matter(self) -> Matter:
        """The matter whose version was applied for."""
        return self.version.matter

    @property
    def guidance(self) -> situations.Outcome:
        """What the answers given so far lead to under the pinned version."""
        return situations.outcome(self.version, self.answers)

    @property
    def consequences(self) -> situations.Consequences:
        """The limits and the route that count: as frozen at acceptance, before that by the answers."""
        if self.situation is not None:
            return situations.thaw(self.situation)
        return self.guidance.consequences

    @property
    def owes(self) -> bool:
        """Is a material that was promised (容缺) still to come?"""
        return open_deferral.first(self.pk) is not None

    def open_steps(self) -> list[Step]:
        """The steps of the route that run in this case, in their order, each with its department."""
        closed = self.consequences.closed_steps
        return [step for step in self.version.route if step.code not in closed]

    @transition(field="state", source=State.DRAFT, target=State.SUBMITTED)
    def submit(self) -> None: ...

    @transition(field="state", source=State.SUBMITTED, target=State.RETURNED)
    def return_to_applicant(self) -> None: ...

    @transition(field="state", source=State.RETURNED, target=State.SUBMITTED)
    def resubmit(self) -> None: ...

    @transition(field="state", source=[State.DRAFT, State.SUBMITTED], target=State.RECEIVED)
    def receive(self) -> None: ...

    @transition(field="state", source=State.RECEIVED, target=State.CORRECTING)
    def give_notice(self) -> None: ...

    @transition(field="state", source=State.CORRECTING, target=State.RECEIVED)
    def supplement(self) -> None: ...

    @transition(field="state", source=State.RECEIVED, target=State.ACCEPTED)
    def accept(self) -> None: ...

    @transition(
        field="state",
        source=[State.RECEIVED, State.SUBMITTED, State.CORRECTING],
        target=State.NOT_ACCEPTED,
    )
    def refuse_acceptance(self) -> None: ...

    @transition(field="state", source=State.ACCEPTED, target=State.REVIEWING)
    def start_review(self) -> None: ...

    @transition(field="state", source=State.REVIEWING, target=State.DECIDED)
    def decide(self) -> None: ...

    @transition(field="state", source=State.DECIDED, target=State.READY)
    def make_ready(self) -> None: ...

    @transition(field="state", source=State.READY, target=State.DELIVERED)
    def deliver(self) -> None: ...

    @transition(field="state", source=State.DELIVERED, target=State.ARCHIVED)
    def archive(self) -> None: ...

    @transition(
        field="state",
        source=[
            State.SUBMITTED,
            State.RETURNED,
            State.RECEIVED,
            State.CORRECTING,
            State.ACCEPTED,
            State.REVIEWING,
        ],
        target=State.WITHDRAWN,
    )
    def withdraw(self) -> None: ...

    @transition(
        field="state",
        source=[State.CORRECTING, State.ACCEPTED, State.REVIEWING, State.DECIDED, State.READY],
        target=State.TERMINATED,
    )
    def terminate(self) -> None: ...


class CaseMaterial(HandedIn):
    """One material of the pinned version in one case: what was handed in, and the desk's verdict."""

    case = models.ForeignKey(Application, models.CASCADE, related_name="materials")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")

    files: list[StoredFile]  # its pages; set by `queries.materials_of`
    # What a page shows of it; set by the view.
    deferrable: bool
    verdicts: list[tuple[str, Any, str]]
    shown: dict[str, Any]
    told: dict[str, Any]
    settled: bool
    offers: list[Held]
    stands_in: Substitute | None
    shared_checked: list[SharedCheck]

    class Meta:
        verbose_name = _("办件材料")
        verbose_name_plural = _("办件材料")
        ordering = ("case_id", "order")
        constraints = [models.UniqueConstraint(fields=("case", "material"), name="material_once_a_case")]

    def __str__(self) -> str:
        return self.material.name


class CorrectionNotice(OneTimeNotice):
    """补正材料一次性告知书: everything that is missing, told once (行政许可法 Art. 32(4))."""

    case = models.ForeignKey(Application, models.CASCADE, related_name="correction_notices")

    class Meta:
        verbose_name = _("一次性告知")
        verbose_name_plural = _("一次性告知")
        ordering = ("case_id", "number")
        constraints = [
            models.UniqueConstraint(fields=("case", "number"), name="notice_number_once_a_case"),
            models.CheckConstraint(
                name="second_notice_has_a_reason", condition=Q(number=1) | ~Q(second_reason="")
            ),
        ]


class Deferral(models.Model):
    """容缺: a deferrable material that the applicant promises to supply in time (S0 §17)."""

    case = models.ForeignKey(Application, models.CASCADE, related_name="deferrals")
    case_material = models.OneToOneField(CaseMaterial, models.CASCADE, related_name="deferral")
    promise = models.TextField(_("承诺内容"))
    signed_by = models.CharField(_("承诺人签字"), max_length=100, blank=True)
    limit_days = models.PositiveSmallIntegerField(_("补交期限（工作日）"))
    state = models.CharField(max_length=10, choices=DeferralState, default=DeferralState.OPEN)
    pledged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("容缺承诺")
        verbose_name_plural = _("容缺承诺")
        ordering = ("case_id", "pk")


from . import bundle_models, project_models  # noqa: E402, F401  they point at cases, and are found from here
from .commitment_models import Commitment  # noqa: E402, F401 tables that hang on those above
from .evidence_models import SharedCheck, Substitute  # noqa: E402
from .supplement_models import Supplement  # noqa: E402, F401

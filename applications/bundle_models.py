"""One application for a bundle (一件事办件): one form, one set of materials, one receipt, one date.

Each part becomes a case of its own when its turn comes; here is what they have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from hall.organisation.models import Hall, Jurisdiction, Window
from hall.people.models import Enterprise, Person
from matters.models import BundlePart, BundleVersion, Material, MatterVersion

from .bundle_querysets import BundleCaseQuerySet
from .choices import MaterialVerdict, PartState, State
from .filed import NUMBERED_ONCE_RECEIVED, ONE_APPLICANT, Filed, HandedIn, OneTimeNotice

if TYPE_CHECKING:
    from hall.clocks.models import Clock
    from hall.files.models import StoredFile


class BundleCase(Filed):
    """一件事办件. Its states are those of a case, without the ones that only a part can have.

    Accepted means that its parts are under way; ready, that all have come to an end and can be handed over
    together; terminated, that no part brought a result.
    """

    version = models.ForeignKey(BundleVersion, models.PROTECT, related_name="cases")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="bundle_cases")
    hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="bundle_cases")
    window = models.ForeignKey(Window, models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="bundle_cases")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="bundle_cases"
    )
    agent = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="bundles_made")
    singly = models.BooleanField(_("分别领取"), default=False, help_text=_("申请人要求办好一项领一项"))

    objects = BundleCaseQuerySet.as_manager()

    clock: Clock | None  # its own; set by `bundle_queries.with_clock`

    class Meta:
        verbose_name = _("一件事办件")
        verbose_name_plural = _("一件事办件")
        ordering = ("-created_at", "pk")
        constraints = [
            models.CheckConstraint(name="bundle_case_has_one_applicant", condition=ONE_APPLICANT),
            models.CheckConstraint(name="bundle_case_received_has_number", condition=NUMBERED_ONCE_RECEIVED),
        ]
        indexes = [
            models.Index(fields=("hall", "state", "-received_at"), name="bundle_case_by_hall"),
            models.Index(fields=("jurisdiction", "state"), name="bundle_case_by_place"),
            models.Index(fields=("person", "-created_at"), name="bundle_case_by_person"),
            models.Index(fields=("enterprise", "-created_at"), name="bundle_case_by_enterprise"),
        ]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.version.bundle.name

    @transition(field="state", source=[State.DRAFT, State.RETURNED], target=State.SUBMITTED)
    def submit(self) -> None: ...

    @transition(field="state", source=State.SUBMITTED, target=State.RETURNED)
    def return_to_applicant(self) -> None: ...

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

    @transition(field="state", source=State.ACCEPTED, target=State.READY)
    def conclude(self) -> None: ...

    @transition(field="state", source=[State.ACCEPTED, State.READY], target=State.DELIVERED)
    def deliver(self) -> None: ...

    @transition(field="state", source=State.ACCEPTED, target=State.TERMINATED)
    def terminate(self) -> None: ...

    @transition(
        field="state",
        source=[State.SUBMITTED, State.RETURNED, State.RECEIVED, State.CORRECTING, State.ACCEPTED],
        target=State.WITHDRAWN,
    )
    def withdraw(self) -> None: ...


class BundleCasePart(models.Model):
    """One part of a bundle in hand, its version pinned for life; its case exists once its turn has come."""

    bundle = models.ForeignKey(BundleCase, models.CASCADE, related_name="parts")
    part = models.ForeignKey(BundlePart, models.PROTECT, related_name="+")
    version = models.ForeignKey(MatterVersion, models.PROTECT, related_name="+")
    case = models.OneToOneField(
        "applications.Application", models.PROTECT, null=True, blank=True, related_name="bundle_part"
    )
    state = models.CharField(_("状态"), max_length=10, choices=PartState, default=PartState.WAITING)
    starts_at = models.DateTimeField(
        _("启动"), null=True, blank=True, help_text="the working day after the last result that it waited for"
    )
    pledges = models.JSONField(default=list, help_text="容缺 promises of this part: code, days, promise")
    end_reason = models.CharField(_("未启动的原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("一件事办件的组成事项")
        verbose_name_plural = _("一件事办件的组成事项")
        ordering = ("bundle_id", "part__order")
        constraints = [models.UniqueConstraint(fields=("bundle", "part"), name="part_once_a_bundle_case")]
        indexes = [
            models.Index(
                fields=("starts_at",), name="bundle_part_to_start", condition=Q(state=PartState.WAITING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.bundle} {self.part.code}"


class BundleMaterial(HandedIn):
    """One material of the joint set: handed in once, judged once, and part of every case that needs it.

    `covers`: `[[part code, material code], …]`. `material` speaks for all of them.
    """

    bundle = models.ForeignKey(BundleCase, models.CASCADE, related_name="materials")
    key = models.SlugField(max_length=45)
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=200)
    covers = models.JSONField(default=list)
    wanted_originals = models.PositiveSmallIntegerField(_("应交原件"), default=0)
    wanted_copies = models.PositiveSmallIntegerField(_("应交复印件"), default=0)
    is_main = models.BooleanField(_("主件"), default=True)
    deferrable = models.BooleanField(_("可容缺"), default=False)
    obtained_from = models.CharField(_("由部门核查获取"), max_length=200, blank=True)

    files: list[StoredFile]  # its pages; set by `bundle_queries.materials_of`
    # What a page shows of it; set by the view.
    shown: dict[str, Any]
    verdicts: list[tuple[str, Any, str]]

    class Meta:
        verbose_name = _("一件事办件材料")
        verbose_name_plural = _("一件事办件材料")
        ordering = ("bundle_id", "order")
        constraints = [
            models.UniqueConstraint(fields=("bundle", "key"), name="bundle_material_key_once_a_case")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def demanded(self) -> bool:
        """Is the applicant asked for it?"""
        return self.verdict not in (MaterialVerdict.SHARED, MaterialVerdict.REUSED)


class BundleNotice(OneTimeNotice):
    """补正材料一次性告知书 for the whole: everything that is missing in any part, told once (Art. 32(4))."""

    bundle = models.ForeignKey(BundleCase, models.CASCADE, related_name="notices")

    class Meta:
        verbose_name = _("一件事一次性告知")
        verbose_name_plural = _("一件事一次性告知")
        ordering = ("bundle_id", "number")
        constraints = [
            models.UniqueConstraint(fields=("bundle", "number"), name="notice_number_once_a_bundle"),
            models.CheckConstraint(
                name="second_bundle_notice_has_reason", condition=Q(number=1) | ~Q(second_reason="")
            ),
        ]


class ScopeCheck(models.Model):
    """负面清单比对: what a place's list said of a business scope, and how the desk dealt with it (S0 §19).

    `cleared_reason`: why a clerk found that a prohibited item does not apply; without it nothing is accepted.
    """

    case = models.OneToOneField(
        "applications.Application", models.CASCADE, null=True, blank=True, related_name="scope_check"
    )
    bundle = models.OneToOneField(
        BundleCase, models.CASCADE, null=True, blank=True, related_name="scope_check"
    )
    edition = models.CharField(_("清单版本"), max_length=200)
    scope = models.TextField(_("经营范围"))
    hits = models.JSONField(_("比对结果"), default=list)
    cleared_reason = models.CharField(_("不属于的理由"), max_length=300, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("比对时间"))

    class Meta:
        verbose_name = _("负面清单比对")
        verbose_name_plural = _("负面清单比对")
        constraints = [
            models.CheckConstraint(
                name="scope_check_of_one_application",
                condition=Q(case__isnull=False, bundle__isnull=True)
                | Q(case__isnull=True, bundle__isnull=False),
            )
        ]

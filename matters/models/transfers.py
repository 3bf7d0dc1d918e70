"""划转 (S1 二(二)): matters go from departments to the bureau of approvals, in batches with a date."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Department, Jurisdiction, Window

from ..choices import TransferRole, TransferState
from .matters import Matter
from .versions import MatterVersion

MOVING = (TransferRole.TRANSFERRED, TransferRole.ASSOCIATED)


class Transfer(models.Model):
    """划转批次: what goes to which bureau by which document, and from which day."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="transfers")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    document = models.CharField(_("文件"), max_length=200)
    bureau = models.ForeignKey(
        Department, models.PROTECT, related_name="transfers_received", verbose_name=_("划入机关")
    )
    effective_on = models.DateField(
        _("生效日期"), null=True, blank=True, help_text=_("当日零时起；条件未成就的先空着")
    )
    condition = models.CharField(_("生效条件"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=TransferState, default=TransferState.DRAFT)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    effective_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    class Meta:
        verbose_name = _("划转批次")
        verbose_name_plural = _("划转批次")
        ordering = ("jurisdiction", F("effective_on").asc(nulls_last=True), "pk")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="transfer_code_once_a_place"),
            models.CheckConstraint(
                name="transfer_approved_has_its_date",
                condition=Q(state=TransferState.DRAFT) | Q(effective_on__isnull=False),
            ),
            models.CheckConstraint(
                name="transfer_is_approved_by_a_second",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=("effective_on",), name="transfer_due", condition=Q(state=TransferState.APPROVED)
            )
        ]

    def __str__(self) -> str:
        return self.name


class TransferItem(models.Model):
    """划转事项: what happens to one matter in a batch."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="items")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="transfer_items")
    order = models.PositiveSmallIntegerField(_("序号"), default=0)
    role = models.CharField(_("性质"), max_length=12, choices=TransferRole, default=TransferRole.TRANSFERRED)
    from_department = models.ForeignKey(
        Department, models.PROTECT, related_name="transfers_given", verbose_name=_("划出部门")
    )
    # Where a law demands that the former department be heard, it is named here; else it has no step left.
    consult_basis = models.CharField(_("须征求原部门意见的依据"), max_length=200, blank=True)
    deferred_until = models.DateField(_("暂缓至"), null=True, blank=True)
    deferred_condition = models.CharField(_("暂缓的条件"), max_length=200, blank=True)
    window = models.ForeignKey(
        Window, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("进驻窗口")
    )
    version = models.OneToOneField(
        MatterVersion, models.PROTECT, null=True, blank=True, related_name="transfer_item"
    )
    problem = models.CharField(_("没有划成的原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("划转事项")
        verbose_name_plural = _("划转事项")
        ordering = ("transfer_id", "order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("transfer", "matter"), name="matter_once_a_transfer"),
            models.CheckConstraint(
                name="deferred_item_says_until_when",
                condition=~Q(role=TransferRole.DEFERRED)
                | Q(deferred_until__isnull=False)
                | ~Q(deferred_condition=""),
            ),
            models.CheckConstraint(
                name="only_what_moves_gets_a_version", condition=Q(version__isnull=True) | Q(role__in=MOVING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer}：{self.matter}"

    @property
    def moves(self) -> bool:
        """Does the matter go to the bureau with this batch?"""
        return self.role in MOVING

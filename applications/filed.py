"""What a single case and a bundle have in common: somebody filed something at a desk or online.

Abstract: each has its own table, its own parties' related names and its own transitions.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from hall.now import now
from hall.people.fields import EncryptedJSONField, EncryptedTextField
from hall.people.masking import mask_name
from hall.people.models import Enterprise, Mandate, Person

from .choices import HELD_FOR, Channel, MaterialVerdict, RefusalGround, State

# Only a received application bears a number; one that ended before that never gets one.
_NUMBERLESS = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.WITHDRAWN, State.NOT_ACCEPTED)

ONE_APPLICANT = (
    Q(person__isnull=False, enterprise__isnull=True)
    | Q(person__isnull=True, enterprise__isnull=False)
    | Q(state=State.DRAFT)
)
NUMBERED_ONCE_RECEIVED = Q(number__isnull=False) | Q(state__in=_NUMBERLESS)


class Filed(FSMModelMixin, models.Model):
    """One application: who asks for what, how it came, who has it in hand, and how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("办件编号"), max_length=100, unique=True, null=True, blank=True)
    query_code = models.CharField(_("查询码"), max_length=10, blank=True)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    state = FSMField(_("状态"), max_length=20, choices=State, default=State.DRAFT, protected=True)
    # Who applies, beside the parties themselves
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="+")
    applicant_name = models.CharField(_("申请人"), max_length=200)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    # What for
    form_data = EncryptedJSONField(_("表单内容"), default=dict)
    answers = models.JSONField(_("情形"), default=dict, blank=True)
    project_code = models.CharField(_("项目代码"), max_length=40, blank=True, db_index=True)
    territory = models.CharField(_("所在区域"), max_length=40, blank=True)
    # Who did what when
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(_("提交"), null=True, blank=True)
    received_at = models.DateTimeField(_("收件"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(_("受理"), null=True, blank=True)
    ready_at = models.DateTimeField(_("可领取"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("送达"), null=True, blank=True)
    ended_at = models.DateTimeField(_("终结"), null=True, blank=True)
    return_reason = models.TextField(_("预审退回理由"), blank=True)
    end_reason = models.TextField(_("终结理由"), blank=True)
    refusal_ground = models.CharField(max_length=20, choices=RefusalGround, blank=True)
    right_organ = models.CharField(_("有权机关"), max_length=100, blank=True)
    visits = models.PositiveSmallIntegerField(_("到现场次数"), default=0)
    # Handling
    idempotency_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    # The parties, whose other ends each table names in its own way.
    person: models.ForeignKey[Person | None, Person | None]
    enterprise: models.ForeignKey[Enterprise | None, Enterprise | None]
    enterprise_id: int | None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number or str(self.pk)

    @property
    def applicant(self) -> Person | Enterprise | None:
        """The person or enterprise that applies."""
        return self.enterprise or self.person

    @property
    def masked_applicant(self) -> str:
        """The name as lists show it: a person's masked; an enterprise's, which is public, whole."""
        return self.applicant_name if self.enterprise_id else mask_name(self.applicant_name)

    @property
    def is_held(self) -> bool:
        """Does a clerk have it in hand now? A hold lapses by itself."""
        return self.held_by_id is not None and self.held_at is not None and self.held_at + HELD_FOR >= now()


class HandedIn(models.Model):
    """One material as it was handed in, and the desk's verdict on it."""

    order = models.PositiveSmallIntegerField()
    verdict = models.CharField(
        _("结论"), max_length=12, choices=MaterialVerdict, default=MaterialVerdict.PENDING
    )
    originals = models.PositiveSmallIntegerField(_("原件"), default=0)
    copies = models.PositiveSmallIntegerField(_("复印件"), default=0)
    problem = models.CharField(_("问题"), max_length=300, blank=True)
    requirement = models.CharField(_("补正要求"), max_length=300, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class OneTimeNotice(models.Model):
    """补正材料一次性告知书: everything that is missing, told once (行政许可法 Art. 32(4))."""

    number = models.PositiveSmallIntegerField()
    items = models.JSONField(_("补正事项"))  # [{"code", "name", "problem", "requirement", "basis"}]
    second_reason = models.CharField(_("再次告知的理由"), max_length=300, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

"""审管互动 (S1 二(七)): who supervises what, what was pushed to them, and what they push back."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from certificates.models import Certificate
from hall.files.models import StoredFile
from hall.organisation.models import Department, Jurisdiction
from hall.people.models import Enterprise, Person
from matters.models import Matter

from ..choices import AcknowledgedVia, AdviceState, DutyKind, MessageKind, NoteKind, PushState


class SupervisionDuty(models.Model):
    """监管分工: which department supervises a matter after its approval, and by which document.

    A department that gave a matter to the approval bureau supervises it without a row (谁主管谁监管); a
    row for the same department settles it otherwise.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="supervision_duties")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="supervision_duties")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="supervision_duties", verbose_name=_("监管部门")
    )
    kind = models.CharField(_("职责"), max_length=12, choices=DutyKind, default=DutyKind.SUPERVISION)
    basis = models.CharField(_("依据"), max_length=200)
    starts_on = models.DateField(_("起始日期"))
    released_on = models.DateField(_("解除日期"), null=True, blank=True, help_text=_("从这一天起不再监管"))

    class Meta:
        verbose_name = _("监管分工")
        verbose_name_plural = _("监管分工")
        ordering = ("matter", "department", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "department"),
                condition=Q(released_on=None),
                name="duty_once_a_department",
            ),
            models.CheckConstraint(
                name="duty_ends_after_it_starts",
                condition=Q(released_on=None) | Q(released_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}：{self.matter}"


class ExchangeMessage(models.Model):
    """交换消息: one decision, or one later change of it, as the journal told it; handed on once.

    `sequence` is the event's place in the chain of its case: whoever receives several can order them.
    """

    event_id = models.BigIntegerField(unique=True)
    case = models.ForeignKey(Application, models.PROTECT, related_name="exchange_messages")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    kind = models.CharField(_("事由"), max_length=12, choices=MessageKind)
    sequence = models.PositiveIntegerField()
    happened_at = models.DateTimeField(_("发生时间"))
    reason = models.TextField(_("理由"), blank=True)
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, blank=True, related_name="+")
    handed_on_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("交换消息")
        verbose_name_plural = _("交换消息")
        ordering = ("pk",)
        indexes = [
            models.Index(fields=("id",), name="message_in_tray", condition=Q(handed_on_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case}"


class Push(models.Model):
    """推送: one message in the inbox of one supervising department, until it signs for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(ExchangeMessage, models.PROTECT, related_name="pushes")
    case = models.ForeignKey(Application, models.PROTECT, related_name="pushes")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="pushes", verbose_name=_("监管部门")
    )
    state = models.CharField(_("状态"), max_length=12, choices=PushState, default=PushState.WAITING)
    pushed_at = models.DateTimeField(_("推送"))
    acknowledged_at = models.DateTimeField(_("签收"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_via = models.CharField(_("签收方式"), max_length=8, choices=AcknowledgedVia, blank=True)
    receipt = models.CharField(_("回执号"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("推送")
        verbose_name_plural = _("推送")
        ordering = ("-pushed_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("message", "department"), name="push_once_a_department"),
            models.CheckConstraint(
                name="push_signed_for_says_when",
                condition=Q(state=PushState.WAITING, acknowledged_at=None)
                | (~Q(state=PushState.WAITING) & Q(acknowledged_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=("department", "state", "-pushed_at", "-id"), name="push_inbox"),
            models.Index(fields=("jurisdiction", "state", "-pushed_at", "-id"), name="push_by_place"),
            models.Index(fields=("case", "pushed_at"), name="push_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.message}"


class SupervisionNote(models.Model):
    """监管信息: what a supervising department found after the approval. Said once, never rewritten.

    A suggestion to revoke (撤销建议) waits for the answer of the deciding organ's head.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    push = models.ForeignKey(Push, models.PROTECT, related_name="notes")
    case = models.ForeignKey(Application, models.PROTECT, related_name="supervision_notes")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="supervision_notes")
    # The holder: the note is shown with every case and certificate of theirs.
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("种类"), max_length=12, choices=NoteKind)
    text = models.TextField(_("内容"))
    happened_on = models.DateField(_("日期"))
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_name = models.CharField(_("提供人"), max_length=100)
    given_at = models.DateTimeField(_("提供时间"))
    advice = models.CharField(_("答复"), max_length=10, choices=AdviceState, blank=True)
    answer = models.TextField(_("答复内容"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("监管信息")
        verbose_name_plural = _("监管信息")
        ordering = ("-given_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="note_is_of_one_holder",
                condition=Q(person=None, enterprise__isnull=False) | Q(person__isnull=False, enterprise=None),
            ),
            models.CheckConstraint(
                name="only_a_suggestion_is_answered",
                condition=Q(kind=NoteKind.REVOCATION) & ~Q(advice="")
                | ~Q(kind=NoteKind.REVOCATION) & Q(advice=""),
            ),
            models.CheckConstraint(
                name="suggestion_answered_has_words",
                condition=Q(advice__in=["", AdviceState.OPEN]) | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="penalty_has_its_document",
                condition=~Q(kind=NoteKind.PENALTY) | ~Q(document_number=""),
            ),
        ]
        indexes = [
            models.Index(fields=("person",), name="note_by_person", condition=Q(person__isnull=False)),
            models.Index(
                fields=("enterprise",), name="note_by_enterprise", condition=Q(enterprise__isnull=False)
            ),
            models.Index(fields=("case", "given_at"), name="note_by_case"),
            models.Index(fields=("given_at",), name="note_unanswered", condition=Q(advice=AdviceState.OPEN)),
        ]
        triggers = [
            pgtrigger.Protect(name="note_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="note_is_never_rewritten",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(
                    "push_id", "kind", "text", "happened_on", "document_number", "given_name", "given_at"
                ),
                func="RAISE EXCEPTION 'a supervision note is never rewritten' "
                "USING ERRCODE = 'integrity_constraint_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.department}"

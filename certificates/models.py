"""Papers (文书), seals, certificates, deliveries and archive packages."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.bundle_models import BundleCase
from applications.models import Application
from hall.files.models import StoredFile
from hall.organisation.models import Department, Hall, Jurisdiction, Window, Zone
from hall.people.fields import EncryptedJSONField, EncryptedTextField
from hall.people.models import Mandate
from matters.models import Matter

from .choices import (
    CertificateState,
    CollectorRelation,
    DeliveryMode,
    PaperKind,
    PaperState,
    PrintKind,
    PrintState,
    SealKind,
    SealState,
)


class Seal(models.Model):
    """印章: which organ's, for which territory, from when to when (S1 四(三), S2 二(一)1)."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="seals")
    code = models.SlugField(_("代码"), max_length=40)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="seals", verbose_name=_("所属机关")
    )
    kind = models.CharField(_("种类"), max_length=12, choices=SealKind)
    territory = models.CharField(_("适用区域"), max_length=40, blank=True)
    ring_text = models.CharField(_("环文"), max_length=60)
    line_text = models.CharField(_("横文"), max_length=30, blank=True)
    has_star = models.BooleanField(_("五角星"), default=True)
    state = models.CharField(_("状态"), max_length=10, choices=SealState, default=SealState.IN_USE)
    in_use_from = models.DateField(_("启用日期"))
    ended_on = models.DateField(_("停用日期"), null=True, blank=True)
    is_demo = models.BooleanField(_("样章"), default=True)

    class Meta:
        verbose_name = _("印章")
        verbose_name_plural = _("印章")
        ordering = ("jurisdiction", "code")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="seal_code_once_a_place"),
            models.CheckConstraint(
                name="seal_not_in_use_has_an_end",
                condition=Q(state=SealState.IN_USE) | Q(ended_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ring_text}{self.line_text}"


class Paper(models.Model):
    """文书: numbered and frozen when registered; drawn, sealed and signed from exactly that content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="papers")
    bundle = models.ForeignKey(BundleCase, models.PROTECT, null=True, blank=True, related_name="papers")
    kind = models.CharField(_("种类"), max_length=20, choices=PaperKind)
    key = models.CharField(max_length=80, help_text="what makes this paper one of its kind in the case")
    title = models.CharField(_("标题"), max_length=200)
    number = models.CharField(_("文号"), max_length=80, unique=True, null=True, blank=True)
    context = EncryptedJSONField(_("内容"))
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, blank=True, related_name="papers")
    state = models.CharField(_("状态"), max_length=12, choices=PaperState, default=PaperState.REGISTERED)
    path = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    registered_at = models.DateTimeField(_("登记"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    drawn_at = models.DateTimeField(_("制作"), null=True, blank=True)

    class Meta:
        verbose_name = _("文书")
        verbose_name_plural = _("文书")
        ordering = ("registered_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("case", "kind", "key"), name="paper_once_a_case"),
            models.UniqueConstraint(fields=("bundle", "kind", "key"), name="paper_once_a_bundle"),
            models.CheckConstraint(
                name="paper_drawn_has_its_hash", condition=~Q(state=PaperState.DRAWN) | ~Q(sha256="")
            ),
        ]
        indexes = [
            models.Index(
                fields=("-registered_at",), name="paper_to_draw", condition=Q(state=PaperState.REGISTERED)
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="paper_content_is_never_changed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.context IS DISTINCT FROM NEW.context OR OLD.number IS DISTINCT FROM NEW.number "
                    "OR (OLD.sha256 <> '' AND OLD.sha256 IS DISTINCT FROM NEW.sha256)"
                ),
                func="RAISE EXCEPTION 'a registered paper is never changed' "
                "USING ERRCODE = 'integrity_constraint_violation';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number or ''}".strip()


class Certificate(models.Model):
    """电子证照: what the citizen takes home, verifiable by anyone with its code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Application, models.PROTECT, related_name="certificate")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="certificates")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="certificate")
    number = models.CharField(_("证照编号"), max_length=80, unique=True)
    name = models.CharField(_("证照名称"), max_length=100)
    holder_name = models.CharField(_("持证主体"), max_length=200)
    fields = models.JSONField(_("证载内容"), default=list)  # [[label, value]]
    verify_code = models.CharField(_("查验码"), max_length=20, unique=True)
    issued_on = models.DateField(_("发证日期"))
    valid_from = models.DateField(_("有效期自"))
    valid_to = models.DateField(_("有效期至"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=12, choices=CertificateState, default=CertificateState.VALID
    )
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    state_reason = models.CharField(_("状态原因"), max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=True)

    class Meta:
        verbose_name = _("电子证照")
        verbose_name_plural = _("电子证照")
        ordering = ("-issued_on", "pk")
        constraints = [
            models.CheckConstraint(
                name="certificate_revoked_has_a_reason",
                condition=~Q(state=CertificateState.REVOKED) | ~Q(state_reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Delivery(models.Model):
    """送达: who took the result, with what right, when and from whom (送达回证)."""

    case = models.OneToOneField(Application, models.PROTECT, related_name="delivery")
    mode = models.CharField(_("送达方式"), max_length=12, choices=DeliveryMode)
    collector_name = models.CharField(_("领取人"), max_length=100)
    collector_relation = models.CharField(_("与申请人关系"), max_length=24, choices=CollectorRelation)
    collector_id_number = EncryptedTextField(_("领取人证件号码"), blank=True, default="")
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="+")
    signature = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    tracking_number = models.CharField(_("物流单号"), max_length=40, blank=True)
    window = models.ForeignKey(Window, models.SET_NULL, null=True, blank=True, related_name="+")
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    delivered_at = models.DateTimeField(_("送达时间"))

    class Meta:
        verbose_name = _("送达")
        verbose_name_plural = _("送达")
        ordering = ("-delivered_at",)


class ArchivePackage(models.Model):
    """归档: the list of everything that the case consists of, with the hash of each part."""

    case = models.OneToOneField(Application, models.PROTECT, related_name="archive_package")
    manifest = models.JSONField()
    sha256 = models.CharField(max_length=64)
    archived_at = models.DateTimeField()

    class Meta:
        verbose_name = _("归档")
        verbose_name_plural = _("归档")
        triggers = [
            pgtrigger.Protect(name="archive_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class PrintRun(models.Model):
    """印制: QR cards or a business manual for one hall, zone, window or department, drawn once on request."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="+")
    kind = models.CharField(_("印什么"), max_length=10, choices=PrintKind)
    hall = models.ForeignKey(Hall, models.CASCADE, null=True, blank=True, related_name="+")
    zone = models.ForeignKey(Zone, models.CASCADE, null=True, blank=True, related_name="+")
    window = models.ForeignKey(Window, models.CASCADE, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("名称"), max_length=200)
    size = models.PositiveIntegerField(_("事项数"))
    state = models.CharField(_("状态"), max_length=10, choices=PrintState, default=PrintState.WAITING)
    reason = models.CharField(_("未制成的原因"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    pages = models.PositiveIntegerField(_("页数"), default=0)
    seconds = models.FloatField(_("用时（秒）"), default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("完成"), null=True, blank=True)

    class Meta:
        verbose_name = _("印制")
        verbose_name_plural = _("印制")
        ordering = ("-started_at",)
        constraints = [
            models.CheckConstraint(
                name="print_run_is_of_one_thing",
                condition=Q(hall__isnull=False, zone=None, window=None, department=None)
                | Q(zone__isnull=False, hall=None, window=None, department=None)
                | Q(window__isnull=False, hall=None, zone=None, department=None)
                | Q(department__isnull=False, hall=None, zone=None, window=None),
            ),
            models.CheckConstraint(
                name="print_run_done_has_a_file",
                condition=~Q(state=PrintState.DONE) | Q(file__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=("started_at",), name="print_run_waiting", condition=Q(state=PrintState.WAITING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

"""Users, the persons and enterprises they apply for, and the mandates between them.

ID numbers and telephone numbers are encrypted at rest; a keyed index allows exact search only.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import masking
from .choices import EnterpriseKind, IdType
from .fields import EncryptedTextField
from .managers import UserManager


class Person(models.Model):
    """自然人, known by type and number of an identity document."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("姓名"), max_length=100)
    id_type = models.CharField(_("证件类型"), max_length=20, choices=IdType, default=IdType.ID_CARD)
    id_number = EncryptedTextField(_("证件号码"))
    id_index = models.CharField(max_length=64, editable=False)
    phone = EncryptedTextField(_("手机号码"), blank=True, default="")
    phone_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    address = EncryptedTextField(_("住址"), blank=True, default="")
    is_demo = models.BooleanField(_("示范数据"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("自然人")
        verbose_name_plural = _("自然人")
        constraints = [
            models.UniqueConstraint(fields=("id_type", "id_index"), name="person_once_by_id_number")
        ]

    def __str__(self) -> str:
        return masking.mask_name(self.name)

    @property
    def masked_id(self) -> str:
        return masking.mask_id(self.id_number)

    @property
    def masked_phone(self) -> str:
        return masking.mask_phone(self.phone)


class Enterprise(models.Model):
    """法人和其他组织, known by its unified social credit code (GB 32100)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("名称"), max_length=200)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    kind = models.CharField(
        _("类型"), max_length=20, choices=EnterpriseKind, default=EnterpriseKind.ENTERPRISE
    )
    legal_representative = models.CharField(_("法定代表人"), max_length=100, blank=True)
    phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    address = models.CharField(_("住所"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("法人和其他组织")
        verbose_name_plural = _("法人和其他组织")

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser, PermissionsMixin):
    """账号: a member of staff, or a member of the public with a linked person.

    What staff may do comes from posts (hall.organisation); `is_staff` opens only the technicians' admin.
    """

    username = models.CharField(_("账号"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=100)
    email = models.EmailField(_("电子邮箱"), blank=True)
    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="user", verbose_name=_("自然人")
    )
    is_active = models.BooleanField(_("启用"), default=True)
    is_staff = models.BooleanField(_("技术人员"), default=False)
    must_change_password = models.BooleanField(_("须改密码"), default=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    identity_confirmed_at = models.DateTimeField(
        _("身份核验时间"),
        null=True,
        blank=True,
        help_text=_("公众账号：何时在窗口核验过本人；核验前不能看到以其名义办理的其他办件"),
    )
    is_demo = models.BooleanField(_("示范数据"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"

    @property
    def is_public(self) -> bool:
        """A citizen's account, not a member of staff."""
        return self.person_id is not None


class Mandate(models.Model):
    """授权委托: an agent may act for a person or an enterprise, for some acts, until a date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    principal_person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="mandates_given"
    )
    principal_enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="mandates_given"
    )
    agent = models.ForeignKey(Person, models.PROTECT, related_name="mandates_held")
    scope = models.JSONField(_("权限"), default=list)
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("授权委托")
        verbose_name_plural = _("授权委托")
        constraints = [
            models.CheckConstraint(
                name="mandate_has_one_principal",
                condition=Q(principal_person__isnull=False, principal_enterprise__isnull=True)
                | Q(principal_person__isnull=True, principal_enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="mandate_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

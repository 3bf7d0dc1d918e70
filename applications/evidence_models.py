"""What stands in for a material that nobody hands in: an e-certificate, another case's result, a check."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .choices import CheckResult
from .models import Application, CaseMaterial


class Substitute(models.Model):
    """证照复用: the certificate chosen or shown instead of a material, or the case whose result it is.

    `certificate` is the key of one that this hall has issued; the room of certificates knows it.
    """

    case_material = models.OneToOneField(CaseMaterial, models.CASCADE, related_name="substitute")
    certificate = models.UUIDField(_("本厅签发的电子证照"), null=True, blank=True)
    name = models.CharField(_("证照名称"), max_length=100, blank=True)
    number = models.CharField(_("证照编号"), max_length=80, blank=True)
    from_case = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relied_on_by",
        verbose_name=_("前置办件"),
    )
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    noted_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("证照复用")
        verbose_name_plural = _("证照复用")
        constraints = [
            models.CheckConstraint(
                name="substitute_names_what_it_is", condition=~Q(number="") | Q(from_case__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()


class SharedCheck(models.Model):
    """部门核查: how a material that nobody may demand was obtained, by whom and when (S4 四(六))."""

    case_material = models.ForeignKey(CaseMaterial, models.CASCADE, related_name="shared_checks")
    result = models.CharField(_("核查结果"), max_length=12, choices=CheckResult)
    source = models.CharField(_("获取方式"), max_length=300, blank=True)
    reference = models.CharField(_("查询凭据号"), max_length=80, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    office = models.CharField(_("核查部门"), max_length=100, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("核查时间"))

    class Meta:
        verbose_name = _("部门核查")
        verbose_name_plural = _("部门核查")
        ordering = ("case_material_id", "pk")
        constraints = [
            models.CheckConstraint(
                name="check_that_failed_says_why", condition=Q(result=CheckResult.OBTAINED) | ~Q(note="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_material} {self.get_result_display()}"

"""The material library (材料库), and lists of proofs that may or may not be demanded (S0 §6, S4 四(六))."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Department, Jurisdiction

from ..choices import MaterialForm, MaterialSource, Media, ProofList
from .matters import Matter


class MaterialDefinition(models.Model):
    """材料定义: one material of a place's library, reused by many matters.

    A material of a version copies what is said here when it is drafted; what is published stays as it was.
    `key` is the name as it is compared (`matters.materials.normalised`), kept by matters.services.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="material_definitions")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=200)
    key = models.CharField(max_length=200, editable=False)
    synonyms = models.JSONField(_("同义名称"), default=list, blank=True)  # [str]
    is_proof = models.BooleanField(_("属于证明"), default=False)
    form = models.CharField(_("材料类型"), max_length=10, choices=MaterialForm, default=MaterialForm.ORIGINAL)
    media = models.CharField(_("形式"), max_length=12, choices=Media, default=Media.BOTH)
    source = models.CharField(
        _("来源渠道"), max_length=2, choices=MaterialSource, default=MaterialSource.APPLICANT
    )
    issuer = models.CharField(_("出具机构"), max_length=100, blank=True)
    substitute_certificate = models.CharField(_("可替代的电子证照"), max_length=100, blank=True)
    shared_source = models.CharField(_("由部门核查获取"), max_length=100, blank=True)
    result_of = models.ForeignKey(
        Matter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="defined_results",
        verbose_name=_("是哪个事项的结果"),
    )
    basis = models.CharField(_("法律依据"), max_length=300, blank=True)
    note = models.CharField(_("填报须知"), max_length=500, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    class Meta:
        verbose_name = _("材料定义")
        verbose_name_plural = _("材料定义")
        ordering = ("jurisdiction", "code")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="definition_code_once_a_place"),
            models.UniqueConstraint(fields=("jurisdiction", "key"), name="definition_name_once_a_place"),
        ]

    def __str__(self) -> str:
        return self.name


class Proof(models.Model):
    """证明: one proof in one of a place's lists, with the department that holds it, and the basis.

    证明目录 says what may be demanded, and by which law; 证明材料共享目录 what the government obtains itself
    and may not demand (S4 四(六)); the third list what was cancelled (S0 §6).
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="proofs")
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=200)
    key = models.CharField(max_length=200, editable=False)
    synonyms = models.JSONField(_("同义名称"), default=list, blank=True)  # [str]
    definition = models.ForeignKey(
        MaterialDefinition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proofs",
        verbose_name=_("材料库中的材料"),
    )
    listed_in = models.CharField(_("目录"), max_length=12, choices=ProofList)
    holder = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proofs_held",
        verbose_name=_("出具或者掌握的部门"),
    )
    source = models.CharField(_("获取方式"), max_length=200, blank=True)
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    document = models.CharField(_("公布文件"), max_length=200, blank=True)
    listed_on = models.DateField(_("列入日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    class Meta:
        verbose_name = _("证明")
        verbose_name_plural = _("证明")
        ordering = ("jurisdiction", "code")
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "code"), name="proof_code_once_a_place"),
            models.UniqueConstraint(fields=("jurisdiction", "key"), name="proof_in_one_list_only"),
            models.UniqueConstraint(
                fields=("definition",),
                condition=Q(definition__isnull=False),
                name="definition_in_one_proof_list",
            ),
            models.CheckConstraint(
                name="demandable_proof_has_a_basis",
                condition=~Q(listed_in=ProofList.DEMANDABLE) | ~Q(basis=""),
            ),
            models.CheckConstraint(
                name="shared_proof_has_a_source",
                condition=~Q(listed_in=ProofList.SHARED) | ~Q(source=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

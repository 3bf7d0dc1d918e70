"""What the applicant must bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import materials, wording
from ..choices import MaterialForm, MaterialSource, Necessity
from ..models import Material
from .base import Finding, Whole, rule


@rule(gettext_lazy("没有兜底材料"))
def no_drawer_for_anything(whole: Whole) -> Iterator[Finding]:
    for material in whole.materials:
        if wording.is_catch_all(material.name):
            yield Finding(
                _element(material),
                _("材料清单不得有“其他材料”一类的兜底条款"),
                _("逐项写明材料名称，或者删除"),
            )


@rule(gettext_lazy("材料不重复"))
def no_material_twice(whole: Whole) -> Iterator[Finding]:
    for name, times in Counter(material.name for material in whole.materials).items():
        if times > 1:
            yield Finding(_("材料：%(name)s") % {"name": name}, _("材料不得重复"), _("合并或者改名"))


@rule(gettext_lazy("材料有法律依据"))
def every_material_has_a_basis(whole: Whole) -> Iterator[Finding]:
    for material in whole.materials:
        # A proof without a law is the business of the lists of proofs, which say more about it.
        if (
            material.demanded
            and not material.basis
            and not materials.is_proof(material.name, material.definition)
        ):
            yield Finding(
                _element(material),
                _("向申请人要的材料须有法律依据"),
                _("写明依据；没有依据的取消该材料"),
            )


@rule(gettext_lazy("材料有来源"))
def every_material_has_a_source(whole: Whole) -> Iterator[Finding]:
    for material in whole.materials:
        if material.source != MaterialSource.APPLICANT and not (material.issuer or material.shared_source):
            yield Finding(
                _element(material),
                _("不是申请人自备的材料，须写明由谁出具"),
                _("写明出具机构，或者改为申请人自备"),
            )


@rule(gettext_lazy("材料份数与类型一致"))
def numbers_agree_with_the_form(whole: Whole) -> Iterator[Finding]:
    for material in whole.materials:
        if not material.demanded:
            continue
        if material.form == MaterialForm.COPY and material.originals:
            yield Finding(
                _element(material),
                _("只要复印件的，不要原件"),
                _("原件份数改为0，或者改正材料类型"),
                blocks=False,
            )
        if material.form == MaterialForm.ORIGINAL and material.copies and not material.originals:
            yield Finding(
                _element(material),
                _("要原件的，须写明原件份数"),
                _("填写原件份数，或者改正材料类型"),
                blocks=False,
            )


@rule(gettext_lazy("容缺受理与材料一致"))
def deferral_agrees_with_materials(whole: Whole) -> Iterator[Finding]:
    deferrable = [m.name for m in whole.materials if m.necessity == Necessity.DEFERRABLE]
    if deferrable and not whole.version.deferral_allowed:
        yield Finding(
            _("容缺受理"), _("有容缺后补的材料，事项须允许容缺受理"), _("允许容缺受理，或者改为必要材料")
        )
    if whole.version.deferral_allowed and not deferrable:
        yield Finding(
            _("容缺受理"),
            _("允许容缺受理的，须列明哪些材料可以后补"),
            _("把可以后补的材料标为容缺后补"),
            blocks=False,
        )
    mains = [m for m in whole.materials if m.is_main and m.demanded]
    if deferrable and not mains:
        yield Finding(_("材料"), _("容缺受理须有主件（S0 §17）"), _("至少把一份材料定为主件"))


def _element(material: Material) -> str:
    return _("材料：%(name)s") % {"name": material.name}

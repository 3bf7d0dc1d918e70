"""What the applicant must bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import wording
from ..choices import Necessity
from .base import Finding, Whole, rule


@rule(gettext_lazy("材料明确、有依据"))
def materials_are_definite(whole: Whole) -> Iterator[Finding]:
    for name, times in Counter(material.name for material in whole.materials).items():
        if times > 1:
            yield Finding(_("材料：%(name)s") % {"name": name}, _("材料不得重复"), _("合并或者改名"))
        if wording.is_catch_all(name):
            yield Finding(
                _("材料：%(name)s") % {"name": name},
                _("材料清单不得有“其他材料”一类的兜底条款"),
                _("逐项写明材料名称，或者删除"),
            )
    for material in whole.materials:
        if material.demanded and not material.basis:
            yield Finding(
                _("材料：%(name)s") % {"name": material.name},
                _("向申请人要的材料须有依据"),
                _("写明依据；没有依据的取消该材料"),
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

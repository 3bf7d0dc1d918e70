"""What it costs and what comes out."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import ResultKind
from .base import Finding, Whole, rule


@rule(gettext_lazy("收费有项目、标准和依据"))
def fee_with_its_basis(whole: Whole) -> Iterator[Finding]:
    fee = whole.version.fee
    if not fee:
        return
    names = {"item": _("收费项目"), "standard": _("收费标准"), "basis": _("收费依据")}
    missing = [name for key, name in names.items() if not fee.get(key)]
    if missing:
        yield Finding(
            _("收费"),
            _("收费须有项目、标准和依据（行政许可法第五十八条）"),
            _("补上%(missing)s；没有依据的不得收费") % {"missing": "、".join(missing)},
        )


@rule(gettext_lazy("结果有名称和模板"))
def result_with_its_name(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.result_kind == ResultKind.NONE:
        return
    if not version.result_name:
        yield Finding(_("办理结果"), _("有结果的须写明名称"), _("填写证照或者文书的名称"))
    if version.result_kind == ResultKind.CERTIFICATE and not version.certificate_template:
        yield Finding(_("办理结果"), _("发证照的须有证照模板"), _("选择证照模板"))

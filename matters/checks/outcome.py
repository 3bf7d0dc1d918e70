"""What it costs, what comes out, how long that is valid, and how many can have it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import wording
from ..choices import CaseType, MatterType, ResultKind
from .base import Finding, Whole, rule

WRITTEN = (ResultKind.CERTIFICATE, ResultKind.DOCUMENT)


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
    if fee.get("reduction") and not fee.get("reduction_basis"):
        yield Finding(_("收费"), _("减免收费须有依据"), _("写明减免的依据"))


@rule(gettext_lazy("收费写明支付方式"))
def fee_says_how_to_pay(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.fee and not version.payment_ways:
        yield Finding(_("支付方式"), _("收费的须写明怎么缴"), _("至少选择一种支付方式"))
    if version.payment_ways and not version.fee:
        yield Finding(_("支付方式"), _("不收费的没有支付方式"), _("去掉支付方式，或者写明收费"))


@rule(gettext_lazy("有结果的写明名称"))
def result_with_its_name(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.result_kind != ResultKind.NONE and not version.result_name:
        yield Finding(_("办理结果"), _("有结果的须写明名称"), _("填写证照或者文书的名称"))


@rule(gettext_lazy("证照和批文有模板"))
def result_with_its_template(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.result_kind in WRITTEN and not version.certificate_template:
        yield Finding(_("办理结果"), _("发证照、批文的须有模板"), _("选择证照模板"))


@rule(gettext_lazy("证照和批文有样本"))
def result_with_its_sample(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.result_kind not in WRITTEN:
        return
    shown = {line.get("field") for line in version.result_sample}
    if not shown:
        yield Finding(_("结果样本"), _("有结果的须公开样本"), _("逐项写明证照、批文上的内容和示例"))
    elif missing := [field for field in version.result_fields if field not in shown]:
        yield Finding(
            _("结果样本"),
            _("样本须与证载内容一致"),
            _("样本补上：%(missing)s") % {"missing": "、".join(missing)},
            blocks=False,
        )


@rule(gettext_lazy("有结果的写明送达方式"))
def result_reaches_the_applicant(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.result_kind != ResultKind.NONE and not version.delivery_modes:
        yield Finding(_("送达方式"), _("有结果的须写明怎么送达"), _("选择窗口、邮寄或者电子送达"))


@rule(gettext_lazy("延续与有效期一致"))
def renewal_fits_the_validity(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    renewal = version.renewal
    if not renewal:
        lapses = version.result_validity and not wording.is_lasting(version.result_validity)
        licence = version.matter.kind == MatterType.LICENCE
        if licence and version.result_kind == ResultKind.CERTIFICATE and lapses:
            yield Finding(
                _("延续"),
                _("有有效期的许可证须写明能不能延续、怎样延续（行政许可法第五十条）"),
                _("写明届满前多少日申请，不能延续的在有效期里说明"),
                blocks=False,
            )
        return
    if not version.result_validity:
        yield Finding(_("有效期"), _("可以延续的须写明有效期"), _("写明有效期"))
    if not renewal.get("basis"):
        yield Finding(_("延续"), _("延续须有依据"), _("写明延续的依据"))
    if renewal.get("silent_renewal") and version.matter.kind != MatterType.LICENCE:
        yield Finding(
            _("延续"),
            _("逾期未决定视为准予延续，只适用于行政许可（行政许可法第五十条）"),
            _("取消视为准予延续"),
        )
    if renewal.get("silent_renewal") and version.exclusions:
        yield Finding(
            _("延续"),
            _("涉及公共安全、生命健康、生态环境等情形的，不自动延续"),
            _("取消视为准予延续，由部门到期前作出决定"),
        )


@rule(gettext_lazy("数量限制与办理方式一致"))
def limited_number_is_given_out_in_order(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if not version.quantity_limit:
        return
    if version.case_type == CaseType.INSTANT:
        yield Finding(
            _("数量限制"),
            _("有数量限制的按受理先后审查后决定，不能当场办结（行政许可法第五十七条）"),
            _("改为承诺件，或者取消数量限制"),
        )
    if version.commitment_allowed:
        yield Finding(
            _("数量限制"),
            _("有数量限制的不适用告知承诺：先承诺的不等于先受理"),
            _("取消告知承诺，或者取消数量限制"),
        )

"""The part of the editor for the elements of `matters.models.stated`: rights, ways, samples, appeals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.formkit import Column, TableField

from ..choices import (
    Channel,
    DeliveryMode,
    ExclusionGround,
    OrganNature,
    PaperSize,
    PaymentWay,
    PowerSource,
)
from ..models import MatterVersion
from .fields import LinesField

# Columns of the material grid for matters.models.stated.StatedMaterial.
MATERIAL_COLUMNS = [
    Column("paper_size", _("规格"), "select", False, PaperSize.choices),
    Column("issued_within", _("出具时间要求")),
    Column("acceptance_standard", _("受理标准")),
    Column("blank_form", _("空白表格")),
    Column("sample", _("示例样表")),
]
WHOLE_LINES = (
    "power_division",
    "exercised_content",
    "outside_reason",
    "appointment_rule",
    "promised_note",
    "statutory_note",
)
ORGANS = ("review_organ", "court")
ORGAN_PARTS = ("name", "address", "phone", "url")

# Titles of the editor's sections and the fields in them.
RIGHTS = (
    _("权力和主体"),
    "power_source organ_nature entrusted_by handling_office exclusions joint_organs power_division "
    "exercised_content",
)
WAYS = (
    _("办理形式"),
    "channels delivery_modes in_centre one_window outside_reason appointment_daily appointment_rule "
    "intermediaries",
)
APPEALS = (
    _("权利和救济"),
    "rights_and_duties review_organ_name review_organ_address review_organ_phone review_organ_url "
    "court_name court_address court_phone court_url",
)


def _several(choices: Any, label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices, label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


def _text(label: Any, length: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False)


class StatedFields(forms.Form):
    """Fields of the stated elements; `stated_parts()` reads them, `stated_initial()` shows them."""

    power_source = forms.ChoiceField(choices=PowerSource.choices, label=_("权力来源"))
    organ_nature = forms.ChoiceField(choices=OrganNature.choices, label=_("实施主体性质"))
    entrusted_by = _text(_("委托部门"), 100)
    handling_office = _text(_("承办机构"), 100)
    power_division = _text(_("权限划分"), 500)
    exercised_content = _text(_("行使内容"), 500)
    joint_organs = TableField(
        [Column("name", _("名称"), required=True), Column("uscc", _("统一社会信用代码"))],
        label=_("联办机构"),
        required=False,
    )
    exclusions = _several(ExclusionGround.choices, _("不适用承诺和默认的情形"))
    channels = _several(Channel.choices, _("办理形式"))
    delivery_modes = _several(DeliveryMode.choices, _("送达方式"))
    payment_ways = _several(PaymentWay.choices, _("支付方式"))
    in_centre = forms.BooleanField(label=_("进驻大厅"), required=False)
    one_window = forms.BooleanField(label=_("无差别受理（综合窗口）"), required=False)
    outside_reason = _text(_("不进驻大厅的原因"), 200)
    appointment_daily = forms.IntegerField(
        label=_("每天可预约量"), min_value=1, max_value=10000, required=False, help_text=_("不能预约的留空")
    )
    appointment_rule = _text(_("预约规则"), 200)
    intermediaries = TableField(
        [
            Column("name", _("服务"), required=True),
            Column("provider", _("由谁提供")),
            Column("basis", _("依据")),
        ],
        label=_("中介服务"),
        required=False,
    )
    promised_note = _text(_("承诺时限说明"), 200)
    statutory_note = _text(_("法定时限说明"), 200)
    fee_reduction = _text(_("减免"), 300)
    fee_reduction_basis = _text(_("减免依据"), 300)
    result_sample = TableField(
        [Column("field", _("栏目"), required=True), Column("value", _("示例"), required=True)],
        label=_("结果样本"),
        required=False,
    )
    rights_and_duties = LinesField(label=_("权利义务"), help_text=_("一行一条"))
    review_organ_name = _text(_("行政复议机关"), 100)
    review_organ_address = _text(_("复议机关地址"), 200)
    review_organ_phone = _text(_("复议机关电话"), 40)
    review_organ_url = _text(_("复议机关网址"), 200)
    court_name = _text(_("行政诉讼法院"), 100)
    court_address = _text(_("法院地址"), 200)
    court_phone = _text(_("法院电话"), 40)
    court_url = _text(_("法院网址"), 200)


def stated_parts(data: dict[str, Any]) -> dict[str, Any]:
    """Elements that the form shows in several fields, as they are stored."""
    found: dict[str, Any] = {}
    for organ in ORGANS:
        told = {part: data[f"{organ}_{part}"] for part in ORGAN_PARTS}
        found[organ] = told if any(told.values()) else None
    return found


def stated_initial(version: MatterVersion) -> dict[str, Any]:
    """The same elements as the form shows them."""
    fee = version.fee or {}
    shown = {f"fee_{part}": fee.get(part, "") for part in ("reduction", "reduction_basis")}
    for organ in ORGANS:
        told = getattr(version, organ) or {}
        shown |= {f"{organ}_{part}": told.get(part, "") for part in ORGAN_PARTS}
    return shown

"""What is typed in the exchange. The rules are the verbs'; these only read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms import HallForm
from hall.formkit import DateInput, UnitInput
from hall.now import today
from hall.organisation.models import Department, Jurisdiction
from matters.models import Matter

from .choices import DutyKind, MessageKind, NoteKind
from .models import Subscription


class NoteForm(HallForm):
    """监管信息. A file that was uploaded stays (`stored`) when something else has to be mended."""

    kind = forms.ChoiceField(label=_("种类"), choices=NoteKind, widget=forms.RadioSelect)
    happened_on = forms.DateField(label=_("日期"), widget=DateInput())
    document_number = forms.CharField(
        label=_("文号"), max_length=80, required=False, help_text=_("行政处罚必须写明")
    )
    text = forms.CharField(
        label=_("内容"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("查到了什么，怎样处理；撤销建议写明事实和依据"),
    )
    file = forms.FileField(label=_("附件"), required=False, help_text=_("PDF、Word、Excel或者图片"))
    stored = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"happened_on": today()})
        super().__init__(*args, **kwargs)


class AdviceForm(HallForm):
    """The head's answer to a suggestion to revoke."""

    answer = forms.CharField(
        label=_("答复理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("会通知提出建议的部门；采纳以后还须另行作出撤销决定"),
    )


class DutyForm(HallForm):
    """A department more that supervises a matter."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("监管部门"), empty_label=_("请选择")
    )
    kind = forms.ChoiceField(label=_("职责"), choices=DutyKind, initial=DutyKind.SUPERVISION)
    starts_on = forms.DateField(label=_("起始日期"), widget=DateInput())
    basis = forms.CharField(label=_("依据"), max_length=200, help_text=_("三定方案、划转文件或者会议纪要"))

    def __init__(self, place: Jurisdiction, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_on": today(), "kind": DutyKind.SUPERVISION})
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = place.departments.order_by("order", "code")  # type: ignore[attr-defined]


class ReleaseForm(HallForm):
    """Why a department no longer supervises."""

    reason = forms.CharField(label=_("解除的依据"), max_length=200)


class GiveUpForm(HallForm):
    """Why a delivery is given up."""

    reason = forms.CharField(label=_("放弃的原因"), max_length=200)


class RotateForm(HallForm):
    """How long the present secret stays good beside the new one. `replaces`: which one that is."""

    hours = forms.IntegerField(
        label=_("旧密钥继续有效"),
        min_value=0,
        max_value=30 * 24,
        initial=24,
        widget=UnitInput("小时"),
        help_text=_("在这段时间里两把密钥都签名"),
    )
    replaces = forms.IntegerField(widget=forms.HiddenInput)

    def overlap(self) -> dt.timedelta:
        """The time as it was typed."""
        return dt.timedelta(hours=self.cleaned_data["hours"])


class SubscriptionForm(HallForm):
    """An outside system and what it is told."""

    name = forms.CharField(label=_("系统名称"), max_length=80)
    url = forms.CharField(
        label=_("接收地址"), max_length=500, help_text=_("公网HTTPS地址；封闭网络的主机须由技术人员列入设置")
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("所属监管部门"),
        required=False,
        empty_label=_("不属于哪个监管部门"),
        help_text=_("选了部门，就只推送给该部门监管的，它还可以通过接口签收和反馈"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("事由"),
        choices=MessageKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选就是全部"),
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("决定机关"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("不选就是全部；按住Ctrl多选"),
    )
    matters = forms.CharField(
        label=_("事项"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("实施编码或者短码，一行一个；不填就是全部"),
    )
    receipt_acknowledges = forms.BooleanField(
        label=_("返回回执号视为签收"), required=False, help_text=_("只用于监管部门自己的系统")
    )
    identity_basis = forms.CharField(
        label=_("提供完整身份信息的法律依据"),
        max_length=200,
        required=False,
        help_text=_("不填时自然人姓名遮盖、不提供证件号码；只有大厅管理员可以填写"),
    )
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, place: Jurisdiction, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        departments = place.departments.order_by("order", "code")
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["departments"].queryset = departments  # type: ignore[attr-defined]

    @classmethod
    def of(cls, subscription: Subscription, data: Any = None) -> SubscriptionForm:
        """The form with what the subscription says now."""
        names = ("name", "url", "kinds", "receipt_acknowledges", "identity_basis", "active")
        initial = {name: getattr(subscription, name) for name in names}
        initial |= {
            "department": subscription.department_id,
            "departments": list(subscription.departments.values_list("pk", flat=True)),
            "matters": "\n".join(subscription.matters.values_list("implementation_code", flat=True)),
        }
        return cls(subscription.jurisdiction, data, initial=initial)

    def clean_matters(self) -> list[Matter]:
        codes = self.cleaned_data["matters"].split()
        found = Matter.objects.filter(jurisdiction=self.place)
        by_code = {
            code: each
            for each in found.filter(implementation_code__in=codes)
            for code in [each.implementation_code]
        }
        by_code |= {each.short_code: each for each in found.filter(short_code__in=codes)}
        if unknown := [code for code in codes if code not in by_code]:
            raise forms.ValidationError(_("没有这个事项：%(codes)s"), params={"codes": "、".join(unknown)})
        return list(dict.fromkeys(by_code[code] for code in codes))

"""Forms of the organisation. They check shape; the verbs check the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.formkit import Column, TableField, UnitInput

from .choices import DepartmentKind, Domain, SealRule, Target, WindowGrouping
from .models import Department, Hall, Jurisdiction, Window, Zone
from .policies import Policies

_SPANS = {"code": 3, "short_name": 3, "order": 3, "kind": 3, "opens_at": 3, "closes_at": 3, "number": 3}


class _PlaceForm(forms.ModelForm):
    """Shared by all: widths, and times by the browser's own picker."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.span = _SPANS.get(name, 6)  # type: ignore[attr-defined]
            if isinstance(field, forms.TimeField):
                field.widget = forms.TimeInput({"type": "time"}, format="%H:%M")
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("无")
        if "order" in self.fields:
            self.fields["order"].label = _("次序")


class JurisdictionForm(_PlaceForm):
    """What a place says of itself. Its codes and its level are fixed at founding."""

    class Meta:
        model = Jurisdiction
        fields = (
            "name",
            "short_name",
            "reform_name",
            "founding_document",
            "phone",
            "complaint_phone",
            "opens_at",
            "closes_at",
        )


class DepartmentForm(_PlaceForm):
    """A department of the place."""

    class Meta:
        model = Department
        fields = (
            "name",
            "short_name",
            "code",
            "kind",
            "domain",
            "parent",
            "uscc",
            "order",
            "phone",
            "address",
            "review_organ",
            "court",
        )
        help_texts = {
            "domain": _("本部门牵头的领域（八个领域分类受理）"),
            "review_organ": _("印在决定书的救济途径里"),
            "court": _("印在决定书的救济途径里"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.filter(jurisdiction=self.instance.jurisdiction_id)
        parent, domain = self.fields["parent"], self.fields["domain"]
        assert isinstance(parent, forms.ModelChoiceField)
        assert isinstance(domain, forms.ChoiceField)
        domain.choices = [("", _("无")), *Domain.choices]
        parent.queryset = others.exclude(pk=self.instance.pk).order_by("order", "code")
        parent.label, parent.span = _("上级部门"), 6  # type: ignore[attr-defined]


class HallForm(_PlaceForm):
    """A hall and its opening hours."""

    class Meta:
        model = Hall
        fields = (
            "name",
            "code",
            "order",
            "address",
            "phone",
            "opens_at",
            "closes_at",
            "is_town",
            "department",
        )
        help_texts = {"opens_at": _("按工作日、工作小时计的时限照这个开放时间计算")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = self.fields["department"]
        assert isinstance(towns, forms.ModelChoiceField)
        here = Department.objects.filter(jurisdiction=self.instance.jurisdiction_id)
        towns.queryset = here.filter(kind=DepartmentKind.TOWN).order_by("order", "code")


class ZoneForm(_PlaceForm):
    """A zone of windows."""

    class Meta:
        model = Zone
        fields = ("name", "code", "order")


class WindowForm(_PlaceForm):
    """One counter."""

    class Meta:
        model = Window
        fields = ("number", "name", "kind")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class PolicyForm(forms.Form):
    """What this place does differently from others. One field for each policy, and the ground."""

    silent_consent = forms.BooleanField(
        label=_("实行缺席、超时默认"),
        required=False,
        help_text=_("只对路径里允许默认、且写明依据的会签意见有效；决定从不默认。"),
    )
    silent_consent_basis = forms.CharField(
        label=_("缺席、超时默认的依据文件"), required=False, max_length=200
    )
    silent_consent_batch = forms.IntegerField(
        label=_("一次默认超过"),
        min_value=1,
        max_value=10_000,
        widget=UnitInput("件"),
        help_text=_("超过以后等督查员同意，例如系统停机恢复时。"),
    )
    deferral = forms.BooleanField(label=_("容缺受理"), required=False)
    breach_bars_deferral = forms.BooleanField(
        label=_("有失信记录的一年内不再容缺"),
        required=False,
        help_text=_("容缺逾期未补、承诺不实的申请人；不实承诺一年内不适用告知承诺，各地一样。"),
    )
    delegated_instant = forms.BooleanField(
        label=_("即办件由窗口岗位决定"),
        required=False,
        help_text=_("受办分离的唯一例外，决定书上会写明。"),
    )
    town_levels = forms.BooleanField(label=_("镇街可以收件"), required=False)
    whole_city = forms.BooleanField(label=_("全市通办：任一大厅都可以收件"), required=False)
    seal_rule = forms.ChoiceField(label=_("用哪枚章"), choices=SealRule)
    window_grouping = forms.ChoiceField(label=_("窗口怎样分区"), choices=WindowGrouping)
    correction_days = forms.IntegerField(
        label=_("补正期限"), min_value=1, max_value=90, widget=UnitInput("工作日")
    )
    pre_review_days = forms.IntegerField(
        label=_("网上预审期限"), min_value=1, max_value=5, widget=UnitInput("工作日")
    )
    session_notice_days = forms.IntegerField(
        label=_("联审通知提前"), min_value=1, max_value=10, widget=UnitInput("工作日")
    )
    push_receipt_days = forms.IntegerField(
        label=_("监管部门签收推送"), min_value=1, max_value=30, widget=UnitInput("工作日")
    )
    advice_days = forms.IntegerField(
        label=_("答复撤销建议"), min_value=1, max_value=60, widget=UnitInput("工作日")
    )
    rest_day_domains = forms.MultipleChoiceField(
        label=_("休息日当天办理的领域（365服务）"),
        choices=Domain,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("休息日收件的，自下一个工作日起算受理；所选领域和即办件当天受理、当天起算。"),
    )
    warning_days = forms.CharField(
        label=_("到期前几个工作日预警"), max_length=40, help_text=_("从大到小，例如：3、2、1")
    )
    targets = TableField(
        [
            Column("name", _("目标"), "select", required=True, choices=Target.choices),
            Column("value", _("数值"), "number", required=True),
        ],
        label=_("改革目标"),
        required=False,
        help_text=_("比例写0到1之间的数，例如95%写0.95。"),
    )
    reason = forms.CharField(label=_("修改的依据"), max_length=200)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        self.policies = place.policies
        kwargs.setdefault("initial", _initial(self.policies))
        super().__init__(*args, **kwargs)
        zones = Zone.objects.filter(hall__jurisdiction=place).order_by("code").values_list("code", "name")
        choices = [("", _("不单设")), *dict(zones).items()]
        for domain in Domain:
            field = forms.ChoiceField(label=domain.label, choices=choices, required=False)
            self.fields[_zone_field(domain)] = field
        self.order_fields([name for name in self.fields if name not in ("targets", "reason")])

    def zone_fields(self) -> list[forms.BoundField]:
        """In which zone each domain is received."""
        return [self[_zone_field(domain)] for domain in Domain]

    def clean_warning_days(self) -> tuple[int, ...]:
        parts = re.split(r"[、,，\s]+", self.cleaned_data["warning_days"].strip())
        if not all(part.isdigit() and 1 <= int(part) <= 60 for part in parts):
            raise forms.ValidationError(_("请写1到60之间的整数，用顿号隔开"))
        return tuple(sorted({int(part) for part in parts}, reverse=True))

    def clean_rest_day_domains(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["rest_day_domains"])

    def clean_targets(self) -> dict[str, float]:
        return {row["name"]: float(row["value"]) for row in self.cleaned_data["targets"]}

    def chosen(self) -> Policies:
        """The policies as the form now says; what it does not ask stays as it was."""
        given = {name: value for name, value in self.cleaned_data.items() if hasattr(self.policies, name)}
        zones = {str(domain): self.cleaned_data[_zone_field(domain)] for domain in Domain}
        given["zone_of_domain"] = {domain: zone for domain, zone in zones.items() if zone}
        return replace(self.policies, **given)


def _zone_field(domain: Domain) -> str:
    return f"zone_{domain.value}"


def _initial(policies: Policies) -> dict[str, Any]:
    names = (name for name in PolicyForm.base_fields if hasattr(policies, name))
    initial = {name: getattr(policies, name) for name in names}
    initial["warning_days"] = "、".join(map(str, policies.warning_days))
    initial["targets"] = [{"name": name, "value": f"{value:g}"} for name, value in policies.targets.items()]
    initial |= {_zone_field(domain): policies.zone_of_domain.get(domain, "") for domain in Domain}
    return initial

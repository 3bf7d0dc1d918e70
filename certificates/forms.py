"""What the issue window, heads of departments and the hall manager type."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.bundle_models import BundleCase
from applications.models import Application
from hall.formkit import DateInput
from hall.now import today
from hall.organisation import queries as organisation
from hall.organisation.models import Department, Jurisdiction
from matters import counters

from .choices import CollectorRelation, DeliveryMode, PrintKind, SealKind
from .print_runs import Subject
from .services import Collector


class DeliverForm(forms.Form):
    """Who takes the result and how. The rules are the verb's; this only reads."""

    mode = forms.ChoiceField(label=_("送达方式"), choices=DeliveryMode, widget=forms.RadioSelect)
    relation = forms.ChoiceField(label=_("领取人"), choices=CollectorRelation, widget=forms.RadioSelect)
    collector_name = forms.CharField(
        label=_("姓名"), required=False, max_length=100, help_text=_("与证件一致")
    )
    collector_id_number = forms.CharField(
        label=_("身份证件号码"),
        required=False,
        max_length=40,
        help_text=_("刷证自动填入"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    mandate_until = forms.DateField(
        label=_("授权委托书有效期至"),
        required=False,
        widget=DateInput,
        help_text=_("受托人领取时核对原件后填写；系统已登记委托的不用填"),
    )
    tracking_number = forms.CharField(
        label=_("物流单号"), required=False, max_length=40, help_text=_("邮寄时填写")
    )
    signature = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, case: Application | BundleCase, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].initial = DeliveryMode.WINDOW
        at_window = self.data.get("mode", DeliveryMode.WINDOW) == DeliveryMode.WINDOW
        for name in ("collector_name", "collector_id_number"):
            self.fields[name].required = at_window
        own = CollectorRelation.SELF if case.person_id else CollectorRelation.LEGAL_REPRESENTATIVE
        other = CollectorRelation.LEGAL_REPRESENTATIVE if case.person_id else CollectorRelation.SELF
        relation = cast(forms.ChoiceField, self.fields["relation"])
        relation.choices = [each for each in CollectorRelation.choices if each[0] != other]
        relation.initial = own
        self.fields["collector_name"].initial = (
            case.applicant_name
            if case.person_id
            else case.enterprise and case.enterprise.legal_representative
        )

    def collector(self) -> Collector:
        """The collector as the verb takes them."""
        data = self.cleaned_data
        return Collector(
            name=data["collector_name"],
            relation=data["relation"],
            id_number=data["collector_id_number"],
            mandate_until=data["mandate_until"],
        )


class RevokeForm(forms.Form):
    """Why a certificate is revoked."""

    reason = forms.CharField(
        label=_("事实、理由和依据"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写进撤销决定书，一行一条"),
    )


class SupersedeForm(forms.Form):
    """Which certificate takes the place of this one."""

    by_number = forms.CharField(label=_("新证照编号"), max_length=80)
    reason = forms.CharField(label=_("原因"), max_length=300, help_text=_("例如：变更、延续、补发"))


class SealForm(forms.Form):
    """A seal to take into use."""

    code = forms.SlugField(label=_("代码"), max_length=40, help_text=_("字母、数字和横线"))
    kind = forms.ChoiceField(label=_("种类"), choices=SealKind)
    department = forms.ModelChoiceField(
        label=_("所属机关"), queryset=Department.objects.none(), required=False, empty_label=_("全辖区共用")
    )
    ring_text = forms.CharField(label=_("环文"), max_length=60, help_text=_("机关法定全称"))
    line_text = forms.CharField(label=_("横文"), max_length=30, required=False)
    territory = forms.CharField(label=_("适用区域"), max_length=40, required=False)
    has_star = forms.BooleanField(label=_("五角星"), required=False, initial=True)
    in_use_from = forms.DateField(label=_("启用日期"), widget=DateInput, initial=today)

    def __init__(self, *args, place: Jurisdiction, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        department = cast(forms.ModelChoiceField, self.fields["department"])
        department.queryset = place.departments.all()


class SealStateForm(forms.Form):
    """Where a seal goes, and why."""

    state = forms.CharField(max_length=10)
    reason = forms.CharField(label=_("原因"), max_length=200)


class PrintForm(forms.Form):
    """What to print in bulk, and for which hall, zone, window or department."""

    kind = forms.ChoiceField(label=_("印什么"), choices=PrintKind.choices)
    subject = forms.ChoiceField(label=_("给哪里"))
    use_required_attribute = False

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects: dict[str, Subject] = {}
        groups = []
        for hall in organisation.halls(place):
            rows = [self._offer("hall", hall, _("%(name)s（全部）") % {"name": hall.name})]
            for zone in hall.zones.all():
                zone.hall = hall
                rows.append(self._offer("zone", zone, zone.name))
                for window in zone.windows.all():
                    if window.kind in counters.TAKING:
                        window.zone = zone
                        rows.append(self._offer("window", window, f"　{window.number} {window.name}"))
            groups.append((hall.name, rows))
        departments = [self._offer("department", each, each.name) for each in organisation.departments(place)]
        subject = cast(forms.ChoiceField, self.fields["subject"])
        subject.choices = [
            ("", _("请选择")),
            *groups,
            (_("部门（只印业务手册）"), departments),
        ]

    def chosen(self) -> Subject:
        """The hall, zone, window or department that was chosen."""
        return self.subjects[self.cleaned_data["subject"]]

    def _offer(self, kind: str, subject: Subject, label: Any) -> tuple[str, str]:
        key = f"{kind}-{subject.pk}"
        self.subjects[key] = subject
        return key, str(label)

"""What reviewers and heads type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.choices import Outcome
from hall.clocks.limits import Limit, Unit
from hall.errors import Invalid
from hall.formkit import DateInput, UnitInput
from hall.organisation.models import Department
from hall.people.models import User
from matters.choices import SpecialProcedure
from matters.models import MatterVersion

from .choices import HearingGround, HeldVerdict, OpinionVerdict
from .models import HeldSilence


class OpinionForm(forms.Form):
    """A department's opinion. The rules are the verb's; this only reads."""

    verdict = forms.ChoiceField(label=_("结论"), choices=OpinionVerdict, widget=forms.RadioSelect)
    conditions = forms.CharField(
        label=_("条件"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reasons = forms.CharField(
        label=_("理由"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    legal_basis = forms.CharField(
        label=_("法律依据"), required=False, max_length=300, help_text=_("不同意必须写明，例如：某法第几条")
    )
    competent = forms.ModelChoiceField(
        label=_("认为应由哪个部门办理"), required=False, queryset=Department.objects.none()
    )

    def __init__(self, *args, departments: QuerySet[Department] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if departments is not None:
            field = self.fields["competent"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = departments


class DecisionForm(forms.Form):
    """The decision, with one field for each thing that the certificate prints."""

    outcome = forms.ChoiceField(label=_("决定"), choices=Outcome, widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不予决定必须写明理由和依据"),
    )
    conditions = forms.CharField(
        label=_("附加条件"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, version: MatterVersion, form_data: dict | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.printed = list(version.result_fields)
        known = _by_label(version, form_data or {})
        for index, label in enumerate(self.printed):
            self.fields[f"result_{index}"] = forms.CharField(
                label=label, required=False, max_length=500, initial=known.get(label, "")
            )

    def result(self) -> dict[str, str]:
        """What the certificate is to print, by label; empty ones are left to the certificate's own rules."""
        values = {label: self.cleaned_data[f"result_{i}"].strip() for i, label in enumerate(self.printed)}
        return {label: value for label, value in values.items() if value}

    def result_fields(self) -> list[forms.BoundField]:
        """The bound fields of what is printed."""
        return [self[f"result_{index}"] for index in range(len(self.printed))]


class ReasonForm(forms.Form):
    """A reason, for sending a task back."""

    reasons = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ReportForm(forms.Form):
    """特殊情况报备."""

    reason = forms.CharField(label=_("特殊情况"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    days = forms.IntegerField(label=_("申请延长（工作日）"), min_value=1, max_value=10, initial=3)


class ContactForm(forms.Form):
    """Whom the applicant can ask about a special procedure."""

    contact_name = forms.CharField(label=_("联系人"), max_length=60)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=40)


class ProcedureForm(ContactForm):
    """Begin a special procedure that the version declares."""

    kind = forms.ChoiceField(label=_("特别程序"))
    days = forms.IntegerField(label=_("所需时间"), min_value=1, required=False)
    reason = forms.CharField(label=_("事由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("kind", "days", "reason", "contact_name", "contact_phone")

    def __init__(self, *args, version: MatterVersion, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._limits = {}
        choices = []
        for row in version.special_procedures:
            kind = row.get("kind")
            if kind in SpecialProcedure.values and kind != SpecialProcedure.HEARING:
                limit = Limit(row.get("limit_value") or 1, row.get("limit_unit") or Unit.WORKING_DAY)
                self._limits[kind] = limit
                told = _("最多%(limit)s") % {"limit": limit}
                choices.append((kind, f"{SpecialProcedure(kind).label}（{told}）"))
        self.fields["kind"] = forms.ChoiceField(label=_("特别程序"), choices=choices)
        self.fields["days"].help_text = _("不填的，按规定的最长时间告知申请人")

    def told(self) -> dict[str, Any]:
        """What the verb is given."""
        values = dict(self.cleaned_data)
        days = values.pop("days")
        limit = self._limits[values["kind"]]
        return {**values, "limit": Limit(days, limit.unit) if days else None}


class HearingForm(ContactForm):
    """Tell the right to a hearing, or announce one."""

    because = forms.ChoiceField(label=_("听证事由"), choices=HearingGround, widget=forms.RadioSelect)
    parties = forms.CharField(
        label=_("利害关系人"),
        max_length=1000,
        required=False,
        help_text=_("涉及他人重大利益的必须写明，例如：某小区业主"),
    )
    reason = forms.CharField(label=_("情况说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("because", "parties", "reason", "contact_name", "contact_phone")


class ColleagueField(forms.ModelChoiceField):
    """One of the department's people, by name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


class ChairField(ColleagueField):
    """Somebody of any department of the place, by name and department."""

    def label_from_instance(self, obj: User) -> str:
        departments = {
            post.department.short_name or post.department.name for post in obj.posts.all() if post.department
        }
        return f"{obj.name}（{'、'.join(sorted(departments))}）"


class HandOverForm(forms.Form):
    """Which colleague takes the task."""

    to = ColleagueField(label=_("转交给"), queryset=User.objects.none())
    reason = forms.CharField(label=_("原因"), max_length=300)

    def __init__(self, *args, colleagues, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = ColleagueField(label=_("转交给"), queryset=colleagues)


class ScheduleForm(forms.Form):
    """When, where and by whom a hearing is held."""

    held_at = forms.DateTimeField(
        label=_("举行时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label=_("地点"), max_length=200)
    chair = ChairField(label=_("主持人"), queryset=User.objects.none())

    def __init__(self, *args, chairs, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"] = ChairField(label=_("主持人"), queryset=chairs)


class RecordForm(forms.Form):
    """The record of a hearing."""

    text = forms.CharField(label=_("听证笔录"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    signed_by = forms.CharField(label=_("笔录签名"), max_length=300)


class ResultForm(forms.Form):
    """What a special procedure has shown."""

    result = forms.CharField(label=_("结果"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ExtensionForm(forms.Form):
    """延期, proposed to the head."""

    days = forms.IntegerField(label=_("延长（工作日）"), min_value=1)
    reason = forms.CharField(label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ReportAnswerForm(forms.Form):
    """A supervisor's answer to a special-circumstances report: more days, a pause, or no."""

    answer = forms.CharField(label=_("答复"), max_length=300)
    days = forms.IntegerField(
        label=_("延长"), min_value=1, max_value=10, required=False, widget=UnitInput("个工作日")
    )
    pause_until = forms.DateField(label=_("或者中止计时到"), required=False, widget=DateInput)

    def until(self) -> dt.date:
        """The day to which the clock is to stand still. Raises Invalid if none was given."""
        day: dt.date | None = self.cleaned_data["pause_until"]
        if day is None:
            raise Invalid(_("请填写中止到哪一天"), fields={"pause_until": [_("请填写中止到哪一天")]})
        return day


class HeldForm(forms.Form):
    """A supervisor's word on silences that were held back."""

    held = forms.ModelMultipleChoiceField(HeldSilence.objects.none(), label=_("办件"))
    verdict = forms.ChoiceField(
        choices=[
            (each.value, each.label)
            for each in (HeldVerdict.RELEASED, HeldVerdict.EXTENDED, HeldVerdict.REFUSED)
        ]
    )
    reason = forms.CharField(
        label=_("理由"), max_length=300, help_text=_("记入留痕和每一件的证据，例如：已逐件核对，部门确未办理")
    )
    days = forms.IntegerField(
        label=_("延长"),
        min_value=1,
        max_value=10,
        required=False,
        initial=2,
        widget=UnitInput("个工作日"),
    )

    def __init__(self, *args: Any, held: QuerySet[HeldSilence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["held"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = held
        chosen.error_messages["required"] = _("请至少选择一件")


def _by_label(version: MatterVersion, form_data: dict) -> dict[str, str]:
    """What the applicant wrote, by the label of the field, for whatever the certificate prints too."""
    return {
        item["label"]: str(form_data.get(item["key"], ""))
        for item in version.form_fields
        if not isinstance(form_data.get(item["key"]), list | dict)
    }

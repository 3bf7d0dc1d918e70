"""What reviewers and heads type."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.choices import Outcome
from hall.people.models import User
from matters.models import MatterVersion

from .choices import OpinionVerdict


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


class ColleagueField(forms.ModelChoiceField):
    """One of the department's people, by name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


class HandOverForm(forms.Form):
    """Which colleague takes the task."""

    to = ColleagueField(label=_("转交给"), queryset=User.objects.none())
    reason = forms.CharField(label=_("原因"), max_length=300)

    def __init__(self, *args, colleagues, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = ColleagueField(label=_("转交给"), queryset=colleagues)


class AnswerForm(forms.Form):
    """A supervisor's answer to a report."""

    answer = forms.CharField(label=_("答复"), max_length=300)


def _by_label(version: MatterVersion, form_data: dict) -> dict[str, str]:
    """What the applicant wrote, by the label of the field, for whatever the certificate prints too."""
    return {
        item["label"]: str(form_data.get(item["key"], ""))
        for item in version.form_fields
        if not isinstance(form_data.get(item["key"]), list | dict)
    }

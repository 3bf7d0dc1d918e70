"""What is typed about cards."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("原因和整改措施"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_("销号意见"), max_length=300, required=False, help_text=_("部门还没有反馈时，须写明理由")
    )

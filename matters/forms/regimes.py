"""The form of a new version of a body of procedural law."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.clocks.choices import Ground
from hall.errors import HallError
from hall.formkit import DateInput

from ..models import Regime

# Our own outages are credited by the system, and a waiting period is declared by the matter.
_OFFERED = [choice for choice in Ground.choices if choice[0] not in (Ground.OUTAGE, Ground.WAITING)]


class RegimeForm(forms.ModelForm):
    """What the next version prescribes, from when, and why."""

    pause_grounds = forms.MultipleChoiceField(
        label=_("不计入期限的程序"), choices=_OFFERED, widget=forms.CheckboxSelectMultiple, required=False
    )
    valid_from = forms.DateField(
        label=_("起用日期"),
        widget=DateInput(),
        help_text=_("从这天起新起草的版本采用；已发布的版本和在办的办件不变"),
    )
    change_reason = forms.CharField(label=_("变更理由和依据"), max_length=300)

    class Meta:
        model = Regime
        fields = (
            "name",
            "basis",
            "acceptance_days",
            "deemed_accepted",
            "pause_grounds",
            "extension_days",
            "delivery_days",
            "refusal_rights",
        )

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spans = {"name": 4, "acceptance_days": 3, "extension_days": 3, "delivery_days": 3, "valid_from": 4}
        for name, field in self.fields.items():
            field.span = spans.get(name, 12)  # type: ignore[attr-defined]  # read by {% field %}

    def refuse(self, error: HallError) -> None:
        """Show what the verb refused beside the fields it means."""
        told = False
        for name, messages in getattr(error, "fields", {}).items():
            if name in self.fields:
                self.add_error(name, [str(message) for message in messages])
                told = True
        if not told:
            self.add_error(None, str(error))

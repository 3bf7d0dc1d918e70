"""Forms of the movable clock."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

STEP_UNITS = (("wd", _("个工作日")), ("d", _("天")), ("h", _("小时")), ("m", _("分钟")))


class MoveForm(forms.Form):
    """How far to move the hall forward."""

    number = forms.IntegerField(
        label=_("前移"), min_value=1, max_value=9_999, widget=forms.NumberInput({"inputmode": "numeric"})
    )
    unit = forms.ChoiceField(label=_("单位"), choices=STEP_UNITS)

    def step(self) -> str:
        """The step as `hall.clocks.demo.read_step` reads it."""
        return f"{self.cleaned_data['number']}{self.cleaned_data['unit']}"

"""Forms of lists of matters (清单)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.formkit import DateInput
from hall.organisation.models import Jurisdiction

from ..models import MatterList
from .fields import offer


class BatchForm(forms.Form):
    """A batch of a list: when it was published and with how many."""

    matter_list = forms.ModelChoiceField(MatterList.objects.none(), label=_("清单"))
    name = forms.CharField(label=_("批次"), max_length=40)
    published_on = forms.DateField(label=_("公布日期"), required=False, widget=DateInput())
    published_total = forms.IntegerField(label=_("公布数"), min_value=0, required=False)
    document = forms.CharField(label=_("公布文件"), max_length=200, required=False)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "matter_list", MatterList.objects.filter(jurisdiction=place))

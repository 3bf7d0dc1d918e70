"""Forms of transfers (划转)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.formkit import DateInput
from hall.organisation.choices import DepartmentKind
from hall.organisation.models import Department, Jurisdiction, Window

from ..choices import TransferRole
from ..models import Matter
from .fields import LinesField, offer


class TransferForm(forms.Form):
    """A batch: document, receiver, date."""

    code = forms.SlugField(label=_("代码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=100)
    document = forms.CharField(label=_("文件依据"), max_length=200)
    bureau = forms.ModelChoiceField(Department.objects.none(), label=_("划入机关"))
    effective_on = forms.DateField(
        label=_("生效日期"), required=False, widget=DateInput(), help_text=_("当日零时起由划入机关实施")
    )
    condition = forms.CharField(
        label=_("生效条件"), max_length=200, required=False, help_text=_("日期未定的，写明等什么")
    )
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bureaus = Department.objects.filter(jurisdiction=place, kind=DepartmentKind.APPROVAL_BUREAU)
        offer(self, "bureau", bureaus)


class TransferItemForm(forms.Form):
    """Matters of one role for a batch: by short link, name or implementation code, one a line."""

    matters = LinesField(
        label=_("事项"), help_text=_("名称、实施编码或者短链代码，一行一项"), rows=4, required=True
    )
    role = forms.ChoiceField(label=_("性质"), choices=TransferRole.choices)
    consult_basis = forms.CharField(
        label=_("须征求原部门意见的依据"),
        max_length=200,
        required=False,
        help_text=_("没有依据的，原部门不再参与"),
    )
    deferred_until = forms.DateField(label=_("暂缓至"), required=False, widget=DateInput())
    deferred_condition = forms.CharField(label=_("暂缓的条件"), max_length=200, required=False)
    window = forms.ModelChoiceField(
        Window.objects.none(), label=_("进驻窗口"), required=False, empty_label=_("没有")
    )

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        self.place = place
        super().__init__(*args, **kwargs)
        offer(
            self, "window", Window.objects.filter(zone__hall__jurisdiction=place).select_related("zone__hall")
        )

    def clean_matters(self) -> list[Matter]:
        """The matters that the lines name; a line that names none or several is refused."""
        found = []
        for line in self.cleaned_data["matters"]:
            named = Matter.objects.in_place(self.place).select_related("department")
            for lookup in ("short_code", "implementation_code", "name"):
                rows = list(named.filter(**{lookup: line})[:2])
                if rows:
                    break
            if len(rows) != 1:
                raise forms.ValidationError(_("“%(line)s”没有找到唯一的事项"), params={"line": line})
            found += rows
        return found

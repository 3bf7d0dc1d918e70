"""Forms of the keepers' desk for project schemes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.clocks.choices import Unit

from ..models import Matter, ProjectScheme, ProjectStage


class StageMatterForm(forms.Form):
    """A matter of the place, and the stage in which it is done."""

    matter = forms.ModelChoiceField(queryset=Matter.objects.none(), label=_("事项"))
    stage = forms.ModelChoiceField(queryset=ProjectStage.objects.none(), label=_("阶段"))
    concludes = forms.BooleanField(label=_("办好即完成本阶段"), required=False)

    def __init__(self, scheme: ProjectScheme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "matter", Matter.objects.filter(jurisdiction=scheme.jurisdiction_id).order_by("name"))
        _choose(self, "stage", scheme.stages.all())


class DependencyForm(forms.Form):
    """Which matter waits for which, and as which material the result comes."""

    prerequisite = forms.ModelChoiceField(queryset=Matter.objects.none(), label=_("前置事项"))
    dependent = forms.ModelChoiceField(queryset=Matter.objects.none(), label=_("后续事项"))
    material_code = forms.CharField(
        label=_("作为后续事项的哪份材料"),
        max_length=20,
        required=False,
        help_text=_("材料代码，如m02；只规定先后的空着"),
    )
    basis = forms.CharField(label=_("依据"), max_length=300, required=False)

    def __init__(self, scheme: ProjectScheme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matters = Matter.objects.filter(project_stages__scheme=scheme).order_by(
            "project_stages__stage__order"
        )
        _choose(self, "prerequisite", matters)
        _choose(self, "dependent", matters)


class PromiseForm(forms.Form):
    """The promise of the whole."""

    promised_value = forms.IntegerField(label=_("全流程承诺时限"), min_value=1, max_value=999)
    promised_unit = forms.ChoiceField(
        label=_("单位"),
        choices=[(unit.value, unit.label) for unit in (Unit.CALENDAR_DAY, Unit.WORKING_DAY)],
    )
    basis = forms.CharField(label=_("承诺的依据"), max_length=300, required=False)


def _choose(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows

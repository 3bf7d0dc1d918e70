"""Forms of the material library and the proof lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.formkit import DateInput
from hall.organisation.models import Department, Jurisdiction

from ..choices import MaterialForm, MaterialSource, Media, ProofList
from ..models import MaterialDefinition, Matter
from .fields import LinesField, offer


class DefinitionForm(forms.Form):
    """One material of the library."""

    code = forms.SlugField(label=_("代码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=200)
    synonyms = LinesField(label=_("同义名称"), help_text=_("事项里用过的其他叫法，一行一个"), rows=3)
    is_proof = forms.BooleanField(label=_("属于证明"), required=False)
    form = forms.ChoiceField(label=_("材料类型"), choices=MaterialForm.choices)
    media = forms.ChoiceField(label=_("形式"), choices=Media.choices)  # type: ignore[assignment]  # a field
    source = forms.ChoiceField(label=_("来源渠道"), choices=MaterialSource.choices)
    issuer = forms.CharField(label=_("出具机构"), max_length=100, required=False)
    substitute_certificate = forms.CharField(
        label=_("可替代的电子证照"), max_length=100, required=False, help_text=_("几种都可以的，用顿号隔开")
    )
    shared_source = forms.CharField(label=_("由部门核查获取"), max_length=100, required=False)
    result_of = forms.CharField(
        label=_("是哪个事项的结果"), max_length=12, required=False, help_text=_("填事项的短链代码")
    )
    basis = forms.CharField(label=_("法律依据"), max_length=300, required=False)
    note = forms.CharField(label=_("填报须知"), max_length=500, required=False)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        self.place = place
        super().__init__(*args, **kwargs)

    def clean_result_of(self) -> Matter | None:
        """The matter with this short code in this place."""
        code = self.cleaned_data["result_of"].strip()
        if not code:
            return None
        found = Matter.objects.filter(jurisdiction=self.place, short_code=code).first()
        if found is None:
            raise forms.ValidationError(_("本地没有这个短链的事项"))
        return found


class ProofForm(forms.Form):
    """One line of a proof list."""

    code = forms.SlugField(label=_("代码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=200)
    listed_in = forms.ChoiceField(label=_("目录"), choices=ProofList.choices)
    holder = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("出具或者掌握的部门"),
        required=False,
        empty_label=_("本地部门以外"),
    )
    source = forms.CharField(
        label=_("获取方式"), max_length=200, required=False, help_text=_("共享目录必填，例如“人口库接口查询”")
    )
    basis = forms.CharField(label=_("依据"), max_length=300, required=False, help_text=_("证明目录必填"))
    synonyms = LinesField(label=_("同义名称"), help_text=_("一行一个"), rows=3)
    definition = forms.ModelChoiceField(
        MaterialDefinition.objects.none(),
        label=_("材料库中的材料"),
        required=False,
        empty_label=_("按名称对应"),
    )
    document = forms.CharField(label=_("公布文件"), max_length=200, required=False)
    listed_on = forms.DateField(label=_("列入日期"), required=False, widget=DateInput())
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "holder", Department.objects.filter(jurisdiction=place))
        offer(self, "definition", MaterialDefinition.objects.filter(jurisdiction=place))

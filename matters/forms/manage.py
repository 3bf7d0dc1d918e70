"""Small forms of the keepers' desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.organisation.choices import Domain, Level
from hall.organisation.models import Department, Jurisdiction

from ..choices import ListRole, MatterType
from ..models import MatterList
from .fields import LinesField, offer


class CreateForm(forms.Form):
    """The identity of a new matter."""

    name = forms.CharField(label=_("事项名称"), max_length=200)
    kind = forms.ChoiceField(label=_("事项类型"), choices=MatterType.choices)
    domain = forms.ChoiceField(label=_("领域"), choices=Domain.choices)
    level = forms.ChoiceField(label=_("行使层级"), choices=Level.choices)
    department = forms.ModelChoiceField(Department.objects.none(), label=_("实施部门"))
    implementation_code = forms.CharField(
        label=_("实施编码"), max_length=80, help_text=_("31位：统一社会信用代码、层级、12位基本编码")
    )
    basic_code = forms.CharField(label=_("基本编码"), max_length=20, required=False)
    theme = forms.CharField(label=_("主题"), max_length=60, required=False)
    aliases = LinesField(label=_("别名"), help_text=_("群众平时的说法，一行一个，用来搜索"))

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", Department.objects.filter(jurisdiction=place))


class NamesForm(forms.Form):
    """What a matter is called, and by which words it is found."""

    name = forms.CharField(label=_("事项名称"), max_length=200)
    theme = forms.CharField(label=_("主题"), max_length=60, required=False)
    aliases = LinesField(label=_("别名"), help_text=_("群众平时的说法，一行一个，用来搜索"))


class ReasonForm(forms.Form):
    """Why a version is sent back or withdrawn."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class StateForm(forms.Form):
    """Why a matter is suspended, resumed or cancelled, and by which act."""

    reason = forms.CharField(label=_("理由"), max_length=200)
    basis = forms.CharField(
        label=_("依据"),
        max_length=300,
        required=False,
        help_text=_("哪个机关的哪个文件、哪一条；取消事项必须填写"),
    )


class PublishForm(forms.Form):
    """When a version comes into force; empty means now."""

    at = forms.DateTimeField(
        label=_("生效时间"),
        required=False,
        help_text=_("留空即刻生效"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    )


class ListForm(forms.Form):
    """A list and what its document says of it."""

    code = forms.SlugField(label=_("代码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=100)
    published_total = forms.IntegerField(label=_("公布总数"), min_value=0)
    document = forms.CharField(label=_("公布文件"), max_length=200, required=False)
    published_on = forms.DateField(
        label=_("公布日期"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class PutInListForm(forms.Form):
    """A matter's place in a list."""

    matter_list = forms.ModelChoiceField(MatterList.objects.none(), label=_("清单"))
    order = forms.IntegerField(label=_("序号"), min_value=1, required=False)
    batch = forms.CharField(label=_("批次"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("性质"), choices=ListRole.choices)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "matter_list", MatterList.objects.filter(jurisdiction=place))

"""Forms of accounts of staff and their posts. They check shape; the verbs check the rest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hall.formkit import DateInput
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Department, Hall, Jurisdiction, Window

from ..models import User

NO_POST, CLOSED = "no_post", "closed"


class FilterForm(forms.Form):
    """What the security administrator looks for."""

    q = forms.CharField(label=_("账号或姓名"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[("", _("全部")), *Role.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), (NO_POST, _("今天没有岗位")), (CLOSED, _("已停用"))],
    )


class AccountForm(forms.Form):
    """A new member of staff. The password is made by the hall."""

    username = forms.CharField(
        label=_("账号"),
        max_length=60,
        help_text=_("登录用，以后不能改；不要用证件号码或者手机号码。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class _WindowChoice(forms.ModelChoiceField):
    def label_from_instance(self, window: Window) -> str:  # type: ignore[override]
        return f"{window.zone.hall.name}　{window.number}　{window.name}"


class PostForm(forms.Form):
    """A role, where, and from when to when."""

    role = forms.ChoiceField(label=_("角色"), choices=[("", ""), *Role.choices])
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("部门"),
        required=False,
        help_text=_("审查员和部门负责人要选部门"),
    )
    hall = forms.ModelChoiceField(
        Hall.objects.none(), label=_("大厅"), required=False, help_text=_("综合受理员和出件员要选大厅")
    )
    window = _WindowChoice(Window.objects.none(), label=_("窗口"), required=False)
    starts_on = forms.DateField(label=_("自"), widget=DateInput)
    ends_on = forms.DateField(label=_("至"), required=False, widget=DateInput)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_on", today())
        _offer(self, "department", Department.objects.filter(jurisdiction=place).order_by("order", "code"))
        _offer(self, "hall", Hall.objects.filter(jurisdiction=place).order_by("order", "code"))
        windows = Window.objects.filter(zone__hall__jurisdiction=place).select_related("zone__hall")
        _offer(self, "window", windows.order_by("zone__hall__order", "zone__order", "number"))


class DeputyForm(forms.Form):
    """Who stands in, and from when to when."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("B岗"))
    starts_on = forms.DateField(label=_("自"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("至"), required=False, widget=DateInput, help_text=_("不填则与A岗同时结束")
    )

    def __init__(self, *args: Any, users: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_on", today())
        _offer(self, "user", users)


class EndForm(forms.Form):
    """The last day of a post, and why it ends."""

    last_day = forms.DateField(label=_("最后一天"), widget=DateInput)
    reason = forms.CharField(label=_("理由"), max_length=200)


def _offer(form: forms.Form, name: str, rows: QuerySet) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
    field.empty_label = "" if field.required else _("不指定")

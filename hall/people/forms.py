"""Forms of accounts. They check shape; the verbs check the rest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from hall.errors import HallError, Invalid

from .choices import IdType


def put_refusal(form: forms.BaseForm, error: HallError) -> None:
    """Write what a verb refused beside the fields that it names, or above the form."""
    named: dict[str, list[Any]] = error.fields if isinstance(error, Invalid) else {}
    if not named and (field := error.data.get("field")):
        named = {field: [error.message]}
    placed = {name: texts for name, texts in named.items() if name in form.fields}
    for name, texts in placed.items():
        form.add_error(name, texts)
    if not placed:
        form.add_error(None, error.message)


class LoginForm(AuthenticationForm):
    """Username and password. Says the same whether the name or the password is wrong."""

    error_messages = {
        "invalid_login": _("账号或密码不正确。连续输错5次，账号将锁定15分钟。"),
        "inactive": _("该账号已停用，请联系安全管理员。"),
    }


class PasswordChangeForm(forms.Form):
    """The old password, and the new one twice."""

    old_password = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password = forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=lazystr(password_validators_help_text_html()),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        return _same(self.cleaned_data, "new_password", "again")


class RegisterForm(forms.Form):
    """What a citizen gives for a portal account: no more than applying needs (PIPL Art. 6)."""

    name = forms.CharField(label=_("姓名"), max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    id_type = forms.ChoiceField(label=_("证件类型"), choices=IdType, initial=IdType.ID_CARD)
    id_number = forms.CharField(
        label=_("证件号码"), max_length=30, widget=forms.TextInput({"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("手机号码"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    username = forms.CharField(
        label=_("账号"),
        max_length=60,
        help_text=_("以后用它登录。请不要用证件号码或手机号码。"),
        widget=forms.TextInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        help_text=_("至少8位，大写字母、小写字母、数字、符号中至少三类。"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    consent = forms.BooleanField(
        label=_("我已知悉：姓名、证件号码和手机号码仅用于办理政务服务事项，加密保存"),
        error_messages={"required": _("请先阅读并同意个人信息的使用说明")},
    )

    def clean_again(self) -> str:
        return _same(self.cleaned_data, "password", "again")


class PhoneForm(forms.Form):
    """A new telephone number."""

    phone = forms.CharField(
        label=_("新手机号码"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )


def _same(cleaned: dict[str, Any], first: str, second: str) -> str:
    if cleaned.get(first) and cleaned[first] != cleaned[second]:
        raise forms.ValidationError(_("两次输入的密码不一致"))
    return cleaned[second]

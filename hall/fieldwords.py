"""What is said of a form field that is wrong: always with its name, the same above the form and beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.forms import widgets as django_widgets
from django.utils.translation import gettext as _


def kind_of(bound: BoundField) -> str:
    """How a field is drawn: bool, choices, file, group (a widget of several inputs) or input."""
    widget = bound.field.widget
    if isinstance(widget, django_widgets.CheckboxInput):
        return "bool"
    if isinstance(widget, django_widgets.RadioSelect | django_widgets.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, django_widgets.FileInput):
        return "file"
    return "group" if widget.use_fieldset else "input"


def _generic(bound: BoundField, error: ValidationError) -> bool:
    """Is this only what Django says of any such field, without naming it?"""
    default: dict[str, Any] = {}
    for ancestor in reversed(type(bound.field).__mro__):
        if ancestor.__module__.startswith("django."):
            default |= getattr(ancestor, "default_error_messages", {})
    return error.code in default and error.message == default[error.code]


def _missing(bound: BoundField) -> str:
    widget, kind = bound.field.widget, kind_of(bound)
    if kind == "bool":
        return _("请确认：%s")
    if kind == "file":
        return _("请上传%s")
    picks = kind == "choices" or isinstance(widget, django_widgets.Select)
    return _("请选择%s") if picks else _("请填写%s")


def said(bound: BoundField) -> list[Any]:
    """The errors of a field. Where Django would say only what is wrong, say also with what."""
    said: list[Any] = []
    for error in bound.errors.as_data():
        if not _generic(bound, error):
            said += error.messages
        elif error.code == "required":
            said.append(_missing(bound) % bound.label)
        elif error.code == "invalid" and isinstance(bound.field, forms.IntegerField | forms.DecimalField):
            said.append(_("%s应当是数字") % bound.label)
        elif error.code == "invalid" and isinstance(bound.field, forms.DateField):
            said.append(_("%s应当是日期，例如2026-11-21") % bound.label)
        else:
            said += [f"{bound.label}：{text}" for text in error.messages]
    return said

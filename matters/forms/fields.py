"""Fields that let a keeper write lists as plain lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet


class LinesField(forms.CharField):
    """One item a line."""

    def __init__(self, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": rows}))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


def offer(form: forms.Form, name: str, rows: QuerySet) -> None:
    """Let a choice among rows offer these: those of the place, known only when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows

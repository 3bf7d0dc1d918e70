"""Fields that let a keeper write lists and simple questions as plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


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


class QuestionsField(forms.CharField):
    """情形引导 as lines: `key：question`, then `- value：answer | effect | m03 m04` for each answer."""

    default_error_messages = {
        "question": _("第%(line)s行：问题写成“代码：问题”，例如“agent：谁来办？”"),
        "option": _("第%(line)s行：选项写成“- 值：说法 | 效果 | 材料代码”"),
        "few": _("“%(ask)s”至少要有两个选项"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": 8}))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return write_questions(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[dict[str, Any]]:
        questions: list[dict[str, Any]] = []
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            text = line.strip()
            if text.startswith("-"):
                if not questions or (option := _option(text[1:])) is None:
                    raise self._fault("option", line=number)
                questions[-1]["options"].append(option)
            elif text:
                key, ask = _pair(text)
                if not key.isidentifier() or not ask:
                    raise self._fault("question", line=number)
                questions.append({"key": key, "ask": ask, "options": []})
        for question in questions:
            if len(question["options"]) < 2:
                raise self._fault("few", ask=question["ask"])
        return questions

    def _fault(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


def write_questions(questions: Sequence[dict[str, Any]]) -> str:
    """Questions as a keeper edits them."""
    lines = []
    for question in questions:
        lines.append(f"{question['key']}：{question['ask']}")
        for option in question["options"]:
            parts = [f"{option['value']}：{option['label']}", option.get("effect", "")]
            parts.append(" ".join(option.get("adds", [])))
            while parts and not parts[-1]:
                parts.pop()
            lines.append("- " + " | ".join(parts))
    return "\n".join(lines)


def _pair(text: str) -> tuple[str, str]:
    key, _colon, rest = text.replace(":", "：", 1).partition("：")
    return key.strip(), rest.strip()


def _option(text: str) -> dict[str, Any] | None:
    parts = [part.strip() for part in text.split("|")]
    value, label = _pair(parts[0])
    if not value or not value.replace("_", "").isalnum() or not label:
        return None
    return {
        "value": value,
        "label": label,
        "effect": parts[1] if len(parts) > 1 else "",
        "adds": parts[2].split() if len(parts) > 2 else [],
    }


def offer(form: forms.Form, name: str, rows: QuerySet) -> None:
    """Let a choice among rows offer these: those of the place, known only when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows

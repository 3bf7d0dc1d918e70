"""What the journal tells of a place, a department, a hall, a window: who changed what, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from hall.trail.models import Event
from hall.trail.queries import of_subject

_DONE = {"created": _("新建"), "changed": _("修改"), "removed": _("撤销"), "policies_set": _("修改政策")}


@dataclass(frozen=True)
class Entry:
    """One change: the journal's event, what was done, and each field before and after."""

    event: Event
    done: Any
    changes: list[tuple[Any, Any, Any]]


def history(subject: Model, label: Callable[[str], Any] | None = None, limit: int = 10) -> list[Entry]:
    """The latest changes of `subject`. `label` names what the model has no field for."""
    name = subject._meta.model_name
    done = {f"{name}.{what}": words for what, words in _DONE.items()}
    events = of_subject(subject).filter(what__in=done).order_by("-id")[:limit]
    return [Entry(event, done[event.what], _changes(event, subject, label)) for event in events]


def _changes(event: Event, subject: Model, label: Callable[[str], Any] | None) -> list[tuple[Any, Any, Any]]:
    changed = event.data.get("changed", {})
    return [(_label(name, subject, label), _plain(old), _plain(new)) for name, (old, new) in changed.items()]


def _label(name: str, subject: Model, label: Callable[[str], Any] | None) -> Any:
    if label is not None:
        return label(name)
    try:
        return getattr(subject._meta.get_field(name), "verbose_name", name)
    except FieldDoesNotExist:
        return name


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "、".join(f"{key} {part}" for key, part in value.items())
    return "—" if value in ("", None) else value

"""Marks that rooms above put on cases in lists: what a reviewer should know of an applicant beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from .models import Application

Marker = Callable[[Collection[Application]], dict[UUID, Any]]

_markers: list[Marker] = []


def register_marker(marker: Marker) -> None:
    """Let `marker(cases)` say the mark of some of the cases, by id, in one query for a whole list."""
    if marker not in _markers:
        _markers.append(marker)


def marks_of(cases: Collection[Application]) -> dict[UUID, list[Any]]:
    """The marks of those cases that have any."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for marker in _markers if cases else ():
        for case_id, mark in marker(cases).items():
            found[case_id].append(mark)
    return dict(found)

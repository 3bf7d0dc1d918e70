"""Who may read a claimed file: the room that claimed it says so."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

Reader = Callable[[HttpRequest, str], bool]

_readers: dict[str, Reader] = {}


def register_reader(subject_type: str, may_read: Reader) -> None:
    """Let `may_read(request, subject_id)` decide for files claimed by `subject_type`.

    A room calls this when its app is ready. Files of a type that nobody registered are read by nobody.
    """
    _readers[subject_type] = may_read


def may_read(request: HttpRequest, subject_type: str, subject_id: str) -> bool:
    """Does the room that claimed the file let this request read it?"""
    reader = _readers.get(subject_type)
    return reader is not None and reader(request, subject_id)

"""Who may read a claimed file: the room that claimed it says so."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

Reader = Callable[[HttpRequest, str], bool]

_readers: dict[str, list[Reader]] = {}


def register_reader(subject_type: str, may_read: Reader) -> None:
    """Let `may_read(request, subject_id)` decide for files claimed by `subject_type`.

    A room calls this when its app is ready; several rooms may speak for one type, and one yes is enough.
    Files of a type that nobody registered are read by nobody.
    """
    _readers.setdefault(subject_type, []).append(may_read)


def may_read(request: HttpRequest, subject_type: str, subject_id: str) -> bool:
    """Does a room that speaks for files of this type let this request read it?"""
    return any(reader(request, subject_id) for reader in _readers.get(subject_type, ()))

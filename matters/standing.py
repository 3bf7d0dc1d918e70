"""What rules ask of a place again and again in one pass over its versions: read once, kept with the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hall.organisation.models import Jurisdiction

Fact = TypeVar("Fact")
_KEPT = "_standing_of_catalogue"


def kept(place: Jurisdiction, name: str, read: Callable[[], Fact]) -> Fact:
    """The fact of this name, read when it is first asked for with this `place` in memory."""
    facts = place.__dict__.setdefault(_KEPT, {})
    if name not in facts:
        facts[name] = read()
    return facts[name]


def renew(place: Jurisdiction) -> None:
    """Forget what is kept with `place`. Whoever begins a pass over versions calls it."""
    place.__dict__.pop(_KEPT, None)

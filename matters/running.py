"""What rooms above tell the keepers about versions and transfers. They register here; nothing is imported up.

How many cases run on a version, only the room of cases knows; which seals a department still has, only the
room of certificates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .models import Transfer

Counter = Callable[[Sequence[int]], Mapping[int, int]]


@dataclass(frozen=True)
class Panel:
    """A part of a page that another room draws: its template and what that reads."""

    template: str
    context: Mapping[str, Any]


Painter = Callable[[Transfer], Panel | None]

_counters: list[Counter] = []
_painters: list[Painter] = []


def register_counter(counter: Counter) -> None:
    """Let `counter(version keys)` say how many cases run on each."""
    if counter not in _counters:
        _counters.append(counter)


def register_transfer_panel(painter: Painter) -> None:
    """Let `painter(transfer)` add a panel to the page of a batch, or None for nothing to say."""
    if painter not in _painters:
        _painters.append(painter)


def cases_running(version_ids: Sequence[int]) -> dict[int, int]:
    """How many cases run on each of these versions; a version without any is left out."""
    found: dict[int, int] = {}
    for counter in _counters:
        for version_id, number in counter(version_ids).items():
            found[version_id] = found.get(version_id, 0) + number
    return found


def transfer_panels(transfer: Transfer) -> list[Panel]:
    """What the rooms above have to say about a batch."""
    return [panel for painter in _painters if (panel := painter(transfer)) is not None]

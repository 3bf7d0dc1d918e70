"""What happens when a clock expires or warns: each room says so in its own `clocks.py`.

    @on_expiry(Kind.TASK_OPINION)
    def opinion_overdue(clock: Clock) -> None: ...

Those modules are found by themselves when the hall starts. Several rooms may listen to one kind; they
are called from the lowest floor up, in one savepoint, with the clock's row locked and already EXPIRED.
A handler locks its subject and looks at it again before it acts: a person may have been faster.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from hall.organisation.choices import Role

from .choices import Kind

if TYPE_CHECKING:
    from hall.organisation.officers import Officer

    from .models import Clock, ClockWarning

    ExpiryHandler = Callable[[Clock], None]
    MovedHandler = Callable[[Clock], None]
    WarningHandler = Callable[[Clock, ClockWarning], None]

_expiry: dict[Kind, list[ExpiryHandler]] = defaultdict(list)
_warning: dict[Kind, list[WarningHandler]] = defaultdict(list)
_moved: dict[Kind, list[MovedHandler]] = defaultdict(list)
_late: set[ExpiryHandler] = set()


class CaseName(NamedTuple):
    """How people know a case: its number, and what it is about."""

    number: str
    matter: str


CaseNamer = Callable[[Collection[UUID]], dict[UUID, CaseName]]
_namers: list[CaseNamer] = []
_openers: list[Callable[[Officer, Clock], bool]] = []


class Held(Exception):
    """Raised by a handler that may not act now (e.g. a supervisor must agree first).

    The clock stays running and is asked again after `retry_after`; it is no failure. What the handler wrote
    is undone; what is to stay of it (that somebody must agree) `note` writes afterwards.
    """

    def __init__(
        self,
        reason: str,
        retry_after: dt.timedelta = dt.timedelta(minutes=5),
        note: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.note = note


def on_expiry(kind: Kind, *, when_late: bool = False) -> Callable[[ExpiryHandler], ExpiryHandler]:
    """Call the function when a clock of this kind expires.

    With `when_late`, also when the thing was done after the last moment but before the sweep came by:
    for consequences that lateness has in itself (a card), not for those that take the place of an act.
    """

    def register(handler: ExpiryHandler) -> ExpiryHandler:
        if handler not in _expiry[kind]:
            _expiry[kind].append(handler)
        if when_late:
            _late.add(handler)
        return handler

    return register


def on_warning(kind: Kind) -> Callable[[WarningHandler], WarningHandler]:
    """Call the function for each warning of a clock of this kind, once each."""

    def register(handler: WarningHandler) -> WarningHandler:
        if handler not in _warning[kind]:
            _warning[kind].append(handler)
        return handler

    return register


def on_moved(kind: Kind) -> Callable[[MovedHandler], MovedHandler]:
    """Call the function after a running clock of this kind got another due date, or none while paused.

    For rooms that keep a copy of the date to sort by. Called after commit, without any lock held, so it
    takes its own and reads again; a call may be lost with the process, so nothing may hang on it.
    """

    def register(handler: MovedHandler) -> MovedHandler:
        if handler not in _moved[kind]:
            _moved[kind].append(handler)
        return handler

    return register


def names_cases(namer: CaseNamer) -> CaseNamer:
    """The room of the cases says how they are called, for lists of clocks; one query for a whole list."""
    if namer not in _namers:
        _namers.append(namer)
    return namer


def opens_clocks(may_open: Callable[[Officer, Clock], bool]) -> Callable[[Officer, Clock], bool]:
    """A room says which officers may look at the clocks of its things; one yes is enough."""
    if may_open not in _openers:
        _openers.append(may_open)
    return may_open


def may_open(officer: Officer, clock: Clock) -> bool:
    """May this officer see why the clock ends when it does? Whoever may see its thing, and who supervises."""
    watches = officer.has(Role.SUPERVISOR, Role.MANAGER, jurisdiction=clock.jurisdiction_id)
    return watches or any(asked(officer, clock) for asked in _openers)


def case_names(case_ids: Collection[UUID | None]) -> dict[UUID, CaseName]:
    """Names of the cases on which clocks run. What nobody knows is left out."""
    wanted = {case_id for case_id in case_ids if case_id is not None}
    found: dict[UUID, CaseName] = {}
    for namer in _namers if wanted else ():
        found |= namer(wanted)
    return found


def expiry_handlers(kind: str, *, late: bool = False) -> list[ExpiryHandler]:
    """Who acts when a clock of `kind` expires, or, if `late`, when it was met too late."""
    return [handler for handler in _expiry[Kind(kind)] if not late or handler in _late]


def warning_handlers(kind: str) -> list[WarningHandler]:
    """Who passes on the warnings of clocks of `kind`."""
    return list(_warning[Kind(kind)])


def moved_handlers(kind: str) -> list[MovedHandler]:
    """Who keeps a copy of the due dates of clocks of `kind`."""
    return list(_moved[Kind(kind)])


def late_kinds() -> list[Kind]:
    """Kinds whose lateness has a consequence in itself."""
    return [kind for kind, handlers in _expiry.items() if any(handler in _late for handler in handlers)]

"""The sweep: whatever is due and still running is fired, once, and nothing stops the rest.

Order of a run: note our own silence, credit it, follow the calendar, and only then fire. Clocks are
taken in small batches with SKIP LOCKED, so sweepers share the work. Under its lock each clock is
replayed: what is not due after all is moved, not fired. Each has its own savepoint; a failure is
recorded on the clock, which is tried again later and later.

Where a person is at work on the same thing, the sweep gives way (`giving_way`), lets go of all that it
holds, and comes back later.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db import OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from hall.now import now
from hall.prepared import Prepared
from hall.transactions import update_all

from . import outages, queries, registry, services
from .choices import State
from .giving_way import giving_way, is_busy
from .models import Clock, ClockWarning, Outage

log = logging.getLogger(__name__)

Places = Collection[int] | None
_BATCH = 20
_MOST_STRUCK = 5_000
_FIRST_RETRY = dt.timedelta(seconds=30)
_LAST_RETRY = dt.timedelta(hours=1)


@dataclass(slots=True)
class Report:
    """What a run did. `moved`: not due after all; `held`: a handler asked to wait; `busy`: a desk has it."""

    fired: int = 0
    moved: int = 0
    held: int = 0
    busy: int = 0
    failed: int = 0
    warned: int = 0

    @property
    def put_off(self) -> int:
        """How many must be looked at again in another run."""
        return self.held + self.busy + self.failed

    def __str__(self) -> str:
        told = [f"{getattr(self, name)} {name}" for name in self.__slots__ if getattr(self, name)]
        return ", ".join(told) or "nothing due"


def run(max_seconds: float = 50.0, places: Places = None) -> Report:
    """Fire every clock that is due. Safe to run twice, late, or in several workers at once.

    Stops after `max_seconds`; the next run goes on. Fires nothing while an outage is not credited. With
    `places`, only the clocks of these jurisdictions (by key).
    """
    report = Report()
    outages.beat()
    if not outages.credit_pending():
        log.warning("an outage is not credited yet; nothing fires")
        return report
    _follow_the_calendar()
    _each(lambda: _of(places, _due()), _fire, report, max_seconds)
    _each(lambda: _of(places, _late()), _fire_late, report, max_seconds)
    return report


def _follow_the_calendar() -> None:
    """Clocks that a desk held all the time stay to be moved; each is replayed before it fires anyway."""
    try:
        services.apply_calendar_changes()
    except OperationalError as error:
        if not is_busy(error):
            raise
        log.warning("a calendar change waits: desks hold the clocks that it moves")


def fire_now(clock: Clock) -> bool:
    """Fire one clock that is over, for a person whose act waits for it; False if it is not over yet.

    In the caller's transaction, by the same way as a run: its handlers see no difference. What it raises
    is the caller's. Nothing fires while an outage is not credited.
    """
    locked = Clock.objects.select_for_update(of=("self",)).select_related(
        "jurisdiction", "hall", "department"
    )
    found = locked.prefetch_related("pauses", "warnings").filter(pk=clock.pk, state=State.RUNNING).first()
    if found is None:
        return True  # the sweep was faster
    if Outage.objects.filter(credited_at=None).exists():
        return False
    report = Report()
    _expire(found, report)
    return report.fired == 1


def warn(max_seconds: float = 50.0, places: Places = None) -> Report:
    """Send every warning that is due and not sent, of clocks that still run; `places` as for `run`."""
    report = Report()
    if outages.credit_pending():
        _retire()
        _each(lambda: _of(places, _to_warn(), "clock__"), _send, report, max_seconds)
    return report


def would_fire() -> list[Clock]:
    """The clocks that a run would fire now, for a dry run. Changes nothing."""
    moment = now()
    found = queries.due_now(moment).select_related("jurisdiction", "hall").prefetch_related("pauses")
    replayed = ((clock, queries.explain(clock).at) for clock in found)
    return [clock for clock, at in replayed if at is not None and moment > at]


# -- batches ----------------------------------------------------------------------------------------

Row = TypeVar("Row", Clock, ClockWarning)


def _of(places: Places, rows: QuerySet[Row], to_clock: str = "") -> QuerySet[Row]:
    return rows if places is None else rows.filter(**{f"{to_clock}jurisdiction__in": places})


def _each(
    find: Callable[[], QuerySet[Row]], work: Callable[[Row, Report], None], report: Report, max_seconds: float
) -> None:
    """Do `work` on all rows that `find` names, batch by batch, each row at most once in a run.

    What is done is found no more; what was put off must be left out by name, lest it come round again.
    """
    give_up_at = time.monotonic() + max_seconds
    put_off: list[int] = []
    while time.monotonic() < give_up_at:
        with giving_way():
            rows = list(find().exclude(pk__in=put_off)[:_BATCH])
            gave_way = _until_busy(rows, work, report, put_off)
        if len(rows) < _BATCH and not gave_way:
            return


def _until_busy(
    rows: Collection[Row], work: Callable[[Row, Report], None], report: Report, put_off: list[int]
) -> bool:
    """Do `work` on row after row. True if it gave way: the rest waits for the next transaction.

    Whoever was in the way may be waiting for a row of this very batch. To wait once more for them, with
    another warning or another clock of their case, would in the end make the two a deadlock.
    """
    for row in rows:
        before = report.put_off
        try:
            work(row, report)
        except OperationalError as error:
            if not is_busy(error):
                raise
            report.busy += 1
            put_off.append(row.pk)
            return True
        if report.put_off > before:
            put_off.append(row.pk)
    return False


def _due() -> QuerySet[Clock]:
    return _locked(queries.due_now())


def _late() -> QuerySet[Clock]:
    """Met too late, with a consequence that lateness has in itself, and before any sweep came by."""
    found = Clock.objects.filter(
        state=State.MET, late=True, fired_at=None, kind__in=registry.late_kinds()
    ).exclude(retry_at__gt=now())
    return _locked(found.order_by("due_at", "pk"))


def _locked(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    return (
        clocks.select_for_update(of=("self",), skip_locked=True)
        .select_related("jurisdiction", "hall", "department")
        .prefetch_related("pauses", "warnings")
    )


def _retire() -> None:
    """Strike what was to warn of clocks that have ended: else every run looked at each of them for ever."""
    ended = ClockWarning.objects.filter(sent_at=None, fires_at__lte=now()).exclude(clock__state=State.RUNNING)
    with giving_way():
        locked = ended.select_for_update(of=("self",), skip_locked=True).order_by()
        struck = list(locked.values_list("pk", flat=True)[:_MOST_STRUCK])
        ClockWarning.objects.filter(pk__in=struck).update(fires_at=None)


def _to_warn() -> QuerySet[ClockWarning]:
    """Locks the clock with the warning, so that a warning never races the end of its clock."""
    found = ClockWarning.objects.filter(
        sent_at=None, fires_at__lte=now(), clock__state=State.RUNNING, clock__due_at__isnull=False
    )
    return (
        found.select_for_update(of=("self", "clock"), skip_locked=True)
        .select_related("clock__jurisdiction", "clock__hall", "clock__department")
        .order_by("fires_at", "clock_id", "-step")
    )


# -- one clock --------------------------------------------------------------------------------------


def _fire(clock: Clock, report: Report) -> None:
    _guarded(clock, report, lambda: _expire(clock, report))


def _fire_late(clock: Clock, report: Report) -> None:
    def consequence() -> None:
        Clock.objects.filter(pk=clock.pk).update(fired_at=now(), retry_at=None)
        for handler in registry.expiry_handlers(clock.kind, late=True):
            handler(clock)
        report.fired += 1

    _guarded(clock, report, consequence)


def _expire(clock: Clock, report: Report) -> None:
    """Every guard read again under the lock; then the warnings still owed, the end, the consequence."""
    if not _is_as_read(clock):
        report.moved += 1
        return
    moved = services.settle_locked([clock], _("届满前复核"))
    if not clock.is_over(now()):
        report.moved += 1
        return
    if moved:
        report.moved += 1
    for warning in clock.warnings.all():
        if warning.sent_at is None and warning.fires_at is not None:
            _send(warning, report)
    clock.state, clock.ended_at, clock.fired_at = State.EXPIRED, now(), now()
    clock.retry_at, clock.last_error = None, ""
    update_all([clock], ["state", "ended_at", "fired_at", "retry_at", "last_error"])
    services.tell("clock_expired", clock)
    for handler in registry.expiry_handlers(clock.kind):
        handler(clock)
    report.fired += 1


def _is_as_read(clock: Clock) -> bool:
    """Is the row still what the batch read? The consequence of one clock may end or move another of it.

    One that was moved is found again, by this run or the next, if it is due all the same.
    """
    stored = _stored.first(clock.pk)
    return stored is not None and _moves(stored) == _moves(clock)


def _moves(clock: Clock) -> tuple[str, dt.datetime | None, int]:
    return clock.state, clock.due_at, clock.extended


_stored: Prepared[Clock] = Prepared(
    lambda pk: Clock.objects.filter(pk=pk).only("state", "due_at", "extended"), int
)


def _send(warning: ClockWarning, report: Report) -> None:
    """Send one warning. If a handler fails or has to give way, it stays due: the next run sends it."""
    clock = warning.clock
    try:
        with transaction.atomic():
            ClockWarning.objects.filter(pk=warning.pk).update(sent_at=now())
            services.tell("clock_warned", clock, step=warning.limit.as_data())
            for handler in registry.warning_handlers(clock.kind):
                handler(clock, warning)
        warning.sent_at = now()
        report.warned += 1
    except Exception as error:
        if is_busy(error):
            raise
        report.failed += 1
        log.exception("warning %s of clock %s failed", warning.pk, clock.pk)


def _guarded(clock: Clock, report: Report, work: Callable[[], None]) -> None:
    """Do `work` in its own savepoint. What goes wrong is its own alone; being busy ends the batch."""
    try:
        with transaction.atomic():
            work()
    except registry.Held as held:
        _hold(clock, held, report)
    except Exception as error:
        if is_busy(error):
            raise
        report.failed += 1
        log.exception("clock %s (%s) failed to fire", clock.pk, clock.kind)
        wait = min(_FIRST_RETRY * 2 ** min(clock.failures, 10), _LAST_RETRY)
        Clock.objects.filter(pk=clock.pk).update(failures=F("failures") + 1)
        _try_later(clock, now() + wait, f"{type(error).__name__}: {error}")


def _hold(clock: Clock, held: registry.Held, report: Report) -> None:
    """Leave the clock for later, with the note that its handler wants kept."""
    with transaction.atomic():
        if held.note is not None:
            held.note()
        _try_later(clock, now() + held.retry_after, held.reason)
    report.held += 1


def _try_later(clock: Clock, at: dt.datetime, why: str) -> None:
    Clock.objects.filter(pk=clock.pk).update(retry_at=at, last_error=why[:2000])

"""The verbs of clocks. Each takes the clock's row lock, and writes one event in the journal.

Events name the clock's subject and case, so that they stand in the case's timeline; the clock itself is
in their data. Verbs belong into the transaction of the verb that calls them.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet, prefetch_related_objects
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.calendars import services as calendar_services
from hall.calendars.queries import calendar_for
from hall.calendars.workdays import WorkCalendar
from hall.errors import Conflict, Invalid, WrongState
from hall.now import now
from hall.organisation.models import Department, Hall, Jurisdiction
from hall.prepared import Prepared
from hall.trail.services import Subject, name_of, record
from hall.transactions import insert_all, insert_new, joining, update_all

from . import engine, queries, registry
from .choices import Ends, Ground, Kind, State
from .giving_way import giving_way, patiently
from .limits import Limit
from .models import Clock, ClockPause, ClockWarning, Outage

log = logging.getLogger(__name__)

_CHUNK = 200  # clocks a transaction when many are computed anew
_BACKDATED = dt.timedelta(minutes=1)  # what is less was taken at the beginning of the same verb
# Dates printed on a paper do not wait for our machines; every other expiry burdens someone.
NEVER_CREDITED = (Kind.CERTIFICATE_EXPIRY,)


@joining
def start(
    subject: Subject,
    kind: Kind,
    limit: Limit,
    *,
    jurisdiction: Jurisdiction,
    hall: Hall | None = None,
    department: Department | None = None,
    case_id: UUID | None = None,
    basis: str = "",
    started_at: dt.datetime | None = None,
    ends: Ends = Ends.DAY_END,
    warn: Sequence[int | Limit] = (3, 2, 1),
    by: Actor = SYSTEM,
) -> Clock:
    """Start a clock on `subject`. `started_at` is now unless told; its day is not counted.

    `department` bears it. `warn` are the steps before the end, in working days unless a Limit says
    otherwise; a step that would fall before the start is kept but not sent. A start that lies back (deemed
    accepted since receipt) counts no outage of ours in between either.

    Raises Conflict if a clock of this kind already runs on the subject.
    """
    subject_type, subject_id = name_of(subject)
    started_at = started_at or now()
    calendar = calendar_for(jurisdiction, hall)
    missed = _outages_since(started_at, kind)
    pauses = tuple(engine.Pause(each.starts_at, each.ends_at, each.reason, True) for each in missed)
    due = engine.due(started_at, limit, calendar, pauses, ends)
    clock = Clock(
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        case_id=case_id,
        jurisdiction=jurisdiction,
        hall=hall,
        department=department,
        started_at=started_at,
        limit_value=limit.value,
        limit_unit=limit.unit,
        ends=ends,
        basis=basis,
        due_at=due.at,
        provisional=due.provisional,
    )
    if not insert_new(clock):
        raise Conflict(_("该事项的“%(kind)s”已在计时") % {"kind": Kind(kind).label})
    insert_all([credit(clock, outage) for outage in missed])
    steps = [step if isinstance(step, Limit) else Limit(step) for step in warn]
    warnings = [ClockWarning(clock=clock, step=step.value, unit=step.unit) for step in steps]
    _time_warnings(clock, warnings, calendar)
    insert_all(warnings)
    # All that the date was computed from: the journal alone can replay it (invariant 3).
    told = {"start": started_at, "ends": ends, "hall": clock.hall_id, "office": calendar.office_hours}
    tell("clock_started", clock, by=by, reason=basis, limit=limit.as_data(), **told)
    return clock


@joining
def meet(subject: Subject, kind: Kind, at: dt.datetime | None = None, *, by: Actor = SYSTEM) -> Clock | None:
    """What the clock waited for is done (at `at`, now unless told). None if no such clock runs.

    Done after the last moment but before the sweep came by, it is met and `late`; the sweep then still
    calls the handlers that asked for lateness (`on_expiry(..., when_late=True)`).

    Raises Invalid if `at` lies before the start or in the future.
    """
    clock = _locked_running(subject, kind)
    if clock is None:
        return None
    moment = _past(at, clock)
    clock.late = clock.is_over(moment)
    _end(clock, State.MET, moment)
    tell("clock_met", clock, by=by, late=clock.late, at=moment)
    return clock


@joining
def cancel(subject: Subject, kind: Kind, reason: str, *, by: Actor = SYSTEM) -> Clock | None:
    """The clock has lost its purpose (withdrawn, returned, …). None if no such clock runs."""
    clock = _locked_running(subject, kind)
    if clock is not None:
        _cancel(clock, reason, by)
    return clock


@joining
def cancel_case(case_id: UUID, reason: str, *, by: Actor = SYSTEM) -> list[Clock]:
    """Cancel every running clock of a case: it has come to an end before its time."""
    clocks = list(_lockable().filter(case_id=case_id, state=State.RUNNING).order_by("pk"))
    for clock in clocks:
        _cancel(clock, reason, by)
    return clocks


@transaction.atomic
def pause(
    clock: Clock,
    ground: Ground,
    basis: str,
    by: Actor,
    at: dt.datetime | None = None,
    *,
    in_time: bool = False,
) -> ClockPause:
    """Let the clock stand still from `at` (now unless told) until `resume` on the same ground.

    Grounds overlap freely; time is taken out once. Outages are credited, not paused. With `in_time`, the end
    may have passed while an answer was awaited that was asked for before it, or while its consequence was
    held back: the caller answers for that.

    Raises WrongState if the clock is not running, is over already, or stands still on this ground.
    """
    if ground == Ground.OUTAGE:
        raise Invalid(_("平台故障由系统统一抵扣，不能单独中止"))
    clock = _locked(clock)
    moment = _past(at, clock)
    if clock.is_over(moment) or (clock.is_over(now()) and not in_time):
        raise WrongState(_("期限已经届满，不能中止"))
    if clock.pauses.filter(ground=ground, ends_at=None).exists():
        raise WrongState(_("该时限已因“%(ground)s”中止") % {"ground": Ground(ground).label})
    opened = ClockPause.objects.create(clock=clock, ground=ground, basis=basis, starts_at=moment)
    _settle([clock])
    tell("clock_paused", clock, by=by, reason=basis, ground=ground, at=moment)
    return opened


@transaction.atomic
def resume(clock: Clock, ground: Ground, by: Actor, at: dt.datetime | None = None) -> Clock:
    """Let the clock go on at `at` (now unless told); if another ground is open it still stands still.

    Raises WrongState if the clock does not stand still on this ground.
    """
    clock = _locked(clock)
    opened = clock.pauses.filter(ground=ground, ends_at=None).first()
    if opened is None:
        raise WrongState(_("该时限未因“%(ground)s”中止") % {"ground": Ground(ground).label})
    moment = _past(at, clock)
    if moment < opened.starts_at:
        raise Invalid(_("恢复时间不能早于中止时间"))
    opened.ends_at = moment
    opened.save(update_fields=["ends_at"])
    _settle([clock])
    tell("clock_resumed", clock, by=by, ground=ground, at=moment)
    return clock


@transaction.atomic
def extend(clock: Clock, by_limit: Limit, reason: str, by: Actor) -> Clock:
    """Give the clock `by_limit` more, in its own unit; warnings count from the new end, once each again.

    How often and how far the law allows it is the room's affair.

    Raises WrongState if the clock is not running or is over already, Invalid for another unit.
    """
    clock = _locked(clock)
    if clock.is_over(now()):
        raise WrongState(_("期限已经届满，不能延长"))
    clock.extended = (clock.limit + by_limit).value - clock.limit_value
    clock.save(update_fields=["extended"])
    _settle([clock], rearm=True)
    tell("clock_extended", clock, by=by, reason=reason, by_limit=by_limit.as_data())
    return clock


@transaction.atomic
def recompute(clock: Clock, why: str, *, by: Actor = SYSTEM) -> bool:
    """Replay the clock's due date. True, and an event that says what moved it, if the date is another."""
    return bool(settle_locked([_locked(clock)], why, by))


def recompute_open(
    jurisdiction: Jurisdiction | None,
    why: str,
    *,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    by: Actor = SYSTEM,
    tally: Callable[[int], None] | None = None,
) -> int:
    """Replay every open clock of a place (None: of all) that runs between two days; how many moved.

    In transactions of their own, a few hundred clocks each, so that desks can go on. Safe to run twice.
    `tally` is told in each transaction how many moved in it.
    """
    moved, last_pk = 0, 0

    def next_chunk() -> tuple[list[Clock], int]:
        with giving_way():
            clocks = list(_touched(jurisdiction, first_day, last_day).filter(pk__gt=last_pk)[:_CHUNK])
            count = len(settle_locked(clocks, why, by))
            if tally is not None and count:
                tally(count)
            return clocks, count

    while True:
        clocks, count = patiently(next_chunk)
        moved += count
        if len(clocks) < _CHUNK:
            return moved
        last_pk = clocks[-1].pk


def apply_calendar_changes() -> int:
    """Let open clocks follow the calendar changes that are not applied yet; how many moved."""
    moved = 0
    for change in calendar_services.pending_changes():
        moved += recompute_open(
            change.jurisdiction,
            change.why,
            first_day=change.first_day,
            last_day=change.last_day,
            tally=partial(calendar_services.count_moved, change),
        )
        calendar_services.mark_applied(change)
    return moved


# -- what the verbs share ---------------------------------------------------------------------------


def settle_locked(clocks: Sequence[Clock], why: str, by: Actor = SYSTEM) -> list[Clock]:
    """Replay clocks that the caller holds locked; those whose date moved, each told to the journal."""
    before = {clock.pk: clock.due_at for clock in clocks}
    moved = _settle(clocks)
    for clock in moved:
        tell("clock_recomputed", clock, by=by, reason=why, before=before[clock.pk])
    return moved


def credit(clock: Clock, outage: Outage) -> ClockPause:
    """The pause, not saved yet, that takes one of our own outages out of a clock."""
    return ClockPause(
        clock=clock,
        ground=Ground.OUTAGE,
        basis=outage.reason,
        starts_at=outage.starts_at,
        ends_at=outage.ends_at,
        outage=outage,
    )


def _outages_since(started_at: dt.datetime, kind: Kind) -> list[Outage]:
    """Our outages that a clock has missed which starts now but counts from earlier."""
    if kind in NEVER_CREDITED or now() - started_at < _BACKDATED:
        return []
    return list(Outage.objects.filter(ends_at__gt=started_at))


def _lockable() -> QuerySet[Clock]:
    return Clock.objects.select_for_update(of=("self",)).select_related("jurisdiction", "hall")


def _locked(clock: Clock) -> Clock:
    found = _lockable().get(pk=clock.pk)
    if not found.is_running:
        raise WrongState(_("该时限已经结束"))
    return found


def _locked_running(subject: Subject, kind: Kind) -> Clock | None:
    return _running.first(*name_of(subject), str(kind))


_running: Prepared[Clock] = Prepared(
    lambda subject_type, subject_id, kind: _lockable().filter(
        subject_type=subject_type, subject_id=subject_id, kind=kind, state=State.RUNNING
    ),
    str,
    str,
    str,
)


def _touched(
    jurisdiction: Jurisdiction | None, first_day: dt.date | None, last_day: dt.date | None
) -> QuerySet[Clock]:
    """Running clocks that a change between two days can move, locked."""
    return queries.open_between(jurisdiction, first_day, last_day).select_for_update(of=("self",))


def _past(at: dt.datetime | None, clock: Clock) -> dt.datetime:
    moment = now()
    if at is None:
        return max(moment, clock.started_at)
    if not clock.started_at <= at <= moment:
        raise Invalid(_("时间应在时限起算之后、当前时间之前"))
    return at


def _cancel(clock: Clock, reason: str, by: Actor) -> None:
    _end(clock, State.CANCELLED, max(now(), clock.started_at))
    tell("clock_cancelled", clock, by=by, reason=reason, at=clock.ended_at)


def _end(clock: Clock, state: State, moment: dt.datetime) -> None:
    """End the clock. Open pauses end with it, so that its due date can be told for good."""
    clock.state, clock.ended_at, clock.retry_at = state, moment, None
    if clock.due_at is None:
        # Said to be done before it was paused: such a pause never held.
        clock.pauses.filter(ends_at=None).update(ends_at=Greatest(F("starts_at"), moment))
        due = queries.explain(clock)
        clock.due_at, clock.provisional = due.at, due.provisional
    update_all([clock], ["state", "ended_at", "retry_at", "late", "due_at", "provisional"])


def _settle(clocks: Sequence[Clock], rearm: bool = False) -> list[Clock]:
    """Store what the engine says of each locked clock, and time its warnings; those whose date moved."""
    prefetch_related_objects(clocks, "pauses", "warnings")
    moved: list[Clock] = []
    changed: list[Clock] = []
    warnings: list[ClockWarning] = []
    for clock in clocks:
        due = queries.explain(clock)
        if due.at != clock.due_at:
            moved.append(clock)
        if (due.at, due.provisional) != (clock.due_at, clock.provisional):
            clock.due_at, clock.provisional = due.at, due.provisional
            changed.append(clock)
        warnings += _time_warnings(clock, clock.warnings.all(), queries.calendar_of(clock), rearm)
    update_all(changed, ["due_at", "provisional"])
    update_all(warnings, ["fires_at", "sent_at"])
    transaction.on_commit(lambda: _announce(moved))
    return moved


def _announce(moved: Sequence[Clock]) -> None:
    """Tell those who keep copies of due dates. What goes wrong there is theirs alone."""
    for clock in moved:
        for handler in registry.moved_handlers(clock.kind):
            try:
                handler(clock)
            except Exception:
                log.exception("copy of the due date of clock %s failed", clock.pk)


def _time_warnings(
    clock: Clock, warnings: Iterable[ClockWarning], calendar: WorkCalendar, rearm: bool = False
) -> list[ClockWarning]:
    """Set when each unsent warning is due; those that changed.

    With `rearm`, a warning already sent is due again if its new moment still lies ahead.
    """
    changed = []
    for warning in warnings:
        fires_at = clock.due_at and engine.warning_moment(clock.due_at, warning.limit, calendar)
        if fires_at is not None and fires_at <= clock.started_at:
            fires_at = None
        if warning.sent_at is not None:
            if not rearm or fires_at is None or fires_at <= now():
                continue
            warning.sent_at = None
        elif fires_at == warning.fires_at:
            continue
        warning.fires_at = fires_at
        changed.append(warning)
    return changed


def tell(what: str, clock: Clock, *, by: Actor = SYSTEM, reason: str = "", **data: Any) -> None:
    """One event on the clock's subject. From and to stay empty: those are the subject's own states."""
    told = {"clock": clock.pk, "kind": clock.kind, "state": clock.state, "due": clock.due_at, **data}
    record(
        what,
        subject=(clock.subject_type, clock.subject_id),
        by=by,
        case_id=clock.case_id,
        jurisdiction=clock.jurisdiction_id,
        reason=reason,
        data={
            key: value.isoformat() if isinstance(value, dt.datetime) else value for key, value in told.items()
        },
    )

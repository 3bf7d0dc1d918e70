"""Writing the journal, and sealing it day by day."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from hall import statements
from hall.actors import SYSTEM, Actor
from hall.now import now

from .models import Cursor, DaySeal, Event

Subject = models.Model | tuple[str, Any]

# What the database itself fills in: the place in the chain, and who wrote when.
_BY_DATABASE = ("id", "seq", "hash", "written_at", "xid")
_WRITE = """
WITH head AS (
    INSERT INTO trail_chainhead AS head (chain, seq, hash)
    VALUES (%s, 1, encode(sha256(convert_to(%s, 'UTF8')), 'hex'))
    ON CONFLICT (chain) DO UPDATE
    SET seq = head.seq + 1, hash = encode(sha256(convert_to(head.hash || %s, 'UTF8')), 'hex')
    RETURNING seq, hash
)
INSERT INTO trail_event ({columns}, seq, hash)
SELECT {places}, seq, hash FROM head
RETURNING {by_database}
"""

# Many events at once: their rows first, then the links of their chains.
_TOGETHER = 200
_WRITE_ALL = """
WITH told (place_in_line, told_text, {columns}) AS (VALUES {rows}),
head AS (
    INSERT INTO trail_chainhead AS head (chain, seq, hash)
    SELECT chain, 1, encode(sha256(convert_to(told_text, 'UTF8')), 'hex') FROM told ORDER BY chain
    ON CONFLICT (chain) DO UPDATE
    SET seq = head.seq + 1,
        hash = encode(sha256(convert_to(head.hash || (
            SELECT told_text FROM told WHERE told.chain = EXCLUDED.chain
        ), 'UTF8')), 'hex')
    RETURNING chain, seq, hash
)
INSERT INTO trail_event ({columns}, seq, hash)
SELECT {columns}, head.seq, head.hash FROM told JOIN head USING (chain) ORDER BY place_in_line
"""


def record(
    what: str,
    *,
    subject: Subject,
    by: Actor = SYSTEM,
    case_id: UUID | None = None,
    jurisdiction: models.Model | int | None = None,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event in the transaction of the change that it tells of.

    Events of one case form one chain; other events chain by their subject. `data` must hold JSON values
    and no personal data in clear. One statement, one row lock on the chain's head.
    """
    subject_type, subject_id = name_of(subject)
    event = Event(
        what=what,
        subject_type=subject_type,
        subject_id=subject_id,
        chain=str(case_id) if case_id else f"{subject_type}:{subject_id}"[:110],
        case_id=case_id,
        jurisdiction_id=getattr(jurisdiction, "pk", jurisdiction),
        user_id=by.user_id,
        actor_name=by.name,
        role=by.role,
        office=by.office,
        on_behalf=by.on_behalf,
        at=now(),
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        data=json.loads(json.dumps(data or {}, default=str)),
    )
    _write(event)
    return event


def record_all(
    what: str,
    subjects: Sequence[tuple[Subject, dict[str, Any]]],
    *,
    by: Actor = SYSTEM,
    jurisdiction: models.Model | int | None = None,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
) -> int:
    """The same thing happened to many: one event for each subject, with its own data, in few statements.

    Only for events that belong to no case, each subject once: every event then stands in a chain of its
    own. Raises ValueError for a subject that comes twice. Returns how many were written.
    """
    moment = now()
    events = []
    for subject, data in subjects:
        subject_type, subject_id = name_of(subject)
        events.append(
            Event(
                what=what,
                subject_type=subject_type,
                subject_id=subject_id,
                chain=f"{subject_type}:{subject_id}"[:110],
                jurisdiction_id=getattr(jurisdiction, "pk", jurisdiction),
                user_id=by.user_id,
                actor_name=by.name,
                role=by.role,
                office=by.office,
                on_behalf=by.on_behalf,
                at=moment,
                from_state=from_state,
                to_state=to_state,
                reason=reason,
                data=json.loads(json.dumps(data, default=str)),
            )
        )
    if len({event.chain for event in events}) < len(events):
        raise ValueError("a subject comes twice")
    for start in range(0, len(events), _TOGETHER):
        _write_all(events[start : start + _TOGETHER])
    return len(events)


def _write_all(events: Sequence[Event]) -> None:
    """As `_write`, for events of different chains; the heads are locked in one order by every writer."""
    fields = _told_fields()
    ordered = sorted(events, key=lambda event: event.chain)
    values: list[Any] = []
    for number, event in enumerate(ordered):
        values += [number, payload(event)]
        values += [each.get_db_prep_save(getattr(event, each.attname), connection) for each in fields]
    types = ", ".join(["%s::int", "%s::text", *(f"%s::{each.rel_db_type(connection)}" for each in fields)])
    names = ", ".join(str(each.column) for each in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_ALL.format(rows=", ".join([f"({types})"] * len(ordered)), columns=names), values
        )


def _write(event: Event) -> None:
    """Link the event into its chain and store it, in one statement: nothing is written as often as this."""
    told = payload(event)
    fields = _told_fields()
    values = [field.get_db_prep_save(getattr(event, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        statements.execute(cursor, _write_sql(), [event.chain, told, told, *values])
        for name, value in zip(_BY_DATABASE, cursor.fetchone(), strict=True):
            setattr(event, name, value)
    event._state.adding, event._state.db = False, connection.alias


@cache
def _told_fields() -> list[models.Field]:
    return [field for field in Event._meta.concrete_fields if field.name not in _BY_DATABASE]


@cache
def _write_sql() -> str:
    columns = [str(field.column) for field in _told_fields()]
    return _WRITE.format(
        columns=", ".join(columns),
        places=", ".join(["%s"] * len(columns)),
        by_database=", ".join(_BY_DATABASE),
    )


def name_of(subject: Subject) -> tuple[str, str]:
    """How the journal names a thing: its model's label and its key."""
    if isinstance(subject, tuple):
        return subject[0], str(subject[1])
    return subject._meta.label_lower, str(subject.pk)


def payload(event: Event) -> str:
    """The canonical text of an event over which its hash is taken."""
    told = {
        "what": event.what,
        "subject": [event.subject_type, event.subject_id],
        "case": str(event.case_id or ""),
        "place": event.jurisdiction_id,
        "actor": [event.user_id, event.actor_name, event.role, event.office, event.on_behalf],
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "states": [event.from_state, event.to_state],
        "reason": event.reason,
        "data": event.data,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(previous_hash: str, event: Event) -> str:
    """The hash that `event` must bear after `previous_hash`."""
    return hashlib.sha256((previous_hash + payload(event)).encode()).hexdigest()


def horizon() -> int:
    """Below this transaction number every transaction of this database has ended.

    The snapshot's own lower bound would do, but it waits for all databases of the server: one long dump
    next door would stop every reader here. The next number is taken first and the running ones after it,
    so a transaction that begins in between lies above the horizon; the events are read by a later
    statement, which sees all that ended before. All that write events share one database role: a session
    does not see the running numbers of other roles.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        following: int = cursor.fetchone()[0]
        cursor.execute(
            "SELECT backend_xid::text::bigint FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_xid IS NOT NULL"
            " AND backend_type IS DISTINCT FROM 'autovacuum worker'"  # writes statistics, no events
            " UNION ALL SELECT transaction::text::bigint FROM pg_prepared_xacts"
            " WHERE database = current_database()"
        )
        # These numbers come without their epoch: count back from the next number.
        behind = [(following - running) & 0xFFFFFFFF for (running,) in cursor.fetchall()]
    # Numbers above `following` were given after it was taken, and wrap to a huge distance: no bound.
    return following - max((distance for distance in behind if distance < 0x80000000), default=0)


def consume(consumer: str, handle: Callable[[Sequence[Event]], None], batch: int = 500) -> int:
    """Give the next events to `handle` and move the consumer's cursor, in one transaction.

    An event is given only when every transaction numbered below its own has ended (`horizon`), so a
    late commit can never fall behind the cursor. Returns how many events were read; 0 when another
    worker reads.
    """
    Cursor.objects.get_or_create(consumer=consumer)
    with transaction.atomic():
        place = Cursor.objects.select_for_update(skip_locked=True).filter(consumer=consumer).first()
        if place is None:
            return 0
        events = list(
            Event.objects.extra(  # row comparison of xid8 has no ORM form
                where=["(xid, id) > (%s::xid8, %s)", "xid < %s::xid8"],
                params=[str(place.xid), place.event_id, str(horizon())],
            ).order_by("xid", "id")[:batch]
        )
        if not events:
            return 0
        handle(events)
        place.xid, place.event_id = events[-1].xid, events[-1].pk
        place.save()
    return len(events)


@transaction.atomic
def seal_day(day: dt.date) -> DaySeal | None:
    """Seal the heads of all chains that grew on `day` (by the hall's date). Once a day; None if not over.

    Raises nothing: a day already sealed is returned as it is.
    """
    if day >= timezone.localdate():
        return None
    if seal := DaySeal.objects.filter(day=day).first():
        return seal
    previous = DaySeal.objects.filter(day__lt=day).order_by("-day").first()
    digest, count, last = day_digest(day, previous.hash if previous else "")
    return DaySeal.objects.create(
        day=day,
        events=count,
        last_event_id=last,
        previous_hash=previous.hash if previous else "",
        hash=digest,
        sealed_at=now(),
    )


def day_digest(day: dt.date, previous_hash: str) -> tuple[str, int, int]:
    """Hash, number and last id of the events written on `day`, chained to the day before."""
    digest = hashlib.sha256(previous_hash.encode())
    count = last = 0
    start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    written = Event.objects.filter(written_at__gte=start, written_at__lt=start + dt.timedelta(days=1))
    for pk, event_hash in written.order_by("id").values_list("id", "hash").iterator():
        digest.update(event_hash.encode())
        count, last = count + 1, pk
    return digest.hexdigest(), count, last

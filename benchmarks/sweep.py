"""(b) The clock sweep: replaying, isolating and telling each clock, beside one UPDATE of the rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db import connection

from benchmarks import ground
from benchmarks.measure import Result, interleaved, median, ratio, timed
from hall.calendars.queries import calendar_for
from hall.clocks import engine, sweep
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.now import now
from hall.organisation.models import Jurisdiction

RUNNING = 100_000
LIMIT = Limit(5, Unit.WORKING_DAY)

_SEED = """
INSERT INTO clocks_clock (kind, subject_type, subject_id, case_id, jurisdiction_id, started_at, limit_value,
    limit_unit, extended, ends, basis, due_at, provisional, state, late, failures, last_error)
SELECT %(kind)s, %(subject)s, n::text, gen_random_uuid(), %(place)s, %(start)s, %(limit)s, 'working_day', 0,
    'day_end', '示范规定第一条', %(due)s::timestamptz + %(apart)s * (n - %(first)s), %(provisional)s,
    'running', false, 0, ''
FROM generate_series(%(first)s, %(last)s) AS n
"""
_UPDATE = """
UPDATE clocks_clock
SET state = 'expired', ended_at = now(), fired_at = now(), retry_at = NULL, last_error = ''
WHERE state = 'running' AND due_at < now() RETURNING id, subject_type, subject_id, case_id, jurisdiction_id
"""
_UPDATE_AND_TELL = f"""
WITH fired AS ({_UPDATE}), head AS (
    INSERT INTO trail_chainhead (chain, seq, hash)
    SELECT case_id::text, 1, repeat('0', 64) FROM fired RETURNING chain, seq, hash
)
INSERT INTO trail_event (what, subject_type, subject_id, chain, seq, case_id, jurisdiction_id, actor_name,
    role, office, on_behalf, at, from_state, to_state, reason, data, hash)
SELECT 'clock_expired', subject_type, subject_id, case_id::text, head.seq, case_id, jurisdiction_id, '系统',
    'system', '', '', now(), '', '', '', jsonb_build_object('clock', fired.id, 'state', 'expired'), head.hash
FROM fired JOIN head ON head.chain = fired.case_id::text
"""


def run(folder: Path, *, quick: bool) -> Result:
    """Fire the same number of due clocks among the same running ones, in turn about."""
    due, rounds = (300, 3) if quick else (2000, 5)
    field = _Field(ground.found("sweep").place)
    swept, updated, told = interleaved(
        rounds,
        lambda: field.time(due, _sweep),
        lambda: field.time(due, lambda: _execute(_UPDATE)),
        lambda: field.time(due, lambda: _execute(_UPDATE_AND_TELL)),
    )
    result = Result(
        title="Clock sweep",
        how=(
            f"{RUNNING:,} clocks run, {due:,} of them are due. The house: `sweep.run()` in one process; "
            "under its lock each clock is replayed from its start, has a savepoint of its own, and writes "
            "its event into its case's hash chain. The floors: one UPDATE of the same rows; the same UPDATE "
            "that also writes events and chain heads, without hashing. One statement for all can neither "
            "isolate a failing clock nor run a consequence: the sweep is the price of that."
        ),
        header=("", "clocks/s", "ms a clock", "times the UPDATE"),
    )
    for name, seconds in (
        ("house", swept),
        ("one UPDATE", updated),
        ("UPDATE, events, chain heads", told),
    ):
        each = median(seconds) / due
        times = ratio(seconds, updated)
        result.rows.append((name, f"{1 / each:,.0f}", f"{each * 1000:.3f}", f"{times:.1f}"))
    hour = due / median(swept) * 3600
    result.remarks.append(
        f"One sweeper fires {hour:,.0f} clocks an hour; sweepers share the work (SKIP LOCKED)."
    )
    return result


class _Field:
    """Running clocks, most of them far from their end."""

    def __init__(self, place: Jurisdiction) -> None:
        self.place = place
        self.next = 1
        calendar = calendar_for(place)
        self.late_start = now() - dt.timedelta(days=30)
        self.late = engine.due(self.late_start, LIMIT, calendar)
        self._seed(RUNNING, now(), now() + dt.timedelta(days=30), dt.timedelta(seconds=1))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE clocks_clock")

    def time(self, due: int, work) -> float:
        """Seconds that `work` takes to end `due` clocks."""
        self._seed(due, self.late_start, self.late.at, dt.timedelta())
        seconds, _answer = timed(work)
        if left := Clock.objects.filter(state="running", due_at__lt=now()).count():
            raise RuntimeError(f"{left} due clocks were left")
        return seconds

    def _seed(self, number: int, start: dt.datetime, due: dt.datetime, apart: dt.timedelta) -> None:
        values = {
            "kind": Kind.ARCHIVING,  # a clock without a consequence: the sweep itself is measured
            "subject": "bench.thing",
            "place": self.place.pk,
            "start": start,
            "limit": LIMIT.value,
            "due": due,
            "apart": apart,
            "provisional": self.late.provisional,
            "first": self.next,
            "last": self.next + number - 1,
        }
        _execute(_SEED, values)
        self.next += number


def _sweep() -> None:
    report = sweep.run(max_seconds=600)
    if report.failed or report.moved:
        raise RuntimeError(str(report))


def _execute(statement: str, values: dict | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

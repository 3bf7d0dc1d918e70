"""(g) Clocks: full handling of due clocks among a million running ones, and how soon a case is dispatched."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from applications.choices import State
from applications.models import Application
from benchmarks.clock_field import Field
from benchmarks.measure import Result, Verdict, interleaved, median, percentile, timed
from benchmarks.sweeper import Sweeper, Swept
from hall.clocks.models import Clock, ClockWarning
from hall.notices.models import Notice
from hall.trail.models import ChainHead, Event
from routing.models import CaseRoute, EvidencePack, Task
from supervision.models import Card
from tests.faults.stage import Stage
from tests.support.house import LiveHall, clone_database, drop_database, pointed_at, url_of

LARGE, LARGE_DUE = 1_000_000, 100_000
SMALL, SMALL_DUE = 10_000, 2_000
FLAT, PROMPT = 1.2, 1.0
_FLOORS = 4  # stretches whose rows are written again
# Whatever firing writes into, in an order in which it can be written again.
_WRITTEN = (Clock, ClockWarning, Task, CaseRoute, EvidencePack, ChainHead, Event, Notice, Card)


def run(folder: Path, *, quick: bool) -> Result:
    """Two databases, four workers, one hall; at most six minutes, of which two are sowing."""
    large, large_due = (50_000, 6_000) if quick else (LARGE, LARGE_DUE)
    rounds, seconds = (4, 1.5) if quick else (12, 1.5)
    result = Result(
        title="Clocks",
        how=(
            f"{large:,} clocks run, {large_due:,} of them are due: the limit of a department that said "
            "nothing. Full handling of each: replayed under its lock, the last warning with its notices, "
            "the end, silent consent with its evidence pack, the events in the case's chain, and for every "
            "second case the next stage with its task and clocks. Workers are processes that do nothing but "
            f"`sweep.run()`; {rounds} stretches of {seconds:g} s each, few clocks and many in turn about, "
            "then one worker and two, every second round in the other order. Before them both databases are "
            "vacuumed, analysed and checkpointed, and every worker has fired for a second. The floor: the "
            "very rows that each of the first four stretches among many has written, taken away and written "
            "again by one INSERT … SELECT a table in one transaction, when all stretches are over: no "
            "reading, no judging, no hashing."
        ),
        header=("", "firings/s", "ms a firing", "worker's CPU ms"),
    )
    field = Field.found()
    name, copy = connection.settings_dict["NAME"], "hall_small"
    clone_database(name, copy)
    with ExitStack() as stack:
        stack.callback(drop_database, copy)
        with pointed_at(NAME=copy):
            field.sow(SMALL, SMALL_DUE)
        field.sow(large, large_due)
        with pointed_at(NAME=copy):
            small_url = _opened(field)
        url = _opened(field)
        connection.close()
        workers = [Sweeper(url), Sweeper(url)]
        lone = Sweeper(small_url)
        for worker in (*workers, lone):
            stack.callback(worker.stop)
        _measure(result, workers, lone, rounds, seconds)
    _dispatch(result, folder, cases=10 if quick else 40)
    return result


def _opened(field: Field) -> str:
    """The address of the database where it is evening now, and nothing of the sowing is left to be done."""
    field.open_now()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return url_of(connection.settings_dict)


def _measure(result: Result, workers: Sequence[Sweeper], lone: Sweeper, rounds: int, seconds: float) -> None:
    for worker in (*workers, lone):
        _together([worker], 1.0)  # statements planned, calendars remembered
    spans: list[tuple[int, int]] = []

    def alone() -> list[Swept]:
        before = _xid()
        swept = _together(workers[:1], seconds)
        spans.append((before, _xid()))
        return swept

    few, one = interleaved(rounds, lambda: _together([lone], seconds), alone)
    single, two = interleaved(rounds, alone, lambda: _together(workers, seconds))
    one += single
    _tell(result, [each for (each,) in few], [each for (each,) in one], two)
    measured = zip(one[:_FLOORS], spans[:_FLOORS], strict=True)
    times = [swept.seconds / _floor(*span) for (swept,), span in measured]
    result.remarks.append(f"One worker takes {median(times):.1f} times the floor for the same rows.")


def _tell(result: Result, few: Sequence[Swept], one: Sequence[Swept], two: Sequence[Sequence[Swept]]) -> None:
    """`one` begins with those measured beside `few`, and ends with those measured beside `two`."""
    rates = [sum(each.fired / each.seconds for each in pair) for pair in two]
    alone = [each.fired / each.seconds for each in one]
    for label, stretches in (
        (f"one worker, {SMALL:,} clocks", few),
        ("one worker, all clocks", one),
        ("two workers, all clocks", [each for pair in two for each in pair]),
    ):
        rate = median(rates) if stretches is not one and stretches is not few else None
        each = median([stretch.each for stretch in stretches])
        cpu = median([stretch.cpu / stretch.fired for stretch in stretches])
        result.rows.append((label, f"{rate or 1 / each:,.0f}", f"{each * 1000:.2f}", f"{cpu * 1000:.2f}"))
    flat = median([mine.each / theirs.each for mine, theirs in zip(one[: len(few)], few, strict=True)])
    result.verdicts.append(Verdict("a firing, many clocks ÷ few", flat, FLAT, at_least=False))
    scaling = median([both / single for both, single in zip(rates, alone[-len(rates) :], strict=True)])
    result.remarks.append(
        f"Two workers fire {scaling:.2f} times what one fires (two cores, with PostgreSQL)."
    )
    result.remarks.append(f"Sustained: {median(alone) * 3600:,.0f} firings an hour and worker.")


def _together(workers: Sequence[Sweeper], seconds: float) -> list[Swept]:
    for worker in workers:
        worker.begin(seconds)
    return [worker.end() for worker in workers]


# -- The floor ------------------------------------------------------------------------------------------


def _xid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def _floor(after: int, until: int) -> float:
    """Seconds that it takes to write every row again that was written by transactions `after` … `until`.

    What was changed and what is new is written alike: as a new row, with all its indexes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # past the append-only triggers
        for model in _WRITTEN:
            table = model._meta.db_table
            cursor.execute(
                f"CREATE TEMP TABLE again_{table} ON COMMIT DROP AS"
                f" SELECT * FROM {table} WHERE xmin::text::bigint BETWEEN %s AND %s",
                [after + 1, until],
            )
            key = model._meta.pk.column
            cursor.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM again_{table})")

        def write() -> None:
            for model in _WRITTEN:
                table = model._meta.db_table
                cursor.execute(f"INSERT INTO {table} SELECT * FROM again_{table}")

        seconds, _nothing = timed(write)
    return seconds


# -- Dispatch -------------------------------------------------------------------------------------------


def _dispatch(result: Result, folder: Path, *, cases: int) -> None:
    """From the acceptance at the desk, over HTTP, to the tasks before the departments, in an idle hall."""
    hall = LiveHall(
        url_of(connection.settings_dict),
        settings.REDIS_URL,
        folder,
        DJANGO_SETTINGS_MODULE="benchmarks.settings",
        HALL_DATA=os.environ["HALL_DATA"],
    )
    stage = Stage(hall)
    hall.start()
    try:
        stage.accept(stage.clerks[0])  # everything loaded
        waits = [_until_dispatched(stage) for _n in range(cases)]
    finally:
        hall.stop()
    p50, p95 = (percentile(waits, percent) for percent in (50, 95))
    result.verdicts.append(
        Verdict("dispatch after acceptance, idle hall, p95", p95, PROMPT, at_least=False, unit=" s")
    )
    result.remarks.append(
        f"Dispatch: gunicorn, Redis and worker as in production, {cases} acceptances one by one; p50 "
        f"{p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms from the beginning of the acceptance's transaction "
        "until the tasks are there for everybody."
    )


def _until_dispatched(stage: Stage) -> float:
    time.sleep(0.2)  # idle
    case = stage.accept(stage.clerks[0])
    give_up_at = time.monotonic() + 30
    while not Task.objects.filter(case=case).exists():
        if time.monotonic() > give_up_at:
            raise RuntimeError(f"{case} is not dispatched: {Application.objects.get(pk=case).state}")
        time.sleep(0.005)
    assert Application.objects.get(pk=case).state == State.REVIEWING
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - written_at) FROM trail_event"
            " WHERE case_id = %s AND what = 'applications.accepted'",
            [case],
        )
        return float(cursor.fetchone()[0])

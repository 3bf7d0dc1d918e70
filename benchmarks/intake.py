"""(a) Intake: what the verbs, rights, form checks and the journal cost on top of writing the rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import services
from applications.models import Application
from benchmarks import floor, ground
from benchmarks.measure import Result, Verdict, interleaved, median, percentile, ratio
from benchmarks.web import Load, Request, Web, serving
from routing import services as routing
from tests import traits
from tests.support.visitors import logged_in

TARGET = 0.5
CLIENTS = 8
TABLES = {
    "case": "applications_application",
    "material": "applications_casematerial",
    "clock": "clocks_clock",
    "warning": "clocks_clockwarning",
    "event": "trail_event",
    "chain head": "trail_chainhead",
    "notice": "notices_notice",
}


def run(folder: Path, *, quick: bool) -> Result:
    """Real HTTP to two gunicorns side by side, in turn about."""
    county = ground.found()
    clerks = [county.clerk(number) for number in range(1, CLIENTS + 1)]
    visitors = [logged_in(clerk.user_id) for clerk in clerks]
    sample = county.case(clerks[0])
    os.environ[floor.SAMPLE] = str(sample.pk)
    codes = [entry.code for entry in traits.all_in_order(county.version)]

    def form(number: int) -> str:
        return visitors[number].form(
            version=county.version.pk,
            id_number=county.id_number,
            phone=traits.PHONE,
            material=codes,
            key=ground.new_key(),
            **traits.FORM_DATA,
        )

    def subject(number: int) -> Iterator[Request]:
        while True:
            yield Request("POST", "/bench/take-in/", form(number), visitors[number].cookie, expect=302)

    def bare(number: int) -> Iterator[Request]:
        while True:
            yield Request("POST", "/intake/", form(number), visitors[number].cookie, expect=302)

    rounds, seconds = (8, 1.5) if quick else (20, 3.0)
    with serving(folder, "benchmarks.settings", "benchmarks.settings_floor") as (house, plain):
        for web, make in ((house, subject), (plain, bare)):
            web.load(make, clients=CLIENTS, seconds=2)
        rows = {web: _rows_of_one(web, make) for web, make in ((house, subject), (plain, bare))}
        mine, theirs = interleaved(
            rounds,
            lambda: house.load(subject, clients=CLIENTS, seconds=seconds),
            lambda: plain.load(bare, clients=CLIENTS, seconds=seconds),
        )
    if rows[house] != rows[plain]:
        raise RuntimeError(f"the floor does not write the same rows: {rows[house]} {rows[plain]}")
    written = ", ".join(f"{count} {name}" for name, count in rows[house].items())
    result = Result(
        title="Intake",
        how=(
            f"{CLIENTS} clients, each a clerk with a session, post a complete application and wait for the "
            "answer. The house: all middleware, the clerk's posts, the verb `take_in` with rights, form, "
            "number, clock, journal and notice. The floor: no middleware, no rules, the same rows with as "
            f"many INSERTs ({written}, and the number's counter). Both in a gunicorn of their own, as "
            "`make run` starts it."
        ),
        header=("", "requests/s", "p50 ms", "p95 ms", "web CPU ms", "PostgreSQL CPU ms"),
        rows=[_told("house", mine), _told("floor", theirs)],
    )
    throughput = ratio([load.per_second for load in mine], [load.per_second for load in theirs])
    result.verdicts.append(Verdict("throughput, house ÷ floor", throughput, TARGET))
    spent = ratio(*([load.web_ms + load.database_ms for load in loads] for loads in (mine, theirs)))
    result.remarks.append(f"CPU time of web and database a request, house ÷ floor: {spent:.2f}.")
    result.remarks.append(_statements(county, clerks[0], sample))
    return result


def _told(name: str, loads: list[Load]) -> tuple[str, ...]:
    latencies = [each for load in loads for each in load.latencies]
    return (
        name,
        f"{median([load.per_second for load in loads]):.0f}",
        f"{percentile(latencies, 50) * 1000:.0f}",
        f"{percentile(latencies, 95) * 1000:.0f}",
        f"{median([load.web_ms for load in loads]):.1f}",
        f"{median([load.database_ms for load in loads]):.1f}",
    )


def _rows_of_one(web: Web, make) -> dict[str, int]:
    before = _counts()
    done = web.load(make, clients=1, seconds=0.2).requests
    return {name: (count - before[name]) // done for name, count in _counts().items()}


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for name, table in TABLES.items():
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[name] = cursor.fetchone()[0]
    return found


def _statements(county: ground.Ground, clerk, case: Application) -> str:
    """How many statements each verb sends, savepoints included."""
    counted = {}
    for name, verb in (
        ("take_in", lambda: county.case(clerk)),
        ("accept", lambda: services.accept(case.pk, by=clerk)),
        ("dispatch to two departments", lambda: routing.dispatch(case.pk)),
    ):
        with CaptureQueriesContext(connection) as captured:
            verb()
        statements = [query["sql"].split()[0] for query in captured.captured_queries]
        writes = sum(word in ("INSERT", "UPDATE", "WITH") for word in statements)
        counted[name] = f"`{name}` {len(statements)} ({writes} of them write)"
    return "Statements a verb: " + ", ".join(counted.values()) + "."

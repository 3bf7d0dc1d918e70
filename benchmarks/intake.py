"""(a) Intake: what the verbs, rights, form checks and the journal cost on top of writing the rows."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import services
from applications.models import Application
from benchmarks import floor, ground
from benchmarks.measure import Result, Verdict, interleaved, median, percentile, ratio
from benchmarks.web import Client, Load, Request, Web, serving
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
    hall = Crew()
    sample = hall.county.case(hall.clerks[0])
    os.environ[floor.SAMPLE] = str(sample.pk)

    def sending(path: str) -> Callable[[int], Client]:
        def client(number: int) -> Client:
            while True:
                yield hall.post(
                    number,
                    path,
                    version=hall.county.version.pk,
                    id_number=hall.county.id_number,
                    phone=traits.PHONE,
                    material=hall.codes,
                    key=ground.new_key(),
                    **traits.FORM_DATA,
                )

        return client

    result = compared(folder, sending("/bench/take-in/"), sending("/intake/"), quick=quick)
    result.title = "Intake in one request"
    result.how = (
        f"{CLIENTS} clients, each a clerk with a session, post a complete application and wait for the "
        "answer. The house: all middleware, the clerk's posts, the verb `take_in` with rights, form, "
        "number, clock, journal and notice. The floor: no middleware, no rules, the same rows with as "
        f"many INSERTs ({result.how}, and the number's counter). Both in a gunicorn of their own, as "
        "`make run` starts it."
    )
    result.remarks.append(_statements(hall.county, hall.clerks[0], sample))
    return result


class Crew:
    """Clerks at their windows, logged in, with a matter to take in."""

    def __init__(self, slug: str = "bench") -> None:
        self.county = ground.found(slug)
        self.clerks = [self.county.clerk(number) for number in range(1, CLIENTS + 1)]
        self.visitors = [logged_in(clerk.user_id) for clerk in self.clerks]
        self.codes = [entry.code for entry in traits.all_in_order(self.county.version)]

    def post(self, number: int, path: str, **fields: object) -> Request:
        """The form that clerk `number` sends."""
        visitor = self.visitors[number]
        return Request("POST", path, visitor.form(**fields), visitor.cookie, expect=302)


def compared(
    folder: Path, subject: Callable[[int], Client], bare: Callable[[int], Client], *, quick: bool
) -> Result:
    """Load house and floor in turn; `how` of the result says which rows an intake writes."""
    rounds, seconds = (8, 1.5) if quick else (20, 3.0)
    with serving(folder, "benchmarks.settings", "benchmarks.settings_floor") as (house, plain):
        for web, make in ((house, subject), (plain, bare)):
            web.load(make, clients=CLIENTS, seconds=2)
        rows = [_rows_of_one(web, make) for web, make in ((house, subject), (plain, bare))]
        mine, theirs = interleaved(
            rounds,
            lambda: house.load(subject, clients=CLIENTS, seconds=seconds),
            lambda: plain.load(bare, clients=CLIENTS, seconds=seconds),
        )
    if rows[0] != rows[1]:
        raise RuntimeError(f"the floor does not write the same rows: {rows}")
    result = Result(
        title="",
        how=", ".join(f"{count} {name}" for name, count in rows[0].items()),
        header=("", "requests/s", "p50 ms", "p95 ms", "web CPU ms", "PostgreSQL CPU ms"),
        rows=[_told("house", mine), _told("floor", theirs)],
    )
    throughput = ratio([load.per_second for load in mine], [load.per_second for load in theirs])
    result.verdicts.append(Verdict("throughput, house ÷ floor", throughput, TARGET))
    spent = ratio(*([load.web_ms + load.database_ms for load in loads] for loads in (mine, theirs)))
    result.remarks.append(f"CPU time of web and database a request, house ÷ floor: {spent:.2f}.")
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


def _rows_of_one(web: Web, make: Callable[[int], Client]) -> dict[str, int]:
    """How many rows of each kind there are for every new case."""
    before = _counts()
    web.load(make, clients=1, seconds=1)
    more = {name: count - before[name] for name, count in _counts().items()}
    return {name: round(count / more["case"]) for name, count in more.items()}


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

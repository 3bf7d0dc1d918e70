"""(c) The work queue: the same page before ten thousand tasks and before a million."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from applications import services as cases
from benchmarks import ground
from benchmarks.measure import Result, Verdict, interleaved, median, percentile, ratio
from benchmarks.web import Client, Load, Request, Web
from hall.organisation.choices import Role
from hall.organisation.models import Department
from matters.models import Step
from routing import services as routing
from routing.models import Task
from tests import traits
from tests.support.house import clone_database, drop_database, pointed_at, url_of
from tests.support.visitors import logged_in

TARGET = 1.3
DEPARTMENTS, STEPS = 40, 10
SMALL, LARGE = 10_000, 1_000_000

_CASES = """
INSERT INTO applications_application ({columns})
SELECT {values} FROM applications_application, generate_series(%(first)s, %(last)s) AS n
WHERE applications_application.id = %(sample)s
"""
_TASKS = """
INSERT INTO routing_task (id, case_id, step_id, stage, department_id, kind, decides, state, opened_at, due_at,
    return_reason, draft)
SELECT gen_random_uuid(), made.id, step.id, 1,
    (%(departments)s::bigint[])[1 + (made.n + step.nth) %% %(count)s],
    'consult', false, 'open', now() - interval '2 days',
    now() + (made.n %% 8000 - 500) * interval '30 minutes', '', '{}'
FROM (SELECT id, substring(number FROM 2)::int AS n FROM applications_application
      WHERE number BETWEEN %(from)s AND %(to)s) AS made,
     (SELECT id, row_number() OVER () AS nth FROM matters_step WHERE version_id = %(version)s
      AND kind = 'consult' LIMIT %(steps)s) AS step
"""


def run(folder: Path, *, quick: bool) -> Result:
    """Two databases, two gunicorns, one client that opens the queue of one department in both in turn."""
    large = 100_000 if quick else LARGE
    rounds, seconds = (4, 2.0) if quick else (12, 5.0)
    reviewer, sample = _stage()
    visitor = logged_in(reviewer.user_id)
    _fill(sample, 0, SMALL)
    name, copy = connection.settings_dict["NAME"], "hall_large"
    clone_database(name, copy)
    try:
        with pointed_at(NAME=copy):
            _fill(sample, SMALL, large)
            address = url_of(connection.settings_dict)
        connection.close()

        def page(_number: int) -> Client:
            while True:
                yield Request("GET", "/review/", cookie=visitor.cookie)

        webs = [Web("benchmarks.settings", folder), Web("benchmarks.settings", folder, DATABASE_URL=address)]
        try:
            for web in webs:
                web.load(page, clients=1, seconds=3)
            few, many = interleaved(
                rounds,
                lambda: webs[0].load(page, clients=1, seconds=seconds),
                lambda: webs[1].load(page, clients=1, seconds=seconds),
            )
        finally:
            for web in webs:
                web.stop()
    finally:
        drop_database(copy)
    return _result(few, many, large)


def _result(few: list[Load], many: list[Load], large: int) -> Result:
    result = Result(
        title="Work queue",
        how=(
            "The queue page of one department over HTTP: the first 60 tasks by urgency, counts, what will "
            f"fall silent, and the first task opened beside it; one client, before {SMALL:,} live tasks and "
            f"before {large:,}, spread over {DEPARTMENTS} departments."
        ),
        header=("live tasks", "p50 ms", "p95 ms", "web CPU ms", "PostgreSQL CPU ms"),
    )
    for size, loads in ((SMALL, few), (large, many)):
        latencies = [each for load in loads for each in load.latencies]
        p50, p95 = (f"{percentile(latencies, percent) * 1000:.0f}" for percent in (50, 95))
        web, database = (
            f"{median([getattr(load, name) for load in loads]):.1f}" for name in ("web_ms", "database_ms")
        )
        result.rows.append((f"{size:,}", p50, p95, web, database))
    times = ratio(*([percentile(load.latencies, 95) for load in loads] for loads in (many, few)))
    result.verdicts.append(Verdict("p95, many ÷ few", times, TARGET, at_least=False))
    return result


def _stage():
    """One case with a task that the reviewer sees opened, and the departments that share the rest."""
    county = ground.found("queue")
    clerk = county.clerk(1)
    case = county.case(clerk)
    cases.accept(case.pk, by=clerk)
    routing.dispatch(case.pk)
    task = Task.objects.filter(case=case).first()
    for number in range(DEPARTMENTS - 1):
        traits.make_department(county.place, f"d{number}", f"示例{number}局")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # a published route never grows
        Step.objects.bulk_create([_like(task.step, number) for number in range(STEPS)])
        cursor.execute("SET session_replication_role = DEFAULT")
    reviewer = traits.make_officer(county.place, Role.REVIEWER, department=task.department)
    return reviewer, case


def _like(step: Step, number: int) -> Step:
    fields = [field for field in step._meta.concrete_fields if not field.primary_key]
    return Step(**{field.attname: getattr(step, field.attname) for field in fields} | {"order": 20 + number})


def _fill(sample, start: int, end: int) -> None:
    """Live tasks from number `start` up to `end`, ten a case."""
    made = {
        "id": "gen_random_uuid()",
        "number": "'B' || lpad(n::text, 9, '0')",
        "idempotency_key": "NULL",
        "state": "'reviewing'",
    }
    columns = [field.column for field in sample._meta.concrete_fields]
    values = {"first": start // STEPS, "last": end // STEPS - 1, "sample": sample.pk}
    departments = list(
        Department.objects.filter(jurisdiction=sample.jurisdiction_id).values_list("pk", flat=True)
    )[:DEPARTMENTS]
    with connection.cursor() as cursor:
        statement = _CASES.format(
            columns=", ".join(columns),
            values=", ".join(made.get(column, f"applications_application.{column}") for column in columns),
        )
        cursor.execute(statement, values)
        span = {"from": f"B{start // STEPS:09d}", "to": f"B{end // STEPS - 1:09d}"}
        cursor.execute(
            _TASKS,
            {
                "departments": departments,
                "count": len(departments),
                "version": sample.version_id,
                "steps": STEPS,
                **span,
            },
        )
        if cursor.rowcount != end - start:
            raise RuntimeError(f"{cursor.rowcount} tasks instead of {end - start}")
        cursor.execute("VACUUM ANALYZE applications_application")
        cursor.execute("VACUUM ANALYZE routing_task")

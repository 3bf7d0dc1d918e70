"""(e) Search: do people find what they mean, and how long it takes; also writes docs/search.md."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from benchmarks.measure import Result, Verdict, machine, median, percentile, timed
from hall.now import now
from hall.organisation.models import Jurisdiction
from matters import search
from matters.models import CatalogueStamp, Matter, MatterVersion
from matters.search import index
from tests import traits
from tests.matters import relevance

TARGET_MS = {1_173: 30, 50_000: 100}
MANY = 50_000
DOCUMENT = Path("docs/search.md")
INTRODUCTION = Path(__file__).with_name("search.md")


def run(folder: Path, *, quick: bool) -> Result:
    """`search.find`, in one process, as desk and portal call it while somebody types."""
    rounds = 1 if quick else 3
    call_command("load_places", place=[relevance.CITY], verbosity=0)
    city = Jurisdiction.objects.get(slug=relevance.CITY)
    size = Matter.objects.filter(jurisdiction=city).count()
    asked = relevance.queries()
    places = ((city, size), (_copied(city, MANY), MANY))
    result = Result(
        title="Search",
        how=(
            f"{len(asked)} queries as people type them ({relevance.FILE.name}), each {rounds} times: server "
            "time of `search.find` with its database queries, matters and valid versions read, best 20. The "
            "long list holds the city's matters again and again under other numbers. Beside it one SQL "
            "`LIKE '%…%'` over the names of the same list, which finds far less. What is found is told in "
            "docs/search.md. CPU is what the process itself used, without waiting for the database."
        ),
        header=(
            "matters",
            "index made in ms",
            "p50 ms",
            "p95 ms",
            "CPU p95 ms",
            "LIKE p50 ms",
            "LIKE p95 ms",
        ),
    )
    slow: dict[int, list[tuple[float, str]]] = {}
    for place, number in places:
        made, _index = timed(lambda place=place: index.of_place(place.pk))
        mine = _times(rounds, asked, lambda query, place=place: search.find(place, query))
        theirs = _times(1, asked, lambda query, place=place: _like(place, query))
        slow[number] = [(median([wall for wall, _cpu in found]), query) for query, found in mine.items()]
        walls, likes = (
            [wall for found in times.values() for wall, _cpu in found] for times in (mine, theirs)
        )
        cpu = percentile([cpu for found in mine.values() for _wall, cpu in found], 95)
        figures = [made * 1000, median(walls), percentile(walls, 95), cpu]
        figures += [median(likes), percentile(likes, 95)]
        result.rows.append((f"{number:,}", *[f"{figure:.0f}" for figure in figures]))
        target = TARGET_MS.get(number, min(TARGET_MS.values()))
        result.verdicts.append(
            Verdict(f"p95 at {number:,} matters", figures[2], target, at_least=False, unit=" ms")
        )
    answered = relevance.ask(city, asked)
    for depth, target in relevance.TARGETS.items():
        result.verdicts.append(Verdict(f"hit@{depth}", relevance.share(answered, depth), target))
    if not quick:
        DOCUMENT.write_text(_document(result, answered, slow), encoding="utf-8")
    return result


def _times(
    rounds: int, asked: Iterable[relevance.Asked], ask: Callable[[str], object]
) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of every query, round by round: on the clock, and of this process."""
    asked = list(asked)
    found: dict[str, list[tuple[float, float]]] = {each.query: [] for each in asked}
    for _round in range(rounds):
        for each in asked:
            before = time.process_time()
            wall, _answer = timed(lambda query=each.query: ask(query))
            found[each.query].append((wall * 1000, (time.process_time() - before) * 1000))
    return found


def _document(
    result: Result, answered: Sequence[relevance.Answered], slow: dict[int, list[tuple[float, str]]]
) -> str:
    held_out = [each for each in answered if each.asked.part == relevance.HELD_OUT]
    tuned = [each for each in answered if each.asked.part == relevance.TUNED]
    rows = [("all", answered), ("tuned on", tuned), ("held out", held_out)]
    for group in ("kind", "domain"):
        values = Counter(getattr(each.asked, group) for each in answered)
        for value, _number in values.most_common():
            rows.append((value, [each for each in answered if getattr(each.asked, group) == value]))
    table = ["| queries | number | hit@1 | hit@3 | hit@5 |", "| --- | --- | --- | --- | --- |"]
    for name, found in rows:
        shares = " | ".join(f"{relevance.share(found, depth):.2f}" for depth in relevance.DEPTHS)
        table.append(f"| {name} | {len(found)} | {shares} |")
    missed = [
        f"- {each.asked.query} ({each.asked.kind}{', held out' if each in held_out else ''}): rank "
        f"{each.rank or 'over 5'}"
        for each in answered
        if each.rank != 1
    ]
    slowest = [
        f"- at {number:,}: "
        + ", ".join(f"{query} {ms:.0f} ms" for ms, query in sorted(times, reverse=True)[:5])
        for number, times in slow.items()
    ]
    return "\n".join(
        [
            INTRODUCTION.read_text(encoding="utf-8").rstrip(),
            "",
            f"Machine: {machine()}; load average {os.getloadavg()[1]:.1f}. Above the number of cores others "
            "took part of the machine: the clock tells too much then, CPU does not.",
            "",
            "### What is found",
            "",
            *table,
            "",
            "Not first:",
            "",
            *(missed or ["- none"]),
            "",
            "### How long it takes",
            "",
            *result.markdown().splitlines()[2:],
            "",
            "Slowest:",
            "",
            *slowest,
            "",
        ]
    )


def _like(place: Jurisdiction, query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM matters_matter WHERE jurisdiction_id = %s AND name LIKE %s LIMIT 20",
            [place.pk, f"%{query}%"],
        )
        return cursor.fetchall()


def _copied(city: Jurisdiction, number: int) -> Jurisdiction:
    """A place with `number` matters in force, copied from the city's."""
    place = traits.make_place("bench-province")
    times = -(-number // Matter.objects.filter(jurisdiction=city).count())
    made = {
        "id": "matters_matter.id + (n + 1) * 10000000",
        "jurisdiction_id": str(place.pk),
        "name": "matters_matter.name || '（' || n || '）'",
        "implementation_code": "matters_matter.implementation_code || '-' || n",
        "short_code": "'p' || (matters_matter.id + n * 1000000)",
    }
    _copy(Matter, made, f"jurisdiction_id = {city.pk}", times, limit=number)
    version = {
        "id": "matters_matterversion.id + (n + 1) * 10000000",
        "matter_id": "matters_matterversion.matter_id + (n + 1) * 10000000",
    }
    whose = f"matter_id IN (SELECT id FROM matters_matter WHERE jurisdiction_id = {city.pk})"
    there = "EXISTS (SELECT 1 FROM matters_matter AS m WHERE m.id = matter_id + (n + 1) * 10000000)"
    _copy(MatterVersion, version, f"{whose} AND {there}", times)
    CatalogueStamp.objects.update_or_create(pk=place.pk, defaults={"number": 1, "changed_at": now()})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return place


def _copy(model, made: dict[str, str], where: str, times: int, limit: int | None = None) -> None:
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    values = ", ".join(made.get(column, f'{table}."{column}"') for column in columns)
    quoted = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # published versions are made by verbs alone
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table}, generate_series(1, {times}) AS n"
            f" WHERE {where} ORDER BY n" + (f" LIMIT {limit}" if limit else "")
        )
        cursor.execute("SET session_replication_role = DEFAULT")

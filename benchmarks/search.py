"""(e) Search: Chinese, pinyin, initials and slips in a city's list, and in one forty times as long."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command
from django.db import connection

from benchmarks.measure import Result, Verdict, median, percentile, timed
from hall.now import now
from hall.organisation.models import Jurisdiction
from matters import search
from matters.models import CatalogueStamp, Matter, MatterVersion
from matters.search import index
from tests import traits

TARGET_MS = 50
CITY = "dongguan"
MANY = 50_000
QUERIES = (
    "个体工商户", "gtgsh", "营业执照", "食品经营许可", "shipin", "公积金提取", "gjj",
    "结婚登记", "社保卡", "身份证", "jzz", "建设工程规划", "jianshe", "道路运输",
    "残疾人", "老年", "户口迁移", "个体公商户", "注销", "yljg", "医疗机构", "开饭店",
    "办学许可", "烟花", "不动产登记", "bdc", "税务", "变更", "许可证", "xkz",
)  # fmt: skip


def run(folder: Path, *, quick: bool) -> Result:
    """`search.find`, in one process, as desk and portal call it while somebody types."""
    rounds = 3 if quick else 10
    call_command("load_places", place=[CITY], verbosity=0)
    city = Jurisdiction.objects.get(slug=CITY)
    size = Matter.objects.filter(jurisdiction=city).count()
    province = _copied(city, MANY)
    result = Result(
        title="Search",
        how=(
            f"{len(QUERIES)} queries – words, pinyin, initials, a slip, words of everyday speech –, each "
            f"{rounds} times: server time of `search.find`, matters and valid versions read, best 20. "
            f"The long list holds the city's matters again and again under other numbers. "
            "Beside it one SQL `LIKE '%…%'` over the names of the same list, which finds far less."
        ),
        header=("matters", "index made in ms", "p50 ms", "p95 ms", "LIKE p50 ms", "LIKE p95 ms"),
    )
    for place, number in ((city, size), (province, MANY)):
        made, _index = timed(lambda place=place: index.of_place(place.pk))
        mine, theirs = [], []
        for _round in range(rounds):
            for query in QUERIES:
                mine.append(timed(lambda query=query, place=place: search.find(place, query))[0] * 1000)
                theirs.append(timed(lambda query=query, place=place: _like(place, query))[0] * 1000)
        figures = [made * 1000, median(mine), percentile(mine, 95), median(theirs), percentile(theirs, 95)]
        result.rows.append((f"{number:,}", *[f"{figure:.0f}" for figure in figures]))
        if place == city:
            p95 = percentile(mine, 95)
            result.verdicts.append(
                Verdict(f"p95 at {size:,} matters", p95, TARGET_MS, at_least=False, unit=" ms")
            )
    return result


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
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(made.get(column, f'{table}."{column}"') for column in columns)
    quoted = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # published versions are made by verbs alone
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table}, generate_series(1, {times}) AS n"
            f" WHERE {where} ORDER BY n" + (f" LIMIT {limit}" if limit else "")
        )
        cursor.execute("SET session_replication_role = DEFAULT")

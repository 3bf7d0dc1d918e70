"""The rows as one district published them: none is lost, all that is odd is told."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from hall.actors import SYSTEM
from hall.organisation.choices import Level
from hall.organisation.models import Jurisdiction
from hall.trail.models import Event
from matters.choices import Flag
from matters.importing import import_matters
from matters.importing.report import Report
from matters.models import Matter, MatterVersion

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent
EXCERPT = HERE / "published-excerpt.csv"
WHOLE = HERE.parents[2] / "shared" / "data" / "guangan-district-matters.csv"


def make_district(slug: str, code: str = "999902") -> Jurisdiction:
    return Jurisdiction.objects.create(
        slug=slug, code=code, name="示例区", short_name="示例", level=Level.COUNTY, is_demo=True
    )


@dataclass(frozen=True)
class Imported:
    report: Report
    seconds: float  # of the processor: time on the wall says how busy the machine is


@pytest.fixture(scope="module")
def content() -> bytes:
    return (WHOLE if WHOLE.exists() else EXCERPT).read_bytes()


@pytest.fixture(scope="module")
def imported(content: bytes, django_db_setup: None, django_db_blocker: Any) -> Iterator[Imported]:
    """The file in a district, once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        district = make_district("district")
        began = time.process_time()
        report = import_matters(content, district, by=SYSTEM)
        yield Imported(report, time.process_time() - began)
        transaction.set_rollback(True)


def test_none_is_lost_and_it_is_quick(content, imported):
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert imported.seconds < 5
    report = imported.report
    assert (report.read, report.created, report.refused) == (len(rows), len(rows), [])
    names = dict(Matter.objects.values_list("implementation_code", "name"))
    assert names == {row["item_code"].strip(): row["name"].strip() for row in rows}
    assert set(report.departments) == {row["department"] for row in rows}
    assert MatterVersion.objects.filter(state="draft").count() == len(rows)


def test_oddities_are_flagged_and_names_stay_official(imported):
    by_flag = {flag: Matter.objects.filter(flags__contains=[flag]) for flag in Flag.values}
    assert by_flag[Flag.NAME_TWICE].count() in (2, 4)
    assert by_flag[Flag.MIXED_BRACKETS].filter(name__contains="(").exists()
    assert all(m.name.endswith(("）", ")")) for m in by_flag[Flag.LEVEL_SUFFIX])
    assert by_flag[Flag.LEVEL_SUFFIX].exists()
    assert by_flag[Flag.USCC_DOUBTFUL].exists()
    assert not by_flag[Flag.CODE_FORM_UNKNOWN].exists()


def test_the_code_is_split_into_its_segments(imported):
    matter = Matter.objects.get(implementation_code="511Z07001006-511602000000-000-11511301008778183N-1-00")
    assert matter.code_segments == {
        "form": "sichuan",
        "basic": "511Z07001006",
        "region": "51",
        "type": "1Z",
        "line": "07",
        "main": "001",
        "sub": "006",
        "area": "511602000000",
        "reserved": "000",
        "uscc": "11511301008778183N",
        "uscc_valid": True,
        "version": "1",
        "sequence": "00",
    }


def test_a_second_time_changes_nothing(content):
    place = make_district("twice", "999903")
    first = import_matters(content, place, by=SYSTEM, publish=True)
    events = Event.objects.count()
    second = import_matters(content, place, by=SYSTEM, publish=True)
    assert (second.created, second.updated, second.unchanged) == (0, 0, first.read)
    assert (second.versions, second.departments) == (0, [])
    assert Event.objects.count() == events + 1

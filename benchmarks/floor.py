"""Bare Django views that write the rows of an intake, with as many INSERTs, and nothing else.

No session, no account, no right, no rule, no search for what the form names: the values are those of a
real case, remembered once a process.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from applications.models import Application, CaseMaterial
from hall.clocks.models import Clock, ClockWarning
from hall.notices.models import Notice
from hall.now import now
from hall.trail.models import ChainHead, Event

SAMPLE = "BENCH_SAMPLE"  # the environment variable that names the case whose rows are written again
_COUNT = """
INSERT INTO numbers_counter AS counter (series, value) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET value = counter.value + 1 RETURNING value
"""


def intake(request: HttpRequest) -> HttpResponse:
    """Write a received case: number, case, materials, clock, warnings, events, chain, notice."""
    rows = _sample()
    case_id, moment = uuid.uuid4(), now()
    with transaction.atomic():
        made = {"id": case_id, "number": _number(), "idempotency_key": request.POST["key"]}
        Application(**rows["case"] | made | {"received_at": moment}).save(force_insert=True)
        _write_materials(case_id)
        _write_clock(case_id, moment)
        _write_events(case_id, rows["events"], moment)
    return _to_case(case_id)


def open_case(request: HttpRequest) -> HttpResponse:
    """Write a draft: case, materials, its first event, chain."""
    rows = _sample()
    case_id, moment = uuid.uuid4(), now()
    with transaction.atomic():
        made = {"id": case_id, "number": None, "state": "draft", "idempotency_key": request.POST["key"]}
        Application(**rows["case"] | made | {"created_at": moment}).save(force_insert=True)
        _write_materials(case_id)
        _write_events(case_id, rows["events"][:1], moment)
    return _to_case(case_id)


def receive(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Fill and receive a draft: number, case, materials, clock, warnings, the other events, chain, notice."""
    rows = _sample()
    moment = now()
    with transaction.atomic():
        made = {"id": case_id, "number": _number(), "idempotency_key": request.POST["key"]}
        Application(**rows["case"] | made | {"received_at": moment}).save(force_update=True)
        materials = list(CaseMaterial.objects.filter(case=case_id))
        for material, row in zip(materials, rows["materials"], strict=True):
            for name in _JUDGED:
                setattr(material, name, row[name])
        CaseMaterial.objects.bulk_update(materials, _JUDGED)
        _write_clock(case_id, moment)
        _write_events(case_id, rows["events"][1:], moment)
    return _to_case(case_id)


_JUDGED = ("verdict", "originals", "copies", "problem", "requirement", "handed_in_at")


def _number() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, ["floor"])
        return f"F{cursor.fetchone()[0]}"


def _write_materials(case_id: uuid.UUID) -> None:
    rows = _sample()["materials"]
    CaseMaterial.objects.bulk_create([CaseMaterial(**row | {"case_id": case_id}) for row in rows])


def _write_clock(case_id: uuid.UUID, moment: dt.datetime) -> None:
    """The clock with its warnings, and the word to the applicant."""
    rows = _sample()
    made = {"case_id": case_id, "subject_id": str(case_id), "started_at": moment}
    clock = Clock(**rows["clock"] | made)
    clock.save(force_insert=True)
    ClockWarning.objects.bulk_create(
        [ClockWarning(**row | {"clock_id": clock.pk}) for row in rows["warnings"]]
    )
    for row in rows["notices"]:
        made = {"case_id": case_id, "once_key": f"floor:{case_id}"}
        Notice(**row | made).save(force_insert=True)


def _write_events(case_id: uuid.UUID, rows: Sequence[dict[str, Any]], moment: dt.datetime) -> None:
    chain, last = str(case_id), rows[-1]
    if rows[0]["seq"] == 1:
        ChainHead.objects.create(chain=chain, seq=last["seq"], hash=last["hash"])
    else:
        ChainHead.objects.filter(chain=chain).update(seq=last["seq"], hash=last["hash"])
    for row in rows:
        made = {"case_id": case_id, "subject_id": chain, "chain": chain, "at": moment}
        Event(**row | made).save(force_insert=True)


def _to_case(case_id: uuid.UUID) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": f"/desk/cases/{case_id}/"})


@cache
def _sample() -> dict[str, Any]:
    case = Application.objects.get(pk=os.environ[SAMPLE])
    clock = Clock.objects.get(case_id=case.pk)
    return {
        "case": _values(case),
        "materials": [_values(row) for row in case.materials.all()],
        "clock": _values(clock),
        "warnings": [_values(row) for row in clock.warnings.all()],
        "events": [_values(row) for row in Event.objects.filter(case_id=case.pk).order_by("seq")],
        "notices": [_values(row) for row in Notice.objects.filter(case_id=case.pk)],
    }


def _values(row: models.Model) -> dict[str, Any]:
    by_database = {"id", "xid", "written_at"}
    fields = [field for field in row._meta.concrete_fields if field.name not in by_database]
    return {field.attname: getattr(row, field.attname) for field in fields}


urlpatterns = [
    path("intake/", intake),
    path("desk/open/", open_case),
    path("desk/cases/<uuid:case_id>/act/", receive),
]

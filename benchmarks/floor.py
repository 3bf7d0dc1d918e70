"""Bare Django views that write the rows of an intake, with as many INSERTs, and nothing else.

No session, no account, no right, no rule, no search for what the form names: the values are those of a
real case, remembered once a process.
"""

from __future__ import annotations

import os
import uuid
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
    key = request.POST["key"]
    moment = now()
    case_id = uuid.uuid4()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, ["floor"])
            number = f"F{cursor.fetchone()[0]}"
        case = Application(**rows["case"] | {"id": case_id, "number": number, "idempotency_key": key})
        case.received_at = moment
        case.save(force_insert=True)
        CaseMaterial.objects.bulk_create(
            [CaseMaterial(**row | {"case_id": case_id}) for row in rows["materials"]]
        )
        clock = Clock(
            **rows["clock"] | {"case_id": case_id, "subject_id": str(case_id), "started_at": moment}
        )
        clock.save(force_insert=True)
        ClockWarning.objects.bulk_create(
            [ClockWarning(**row | {"clock_id": clock.pk}) for row in rows["warnings"]]
        )
        chain = str(case_id)
        ChainHead.objects.create(chain=chain, seq=len(rows["events"]), hash=rows["events"][-1]["hash"])
        for row in rows["events"]:
            Event(**row | {"case_id": case_id, "subject_id": chain, "chain": chain, "at": moment}).save(
                force_insert=True
            )
        for row in rows["notices"]:
            Notice(**row | {"case_id": case_id, "once_key": f"floor:{chain}"}).save(force_insert=True)
    return HttpResponse(number, status=302, headers={"Location": f"/desk/cases/{case_id}/"})


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


urlpatterns = [path("intake/", intake)]

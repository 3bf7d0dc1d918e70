"""Folding the journal into daily facts. A fact can always be recomputed from the events."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.utils import timezone

from applications.models import Application
from hall.calendars.queries import table_for
from hall.clocks.choices import Kind, Unit
from hall.clocks.models import Clock
from hall.trail.models import Cursor, Event
from hall.trail.services import consume
from matters.choices import CaseType

from ..choices import Measure
from ..models import DailyFact

CONSUMER = "supervision.facts"

# Which event counts as which measure. One event, one count; drill-down reads the same table backwards.
MEASURE_OF_EVENT = {
    "applications.received": Measure.RECEIVED,
    "applications.accepted": Measure.ACCEPTED,
    "applications.refused_acceptance": Measure.NOT_ACCEPTED,
    "applications.notice_given": Measure.NOTICED,
    "applications.decided": Measure.DECIDED,
    "applications.delivered": Measure.DELIVERED,
    "applications.withdrawn": Measure.WITHDRAWN,
    "applications.terminated": Measure.TERMINATED,
    "routing.deemed_consented": Measure.DEEMED,
}

Key = tuple[dt.date, int, int, str]

_ADD = """
INSERT INTO supervision_dailyfact AS fact (day, jurisdiction_id, department_id, measure, value)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (day, jurisdiction_id, department_id, measure) DO UPDATE SET value = fact.value + EXCLUDED.value
"""


def fold(limit: int = 20_000) -> int:
    """Fold what the journal holds beyond this consumer's cursor. Returns how many events were read."""
    read = 0
    while read < limit and (count := consume(CONSUMER, _fold)):
        read += count
    return read


@transaction.atomic
def rebuild() -> int:
    """Throw every fact away and count the journal again, up to where the cursor stands."""
    place, _new = Cursor.objects.select_for_update().get_or_create(consumer=CONSUMER)
    DailyFact.objects.all().delete()
    events = (
        Event.objects.filter(what__in=MEASURE_OF_EVENT)
        .extra(where=["(xid, id) <= (%s::xid8, %s)"], params=[str(place.xid), place.event_id])
        .order_by("pk")
    )
    batch: list[Event] = []
    total = 0
    for event in events.iterator(chunk_size=2000):
        batch.append(event)
        if len(batch) == 2000:
            total += _count(batch)
            batch = []
    return total + _count(batch)


def _fold(events: Sequence[Event]) -> None:
    _count(events)


def _count(events: Sequence[Event]) -> int:
    counted = [event for event in events if event.what in MEASURE_OF_EVENT and event.case_id]
    cases = (
        Application.objects.filter(pk__in={event.case_id for event in counted})
        .select_related("version")
        .defer("form_data", "contact_phone")  # encrypted; nothing is counted from them
    )
    by_id = {case.pk: case for case in cases}
    late = _late_promises(by_id)
    facts: Counter[Key] = Counter()
    for event in counted:
        case = by_id.get(event.case_id) if event.case_id else None
        if case is None:
            continue
        day = timezone.localdate(event.at)
        for measure, value in _counts(event, case, case.pk in late):
            facts[(day, case.jurisdiction_id, case.version.department_id, measure)] += value
    _store(facts)
    return len(counted)


def _counts(event: Event, case: Application, late: bool) -> Iterable[tuple[str, int]]:
    measure = MEASURE_OF_EVENT[event.what]
    yield measure, 1
    if measure == Measure.DELIVERED:
        yield Measure.VISITS, case.visits
    if measure != Measure.DECIDED:
        return
    if not late:
        yield Measure.ON_TIME, 1
    version = case.version
    if version.case_type == CaseType.INSTANT:
        yield Measure.INSTANT, 1
    if case.accepted_at:
        taken = table_for(case.jurisdiction_id).working_days_between(
            timezone.localdate(case.accepted_at), timezone.localdate(event.at)
        )
        yield Measure.TAKEN_DAYS, taken
    # Compression compares like with like: only where both limits are in working days.
    counted = case.consequences
    law = counted.statutory
    if law and law.unit == counted.promised.unit == Unit.WORKING_DAY:
        yield Measure.PROMISED_DAYS, counted.promised.value
        yield Measure.STATUTORY_DAYS, law.value


def _late_promises(cases: dict) -> set:
    """Ids of the cases whose promised limit was missed."""
    clocks = Clock.objects.filter(case_id__in=list(cases), kind=Kind.PROMISED)
    return {clock.case_id for clock in clocks if clock.late or clock.state == "expired"}


def _store(facts: Counter[Key]) -> None:
    if not facts:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, [(*key, value) for key, value in sorted(facts.items()) if value])

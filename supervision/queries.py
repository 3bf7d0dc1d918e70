"""Reading supervision: figures from daily facts, drill-down from the journal, cards."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.choices import State
from applications.models import Application
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.clocks.queries import with_remaining
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.models import Department, Jurisdiction
from hall.organisation.officers import Officer
from hall.trail.models import Event

from .choices import CardKind, CardState, Measure
from .models import Card, DailyFact
from .services.facts import MEASURE_OF_EVENT

WATCHERS = (Role.SUPERVISOR, Role.MANAGER)
EVENT_OF_MEASURE = {measure: what for what, measure in MEASURE_OF_EVENT.items()}
# Measures that are shares of decided cases drill to the decided cases they count.
DRILL = {**EVENT_OF_MEASURE, Measure.ON_TIME: "applications.decided", Measure.INSTANT: "applications.decided"}


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def named(cls, name: str) -> Span:
        """today | week (seven days) | month (this month) | quarter (ninety days)."""
        day = today()
        first = {
            "today": day,
            "week": day - dt.timedelta(days=6),
            "quarter": day - dt.timedelta(days=89),
        }.get(name, day.replace(day=1))
        return cls(first, day)

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """From the first moment of `first` up to (not including) the first moment after `last`."""
        start = timezone.make_aware(dt.datetime.combine(self.first, dt.time()))
        end = timezone.make_aware(dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time()))
        return start, end


def scope(officer: Officer) -> tuple[list[int], list[int] | None]:
    """Which places, and which departments of them (None: all), the officer watches over."""
    places = officer.places(*WATCHERS)
    if places:
        return places, None
    return officer.places(Role.HEAD), sorted(set(officer.departments(Role.HEAD)))


def facts(officer: Officer, span: Span) -> QuerySet[DailyFact]:
    """The daily facts that the officer may see."""
    places, departments = scope(officer)
    found = DailyFact.objects.filter(jurisdiction__in=places, day__range=(span.first, span.last))
    return found if departments is None else found.filter(department__in=departments)


def totals(found: QuerySet[DailyFact]) -> dict[str, int]:
    """Sum of each measure; 0 where nothing was counted."""
    summed = dict(found.values_list("measure").annotate(total=Sum("value")))
    return {measure: summed.get(measure, 0) for measure in Measure.values}


def rates(summed: dict[str, int]) -> dict[str, float | None]:
    """Shares from totals. None where nothing was decided yet: an empty share is no 100 percent."""
    decided, statutory = summed[Measure.DECIDED], summed[Measure.STATUTORY_DAYS]
    delivered = summed[Measure.DELIVERED]
    return {
        "on_time": summed[Measure.ON_TIME] / decided if decided else None,
        "instant": summed[Measure.INSTANT] / decided if decided else None,
        "compression": 1 - summed[Measure.PROMISED_DAYS] / statutory if statutory else None,
        "visits": summed[Measure.VISITS] / delivered if delivered else None,
        "taken": summed[Measure.TAKEN_DAYS] / decided if decided else None,
    }


def by_department(officer: Officer, span: Span) -> list[dict[str, Any]]:
    """One row a department: totals, rates and open cards. Three queries whatever the number of rows."""
    summed: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(Measure.values, 0))
    grouped = facts(officer, span).values_list("department", "measure").annotate(total=Sum("value"))
    for department, measure, total in grouped:
        summed[department][measure] = total
    open_cards: dict[int, dict[str, int]] = defaultdict(dict)
    counted = cards(officer).exclude(state=CardState.CLOSED).values_list("department", "kind")
    for department, kind, number in counted.annotate(number=Count("pk")).order_by():
        open_cards[department][kind] = number
    ids = set(summed) | {pk for pk in open_cards if pk}
    departments = Department.objects.filter(pk__in=ids).order_by("jurisdiction", "order", "code")
    return [
        {
            "department": department,
            "totals": summed[department.pk],
            "rates": rates(summed[department.pk]),
            "cards": open_cards.get(department.pk, {}),
        }
        for department in departments
    ]


def trend(officer: Officer, days: int = 14) -> dict[str, Any]:
    """Received and decided per day, for the chart and the table beside it."""
    span = Span(today() - dt.timedelta(days=days - 1), today())
    shown = (Measure.RECEIVED, Measure.DECIDED)
    by_day: dict[tuple[dt.date, str], int] = {}
    rows = facts(officer, span).filter(measure__in=shown).values_list("day", "measure")
    for day, measure, total in rows.annotate(total=Sum("value")).order_by():
        by_day[day, measure] = total
    listed = [span.first + dt.timedelta(days=n) for n in range(days)]
    return {
        "type": "line",
        "unit": _("件"),
        "labels": [f"{day.month}-{day.day:02d}" for day in listed],
        "series": [
            {"name": str(measure.label), "data": [by_day.get((day, measure), 0) for day in listed]}
            for measure in shown
        ],
    }


def drill(officer: Officer, measure: str, span: Span, department: int | None = None) -> QuerySet[Application]:
    """The very cases that a figure counts, from the same events. Newest first."""
    places, departments = scope(officer)
    events = Event.objects.filter(
        jurisdiction__in=places, what=DRILL[Measure(measure)], at__range=_range(span), case_id=OuterRef("pk")
    )
    found = Application.objects.filter(Exists(events), jurisdiction__in=places)
    if departments is not None:
        found = found.filter(version__department__in=departments)
    if department:
        found = found.filter(version__department=department)
    if measure == Measure.INSTANT:
        found = found.filter(version__case_type="instant")
    if measure == Measure.ON_TIME:
        found = found.exclude(Exists(_missed_promises()))
    return found.select_related("version__matter", "version__department")


def _range(span: Span) -> tuple[dt.datetime, dt.datetime]:
    start, end = span.moments
    return start, end - dt.timedelta(microseconds=1)


def _missed_promises() -> QuerySet[Clock]:
    missed = Q(late=True) | Q(state=ClockState.EXPIRED)
    return Clock.objects.filter(missed, case_id=OuterRef("pk"), kind=Kind.PROMISED)


def cards(officer: Officer) -> QuerySet[Card]:
    """Cards that the officer may see: a supervisor's place, a head's department."""
    places, departments = scope(officer)
    found = Card.objects.filter(jurisdiction__in=places)
    if departments is not None:
        found = found.filter(department__in=departments)
    return found.select_related("case__version__matter", "department")


def about_to_go_wrong(officer: Officer, limit: int = 8) -> list[tuple[Clock, Application]]:
    """Running clocks that are due next among those whose expiry costs somebody something."""
    places, departments = scope(officer)
    kinds = (
        Kind.ACCEPTANCE,
        Kind.PROMISED,
        Kind.STATUTORY,
        Kind.TASK_OPINION,
        Kind.SUPPLEMENT,
        Kind.DELIVERY,
    )
    horizon = now() + dt.timedelta(days=5)
    clocks = Clock.objects.filter(
        jurisdiction__in=places, state=ClockState.RUNNING, kind__in=kinds, due_at__lte=horizon
    ).select_related("department")
    if departments is not None:
        clocks = clocks.filter(department__in=departments)
    found = with_remaining(clocks.order_by("due_at", "pk")[:limit])
    cases = Application.objects.filter(pk__in=[clock.case_id for clock in found])
    by_id = {case.pk: case for case in cases.select_related("version__matter")}
    return [(clock, by_id[clock.case_id]) for clock in found if clock.case_id in by_id]


def in_hand(officer: Officer) -> int:
    """Cases received and not yet decided in the officer's places or departments."""
    places, departments = scope(officer)
    open_states = (State.RECEIVED, State.CORRECTING, State.ACCEPTED, State.REVIEWING)
    found = Application.objects.filter(jurisdiction__in=places, state__in=open_states)
    if departments is not None:
        found = found.filter(version__department__in=departments)
    return found.count()


def open_card_counts(officer: Officer) -> dict[str, int]:
    """Open cards by kind."""
    counted = cards(officer).exclude(state=CardState.CLOSED).values_list("kind").annotate(n=Count("pk"))
    found = dict(counted.order_by())
    return {kind: found.get(kind, 0) for kind in CardKind.values}


def public_figures(place: Jurisdiction) -> dict[str, Any]:
    """What the portal shows of today and of this month. Three numbers, true or absent."""
    day, month = today(), Span.named("month")
    found = DailyFact.objects.filter(jurisdiction=place, day__range=(month.first, month.last))
    summed = totals(found)
    todays = totals(found.filter(day=day))
    return {
        "received_today": todays[Measure.RECEIVED],
        "decided_today": todays[Measure.DECIDED],
        "decided_month": summed[Measure.DECIDED],
        "on_time_month": rates(summed)["on_time"],
    }


def visible_card(officer: Officer, card_id: int) -> Card | None:
    """One card, if the officer may see it."""
    return cards(officer).filter(pk=card_id).first()


def cards_of_case(case_id: UUID) -> QuerySet[Card]:
    """All cards of a case, oldest first."""
    return Card.objects.filter(case_id=case_id).select_related("department").order_by("raised_at", "pk")

"""Reading the exchange: who supervises what, inboxes, what is known of a holder, deliveries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from applications.models import Application
from applications.viewers import officer_may_see
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.clocks.queries import with_remaining
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.organisation.officers import Officer
from hall.trail.services import name_of
from matters.choices import TransferState
from matters.models import Matter, TransferItem
from matters.models.transfers import MOVING

from .choices import AdviceState, DeliveryState, PushState
from .models import Delivery, ExchangeMessage, Push, Subscription, SupervisionDuty, SupervisionNote

STAFF = (Role.REVIEWER, Role.HEAD)
WATCHERS = (Role.SUPERVISOR, Role.MANAGER)


# -- Who supervises ------------------------------------------------------------------------------------


def former_organs(matters: Collection[int]) -> dict[int, set[int]]:
    """Departments that gave these matters to a bureau by transfers in effect (划转), by matter."""
    items = TransferItem.objects.filter(
        matter__in=matters, transfer__state=TransferState.EFFECTIVE, role__in=MOVING
    ).exclude(from_department=F("transfer__bureau"))
    found: dict[int, set[int]] = {}
    for matter, giver in items.values_list("matter", "from_department"):
        found.setdefault(matter, set()).add(giver)
    return found


def supervisors(matters: Collection[int]) -> dict[int, list[Department]]:
    """Which departments supervise these matters today, by matter. Three queries.

    Those whom a duty names, and those who gave the matter away and of whom no duty says otherwise.
    """
    day = today()
    found = former_organs(matters)
    for duty in SupervisionDuty.objects.filter(matter__in=matters).order_by("pk"):
        mine = found.setdefault(duty.matter_id, set())
        if duty.starts_on <= day and (duty.released_on is None or day < duty.released_on):
            mine.add(duty.department_id)
        elif duty.released_on is not None:
            mine.discard(duty.department_id)
    departments = Department.objects.in_bulk({pk for mine in found.values() for pk in mine})
    return {
        matter: sorted((departments[pk] for pk in mine), key=lambda each: (each.order, each.code))
        for matter, mine in found.items()
    }


def duty_rows(place: int, text: str = "", *, only_without: bool = False) -> QuerySet[Matter]:
    """Matters of a place that are on the catalogue, for the list of duties."""
    matters = Matter.objects.filter(jurisdiction=place).with_current()
    if text := text.strip():
        matters = matters.filter(Q(name__icontains=text) | Q(short_code__iexact=text))
    if only_without:
        named = SupervisionDuty.objects.filter(matter=OuterRef("pk"), released_on=None)
        given = TransferItem.objects.filter(
            matter=OuterRef("pk"), transfer__state=TransferState.EFFECTIVE, role__in=MOVING
        )
        matters = matters.exclude(Exists(named) | Exists(given))
    return matters


# -- Inboxes -------------------------------------------------------------------------------------------


def pushes(officer: Officer) -> QuerySet[Push]:
    """What the officer may see: reviewers and heads their departments' inbox, watchers their places'."""
    mine = Q(department__in=officer.departments(*STAFF)) | Q(jurisdiction__in=officer.places(*WATCHERS))
    return _told(Push.objects.filter(mine))


def pushes_of_department(department: int) -> QuerySet[Push]:
    """What was pushed to one department, for its own system."""
    return _told(Push.objects.filter(department=department))


def _told(found: QuerySet[Push]) -> QuerySet[Push]:
    return found.select_related(
        "message__certificate", "case__version__matter", "case__version__department", "department"
    ).defer("case__form_data", "case__contact_phone")


def visible_push(officer: Officer, push_id: UUID) -> Push | None:
    """One push, if the officer may see it."""
    return pushes(officer).filter(pk=push_id).first()


def push_counts(officer: Officer) -> dict[str, int]:
    """How many pushes there are of each state."""
    counted = pushes(officer).order_by().values_list("state").annotate(number=Count("pk"))
    found = dict(counted)
    return {state: found.get(state, 0) for state in PushState.values}


def with_clocks(found: Iterable[Push]) -> list[Push]:
    """The pushes with `clock`, their receipt clock, and its remaining working days. Two queries."""
    rows = list(found)
    names = {name_of(each)[1]: each for each in rows}
    clocks = Clock.objects.filter(
        kind=Kind.PUSH_RECEIPT, subject_type=Push._meta.label_lower, subject_id__in=list(names)
    )
    for each in rows:
        each.clock = None  # type: ignore[attr-defined]
    for clock in with_remaining(clocks):
        names[clock.subject_id].clock = clock  # type: ignore[attr-defined]
    return rows


# -- What is known of a holder ----------------------------------------------------------------------------


def notes(officer: Officer) -> QuerySet[SupervisionNote]:
    """Notes that the officer may read: of their department, to their department, or of their place."""
    departments = officer.departments(*STAFF)
    mine = (
        Q(department__in=departments)
        | Q(case__version__department__in=departments)
        | Q(jurisdiction__in=officer.places(*WATCHERS))
    )
    return SupervisionNote.objects.filter(mine).select_related(*_OF_NOTE)


_OF_NOTE = ("case__version__matter", "case__version__department", "department", "file", "answered_by")


def visible_note(officer: Officer, note_id: UUID | str) -> SupervisionNote | None:
    """One note, if the officer may read it; a reviewer who has to do with its case may as well."""
    note = SupervisionNote.objects.select_related(*_OF_NOTE).filter(pk=note_id).first()
    if note is None or notes(officer).filter(pk=note.pk).exists():
        return note
    return note if may_be_told(officer) and officer_may_see(officer, note.case_id) else None


def may_be_told(officer: Officer) -> bool:
    """What was found of a holder is for those who review, decide and watch, not for the counter."""
    return officer.has(*STAFF, *WATCHERS)


def open_advice(officer: Officer) -> QuerySet[SupervisionNote]:
    """Suggestions to revoke that wait for an answer, oldest first: a head's own, a watcher's all."""
    heads = Q(case__version__department__in=officer.departments(Role.HEAD))
    watched = Q(jurisdiction__in=officer.places(*WATCHERS))
    found = SupervisionNote.objects.filter(heads | watched, advice=AdviceState.OPEN)
    return found.select_related(*_OF_NOTE).order_by("given_at", "pk")


def notes_of_case(case_id: UUID) -> QuerySet[SupervisionNote]:
    """What was pushed back to one case, newest first."""
    return SupervisionNote.objects.filter(case=case_id).select_related(*_OF_NOTE)


def notes_of_holder(case: Application) -> QuerySet[SupervisionNote]:
    """What is known of the applicant of `case` from their other cases in the place, newest first."""
    same = Q(enterprise=case.enterprise_id) if case.enterprise_id else Q(person=case.person_id)
    if not (case.enterprise_id or case.person_id):
        return SupervisionNote.objects.none()
    found = SupervisionNote.objects.filter(same, jurisdiction=case.jurisdiction_id).exclude(case=case.pk)
    return found.select_related(*_OF_NOTE)


def marked(cases: Collection[Application]) -> set[UUID]:
    """Which of these cases have an applicant of whom there is supervision information. One query."""
    enterprises = {case.enterprise_id for case in cases if case.enterprise_id}
    people = {case.person_id for case in cases if case.person_id}
    if not (enterprises or people):
        return set()
    known = set(
        SupervisionNote.objects.filter(Q(enterprise__in=enterprises) | Q(person__in=people))
        .order_by()
        .values_list("jurisdiction", "enterprise", "person")
        .distinct()
    )
    return {
        case.pk
        for case in cases
        if (case.jurisdiction_id, case.enterprise_id, None if case.enterprise_id else case.person_id) in known
    }


def pushes_of_case(case_id: UUID) -> QuerySet[Push]:
    """To whom a case was pushed, and who signed for it, oldest first."""
    found = Push.objects.filter(case=case_id).select_related("message", "department")
    return found.order_by("message__sequence", "department__order", "pk")


# -- Outside systems ---------------------------------------------------------------------------------------


def subscribers(message: ExchangeMessage, supervising: Collection[int]) -> list[Subscription]:
    """Active subscriptions that want this message; a department's own system what its department is told."""
    version = message.case.version
    found = Subscription.objects.filter(
        Q(department=None) | Q(department__in=supervising),
        Q(departments=None) | Q(departments=version.department_id),
        Q(matters=None) | Q(matters=version.matter_id),
        Q(kinds=[]) | Q(kinds__contains=[message.kind]),
        jurisdiction=message.jurisdiction_id,
        active=True,
    )
    return list(found.distinct().order_by("pk"))


def subscriptions(officer: Officer) -> QuerySet[Subscription]:
    """Subscriptions of the places that the officer manages, each with how its deliveries stand."""
    places = officer.places(Role.MANAGER, Role.SYSTEM_ADMIN)
    waiting = Count(
        "deliveries", filter=Q(deliveries__state__in=[DeliveryState.WAITING, DeliveryState.SENDING])
    )
    return (
        Subscription.objects.filter(jurisdiction__in=places)
        .select_related("department", "jurisdiction")
        .annotate(
            waiting=waiting,
            dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
            delivered=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DELIVERED)),
        )
        .order_by("name", "pk")
    )


def deliveries(subscription: Subscription, state: str = "") -> QuerySet[Delivery]:
    """Deliveries of one subscription, newest first, with their attempts."""
    found = Delivery.objects.filter(subscription=subscription)
    if state in DeliveryState.values:
        found = found.filter(state=state)
    tried = Prefetch("tried", to_attr="all_tried")
    return found.select_related("message__case__version__matter").prefetch_related(tried)


# -- One thing -----------------------------------------------------------------------------------------------


def case_of(case_id: UUID) -> Application:
    """The case, with as little of it as the exchange needs."""
    return Application.objects.defer("form_data", "contact_phone").get(pk=case_id)


def supervising_of(matter: int) -> list[tuple[Department, SupervisionDuty | None]]:
    """Who supervises one matter, each with the duty that says so; None where a transfer does."""
    duties = {
        duty.department_id: duty for duty in SupervisionDuty.objects.filter(matter=matter, released_on=None)
    }
    return [(each, duties.get(each.pk)) for each in supervisors([matter]).get(matter, [])]

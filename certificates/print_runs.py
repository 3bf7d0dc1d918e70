"""Which matters a sheet or a manual is about, who may take it, and how far it has come."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest

from hall.organisation.models import Department, Hall, Jurisdiction, Window, Zone
from matters import counters
from matters.models import Matter, MatterVersion

from .models import PrintRun

# The type under which hall.files knows them.
SUBJECT = "certificates.print_run"
PROGRESS_SECONDS = 3600
SHOWN = 20

Subject = Hall | Zone | Window | Department


def subject_of(run: PrintRun) -> Subject:
    """What the run is for; a constraint keeps it to one."""
    subject = run.hall or run.zone or run.window or run.department
    assert subject is not None
    return subject


def name_of(subject: Subject) -> str:
    """The subject as a cover names it."""
    match subject:
        case Zone():
            return f"{subject.hall.name} {subject.name}"
        case Window():
            return f"{subject.zone.hall.name} {subject.zone.name} {subject.name}"
    return subject.name


def place_of(subject: Subject) -> int:
    """The jurisdiction to which a subject belongs."""
    match subject:
        case Zone():
            return subject.hall.jurisdiction_id
        case Window():
            return subject.zone.hall.jurisdiction_id
    return subject.jurisdiction_id


def matters_of(subject: Subject) -> QuerySet[Matter]:
    """The matters that a sheet or a manual for the subject is about, in the order of their names."""
    match subject:
        case Hall():
            return counters.taken_in_hall(subject)
        case Zone():
            return counters.taken_in_zone(subject)
        case Window():
            return counters.taken_at(subject)
    of_organ = Matter.objects.in_place(subject.jurisdiction_id).open_now()
    return of_organ.filter(department=subject).order_by("pinyin", "pk")


def versions_of(subject: Subject) -> QuerySet[MatterVersion]:
    """The versions in force of these matters, whole."""
    whole = MatterVersion.objects.in_force().whole().filter(matter__in=matters_of(subject))
    return whole.order_by("matter__department__order", "matter__department_id", "matter__pinyin", "matter_id")


def recent(place: Jurisdiction) -> QuerySet[PrintRun]:
    """The last runs of a place."""
    return PrintRun.objects.filter(jurisdiction=place).select_related("file", "started_by")[:SHOWN]


def may_read(request: HttpRequest, run_id: str) -> bool:
    """Whoever holds a post in that place: manuals are for the staff only."""
    officer = getattr(request, "officer", None)
    run = PrintRun.objects.filter(pk=run_id).only("jurisdiction").first()
    return bool(run and officer and run.jurisdiction_id in officer.jurisdiction_ids)


def progress(run: PrintRun) -> int:
    """How many matters of a waiting run are drawn."""
    return cache.get(_key(run.pk)) or 0


def tell(run_id: UUID, done: int) -> None:
    """Say how many are drawn; forgotten when the cache is down."""
    cache.set(_key(run_id), done, PROGRESS_SECONDS)


def _key(run_id: UUID) -> str:
    return f"certificates.print_run.{run_id}"

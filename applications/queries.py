"""Reading cases: the desk's lists, the look-up, and one case with all that its pages show."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hall.clocks import engine
from hall.clocks import queries as clock_queries
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.files.models import StoredFile
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.index import id_index, normal_number
from hall.prepared import Prepared
from matters.choices import VersionState
from matters.models import Matter, MatterVersion

from . import viewers
from .choices import CLOSED, DeferralState, State
from .models import Application, CaseMaterial, Deferral
from .querysets import materials_of_case
from .services.filing import CLAIMED_AS

SHOWN = 50  # rows of one list on the desk's first page; the look-up finds the rest
# What waits for the applicant: a state, or a clock that runs while the case goes on (容缺, 陈述申辩, 申领).
_APPLICANTS_TURN = {State.DRAFT, State.RETURNED, State.CORRECTING, State.READY}
_APPLICANTS_CLOCKS = (Kind.SUPPLEMENT, Kind.STATEMENT, Kind.CLAIM)
DATE_AND_SERIAL = re.compile(r"\d{12}")


# -- The desk --------------------------------------------------------------------------------------------


def with_matter(cases: QuerySet[Application]) -> QuerySet[Application]:
    """What every row of a list of cases shows."""
    return cases.select_related("version__matter", "window", "held_by")


def handled_today(officer: Officer) -> QuerySet[Application]:
    """Cases that the officer received today, newest first."""
    begin = timezone.make_aware(dt.datetime.combine(today(), dt.time()))
    mine = Application.objects.filter(received_by=officer.user_id, received_at__gte=begin)
    return with_matter(mine).order_by("-received_at")[:SHOWN]


def begun(officer: Officer) -> QuerySet[Application]:
    """Drafts that the officer has opened at the desk and not received yet, newest first."""
    drafts = Application.objects.filter(created_by=officer.user_id, state=State.DRAFT, channel="desk")
    return with_matter(drafts).order_by("-created_at")[:SHOWN]


def to_pre_review(officer: Officer) -> QuerySet[Application]:
    """Online applications that wait for a clerk of the officer's place, oldest first."""
    waiting = Application.objects.filter(
        Q(hall=None) | Q(hall__in=officer.halls(Role.CLERK)),
        state=State.SUBMITTED,
        jurisdiction__in=officer.places(Role.CLERK),
    )
    return with_matter(waiting).order_by("submitted_at")[:SHOWN]


def to_decide_on(officer: Officer) -> QuerySet[Application]:
    """Received cases of the officer's halls that have no verdict yet, oldest first."""
    waiting = Application.objects.visible_to(officer).filter(state=State.RECEIVED)
    return with_matter(waiting).order_by("received_at")[:SHOWN]


def waiting_for_applicant(officer: Officer) -> QuerySet[Application]:
    """Cases of the officer's halls that wait for a correction or a 容缺 supplement, oldest first."""
    owed = Deferral.objects.filter(case=OuterRef("pk"), state=DeferralState.OPEN)
    waiting = Application.objects.visible_to(officer).filter(
        Q(state=State.CORRECTING)
        | Q(Exists(owed), state__in=[State.ACCEPTED, State.REVIEWING, State.DECIDED])
    )
    return with_matter(waiting).order_by("received_at")[:SHOWN]


def with_nearest_clock(cases: Iterable[Application]) -> list[Application]:
    """The same cases, each with `clock`: the running clock that is due first, or None. One query."""
    found = list(cases)
    nearest = clock_queries.nearest_of_cases([case.pk for case in found])
    for case in found:
        case.clock = nearest.get(case.pk)
    return found


def asked_of_applicant(cases: Collection[Application]) -> set[UUID]:
    """Which of these cases wait for something that only the applicant can do. One query."""
    found = {case.pk for case in cases if case.state in _APPLICANTS_TURN}
    clocks = Clock.objects.filter(
        case_id__in=[case.pk for case in cases], kind__in=_APPLICANTS_CLOCKS, state=ClockState.RUNNING
    )
    return found | {case_id for case_id in clocks.values_list("case_id", flat=True) if case_id}


# -- The catalogue's keepers -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A version of a matter, the cases that still run on it and those that have ended; drafts are neither."""

    version: MatterVersion
    running: int
    ended: int


def standing_on_versions(matter: Matter) -> list[Standing]:
    """How many cases stand on each version that was ever in force, newest first. Two queries."""
    received = Application.objects.filter(version__matter=matter).exclude(state=State.DRAFT)
    counted = received.values_list("version").annotate(
        running=Count("pk", filter=~Q(state__in=CLOSED)), ended=Count("pk", filter=Q(state__in=CLOSED))
    )
    found = {version: (running, ended) for version, running, ended in counted}
    states = (VersionState.PUBLISHED, VersionState.SUPERSEDED)
    versions = matter.versions.filter(state__in=states).order_by("-number")
    return [Standing(version, *found.get(version.pk, (0, 0))) for version in versions]


def running_on(version: MatterVersion) -> QuerySet[Application]:
    """The cases of a version that have begun and not ended."""
    cases = Application.objects.filter(version=version).exclude(state__in=[State.DRAFT, *CLOSED])
    return cases.select_related("hall")


# -- Looking up ------------------------------------------------------------------------------------------


def look_up(officer: Officer, text: str) -> QuerySet[Application]:
    """Cases that the officer may see, by number (or its last twelve digits), query code or ID number."""
    visible = Application.objects.visible_to(officer)
    return with_matter(visible.filter(_named(text))).order_by("-created_at")[:SHOWN]


def find(officer: Officer, text: str) -> list[Application]:
    """The same for any officer, reviewers included: what each other room's rule lets them see as well."""
    found = with_matter(Application.objects.filter(_named(text))).order_by("-created_at")[:SHOWN]
    return [case for case in found if viewers.officer_may_see(officer, case.pk)]


def _named(text: str) -> Q:
    """Cases that `text` names exactly; none for an empty text."""
    wanted = normal_number(text)
    if not wanted:
        return Q(pk__in=[])
    found = Q(number=wanted) | Q(query_code=wanted)
    found |= Q(person__id_index=id_index(wanted)) | Q(agent__id_index=id_index(wanted))
    found |= Q(enterprise__uscc=wanted)
    if DATE_AND_SERIAL.fullmatch(wanted) and (day := _day(wanted[:8])):
        begin = timezone.make_aware(dt.datetime.combine(day, dt.time()))
        found |= Q(received_at__range=(begin, begin + dt.timedelta(days=1)), number__endswith=wanted)
    return found


def materials_of(case: Application) -> list[CaseMaterial]:
    """The rows of the material grid, each with its pages as `files`. Two queries."""
    rows = materials_of_case(case)
    pages: dict[str, list[StoredFile]] = {str(row.pk): [] for row in rows}
    for file in StoredFile.objects.filter(claimed_type=CLAIMED_AS, claimed_id__in=list(pages)).order_by(
        "uploaded_at"
    ):
        pages[file.claimed_id].append(file)
    shared = bundle_pages(case) if case.bundle_id else {}
    for row in rows:
        row.files = pages[str(row.pk)] + shared.get(row.material.code, [])
    return rows


def bundle_pages(case: Application) -> dict[str, list[StoredFile]]:
    """Pages that were handed in once for a whole bundle, by the material of this part that they are."""
    from .bundle_queries import shared_pages

    return shared_pages(case)


def _day(digits: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return None


@dataclass(frozen=True)
class Timed:
    """A clock with its explanation."""

    clock: Clock
    due: engine.Due


def timed(clocks: Iterable[Clock]) -> list[Timed]:
    """Clocks for a page: with the working days left, and why they end when they do."""
    return [Timed(clock, clock_queries.explain(clock)) for clock in clock_queries.with_remaining(clocks)]


# -- One case --------------------------------------------------------------------------------------------


def case_for_page(case_id: UUID) -> Application:
    """A case with all that its pages read. Raises Application.DoesNotExist if there is none."""
    case = _for_page.first(case_id)
    if case is None:
        raise Application.DoesNotExist
    return case


_for_page: Prepared[Application] = Prepared(
    lambda case_id: Application.objects.select_related(
        "version__matter",
        "version__regime",
        "version__department",
        "jurisdiction",
        "hall",
        "window",
        "person",
        "enterprise",
        "agent",
        "mandate",
        "received_by",
        "held_by",
        "project",
    ).filter(pk=case_id),
    UUID,
)

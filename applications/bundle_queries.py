"""Reading bundles in hand: the desk's lists, the parts with where each stands, the one date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.clocks import queries as clock_queries
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.files.models import StoredFile
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.people.index import id_index, normal_number
from hall.people.models import User
from matters.models import BundleVersion

from . import viewers
from .bundle_models import BundleCase, BundleCasePart, BundleMaterial
from .choices import Outcome, PartState, State
from .models import Application
from .services.bundle_intake import CLAIMED_AS

SHOWN = 50
OWN_CLOCKS = (Kind.BUNDLE, Kind.BUNDLE_ACCEPTANCE, Kind.BUNDLE_CORRECTION, Kind.BUNDLE_PRE_REVIEW)


def on_offer(place: Jurisdiction | int) -> QuerySet[BundleVersion]:
    """Versions of the place's bundles that can be applied for now, by stage and name."""
    versions = BundleVersion.objects.in_force().filter(bundle__jurisdiction=place)
    return versions.select_related("bundle__department").order_by("series", "series_stage", "bundle__pk")


def called(place: Jurisdiction, text: str, limit: int = 3) -> list[BundleVersion]:
    """Bundles of the place whose name or aliases hold `text`. One query."""
    found = on_offer(place).filter(Q(bundle__name__icontains=text) | Q(bundle__aliases__icontains=text))
    return list(found[:limit])


def with_names(bundles: QuerySet[BundleCase]) -> QuerySet[BundleCase]:
    """What every row of a list shows."""
    return bundles.select_related("version__bundle", "window", "held_by")


def at_desk(officer: Officer) -> dict[str, list[BundleCase]]:
    """What lies on the desk: begun, to pre-review, to decide on, waiting for the applicant, under way."""
    visible = with_names(BundleCase.objects.visible_to(officer))
    begin = timezone.make_aware(dt.datetime.combine(today(), dt.time()))
    waiting = visible.filter(hall__in=officer.halls(Role.CLERK)) | visible.filter(hall=None)
    return {
        "begun": list(visible.filter(created_by=officer.user_id, state=State.DRAFT)[:SHOWN]),
        "to_pre_review": with_clock(waiting.filter(state=State.SUBMITTED).order_by("submitted_at")[:SHOWN]),
        "to_decide_on": with_clock(visible.filter(state=State.RECEIVED).order_by("received_at")[:SHOWN]),
        "waiting": with_clock(visible.filter(state=State.CORRECTING).order_by("received_at")[:SHOWN]),
        "under_way": with_clock(visible.filter(state=State.ACCEPTED).order_by("accepted_at")[:SHOWN]),
        "today": list(visible.filter(received_at__gte=begin).order_by("-received_at")[:SHOWN]),
    }


def of_account(user: User) -> list[BundleCase]:
    """A citizen's bundles, newest first, each with its clock. Two queries."""
    return with_clock(with_names(BundleCase.objects.of_account(user)).order_by("-created_at")[:SHOWN])


def look_up(officer: Officer, text: str) -> QuerySet[BundleCase]:
    """Bundles that the officer may see, by number, query code or document of the applicant."""
    wanted = normal_number(text)
    if not wanted:
        return BundleCase.objects.none()
    named = Q(number=wanted) | Q(query_code=wanted) | Q(enterprise__uscc=wanted)
    named |= Q(person__id_index=id_index(wanted)) | Q(agent__id_index=id_index(wanted))
    return with_names(BundleCase.objects.visible_to(officer).filter(named)).order_by("-created_at")[:SHOWN]


def with_clock(bundles: Iterable[BundleCase]) -> list[BundleCase]:
    """The same bundles, each with `clock`: its own running clock, or None. One query."""
    found = list(bundles)
    clocks = Clock.objects.filter(
        case_id__in=[bundle.pk for bundle in found], kind__in=OWN_CLOCKS, state=ClockState.RUNNING
    ).order_by("-due_at")
    by_bundle = {clock.case_id: clock for clock in clock_queries.with_remaining(clocks)}
    for bundle in found:
        bundle.clock = by_bundle.get(bundle.pk)
    return found


def bundle_for_page(bundle_id: UUID) -> BundleCase:
    """A bundle with all that its pages read. Raises BundleCase.DoesNotExist if there is none."""
    return BundleCase.objects.select_related(
        "version__bundle__department",
        "jurisdiction",
        "hall",
        "window",
        "person",
        "enterprise",
        "agent",
        "mandate",
        "received_by",
        "held_by",
    ).get(pk=bundle_id)


def materials_of(bundle: BundleCase) -> list[BundleMaterial]:
    """The rows of the joint grid, each with its pages as `files`. Two queries."""
    rows = list(bundle.materials.select_related("material").order_by("order"))
    pages = pages_of([row.pk for row in rows])
    for row in rows:
        row.files = pages.get(str(row.pk), [])
    return rows


def pages_of(row_ids: Iterable[int]) -> dict[str, list[StoredFile]]:
    """Pages of materials of joint sets, by the key of the row."""
    found: dict[str, list[StoredFile]] = {}
    stored = StoredFile.objects.filter(claimed_type=CLAIMED_AS, claimed_id__in=[str(pk) for pk in row_ids])
    for file in stored.order_by("uploaded_at"):
        found.setdefault(file.claimed_id, []).append(file)
    return found


def shared_pages(case: Application) -> dict[str, list[StoredFile]]:
    """The pages of a part's materials that were handed in with the whole, by material code."""
    if case.bundle_id is None:
        return {}
    code = BundleCasePart.objects.filter(case=case.pk).values_list("part__code", flat=True).first()
    rows = list(BundleMaterial.objects.filter(bundle=case.bundle_id))
    pages = pages_of([row.pk for row in rows])
    return {
        own: pages[str(row.pk)]
        for row in rows
        if str(row.pk) in pages
        for part, own in row.covers
        if part == code
    }


# -- Where it stands -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartLine:
    """One part on a page: where it stands, in words, and since when or from when."""

    row: BundleCasePart
    word: str
    tone: str
    at: dt.datetime | None = None
    text: str = ""

    @property
    def case(self) -> Application | None:
        """The part's own case, once its turn has come."""
        return self.row.case

    @property
    def name(self) -> str:
        """The matter."""
        return self.row.version.matter.name

    @property
    def over(self) -> bool:
        """Is nothing more to be expected of it?"""
        return self.row.state in (PartState.DONE, PartState.ENDED)


def part_lines(bundle: BundleCase) -> list[PartLine]:
    """The parts of this situation in their order, with where each stands. One query.

    Before acceptance the parts that the answers leave out are left out here as well.
    """
    rows = bundle.parts.select_related("part", "version__matter", "version__department", "case")
    found = list(rows.order_by("part__order"))
    if bundle.accepted_at is None:
        from matters.bundles import is_opened

        found = [row for row in found if is_opened(row.part, bundle.answers)]
    names = {row.part.code: row.version.matter.name for row in found}
    return [_line(row, names) for row in found if row.state != PartState.LEFT_OUT]


def _line(row: BundleCasePart, names: dict[str, str]) -> PartLine:
    case = row.case
    if case is None:
        if row.state == PartState.ENDED:
            return PartLine(row, str(row.get_state_display()), "mute", text=row.end_reason)
        if row.starts_at and row.starts_at > now():
            return PartLine(row, _("待启动"), "mute", row.starts_at, _("前置事项已办好，这一天启动"))
        awaited = "、".join(names[code] for code in row.part.after if code in names)
        text = _("等“%(names)s”办好") % {"names": awaited} if awaited else ""
        return PartLine(row, _("待启动"), "mute", text=text)
    tones = {Outcome.GRANTED: "ok", Outcome.REFUSED: "danger"}
    if case.outcome:
        at = case.delivered_at or case.ready_at or case.decided_at
        word = f"{case.get_outcome_display()} · {case.get_state_display()}"
        return PartLine(row, word, tones[Outcome(case.outcome)], at)
    tone = "mute" if row.state == PartState.DONE else "info"
    return PartLine(row, str(case.get_state_display()), tone, case.accepted_at, case.end_reason)


def own_clock(bundle: BundleCase) -> Clock | None:
    """The clock that the applicant waits for now: of acceptance, of correction, of the whole."""
    clocks = Clock.objects.filter(case_id=bundle.pk, kind__in=OWN_CLOCKS, state=ClockState.RUNNING)
    found = list(clock_queries.with_remaining(clocks.order_by("due_at")))
    return found[0] if found else None


# -- Who may see -----------------------------------------------------------------------------------------


def officer_may_see(officer: Officer, bundle: BundleCase) -> bool:
    """The hall that took it, who watches over the place, and whoever may see one of its cases."""
    if BundleCase.objects.visible_to(officer).filter(pk=bundle.pk).exists():
        return True
    return any(viewers.officer_may_see(officer, pk) for pk in bundle.cases.values_list("pk", flat=True))


def may_read_page(request: object, row_id: str) -> bool:
    """For hall.files: pages of a joint material are read by whoever sees the bundle."""
    row = BundleMaterial.objects.filter(pk=row_id).select_related("bundle").first()
    user = getattr(request, "user", None)
    if row is None or not isinstance(user, User):
        return False
    officer = getattr(request, "officer", None)
    if officer:
        return officer_may_see(officer, row.bundle)
    return BundleCase.objects.of_account(user).filter(pk=row.bundle_id).exists()

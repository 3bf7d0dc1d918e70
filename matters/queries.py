"""Lists of the catalogue, and the figures that are counted from it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from hall.organisation.models import Department, Jurisdiction

from .choices import ApplicantKind, CaseType, ListRole, MatterState, TransferRole, TransferState
from .models import ListEntry, Matter, MatterList, MatterVersion, Transfer, TransferItem
from .querysets import MatterQuerySet

FULLY_ONLINE = 4
HANDLED_ONLINE = 3  # 三级: applied for and examined online
LEGAL_PERSONS = (
    ApplicantKind.INDIVIDUAL,
    ApplicantKind.ENTERPRISE,
    ApplicantKind.INSTITUTION,
    ApplicantKind.SOCIAL,
    ApplicantKind.ORGAN,
    ApplicantKind.OTHER,
)
AUDIENCES: dict[str, Sequence[str]] = {"person": (ApplicantKind.PERSON,), "legal": LEGAL_PERSONS}


@dataclass(frozen=True)
class DepartmentCount:
    """A department and how many of its matters are on show."""

    department: Department
    matters: int


@dataclass(frozen=True)
class BatchCount:
    """A batch of a list: when it was published with how many, and what the data counts in it."""

    name: str
    counted: int
    published_on: dt.date | None = None
    published_total: int | None = None
    document: str = ""

    @property
    def agrees(self) -> bool:
        """Does the data hold as many as were published, where a number was?"""
        return self.published_total is None or self.counted == self.published_total


@dataclass(frozen=True)
class ListCount:
    """A list and what the data counts beside its published total.

    The published total counts listed and deferred items; associated ones are extra to it (S1 二(二)).
    """

    head: MatterList
    listed: int
    deferred: int
    associated: int
    batches: list[BatchCount] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """What stands against the published total."""
        return self.listed + self.deferred

    @property
    def agrees(self) -> bool:
        """Does the data hold as many as were published?"""
        return self.counted == self.head.published_total

    @property
    def missing(self) -> int:
        """How many more were published than the data holds; negative when it holds more."""
        return self.head.published_total - self.counted

    @property
    def surplus(self) -> int:
        """How many more the data holds than were published."""
        return -self.missing


def on_show(place: Jurisdiction) -> QuerySet[Matter]:
    """What the public may see of a place's catalogue, with the card of each one's valid version."""
    return Matter.objects.in_place(place).on_show().with_cards()


def for_audience(matters: QuerySet[Matter], audience: str) -> QuerySet[Matter]:
    """Only what persons (`person`) or legal persons (`legal`) can apply for; anything else leaves all."""
    kinds = AUDIENCES.get(audience)
    if not kinds:
        return matters
    wanted = Q()
    for kind in kinds:
        wanted |= Q(applicants__contains=[kind])
    return matters.filter(Exists(MatterVersion.objects.valid_at().filter(wanted, matter=OuterRef("pk"))))


def why_closed(matter_id: int) -> str:
    """Why a matter is not taken now, in one sentence with reason and basis; "" for one that is active."""
    matter = Matter.objects.only("state", "state_reason", "state_basis").get(pk=matter_id)
    words = {
        MatterState.CANCELLED: _("该事项已取消，不再受理：%(reason)s"),
        MatterState.SUSPENDED: _("该事项暂停受理：%(reason)s"),
    }
    if matter.state not in words:
        return ""
    told = words[MatterState(matter.state)] % {"reason": matter.state_reason}
    return f"{told}（{matter.state_basis}）" if matter.state_basis else told


def most_done(place: Jurisdiction, limit: int = 8) -> list[Matter]:
    """What people do most. Among those nobody has done yet: worked-out ones, one of each domain in turn."""
    worked = MatterVersion.objects.valid_at().filter(matter=OuterRef("pk")).exclude(certainty="profile")
    turn = Window(RowNumber(), partition_by=[F("domain"), F("worked")], order_by="pk")
    found = on_show(place).filter(state="active").annotate(worked=Exists(worked)).annotate(turn=turn)
    return list(found.order_by("-popularity", "-worked", "turn", "pk")[:limit])


def departments_with_counts(place: Jurisdiction) -> list[DepartmentCount]:
    """Departments of a place that have matters on show, in the place's order, and how many."""
    counts = _counts(place, "department")
    departments = Department.objects.filter(jurisdiction=place, pk__in=counts)
    return [DepartmentCount(department, counts[department.pk]) for department in departments]


def themes_with_counts(
    place: Jurisdiction, audience: str = "", limit: int | None = None
) -> list[tuple[str, int]]:
    """Themes and how many matters each has, the largest first."""
    matters = for_audience(Matter.objects.in_place(place).on_show(), audience).exclude(theme="")
    rows = matters.values_list("theme").annotate(n=Count("pk")).order_by("-n", "theme")
    return list(rows[:limit])


def domains_with_counts(place: Jurisdiction) -> dict[str, int]:
    """How many matters on show each domain has."""
    return _counts(place, "domain")


def lists_with_counts(place: Jurisdiction) -> list[ListCount]:
    """Lists of a place with what the data says beside the published total. Three queries."""
    return _counted(MatterList.objects.filter(jurisdiction=place))


def count_of(matter_list: MatterList) -> ListCount:
    """One list with what the data says beside the published total. Three queries."""
    return _counted(MatterList.objects.filter(pk=matter_list.pk))[0]


def _counted(lists: QuerySet[MatterList]) -> list[ListCount]:
    """Every figure counted from the entries there are now, never from what was written down."""
    roles: dict[int, Counter[str]] = defaultdict(Counter)
    batches: dict[int, Counter[str]] = defaultdict(Counter)
    rows = ListEntry.objects.filter(matter_list__in=lists).values_list("matter_list", "role", "batch")
    for list_id, role, batch, n in rows.annotate(n=Count("pk")).order_by("matter_list", "batch"):
        roles[list_id][role] += n
        if batch and role != ListRole.ASSOCIATED:  # those are extra to the published total
            batches[list_id][batch] += n
    return [
        ListCount(
            found,
            listed=roles[found.pk][ListRole.LISTED],
            deferred=roles[found.pk][ListRole.DEFERRED],
            associated=roles[found.pk][ListRole.ASSOCIATED],
            batches=_batches(found, batches[found.pk]),
        )
        for found in lists.prefetch_related("batches")
    ]


def _batches(head: MatterList, counted: Mapping[str, int]) -> list[BatchCount]:
    """Published batches in their order, then those that only entries name."""
    told = [
        BatchCount(
            each.name, counted.get(each.name, 0), each.published_on, each.published_total, each.document
        )
        for each in head.batches.all()
    ]
    known = {each.name for each in told}
    return told + [BatchCount(name, n) for name, n in counted.items() if name not in known]


def transfers_with_counts(place: Jurisdiction, *, public: bool = False) -> list[Transfer]:
    """Batches of transfers with how many items of each role they have; the public sees no drafts.

    Each has `transferred`, `associated`, `deferred`, `staying` and `problems`.
    """
    batches = Transfer.objects.filter(jurisdiction=place).select_related("bureau")
    if public:
        batches = batches.exclude(state=TransferState.DRAFT)
    counts = {str(role): Count("items", filter=Q(items__role=role)) for role in TransferRole}
    return list(batches.annotate(**counts, problems=Count("items", filter=~Q(items__problem=""))))


def items_of(transfer: Transfer) -> QuerySet[TransferItem]:
    """The items of a batch in its order, with matter, departments, window and version."""
    return transfer.items.select_related(
        "transfer__bureau", "matter", "from_department", "window__zone__hall", "version"
    ).order_by("order", "pk")


def entries(matter_list: MatterList) -> QuerySet[ListEntry]:
    """The entries of a list in its own order, with matter and department."""
    return matter_list.entries.select_related("matter__department").order_by("order", "pk")


def public_counts(place: Jurisdiction) -> dict[str, int]:
    """Figures of the catalogue for public pages, counted from the versions in force."""
    return (
        MatterVersion.objects.in_force()
        .filter(matter__jurisdiction=place)
        .aggregate(
            matters=Count("pk"),
            instant=Count("pk", filter=Q(case_type=CaseType.INSTANT)),
            no_visit=Count("pk", filter=Q(visits=0)),
            online=Count("pk", filter=Q(online_depth__gte=HANDLED_ONLINE)),
            deferrable=Count("pk", filter=Q(deferral_allowed=True)),
        )
    )


def for_keepers(place: Jurisdiction, filters: Mapping[str, Any]) -> MatterQuerySet:
    """Matters as the keepers' list shows them, narrowed by what the page asks for.

    `filters`: q (name or code), department, domain, kind, level, state, certainty, list, flag, work
    (draft, checked, approved or none: which versions wait for somebody).
    """
    matters = Matter.objects.in_place(place).with_current()
    for name in ("department", "domain", "kind", "level", "state"):
        if value := filters.get(name):
            matters = matters.filter(**{name: value})
    if text := filters.get("q"):
        matters = matters.filter(Q(name__icontains=text) | Q(implementation_code__icontains=text))
    if code := filters.get("list"):
        matters = matters.filter(list_entries__matter_list__code=code)
    if flag := filters.get("flag"):
        matters = matters.filter(flags__contains=[flag])
    if certainty := filters.get("certainty"):
        valid = MatterVersion.objects.valid_at().filter(certainty=certainty)
        matters = matters.filter(Exists(valid.filter(matter=OuterRef("pk"))))
    if work := filters.get("work"):
        matters = _with_work(matters, work)
    return matters


def waiting_counts(place: Jurisdiction) -> dict[str, int]:
    """How many versions of a place are drafts, wait for approval, or wait to be published."""
    versions = MatterVersion.objects.filter(matter__jurisdiction=place)
    return versions.aggregate(
        draft=Count("pk", filter=Q(state="draft")),
        checked=Count("pk", filter=Q(state="checked")),
        approved=Count("pk", filter=Q(state="approved")),
    )


def _with_work(matters: MatterQuerySet, work: str) -> MatterQuerySet:
    if work == "none":
        return matters.exclude(Exists(MatterVersion.objects.valid_at().filter(matter=OuterRef("pk"))))
    return matters.filter(Exists(MatterVersion.objects.filter(matter=OuterRef("pk"), state=work)))


def _counts(place: Jurisdiction, field: str) -> dict[Any, int]:
    rows = Matter.objects.in_place(place).on_show().values_list(field)
    return dict(rows.annotate(n=Count("pk")).order_by(field))

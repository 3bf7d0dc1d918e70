"""Where the paper originals of a case are: who holds each now, or which slip it travels on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from applications.models import Application, CaseMaterial
from hall.organisation.choices import Role
from hall.organisation.models import Department, Hall
from hall.organisation.officers import Officer

from .choices import SlipState
from .models import SlipItem, TransferSlip


@dataclass(frozen=True)
class Office:
    """A hall or a department: one of the two sides of a slip."""

    hall: Hall | None = None
    department: Department | None = None

    def __str__(self) -> str:
        return str(self.hall or self.department or "")


@dataclass(frozen=True)
class Holding:
    """A material with as many originals and copies as lie in an office now; `slip` while it travels."""

    material: CaseMaterial
    office: Office
    originals: int
    copies: int
    since: dt.datetime | None
    slip: TransferSlip | None = None


def holdings(case: Application) -> list[Holding]:
    """Every paper material of the case and where it is. Two queries.

    What was handed in lies in the hall that received it until a slip brings it elsewhere.
    """
    on_slips: dict[int, list[SlipItem]] = {}
    items = SlipItem.objects.filter(slip__case=case).exclude(slip__state=SlipState.TAKEN_BACK)
    parties = ("from_hall", "from_department", "to_hall", "to_department")
    related = [f"slip__{name}" for name in parties]
    for item in items.select_related(*related).order_by("slip__sent_at", "pk"):
        on_slips.setdefault(item.material_id, []).append(item)
    paper = case.materials.filter(Q(originals__gt=0) | Q(copies__gt=0)).exclude(handed_in_at=None)
    return [
        _holding(case, material, on_slips.get(material.pk, []))
        for material in paper.select_related("material").order_by("order")
    ]


def _holding(case: Application, material: CaseMaterial, moves: list[SlipItem]) -> Holding:
    office, since = Office(hall=case.hall), material.handed_in_at
    originals, copies, slip = material.originals, material.copies, None
    for item in moves:
        if item.slip.received_at:
            office, since = Office(item.slip.to_hall, item.slip.to_department), item.slip.received_at
            originals, copies = item.received_originals or 0, item.received_copies or 0
        else:
            slip = item.slip
    return Holding(material, office, originals, copies, since, slip)


def open_slips(officer: Officer) -> QuerySet[TransferSlip]:
    """Slips under way to or from the officer's halls and departments, the oldest first."""
    return _with_parties(visible_slips(officer).filter(state=SlipState.SENT))


def visible_slips(officer: Officer) -> QuerySet[TransferSlip]:
    """Slips of the officer's offices; a supervisor's and a manager's, of their places."""
    halls = officer.halls(Role.CLERK, Role.ISSUER)
    departments = officer.departments(Role.REVIEWER, Role.HEAD)
    return TransferSlip.objects.filter(
        Q(to_hall__in=halls)
        | Q(from_hall__in=halls)
        | Q(to_department__in=departments)
        | Q(from_department__in=departments)
        | Q(jurisdiction__in=officer.places(Role.SUPERVISOR, Role.MANAGER))
    )


def _with_parties(slips: QuerySet[TransferSlip]) -> QuerySet[TransferSlip]:
    return slips.select_related(
        "case__version__matter",
        "sent_by",
        "received_by",
        "from_hall",
        "from_department",
        "to_hall",
        "to_department",
    )


def slips_of(case: Application) -> QuerySet[TransferSlip]:
    """All slips of a case in the order of sending, with their lines."""
    return _with_parties(case.slips.all()).prefetch_related("items__material__material")


def works_in(officer: Officer, office: Office) -> bool:
    """Does the officer work in this hall or department today?"""
    if office.hall:
        return officer.has(Role.CLERK, Role.ISSUER, hall=office.hall)
    return officer.has(Role.REVIEWER, Role.HEAD, department=office.department)


def offices_of(officer: Officer) -> list[Office]:
    """The halls and departments in which the officer works today."""
    found = [Office(hall=post.hall) for post in officer.posts if post.hall]
    found += [
        Office(department=post.department)
        for post in officer.posts
        if post.department and post.role in (Role.REVIEWER, Role.HEAD)
    ]
    return list(dict.fromkeys(found))

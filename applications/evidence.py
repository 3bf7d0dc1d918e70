"""What the applicant already has and need not bring: certificates of this hall, results of other cases.

Certificates live in a room above. It registers a reader here, so that nothing is imported upward.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from hall.prepared import Prepared
from matters.materials import normalised

from .choices import FINAL, Outcome, State
from .evidence_models import SharedCheck, Substitute
from .models import Application, CaseMaterial

CERTIFICATE, CASE = "certificate", "case"


@dataclass(frozen=True)
class Held:
    """A certificate of the applicant, or a case whose result would do; `key` names it in forms."""

    kind: str
    id: UUID
    name: str
    number: str
    matter_id: int
    issued_on: dt.date | None = None
    valid_to: dt.date | None = None
    case_id: UUID | None = None  # of a certificate: the case whose result it is

    @property
    def key(self) -> str:
        """`certificate:<id>` or `case:<id>`."""
        return f"{self.kind}:{self.id}"

    @property
    def in_progress(self) -> bool:
        """Is it a case that has not brought its result yet?"""
        return self.kind == CASE and self.issued_on is None

    def __str__(self) -> str:
        if self.in_progress:
            return _("%(name)s，办件%(number)s正在办理") % {"name": self.name, "number": self.number[-12:]}
        return f"{self.name} {self.number}"


Reader = Callable[[Application], Iterable[Held]]

_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Let `reader(case)` tell the valid certificates of the case's applicant."""
    if reader not in _readers:
        _readers.append(reader)


def offers(case: Application, rows: Sequence[CaseMaterial]) -> dict[int, list[Held]]:
    """For each row, by its key, what the applicant has that may stand in for it. Two queries at most."""
    wanted = [row for row in rows if row.material.substitute_certificate or row.material.result_of_id]
    if case.applicant is None or not wanted:
        return {}
    certificates = [held for reader in _readers for held in reader(case)]
    covered = {held.matter_id for held in certificates}
    results = {row.material.result_of_id for row in wanted if row.material.result_of_id} - covered
    cases = list(_cases(case, {each for each in results if each}))
    found = {row.pk: [held for held in (*certificates, *cases) if _fits(held, row)] for row in wanted}
    return {pk: held for pk, held in found.items() if held}


def certificates_of(case: Application, source: Application) -> list[Held]:
    """The certificates of the applicant of `case` that came from the case `source`, newest first."""
    return [held for reader in _readers for held in reader(case) if held.case_id == source.pk]


def told(rows: Sequence[CaseMaterial]) -> tuple[dict[int, Substitute], dict[int, list[SharedCheck]]]:
    """What stands in for each row and how it was checked, by the row's key. Two queries."""
    keys = [row.pk for row in rows]
    substitutes = Substitute.objects.filter(case_material__in=keys).select_related("from_case")
    checks: dict[int, list[SharedCheck]] = {}
    for check in SharedCheck.objects.filter(case_material__in=keys).select_related("checked_by"):
        checks.setdefault(check.case_material_id, []).append(check)
    return {each.case_material_id: each for each in substitutes}, checks


def dress(case: Application, rows: Sequence[CaseMaterial], *, offering: bool) -> None:
    """Give each row of a grid `offers`, `stands_in` and `shared_checked` for its page."""
    offered = offers(case, rows) if offering else {}
    substitutes, checks = told(rows)
    for row in rows:
        row.offers = offered.get(row.pk, [])
        row.stands_in = substitutes.get(row.pk)
        row.shared_checked = checks.get(row.pk, [])


def not_granted(case: Application) -> list[str]:
    """Numbers of the cases whose results this one relies on and that have not been granted."""
    sources = [each.from_case for each in _relied_on.all(case.pk)]
    return [each.number for each in sources if each and each.number and each.outcome != Outcome.GRANTED]


_relied_on: Prepared[Substitute] = Prepared(
    lambda case_id: Substitute.objects.filter(
        case_material__case=case_id, case_material__verdict="reused", from_case__isnull=False
    ).select_related("from_case"),
    UUID,
)


def _fits(held: Held, row: CaseMaterial) -> bool:
    if row.material.result_of_id == held.matter_id:
        return True
    names = {
        normalised(name) for name in re.split(r"[、；;,，]", row.material.substitute_certificate) if name
    }
    return held.kind == CERTIFICATE and normalised(held.name) in names


def _cases(case: Application, matters: set[int]) -> Iterable[Held]:
    """Cases of the same applicant for these matters: granted, or still on their way."""
    if not matters:
        return
    same = Q(enterprise=case.enterprise_id) if case.enterprise_id else Q(person=case.person_id)
    live = ~Q(state__in=[*FINAL, State.DRAFT, State.SUBMITTED, State.RETURNED]) & ~Q(outcome=Outcome.REFUSED)
    granted = Q(outcome=Outcome.GRANTED) & ~Q(state__in=[State.WITHDRAWN, State.TERMINATED])
    found = (
        Application.objects.filter(same, live | granted, version__matter__in=matters, number__isnull=False)
        .exclude(pk=case.pk)
        .select_related("version__matter")
        .order_by("-created_at")
    )
    for each in found[:20]:
        version = each.version
        yield Held(
            kind=CASE,
            id=each.pk,
            name=version.result_name or version.matter.name,
            number=each.number or "",
            matter_id=version.matter_id,
            issued_on=each.decided_at.date() if each.outcome == Outcome.GRANTED and each.decided_at else None,
        )

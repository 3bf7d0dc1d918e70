"""Which certificates of this hall an applicant holds: told to the desk, which lives in a room below."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from applications.evidence import CERTIFICATE, Held
from applications.models import Application
from hall.now import today

from .choices import CertificateState
from .models import Certificate


def held_by_applicant(case: Application) -> Iterator[Held]:
    """The valid certificates of the applicant of `case`, newest first. One query."""
    if case.applicant is None:
        return
    same = Q(case__enterprise=case.enterprise_id) if case.enterprise_id else Q(case__person=case.person_id)
    valid = Certificate.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today()), same, state=CertificateState.VALID
    )
    for each in valid.order_by("-issued_on", "pk"):
        yield Held(
            kind=CERTIFICATE,
            id=each.pk,
            name=each.name,
            number=each.number,
            matter_id=each.matter_id,
            issued_on=each.issued_on,
            valid_to=each.valid_to,
            case_id=each.case_id,
        )

"""Anybody may ask whether a certificate is genuine, and learns as little else as possible."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import PUBLIC, Actor
from hall.now import today
from hall.people.index import normal_number
from hall.people.masking import mask_name
from hall.trail.services import record

from ..choices import CertificateState, PaperState
from ..models import Certificate


@dataclass(frozen=True)
class Verification:
    """What the public learns: `state` is valid, expired, superseded or revoked (a CSS and API code)."""

    state: str
    label: str
    name: str
    number: str
    holder: str
    issuer: str
    issued_on: dt.date
    valid_to: dt.date | None
    sha256: str
    demonstration: bool

    @property
    def is_valid(self) -> bool:
        return self.state == CertificateState.VALID


def normal_code(text: str) -> str:
    """A code as people type it, without groups, in capitals."""
    return normal_number(text)


@transaction.atomic
def verify(code: str, *, by: Actor = PUBLIC) -> Verification | None:
    """Look a certificate up by its code and write the check into the journal. None for an unknown code.

    The name of a natural person is masked, a person's number never shown (DOMAIN §9).
    """
    issued = (
        Certificate.objects.filter(verify_code=normal_code(code))
        .select_related("case__jurisdiction", "paper__seal__department", "case__version__department")
        .first()
    )
    if issued is None:
        return None
    state, label = _state(issued)
    case = issued.case
    record(
        "certificates.verified",
        subject=issued,
        by=by,
        jurisdiction=case.jurisdiction_id,
        data={"number": issued.number, "told": state},
    )
    paper = issued.paper
    return Verification(
        state=state,
        label=label,
        name=issued.name,
        number=issued.number,
        holder=issued.holder_name if case.enterprise_id else mask_name(issued.holder_name),
        issuer=str(paper.context.get("organ", "")),
        issued_on=issued.issued_on,
        valid_to=issued.valid_to,
        sha256=paper.sha256 if paper.state == PaperState.DRAWN else "",
        demonstration=issued.is_demo,
    )


def _state(issued: Certificate) -> tuple[str, str]:
    expired = issued.valid_to is not None and issued.valid_to < today()
    if issued.state == CertificateState.VALID and expired:
        return "expired", _("已过有效期")
    return issued.state, str(issued.get_state_display())

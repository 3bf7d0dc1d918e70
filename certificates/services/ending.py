"""The end of a certificate before its last day: revoked (撤销), or superseded by a newer one (替换)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications import services as cases
from applications.commitment_models import Commitment
from applications.models import Application
from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Invalid, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import CertificateState, PaperKind
from ..models import Certificate
from .registering import register


@transaction.atomic
def revoke(certificate_id: UUID, *, reason: str, by: Officer) -> Certificate:
    """Revoke a valid certificate (行政许可法 Art. 69), with a sealed decision that tells how to contest it.

    By a head of the organ that granted it. Raises NotAllowed, WrongState, Invalid without a reason.
    """
    case, issued = _lock(certificate_id)
    by = _head(case, by)
    if not reason.strip():
        raise Invalid(_("请写明撤销的事实、理由和依据"), fields={"reason": [_("请写明理由")]})
    _end(case, issued, CertificateState.REVOKED, reason.strip(), by)
    case.certificate = issued
    register(case, PaperKind.REVOCATION, by=by)
    return issued


@transaction.atomic
def revoke_promised(case_id: UUID) -> bool:
    """Carry out what the head decided about a false promise (告知承诺): certificate revoked, paper made.

    Safe to run twice, late, or in several workers. Raises Conflict if no seal in use fits; the decision
    then waits in its tray.
    """
    case = Application.objects.locked(case_id)
    waiting = Commitment.objects.revoked_and_waiting(case.pk).first()
    if waiting is None:
        return False
    issued = Certificate.objects.select_for_update().filter(case=case).first()
    if issued is not None:
        case.certificate = issued
        if issued.state == CertificateState.VALID:
            _end(case, issued, CertificateState.REVOKED, waiting.reasons, SYSTEM)
    if issued is None or issued.state == CertificateState.REVOKED:
        register(case, PaperKind.REVOCATION)
    return cases.carried_out(case.pk)


@transaction.atomic
def supersede(certificate_id: UUID, *, by_number: str, reason: str, by: Officer) -> Certificate:
    """Let a newer certificate of the same matter and holder take the place of this one (变更、延续、补发).

    Raises NotAllowed, WrongState, Invalid if the newer one does not fit.
    """
    case, issued = _lock(certificate_id)
    by = _head(case, by)
    newer = Certificate.objects.filter(number=by_number.strip()).first()
    fits = (
        newer is not None
        and newer.pk != issued.pk
        and newer.state == CertificateState.VALID
        and newer.matter_id == issued.matter_id
        and _holder_of(newer.case) == _holder_of(case)
    )
    if not fits:
        told = _("须是同一事项、同一持证人的另一张有效证照")
        raise Invalid(told, fields={"by_number": [told]})
    issued.superseded_by = newer
    _end(case, issued, CertificateState.SUPERSEDED, reason.strip(), by)
    return issued


def _lock(certificate_id: UUID) -> tuple[Application, Certificate]:
    """Lock the case, then the certificate."""
    case_id = Certificate.objects.filter(pk=certificate_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise WrongState(_("没有这张证照"))
    case = Application.objects.locked(case_id)
    issued = Certificate.objects.select_for_update().get(pk=certificate_id)
    if issued.state != CertificateState.VALID:
        raise WrongState(_("这张证照%(state)s") % {"state": issued.get_state_display()})
    return case, issued


def _head(case: Application, by: Officer) -> Officer:
    post = by.post_for(Role.HEAD, department=case.version.department_id)
    return by.acting_as(require(post, _("只有颁发机关的负责人可以撤销或者替换证照")))


def _holder_of(case: Application) -> tuple[object, object]:
    return case.person_id, case.enterprise_id


def _end(case: Application, issued: Certificate, state: str, reason: str, by: Actor) -> None:
    before = issued.state
    issued.state, issued.state_reason, issued.ended_at = state, reason[:300], now()
    issued.save(update_fields=["state", "state_reason", "ended_at", "superseded_by"])
    clocks.cancel(issued, Kind.CERTIFICATE_EXPIRY, reason or str(issued.get_state_display()), by=by)
    record(
        f"certificates.{state}",
        subject=issued,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        from_state=before,
        to_state=state,
        reason=reason,
        data={
            "number": issued.number,
            "by": issued.superseded_by.number if issued.superseded_by else "",
        },
    )

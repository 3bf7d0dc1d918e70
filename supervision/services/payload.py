"""What an outside system is told, version 1: as little of a person as will do.

Masked by default: the name of a person (张*), and no document number at all. Names and credit codes of
enterprises are public and are told. Only a subscription with a legal basis is told the full name and the
document number of a person. Telephone numbers, addresses, form contents and reasons are never told.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from applications.models import Application
from certificates.models import Certificate
from hall.people.masking import mask_name

from ..choices import MessageKind
from ..models import Delivery, ExchangeMessage, Push

VERSION = 1


def payload(delivery: Delivery) -> dict[str, Any]:
    """The body of a delivery; needs its message, case, version and subscription. Three queries at most."""
    message, case = delivery.message, delivery.case
    version = case.version
    return {
        "version": VERSION,
        "type": f"decision.{message.kind}",
        "message": str(message.pk),
        "push": _push(delivery),
        "sequence": message.sequence,
        "occurred_at": _moment(message.happened_at),
        "place": {"code": case.jurisdiction.code, "name": case.jurisdiction.name},
        "case": {
            "number": case.number,
            "matter": version.matter.name,
            "matter_code": version.matter.implementation_code,
            "project_code": case.project_code,
        },
        "decision": {
            "outcome": case.outcome,
            "decided_at": _moment(case.decided_at),
            "department": version.department.name,
            "department_uscc": version.department.uscc,
            "conditions": conditions(case),
        },
        "certificate": _certificate(message),
        "holder": holder(case, in_full=bool(delivery.subscription.identity_basis)),
    }


def holder(case: Application, *, in_full: bool) -> dict[str, str]:
    """Who holds the decision: an enterprise openly, a person masked unless there is a basis for more."""
    if case.enterprise is not None:
        return {"kind": "enterprise", "name": case.enterprise.name, "uscc": case.enterprise.uscc}
    if not in_full or case.person is None:
        return {"kind": "person", "name": mask_name(case.applicant_name)}
    person = case.person
    return {"kind": "person", "name": person.name, "id_type": person.id_type, "id_number": person.id_number}


def conditions(case: Application) -> str:
    """What the decision attaches to the grant: that is what supervision looks at."""
    decision = getattr(case, "decision", None)
    return decision.conditions if decision else ""


def _push(delivery: Delivery) -> str | None:
    """The push that the system's department may sign for through the API."""
    pushes = Push.objects.filter(message=delivery.message_id, department=delivery.subscription.department_id)
    found = pushes.values_list("pk", flat=True).first() if delivery.subscription.department_id else None
    return str(found) if found else None


def _certificate(message: ExchangeMessage) -> dict[str, Any] | None:
    issued: Certificate | None = message.certificate or getattr(message.case, "certificate", None)
    if issued is None:
        return None
    # What happened later is told by a later message: sent again, a message says what it said.
    newer = issued.superseded_by if message.kind == MessageKind.SUPERSEDED else None
    return {
        "number": issued.number,
        "name": issued.name,
        "issued_on": issued.issued_on.isoformat(),
        "valid_from": issued.valid_from.isoformat(),
        "valid_to": issued.valid_to.isoformat() if issued.valid_to else None,
        "superseded_by": newer.number if newer else None,
    }


def _moment(moment: Any) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None

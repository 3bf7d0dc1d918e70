"""Papers of the result: the decision, the certificate, the record of its delivery."""

from __future__ import annotations

import base64
from uuid import UUID

from django.utils import timezone

from applications.choices import CommitmentState
from applications.commitment_models import Commitment
from applications.models import Application
from hall.files.services import open_bytes
from hall.people.masking import mask_id
from hall.people.models import Enterprise, Person
from hall.prepared import Prepared
from matters import formspec
from matters.choices import ResultKind

from ..choices import PaperKind
from ..models import Certificate, Delivery, Paper
from ..workshop import contexts
from . import parts, validity
from .parts import Frame

# What is handed over at the end; the other papers of a case were handed over on the way.
DELIVERED_KINDS = (PaperKind.GRANT, PaperKind.REFUSAL, PaperKind.CERTIFICATE)


def grant(case: Application, frame: Frame) -> contexts.GrantDecision:
    """准予决定书, naming the certificate that goes with it, if one does."""
    version, decision = case.version, case.decision
    last = validity.last_day(version.result_validity, frame.dated)
    return contexts.GrantDecision(
        **parts.of_case(case, frame),
        received_on=parts.local(case.received_at),
        accepted_on=parts.local(case.accepted_at),
        content=parts.sentence(decision.reasons),
        conditions=parts.lines(decision.conditions),
        valid_from=frame.dated if last else None,
        valid_until=last,
        validity=parts.sentence(version.result_validity),
        certificate=f"《{version.result_name}》" if has_certificate(case) else "",
        certificate_number=_certificate_number(case),
        delegated=_delegated(case),
        countersigned=_countersigned(case),
    )


def refusal(case: Application, frame: Frame) -> contexts.RefusalDecision:
    """不予决定书. The facts are what the case shows, the reasons what the deciding organ wrote."""
    reasons = parts.lines(case.decision.reasons)
    return contexts.RefusalDecision(
        **parts.of_case(case, frame),
        received_on=parts.local(case.received_at),
        accepted_on=parts.local(case.accepted_at),
        facts=f"{case.applicant_name}提交的申请材料和审查情况不符合该事项的法定条件、标准",
        reasons=reasons,
        remedy=parts.remedy(case.version),
        delegated=_delegated(case),
        countersigned=_countersigned(case),
    )


def _delegated(case: Application) -> str:
    """Who decided in whose name, where it was not the head: a window post, or an officer by delegation."""
    decision = case.decision
    if decision.delegated and case.hall:
        return f"{decision.department.name}委托{case.hall.name}窗口"
    if given := decision.delegation:
        named = f"{decision.department.name}负责人{given.head.name}委托{decision.decided_by.name}"
        return f"{named}（依据{parts.sentence(given.basis)}）"
    return ""


def _countersigned(case: Application) -> str:
    """Which organs signed the text of the decision with the deciding one (会签)."""
    return "、".join(each.department.name for each in parts.signed_with(case))


def has_certificate(case: Application) -> bool:
    """Does granting this case bring a certificate (证照), or only the decision paper?"""
    return case.version.result_kind == ResultKind.CERTIFICATE


def certificate_fields(case: Application) -> list[tuple[str, str]]:
    """证载内容: what the decision says, else what the form says under the same label, in order."""
    answered = {
        each["label"]: each["text"] for each in formspec.describe(case.version.form_fields, case.form_data)
    }
    decided = case.decision.result
    rows = {label: decided.get(label) or answered.get(label, "") for label in case.version.result_fields}
    for label, value in _holder(case):
        rows[label] = rows.get(label) or value
    return [(label, str(value)) for label, value in rows.items() if value]


def certificate(case: Application, frame: Frame) -> contexts.Certificate:
    """证照, from its row."""
    issued: Certificate = case.certificate
    return contexts.Certificate(
        **parts.shared(case, frame),
        name=issued.name,
        holder=issued.holder_name,
        fields=tuple(contexts.Field(label=label, value=value) for label, value in issued.fields),
        valid_from=issued.valid_from,
        valid_until=issued.valid_to,
        validity=parts.sentence(case.version.result_validity),
        verify_url=verify_address(issued.verify_code),
        verify_code=grouped(issued.verify_code),
    )


def delivery_record(case: Application, frame: Frame) -> contexts.DeliveryReceipt:
    """送达回证."""
    delivery = _delivery_of.all(case.pk)[0]
    delivered = _delivered_with.all(case.pk)
    deliverer = [delivery.delivered_by.name] if delivery.delivered_by else []
    number = delivery.collector_id_number
    return contexts.DeliveryReceipt(
        **parts.of_case(case, frame),
        papers=tuple(contexts.DeliveredPaper(name=p.title, number=p.number or "") for p in delivered),
        mode=str(delivery.get_mode_display()),
        place=parts.contact(case).place if delivery.window is None else str(delivery.window.zone.hall.name),
        addressee=case.applicant_name,
        receiver=delivery.collector_name,
        relation=str(delivery.get_collector_relation_display()),
        receiver_identity=mask_id(number) if number else "",
        received_at=timezone.localtime(delivery.delivered_at),
        signature=signature_address(delivery),
        deliverers=tuple(deliverer),
        remark=f"物流单号：{delivery.tracking_number}" if delivery.tracking_number else "",
    )


_delivery_of: Prepared[Delivery] = Prepared(
    lambda case_id: Delivery.objects.filter(case=case_id).select_related(
        "window__zone__hall", "delivered_by", "signature"
    ),
    UUID,
)
_delivered_with: Prepared[Paper] = Prepared(
    lambda case_id: Paper.objects.filter(case=case_id, kind__in=DELIVERED_KINDS).order_by(
        "registered_at", "pk"
    ),
    UUID,
)


def revocation(case: Application, frame: Frame) -> contexts.RevocationDecision:
    """撤销决定书 of the case's certificate, which has been revoked already; without one, of its decision."""
    issued: Certificate | None = getattr(case, "certificate", None)
    check: Commitment | None = getattr(case, "commitment_check", None)
    by_promise = check is not None and check.state == CommitmentState.REVOKED
    reasons = parts.lines(check.reasons) if check and by_promise else ()
    granted = case.papers.filter(kind=PaperKind.GRANT).first()
    return contexts.RevocationDecision(
        **parts.shared(case, frame),
        act="撤销",
        holder=issued.holder_name if issued else case.applicant_name,
        certificate=f"《{issued.name}》" if issued else "准予决定",
        certificate_number=issued.number if issued else (granted.number or "" if granted else ""),
        issued_on=issued.issued_on if issued else parts.local(case.decided_at),
        reasons=reasons or parts.lines(issued.state_reason if issued else ""),
        remedy=parts.remedy(case.version),
        heard=_heard(check) if check and by_promise else "",
        decision_only=issued is None,
    )


def _heard(check: Commitment) -> str:
    """How the holder was heard before the promise was held against them (行政许可法 Art. 7)."""
    facts = f"经核查，{parts.sentence(check.facts)}（{parts.sentence(check.evidence)}）。"
    if check.waived:
        return f"{facts}本机关依法告知了陈述、申辩的权利，你（单位）书面表示放弃。"
    if check.stated_at is None:
        return f"{facts}本机关依法告知了陈述、申辩的权利，你（单位）在期限内未提出。"
    said = parts.sentence(check.statement)
    return f"{facts}本机关依法告知了陈述、申辩的权利，听取了你（单位）的意见：{said}。"


def verify_address(code: str) -> str:
    """Where anybody checks a certificate."""
    return parts.address("certificates:verify_code", code)


def grouped(code: str) -> str:
    """A code in groups of four, to be read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def signature_address(delivery: Delivery) -> str:
    """What the collector wrote on the pad, as a data address."""
    if delivery.signature is None:
        return ""
    with open_bytes(delivery.signature) as picture:
        return f"data:image/png;base64,{base64.b64encode(picture.read()).decode()}"


def _certificate_number(case: Application) -> str:
    issued = getattr(case, "certificate", None)  # the porter has it in hand before it is saved
    return issued.number if issued else ""


def _holder(case: Application) -> list[tuple[str, str]]:
    applicant = case.applicant
    if isinstance(applicant, Enterprise):
        return [
            ("统一社会信用代码", applicant.uscc),
            ("法定代表人", applicant.legal_representative),
            ("住所", applicant.address),
        ]
    if isinstance(applicant, Person):
        return [(str(applicant.get_id_type_display()), mask_id(applicant.id_number))]
    return []

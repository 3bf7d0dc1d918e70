"""What each paper (文书) holds: frozen dataclasses, one a paper, JSON and back without loss.

A paper row freezes its context when it is registered; the PDF is drawn from it then or years later. So a
field may be added with a default but never renamed or removed. Dates are local dates of the hall; texts
are what a person reads. Sources: DOMAIN §7 for what must stand on each paper, 行政许可法 for why.
"""

from __future__ import annotations

from typing import Any

from .. import frozen
from .base import CasePaper, Paper
from .intake import (
    AcceptanceNotice,
    CorrectionNotice,
    DeferralNotice,
    DeferralPledge,
    Receipt,
    RefusalOfAcceptance,
    ReturnNotice,
)
from .parts import (
    BundledMatter,
    Contact,
    Correction,
    DeferredItem,
    DeliveredPaper,
    DueDate,
    Field,
    MaterialLine,
    OpinionLine,
    Party,
    Remedy,
    SentWarning,
    SlipLine,
)
from .promises import CommitmentPledge, StatementNotice, SupplementReceipt
from .result import (
    Certificate,
    DeliveryReceipt,
    GrantDecision,
    GuideCard,
    RefusalDecision,
    RevocationDecision,
)
from .sessions import AttendanceLine, SessionMinutes, SessionNotice
from .way import (
    DeemedConsentRecord,
    ExtensionNotice,
    HearingNotice,
    HearingRecord,
    HearingRightNotice,
    ProcedureNotice,
    ReviewSummary,
    TerminationNotice,
    TransferSlipSheet,
    WithdrawalNotice,
)

PAPERS: dict[str, type[Paper]] = {
    cls.kind: cls
    for cls in (
        Receipt,
        AcceptanceNotice,
        CorrectionNotice,
        RefusalOfAcceptance,
        DeferralNotice,
        DeferralPledge,
        ReturnNotice,
        ProcedureNotice,
        HearingRightNotice,
        HearingNotice,
        HearingRecord,
        ExtensionNotice,
        SessionNotice,
        SessionMinutes,
        WithdrawalNotice,
        TerminationNotice,
        DeemedConsentRecord,
        ReviewSummary,
        TransferSlipSheet,
        GrantDecision,
        RefusalDecision,
        DeliveryReceipt,
        Certificate,
        RevocationDecision,
        GuideCard,
        SupplementReceipt,
        CommitmentPledge,
        StatementNotice,
    )
}


def to_json(paper: Paper) -> dict[str, Any]:
    """The paper as plain JSON, with its kind."""
    return {"kind": paper.kind, **frozen.freeze(paper)}


def from_json(data: dict[str, Any]) -> Paper:
    """The paper that `to_json` froze. Raises ValueError for an unknown kind or field."""
    values = dict(data)
    kind = values.pop("kind", "")
    if kind not in PAPERS:
        raise ValueError(f"no paper of kind {kind!r}")
    return frozen.thaw(PAPERS[kind], values)


__all__ = [
    "PAPERS",
    "AcceptanceNotice",
    "AttendanceLine",
    "BundledMatter",
    "CasePaper",
    "Certificate",
    "CommitmentPledge",
    "Contact",
    "Correction",
    "CorrectionNotice",
    "DeemedConsentRecord",
    "DeferralNotice",
    "DeferralPledge",
    "DeferredItem",
    "DeliveredPaper",
    "DeliveryReceipt",
    "DueDate",
    "ExtensionNotice",
    "Field",
    "GrantDecision",
    "GuideCard",
    "HearingNotice",
    "HearingRecord",
    "HearingRightNotice",
    "MaterialLine",
    "OpinionLine",
    "Paper",
    "Party",
    "ProcedureNotice",
    "Receipt",
    "RefusalDecision",
    "RefusalOfAcceptance",
    "Remedy",
    "ReturnNotice",
    "ReviewSummary",
    "RevocationDecision",
    "SentWarning",
    "SessionMinutes",
    "SessionNotice",
    "SlipLine",
    "StatementNotice",
    "SupplementReceipt",
    "TerminationNotice",
    "TransferSlipSheet",
    "WithdrawalNotice",
    "from_json",
    "to_json",
]

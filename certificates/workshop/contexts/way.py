"""Papers on the way: special procedures, hearings, extensions, silence, and ends before a decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .base import CasePaper
from .parts import NO_REMEDY, DueDate, Field, OpinionLine, Remedy, SentWarning, SlipLine


@dataclass(frozen=True, kw_only=True)
class WithdrawalNotice(CasePaper):
    """撤回申请通知书: the applicant took the application back before a decision."""

    kind = "withdrawal"
    layout = "notice"
    title = "撤回申请终止办理通知书"

    received_on: dt.date
    withdrawn_on: dt.date
    reason: str = ""
    originals: tuple[str, ...] = ()  # given back, as they are signed for


@dataclass(frozen=True, kw_only=True)
class ProcedureNotice(CasePaper):
    """特别程序告知书 (行政许可法 Art. 45): what, how long, whether it counts, whom to ask."""

    kind = "special_procedure"
    layout = "notice"
    title = "特别程序告知书"

    procedure: str
    reason: str
    limit: str
    basis: str = ""
    stops_clock: bool = False
    due: DueDate | None = None
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class HearingRightNotice(CasePaper):
    """听证告知书 (行政许可法 Art. 47): whoever is concerned may ask within five days."""

    kind = "hearing_right"
    layout = "notice"
    title = "听证告知书"

    reason: str
    parties: str = ""
    ask_by: DueDate | None = None
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class HearingNotice(CasePaper):
    """听证通知书 (行政许可法 Art. 48): time, place and chair, at least seven days before; no fee."""

    kind = "hearing_notice"
    layout = "notice"
    title = "听证通知书"

    held_at: dt.datetime
    place: str
    chair: str
    reason: str = ""
    requested_by: str = ""


@dataclass(frozen=True, kw_only=True)
class HearingRecord(CasePaper):
    """听证笔录 (行政许可法 Art. 48), signed by those who took part; the decision is made on it."""

    kind = "hearing_record"
    layout = "notice"
    title = "听证笔录"

    held_at: dt.datetime
    place: str
    chair: str
    text: str
    signed_by: str
    parties: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtensionNotice(CasePaper):
    """延期决定通知书 (行政许可法 Art. 42): by how much, until when, why, and who approved it."""

    kind = "extension"
    layout = "notice"
    title = "延长办理期限通知书"

    days: int
    reason: str
    before: DueDate | None = None
    after: DueDate | None = None
    approved_by: str = ""
    approval: str = ""


@dataclass(frozen=True, kw_only=True)
class TerminationNotice(CasePaper):
    """终止办理通知书: which ground of the list, why, and how to contest it."""

    kind = "termination"
    layout = "notice"
    title = "终止办理通知书"

    received_on: dt.date
    reason: str
    due: DueDate | None = None
    remedy: Remedy = NO_REMEDY
    ground: str = ""
    originals: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeemedConsentRecord(CasePaper):
    """超时默认同意认定书: the evidence for one silent opinion (S0 §18, DESIGN §3)."""

    kind = "silence_evidence"
    layout = "form"
    title = "超时默认同意认定书"

    department: str
    task: str
    ground: str
    basis: str
    dispatched_at: dt.datetime
    due_at: dt.datetime
    deemed_at: dt.datetime
    explanation: tuple[Field, ...] = ()
    warnings: tuple[SentWarning, ...] = ()
    absent: str = ""
    sha256: str = ""  # of the evidence as canonical JSON
    data_url: str = ""
    reports: tuple[Field, ...] = ()
    session: tuple[Field, ...] = ()
    supervised: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewSummary(CasePaper):
    """审核情况汇总表: every department's opinion, deemed ones marked with who answers for them."""

    kind = "review_summary"
    layout = "form"
    title = "审核情况汇总表"

    accepted_on: dt.date
    opinions: tuple[OpinionLine, ...]
    statutory: DueDate | None = None
    promised: DueDate | None = None
    consolidation: str = ""
    consolidated_by: str = ""
    countersigned: tuple[str, ...] = ()
    decision: str = ""
    decided_on: dt.date | None = None
    decided_by: str = ""


@dataclass(frozen=True, kw_only=True)
class TransferSlipSheet(CasePaper):
    """物料转移单: which originals went from whom to whom; both sides confirm (DOMAIN §7 物料流转)."""

    kind = "transfer_slip"
    layout = "form"
    title = "物料转移单"

    sender: str
    receiver: str
    sent_by: str
    sent_at: dt.datetime
    due_at: dt.datetime
    items: tuple[SlipLine, ...]
    slip_url: str = ""
    note: str = ""
    received_by: str = ""
    received_at: dt.datetime | None = None
    difference: str = ""

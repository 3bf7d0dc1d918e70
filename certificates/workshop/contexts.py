"""What each paper (文书) holds: frozen dataclasses, one a paper, JSON and back without loss.

A paper row freezes its context when it is registered; the PDF is drawn from it then or years later. So a
field may be added with a default but never renamed or removed. Dates are local dates of the hall; texts
are what a person reads. Sources: DOMAIN §7 for what must stand on each paper, 行政许可法 for why.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from . import frozen
from .seal import SealSpec
from .wording import Wording, wording

# ---- Parts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Party:
    """申请人. `identity` is printed as given: mask it before when the paper does not need it whole."""

    name: str
    identity_label: str = ""
    identity: str = ""
    representative: str = ""
    agent: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where the applicant asks, complains and comes to."""

    place: str = ""
    address: str = ""
    hours: str = ""
    phone: str = ""
    complaint_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class DueDate:
    """A day at whose end a period is over, the period in words, and whether the calendar may move it."""

    on: dt.date
    limit: str = ""
    provisional: bool = False

    @property
    def text(self) -> str:
        """The day as papers write it, marked when it may still move."""
        mark = "（暂定）" if self.provisional else ""
        return f"{self.on.year}年{self.on.month}月{self.on.day}日{mark}"


@dataclass(frozen=True, kw_only=True)
class MaterialLine:
    """One line of a material list."""

    name: str
    originals: int = 0
    copies: int = 0
    form: str = ""
    verdict: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One thing to be corrected: what, what is wrong, how to mend it, and by what rule."""

    material: str
    problem: str
    remedy: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class DeferredItem:
    """One material supplied later (容缺后补)."""

    material: str
    form: str
    due: DueDate


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """Where a refusal is contested: 复议 within 60 days, 诉讼 within 6 months."""

    review_organ: str = ""
    court: str = ""


@dataclass(frozen=True, kw_only=True)
class DeliveredPaper:
    """One paper handed over."""

    name: str
    number: str = ""
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class OpinionLine:
    """One department's opinion on the review summary. A deemed one keeps its ground and its basis."""

    stage: str
    department: str
    task: str
    received_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    verdict: str = ""
    reasons: str = ""
    reviewer: str = ""
    given_at: dt.datetime | None = None
    deemed: bool = False
    ground: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One labelled line of a certificate or a guide."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class SentWarning:
    """One warning that was sent before silence became consent."""

    sent_at: dt.datetime
    to: str
    remaining: str
    delivered_at: dt.datetime | None = None
    read_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class BundledMatter:
    """One part of a bundle (一件事) on its receipt; `after`: the parts whose result it waits for."""

    name: str
    organ: str = ""
    limit: str = ""
    after: str = ""


# ---- What all papers share -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Base of all. `organ` is the full legal name in whose name the paper speaks."""

    kind: ClassVar[str]
    layout: ClassVar[str] = "letter"

    organ: str
    dated: dt.date
    matter: str
    number: str = ""
    matter_code: str = ""
    matter_type: str = "01"
    demonstration: bool = True
    seal: SealSpec | None = None
    contact: Contact = Contact()
    legal_basis: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the paper is called."""
        raise NotImplementedError

    @property
    def words(self) -> Wording:
        """How this type of matter is spoken of."""
        return wording(self.matter_type)


@dataclass(frozen=True, kw_only=True)
class CasePaper(Paper):
    """A paper of one case, with the way to follow it."""

    case_number: str
    applicant: Party
    query_code: str = ""
    track_url: str = ""


# ---- Intake ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Receipt(CasePaper):
    """收件凭证. Says that materials were received, and that this is not yet acceptance."""

    kind = "receipt"
    layout = "form"
    title = "收件凭证"

    received_at: dt.datetime
    receiver: str
    materials: tuple[MaterialLine, ...] = ()
    acceptance_due: DueDate | None = None
    parts: tuple[BundledMatter, ...] = ()  # of a bundle: what is received with this one paper
    promised: str = ""


@dataclass(frozen=True, kw_only=True)
class AcceptanceNotice(CasePaper):
    """受理通知书 with both due dates (行政许可法 Art. 32(5), 42). `deemed`: no notice in time."""

    kind = "acceptance"
    layout = "notice"

    received_on: dt.date
    accepted_on: dt.date
    statutory: DueDate | None = None
    promised: DueDate | None = None
    instant: bool = False
    deemed: bool = False
    materials: tuple[MaterialLine, ...] = ()
    special_procedures: tuple[str, ...] = ()
    fee: str = ""
    result: str = ""
    delivery: str = ""

    @property
    def title(self) -> str:
        return self.words.acceptance_title


@dataclass(frozen=True, kw_only=True)
class CorrectionNotice(CasePaper):
    """补正材料一次性告知书: everything that is missing, once (行政许可法 Art. 32(4)).

    `again_because` is the supervisor's reason for a second notice. Without a case number it is the
    notice given at the counter before a case exists.
    """

    kind = "correction"
    layout = "notice"
    title = "补正材料一次性告知书"

    received_on: dt.date
    items: tuple[Correction, ...]
    due: DueDate | None = None
    again_because: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalOfAcceptance(CasePaper):
    """不予受理决定书 (行政许可法 Art. 32(1)(2)). `competent_organ` names the right door, if another's."""

    kind = "not_accepted"
    layout = "notice"

    received_on: dt.date
    reasons: tuple[str, ...]
    competent_organ: str = ""
    remedy: Remedy = Remedy()

    @property
    def title(self) -> str:
        return self.words.refusal_of_acceptance_title


@dataclass(frozen=True, kw_only=True)
class DeferralNotice(CasePaper):
    """容缺受理通知书, in two copies: what is missing, in what form, until when, and what follows."""

    kind = "deferral_notice"
    layout = "notice"
    title = "容缺受理通知书"

    accepted_on: dt.date
    items: tuple[DeferredItem, ...]
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class DeferralPledge(CasePaper):
    """容缺受理承诺书, signed by the applicant, in two copies. `signature` is a PNG as data address."""

    kind = "deferral_pledge"
    layout = "notice"
    title = "容缺受理承诺书"

    items: tuple[DeferredItem, ...]
    signature: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnNotice(CasePaper):
    """预审退回通知: an online application goes back before it is received, with every reason."""

    kind = "return_notice"
    layout = "notice"
    title = "网上预审退回通知书"

    submitted_at: dt.datetime
    reasons: tuple[str, ...]


# ---- On the way ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class WithdrawalNotice(CasePaper):
    """撤回申请通知书: the applicant took the application back before a decision."""

    kind = "withdrawal"
    layout = "notice"
    title = "撤回申请终止办理通知书"

    received_on: dt.date
    withdrawn_on: dt.date
    reason: str = ""


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
    """终止办理通知书: not corrected or not supplied in time."""

    kind = "termination"
    layout = "notice"
    title = "终止办理通知书"

    received_on: dt.date
    reason: str
    due: DueDate | None = None
    remedy: Remedy = Remedy()


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
    decision: str = ""
    decided_on: dt.date | None = None
    decided_by: str = ""


# ---- Result ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class GrantDecision(CasePaper):
    """准予决定书 (行政许可法 Art. 38(1)). `delegated`: a window post decided by delegation."""

    kind = "grant"

    received_on: dt.date
    accepted_on: dt.date
    content: str = ""
    conditions: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    validity: str = ""
    certificate: str = ""
    certificate_number: str = ""
    delegated: str = ""

    @property
    def title(self) -> str:
        return self.words.grant_title


@dataclass(frozen=True, kw_only=True)
class RefusalDecision(CasePaper):
    """不予决定书: facts, reasons, law, and the way to contest it (行政许可法 Art. 38(2))."""

    kind = "refusal"

    received_on: dt.date
    accepted_on: dt.date
    facts: str
    reasons: tuple[str, ...]
    remedy: Remedy = Remedy()

    @property
    def title(self) -> str:
        return self.words.refusal_title


@dataclass(frozen=True, kw_only=True)
class DeliveryReceipt(CasePaper):
    """送达回证. `signature` is what the receiver wrote on the pad, a PNG as data address."""

    kind = "delivery_record"
    layout = "form"
    title = "送达回证"

    papers: tuple[DeliveredPaper, ...]
    mode: str
    place: str
    addressee: str
    receiver: str = ""
    relation: str = ""
    receiver_identity: str = ""
    received_at: dt.datetime | None = None
    signature: str = ""
    deliverers: tuple[str, ...] = ()
    witness: str = ""
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Certificate(Paper):
    """证照: the licence itself. `name` is its title.

    Without `valid_until` it is valid as `validity` says in words, or without end (长期).
    """

    kind = "certificate"
    layout = "licence"

    name: str
    holder: str
    fields: tuple[Field, ...] = ()
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    validity: str = ""
    verify_url: str = ""
    verify_code: str = ""

    @property
    def title(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class RevocationDecision(Paper):
    """撤销、注销、撤回 of a certificate (行政许可法 Art. 8, 69, 70). `act` is the word for it."""

    kind = "revocation"

    act: str
    holder: str
    certificate: str
    certificate_number: str
    issued_on: dt.date
    reasons: tuple[str, ...]
    remedy: Remedy = Remedy()

    @property
    def title(self) -> str:
        return f"{self.act}{self.words.act}决定书"


# ---- Guides ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class GuideCard(Paper):
    """A card for the counter: scan for the guide. A5."""

    kind = "guide_card"
    layout = "card"
    title = "办事指南"

    guide_url: str
    place_name: str
    facts: tuple[Field, ...] = ()


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
        WithdrawalNotice,
        TerminationNotice,
        DeemedConsentRecord,
        ReviewSummary,
        GrantDecision,
        RefusalDecision,
        DeliveryReceipt,
        Certificate,
        RevocationDecision,
        GuideCard,
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

"""Papers of the decision and of what follows it, and the card that leads to a guide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .base import CasePaper, Paper
from .parts import NO_REMEDY, DeliveredPaper, Field, Remedy


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
    countersigned: str = ""

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
    remedy: Remedy = NO_REMEDY
    delegated: str = ""
    countersigned: str = ""

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
    """撤销、注销、撤回 of a certificate (行政许可法 Art. 8, 69, 70). `act` is the word for it.

    `heard` says how the holder was heard before (Art. 7); without a certificate the decision is revoked.
    """

    kind = "revocation"

    act: str
    holder: str
    certificate: str
    certificate_number: str
    issued_on: dt.date
    reasons: tuple[str, ...]
    remedy: Remedy = NO_REMEDY
    heard: str = ""
    decision_only: bool = False

    @property
    def title(self) -> str:
        return f"{self.act}{self.words.act}决定书"


@dataclass(frozen=True, kw_only=True)
class GuideCard(Paper):
    """A card for the counter: scan for the guide. A5."""

    kind = "guide_card"
    layout = "card"
    title = "办事指南"

    guide_url: str
    place_name: str
    facts: tuple[Field, ...] = ()

"""What papers are made of: applicants, due dates, lines of lists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


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
    guide: str = ""


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
    proof: str = ""  # number and hash of the evidence of a deemed one
    objections: tuple[str, ...] = ()  # after silence, each with what the lead department made of it
    treatment: str = ""  # what the lead department made of it: adopted, or not and why


@dataclass(frozen=True, kw_only=True)
class SlipLine:
    """One material on a transfer slip, as sent and as received."""

    name: str
    originals: int
    copies: int
    received: str = ""


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


NOWHERE, NO_REMEDY = Contact(), Remedy()  # neither is said on the paper

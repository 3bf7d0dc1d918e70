"""Papers of the front desk: receipt, acceptance, correction, deferral, refusal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .base import CasePaper
from .parts import NO_REMEDY, BundledMatter, Correction, DeferredItem, DueDate, MaterialLine, Remedy


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
    rest_day: str = ""  # what follows from receipt on a rest day (365服务)


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
    remedy: Remedy = NO_REMEDY

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

"""Papers of what comes later: hand-ins after receipt, promises in place of proof, and false ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .base import CasePaper
from .parts import DueDate


@dataclass(frozen=True, kw_only=True)
class SupplementReceipt(CasePaper):
    """补正材料接收凭证: what came by which way on which day, what is missing, or from when it runs anew.

    `due` is the day to which the applicant has time while something is `left`; afterwards the day by which
    the office answers, its limit running from `received_at`. `promised`: handed in to keep a 容缺 promise.
    """

    kind = "supplement"
    layout = "notice"

    received_at: dt.datetime
    channel: str
    items: tuple[str, ...]
    left: tuple[str, ...] = ()
    posted_on: dt.date | None = None
    tracking_number: str = ""
    due: DueDate | None = None
    promised: bool = False

    @property
    def title(self) -> str:
        return "容缺材料接收凭证" if self.promised else "补正材料接收凭证"


@dataclass(frozen=True, kw_only=True)
class CommitmentPledge(CasePaper):
    """告知承诺书, in two copies: what the law asks, what is promised, what follows if it is not true."""

    kind = "commitment"
    layout = "notice"
    title = "告知承诺书"

    promise: str
    conditions: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    check_by: DueDate | None = None
    signed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class StatementNotice(CasePaper):
    """陈述申辩告知书 before a revocation (行政许可法 Art. 7): what was found, until when they are heard."""

    kind = "statement_right"
    layout = "notice"
    title = "陈述申辩告知书"

    facts: str
    evidence: str
    checked_on: dt.date
    due: DueDate | None = None

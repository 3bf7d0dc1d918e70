"""Which papers a case has, and what each needs: number, seal, date, and who may read it. As data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from applications.choices import AcceptanceMode, CommitmentState, Outcome, State
from applications.commitment_models import Commitment
from applications.models import Application

from ..choices import CertificateState, PaperKind, SealKind
from ..models import Certificate
from ..workshop import contexts
from . import intake, parts, procedural, promises, result, review, sessions, slips
from .parts import Frame


@dataclass(frozen=True)
class Rule:
    """How one kind of paper is made.

    `keys` yields one key for each such paper that the case has by now (none: not yet, or never);
    `dated` is the day of the act that the paper tells of; `word` stands in its number (示审许〔2026〕12号),
    a paper without a word has no number; `internal` papers are not for the applicant.
    """

    compose: Callable[[Application, Frame], contexts.Paper]
    keys: Callable[[Application], Iterator[str]]
    dated: Callable[[Application, str], dt.date]
    word: str = ""
    seal: SealKind | None = None
    needs_seal: bool = True
    internal: bool = False


def available(case: Application, *, internal: bool = False) -> list[tuple[PaperKind, str]]:
    """Every paper that the case has by now, as kind and key, in the order of the way of a case."""
    return [
        (kind, key)
        for kind, rule in RULES.items()
        if internal or not rule.internal
        for key in rule.keys(case)
    ]


def compose(case: Application, kind: str, frame: Frame) -> contexts.Paper:
    """The content of one paper."""
    return RULES[PaperKind(kind)].compose(case, frame)


def _if(condition: Callable[[Application], object]) -> Callable[[Application], Iterator[str]]:
    def keys(case: Application) -> Iterator[str]:
        if condition(case):
            yield ""

    return keys


def _day(field: str) -> Callable[[Application, str], dt.date]:
    return lambda case, key: parts.local(getattr(case, field))


def _notices(case: Application) -> Iterator[str]:
    for number in case.correction_notices.order_by("number").values_list("number", flat=True):
        yield str(number)


def _notice_day(case: Application, key: str) -> dt.date:
    return parts.local(case.correction_notices.get(number=int(key)).given_at)


def _silences(case: Application) -> Iterator[str]:
    for pk in (
        case.tasks.filter(evidence__isnull=False).order_by("evidence__made_at").values_list("pk", flat=True)
    ):
        yield str(pk)


def _silence_day(case: Application, key: str) -> dt.date:
    return parts.local(case.tasks.get(pk=key).evidence.made_at)


def _returns(case: Application) -> Iterator[str]:
    if case.state == State.RETURNED and case.return_reason:
        yield f"{case.submitted_at:%Y%m%d%H%M%S}"


def _certificate(case: Application) -> Certificate | None:
    return getattr(case, "certificate", None)  # the porter has it in hand before it is saved


def _revoked(case: Application) -> bool:
    issued = _certificate(case)
    if issued is not None:
        return issued.state == CertificateState.REVOKED
    return _promise_revoked(case)


def _promise_revoked(case: Application) -> bool:
    check: Commitment | None = getattr(case, "commitment_check", None)
    return check is not None and check.state == CommitmentState.REVOKED


def _revoked_day(case: Application, key: str) -> dt.date:
    issued = _certificate(case)
    return parts.local(issued.ended_at if issued else case.commitment_check.decided_at)


def _has_deferrals(case: Application) -> bool:
    return case.deferrals.exists()


RULES: dict[PaperKind, Rule] = {
    PaperKind.RECEIPT: Rule(
        intake.receipt,
        _if(lambda c: c.received_at),
        _day("received_at"),
        seal=SealKind.ACCEPTANCE,
        needs_seal=False,
    ),
    PaperKind.RETURN_NOTICE: Rule(
        intake.return_notice, _returns, _day("submitted_at"), seal=SealKind.ACCEPTANCE, needs_seal=False
    ),
    PaperKind.CORRECTION: Rule(intake.correction, _notices, _notice_day, "补", SealKind.ACCEPTANCE),
    PaperKind.SUPPLEMENT: Rule(
        promises.supplement_receipt,
        promises.supplements,
        promises.supplement_day,
        seal=SealKind.ACCEPTANCE,
        needs_seal=False,
    ),
    PaperKind.NOT_ACCEPTED: Rule(
        intake.not_accepted,
        _if(lambda c: c.state == State.NOT_ACCEPTED),
        _day("ended_at"),
        "不受",
        SealKind.ACCEPTANCE,
    ),
    PaperKind.ACCEPTANCE: Rule(
        intake.acceptance, _if(lambda c: c.accepted_at), _day("accepted_at"), "受", SealKind.ACCEPTANCE
    ),
    PaperKind.DEFERRAL_PLEDGE: Rule(intake.deferral_pledge, _if(_has_deferrals), _day("accepted_at")),
    PaperKind.DEFERRAL_NOTICE: Rule(
        intake.deferral_notice, _if(_has_deferrals), _day("accepted_at"), "容", SealKind.ACCEPTANCE
    ),
    PaperKind.COMMITMENT: Rule(
        promises.commitment_pledge,
        _if(lambda c: c.accepted_how == AcceptanceMode.COMMITMENT),
        _day("accepted_at"),
    ),
    PaperKind.SPECIAL_PROCEDURE: Rule(
        procedural.procedure_notice,
        procedural.procedures,
        procedural.procedure_day,
        "特",
        SealKind.APPROVAL,
    ),
    PaperKind.HEARING_RIGHT: Rule(
        procedural.hearing_right, procedural.hearings_told, procedural.told_day, "听告", SealKind.APPROVAL
    ),
    PaperKind.HEARING_NOTICE: Rule(
        procedural.hearing_notice,
        procedural.hearings_noticed,
        procedural.noticed_day,
        "听通",
        SealKind.APPROVAL,
    ),
    PaperKind.HEARING_RECORD: Rule(
        procedural.hearing_record, procedural.hearings_recorded, procedural.held_day
    ),
    PaperKind.EXTENSION: Rule(
        procedural.extension_notice,
        procedural.extensions,
        procedural.extension_day,
        "延",
        SealKind.APPROVAL,
    ),
    PaperKind.SESSION_NOTICE: Rule(
        sessions.notice, sessions.noticed, sessions.notice_day, "联通", SealKind.APPROVAL, internal=True
    ),
    PaperKind.SESSION_MINUTES: Rule(
        sessions.minutes, sessions.held, sessions.held_day, "联纪", SealKind.APPROVAL, internal=True
    ),
    PaperKind.TRANSFER_SLIP: Rule(slips.slip_sheet, slips.slips, slips.slip_day, internal=True),
    PaperKind.WITHDRAWAL: Rule(
        intake.withdrawal,
        _if(lambda c: c.state == State.WITHDRAWN),
        _day("ended_at"),
        "撤",
        SealKind.ACCEPTANCE,
    ),
    PaperKind.TERMINATION: Rule(
        intake.termination,
        _if(lambda c: c.state == State.TERMINATED),
        _day("ended_at"),
        "终",
        SealKind.ACCEPTANCE,
    ),
    PaperKind.SILENCE_EVIDENCE: Rule(
        review.silence_evidence, _silences, _silence_day, "默", SealKind.APPROVAL, internal=True
    ),
    PaperKind.REVIEW_SUMMARY: Rule(
        review.review_summary,
        _if(lambda c: c.decided_at),
        _day("decided_at"),
        seal=SealKind.APPROVAL,
        internal=True,
    ),
    PaperKind.GRANT: Rule(
        result.grant, _if(lambda c: c.outcome == Outcome.GRANTED), _day("decided_at"), "许", SealKind.APPROVAL
    ),
    PaperKind.REFUSAL: Rule(
        result.refusal,
        _if(lambda c: c.outcome == Outcome.REFUSED),
        _day("decided_at"),
        "不许",
        SealKind.APPROVAL,
    ),
    PaperKind.CERTIFICATE: Rule(
        result.certificate, _if(_certificate), _day("decided_at"), seal=SealKind.APPROVAL
    ),
    PaperKind.DELIVERY_RECORD: Rule(
        result.delivery_record,
        _if(lambda c: c.delivered_at),
        _day("delivered_at"),
        seal=SealKind.ACCEPTANCE,
        needs_seal=False,
    ),
    PaperKind.STATEMENT_RIGHT: Rule(
        promises.statement_notice,
        _if(promises.found_false),
        promises.checked_day,
        "陈告",
        SealKind.APPROVAL,
    ),
    PaperKind.REVOCATION: Rule(result.revocation, _if(_revoked), _revoked_day, "撤销", SealKind.APPROVAL),
}

# Papers that are only made by the porter when a case has been decided (and then numbered in its order),
# never at the wish of whoever prints.
PORTERS_OWN = frozenset({PaperKind.GRANT, PaperKind.REFUSAL, PaperKind.CERTIFICATE, PaperKind.REVIEW_SUMMARY})

"""Reading promises that stood in for proof: to check, to decide on, done."""

from __future__ import annotations

from django.db.models import QuerySet

from hall.clocks.choices import Kind
from hall.clocks.queries import nearest_of_cases
from hall.organisation.officers import Officer

from .choices import CommitmentState, Outcome
from .commitment_models import HAS_A_RESULT, Commitment
from .models import Application

SHOWN = 200  # rows of one list


def to_check(officer: Officer) -> list[Commitment]:
    """What was granted on a promise and is not checked, the nearest limit first. Two queries."""
    waiting = _rows(officer).filter(
        state=CommitmentState.AWAITING, case__state__in=HAS_A_RESULT, case__outcome=Outcome.GRANTED
    )
    return _with_clock(waiting.order_by("case__check_by", "pk")[:SHOWN], Kind.COMMITMENT_CHECK)


def found_false(officer: Officer) -> list[Commitment]:
    """Found false: the holder is being heard, or the head is to decide."""
    return _with_clock(
        _rows(officer).filter(state=CommitmentState.FALSE).order_by("checked_at"), Kind.STATEMENT
    )


def done(officer: Officer) -> QuerySet[Commitment]:
    """Checked and settled, newest first."""
    settled = (CommitmentState.CONFORMS, CommitmentState.UPHELD, CommitmentState.REVOKED)
    return _rows(officer).filter(state__in=settled).order_by("-checked_at")[:SHOWN]


def has_result(case: Application) -> bool:
    """Was something granted that can be checked?"""
    return case.state in HAS_A_RESULT and case.outcome == Outcome.GRANTED


def waiting_for(officer: Officer) -> int:
    """How many are to be checked or decided on, for the navigation."""
    return (
        _rows(officer)
        .filter(state__in=(CommitmentState.AWAITING, CommitmentState.FALSE), case__outcome=Outcome.GRANTED)
        .count()
    )


def _rows(officer: Officer) -> QuerySet[Commitment]:
    return Commitment.objects.of_officer(officer).select_related("case__version__matter", "department")


def _with_clock(rows: QuerySet[Commitment], kind: Kind) -> list[Commitment]:
    found = list(rows)
    clocks = nearest_of_cases([row.case_id for row in found], (kind,))
    for row in found:
        row.clock = clocks.get(row.case_id)
    return found

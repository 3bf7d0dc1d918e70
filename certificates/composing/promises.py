"""Papers of what comes later (补正、容缺补交), of promises in place of proof, and of false ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from applications.choices import CommitmentState, MaterialVerdict
from applications.commitment_models import Commitment
from applications.models import Application
from applications.supplement_models import Supplement
from hall.clocks.choices import Kind

from ..workshop import contexts
from . import parts
from .parts import Frame


def supplements(case: Application) -> Iterator[str]:
    """Every hand-in that has arrived; the key is its row."""
    for pk in case.supplements.exclude(received_at=None).values_list("pk", flat=True):
        yield str(pk)


def supplement_receipt(case: Application, frame: Frame) -> contexts.SupplementReceipt:
    """补正材料接收凭证."""
    came = _supplement(case, frame.key)
    return contexts.SupplementReceipt(
        **parts.of_case(case, frame),
        received_at=timezone.localtime(came.received_at),
        channel=str(came.get_channel_display()),
        items=tuple(item["name"] for item in came.items),
        left=tuple(came.left),
        posted_on=came.posted_on,
        tracking_number=came.tracking_number,
        due=_due_after(case, came),
        promised=came.deferral_id is not None,
    )


def supplement_day(case: Application, key: str) -> dt.date:
    return parts.local(_supplement(case, key).received_at)


def commitment_pledge(case: Application, frame: Frame) -> contexts.CommitmentPledge:
    """告知承诺书."""
    replaced = case.materials.filter(verdict=MaterialVerdict.COMMITTED).order_by("order")
    check = getattr(case, "commitment_check", None)
    return contexts.CommitmentPledge(
        **parts.of_case(case, frame),
        promise=parts.sentence(case.commitment),
        conditions=tuple(parts.sentence(each) for each in case.version.conditions),
        replaced=tuple(replaced.values_list("material__name", flat=True)),
        check_by=contexts.DueDate(on=case.check_by) if case.check_by else None,
        signed_by=check.signed_by if check else case.applicant_name,
    )


def found_false(case: Application) -> bool:
    """Was the promise found false, so that the holder is to be heard?"""
    check: Commitment | None = getattr(case, "commitment_check", None)
    return check is not None and check.state in (
        CommitmentState.FALSE,
        CommitmentState.UPHELD,
        CommitmentState.REVOKED,
    )


def statement_notice(case: Application, frame: Frame) -> contexts.StatementNotice:
    """陈述申辩告知书."""
    check: Commitment = case.commitment_check
    return contexts.StatementNotice(
        **parts.of_case(case, frame),
        facts=parts.sentence(check.facts),
        evidence=parts.sentence(check.evidence),
        checked_on=parts.local(check.checked_at),
        due=parts.due(parts.clock_of(case, Kind.STATEMENT)),
    )


def checked_day(case: Application, key: str) -> dt.date:
    return parts.local(case.commitment_check.checked_at)


def _supplement(case: Application, key: str) -> Supplement:
    return case.supplements.get(pk=key)


def _due_after(case: Application, came: Supplement) -> contexts.DueDate | None:
    if came.deferral_id is not None:
        return None
    if came.left:
        return parts.due(parts.clock_of(case, Kind.CORRECTION))
    return parts.due(parts.clock_of(case, Kind.ACCEPTANCE, since=came.received_at))

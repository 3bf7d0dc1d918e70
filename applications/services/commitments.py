"""告知承诺 after acceptance (国办发〔2020〕42号): the promise is checked, and a false one has consequences.

The organ that decided checks within the limit; found false, it tells the holder, hears the statement
(陈述申辩, 行政许可法 Art. 7), and its head decides. What was granted is revoked (Art. 69) by the certificates
room, which finds the decision in its tray.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.queries import running
from hall.errors import Incomplete, Invalid, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope

from ..choices import CommitmentState, Outcome, TerminationGround
from ..commitment_models import HAS_A_RESULT, Commitment
from ..models import Application
from . import telling
from .actors import as_applicant, as_clerk, keep_apart
from .ending import TERMINABLE, terminate
from .journal import noted

# 告知承诺 is checked afterwards, commonly within two months (国办发〔2020〕42号).
CHECK_WITHIN = Limit(2, Unit.MONTH)
TO_STATE = Limit(5)  # working days in which the holder may be heard; the law names none, five is usual
_WARNINGS = (10, 3, 1)


def begin_check(case: Application, *, signed_by: str, by: Actor) -> Commitment:
    """The promise is accepted: from the day of acceptance the organ has its time to check it."""
    clock = clocks.start(
        case,
        Kind.COMMITMENT_CHECK,
        CHECK_WITHIN,
        jurisdiction=case.jurisdiction,
        department=case.version.department,
        case_id=case.pk,
        basis=_("国办发〔2020〕42号"),
        started_at=case.accepted_at,
        warn=_WARNINGS,
        by=by,
    )
    assert clock.due_at is not None, "nothing pauses a new clock"
    case.check_by = timezone.localdate(clock.due_at)
    return Commitment.objects.create(
        case=case, department=case.version.department, signed_by=signed_by.strip() or case.applicant_name
    )


def drop_check(case: Application, *, by: Actor) -> None:
    """Nothing was granted on the promise: there is nothing to check any more."""
    if clocks.cancel(case, Kind.COMMITMENT_CHECK, _("没有准予"), by=by):
        Commitment.objects.filter(case=case, state=CommitmentState.AWAITING).delete()


@transaction.atomic
def check_commitment(
    case_id: UUID, *, conforms: bool, facts: str, evidence: str = "", by: Officer
) -> Commitment:
    """What the check has found: the promise is true, or it is not.

    False, the holder is told and has five working days to be heard. Raises WrongState before the decision or
    once it is checked, NotAllowed for anybody but the organ that decided, Incomplete without facts, or
    without evidence for a false promise.
    """
    case, commitment = _locked(case_id)
    by = _of_the_organ(by, commitment, case, Role.REVIEWER, Role.HEAD)
    if commitment.state != CommitmentState.AWAITING:
        raise WrongState(_("这项承诺已经核查过"))
    if case.state not in HAS_A_RESULT or case.outcome != Outcome.GRANTED:
        raise WrongState(_("还没有准予，不用核查"))
    missing = {} if facts.strip() else {"facts": [_("请写明核查情况")]}
    if not conforms and not evidence.strip():
        missing["evidence"] = [_("认定承诺不实的，须写明依据和证据")]
    if missing:
        raise Incomplete(_("还没有填全"), fields=missing)
    commitment.state = CommitmentState.CONFORMS if conforms else CommitmentState.FALSE
    commitment.facts, commitment.evidence = facts.strip(), evidence.strip()
    commitment.checked_by_id, commitment.checked_at = by.user_id, now()
    commitment.save()
    clocks.meet(case, Kind.COMMITMENT_CHECK, by=by)
    what = "commitment_conforms" if conforms else "commitment_found_false"
    noted(case, what, by=by, reason=commitment.facts)
    if not conforms:
        clocks.start(
            case,
            Kind.STATEMENT,
            TO_STATE,
            jurisdiction=case.jurisdiction,
            case_id=case.pk,
            basis=_("行政许可法第七条"),
            warn=(1,),
            by=by,
        )
        telling.commitment_found_false(case, commitment)
    return commitment


@transaction.atomic
def state_on_commitment(case_id: UUID, *, text: str = "", waived: bool = False, by: Actor) -> Commitment:
    """The holder is heard (陈述申辩), or gives it up: online, at the counter, or before the department.

    Raises WrongState when nothing is being held against them, or they were heard already, or the time is
    over; Incomplete without words.
    """
    case, commitment = _locked(case_id)
    by = _whoever_takes_it(by, commitment, case)
    if commitment.state != CommitmentState.FALSE or commitment.stated_at:
        raise WrongState(_("现在没有等待陈述申辩的事项"))
    clock = running(case, Kind.STATEMENT)
    if clock is None or clock.is_over(now()):
        raise WrongState(_("陈述申辩的期限已过"))
    if not waived and not text.strip():
        raise Incomplete(_("请写明陈述申辩的内容"), fields={"text": [_("请写明陈述申辩的内容")]})
    commitment.statement, commitment.waived = ("" if waived else text.strip()), waived
    commitment.stated_at = now()
    commitment.save(update_fields=["statement", "waived", "stated_at"])
    clocks.meet(case, Kind.STATEMENT, by=by)
    noted(case, "commitment_statement_waived" if waived else "commitment_statement", by=by)
    return commitment


@transaction.atomic
def decide_on_commitment(case_id: UUID, *, revoke: bool, reasons: str, by: Officer) -> Commitment:
    """The head decides on a false promise: what was granted is revoked (撤销), or it stands.

    Raises WrongState before the holder was heard or the time for it is over, NotAllowed for anybody but a
    head of the organ, Invalid without reasons. Law: 行政许可法 Art. 7, 69.
    """
    case, commitment = _locked(case_id)
    by = _of_the_organ(by, commitment, case, Role.HEAD)
    if commitment.state != CommitmentState.FALSE:
        raise WrongState(_("没有等待决定的不实承诺"))
    clock = running(case, Kind.STATEMENT)
    if commitment.stated_at is None and clock and not clock.is_over(now()):
        raise WrongState(_("陈述申辩的期限还没有届满，申请人也没有陈述申辩"))
    if not reasons.strip():
        raise Invalid(_("请写明理由和依据"), fields={"reasons": [_("请写明理由和依据")]})
    clocks.meet(case, Kind.STATEMENT, by=by)  # over, and not swept yet
    commitment.state = CommitmentState.REVOKED if revoke else CommitmentState.UPHELD
    commitment.reasons = reasons.strip()
    commitment.decided_by_id, commitment.decided_at = by.user_id, now()
    commitment.save()
    what = "commitment_revoked" if revoke else "commitment_upheld"
    noted(case, what, by=by, reason=commitment.reasons)
    telling.commitment_decided(case, commitment)
    if revoke:
        if case.state in TERMINABLE:  # not handed over yet: it never will be
            why = _("承诺不实，准予决定已撤销")
            terminate(case.pk, why, ground=TerminationGround.FALSE_PROMISE)
        trays.nudge("certificates.revoke_promised", case.pk)
    return commitment


def _locked(case_id: UUID) -> tuple[Application, Commitment]:
    case = Application.objects.locked(case_id)
    found = Commitment.objects.select_for_update(of=("self",)).filter(case=case).first()
    if found is None:
        raise WrongState(_("该办件不是按告知承诺受理的"))
    return case, found


def _of_the_organ(by: Officer, commitment: Commitment, case: Application, *roles: str) -> Officer:
    told = _("须由%(organ)s的人员办理") if Role.REVIEWER in roles else _("须由%(organ)s负责人决定")
    post = require(
        by.post_for(*roles, department=commitment.department_id), told % {"organ": commitment.department.name}
    )
    keep_apart(by, case)
    return by.acting_as(post)


def _whoever_takes_it(by: Actor, commitment: Commitment, case: Application) -> Actor:
    if not isinstance(by, Officer):
        return as_applicant(by, case, MandateScope.SUPPLEMENT)
    if post := by.post_for(Role.REVIEWER, Role.HEAD, department=commitment.department_id):
        return by.acting_as(post)
    return as_clerk(by, case)


def let_statement_lapse(case_id: UUID) -> None:
    """The five days are over and nobody was heard: the head may decide."""
    case, commitment = _locked(case_id)
    if commitment.state == CommitmentState.FALSE and commitment.stated_at is None:
        noted(case, "commitment_statement_lapsed", by=SYSTEM)


def carried_out(case_id: UUID) -> bool:
    """The certificates room reports that the revocation has been carried out. True the first time."""
    waiting = Commitment.objects.filter(case=case_id, state=CommitmentState.REVOKED, carried_out_at=None)
    return bool(waiting.update(carried_out_at=now()))

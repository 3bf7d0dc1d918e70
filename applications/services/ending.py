"""The two ways in which a case ends before its result: withdrawn by the applicant, terminated."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.errors import Invalid, WrongState
from hall.now import now
from hall.people.choices import MandateScope

from ..choices import DeferralState, State, TerminationGround
from ..models import Application, CaseMaterial, Deferral
from . import telling
from .actors import as_clerk, as_clerk_or_applicant, as_supervisor, expect
from .holding import let_go
from .journal import moved, noted

WITHDRAWABLE = (
    State.SUBMITTED,
    State.RETURNED,
    State.RECEIVED,
    State.CORRECTING,
    State.ACCEPTED,
    State.REVIEWING,
)
WITHOUT_RESULT = (State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED)
TERMINABLE = (State.CORRECTING, State.ACCEPTED, State.REVIEWING, State.DECIDED, State.READY)


@transaction.atomic
def withdraw(case_id: UUID, reason: str, *, by: Actor) -> Application:
    """The applicant takes the application back (撤回) before a decision, at the counter or online.

    Departments' open tasks are called in by the routing room. Raises WrongState once it is decided.
    """
    case = Application.objects.locked(case_id)
    by = as_clerk_or_applicant(by, case, MandateScope.WITHDRAW)
    expect(case, *WITHDRAWABLE)
    if not reason.strip():
        raise Invalid(_("请写明撤回的原因"), fields={"reason": [_("请写明撤回的原因")]})
    before = case.state
    case.withdraw()
    end(case, reason, by)
    moved(case, "withdrawn", before, by=by, reason=case.end_reason)
    telling.withdrawn(case)
    trays.nudge("routing.dispatch", case.pk)
    return case


@transaction.atomic
def terminate(
    case_id: UUID, reason: str, *, ground: str = TerminationGround.OTHER, by: Actor = SYSTEM
) -> Application:
    """End a case that cannot go on (终止办理), with notice to the applicant.

    By the system when a promised supplement did not come, or by a supervisor of the place.
    Raises Invalid without a ground of the list or without a reason.
    """
    case = Application.objects.locked(case_id)
    if by != SYSTEM:
        by = as_supervisor(by, case)
    expect(case, *TERMINABLE)
    if ground not in TerminationGround.values:
        raise Invalid(_("请选择终止的情形"), fields={"ground": [_("请选择终止的情形")]})
    if not reason.strip():
        raise Invalid(_("请写明终止的原因"), fields={"reason": [_("请写明终止的原因")]})
    before = case.state
    case.terminate()
    case.termination_ground = ground
    end(case, reason, by)
    moved(case, "terminated", before, by=by, reason=case.end_reason, data={"ground": ground})
    telling.terminated(case)
    trays.nudge("routing.dispatch", case.pk)
    return case


@transaction.atomic
def breach_deferral(deferral_id: int) -> None:
    """A promised supplement did not come in time: the promise is broken and the case is terminated."""
    deferral = Deferral.objects.select_related("case_material__material").get(pk=deferral_id)
    case = Application.objects.locked(deferral.case_id)
    deferral.refresh_from_db()
    if deferral.state != DeferralState.OPEN:
        return
    deferral.state, deferral.ended_at = DeferralState.BREACHED, now()
    deferral.save(update_fields=["state", "ended_at"])
    code, name = deferral.case_material.material.code, deferral.case_material.material.name
    noted(case, "deferral_breached", by=SYSTEM, data={"code": code})
    if case.state in TERMINABLE:
        why = _("容缺材料“%(name)s”逾期未补交") % {"name": name}
        terminate(case.pk, why, ground=TerminationGround.NOT_SUPPLIED)


def originals_kept(case: Application) -> list[CaseMaterial]:
    """Materials whose originals lie in the hall and were not given back."""
    if case.originals_returned_at is not None:
        return []
    return list(case.materials.filter(originals__gt=0).select_related("material").order_by("order"))


@transaction.atomic
def return_originals(case_id: UUID, *, to: str, by: Actor) -> Application:
    """Give the originals of a case that ended without a result back at the counter (退还原件).

    Raises WrongState for a case that has not ended so, or has none; Invalid without the name of whoever
    took them.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, *WITHOUT_RESULT)
    kept = originals_kept(case)
    if not kept:
        raise WrongState(_("没有需要退还的原件"))
    if not to.strip():
        raise Invalid(_("请填写领回人"), fields={"to": [_("请填写领回人姓名")]})
    case.originals_returned_at, case.originals_returned_to = now(), to.strip()[:100]
    case.save(update_fields=["originals_returned_at", "originals_returned_to"])
    codes = {row.material.code: row.originals for row in kept}
    noted(case, "originals_returned", by=clerk, data={"originals": codes})
    return case


def end(case: Application, reason: str, by: Actor) -> None:
    """Write why and when a case ended, and cancel its clocks. The caller has made the transition."""
    case.end_reason, case.ended_at = reason.strip(), now()
    let_go(case)
    case.save()
    clocks.cancel_case(case.pk, case.end_reason, by=by)

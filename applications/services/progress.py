"""What the rooms above report about a case: review begun, decided, ready, delivered, archived.

Their own rules stand in their own verbs; here are the state, the clocks and the guards of the case itself.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Invalid, WrongState
from hall.now import now
from hall.transactions import joining, update_all

from .. import checks, evidence
from ..choices import AcceptanceMode, Outcome, State
from ..models import Application
from . import telling
from .actors import expect, keep_apart
from .commitments import drop_check
from .journal import moved


@joining
def mark_reviewing(case_id: UUID, *, by: Actor = SYSTEM) -> Application:
    """The departments have their tasks (审查中). Called by routing when it dispatches."""
    case = Application.objects.locked(case_id)
    expect(case, State.ACCEPTED)
    before = case.state
    case.start_review()
    update_all([case], ["state"])
    moved(case, "reviewing", before, by=by)
    return case


@joining
def record_decision(
    case_id: UUID, outcome: str, *, by: Actor, reason: str = "", data: dict[str, Any] | None = None
) -> Application:
    """The deciding organ has decided: granted or refused (准予、不予). Called by routing.

    The promised and statutory clocks are met, the one for issuing starts (Art. 44); it stands still
    while a 容缺 supplement is awaited.
    Raises NotAllowed for who received the case (受办分离), Invalid for a refusal without reason, WrongState
    for a grant that relies on the result of a case that has not been granted.
    """
    case = Application.objects.locked(case_id)
    expect(case, State.REVIEWING)
    keep_apart(by, case)
    if outcome not in Outcome.values:
        raise Invalid(_("决定只能是准予或者不予"))
    if outcome == Outcome.REFUSED and not reason.strip():
        raise Invalid(_("不予的决定须说明理由"), fields={"reason": [_("请说明理由")]})
    if outcome == Outcome.GRANTED and (waiting := evidence.not_granted(case)):
        raise WrongState(_("所依据的前置办件还没有准予：%(numbers)s") % {"numbers": "、".join(waiting)})
    before = case.state
    case.decide()
    case.outcome, case.decided_at = outcome, now()
    update_all([case], ["state", "outcome", "decided_at"])
    clocks.meet(case, Kind.PROMISED, by=by)
    clocks.meet(case, Kind.STATUTORY, by=by)
    if checks.waiting_periods(case.version):
        clocks.meet(case, Kind.WAITING, by=by)  # over, and not swept yet
    if outcome == Outcome.REFUSED and case.accepted_how == AcceptanceMode.COMMITMENT:
        drop_check(case, by=by)
    issuing = clocks.start(
        case,
        Kind.DELIVERY,
        Limit(case.version.regime.delivery_days, Unit.WORKING_DAY),
        jurisdiction=case.jurisdiction,
        department=case.version.department,
        case_id=case.pk,
        basis=case.version.regime.basis,
        by=by,
    )
    if case.owes:
        clocks.pause(issuing, Ground.CORRECTION, _("等待补交容缺材料"), by)
    moved(case, "decided", before, by=by, reason=reason.strip(), data={"outcome": outcome, **(data or {})})
    telling.decided(case)
    trays.nudge("certificates.prepare", case.pk)
    return case


@joining
def mark_ready(case_id: UUID, *, by: Actor = SYSTEM) -> Application:
    """The result lies in the tray of the issue window (待出件). Called by certificates.

    The office has done its part and told the applicant, so the clock of Art. 44 is met here: when they
    come for it is in their hands.

    Raises WrongState while a 容缺 supplement is open (invariant 6).
    """
    case = Application.objects.locked(case_id)
    expect(case, State.DECIDED)
    if case.owes:
        raise WrongState(_("容缺材料还没有补齐，不能出件"))
    before = case.state
    case.make_ready()
    case.ready_at = now()
    update_all([case], ["state", "ready_at"])
    clocks.meet(case, Kind.DELIVERY, by=by)
    moved(case, "ready", before, by=by)
    telling.ready(case)
    return case


@joining
def mark_delivered(
    case_id: UUID, *, by: Actor, visits: int = 0, data: dict[str, Any] | None = None
) -> Application:
    """The result is in the applicant's hands (已送达). `visits`: how often they came for it (0 or 1)."""
    case = Application.objects.locked(case_id)
    expect(case, State.READY)
    before = case.state
    case.deliver()
    case.delivered_at = now()
    case.visits += visits
    update_all([case], ["state", "delivered_at", "visits"])
    moved(case, "delivered", before, by=by, data=data)
    return case


@joining
def mark_archived(case_id: UUID, *, by: Actor = SYSTEM, data: dict[str, Any] | None = None) -> Application:
    """Everything of the case is in one package (已归档)."""
    case = Application.objects.locked(case_id)
    expect(case, State.DELIVERED)
    before = case.state
    case.archive()
    case.ended_at = now()
    update_all([case], ["state", "ended_at"])
    moved(case, "archived", before, by=by, data=data)
    return case

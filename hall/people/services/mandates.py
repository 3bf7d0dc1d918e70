"""Mandates (授权委托): who may act for whom, in what, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Invalid, WrongState, require
from hall.now import now, today
from hall.trail.services import record

from ..choices import MandateScope
from ..models import Enterprise, Mandate, Person, User
from .subjects import speaks_for_the_hall


@transaction.atomic
def grant_mandate(
    principal: Person | Enterprise,
    agent: Person,
    *,
    scope: Sequence[str],
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    note: str = "",
    by: Actor,
) -> Mandate:
    """Let `agent` act for `principal` in the acts of `scope`, from today or `starts_on` to `ends_on`.

    Granted by the principal's own account, or by an officer who has the paper before them (S0 §13).
    """
    require(_may_speak_for(principal, by), _("只有委托人本人或核验了授权委托书的工作人员可以登记委托"))
    if principal == agent:
        raise Invalid(_("委托人和受托人不能是同一人"), fields={"agent": [_("不能委托给本人")]})
    if not scope or set(scope) - set(MandateScope.values):
        raise Invalid(_("请选择委托权限"), fields={"scope": [_("请至少选择一项委托权限")]})
    starts_on = starts_on or today()
    if ends_on and ends_on < starts_on:
        raise Invalid(_("委托的截止日期早于开始日期"), fields={"ends_on": [_("不能早于开始日期")]})
    mandate = Mandate.objects.create(
        principal_person=principal if isinstance(principal, Person) else None,
        principal_enterprise=principal if isinstance(principal, Enterprise) else None,
        agent=agent,
        scope=sorted(set(scope)),
        starts_on=starts_on,
        ends_on=ends_on,
        note=note.strip(),
    )
    record("mandate.granted", subject=mandate, by=by, data={"scope": mandate.scope})
    return mandate


@transaction.atomic
def revoke_mandate(mandate_id: UUID, *, reason: str = "", by: Actor) -> Mandate:
    """End a mandate at once. What the agent did before stays done."""
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate_id)
    principal = mandate.principal_person or mandate.principal_enterprise
    require(_may_speak_for(principal, by), _("只有委托人本人或工作人员可以撤销委托"))
    if mandate.revoked_at:
        raise WrongState(_("该委托已经撤销"))
    mandate.revoked_at = now()
    mandate.save(update_fields=["revoked_at"])
    record("mandate.revoked", subject=mandate, by=by, reason=reason.strip())
    return mandate


def _may_speak_for(principal: Person | Enterprise | None, by: Actor) -> bool:
    """An officer, the system, or the principal's own account."""
    if speaks_for_the_hall(by):
        return True
    if by.user_id is None or not isinstance(principal, Person):
        return False
    return User.objects.filter(pk=by.user_id, person=principal).exists()

"""监管分工: who supervises a matter is data, and every change of it stands in the journal."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, WrongState, require
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.organisation.officers import Officer
from hall.trail.services import record
from hall.transactions import insert_new
from matters.models import Matter

from .. import exchange_queries as queries
from ..choices import DutyKind
from ..models import SupervisionDuty

KEEPERS = (Role.KEEPER, Role.MANAGER)


@transaction.atomic
def assign_duty(
    matter: Matter,
    department: Department,
    *,
    basis: str,
    by: Actor,
    kind: str = DutyKind.SUPERVISION,
    starts_on: dt.date | None = None,
) -> SupervisionDuty:
    """Let `department` supervise `matter` from `starts_on` (today unless told), by the document `basis`.

    By a keeper or manager of the place, or by the system. Raises NotAllowed, Invalid, Conflict when the
    department has the duty already.
    """
    by = _keeper(by, matter.jurisdiction_id)
    if department.jurisdiction_id != matter.jurisdiction_id:
        raise Invalid(_("监管部门须是本地的部门"), fields={"department": [_("须是本地的部门")]})
    if not basis.strip():
        raise Invalid(_("请写明分工的依据"), fields={"basis": [_("请写明分工的依据")]})
    duty = SupervisionDuty(
        jurisdiction_id=matter.jurisdiction_id,
        matter=matter,
        department=department,
        kind=kind,
        basis=basis.strip(),
        starts_on=starts_on or today(),
    )
    if not insert_new(duty):
        raise Conflict(_("%(department)s已经负责监管这个事项") % {"department": department.name})
    _tell("supervision.duty_assigned", duty, by, basis.strip())
    return duty


@transaction.atomic
def release_duty(matter: Matter, department: Department, *, reason: str, by: Actor) -> SupervisionDuty:
    """From today on `department` no longer supervises `matter`, also where it did so by a transfer (划转).

    Raises NotAllowed, Invalid without a reason, WrongState when it has no such duty.
    """
    by = _keeper(by, matter.jurisdiction_id)
    if not reason.strip():
        raise Invalid(_("请写明解除的依据"), fields={"reason": [_("请写明解除的依据")]})
    duty = (
        SupervisionDuty.objects.select_for_update()
        .filter(matter=matter, department=department, released_on=None)
        .first()
    )
    if duty is None:
        if department.pk not in queries.former_organs([matter.pk]).get(matter.pk, ()):
            raise WrongState(_("这个部门没有监管这个事项"))
        duty = SupervisionDuty(
            jurisdiction_id=matter.jurisdiction_id,
            matter=matter,
            department=department,
            basis=_("划转"),
            starts_on=today(),
        )
    duty.released_on = max(today(), duty.starts_on)
    duty.save()
    _tell("supervision.duty_released", duty, by, reason.strip())
    return duty


def _keeper(by: Actor, place: int) -> Actor:
    if by is SYSTEM or not isinstance(by, Officer):
        return require(by if by is SYSTEM else None, _("只有目录管理员和大厅管理员可以调整监管分工"))
    post = by.post_for(*KEEPERS, jurisdiction=place)
    return by.acting_as(require(post, _("只有目录管理员和大厅管理员可以调整监管分工")))


def _tell(what: str, duty: SupervisionDuty, by: Actor, reason: str) -> None:
    record(
        what,
        subject=duty.matter,
        by=by,
        jurisdiction=duty.jurisdiction_id,
        reason=reason,
        data={"department": duty.department.name, "kind": duty.kind},
    )

"""Special procedures (特别程序): only those that the version declares, told in writing, ended with a result.

行政许可法 Art. 45: the time of hearing, tender, auction, inspection, testing, quarantine, appraisal and
expert review does not count; the organ tells the applicant in writing how long it will take. What is not
in that list (现场踏勘, 公示, …) is a limited link in which the limits run on, unless the law of the matter
says otherwise and the version with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications import services as cases
from applications.models import Application
from hall.actors import SYSTEM, Actor
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.errors import Conflict, Incomplete, Invalid, WrongState
from hall.now import now
from hall.organisation.officers import Officer
from hall.prepared import Prepared
from hall.trail.services import record
from matters.choices import SpecialProcedure

from ..choices import ProcedureState
from ..models import Procedure, Task
from .guards import as_reviewer, lock, must_be_live, must_hold


@transaction.atomic
def open_procedure(
    task_id: UUID | str,
    *,
    kind: str,
    reason: str,
    contact_name: str,
    contact_phone: str,
    by: Officer,
    limit: Limit | None = None,
) -> Procedure:
    """Begin a special procedure; the applicant is told how long it takes and whom to ask.

    `limit` is what the version declares unless a shorter one is told. A hearing begins by telling the right
    to it (`hearings.tell_of_right`).

    Raises Invalid for a kind that the version does not declare or a longer limit, Incomplete without reason
    or contact, Conflict while one of its kind runs.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    if kind == SpecialProcedure.HEARING:
        raise Invalid(_("听证从告知听证权利开始"), fields={"kind": [_("请从“告知听证权利”办理")]})
    procedure = begin(
        case, task, kind, reason=reason, contact=(contact_name, contact_phone), by=by, limit=limit
    )
    start_clock(procedure, by)
    stop_the_clocks(procedure, by)
    tell_applicant(procedure)
    return procedure


@transaction.atomic
def finish_procedure(procedure_id: UUID | str, *, result: str, by: Officer) -> Procedure:
    """End a special procedure with its result; the limits go on from this moment.

    Raises Incomplete without a result, WrongState once it has ended, or for a hearing without its record.
    """
    case, procedure = lock_running(procedure_id)
    by = as_reviewer(by, procedure.task, case)
    if procedure.kind == SpecialProcedure.HEARING:
        raise WrongState(_("听证以签名的笔录结束"))
    if not result.strip():
        raise Incomplete(_("请写明结果"), fields={"result": [_("请写明结果")]})
    end(procedure, result, by)
    return procedure


def cancel_procedures(case: Application) -> None:
    """The case has ended otherwise: what still runs has lost its purpose. The caller holds the lock."""
    for procedure in case.procedures.select_for_update(of=("self",)).filter(state=ProcedureState.RUNNING):
        procedure.state, procedure.finished_at = ProcedureState.CANCELLED, now()
        procedure.save(update_fields=["state", "finished_at"])
        _let_the_clocks_go_on(procedure, SYSTEM)
        for kind in (Kind.SPECIAL_PROCEDURE, Kind.HEARING_REQUEST):
            clocks.cancel(procedure, kind, reason=case.get_state_display())
        _tell("routing.procedure_cancelled", procedure, SYSTEM, reason=case.get_state_display())


def running_procedures(case: Application, task: Task | None = None) -> list[Procedure]:
    """What runs in this case (of this task). While it does, nobody may pass over it."""
    found = _running_in.all(case.pk, str(ProcedureState.RUNNING))
    return [procedure for procedure in found if task is None or procedure.task_id == task.pk]


_running_in: Prepared[Procedure] = Prepared(
    lambda case_id, state: Procedure.objects.filter(case=case_id, state=state), UUID, str
)


def must_have_no_procedure(case: Application, task: Task | None = None) -> None:
    """Raises WrongState while a special procedure runs in the case (of the task)."""
    if names := [str(each) for each in running_procedures(case, task)]:
        raise WrongState(_("%(names)s还没有结束") % {"names": "、".join(names)})


# -- what hearings share with the rest ------------------------------------------------------------------


def declared(case: Application, kind: str) -> Mapping[str, Any]:
    """What the pinned version says of this special procedure. Raises Invalid if it declares none."""
    for row in case.version.special_procedures:
        if row.get("kind") == kind:
            return row
    message = _("本事项没有规定这种特别程序")
    raise Invalid(message, fields={"kind": [message]})


def begin(
    case: Application,
    task: Task,
    kind: str,
    *,
    reason: str,
    contact: tuple[str, str],
    by: Officer,
    limit: Limit | None = None,
    what: str = "routing.procedure_opened",
) -> Procedure:
    """Write a new procedure with its event `what`, once it is known to be allowed."""
    law = declared(case, kind)
    most = Limit(law.get("limit_value") or 1, Unit(law.get("limit_unit") or Unit.WORKING_DAY))
    limit = limit or most
    if limit.unit != most.unit or not 0 < limit.value <= most.value:
        message = _("所需时间不得超过规定的%(most)s") % {"most": most}
        raise Invalid(message, fields={"days": [message]})
    missing = {
        name: [told]
        for name, value, told in (
            ("reason", reason, _("请写明事由")),
            ("contact_name", contact[0], _("请写明联系人")),
            ("contact_phone", contact[1], _("请写明联系电话")),
        )
        if not value.strip()
    }
    if missing:
        raise Incomplete(_("还没有填全"), fields=missing)
    procedure = Procedure(
        case=case,
        task=task,
        kind=kind,
        ground=_ground(law),
        basis=str(law.get("basis", ""))[:300],
        limit_value=limit.value,
        limit_unit=limit.unit,
        reason=reason.strip(),
        contact_name=contact[0].strip(),
        contact_phone=contact[1].strip(),
        opened_by_id=by.user_id,
        opened_at=now(),
    )
    try:
        with transaction.atomic():
            procedure.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("这个办件的%(kind)s正在进行") % {"kind": procedure}) from error
    _tell(what, procedure, by, reason=procedure.reason)
    return procedure


def lock_running(procedure_id: UUID | str) -> tuple[Application, Procedure]:
    """Lock the case, then the procedure. Raises WrongState unless it runs."""
    found = Procedure.objects.filter(pk=procedure_id).values_list("case_id", flat=True).first()
    if found is None:
        raise WrongState(_("没有这个特别程序"))
    case = Application.objects.locked(found)
    procedures = Procedure.objects.select_for_update(of=("self",)).select_related("task__department")
    procedure = procedures.get(pk=procedure_id)
    procedure.case = case
    if procedure.state != ProcedureState.RUNNING:
        raise WrongState(_("%(kind)s已经结束") % {"kind": procedure})
    return case, procedure


def start_clock(procedure: Procedure, by: Actor) -> Clock:
    """The procedure's own limit, borne by its department; over it is a card."""
    return clocks.start(
        procedure,
        Kind.SPECIAL_PROCEDURE,
        procedure.limit,
        jurisdiction=procedure.case.jurisdiction,
        hall=procedure.case.hall,
        department=procedure.task.department,
        case_id=procedure.case_id,
        basis=procedure.basis,
        ends=Ends.CLOSE_OF_OFFICE,
        warn=(1,),
        by=by,
    )


def stop_the_clocks(procedure: Procedure, by: Actor) -> None:
    """The case's limits and this task's stand still; on one ground once, however many procedures share it."""
    if not procedure.ground:
        return
    for clock, _held_by in _its_clocks(procedure):
        if not clock.is_over(now()) and not _stands_still(clock, procedure.ground):
            clocks.pause(clock, Ground(procedure.ground), _why(procedure), by)


def _let_the_clocks_go_on(procedure: Procedure, by: Actor) -> None:
    """Once it has ended: every clock that no other procedure on the same ground still holds."""
    if not procedure.ground:
        return
    for clock, held_by in _its_clocks(procedure):
        if _stands_still(clock, procedure.ground) and not held_by.exists():
            clocks.resume(clock, Ground(procedure.ground), by)


def end(procedure: Procedure, result: str, by: Actor) -> None:
    """The end of any procedure: its limit met, the case's limits go on, one event, the applicant told."""
    clocks.meet(procedure, Kind.SPECIAL_PROCEDURE, by=by)
    write_end(procedure, result, by)
    _let_the_clocks_go_on(procedure, by)
    _tell("routing.procedure_finished", procedure, by, reason=procedure.result)
    body = _("%(kind)s已经完成，办理期限从今天起继续计算。") % {"kind": procedure}
    title = _("%(kind)s已完成") % {"kind": procedure}
    cases.tell(procedure.case, f"procedure_end:{procedure.pk}", title, body)


def write_end(procedure: Procedure, result: str, by: Actor) -> None:
    """Nothing more of it runs."""
    procedure.state, procedure.finished_at = ProcedureState.FINISHED, now()
    procedure.finished_by_id, procedure.result = by.user_id, result.strip()
    procedure.save(update_fields=["state", "finished_at", "finished_by", "result"])


def tell_applicant(procedure: Procedure) -> None:
    """In writing: what, how long, whom to ask (Art. 45). The paper is 特别程序告知书."""
    body = _("您的办件需要进行%(kind)s，预计%(limit)s。联系人：%(name)s，电话%(phone)s。") % {
        "kind": procedure,
        "limit": procedure.limit,
        "name": procedure.contact_name,
        "phone": procedure.contact_phone,
    }
    if procedure.ground:
        body += _("所需时间不计入办理期限。")
    cases.tell(procedure.case, f"procedure:{procedure.pk}", _("需要%(kind)s") % {"kind": procedure}, body)


def _ground(law: Mapping[str, Any]) -> str:
    if not law.get("stops_clock"):
        return ""
    named = law.get("ground") or law.get("kind")
    return str(named if named in Ground.values else Ground.OTHER_LAW)


def _its_clocks(procedure: Procedure) -> list[tuple[Clock, QuerySet[Procedure]]]:
    """The clocks that stand still with it, each with all running procedures that hold it on this ground.

    Where the case is part of a bundle, the one promised date of the whole waits too.
    """
    case, task = procedure.case, procedure.task
    running, alike = (
        clock_queries.running,
        Procedure.objects.filter(ground=procedure.ground, state=ProcedureState.RUNNING),
    )
    found = [
        (running(case, Kind.PROMISED), alike.filter(case=case)),
        (running(case, Kind.STATUTORY), alike.filter(case=case)),
        (running(task, Kind.TASK_OPINION), alike.filter(task=task)),
    ]
    if case.bundle:
        found.append((running(case.bundle, Kind.BUNDLE), alike.filter(case__bundle=case.bundle)))
    return [(clock, held_by) for clock, held_by in found if clock]


def _stands_still(clock: Clock, ground: str) -> bool:
    return clock.pauses.filter(ground=ground, ends_at=None).exists()


def _why(procedure: Procedure) -> str:
    return f"{procedure}：{procedure.basis}" if procedure.basis else str(procedure)


def _tell(what: str, procedure: Procedure, by: Actor, *, reason: str = "", **more: str) -> None:
    record(
        what,
        subject=procedure,
        by=by,
        case_id=procedure.case_id,
        jurisdiction=procedure.case.jurisdiction_id,
        reason=reason,
        data={
            "kind": procedure.kind,
            "name": str(procedure),
            "department": procedure.task.department.name,
            "limit": str(procedure.limit),
            "stops_clock": procedure.stops_clock,
            **more,
        },
    )

"""听证 (行政许可法 Art. 46–48): the right is told, five days to ask, twenty to hold it, seven days' notice.

The days are counted as working days (Art. 82). The applicant and others concerned pay nothing.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import services as cases
from applications.models import Application
from hall.actors import SYSTEM, Actor
from hall.calendars.queries import calendar_for
from hall.clocks import engine
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.models import User
from matters.choices import SpecialProcedure

from ..choices import HearingGround
from ..models import Hearing, Procedure, Task
from .guards import as_reviewer, lock, must_be_live, must_hold
from .procedures import (
    _tell,
    begin,
    end,
    lock_running,
    start_clock,
    stop_the_clocks,
    tell_applicant,
    write_end,
)

TO_ASK = Limit(5)
NOTICE = Limit(7)


@transaction.atomic
def tell_of_right(
    task_id: UUID | str,
    *,
    because: str,
    reason: str,
    contact_name: str,
    contact_phone: str,
    by: Officer,
    parties: str = "",
) -> Procedure:
    """告知听证权利 before a decision that concerns others gravely (Art. 47), or 公告听证 (Art. 46).

    Interested parties have five days to ask; until somebody does, the limits run on. A hearing that the
    public interest demands is held without being asked for, and stops the limits at once.

    Raises Incomplete without the parties concerned (Art. 47), and what every special procedure raises.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    must_hold(task, by)
    if because not in HearingGround.values:
        raise Invalid(_("请选择听证的事由"), fields={"because": [_("请选择听证的事由")]})
    if because == HearingGround.INTERESTED and not parties.strip():
        raise Incomplete(_("请写明利害关系人"), fields={"parties": [_("请写明告知了哪些利害关系人")]})
    public = because == HearingGround.PUBLIC
    procedure = begin(
        case,
        task,
        SpecialProcedure.HEARING,
        reason=reason,
        contact=(contact_name, contact_phone),
        by=by,
        what="routing.procedure_opened" if public else "routing.hearing_told",
    )
    Hearing.objects.create(
        procedure=procedure,
        because=because,
        parties=parties.strip(),
        told_at=now(),
        requested_at=now() if public else None,
        requested_by=_("行政机关依职权") if public else "",
    )
    if public:
        _demand(procedure, by)
    else:
        _await_request(procedure, by)
    return procedure


@transaction.atomic
def request_hearing(procedure_id: UUID | str, *, requested_by: str, by: Officer) -> Procedure:
    """Somebody concerned asks for the hearing, in time (Art. 47: five days). The limits stand still from now.

    Raises WrongState after the five days, or when it has been asked for before.
    """
    case, procedure = _lock_hearing(procedure_id)
    by = _clerk_or_reviewer(case, procedure, by)
    hearing = procedure.hearing
    if hearing.requested_at:
        raise WrongState(_("已经有人申请听证"))
    waiting = clock_queries.running(procedure, Kind.HEARING_REQUEST)
    if waiting is None or waiting.is_over(now()):
        raise WrongState(_("申请听证的五日期限已过"))
    if not requested_by.strip():
        raise Incomplete(_("请写明谁申请听证"), fields={"requested_by": [_("请写明谁申请听证")]})
    hearing.requested_at, hearing.requested_by = now(), requested_by.strip()[:100]
    hearing.save(update_fields=["requested_at", "requested_by"])
    clocks.meet(procedure, Kind.HEARING_REQUEST, by=by)
    _tell("routing.hearing_requested", procedure, by)
    _demand(procedure, by)
    return procedure


@transaction.atomic
def waive_hearing(procedure_id: UUID | str, *, by: Actor, reason: str = "") -> Procedure:
    """Nobody asks: given up in writing, or the five days are over (`by` the system). The procedure ends."""
    case, procedure = _lock_hearing(procedure_id)
    if by != SYSTEM:
        by = _clerk_or_reviewer(case, procedure, by)
    if procedure.hearing.requested_at:
        raise WrongState(_("已经有人申请听证，应当举行"))
    if by == SYSTEM:
        clocks.meet(procedure, Kind.HEARING_REQUEST)
    else:
        clocks.cancel(procedure, Kind.HEARING_REQUEST, reason=_("放弃听证"), by=by)
    write_end(procedure, reason or _("在期限内无人申请听证"), by)
    _tell("routing.hearing_waived", procedure, by, reason=procedure.result)
    body = _("没有人要求听证，您的办件继续办理，办理期限没有变化。")
    cases.tell(case, f"hearing_waived:{procedure.pk}", _("不举行听证"), body)
    return procedure


@transaction.atomic
def schedule_hearing(
    procedure_id: UUID | str, *, held_at: dt.datetime, place: str, chair: User, by: Officer
) -> Procedure:
    """听证通知: at least seven days before, within the twenty days, a chair who did not examine the case.

    Art. 48(1)(3): the chair is nobody who examined the application. Raises Invalid beside the field.
    """
    case, procedure = _lock_hearing(procedure_id)
    by = as_reviewer(by, procedure.task, case)
    hearing = procedure.hearing
    if hearing.requested_at is None:
        raise WrongState(_("还没有人申请听证"))
    calendar = calendar_for(case.jurisdiction, case.hall)
    earliest = engine.due(now(), NOTICE, calendar).at
    clock = clock_queries.running(procedure, Kind.SPECIAL_PROCEDURE)
    fields: dict[str, list[str]] = {}
    if earliest is not None and held_at <= earliest:
        day = f"{timezone.localtime(earliest):%Y-%m-%d}"
        fields["held_at"] = [_("应当提前七日通知：须在%(day)s之后举行") % {"day": day}]
    elif clock and clock.due_at and held_at > clock.due_at:
        day = f"{timezone.localtime(clock.due_at):%Y-%m-%d}"
        fields["held_at"] = [_("应当在%(day)s前组织听证") % {"day": day}]
    if not place.strip():
        fields["place"] = [_("请写明地点")]
    if _has_examined(case, chair):
        fields["chair"] = [_("审查该申请的工作人员不得主持听证（行政许可法第四十八条）")]
    if fields:
        raise Invalid(_("听证不能这样安排"), fields=fields)
    hearing.noticed_at, hearing.held_at, hearing.place, hearing.chair = now(), held_at, place.strip(), chair
    hearing.save(update_fields=["noticed_at", "held_at", "place", "chair"])
    when = f"{timezone.localtime(held_at):%Y-%m-%d %H:%M}"
    _tell("routing.hearing_scheduled", procedure, by, when=when, place=hearing.place)
    body = _("听证定于%(at)s在%(place)s举行，不收取费用。您可以委托代理人，也可以申请主持人回避。")
    body %= {"at": when, "place": hearing.place}
    cases.tell(case, f"hearing:{procedure.pk}:{hearing.noticed_at:%Y%m%d%H%M}", _("听证通知"), body)
    return procedure


@transaction.atomic
def record_hearing(procedure_id: UUID | str, *, text: str, signed_by: str, by: Officer) -> Procedure:
    """听证笔录, signed by those who took part; the decision is made on it (Art. 48). The limits go on.

    Raises WrongState before the hearing was held, Incomplete without text or signatures.
    """
    case, procedure = _lock_hearing(procedure_id)
    by = as_reviewer(by, procedure.task, case)
    hearing = procedure.hearing
    if hearing.held_at is None or hearing.held_at > now():
        raise WrongState(_("听证还没有举行"))
    missing = {
        name: [told]
        for name, value, told in (
            ("text", text, _("请写入笔录")),
            ("signed_by", signed_by, _("请写明在笔录上签名的人")),
        )
        if not value.strip()
    }
    if missing:
        raise Incomplete(_("笔录还没有填全"), fields=missing)
    hearing.record, hearing.signed_by = text.strip(), signed_by.strip()[:300]
    hearing.save(update_fields=["record", "signed_by"])
    end(procedure, _("听证已举行，笔录已签名"), by)
    return procedure


def _lock_hearing(procedure_id: UUID | str) -> tuple[Application, Procedure]:
    """Lock the case, then the procedure. Raises WrongState unless it runs and is a hearing."""
    case, procedure = lock_running(procedure_id)
    if procedure.kind != SpecialProcedure.HEARING:
        raise WrongState(_("%(kind)s不是听证") % {"kind": procedure})
    return case, procedure


def _await_request(procedure: Procedure, by: Actor) -> None:
    clocks.start(
        procedure,
        Kind.HEARING_REQUEST,
        TO_ASK,
        jurisdiction=procedure.case.jurisdiction,
        hall=procedure.case.hall,
        case_id=procedure.case_id,
        basis=_("行政许可法第四十七条"),
        warn=(1,),
        by=by,
    )
    body = _("在作出决定前，您有权要求听证，请在五个工作日内提出，逾期视为放弃。")
    told = body + _("联系人：%(name)s，电话%(phone)s。") % {
        "name": procedure.contact_name,
        "phone": procedure.contact_phone,
    }
    cases.tell(procedure.case, f"hearing_right:{procedure.pk}", _("听证权利告知"), told)


def _demand(procedure: Procedure, by: Actor) -> None:
    """From here the hearing must be held: its own limit starts, the case's limits stand still."""
    start_clock(procedure, by)
    stop_the_clocks(procedure, by)
    tell_applicant(procedure)


def _clerk_or_reviewer(case: Application, procedure: Procedure, by: Actor) -> Officer:
    """A request may be brought to the front desk as well as to the department."""
    if not isinstance(by, Officer):
        raise NotAllowed(_("只有承办部门和受理大厅可以登记"))
    if post := by.post_for(Role.REVIEWER, Role.HEAD, department=procedure.task.department_id):
        return by.acting_as(post)
    post = require(by.post_for(Role.CLERK, hall=case.hall_id), _("只有承办部门和受理大厅可以登记"))
    return by.acting_as(post)


def _has_examined(case: Application, chair: User) -> bool:
    if chair.pk == case.received_by_id:
        return True
    touched = Q(assignee=chair) | Q(received_by=chair) | Q(opinions__given_by=chair)
    return Task.objects.filter(touched, case=case).exists()

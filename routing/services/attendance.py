"""A joint session while it is held: who came, what they said, who was absent, and the minutes.

Absence is stated when the sign-in has closed, by the clock of the convened department, be it that the sweep
fires it or that whoever closes the session does (S0 §18 不参加联合审查活动).
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.actors import SYSTEM
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.clocks.registry import Held
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import CAME, LIVE, Attendance, ReportState, SessionState, SignIn, SilenceGround
from ..models import BroughtTask, Convened, JointSession, Opinion, Task
from . import session_parts as parts
from .guards import lock
from .handling import give_opinion
from .silence import may_fall_silent, take_as_consent

OPENS_BEFORE = dt.timedelta(minutes=60)  # people come early
NOBODY_CAME = dt.timedelta(hours=1)  # then it is asked again whether the session took place at all


@transaction.atomic
def sign_in(session_id: UUID | str, *, by: Officer, code: str = "") -> Convened:
    """A department has come; its officer signs for it, with the code shown at the place or without.

    Signing in twice, or two colleagues at once, change nothing. After the start it is late, and says so;
    after absence was stated it is still recorded, but undoes nothing.

    Raises NotAllowed for departments that are not convened, Invalid for a wrong code, WrongState before
    the doors open or once the session is over.
    """
    session = JointSession.objects.locked(session_id)
    parts.must_be_open(session, SessionState.NOTICED)
    theirs = session.convened.filter(department__in=by.departments(Role.REVIEWER, Role.HEAD))
    rows = list(theirs.select_for_update(of=("self",)).select_related("department"))
    if not rows:
        raise NotAllowed(_("您的部门不在这场会议的参加部门之中"))
    if now() < session.starts_at - OPENS_BEFORE:
        raise WrongState(_("会前一小时开始签到"))
    if code and not secrets.compare_digest(code.strip().upper().encode(), session.code.encode()):
        raise Invalid(_("签到码不对"), fields={"code": [_("签到码不对，请看现场出示的签到码")]})
    row = next((each for each in rows if not each.came), rows[0])
    if row.came:
        return row
    after_absence = row.attendance == Attendance.ABSENT
    late = after_absence or now() > session.starts_at
    row.attendance = Attendance.LATE if late else Attendance.PRESENT
    row.signed_in_at, row.signed_in_by_id = now(), by.user_id
    row.how = SignIn.CODE if code else SignIn.SYSTEM
    row.save()
    post = by.post_for(Role.REVIEWER, Role.HEAD, department=row.department_id)
    acting = by.acting_as(post) if post else by
    clocks.meet(row, Kind.SESSION_ATTENDANCE, by=acting)
    parts.tell(
        session,
        "routing.session_signed_in",
        acting,
        data={
            "department": row.department.name,
            "attendance": str(row.attendance),
            "how": str(row.how),
            "after_absence": after_absence,
        },
    )
    return row


@transaction.atomic
def speak(brought_id: int, *, by: Officer, verdict: str, **said: str) -> Opinion:
    """Give the department's opinion on one case in the session. It is the opinion of its task.

    Raises WrongState unless the session goes on and the department has signed in, and whatever
    `give_opinion` raises.
    """
    session = JointSession.objects.locked(_session_of(brought_id))
    parts.must_be_open(session, SessionState.NOTICED)
    found = BroughtTask.objects.select_related("convened__department", "task", "item")
    brought = found.get(pk=brought_id)
    if now() < session.starts_at:
        raise WrongState(_("会议还没有开始"))
    if not brought.convened.came:
        raise WrongState(_("请先签到，再在会上发表意见"))
    task = parts.current(brought)
    opinion = give_opinion(task.pk, verdict=verdict, by=by, **said)
    brought.opinion = opinion
    brought.save(update_fields=["opinion"])
    return opinion


@transaction.atomic
def close_session(
    session_id: UUID | str,
    *,
    minutes: str,
    summary: str,
    by: Officer,
    conclusions: Mapping[int, str] | None = None,
) -> JointSession:
    """Close the session with its minutes; from then on nothing of it is ever changed.

    Whoever has not come is absent now, with all that follows. `conclusions` tells, by the key of the
    agenda item, what was found about each case.

    Raises Incomplete without minutes or summary, WrongState before the start, while the sign-in is still
    open for somebody, or if nobody of the convening department came.
    """
    session = JointSession.objects.locked(session_id)
    acting = parts.as_convenor(by, session)
    parts.must_be_open(session, SessionState.NOTICED)
    if now() < session.starts_at:
        raise WrongState(_("会议还没有开始"))
    _check_minutes(minutes, summary)
    if not _was_opened(session):
        raise WrongState(_("召集部门还没有签到，会议没有召开；可以改期或者取消"))
    waiting = session.convened.filter(attendance=Attendance.EXPECTED).select_related("department")
    for row in waiting.order_by("pk"):
        clock = clock_queries.running(row, Kind.SESSION_ATTENDANCE)
        if clock is None or not sweep.fire_now(clock):
            raise WrongState(_("%(name)s还在签到时间内，签到截止后再结束会议") % {"name": row.department})
    for item in session.agenda.all():
        item.open, item.conclusion = False, (conclusions or {}).get(item.pk, "").strip()
        item.save(update_fields=["open", "conclusion"])
    came = session.convened.filter(attendance__in=CAME).count()
    parts.tell(
        session,
        "routing.session_held",
        acting,
        states=(SessionState.NOTICED, SessionState.HELD),
        cases=None,
        data={"came": came, "convened": session.convened.count()},
    )
    session.hold()
    session.minutes, session.summary = minutes.strip(), summary.strip()
    session.ended_at, session.ended_by_id = now(), by.user_id
    session.save()
    return session


@transaction.atomic
def note_absence(convened_id: int | str, *, clock: Clock) -> None:
    """The sign-in is over for a department that has not come.

    For each of its tasks on the agenda: consent by silence where the step allows it and nothing was
    reported, else an event that supervision reads; the task stays. With a report for every task it is
    excused, not absent.

    Raises Held while the session has not really begun: nobody is absent from what did not take place.
    """
    session = JointSession.objects.locked(Convened.objects.get(pk=convened_id).session_id)
    row = Convened.objects.select_for_update(of=("self",)).select_related("department").get(pk=convened_id)
    if session.state != SessionState.NOTICED or row.attendance != Attendance.EXPECTED:
        return
    if now() < session.sign_in_until:
        raise Held(_("签到还没有截止"), session.sign_in_until - now())
    if not _was_opened(session):
        raise Held(_("召集部门没有签到，不能认定其他部门缺席"), NOBODY_CAME)
    tasks = [parts.current(each) for each in _brought_by(row)]
    live = [task for task in tasks if task.state in LIVE]
    reported = {task.pk for task in live if has_reported(task, session)}
    excused = bool(live) and len(reported) == len(live)
    row.attendance = Attendance.EXCUSED if excused else Attendance.ABSENT
    row.save(update_fields=["attendance"])
    what = "routing.session_excused" if excused else "routing.session_absent"
    parts.tell(session, what, SYSTEM, data={"department": row.department.name})
    for task in live:
        _miss(session, task, clock, reported=task.pk in reported)


def has_reported(task: Task, session: JointSession) -> bool:
    """Did the department report special circumstances before the session, and were they not turned down?"""
    return task.reports.filter(
        state__in=[ReportState.OPEN, ReportState.GRANTED], filed_at__lte=session.starts_at
    ).exists()


# -- what the verbs share -------------------------------------------------------------------------------


def _session_of(brought_id: int) -> UUID:
    found = BroughtTask.objects.filter(pk=brought_id).values_list("item__session", flat=True).first()
    if found is None:
        raise WrongState(_("会议议程上没有这项任务"))
    return found


def _was_opened(session: JointSession) -> bool:
    """Somebody of the convening department is there: the session takes place."""
    return session.convened.filter(department=session.convenor_id, attendance__in=CAME).exists()


def _brought_by(row: Convened) -> list[BroughtTask]:
    """Its tasks, by case: whoever locks several cases, locks them in one order."""
    return list(row.brought.select_related("task", "item").order_by("item__case"))


def _miss(session: JointSession, task: Task, clock: Clock, *, reported: bool) -> None:
    case, task = lock(task.pk)
    if task.state not in LIVE:
        return
    if not reported and may_fall_silent(case, task):
        proof = {"session": attendance_list(session)}
        take_as_consent(case, task, ground=SilenceGround.ABSENT, clock=clock, more=proof)
        return
    record(
        "routing.excused" if reported else "routing.absent",
        subject=task,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"department": task.department.name, "title": session.title, "session": str(session.pk)},
    )


def attendance_list(session: JointSession) -> dict[str, Any]:
    """到会和缺席名单 as it stands, with the proof that each department was told: for evidence packs."""
    rows = session.convened.select_related("department", "signed_in_by").order_by("pk")
    return {
        "id": str(session.pk),
        "kind": str(session.get_kind_display()),
        "title": session.title,
        "venue": session.venue,
        "starts_at": _iso(session.starts_at),
        "sign_in_until": _iso(session.sign_in_until),
        "sequence": session.sequence,
        "present": [
            {
                "department": row.department.name,
                "name": row.signed_in_by.name if row.signed_in_by else "",
                "at": _iso(row.signed_in_at),
                "attendance": str(row.attendance),
            }
            for row in rows
            if row.came
        ],
        "absent": [row.department.name for row in rows if not row.came],
        "notices": [
            {
                "department": row.department.name,
                "to": sent.notice.user.name if sent.notice.user else "",
                "sent_at": _iso(sent.notice.sent_at),
                "read_at": _iso(sent.notice.read_at),
            }
            for row in rows
            for sent in row.notices.filter(sequence=session.sequence).select_related("notice__user")
        ],
    }


def _iso(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None


def _check_minutes(minutes: str, summary: str) -> None:
    fields = {}
    if not minutes.strip():
        fields["minutes"] = [_("请写明会议纪要")]
    if not summary.strip():
        fields["summary"] = [_("请写明会议结论")]
    if fields:
        raise Incomplete(_("纪要还不完整"), fields=fields)

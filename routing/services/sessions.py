"""Joint sessions (联审会、联合踏勘、联合审图、联合验收; S0 §9, §18): planned, noticed, moved, called off.

Lock order: the session first, then its cases, each before its task. What is done in the session itself
(signing in, opinions, the close) stands in `attendance`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from applications import services as cases
from applications.models import Application
from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Conflict, Incomplete, Invalid, WrongState, require
from hall.notices.services import mark_read
from hall.now import now
from hall.numbers.services import query_code
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.organisation.officers import Officer
from hall.people.models import User

from ..choices import CAME, Attendance, SessionKind, SessionState
from ..models import AgendaItem, Convened, JointSession, SessionNotice
from . import session_parts as parts

CODE_LENGTH = 6
AT_THE_APPLICANTS = {SessionKind.SURVEY, SessionKind.ACCEPTANCE}  # the applicant opens the door


@transaction.atomic
def plan_session(
    case_ids: Sequence[UUID | str],
    *,
    kind: str,
    title: str,
    venue: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    sign_in_until: dt.datetime,
    convenor: Department,
    chair: User,
    by: Officer,
) -> JointSession:
    """Plan a session on one or more cases. The departments follow from their live tasks.

    Raises NotAllowed unless `convenor` leads or decides each case and `by` acts for it (or manages the
    hall), Invalid for a bad time, Conflict for a case that stands in another open session.
    """
    session = JointSession(
        jurisdiction=convenor.jurisdiction,
        kind=kind,
        title=title.strip(),
        venue=venue.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        sign_in_until=sign_in_until,
        code=query_code(CODE_LENGTH),
        convenor=convenor,
        chair=chair,
        planned_by_id=by.user_id,
        planned_at=now(),
    )
    if not case_ids:
        raise Incomplete(_("议程上至少要有一个办件"))
    _check_words(session)
    acting = parts.as_convenor(by, session)
    require(_may_chair(session), _("主持人应是召集部门的审查员或者负责人，或者大厅管理员"))
    parts.check_times(session)
    session.save(force_insert=True)
    parts.tell(session, "routing.session_planned", acting, states=("", session.state), data=_when(session))
    for case_id in dict.fromkeys(str(each) for each in case_ids):
        _put(session, case_id, by)
    parts.bring(session)
    return session


@transaction.atomic
def put_on_agenda(session_id: UUID | str, case_id: UUID | str, *, by: Officer) -> AgendaItem:
    """Put a case on the agenda of a session that is not noticed yet; its departments are convened."""
    session = JointSession.objects.locked(session_id)
    parts.as_convenor(by, session)
    parts.must_be_open(session, SessionState.PLANNED)
    item = _put(session, case_id, by)
    parts.bring(session)
    return item


@transaction.atomic
def take_off_agenda(session_id: UUID | str, case_id: UUID, *, reason: str, by: Officer) -> None:
    """Take a case off the agenda, also after the notice (it was withdrawn, or settled otherwise).

    Raises WrongState for the last case: such a session is cancelled; or once absence was stated.
    """
    session = JointSession.objects.locked(session_id)
    acting = parts.as_convenor(by, session)
    parts.must_be_open(session)
    _must_not_have_fired(session)
    item = session.agenda.filter(case=case_id).first()
    if item is None:
        raise WrongState(_("议程上没有这个办件"))
    if session.agenda.count() == 1:
        raise WrongState(_("这是议程上唯一的办件，请取消会议"))
    _need_reason(reason)
    parts.tell(session, "routing.session_taken_off", acting, reason=reason, cases=[item])
    item.delete()
    if session.state == SessionState.PLANNED:
        parts.bring(session)


@transaction.atomic
def convene(session_id: UUID | str, department: Department, *, by: Officer) -> Convened:
    """Invite a department that has no task on the agenda. Inviting it twice changes nothing."""
    session = JointSession.objects.locked(session_id)
    acting = parts.as_convenor(by, session)
    parts.must_be_open(session, SessionState.PLANNED)
    require(department.jurisdiction_id == session.jurisdiction_id, _("只能邀请本地的部门"))
    row, is_new = Convened.objects.get_or_create(
        session=session, department=department, defaults={"invited": True}
    )
    if is_new:
        parts.tell(session, "routing.session_convened", acting, data={"department": department.name})
    return row


@transaction.atomic
def dismiss(session_id: UUID | str, department_id: int, *, by: Officer) -> None:
    """Take back the invitation of a department. Those that bring a task follow from the agenda."""
    session = JointSession.objects.locked(session_id)
    acting = parts.as_convenor(by, session)
    parts.must_be_open(session, SessionState.PLANNED)
    row = session.convened.filter(department=department_id).select_related("department").first()
    if row is None:
        raise WrongState(_("没有邀请这个部门"))
    if not row.invited:
        raise WrongState(_("这个部门在议程的办件里有任务，不能不通知"))
    parts.tell(session, "routing.session_dismissed", acting, data={"department": row.department.name})
    row.delete()
    parts.bring(session)


@transaction.atomic
def notice_session(session_id: UUID | str, *, by: Officer) -> JointSession:
    """Send the notice: from now on every convened department has a limit to sign in by.

    Raises Invalid if the day is too near, WrongState if fewer than two departments would come together.
    """
    session = JointSession.objects.locked(session_id)
    acting = parts.as_convenor(by, session)
    parts.must_be_open(session, SessionState.PLANNED)
    parts.bring(session)
    if session.convened.count() < 2:
        raise WrongState(_("只有一个部门，不必召开；可以先邀请其他部门"))
    parts.check_times(session)
    parts.check_lead(session)
    session.give_notice()
    session.noticed_at = now()
    session.save()
    states = (SessionState.PLANNED, SessionState.NOTICED)
    parts.tell(session, "routing.session_noticed", acting, states=states, cases=None, data=_when(session))
    _call(session, _("会议通知：%(title)s"), acting)
    _tell_applicants(session, _("%(kind)s的时间地点"), _applicant_words(session))
    return session


@transaction.atomic
def postpone_session(
    session_id: UUID | str,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    sign_in_until: dt.datetime,
    reason: str,
    by: Officer,
    venue: str = "",
) -> JointSession:
    """Move a session before it has begun: a new notice with the reason, and the limits anew.

    Raises WrongState once it has begun, Invalid for a bad time or one too near, or without a reason.
    """
    session = JointSession.objects.locked(session_id)
    acting = parts.as_convenor(by, session)
    parts.must_be_open(session)
    if session.state == SessionState.NOTICED and now() >= session.starts_at:
        raise WrongState(_("会议已经开始，不能改期；可以取消后另行安排"))
    _need_reason(reason)
    before = _when(session)
    session.starts_at, session.ends_at, session.sign_in_until = starts_at, ends_at, sign_in_until
    session.venue, session.reason = venue.strip() or session.venue, reason.strip()
    parts.check_times(session)
    if session.state == SessionState.NOTICED:
        parts.check_lead(session)
        session.sequence += 1
        session.code = query_code(CODE_LENGTH)
        session.noticed_at = now()
    session.save()
    parts.tell(
        session,
        "routing.session_postponed",
        acting,
        reason=session.reason,
        cases=None if session.state == SessionState.NOTICED else (),
        data={**_when(session), "before": before["when"]},
    )
    if session.state == SessionState.NOTICED:
        _stop_clocks(session, _("会议改期"), acting)
        session.convened.filter(attendance__in=CAME).update(
            attendance=Attendance.EXPECTED, signed_in_at=None, signed_in_by=None, how=""
        )
        _call(session, _("会议改期：%(title)s"), acting)
        _tell_applicants(session, _("%(kind)s改期"), _applicant_words(session))
    return session


@transaction.atomic
def cancel_session(session_id: UUID | str, *, reason: str, by: Officer) -> JointSession:
    """Call a session off. Nobody is absent from it; the tasks' own limits have run on all the time.

    Raises WrongState once absence was stated: then it is closed, not cancelled.
    """
    session = JointSession.objects.locked(session_id)
    acting = parts.as_convenor(by, session)
    parts.must_be_open(session)
    _must_not_have_fired(session)
    _need_reason(reason)
    was_noticed, before = session.state == SessionState.NOTICED, session.state
    _stop_clocks(session, _("会议取消"), acting)
    parts.tell(
        session,
        "routing.session_cancelled",
        acting,
        reason=reason,
        states=(before, SessionState.CANCELLED),
        cases=None,
    )
    if was_noticed:
        session.sequence += 1
        words = {**parts.told_when(session), "reason": reason}
        for row in session.convened.select_related("department"):
            subject = _("会议取消：%(title)s") % words
            body = _("原定%(when)s在%(venue)s召开的会议取消：%(reason)s") % words
            parts.send_notice(session, row, subject, body)
        _tell_applicants(session, _("%(kind)s取消"), _("原定%(when)s的安排取消：%(reason)s") % words)
    session.agenda.update(open=False)
    session.cancel()
    session.reason, session.ended_at, session.ended_by_id = reason.strip(), now(), by.user_id
    session.save()
    return session


def note_session_read(session: JointSession, user: User) -> None:
    """Who opens the page of a session has read their notice of it: proof, should they stay away."""
    unread = SessionNotice.objects.filter(
        convened__session=session, notice__user=user, notice__read_at=None
    ).values_list("notice", flat=True)
    for notice_id in unread:
        mark_read(user, notice_id)


# -- what the verbs share -------------------------------------------------------------------------------


def _put(session: JointSession, case_id: UUID | str, by: Officer) -> AgendaItem:
    case = Application.objects.locked(case_id)
    require(case.jurisdiction_id == session.jurisdiction_id, _("只能安排本地的办件"))
    require(
        session.convenor_id in parts.may_call(by, case),
        _("只有牵头部门、决定部门或者大厅管理员可以就这个办件召集部门"),
    )
    if not case.tasks.live().exists():
        raise WrongState(_("%(case)s现在没有部门在办理，不能列入议程") % {"case": case})
    other = AgendaItem.objects.filter(case=case, open=True).select_related("session").first()
    if other is not None:
        raise Conflict(_("%(case)s已经列入“%(title)s”") % {"case": case, "title": other.session})
    item = AgendaItem(session=session, case=case, order=session.agenda.count() + 1)
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("这个办件刚刚列入了另一场会议")) from error
    parts.tell(session, "routing.session_agenda", by, cases=[item])
    return item


def _call(session: JointSession, subject: str, by: Actor) -> None:
    """Notice and limit for every convened department."""
    words = parts.told_when(session)
    agenda = session.agenda.select_related("case__version__matter")
    told = "、".join(f"{item.case.version.matter.name}（{item.case}）" for item in agenda)
    body = _("%(when)s在%(venue)s召开，签到截止%(until)s。议程：") % words + told
    if session.sequence:
        body += _("。改期原因：%(reason)s") % {"reason": session.reason}
    for row in session.convened.select_related("department"):
        parts.send_notice(session, row, subject % words, body + _if_absent(session, row))
        parts.start_clock(session, row, by)


def _if_absent(session: JointSession, row: Convened) -> str:
    """What it means for this department to stay away: consent only where a task that it brings allows it."""
    brought = row.brought.select_related("task__step")
    if session.jurisdiction.policies.silent_consent and any(each.task.may_be_silent for each in brought):
        return _("。无故不参加的，依法可以视为同意；有特殊情况请在会前报备。")
    return _("。无故不参加的，记为缺席，由监察督办；有特殊情况请在会前报备。")


def _tell_applicants(session: JointSession, title: str, body: str) -> None:
    """Whoever's site it is opens the door; this is no visit to the hall and is not counted as one (S0 §1)."""
    if session.kind not in AT_THE_APPLICANTS:
        return
    kind = {"kind": session.get_kind_display()}
    for item in session.agenda.select_related("case__version__matter"):
        cases.tell(item.case, f"session:{session.pk}:{session.sequence}", title % kind, body)


def _applicant_words(session: JointSession) -> str:
    words = _("%(when)s，%(venue)s。请派人到场配合，不计入您的跑动次数。")
    return words % parts.told_when(session)


def _stop_clocks(session: JointSession, reason: str, by: Actor) -> None:
    for row in session.convened.all():
        clocks.cancel(row, Kind.SESSION_ATTENDANCE, reason=reason, by=by)


def _must_not_have_fired(session: JointSession) -> None:
    if session.convened.filter(attendance__in=[Attendance.ABSENT, Attendance.EXCUSED]).exists():
        raise WrongState(_("签到已经截止并认定了缺席，请结束会议并写明纪要"))


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("请写明原因"), fields={"reason": [_("请写明原因")]})


def _check_words(session: JointSession) -> None:
    fields = {}
    if session.kind not in SessionKind.values:
        fields["kind"] = [_("请选择种类")]
    if not session.title:
        fields["title"] = [_("请写明会议名称")]
    if not session.venue:
        fields["venue"] = [_("请写明地点")]
    if fields:
        raise Invalid(_("还没有填全"), fields=fields)


def _may_chair(session: JointSession) -> bool:
    chair = Officer.of(session.chair)
    return chair.has(Role.REVIEWER, Role.HEAD, department=session.convenor_id) or chair.has(
        Role.MANAGER, jurisdiction=session.jurisdiction_id
    )


def _when(session: JointSession) -> dict[str, str]:
    told = parts.told_when(session)
    return {"when": told["when"], "venue": told["venue"]}

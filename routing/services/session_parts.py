"""What the verbs of joint sessions share: who may, when it may be, who brings what, and who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Application
from hall.actors import Actor
from hall.calendars.queries import calendar_for
from hall.calendars.workdays import ONE_DAY, WorkCalendar
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Invalid, WrongState, require
from hall.notices.services import notify
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.models import Department, Jurisdiction
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail.services import record
from matters.choices import StepKind

from ..choices import LIVE, OVER, SessionKind
from ..models import AgendaItem, BroughtTask, Convened, JointSession, SessionNotice, Task

JOINT_STEPS = (StepKind.JOINT_SURVEY, StepKind.JOINT_DRAWING, StepKind.JOINT_ACCEPTANCE)
WARN = (2, 1, 0)  # working days before: the reviewers, then the head as well, then the supervisor as well


# -- who may --------------------------------------------------------------------------------------------


def leading(case: Application) -> set[int]:
    """Ids of the departments that may call a session on this case: who decides it, who leads its stage."""
    leads = {case.version.department_id}
    stage = getattr(getattr(case, "route", None), "stage", None)
    first_of_stage = True
    for step in case.open_steps():
        if step.decides:
            leads.add(step.department_id)
        if step.stage == stage and step.kind in JOINT_STEPS and first_of_stage:
            leads.add(step.department_id)
            first_of_stage = False
    return leads


def may_call(officer: Officer, case: Application) -> list[int]:
    """Ids of the departments in whose name the officer may call a session on this case; maybe none."""
    leads = leading(case)
    if officer.has(Role.MANAGER, jurisdiction=case.jurisdiction_id):
        return sorted(leads)
    return sorted(leads & set(officer.departments(Role.REVIEWER, Role.HEAD)))


def runs(officer: Officer, session: JointSession) -> bool:
    """May the officer notice, move, cancel and close it? The chair, who convenes, who manages the hall."""
    return (
        session.chair_id == officer.user_id
        or officer.has(Role.REVIEWER, Role.HEAD, department=session.convenor_id)
        or officer.has(Role.MANAGER, jurisdiction=session.jurisdiction_id)
    )


def as_convenor(by: Officer, session: JointSession) -> Officer:
    """`by` in the post that runs `session`. Raises NotAllowed."""
    require(runs(by, session), _("只有召集部门、主持人或者大厅管理员可以安排这场会议"))
    post = by.post_for(Role.REVIEWER, Role.HEAD, department=session.convenor_id) or by.post_for(
        Role.MANAGER, jurisdiction=session.jurisdiction_id
    )
    return by.acting_as(post) if post else by


def must_be_open(session: JointSession, *states: str) -> None:
    """Raises WrongState once the session is over, or unless it is in one of `states`."""
    if session.state in OVER or (states and session.state not in states):
        raise WrongState(_("这场会议%(state)s，不能这样办理") % {"state": session.get_state_display()})


# -- when -----------------------------------------------------------------------------------------------


def calendar(session: JointSession) -> WorkCalendar:
    """The calendar of the place, or of the hall, whose session it is."""
    return calendar_for(session.jurisdiction, session.hall)


def check_times(session: JointSession) -> None:
    """Within office hours of one working day still to come: whoever is absent may be deemed to consent.

    Raises Invalid with the field that is wrong.
    """
    session.starts_at, session.ends_at, session.sign_in_until = (
        timezone.localtime(each).replace(second=0, microsecond=0)
        for each in (session.starts_at, session.ends_at, session.sign_in_until)
    )
    days = calendar(session)
    day = days.local_date(session.starts_at)
    fields: dict[str, list[Any]] = {}
    if session.starts_at <= now():
        fields["starts_at"] = [_("开始时间已经过去")]
    elif not days.is_working(day):
        fields["starts_at"] = [_("%(day)s不是工作日：%(why)s") % {"day": day, "why": days.reason(day)}]
    elif not days.opening(day) <= session.starts_at < days.close_of_office(day):
        fields["starts_at"] = [_("开始时间应在办公时间内")]
    if not session.starts_at < session.ends_at <= days.close_of_office(day):
        fields["ends_at"] = [_("结束时间应在开始之后、当日下班之前")]
    elif not session.starts_at <= session.sign_in_until <= session.ends_at:
        fields["sign_in_until"] = [_("签到截止应在会议开始和结束之间")]
    if fields:
        raise Invalid(_("时间安排不合适"), fields=fields)


def check_lead(session: JointSession) -> None:
    """Departments get their notice at least so many working days before as the place demands."""
    days = session.jurisdiction.policies.session_notice_days
    earliest = calendar(session).table.add_working_days(today(), days)
    if timezone.localdate(session.starts_at) < earliest:
        message = _("须至少提前%(days)s个工作日通知，最早%(day)s") % {"days": days, "day": earliest}
        raise Invalid(message, fields={"starts_at": [message]})


def minutes_until(days: WorkCalendar, start: dt.datetime, end: dt.datetime) -> int:
    """Working minutes from `start` to `end`."""
    total, day, last = dt.timedelta(), days.local_date(start), days.local_date(end)
    while day <= last:
        if days.is_working(day):
            opens, closes = days.opening(day), days.close_of_office(day)
            total += max(dt.timedelta(), min(end, closes) - max(start, opens))
        day += ONE_DAY
    return int(total.total_seconds() // 60)


# -- who brings what ------------------------------------------------------------------------------------


def bring(session: JointSession) -> None:
    """Convene the departments that have a live task in a case on the agenda, each with that task.

    A department brings one task a case, of joint work before any other; the deciding task stays at home:
    a session gives opinions, no decisions. Who brings nothing any more and was not invited, is not convened.
    """
    convened = {row.department_id: row for row in session.convened.all()}
    if session.convenor_id not in convened:
        convened[session.convenor_id] = Convened.objects.create(session=session, department=session.convenor)
    kept: set[int] = set()
    for item in session.agenda.all():
        tasks = Task.objects.filter(case=item.case_id, state__in=LIVE, decides=False).select_related("step")
        theirs: dict[int, Task] = {}
        for task in sorted(tasks, key=lambda task: (task.kind not in JOINT_STEPS, task.step.order)):
            theirs.setdefault(task.department_id, task)
        for department, task in theirs.items():
            if department not in convened:
                convened[department] = Convened.objects.create(session=session, department_id=department)
            row, _new = BroughtTask.objects.update_or_create(
                item=item, convened=convened[department], defaults={"task": task}
            )
            kept.add(row.pk)
    BroughtTask.objects.filter(item__session=session).exclude(pk__in=kept).delete()
    idle = session.convened.filter(invited=False, brought=None).exclude(department=session.convenor_id)
    idle.delete()


def current(brought: BroughtTask) -> Task:
    """The task that a department brings, as it stands: one that was sent back and put before it again."""
    task = brought.task
    if task.state not in LIVE:
        again = Task.objects.filter(case=task.case_id, step=task.step_id, state__in=LIVE).first()
        if again is not None:
            brought.task = task = again
            brought.save(update_fields=["task"])
    return task


def usual_title(case: Application, kind: str) -> str:
    """What such a session is called as a rule: the matter, and what is done about it."""
    name, label = case.version.matter.name, str(SessionKind(kind).label)
    return (name if name.endswith(label) else f"{name}{label}")[:120]


# -- who is told ----------------------------------------------------------------------------------------


def people_of(where: Department | Jurisdiction, *roles: str) -> QuerySet[User]:
    """Who holds one of `roles` there today."""
    posts = {"posts__department": where} if isinstance(where, Department) else {"posts__jurisdiction": where}
    in_force = Q(posts__starts_on__lte=today()) & (Q(posts__ends_on=None) | Q(posts__ends_on__gte=today()))
    return User.objects.filter(in_force, is_active=True, posts__role__in=roles, **posts).distinct()


def send_notice(session: JointSession, row: Convened, subject: str, body: str) -> None:
    """The notice of the session to reviewers and heads of a department, each once for each sequence."""
    for user in people_of(row.department, Role.REVIEWER, Role.HEAD):
        notice = notify(
            user=user,
            subject=subject,
            body=body,
            link=f"/sessions/{session.pk}/",
            once_key=f"session:{session.pk}:{session.sequence}:{row.pk}:{user.pk}",
        )
        if notice is not None:
            SessionNotice.objects.get_or_create(
                notice=notice, defaults={"convened": row, "sequence": session.sequence}
            )
    row.noticed_at = now()
    row.save(update_fields=["noticed_at"])


def start_clock(session: JointSession, row: Convened, by: Actor) -> None:
    """From the notice to the close of sign-in, in working minutes: our own outages then move it."""
    started = now().replace(second=0, microsecond=0)
    clocks.start(
        row,
        Kind.SESSION_ATTENDANCE,
        Limit(minutes_until(calendar(session), started, session.sign_in_until), Unit.WORKING_MINUTE),
        jurisdiction=session.jurisdiction,
        hall=session.hall,
        department=row.department,
        basis=_("会议签到截止"),
        started_at=started,
        warn=WARN,
        by=by,
    )


def told_when(session: JointSession) -> dict[str, str]:
    """When and where, for notices."""
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return {
        "title": session.title,
        "when": f"{starts:%Y-%m-%d %H:%M}—{ends:%H:%M}",
        "until": f"{timezone.localtime(session.sign_in_until):%H:%M}",
        "venue": session.venue,
    }


def tell(
    session: JointSession,
    what: str,
    by: Actor,
    *,
    reason: str = "",
    states: tuple[str, str] = ("", ""),
    cases: Iterable[AgendaItem] | None = (),
    data: Mapping[str, Any] | None = None,
) -> None:
    """One event on the session, and one in the chain of each case (None: of every case on the agenda)."""
    told = {"title": session.title, "kind": session.kind, "session": str(session.pk), **(data or {})}
    record(
        what,
        subject=session,
        by=by,
        jurisdiction=session.jurisdiction_id,
        from_state=states[0],
        to_state=states[1],
        reason=reason,
        data=told,
    )
    for item in session.agenda.all() if cases is None else cases:
        record(
            what,
            subject=session,
            by=by,
            case_id=item.case_id,
            jurisdiction=session.jurisdiction_id,
            reason=reason,
            data=told,
        )

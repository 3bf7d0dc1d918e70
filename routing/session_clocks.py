"""What happens when the sign-in of a joint session closes or comes near; loaded by `clocks`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hall.clocks.choices import Kind
from hall.clocks.models import Clock, ClockWarning
from hall.clocks.registry import on_expiry, on_warning, opens_clocks
from hall.notices.services import notify
from hall.organisation.choices import Role
from hall.organisation.officers import Officer

from . import services
from .choices import Attendance, SessionState
from .models import Convened, JointSession
from .services.session_parts import people_of, told_when


@opens_clocks
def may_open(officer: Officer, clock: Clock) -> bool:
    """Whoever may see a session may see how long its departments had to sign in."""
    if clock.kind != Kind.SESSION_ATTENDANCE:
        return False
    return JointSession.objects.visible_to(officer).filter(convened=int(clock.subject_id)).exists()


@on_expiry(Kind.SESSION_ATTENDANCE)
def sign_in_closed(clock: Clock) -> None:
    """The department has not come: it is absent (S0 §18(b)), or excused by its report."""
    services.note_absence(clock.subject_id, clock=clock)


@on_warning(Kind.SESSION_ATTENDANCE)
def session_nears(clock: Clock, warning: ClockWarning) -> None:
    """The reviewers two days before, the head as well the day before, the supervisor as well on the day."""
    found = Convened.objects.select_related("session__jurisdiction", "department")
    row = found.get(pk=clock.subject_id)
    if row.session.state != SessionState.NOTICED or row.attendance != Attendance.EXPECTED:
        return
    users = set(people_of(row.department, Role.REVIEWER))
    if warning.step <= 1:
        users |= set(people_of(row.department, Role.HEAD))
    if warning.step == 0:
        users |= set(people_of(row.session.jurisdiction, Role.SUPERVISOR))
    words = {**told_when(row.session), "department": row.department.name}
    for user in users:
        notify(
            user=user,
            subject=_("会议将至：%(title)s") % words,
            body=_("%(department)s：%(when)s，%(venue)s，签到截止%(until)s。") % words,
            link=f"/sessions/{row.session_id}/",
            once_key=f"warning:{warning.pk}:{user.pk}",
        )

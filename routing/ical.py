"""Joint sessions as iCalendar (RFC 5545), for the officers' own calendars.

Moments are UTC, so that no time zone has to be described; the UID is the session's for good, SEQUENCE grows
with each notice, and what is called off stays in the feed as CANCELLED. Whoever holds a feed's address reads
it without logging in: it names kind, place and organ, no applicant and no case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from .choices import SessionState
from .models import JointSession

_STATUS = {
    SessionState.PLANNED: "TENTATIVE",
    SessionState.NOTICED: "CONFIRMED",
    SessionState.HELD: "CONFIRMED",
    SessionState.CANCELLED: "CANCELLED",
}


def as_calendar(
    sessions: Iterable[JointSession], name: str, host: str, address: Callable[[JointSession], str]
) -> bytes:
    """The sessions as one calendar. `address(session)` is the full address of a session's page."""
    calendar = Calendar()
    calendar.add("prodid", "-//Yichuang//Joint sessions//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    for session in sessions:
        calendar.add_component(_event(session, host, address(session)))
    return calendar.to_ical()


def _event(session: JointSession, host: str, url: str) -> Event:
    event = Event()
    event.add("uid", f"{session.pk}@{host}")
    event.add("dtstamp", _utc(session.ended_at or session.noticed_at or session.planned_at))
    event.add("dtstart", _utc(session.starts_at))
    event.add("dtend", _utc(session.ends_at))
    event.add("sequence", session.sequence)
    event.add("status", _STATUS[SessionState(session.state)])
    event.add("summary", f"{session.get_kind_display()}（{session.convenor.name}）")
    event.add("location", session.venue)
    until = timezone.localtime(session.sign_in_until)
    words = _("签到截止%(until)s。议程和材料请登录查看：%(url)s")
    event.add("description", words % {"until": f"{until:%H:%M}", "url": url})
    event.add("url", url)
    return event


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)

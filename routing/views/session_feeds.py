"""Joint sessions for other calendars: one to download, all of an officer to subscribe to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hall.access import desk, public
from hall.organisation.officers import Officer
from hall.requests import DeskRequest

from .. import ical, services, session_queries
from ..models import CalendarFeed, JointSession
from ..services.feeds import reader_of
from .sessions import visible


@desk("sessions")
@never_cache
def feed(request: DeskRequest) -> HttpResponse:
    """The officer's own subscription; a new address is shown this once."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        secret = services.open_feed(by=request.officer)
        context["address"] = request.build_absolute_uri(reverse("sessions:read_feed", args=[secret]))
    context["feed"] = CalendarFeed.objects.filter(user=request.user, revoked_at=None).first()
    return render(request, "routing/sessions/feed.html", context)


@desk("sessions")
@require_POST
def close(request: DeskRequest) -> HttpResponse:
    """The address stops working."""
    services.close_feed(by=request.officer)
    messages.success(request, _("日历订阅已停用，原来的地址不能再读取"))
    return redirect("sessions:feed")


@public
def read(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar program fetches; the secret in the address is the key."""
    user = reader_of(secret)
    officer = Officer.of(user) if user else None
    if officer is None or not officer.posts:
        raise Http404
    return _answer(request, session_queries.for_feed(officer), "sessions.ics")


@desk("sessions")
def download(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """One session, to put into a calendar by hand."""
    session = visible(request, session_id)
    return _answer(request, [session], f"session-{session.pk}.ics")


def _answer(request: HttpRequest, sessions: list[JointSession], name: str) -> HttpResponse:
    def address(session: JointSession) -> str:
        return request.build_absolute_uri(reverse("sessions:session", args=[session.pk]))

    host = request.get_host().partition(":")[0]
    body = ical.as_calendar(sessions, str(_("联合办理")), host, address)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, max-age=300"
    return answer

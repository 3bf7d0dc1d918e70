"""The inbox that citizens and staff share."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from hall.access import signed_in
from hall.people.views import base_of
from hall.requests import SignedInRequest

from . import queries, services

PAGE = 30


@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """One's notices, newest first."""
    before = request.GET.get("before", "")
    found = list(queries.inbox(request.user, int(before) if before.isdigit() else None)[: PAGE + 1])
    page, more = found[:PAGE], len(found) > PAGE
    context = {
        "base": base_of(request.user),
        "notices": page,
        "older_url": f"?before={page[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
        "unread": queries.unread_count(request.user),
    }
    return render(request, "notices/inbox.html", context)


@signed_in
@require_POST
def read(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    notice = get_object_or_404(queries.inbox(request.user), pk=notice_id)
    services.mark_read(request.user, notice.pk)
    safe = url_has_allowed_host_and_scheme(notice.link, allowed_hosts={request.get_host()})
    return redirect(notice.link if notice.link and safe else "notices:inbox")


@signed_in
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark everything as read."""
    services.mark_read(request.user)
    return redirect("notices:inbox")


@signed_in
def unread(request: SignedInRequest) -> HttpResponse:
    """The number beside the bell, asked for by the page from time to time."""
    context = {"unread": queries.unread_count(request.user), "most": queries.COUNTED_TO}
    return render(request, "notices/_unread.html", context)

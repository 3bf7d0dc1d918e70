"""What holds for every request of a logged-in user: staff go out when idle, weak passwords are changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hall.now import real_now

from .models import User

SEEN = "seen_at"
# The session is written at most this often, so that reading pages does not write a row each.
SEEN_EVERY = 60
# A page that refreshes itself says so with this header and does not keep anybody logged in.
POLL_HEADER = "X-Poll"


class StaffIdleTimeout:
    """Log staff out after STAFF_IDLE_SECONDS without a request of their own (等保三级: at most 30 minutes).

    Real time, never the moved clock of a demonstration.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.is_public:
            return self.get_response(request)
        moment = real_now().timestamp()
        idle = moment - request.session.get(SEEN, moment)
        if idle > settings.STAFF_IDLE_SECONDS:
            logout(request)
            messages.info(request, _("您已超过30分钟没有操作，为保护办件信息已自动签退，请重新登录。"))
            return _to_login(request)
        if POLL_HEADER not in request.headers and (SEEN not in request.session or idle >= SEEN_EVERY):
            request.session[SEEN] = moment
        return self.get_response(request)


class ForcedPasswordChange:
    """Outside demonstration mode, whose password was given or is too old can only change it or log out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or settings.DEMONSTRATION or not password_is_due(user):
            return self.get_response(request)
        change = reverse("password_change")
        if request.path in (change, reverse("logout")) or request.path.startswith("/healthz/"):
            return self.get_response(request)
        if _speaks_json(request):
            return JsonResponse({"code": "password_due", "message": _("请先修改密码")}, status=403)
        messages.info(request, _("请先修改密码，再继续办理。"))
        return _go(request, change)


def password_is_due(user: User) -> bool:
    """Was the password given by somebody else, or has a member of staff kept it too long?"""
    if user.must_change_password:
        return True
    if user.is_public or user.password_changed_at is None:
        return False
    return real_now() - user.password_changed_at > timedelta(days=settings.STAFF_PASSWORD_DAYS)


def _to_login(request: HttpRequest) -> HttpResponse:
    if _speaks_json(request):
        return JsonResponse({"code": "logged_out", "message": _("请重新登录")}, status=401)
    back = request.get_full_path() if request.method == "GET" and not _is_htmx(request) else "/"
    login = redirect_to_login(back).url
    return _go(request, login)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect of the whole page, also when htmx asked for a part of it."""
    if _is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _speaks_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")

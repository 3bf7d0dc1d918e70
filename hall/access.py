"""Who may open a page. Every view carries exactly one of these marks; a test walks all URLs and checks it.

What a person may *do* is decided by the verbs; these marks only open doors.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext_lazy

from hall.errors import NotAllowed
from hall.organisation.officers import DESK_ROLES
from hall.requests import DeskRequest

NOT_THIS_POST = gettext_lazy("您的岗位不能打开这个页面")
NOT_FOR_STAFF = gettext_lazy("这里是申请人的页面；您登录的是工作人员账号，办理自己的事请用个人账号登录")

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public(view: View) -> View:
    """Everybody may open it, logged in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Anybody with an account."""
    return _guard(view, "signed_in", lambda request: True)


def citizen(view: View) -> View:
    """A member of the public with an account; staff have no cases of their own here."""
    return _guard(view, "citizen", lambda request: request.applicant is not None, NOT_FOR_STAFF)


def staff(view: View) -> View:
    """Anybody who holds a post today."""
    return _guard(view, "staff", lambda request: bool(request.officer and request.officer.posts))


def desk(code: str) -> Callable[[View], View]:
    """Officers whose roles open the desk `code` (hall.organisation.officers.DESK_ROLES)."""
    roles = DESK_ROLES[code]

    def mark(view: View) -> View:
        return _guard(
            view, f"desk:{code}", lambda request: bool(request.officer and request.officer.roles & roles)
        )

    return mark


def _guard(
    view: View,
    name: str,
    may: Callable[[DeskRequest], bool],
    refusal: Any = NOT_THIS_POST,
) -> View:
    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?next={quote(request.get_full_path())}")
        if not may(request):
            raise NotAllowed(refusal, door=name)
        return view(request, *args, **kwargs)

    guarded.access = name  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]

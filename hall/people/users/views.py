"""Accounts and posts of a place (账号和岗位), for its security administrator alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from hall.access import desk
from hall.errors import HallError
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.desk import seat
from hall.organisation.models import Post
from hall.organisation.queries import posts_in_force
from hall.paging import page_by_key
from hall.requests import DeskRequest
from hall.trail.queries import of_subject

from .. import queries, services
from ..forms import put_refusal
from ..models import User
from .forms import CLOSED, NO_POST, AccountForm, DeputyForm, EndForm, FilterForm, PostForm, ReasonForm

EVENTS = {
    "account.created": gettext_lazy("开设账号"),
    "account.logged_in": gettext_lazy("登录"),
    "account.logged_out": gettext_lazy("签退"),
    "account.locked": gettext_lazy("密码连续输错，锁定"),
    "account.password_changed": gettext_lazy("本人修改密码"),
    "account.password_reset": gettext_lazy("重置密码"),
    "account.deactivated": gettext_lazy("停用"),
    "account.reactivated": gettext_lazy("重新启用"),
}


@desk("users")
@require_safe
def users(request: DeskRequest) -> HttpResponse:
    """Staff of the place, with the posts that they hold today."""
    form = FilterForm(request.GET)
    found = _filtered(_visible(request), form) if form.is_valid() else _visible(request)
    page = page_by_key(request, queries.with_posts_today(found), keys=("username",), size=50)
    return render(request, "people/users/list.html", {"form": form, "page": page})


@never_cache
@desk("users")
@sensitive_variables("password")
def new(request: DeskRequest) -> HttpResponse:
    """Open an account; its password is shown once."""
    at = seat(request, Role.SECURITY_ADMIN)
    form = AccountForm(request.POST or None)
    if form.is_valid():
        password = services.temporary_password()
        try:
            made = services.create_staff(**form.cleaned_data, password=password, by=at.officer)
        except HallError as refusal:
            put_refusal(form, refusal)
        else:
            return _handed_over(request, made, password, _("账号已开设"))
    return _form_page(request, form, title=_("开设账号"), button=_("开设"))


@desk("users")
@require_safe
def user(request: DeskRequest, pk: int) -> HttpResponse:
    """One account: its posts past and coming, its deputies, what was done to it."""
    found = get_object_or_404(_visible(request), pk=pk)
    day = today()
    posts = (
        Post.objects.filter(user=found)
        .select_related("jurisdiction", "department", "hall", "window", "deputises__user")
        .prefetch_related("deputies__user")
        .order_by("-starts_on", "-pk")
    )
    places = request.officer.places(Role.SECURITY_ADMIN)
    rows = [
        {
            "post": post,
            "ended": bool(post.ends_on and post.ends_on < day),
            "coming": post.starts_on > day,
            "mine": post.jurisdiction_id in places,
            "deputies": [each for each in post.deputies.all() if not (each.ends_on and each.ends_on < day)],
        }
        for post in posts
    ]
    events = of_subject(found).order_by("-id")[:20]
    context = {
        "account": found,
        "rows": rows,
        "events": [(event, EVENTS.get(event.what, event.what)) for event in events],
    }
    return render(request, "people/users/user.html", context)


@desk("users")
def close(request: DeskRequest, pk: int) -> HttpResponse:
    """Close an account at once."""
    found = get_object_or_404(_visible(request), pk=pk)
    at = seat(request, Role.SECURITY_ADMIN)
    return _do(
        request,
        ReasonForm(request.POST or None),
        lambda given: services.deactivate(found, reason=given["reason"], by=at.officer),
        found,
        title=_("停用账号"),
        lead=_("停用以后立即不能登录，正在使用的页面也会退出；经办过的记录都保留。"),
        button=_("停用"),
        danger=True,
    )


@desk("users")
def reopen(request: DeskRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    found = get_object_or_404(_visible(request), pk=pk)
    at = seat(request, Role.SECURITY_ADMIN)
    return _do(
        request,
        ReasonForm(request.POST or None),
        lambda given: services.reactivate(found, reason=given["reason"], by=at.officer),
        found,
        title=_("重新启用账号"),
        button=_("启用"),
    )


@never_cache
@desk("users")
@sensitive_variables("password")
def reset_password(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a temporary password, shown once."""
    found = get_object_or_404(_visible(request), pk=pk)
    at = seat(request, Role.SECURITY_ADMIN)
    if request.method == "POST":
        password = services.reset_password(found, by=at.officer)
        return _handed_over(request, found, password, _("密码已重置"))
    return _form_page(
        request,
        None,
        account=found,
        title=_("重置密码"),
        lead=_("原密码立即失效，正在使用的页面会退出。请当面核实是本人，再交给他临时密码。"),
        button=_("重置"),
        danger=True,
    )


@desk("users")
def assign(request: DeskRequest, pk: int) -> HttpResponse:
    """Put somebody into a post."""
    found = get_object_or_404(_visible(request), pk=pk)
    at = seat(request, Role.SECURITY_ADMIN)
    return _do(
        request,
        PostForm(request.POST or None, place=at.place),
        lambda given: services.assign_post(found, jurisdiction=at.place, by=at.officer, **given),
        found,
        title=_("安排岗位"),
        button=_("安排"),
    )


@desk("users")
def deputise(request: DeskRequest, post_id: int) -> HttpResponse:
    """Name the deputy (B 岗) of a post."""
    at = seat(request, Role.SECURITY_ADMIN)
    post = _post(request, post_id)
    others = _visible(request).filter(is_active=True).exclude(pk=post.user_id)
    return _do(
        request,
        DeputyForm(request.POST or None, users=others),
        lambda given: services.deputise(post, by=at.officer, **given),
        post.user,
        title=_("设B岗"),
        lead=_("%(name)s的%(post)s：B岗权限相同，经办时记为代%(name)s。")
        % {"name": post.user.name, "post": post},
        button=_("设为B岗"),
    )


@desk("users")
def end(request: DeskRequest, post_id: int) -> HttpResponse:
    """End a post, and its deputies' posts with it."""
    at = seat(request, Role.SECURITY_ADMIN)
    post = _post(request, post_id)
    last_day = max(today(), post.starts_on)
    return _do(
        request,
        EndForm(request.POST or None, initial={"last_day": last_day}),
        lambda given: services.end_post(post.pk, by=at.officer, **given),
        post.user,
        title=_("结束岗位"),
        lead=_("%(name)s的%(post)s；代他的B岗一起结束。要立即停用请停用账号。")
        % {"name": post.user.name, "post": post},
        button=_("结束"),
        danger=True,
    )


def _visible(request: DeskRequest) -> QuerySet[User]:
    return queries.staff_of(request.officer.places(Role.SECURITY_ADMIN))


def _post(request: DeskRequest, post_id: int) -> Post:
    places = request.officer.places(Role.SECURITY_ADMIN)
    posts = Post.objects.select_related("user", "jurisdiction", "department", "hall", "window")
    return get_object_or_404(posts, pk=post_id, jurisdiction__in=places)


def _filtered(found: QuerySet[User], form: FilterForm) -> QuerySet[User]:
    given = form.cleaned_data
    if text := given["q"].strip():
        found = found.filter(Q(username__icontains=text) | Q(name__contains=text))
    held = posts_in_force()
    if given["role"]:
        found = found.filter(pk__in=held.filter(role=given["role"]).values("user"))
    if given["state"] == CLOSED:
        return found.filter(is_active=False)
    if given["state"] == NO_POST:
        return found.filter(is_active=True).exclude(pk__in=held.values("user"))
    return found


def _do(
    request: DeskRequest,
    form: forms.Form,
    verb: Callable[[dict[str, Any]], Any],
    account: User,
    **context: Any,
) -> HttpResponse:
    """The form; posted, the verb; then back to the account."""
    if form.is_valid():
        try:
            verb(form.cleaned_data)
        except HallError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("已完成：%(what)s") % {"what": context["title"]})
            return redirect("people:user", account.pk)
    return _form_page(request, form, account=account, **context)


def _form_page(request: DeskRequest, form: forms.Form | None, **context: Any) -> HttpResponse:
    status = 422 if form is not None and form.errors else 200
    return render(request, "people/users/form.html", {"form": form, **context}, status=status)


@sensitive_variables("password")
def _handed_over(request: DeskRequest, account: User, password: str, title: str) -> HttpResponse:
    """The page that shows a temporary password, this once: no address leads to it again."""
    context = {"account": account, "password": password, "title": title}
    return render(request, "people/users/password.html", context)

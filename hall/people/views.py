"""Log in and out, the password, and one's own account."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from hall.access import public, signed_in
from hall.context import DESKS
from hall.errors import HallError
from hall.organisation.officers import Officer
from hall.requests import SignedInRequest

from . import queries, services
from .forms import LoginForm, PasswordChangeForm, PhoneForm, RegisterForm, put_refusal
from .models import User


class Login(LoginView):
    """Log in, and go where one was going, or to one's desk."""

    authentication_form = LoginForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True
    extra_context = {"demonstration": settings.DEMONSTRATION}

    def get_default_redirect_url(self) -> str:
        return home_of(cast(User, self.request.user))


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, _credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What axes answers for an account with too many failed attempts."""
    form = LoginForm(request, initial={"username": request.POST.get("username", "")})
    minutes = round(float(settings.AXES_COOLOFF_TIME) * 60)
    words = _("密码连续输错%(tries)d次，该账号已锁定，请%(minutes)d分钟后再试；忘记密码请联系窗口。")
    message = words % {"tries": settings.AXES_FAILURE_LIMIT, "minutes": minutes}
    context = {"form": form, "locked": message, "demonstration": settings.DEMONSTRATION}
    return render(request, "registration/login.html", context, status=429)


@sensitive_post_parameters()
@never_cache
@signed_in
def password_change(request: SignedInRequest) -> HttpResponse:
    """Change one's own password."""
    form = PasswordChangeForm(request.POST or None)
    if form.is_valid():
        try:
            services.change_password(
                request.user,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password"],
            )
        except HallError as refusal:
            put_refusal(form, refusal)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已修改。"))
            return redirect(home_of(request.user))
    return render(
        request,
        "registration/password_change_form.html",
        {"form": form, "base": base_of(request.user)},
        status=422 if form.errors else 200,
    )


@sensitive_post_parameters()
@never_cache
@public
def register(request: HttpRequest) -> HttpResponse:
    """Open a portal account for oneself."""
    if request.user.is_authenticated:
        return redirect("account")
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            user = services.register_citizen(
                username=given["username"],
                password=given["password"],
                name=given["name"],
                id_type=given["id_type"],
                id_number=given["id_number"],
                phone=given["phone"],
            )
        except HallError as refusal:
            put_refusal(form, refusal)
        else:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, _("注册成功。"))
            return redirect("account")
    return render(request, "people/register.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@signed_in
def account(request: SignedInRequest) -> HttpResponse:
    """One's own account: a citizen's data and mandates, or an officer's posts."""
    user = request.user
    form = PhoneForm(request.POST or None)
    if user.person and form.is_valid():
        try:
            services.change_phone(user.person, form.cleaned_data["phone"], by=request.actor)
        except HallError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("手机号码已更新。"))
            return redirect("account")
    context = {"base": base_of(user), "form": form, "person": user.person}
    if user.person:
        context["mandates"] = queries.mandates_of(user.person)
    else:
        context["officer"] = request.officer
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


def home_of(user: User) -> str:
    """The first page after log-in: the desk of one's first post, else the portal."""
    if not user.is_public:
        open_to = set(Officer.of(user).desks())
        for name in (name for code, _label, name in DESKS if code in open_to):
            try:
                return reverse(name)
            except NoReverseMatch:  # a room that is not mounted has no desk
                continue
    return settings.LOGIN_REDIRECT_URL


def base_of(user: User) -> str:
    """The frame in which pages common to citizens and staff are drawn."""
    return "portal/base.html" if user.is_public else "staff/base.html"

"""Departments, halls, zones, windows and policies of one place, for those who build it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.access import desk
from hall.errors import HallError
from hall.people.forms import put_refusal
from hall.requests import DeskRequest

from . import queries, services
from .desk import Seat, seat
from .forms import (
    DepartmentForm,
    HallForm,
    JurisdictionForm,
    PolicyForm,
    ReasonForm,
    WindowForm,
    ZoneForm,
)
from .history import history
from .models import Department, Hall, Window, Zone
from .officers import DESK_ROLES
from .services import BUILDERS


@desk("organisation")
@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """The place at a glance: its facts, its halls with their windows."""
    at = seat(request, *BUILDERS)
    context = {
        "here": "home",
        "place": at.place,
        "halls": queries.halls(at.place),
        "departments": Department.objects.filter(jurisdiction=at.place).count(),
        "windows": Window.objects.filter(zone__hall__jurisdiction=at.place).count(),
        "posts": queries.posts_in_force().filter(jurisdiction=at.place).count(),
        "history": history(at.place, _policy_label),
    }
    return render(request, "organisation/home.html", context)


@desk("organisation")
def place(request: DeskRequest) -> HttpResponse:
    """What the place says of itself."""
    at = seat(request, *BUILDERS)
    form = JurisdictionForm(request.POST or None, instance=at.place)
    return _edit(request, at, form, reverse("organisation:home"), here="place")


@desk("organisation")
@require_safe
def departments(request: DeskRequest) -> HttpResponse:
    """All departments, or those that `q` finds by name, code or pinyin."""
    at = seat(request, *BUILDERS)
    text = request.GET.get("q", "")[:50]
    found = queries.departments(at.place, text).select_related("parent")
    staffed = queries.posts_in_force().filter(jurisdiction=at.place).values_list("department")
    counts = dict(staffed.annotate(n=Count("user", distinct=True)).order_by())
    rows = [{"department": each, "people": counts.get(each.pk, 0)} for each in found]
    context = {"here": "departments", "place": at.place, "rows": rows, "q": text}
    return render(request, "organisation/departments.html", context)


@desk("organisation")
def new_department(request: DeskRequest) -> HttpResponse:
    """A department more."""
    at = seat(request, *BUILDERS)
    form = DepartmentForm(request.POST or None, instance=Department(jurisdiction=at.place))
    return _edit(request, at, form, reverse("organisation:departments"), here="departments")


@desk("organisation")
def department(request: DeskRequest, pk: int) -> HttpResponse:
    """One department, who holds posts in it, and what was changed."""
    at = seat(request, *BUILDERS)
    found = get_object_or_404(Department.objects.select_related("jurisdiction"), pk=pk, jurisdiction=at.place)
    form = DepartmentForm(request.POST or None, instance=found)
    posts = queries.posts_of(at.place).filter(department=found, pk__in=queries.posts_in_force())
    back = reverse("organisation:departments")
    return _edit(request, at, form, back, here="departments", posts=posts)


@desk("organisation")
def new_hall(request: DeskRequest) -> HttpResponse:
    """A hall more."""
    at = seat(request, *BUILDERS)
    form = HallForm(request.POST or None, instance=Hall(jurisdiction=at.place))
    return _edit(request, at, form, reverse("organisation:home"), here="halls")


@desk("organisation")
def hall(request: DeskRequest, pk: int) -> HttpResponse:
    """One hall with its zones and windows."""
    at = seat(request, *BUILDERS)
    found = get_object_or_404(queries.halls(at.place).select_related("jurisdiction"), pk=pk)
    form = HallForm(request.POST or None, instance=found)
    return _edit(request, at, form, reverse("organisation:hall", args=[pk]), here="halls", hall=found)


@desk("organisation")
def new_zone(request: DeskRequest, pk: int) -> HttpResponse:
    """A zone more in a hall."""
    at = seat(request, *BUILDERS)
    where = get_object_or_404(Hall, pk=pk, jurisdiction=at.place)
    form = ZoneForm(request.POST or None, instance=Zone(hall=where))
    return _edit(request, at, form, reverse("organisation:hall", args=[pk]), here="halls", parent=where)


@desk("organisation")
def zone(request: DeskRequest, pk: int) -> HttpResponse:
    """One zone."""
    at = seat(request, *BUILDERS)
    found = get_object_or_404(Zone.objects.select_related("hall"), pk=pk, hall__jurisdiction=at.place)
    form = ZoneForm(request.POST or None, instance=found)
    back = reverse("organisation:hall", args=[found.hall_id])
    return _edit(request, at, form, back, here="halls", parent=found.hall)


@desk("organisation")
def new_window(request: DeskRequest, pk: int) -> HttpResponse:
    """A window more in a zone."""
    at = seat(request, *BUILDERS)
    where = get_object_or_404(Zone.objects.select_related("hall"), pk=pk, hall__jurisdiction=at.place)
    form = WindowForm(request.POST or None, instance=Window(zone=where))
    back = reverse("organisation:hall", args=[where.hall_id])
    return _edit(request, at, form, back, here="halls", parent=where.hall)


@desk("organisation")
def window(request: DeskRequest, pk: int) -> HttpResponse:
    """One window."""
    at = seat(request, *BUILDERS)
    found = _window(at, pk)
    form = WindowForm(request.POST or None, instance=found)
    back = reverse("organisation:hall", args=[found.zone.hall_id])
    return _edit(request, at, form, back, here="halls", parent=found.zone.hall, window=found)


@desk("organisation")
def remove_window(request: DeskRequest, pk: int) -> HttpResponse:
    """Close a window for good."""
    at = seat(request, *BUILDERS)
    found = _window(at, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        services.remove_window(found, reason=form.cleaned_data["reason"], by=at.officer)
        messages.success(request, _("窗口已撤销。"))
        return redirect("organisation:hall", found.zone.hall_id)
    context = {"form": form, "window": found, "place": at.place, "here": "halls"}
    status = 422 if form.is_bound else 200
    return render(request, "organisation/remove_window.html", context, status=status)


@desk("organisation")
def set_policies(request: DeskRequest) -> HttpResponse:
    """What this place does differently from others, with the ground for it."""
    at = seat(request, *BUILDERS)
    form = PolicyForm(request.POST or None, place=at.place)
    if form.is_valid():
        try:
            services.set_policies(at.place, form.chosen(), reason=form.cleaned_data["reason"], by=at.officer)
        except HallError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("政策已修改，立即生效。"))
            return redirect("organisation:policies")
    context = {
        "here": "policies",
        "form": form,
        "place": at.place,
        "history": history(at.place, _policy_label),
        "may_stop": at.place.policies.silent_consent,
    }
    return render(request, "organisation/policies.html", context, status=422 if form.errors else 200)


@desk("silence")
def silence(request: DeskRequest) -> HttpResponse:
    """The kill switch: from now on no silence counts as consent here."""
    at = seat(request, *DESK_ROLES["silence"])
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        services.stop_silent_consent(at.place, reason=form.cleaned_data["reason"], by=at.officer)
        messages.success(request, _("缺席、超时默认已经停止。"))
        return redirect("organisation:silence")
    builds = bool(request.officer.roles & set(BUILDERS))
    context = {"form": form, "place": at.place, "policies": at.place.policies, "builds": builds}
    return render(request, "organisation/silence.html", context, status=422 if form.is_bound else 200)


def _edit(request: DeskRequest, at: Seat, form: forms.ModelForm, back: str, **context: Any) -> HttpResponse:
    """The form of one thing of the organisation: new, or as it is with its history."""
    thing = form.instance
    is_new = thing.pk is None
    if form.is_valid():
        try:
            (services.create if is_new else services.change)(thing, by=at.officer)
        except HallError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("已新建。") if is_new else _("已保存。"))
            return redirect(back)
    context |= {
        "form": form,
        "place": at.place,
        "kind": thing._meta.verbose_name,
        "name": "" if is_new else _stored_name(thing),
        "is_new": is_new,
        "back": back,
        "history": [] if is_new else history(thing, _policy_label if thing == at.place else None),
    }
    return render(request, "organisation/edit.html", context, status=422 if form.errors else 200)


def _stored_name(thing: Model) -> str:
    """The name as it is kept, not as it was just typed."""
    return str(type(thing)._base_manager.values_list("name", flat=True).get(pk=thing.pk))


def _window(at: Seat, pk: int) -> Window:
    windows = Window.objects.select_related("zone__hall__jurisdiction")
    return get_object_or_404(windows, pk=pk, zone__hall__jurisdiction=at.place)


def _policy_label(name: str) -> Any:
    """The word for a policy, or for a field of the place itself."""
    if field := PolicyForm.base_fields.get(name) or JurisdictionForm.base_fields.get(name):
        return field.label
    return _("各领域的分区") if name == "zone_of_domain" else name

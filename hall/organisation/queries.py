"""Reads of the organisation."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from hall.now import today
from hall.people.models import User

from .models import Department, Hall, Jurisdiction, Post, Window


def departments(jurisdiction: Jurisdiction | int, text: str = "") -> QuerySet[Department]:
    """Departments of a place in their order; with `text` those whose name, code or pinyin has it."""
    found = Department.objects.filter(jurisdiction=jurisdiction).order_by("order", "code")
    if text := text.strip():
        squeezed = "".join(text.lower().split())
        found = found.filter(
            Q(name__icontains=text)
            | Q(short_name__icontains=text)
            | Q(code__iexact=text)
            | Q(pinyin__contains=squeezed)
        )
    return found


def halls(jurisdiction: Jurisdiction | int) -> QuerySet[Hall]:
    """Halls of a place with their zones and windows, in three queries however many there are."""
    return (
        Hall.objects.filter(jurisdiction=jurisdiction)
        .order_by("order", "code")
        .prefetch_related("zones__windows")
    )


def windows(hall: Hall | int) -> QuerySet[Window]:
    """Windows of a hall by zone and number."""
    return Window.objects.filter(zone__hall=hall).select_related("zone").order_by("zone__order", "number")


def posts_in_force(on: dt.date | None = None) -> QuerySet[Post]:
    """Posts held on a day (today) by accounts that are open."""
    day = on or today()
    return Post.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True
    )


def posts_of(jurisdiction: Jurisdiction | int) -> QuerySet[Post]:
    """All posts of a place, also past and future ones, with what their row shows."""
    return (
        Post.objects.filter(jurisdiction=jurisdiction)
        .select_related("user", "department", "hall", "window", "jurisdiction", "deputises__user")
        .order_by("user__name", "role", "pk")
    )


def holders(
    *roles: str,
    jurisdiction: Jurisdiction | int | None = None,
    department: Department | int | None = None,
    hall: Hall | int | None = None,
    on: dt.date | None = None,
) -> QuerySet[User]:
    """Who holds one of `roles` on a day (today) in that place, deputies included: whom to notify."""
    posts = posts_in_force(on).filter(role__in=roles)
    if jurisdiction is not None:
        posts = posts.filter(jurisdiction=jurisdiction)
    if department is not None:
        posts = posts.filter(department=department)
    if hall is not None:
        posts = posts.filter(hall=hall)
    return User.objects.filter(pk__in=posts.values("user")).order_by("pk")

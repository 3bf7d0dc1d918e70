"""Calendars for technicians: to look at, not to change (changes go through the services)."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from .models import AnnouncedYear, CalendarChange, CalendarDay


class ReadOnly(admin.ModelAdmin):
    """Rows can be looked at and nothing else."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnly):
    list_display = ("date", "kind", "name", "jurisdiction", "hall", "source")
    list_filter = ("kind", "jurisdiction")
    list_select_related = ("jurisdiction", "hall")
    date_hierarchy = "date"


@admin.register(AnnouncedYear)
class AnnouncedYearAdmin(ReadOnly):
    list_display = ("year", "source", "announced_on")


@admin.register(CalendarChange)
class CalendarChangeAdmin(ReadOnly):
    list_display = ("made_at", "why", "jurisdiction", "first_day", "last_day", "applied_at")

"""Calendars for technicians: to look at, not to change (changes go through the services)."""

from __future__ import annotations

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import AnnouncedYear, CalendarChange, CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnlyAdmin):
    list_display = ("date", "kind", "name", "jurisdiction", "hall", "source")
    list_filter = ("kind", "jurisdiction")
    list_select_related = ("jurisdiction", "hall")
    date_hierarchy = "date"


@admin.register(AnnouncedYear)
class AnnouncedYearAdmin(ReadOnlyAdmin):
    list_display = ("year", "source", "announced_on")


@admin.register(CalendarChange)
class CalendarChangeAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "why", "jurisdiction", "first_day", "last_day", "applied_at")

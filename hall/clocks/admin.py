"""Clocks for technicians: to look at, not to change (changes go through the services)."""

from __future__ import annotations

from django.contrib import admin

from hall.calendars.admin import ReadOnly

from .models import Clock, ClockPause, ClockWarning, Outage


class PauseInline(admin.TabularInline):
    model = ClockPause
    extra = 0
    can_delete = False
    max_num = 0


class WarningInline(admin.TabularInline):
    model = ClockWarning
    extra = 0
    can_delete = False
    max_num = 0


@admin.register(Clock)
class ClockAdmin(ReadOnly):
    list_display = ("id", "kind", "subject_type", "subject_id", "started_at", "due_at", "state", "failures")
    list_filter = ("state", "kind", "jurisdiction", "provisional")
    search_fields = ("=subject_id", "=case_id")
    show_full_result_count = False
    inlines = (PauseInline, WarningInline)


@admin.register(Outage)
class OutageAdmin(ReadOnly):
    list_display = ("starts_at", "ends_at", "reason", "credited_at")

"""Clocks for technicians: to look at, not to change (changes go through the services)."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from hall.admin import ReadOnlyAdmin

from .models import Clock, ClockPause, ClockWarning, Outage


class _LookOnlyInline(admin.TabularInline):
    """Rows of a clock, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


class PauseInline(_LookOnlyInline):
    model = ClockPause


class WarningInline(_LookOnlyInline):
    model = ClockWarning


@admin.register(Clock)
class ClockAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "subject_type", "subject_id", "started_at", "due_at", "state", "failures")
    list_filter = ("state", "kind", "jurisdiction", "provisional")
    search_fields = ("=subject_id", "=case_id")
    inlines = (PauseInline, WarningInline)


@admin.register(Outage)
class OutageAdmin(ReadOnlyAdmin):
    list_display = ("starts_at", "ends_at", "reason", "credited_at")

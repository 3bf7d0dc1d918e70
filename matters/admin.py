"""The catalogue in the technicians' admin: to look at. What changes it are the verbs of the keepers' desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import ListEntry, Material, Matter, MatterList, MatterVersion, Regime, Step


class LookOnly:
    """Nothing is added, changed or removed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MaterialInline(LookOnly, admin.TabularInline):
    model = Material
    fields = ("code", "name", "necessity", "is_main", "source", "shared_source")


class StepInline(LookOnly, admin.TabularInline):
    model = Step
    fields = ("stage", "department", "kind", "limit_value", "limit_unit", "decides", "silent_consent")


@admin.register(Matter)
class MatterAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("name", "jurisdiction", "department", "kind", "state")
    list_filter = ("jurisdiction", "domain", "kind", "state")
    search_fields = ("name", "implementation_code", "short_code", "pinyin", "initials")
    list_select_related = ("jurisdiction", "department")
    show_full_result_count = False


@admin.register(MatterVersion)
class MatterVersionAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("matter", "number", "state", "certainty", "valid_from", "valid_to")
    list_filter = ("state", "certainty", "matter__jurisdiction")
    search_fields = ("matter__name", "matter__implementation_code")
    list_select_related = ("matter",)
    inlines = (MaterialInline, StepInline)
    show_full_result_count = False


@admin.register(MatterList)
class MatterListAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("name", "jurisdiction", "published_total", "published_on")
    list_select_related = ("jurisdiction",)


@admin.register(ListEntry)
class ListEntryAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("matter_list", "order", "matter", "role", "batch")
    list_filter = ("matter_list", "role")
    list_select_related = ("matter_list", "matter")
    show_full_result_count = False


@admin.register(Regime)
class RegimeAdmin(LookOnly, admin.ModelAdmin):
    """Bodies of procedural law. Published versions live by them, so they change by migration only."""

    list_display = ("code", "name", "acceptance_days", "extension_days", "delivery_days")

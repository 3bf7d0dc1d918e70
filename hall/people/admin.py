"""Accounts, persons and enterprises for technicians; personal data stays masked."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from hall.admin import ReadOnlyAdmin

from .models import Enterprise, Mandate, Person, User


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "name", "is_active", "is_staff", "must_change_password", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username",)

    def get_exclude(self, request: HttpRequest, obj: object | None = None) -> list[str]:
        return [*super().get_exclude(request, obj), "password"]


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ("id", "__str__", "id_type", "masked_id", "masked_phone", "is_demo")
    list_filter = ("id_type", "is_demo")

    def get_exclude(self, request: HttpRequest, obj: object | None = None) -> list[str]:
        return [*super().get_exclude(request, obj), "name", "id_index", "phone_index"]


@admin.register(Enterprise)
class EnterpriseAdmin(ReadOnlyAdmin):
    list_display = ("name", "uscc", "kind", "is_demo")
    list_filter = ("kind", "is_demo")
    search_fields = ("=uscc", "name")


@admin.register(Mandate)
class MandateAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "principal_person",
        "principal_enterprise",
        "agent",
        "starts_on",
        "ends_on",
        "revoked_at",
    )
    list_select_related = ("principal_person", "principal_enterprise", "agent")

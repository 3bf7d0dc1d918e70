"""The organisation for technicians."""

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import Department, Hall, Jurisdiction, Post, Window, Zone


@admin.register(Jurisdiction)
class JurisdictionAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "code", "level", "parent", "is_demo")
    list_select_related = ("parent",)


@admin.register(Department)
class DepartmentAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "kind", "domain", "jurisdiction")
    list_filter = ("jurisdiction", "kind")
    list_select_related = ("jurisdiction",)
    search_fields = ("name", "code", "pinyin")


@admin.register(Hall)
class HallAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "jurisdiction", "is_town")
    list_filter = ("jurisdiction",)
    list_select_related = ("jurisdiction",)


@admin.register(Zone)
class ZoneAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "hall")
    list_select_related = ("hall",)


@admin.register(Window)
class WindowAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "kind", "zone")
    list_filter = ("kind",)
    list_select_related = ("zone",)


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("user", "role", "jurisdiction", "department", "hall", "starts_on", "ends_on")
    list_filter = ("role", "jurisdiction")
    list_select_related = ("user", "jurisdiction", "department", "hall")

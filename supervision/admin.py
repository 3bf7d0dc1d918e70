"""Technicians may look at cards and facts; only the verbs change them."""

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import Card, DailyFact


@admin.register(Card)
class CardAdmin(ReadOnlyAdmin):
    list_display = ("kind", "case", "department", "state", "raised_at")
    list_filter = ("kind", "state")
    list_select_related = ("case", "department")


@admin.register(DailyFact)
class DailyFactAdmin(ReadOnlyAdmin):
    list_display = ("day", "jurisdiction", "department", "measure", "value")
    list_filter = ("measure",)
    list_select_related = ("jurisdiction", "department")

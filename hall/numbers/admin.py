"""Counters for technicians."""

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import Counter


@admin.register(Counter)
class CounterAdmin(ReadOnlyAdmin):
    list_display = ("series", "value")
    search_fields = ("series",)

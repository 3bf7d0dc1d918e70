"""Technicians may look at departments' work; only the verbs change it."""

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import Decision, EvidencePack, Opinion, SpecialReport, Task


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    list_display = ("case", "department", "kind", "state", "due_at")
    list_filter = ("state", "kind")
    list_select_related = ("case", "department")


@admin.register(Opinion)
class OpinionAdmin(ReadOnlyAdmin):
    list_display = ("task", "verdict", "late", "given_at")
    list_select_related = ("task__department",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("case", "department", "outcome", "delegated", "decided_at")
    list_select_related = ("case", "department")


@admin.register(EvidencePack)
class EvidencePackAdmin(ReadOnlyAdmin):
    list_display = ("task", "ground", "made_at")
    list_select_related = ("task__department",)


@admin.register(SpecialReport)
class SpecialReportAdmin(ReadOnlyAdmin):
    list_display = ("task", "state", "days", "filed_at")
    list_select_related = ("task__department",)

"""Technicians may look at cases; only the verbs change them."""

from django.contrib import admin
from django.http import HttpRequest

from hall.admin import ReadOnlyAdmin

from .models import Application, CaseMaterial, CorrectionNotice, Deferral


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Cases, without what the applicant wrote."""

    list_display = ("number", "version", "state", "outcome", "hall", "received_at")
    list_filter = ("state", "outcome", "channel", "jurisdiction")
    list_select_related = ("version__matter", "hall")
    search_fields = ("number",)

    def get_exclude(self, request: HttpRequest, obj: object | None = None) -> list[str]:
        """What the applicant wrote, and the code that opens the tracking page, stay out."""
        return [*super().get_exclude(request, obj), "form_data", "query_code"]


@admin.register(CaseMaterial)
class CaseMaterialAdmin(ReadOnlyAdmin):
    """The desk's verdicts on materials."""

    list_display = ("case", "material", "verdict", "handed_in_at")
    list_filter = ("verdict",)
    list_select_related = ("case", "material")


@admin.register(CorrectionNotice)
class CorrectionNoticeAdmin(ReadOnlyAdmin):
    """一次性告知."""

    list_display = ("case", "number", "given_at", "answered_at")
    list_select_related = ("case",)


@admin.register(Deferral)
class DeferralAdmin(ReadOnlyAdmin):
    """容缺."""

    list_display = ("case", "case_material", "limit_days", "state", "pledged_at")
    list_filter = ("state",)
    list_select_related = ("case", "case_material__material")

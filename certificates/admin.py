"""Papers, seals and certificates for technicians: to look at, never to change."""

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import ArchivePackage, Certificate, Delivery, Paper, Seal


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ("ring_text", "line_text", "kind", "territory", "state", "jurisdiction", "is_demo")
    list_filter = ("jurisdiction", "state", "kind")
    list_select_related = ("jurisdiction",)


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    list_display = ("title", "number", "kind", "state", "failures", "registered_at", "drawn_at")
    list_filter = ("state", "kind")
    search_fields = ("number",)
    exclude = ("context",)


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    list_display = ("name", "number", "state", "issued_on", "valid_to", "is_demo")
    list_filter = ("state",)
    search_fields = ("number",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("case", "mode", "collector_relation", "delivered_at")
    list_filter = ("mode",)
    list_select_related = ("case",)


@admin.register(ArchivePackage)
class ArchivePackageAdmin(ReadOnlyAdmin):
    list_display = ("case", "sha256", "archived_at")
    list_select_related = ("case",)

"""Files for technicians: what is known of them, never their bytes."""

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    list_display = ("id", "name", "content_type", "size", "state", "claimed_type", "uploaded_at")
    list_filter = ("state",)
    search_fields = ("=id", "=claimed_id", "=sha256")

"""Notices for technicians: what left, what did not, and why."""

from django.contrib import admin

from hall.admin import ReadOnlyAdmin

from .models import Notice


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("id", "channel", "subject", "state", "attempts", "created_at", "sent_at", "last_error")
    list_filter = ("channel", "state")
    search_fields = ("=case_id", "=once_key")

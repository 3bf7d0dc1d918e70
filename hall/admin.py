"""What the technicians' admin is in this house: a place to look. Changes go through the verbs."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from hall.people.fields import EncryptedTextField


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows can be looked at and nothing else; encrypted columns are not even shown."""

    show_full_result_count = False

    def get_exclude(self, request: HttpRequest, obj: object | None = None) -> list[str]:
        """The encrypted columns of the model: an admin page leaves no trace of who read what."""
        return [f.name for f in self.model._meta.concrete_fields if isinstance(f, EncryptedTextField)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

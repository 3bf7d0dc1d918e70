"""Reads about files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from .choices import FileState
from .models import StoredFile


def of_subject(subject_type: str, subject_id: Any) -> QuerySet[StoredFile]:
    """Files that a thing has claimed, in the order of their upload."""
    claimed = StoredFile.objects.filter(claimed_type=subject_type, claimed_id=str(subject_id))
    return claimed.filter(state=FileState.CLAIMED).order_by("uploaded_at", "pk")

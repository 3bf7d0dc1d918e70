"""Reading notices."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from hall.people.models import User

from .choices import Channel
from .models import Notice

COUNTED_TO = 99  # nobody needs to know more precisely


def inbox(user: User, before: int | None = None) -> QuerySet[Notice]:
    """In-app notices of a user, newest first; those older than the key `before`, to page through."""
    notices = Notice.objects.filter(user=user, channel=Channel.IN_APP).order_by("-pk")
    return notices.filter(pk__lt=before) if before else notices


def unread_count(user: User) -> int:
    """How many in-app notices are unread, counted no further than COUNTED_TO + 1."""
    unread = Notice.objects.filter(user=user, channel=Channel.IN_APP, read_at__isnull=True)
    return unread[: COUNTED_TO + 1].count()


def of_case(case_id: UUID) -> QuerySet[Notice]:
    """Every notice about a case, oldest first, with its fate."""
    return Notice.objects.filter(case_id=case_id).order_by("pk")

"""Cases on their way, counted for the keepers of the catalogue, who live in a room below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count, QuerySet

from .choices import CONCLUDED, State
from .models import Application


def running() -> QuerySet[Application]:
    """Cases that have begun and are not decided yet; drafts are nobody's case."""
    return Application.objects.exclude(state__in=[*CONCLUDED, State.DRAFT])


def by_version(version_ids: Sequence[int]) -> Mapping[int, int]:
    """How many cases run on each of these versions. One query."""
    rows = running().filter(version__in=version_ids).order_by().values_list("version")
    return dict(rows.annotate(n=Count("pk")))

"""The citizen's pages."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from hall.access import citizen


@citizen
def my_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One of my cases."""
    return HttpResponse()

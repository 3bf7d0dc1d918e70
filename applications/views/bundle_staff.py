"""A bundle in hand, for everybody who has to do with one of its cases."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hall.access import staff
from hall.requests import DeskRequest

from .. import bundle_queries, queries, timeline
from ..bundle_models import BundleCase
from ..services.bundle_filling import whole_of


@staff
@require_GET
@never_cache
def bundle(request: DeskRequest, bundle_id: UUID) -> HttpResponse:
    """The parts with where each stands, the route as it is drawn, the one date, what happened."""
    try:
        found = bundle_queries.bundle_for_page(bundle_id)
    except BundleCase.DoesNotExist:
        raise Http404 from None
    if not bundle_queries.officer_may_see(request.officer, found):
        raise Http404
    whole = whole_of(found)
    clock = bundle_queries.own_clock(found)
    context = {
        "bundle": found,
        "columns": whole.columns(found.answers),
        "lines": bundle_queries.part_lines(found),
        "timed": queries.timed([clock] if clock else []),
        "materials": bundle_queries.materials_of(found),
        "events": timeline.for_staff(found.pk),
        "check": getattr(found, "scope_check", None),
    }
    return render(request, "applications/bundles/staff.html", context)

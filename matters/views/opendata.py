"""The portal's open data: what the catalogue says, for everybody to use."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from hall.access import public
from hall.requests import HallRequest

from .. import exporting, queries
from ..exporting import opendata
from .places import place_of

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
MAX_AGE = 300  # seconds in which a copy need not ask whether anything has changed


@public
@require_safe
def about(request: HallRequest, place: str) -> HttpResponse:
    """What is in the files, as of when, and what may be done with them."""
    here = place_of(request)
    context = {
        "nav_here": "matters",
        "fields": exporting.stamp_of(here),
        "counts": queries.public_counts(here),
        "licence_address": opendata.LICENCE,
    }
    return render(request, "matters/portal/open_data.html", context)


@public
@require_safe
def file(request: HallRequest, place: str, form: str) -> HttpResponseBase:
    """The file itself, streamed; 304 while nothing has changed."""
    here = place_of(request)
    fields = exporting.stamp_of(here)
    tag = opendata.tag(fields, form)
    if (unchanged := get_conditional_response(request, etag=tag)) is not None:
        return unchanged
    lines = exporting.csv_lines(fields) if form == "csv" else exporting.json_lines(fields)
    response = StreamingHttpResponse(lines, content_type=TYPES[form])
    response["ETag"] = tag
    response["Content-Disposition"] = f'attachment; filename="{here.slug}-matters.{form}"'
    response["Link"] = f'<{opendata.LICENCE}>; rel="license"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response

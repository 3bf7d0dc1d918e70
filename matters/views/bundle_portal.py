"""The portal of bundles (一件事) and of the negative list."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from hall.access import public
from hall.calendars.queries import calendar_for
from hall.clocks import engine
from hall.now import now
from hall.requests import HallRequest

from .. import bundles, market
from ..models import Bundle, BundleVersion, NegativeList
from .places import place_of

LONGEST_SCOPE = 1000


@public
@require_safe
def bundle_doors(request: HallRequest, place: str) -> HttpResponse:
    """All bundles of a place, the stages of a series together."""
    found = BundleVersion.objects.in_force().filter(bundle__jurisdiction=place_of(request))
    versions = list(
        found.select_related("bundle__department").order_by("series", "series_stage", "bundle__pk")
    )
    series: dict[str, list[BundleVersion]] = {}
    for version in versions:
        series.setdefault(version.series, []).append(version)
    context = {"series": series.items(), "nav_here": "matters"}
    return render(request, "matters/bundles/doors.html", context)


@public
@require_safe
def bundle_guide(request: HallRequest, place: str, short_code: str) -> HttpResponse:
    """What a bundle is: what to bring, how long it takes, its parts drawn side by side, in one situation."""
    here = place_of(request)
    bundle = get_object_or_404(
        Bundle.objects.select_related("department"), jurisdiction=here, short_code=short_code
    )
    version = bundle.versions.in_force().select_related("bundle__department", "bundle__jurisdiction").first()
    if version is None:
        return render(request, "matters/bundles/closed.html", {"bundle": bundle, "nav_here": "matters"})
    whole = bundles.compose(version)
    if whole.missing:
        return render(request, "matters/bundles/closed.html", {"bundle": bundle, "nav_here": "matters"})
    answers = whole.clean_answers(request.GET.dict())
    rows = whole.materials(answers)
    stages = BundleVersion.objects.none()
    if version.series:
        stages = BundleVersion.objects.in_force().filter(bundle__jurisdiction=here, series=version.series)
    context = {
        "bundle": bundle,
        "version": version,
        "answers": answers,
        "asked": whole.asked(answers),
        "columns": whole.columns(answers),
        "parts": whole.opened(answers),
        "bring": [row for row in rows if row.demanded],
        "obtained": [row for row in rows if not row.demanded],
        "fields": len(whole.form_items(answers)),
        "due": engine.due(now(), version.promised, calendar_for(here)),
        "stages": stages.select_related("bundle").order_by("series_stage"),
        "nav_here": "matters",
    }
    return render(request, "matters/bundles/guide.html", context)


@public
@require_safe
def bundle_short(request: HallRequest, short_code: str) -> HttpResponse:
    """The short link of a bundle, the same through all versions."""
    bundle = get_object_or_404(Bundle.objects.select_related("jurisdiction"), short_code=short_code)
    return redirect("matters:bundle_guide", bundle.jurisdiction.slug, bundle.short_code)


@public
@require_safe
@cache_control(max_age=86400, public=True)
def bundle_qr(request: HallRequest, short_code: str) -> HttpResponse:
    """The QR code of the short link."""
    if not Bundle.objects.filter(short_code=short_code).exists():
        raise Http404
    address = f"{settings.HALL_ADDRESS.rstrip('/')}{reverse('matters:bundle_short', args=[short_code])}"
    image = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True)
    return HttpResponse(
        image.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1), content_type="image/svg+xml"
    )


@public
@require_safe
def negative_list(request: HallRequest, place: str) -> HttpResponse:
    """The negative list of a place, and a business scope compared with it. Nothing asked here is kept."""
    here = place_of(request)
    found = NegativeList.objects.filter(jurisdiction=here).first()
    scope = request.GET.get("scope", "").strip()[:LONGEST_SCOPE]
    items = list(found.items.filter(in_use=True).select_related("matter")) if found else []
    context = {
        "list": found,
        "scope": scope,
        "hits": market.compare(items, scope) if scope else [],
        "prohibited": [item for item in items if item.kind == "prohibited"],
        "licensed": [item for item in items if item.kind == "licensed"],
        "nav_here": "matters",
    }
    return render(request, "matters/bundles/negative_portal.html", context)

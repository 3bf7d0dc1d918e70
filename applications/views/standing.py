"""For the keepers of the catalogue: how many running cases stand on each version of a matter, and which."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hall.access import desk
from hall.organisation.choices import Role
from hall.paging import page_by_key
from hall.requests import DeskRequest
from matters.models import Matter, MatterVersion

from .. import queries

PAGE = 50


@desk("catalogue")
@require_GET
@never_cache
def of_matter(request: DeskRequest, matter_id: int) -> HttpResponse:
    """A panel of the matter's page: its versions, each with the cases that still run on it."""
    matter = get_object_or_404(Matter, jurisdiction__in=request.officer.places(Role.KEEPER), pk=matter_id)
    context = {"matter": matter, "rows": queries.standing_on_versions(matter)}
    return render(request, "applications/manage/_standing.html", context)


@desk("catalogue")
@require_GET
@never_cache
def of_version(request: DeskRequest, version_id: int) -> HttpResponse:
    """The running cases of one version. Who applied is not the catalogue's business and is not shown."""
    versions = MatterVersion.objects.select_related("matter__jurisdiction")
    version = get_object_or_404(
        versions, matter__jurisdiction__in=request.officer.places(Role.KEEPER), pk=version_id
    )
    page = page_by_key(request, queries.running_on(version), keys=("-created_at", "id"), size=PAGE)
    watches = request.officer.has(Role.SUPERVISOR, Role.MANAGER, jurisdiction=version.matter.jurisdiction_id)
    context = {
        "matter": version.matter,
        "version": version,
        "page": page,
        "cases": queries.with_nearest_clock(page.items),
        "may_open": watches,
    }
    return render(request, "applications/manage/standing.html", context)

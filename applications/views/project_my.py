"""Projects for their builders: what comes next, who helps, what the departments said beforehand."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import citizen
from hall.requests import SignedInRequest
from matters.models import MatterVersion

from .. import project_gantt, project_queries, services, timeline
from ..choices import ConsultationState
from ..project_models import Project
from ..services.online import ONLINE_FROM
from ..services.project_registering import OPEN
from .own import my_own
from .project_staff import choose


@citizen
@require_GET
@never_cache
def mine(request: SignedInRequest) -> HttpResponse:
    """My projects, newest first."""
    context = {"projects": project_queries.of_account(request.user), "nav_here": "mine"}
    return render(request, "applications/projects/my_list.html", context)


@citizen
@require_GET
@never_cache
def project(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """One of my projects: next steps, stages, time, chart, helper."""
    found = _own(request, project_id)
    stages = project_queries.stages_of(found)
    chart = project_gantt.chart(found, stages)
    lines = [line for stage in stages for matter in stage.matters for line in matter.lines]
    closed = [
        each for each in project_queries.consultations_of(found) if each.state == ConsultationState.CLOSED
    ]
    context = {
        "project": found,
        "stages": stages,
        "failed": [line for line in lines if line.failed],
        "next": [m for stage in stages for m in stage.matters if m.open and m.version]
        if found.state in OPEN
        else [],
        "online_from": ONLINE_FROM,
        "chart": chart,
        "drawn": project_gantt.draw(chart),
        "timed": project_queries.timed(found),
        "helper": project_queries.helper_of(found),
        "consultations": closed,
        "events": timeline.for_public(found.pk),
        "nav_here": "mine",
    }
    return render(request, "applications/projects/my_project.html", context)


@citizen
@require_POST
def open_case(request: SignedInRequest, project_id: UUID, version_id: int) -> HttpResponse:
    """Begin a matter of the project from home; the project's facts and materials are filled in."""
    found = _own(request, project_id)
    version = MatterVersion.objects.filter(pk=version_id).select_related("matter__jurisdiction").first()
    if version is None or version.matter.jurisdiction_id != found.jurisdiction_id:
        raise Http404
    key = request.POST.get("idempotency_key", "")[:40]
    case = services.apply_for_project(
        found.pk, version=version, by=request.actor, key=f"{key}:p{version.pk}" if key else None
    )
    return redirect("applications:apply_who", case.pk)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def prerequisite(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """What is to become of a case of mine whose prerequisite was not granted."""
    case = my_own(request, case_id)
    if case.project_id is None:
        raise Http404
    return choose(
        request, case, "applications/projects/my_prerequisite.html", "applications:my_case", nav_here="mine"
    )


def _own(request: SignedInRequest, project_id: UUID) -> Project:
    if not Project.objects.of_account(request.user).filter(pk=project_id).exists():
        raise Http404
    return project_queries.project_for_page(project_id)

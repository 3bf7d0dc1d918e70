"""Papers on screen and on paper: the panel on the case page, the PDF, printable guides."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from hall.access import public, signed_in, staff
from hall.organisation.choices import Role
from hall.requests import DeskRequest, HallRequest, SignedInRequest
from matters.models import Matter, MatterVersion

from .. import queries, services
from ..composing import guides
from ..throttle import Busy, too_often
from ..workshop import drawing

# A browser's own PDF viewer is a plug-in to the policy; nothing else may run.
_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_GUIDE_SECONDS = 24 * 3600


@signed_in
@require_safe
@xframe_options_sameorigin
def print_paper(request: SignedInRequest, case_id: UUID, kind: str) -> HttpResponse:
    """One paper of a case as PDF, made now if it was not yet. `?key=` chooses among several of a kind.

    Every call is a "printed" event.
    """
    case = queries.case_for(request, case_id)
    paper = services.print_paper(case.pk, kind, key=request.GET.get("key", ""), by=request.actor)
    return pdf_response(services.read(paper), f"{paper.title}{paper.number or ''}")


@staff
@require_safe
def case_panel(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The papers and the certificate of a case, for the case page of every desk."""
    case = queries.case_for(request, case_id)
    issued = queries.certificate_of(case)
    context = {
        "case": case,
        "papers": queries.paper_lines(case, internal=True),
        "waiting_for": queries.waiting_for(case),
        "certificate": issued,
        "may_end": issued is not None
        and request.officer.has(Role.HEAD, department=case.version.department_id),
    }
    return render(request, "certificates/_case_panel.html", context)


@signed_in
@require_safe
def my_papers(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The papers of a case that the applicant may take home."""
    case = queries.case_for(request, case_id)
    context = {"case": case, "papers": queries.paper_lines(case, internal=False), "certificate": None}
    return render(request, "certificates/_my_papers.html", context)


@public
@require_safe
@xframe_options_sameorigin
def guide_card(request: HallRequest, short_code: str) -> HttpResponse:
    """The card for the counter on A5."""
    version = _version_in_force(short_code)
    key = f"guide:card:{version.pk}"
    content = cache.get(key)
    if content is None:
        if too_often(request, "guide", most=60, seconds=600):
            raise Busy
        content = drawing.draw(guides.guide_card(version))
        cache.set(key, content, _GUIDE_SECONDS)
    return pdf_response(content, version.matter.name)


def _version_in_force(short_code: str) -> MatterVersion:
    matter = get_object_or_404(Matter, short_code=short_code)
    version = (
        MatterVersion.objects.filter(matter=matter)
        .in_force()
        .select_related("matter__jurisdiction", "department")
        .first()
    )
    if version is None:
        raise Http404
    return version


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A paper as a browser shows it: inline, never stored, with a policy of its own."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = _inline(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _inline(name: str) -> str:
    return content_disposition_header(False, f"{name}.pdf") or "inline"

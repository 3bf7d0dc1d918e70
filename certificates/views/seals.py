"""Seals of a place (印章管理): take into use, stop, seal up, record destruction."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import desk, staff
from hall.errors import Conflict, Invalid, require
from hall.requests import DeskRequest
from hall.trail.queries import of_subject

from .. import services
from ..choices import SealState
from ..composing.parts import seal_spec
from ..forms import SealForm, SealStateForm
from ..models import Seal
from ..services.seals import managed_by, ways
from ..workshop import seal as workshop


@desk("organisation")
@require_http_methods(["GET", "HEAD", "POST"])
def seals(request: DeskRequest) -> HttpResponse:
    """All seals of the officer's places, and a form for a new one."""
    place = require(request.officer.jurisdiction, _("您没有岗位"))
    form = SealForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_seal(place, by=request.officer, **form.cleaned_data)
        except (Conflict, Invalid) as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("已启用"))
            return redirect("certificates:seals")
    rows = [(each, ways(each)) for each in managed_by(request.officer).order_by("jurisdiction", "code")]
    context = {"rows": rows, "form": form, "place": place}
    return render(request, "certificates/seals.html", context, status=422 if form.errors else 200)


@desk("organisation")
@require_POST
def seal_state(request: DeskRequest, seal_id: int) -> HttpResponse:
    """Stop, take up again, seal up, or record destruction."""
    form = SealStateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因"))
        return redirect("certificates:seal", seal_id)
    services.change_state(seal_id, by=request.officer, **form.cleaned_data)
    messages.success(request, _("已变更"))
    return redirect("certificates:seal", seal_id)


@desk("organisation")
@require_safe
def seal(request: DeskRequest, seal_id: int) -> HttpResponse:
    """One seal: how it looks, where it may go, and who did what with it."""
    found = managed_by(request.officer).filter(pk=seal_id).first()
    if found is None:
        raise Http404
    events = [
        {
            "at": event.at,
            "title": SealState(event.to_state).label,
            "who": event.actor_name,
            "text": event.reason,
        }
        for event in of_subject(found).order_by("-id")
    ]
    context = {"seal": found, "ways": ways(found), "events": events, "used": found.papers.count()}
    return render(request, "certificates/seal.html", context)


@staff
@require_safe
def seal_image(request: DeskRequest, seal_id: int) -> HttpResponse:
    """The seal as it is drawn on papers."""
    found = Seal.objects.select_related("jurisdiction").filter(
        pk=seal_id, jurisdiction__in=request.officer.jurisdiction_ids
    )
    spec = seal_spec(found.first())
    if spec is None:
        raise Http404
    return HttpResponse(workshop.draw(spec), content_type="image/svg+xml")

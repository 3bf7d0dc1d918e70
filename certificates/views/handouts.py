"""Guides, blank forms and manuals as PDF, and the page from which sheets for the counter are printed."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from hall.access import desk, public, staff
from hall.errors import HallError
from hall.requests import DeskRequest, HallRequest
from matters.models import MatterVersion
from matters.views.places import place_of

from .. import print_runs, services, sheets
from ..forms import PrintForm
from ..models import PrintRun

# A browser's own PDF viewer is a plug-in to the policy; nothing else may run.
_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@public
@require_safe
@xframe_options_sameorigin
def guide(request: HallRequest, place: str, short_code: str) -> HttpResponse:
    """The guide on A4. Of a suspended or cancelled matter too: it says so at its head."""
    return _sheet(request, _valid(request, short_code), "guide")


@public
@require_safe
@xframe_options_sameorigin
def blank_form(request: HallRequest, place: str, short_code: str) -> HttpResponse:
    """The application form, to be filled by hand."""
    return _sheet(request, _valid(request, short_code), "form")


@public
@require_safe
@xframe_options_sameorigin
def sample_form(request: HallRequest, place: str, short_code: str) -> HttpResponse:
    """The application form filled with made-up answers."""
    return _sheet(request, _valid(request, short_code), "sample")


@staff
@require_safe
@xframe_options_sameorigin
def manual(request: DeskRequest, place: str, short_code: str) -> HttpResponse:
    """The business manual's pages of one matter, for the staff of its place."""
    version = _valid(request, short_code)
    if version.matter.jurisdiction_id not in request.officer.jurisdiction_ids:
        raise Http404
    return _sheet(request, version, "manual")


@desk("catalogue")
@require_safe
@xframe_options_sameorigin
def of_version(request: DeskRequest, version_id: int, which: str) -> HttpResponse:
    """Any version as it will be or was printed, for the keepers of its place."""
    if which not in sheets.COMPOSERS:
        raise Http404
    versions = MatterVersion.objects.whole().filter(matter__jurisdiction__in=request.officer.jurisdiction_ids)
    return _sheet(request, get_object_or_404(versions, pk=version_id), which)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def printing(request: DeskRequest) -> HttpResponse:
    """Choose what to print for a hall, zone, window or department; what was printed lately."""
    place = place_of(request)
    form = PrintForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.begin_print_run(
                form.cleaned_data["kind"], form.chosen(), by=request.officer, owner=request.user
            )
        except HallError as error:
            form.add_error("subject", str(error))
        else:
            return redirect("certificates:print_run", run.pk)
    context = {"form": form, "runs": print_runs.recent(place)}
    return render(request, "certificates/printing.html", context, status=422 if form.errors else 200)


@staff
@require_safe
def print_run(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """How far a run has come; when it is done, the file. Polled while it waits."""
    runs = PrintRun.objects.filter(jurisdiction__in=request.officer.jurisdiction_ids).select_related("file")
    run = get_object_or_404(runs, pk=run_id)
    done = print_runs.progress(run)
    context = {"run": run, "done": done, "percent": round(100 * done / run.size)}
    template = "certificates/_print_run.html" if request.htmx else "certificates/print_run.html"
    return render(request, template, context)


def _valid(request: HallRequest, short_code: str) -> MatterVersion:
    """The version that the public reads today, in the place of the address."""
    versions = MatterVersion.objects.valid_at().whole()
    return get_object_or_404(versions, matter__jurisdiction=place_of(request), matter__short_code=short_code)


def _sheet(request: HallRequest, version: MatterVersion, which: str) -> HttpResponse:
    content, digest = sheets.sheet(request, version, which)
    title = {"guide": "办事指南", "form": "申请表", "sample": "填写示例", "manual": "业务手册"}[which]
    name = f"{version.matter.name}{title}第{version.number}版.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = f'"{digest[:32]}"'
    return response

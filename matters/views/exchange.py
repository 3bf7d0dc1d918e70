"""The keepers' desk: files that come in and go out."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import HallError, Invalid
from hall.now import today
from hall.requests import DeskRequest

from .. import exporting, queries
from ..choices import ImportState
from ..forms.exchange import ImportForm
from ..importing import reading, runs, vocabulary
from ..models import ImportRun
from ..querysets import MatterQuerySet
from .places import place_of
from .selecting import asked_of

RUNS = 10
SHOWN = 300  # refused rows and remarks on the page; the annotated copy has all of them
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk("catalogue")
def import_file(request: DeskRequest) -> HttpResponse:
    """Import a file: first a dry run with its report, then the same file for good."""
    form = ImportForm(request.POST or None, request.FILES or None, place=place_of(request))
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile = form.cleaned_data.pop("file")
        try:
            if (upload.size or 0) > reading.LARGEST_FILE:
                raise Invalid(
                    _("文件超过%(limit)s MB，请分成几个文件") % {"limit": reading.LARGEST_FILE // 1024**2}
                )
            run = runs.begin(
                upload,
                place_of(request),
                by=request.officer,
                owner=request.user,
                dry_run="apply" not in request.POST,
                **form.cleaned_data,
            )
        except HallError as error:
            form.add_error("file", str(error))
        else:
            context |= _about(run)
    if request.headers.get("HX-Request"):
        return render(request, "matters/manage/_run.html", context)
    context["runs"] = ImportRun.objects.filter(jurisdiction=place_of(request)).select_related(
        "file", "started_by"
    )[:RUNS]
    return render(request, "matters/manage/import.html", context)


@desk("catalogue")
def import_run(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """One import: how far it is, or what came of it. htmx asks for the part that changes."""
    run = _run(request, run_id)
    template = "matters/manage/_run.html" if request.headers.get("HX-Request") else "matters/manage/run.html"
    return render(request, template, _about(run) | {"form": None})


@desk("catalogue")
@require_POST
def import_for_good(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """Import the file of a dry run for good."""
    run = _run(request, run_id)
    if not run.dry_run or run.state != ImportState.DONE:
        raise Invalid(_("只有试运行完成的文件可以写入"))
    made = runs.again_for_good(run, by=request.officer, owner=request.user)
    return redirect("matters:import_run", made.pk)


@desk("catalogue")
def import_template(request: DeskRequest, form: str) -> HttpResponse:
    """An empty file to fill in: as a workbook with drop-down lists, or the headings alone as CSV."""
    if form == "xlsx":
        return _file(exporting.template(place_of(request)), "matters-template.xlsx")
    text = io.StringIO()
    csv.writer(text).writerow(vocabulary.headings())
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="matters.csv"'
    return response


@desk("catalogue")
def export(request: DeskRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """The matters of the keepers' list, as it is narrowed, to work on in Excel or as JSON."""
    place = place_of(request)
    asked = asked_of(request)
    found: MatterQuerySet | None = queries.for_keepers(place, asked) if asked else None
    name = f"matters-{place.slug}-{today():%Y%m%d}.{form}"
    if form == "xlsx":
        return _file(exporting.export_workbook(place, by=request.officer, matters=found), name)
    pieces = exporting.export_json(place, by=request.officer, matters=found)
    response = StreamingHttpResponse(pieces, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _run(request: DeskRequest, run_id: UUID) -> ImportRun:
    """A run of the keeper's own place; any other does not exist for this keeper."""
    found = ImportRun.objects.select_related("file", "annotated", "started_by", "matter_list")
    return get_object_or_404(found, jurisdiction=place_of(request), pk=run_id)


def _about(run: ImportRun) -> dict[str, Any]:
    done, of = runs.progress(run) if run.state == ImportState.WAITING else (0, 0)
    report = runs.report_of(run)
    return {
        "run": run,
        "report": report,
        "refused": report.refused[:SHOWN] if report else [],
        "flagged": report.flagged[:SHOWN] if report else [],
        "done": done,
        "of": of,
        "percent": 100 * done // of if of else 0,
    }


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

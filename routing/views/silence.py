"""缺席、超时默认 on screen: what falls silent, what waits for a supervisor, reports, proofs."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from applications.viewers import officer_may_see
from hall.access import desk, staff
from hall.errors import Invalid
from hall.organisation.choices import Role
from hall.people.forms import put_refusal
from hall.requests import DeskRequest

from .. import queries, services, silence_queries
from ..choices import HeldVerdict
from ..forms import HeldForm, ReportAnswerForm
from ..models import EvidencePack, HeldSilence, SilenceBatch, SpecialReport
from ..services.evidence import canonical


@desk("review")
@require_safe
def soon(request: DeskRequest) -> HttpResponse:
    """What the officer's departments will let fall silent in the next five working days."""
    context = {"departments": silence_queries.of_departments(request.officer), "days": silence_queries.DAYS}
    return render(request, "routing/silence_soon.html", context)


@desk("supervision")
@require_safe
def silences(request: DeskRequest) -> HttpResponse:
    """Every department's coming silences, and before them what waits for a supervisor."""
    return _silences(request)


@desk("supervision")
@require_POST
def answer_held(request: DeskRequest, batch_id: int) -> HttpResponse:
    """One act on the ticked ones: release, more time, or no silence."""
    batch = get_object_or_404(SilenceBatch, pk=batch_id, jurisdiction__in=_watched(request))
    form = HeldForm(request.POST, held=HeldSilence.objects.filter(batch=batch, verdict=HeldVerdict.WAITING))
    if not form.is_valid():
        return _silences(request, batch.pk, form)
    given = form.cleaned_data
    try:
        done = services.answer_held(
            batch.pk,
            [row.pk for row in given["held"]],
            verdict=given["verdict"],
            reason=given["reason"],
            days=given["days"],
            by=request.officer,
        )
    except Invalid as refusal:
        put_refusal(form, refusal)
        return _silences(request, batch.pk, form)
    messages.success(request, _("已处理%(n)s件") % {"n": done})
    return redirect("routing:silences")


@desk("supervision")
@require_safe
def reports(request: DeskRequest) -> HttpResponse:
    """特殊情况报备 that wait for an answer, and those on which a clock stands still."""
    return _reports(request)


@desk("supervision")
@require_POST
def answer_report(request: DeskRequest, report_id: int) -> HttpResponse:
    """Grant days, grant a pause, or reject one report."""
    form = ReportAnswerForm(request.POST, auto_id=f"id_{report_id}_%s")
    if not form.is_valid():
        return _reports(request, report_id, form)
    given, verdict = form.cleaned_data, request.POST.get("verdict")
    said = {"answer": given["answer"], "by": request.officer}
    try:
        if verdict == "pause":
            services.grant_pause(report_id, until=form.until(), **said)
        elif verdict == "grant":
            services.grant_report(report_id, days=given["days"], **said)
        else:
            services.reject_report(report_id, **said)
    except Invalid as refusal:
        put_refusal(form, refusal)
        return _reports(request, report_id, form)
    messages.success(request, _("已答复"))
    return redirect("routing:reports")


@staff
@require_POST
def resume_report(request: DeskRequest, report_id: int) -> HttpResponse:
    """The special circumstances are over: the clocks go on."""
    found = get_object_or_404(SpecialReport.objects.select_related("task"), pk=report_id)
    if not officer_may_see(request.officer, found.task.case_id):
        raise Http404
    services.resume_report(report_id, by=request.officer, reason=request.POST.get("reason", ""))
    messages.success(request, _("已恢复计时"))
    if request.officer.has(Role.SUPERVISOR):
        return redirect("routing:reports")
    return redirect("routing:task", found.task_id)


@staff
@require_safe
@never_cache
def evidence(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The evidence pack as canonical JSON, byte for byte what its SHA-256 was taken of."""
    pack = get_object_or_404(EvidencePack.objects.select_related("task__case"), task_id=task_id)
    if not officer_may_see(request.officer, pack.task.case_id):
        raise Http404
    response = HttpResponse(canonical(pack.data), content_type="application/json")
    name = f"silence-{pack.task.case.number}-{pack.pk}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# -- Parts ----------------------------------------------------------------------------------------------


def _watched(request: DeskRequest) -> list[int]:
    return request.officer.places(Role.SUPERVISOR, Role.MANAGER)


def _silences(
    request: DeskRequest, batch_id: int | None = None, form: HeldForm | None = None
) -> HttpResponse:
    batches = [
        {
            "batch": batch,
            "form": form if batch.pk == batch_id else HeldForm(held=HeldSilence.objects.none()),
            "action": reverse("routing:answer_held", args=[batch.pk]),
        }
        for batch in silence_queries.waiting_batches(request.officer)
    ]
    context = {
        "batches": batches,
        "failed": form,
        "chosen": set(request.POST.getlist("held")),
        "answered": silence_queries.answered_batches(request.officer),
        "departments": silence_queries.of_places(request.officer),
        "days": silence_queries.DAYS,
        "may_answer": request.officer.has(Role.SUPERVISOR),
        "here": "silences",
    }
    return render(request, "routing/silences.html", context, status=422 if form else 200)


def _reports(
    request: DeskRequest, failed: int | None = None, form: ReportAnswerForm | None = None
) -> HttpResponse:
    listed = queries.open_reports(request.officer).order_by("filed_at")[:200]
    rows = [
        {
            "report": report,
            "form": form
            if form and report.pk == failed
            else ReportAnswerForm(initial={"days": report.days}, auto_id=f"id_{report.pk}_%s"),
        }
        for report in listed
    ]
    context = {
        "rows": rows,
        "failed": form,
        "paused": silence_queries.paused_by_report(request.officer)[:200],
        "may_answer": request.officer.has(Role.SUPERVISOR),
        "here": "reports",
    }
    return render(request, "routing/reports.html", context, status=422 if form else 200)

"""The page of one case for every desk. Each room serves its own panel on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hall.access import desk, staff
from hall.clocks import queries as clock_queries
from hall.errors import Invalid
from hall.organisation.choices import Role
from hall.requests import DeskRequest
from matters import formspec, search

from .. import project_queries, queries, services, timeline, viewers
from ..choices import State
from ..forms import ReasonForm
from ..later_forms import TerminateForm
from ..models import Application
from ..project_models import Project
from ..services.ending import TERMINABLE


@staff
@require_GET
@never_cache
def case(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Everything of a case: who, what, materials, clocks and why, the trace, other rooms' panels."""
    found = _visible(request, case_id)
    supervises = request.officer.has(Role.SUPERVISOR, Role.MANAGER, jurisdiction=found.jurisdiction_id)
    context = {
        "case": found,
        "version": found.version,
        "rows": queries.materials_of(found),
        "filled": formspec.describe(found.version.form_fields, found.form_data),
        "clocks": queries.timed(clock_queries.of_case(found.pk)),
        "events": timeline.for_staff(found.pk),
        "notices": found.correction_notices.prefetch_related("supplements"),
        "supplements": found.supplements.exclude(deferral=None),
        "commitment": getattr(found, "commitment_check", None),
        "may_check": request.officer.has(Role.REVIEWER, Role.HEAD, department=found.version.department_id),
        "deferrals": found.deferrals.select_related("case_material__material"),
        "at_desk": request.officer.has(Role.CLERK, hall=found.hall_id) if found.hall_id else False,
        "line": project_queries.of_case(found),
        "may_open_project": found.project_id is not None
        and Project.objects.visible_to(request.officer).filter(pk=found.project_id).exists(),
        "may_terminate": supervises and found.state in TERMINABLE,
        "may_notice_again": supervises and found.state == State.RECEIVED and _was_told(found),
    }
    return render(request, "applications/staff/case.html", context)


@staff
@require_GET
@never_cache
def find(request: DeskRequest) -> HttpResponse:
    """The search of the bar above every desk: cases by exact number or document, matters by words."""
    text = request.GET.get("q", "").strip()
    cases = queries.find(request.officer, text)
    if len(cases) == 1:
        return redirect("applications:case", cases[0].pk)
    matters = search.find(request.place, text) if text and request.place else []
    context = {"text": text, "cases": cases, "matters": matters}
    return render(request, "applications/staff/find.html", context)


@staff
@require_GET
@never_cache
def timeline_part(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The trace alone, for a panel on another desk's page."""
    found = _visible(request, case_id)
    return render(
        request, "components/timeline.html", {"items": timeline.for_staff(found.pk), "narrow": True}
    )


@desk("supervision")
@require_http_methods(["GET", "POST"])
@never_cache
def second_notice(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """A second correction notice takes a supervisor and a reason (行政许可法 Art. 32(4))."""
    found = _visible(request, case_id)
    items = services.items_from_verdicts(found)
    form = ReasonForm(
        request.POST or None,
        label=_("再次告知的理由"),
        help_text=_("写明为什么第一次没有告知清楚；理由进入留痕并印在告知书上"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.give_notice(
                found.pk, items=items, by=request.officer, second_reason=form.cleaned_data["reason"]
            )
        except Invalid as error:
            form.take_over(error, {"second_reason": "reason"})
        else:
            messages.success(request, _("已再次告知"))
            return redirect("applications:case", found.pk)
    context = {"case": found, "form": form, "items": items, "title": _("批准再次告知")}
    status = 422 if form.errors else 200
    return render(request, "applications/staff/reason.html", context, status=status)


@desk("supervision")
@require_http_methods(["GET", "POST"])
@never_cache
def terminate(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """End a case that cannot go on, with the reason that the applicant is told."""
    found = _visible(request, case_id)
    form = TerminateForm(request.POST or None, label=_("终止的原因"), help_text=_("会告知申请人"))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        services.terminate(found.pk, told["reason"], ground=told["ground"], by=request.officer)
        messages.success(request, _("已终止办理"))
        return redirect("applications:case", found.pk)
    context = {"case": found, "form": form, "title": _("终止办理")}
    status = 422 if form.errors else 200
    return render(request, "applications/staff/reason.html", context, status=status)


def _visible(request: DeskRequest, case_id: UUID) -> Application:
    if not viewers.officer_may_see(request.officer, case_id):
        raise Http404
    return queries.case_for_page(case_id)


def _was_told(case: Application) -> bool:
    return case.correction_notices.exists()

"""告知承诺 in the department: what is to be checked, and what follows a false promise."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hall.access import desk
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Invalid
from hall.organisation.choices import Role
from hall.requests import DeskRequest
from matters import formspec

from .. import commitment_queries, queries, services
from ..choices import CommitmentState, MaterialVerdict
from ..commitment_models import Commitment
from ..later_forms import CommitmentCheckForm, CommitmentDecisionForm


@desk("review")
@require_GET
@never_cache
def commitments(request: DeskRequest) -> HttpResponse:
    """待核查承诺 of my departments, the nearest limit first; what waits for the head; what is done."""
    context = {
        "to_check": commitment_queries.to_check(request.officer),
        "found_false": commitment_queries.found_false(request.officer),
        "done": commitment_queries.done(request.officer),
    }
    return render(request, "applications/commitments/list.html", context)


@desk("review")
@require_http_methods(["GET", "POST"])
@never_cache
def commitment(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """One promise: what was promised instead of what; the check; the statement; the head's decision."""
    found = Commitment.objects.of_officer(request.officer).filter(case=case_id).first()
    if found is None:
        raise Http404
    case = queries.case_for_page(case_id)
    checking = request.method == "POST" and request.POST.get("do") == "check"
    deciding = request.method == "POST" and request.POST.get("do") == "decide"
    check = CommitmentCheckForm(request.POST if checking else None)
    decide = CommitmentDecisionForm(request.POST if deciding else None)
    if checking and check.is_valid():
        told = check.cleaned_data
        try:
            services.check_commitment(
                case.pk,
                conforms=told["conforms"] == "yes",
                facts=told["facts"],
                evidence=told["evidence"],
                by=request.officer,
            )
        except Invalid as error:
            check.take_over(error)
        else:
            messages.success(request, _("核查结果已登记"))
            return redirect("applications:commitment", case.pk)
    if deciding and decide.is_valid():
        told = decide.cleaned_data
        services.decide_on_commitment(
            case.pk, revoke=told["revoke"] == "yes", reasons=told["reasons"], by=request.officer
        )
        messages.success(request, _("决定已作出，申请人已收到通知"))
        return redirect("applications:commitment", case.pk)
    statement_clock = running(case, Kind.STATEMENT)
    context = {
        "case": case,
        "version": case.version,
        "found": found,
        "clock": running(case, Kind.COMMITMENT_CHECK),
        "statement_clock": statement_clock,
        "replaced": [row for row in queries.materials_of(case) if row.verdict == MaterialVerdict.COMMITTED],
        "filled": formspec.describe(case.version.form_fields, case.form_data),
        "check": check,
        "decide": decide,
        "may_check": found.state == CommitmentState.AWAITING and commitment_queries.has_result(case),
        "heard": found.stated_at is not None or statement_clock is None,
        "is_head": request.officer.has(Role.HEAD, department=found.department_id),
    }
    failed = check.errors or decide.errors
    return render(request, "applications/commitments/one.html", context, status=422 if failed else 200)

"""The issue window (统一出件): scan, look, sign, hand over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.choices import DeferralState, State
from applications.models import Application
from hall.access import desk
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.paging import page_by_key
from hall.requests import DeskRequest

from .. import queries, services
from ..forms import DeliverForm
from ..models import Delivery


@desk("issue")
@require_safe
def issue(request: DeskRequest) -> HttpResponse:
    """One field for a scanned code; below it what lies ready. A single hit opens at once."""
    text = request.GET.get("q", "").strip()
    found = queries.scan(request.officer, text) if text else []
    bundles = queries.bundles_scanned(request.officer, text) if text else []
    if len(bundles) == 1 and all(case.bundle_id == bundles[0].pk for case in found):
        return redirect("certificates:issue_bundle", bundles[0].pk)
    if len(found) == 1:
        return redirect("certificates:issue_case", found[0].pk)
    context = {
        "q": text,
        "found": found,
        "bundles_found": bundles,
        "bundles_ready": queries.bundles_ready(request.officer),
        "page": page_by_key(request, queries.ready(request.officer), keys=("ready_at", "id"), size=30),
        "today": queries.delivered_today(request.officer)[:10],
    }
    return render(request, "certificates/issue.html", context)


@desk("issue")
@require_http_methods(["GET", "HEAD", "POST"])
def issue_case(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The result of one case: who takes it, with what right, signature, handed over."""
    case = (
        queries.cases_of(request.officer)
        .select_related(
            "version__matter", "version__department", "person", "enterprise", "hall", "jurisdiction"
        )
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise Http404
    form = DeliverForm(request.POST or None, case=case)
    message = None
    if request.method == "POST":
        if case.state in (State.DELIVERED, State.ARCHIVED):  # the form was sent twice
            return redirect("certificates:issue_case", case.pk)
        if form.is_valid():
            try:
                _deliver(case, form, request)
            except (Invalid, NotAllowed, WrongState, Conflict) as refused:
                message = refused.message
                for name, told in getattr(refused, "fields", {}).items():
                    for each in told:
                        form.add_error(name if name in form.fields else None, each)
            else:
                messages.success(request, _("已送达，请打印送达回证"))
                return redirect("certificates:issue_case", case.pk)
    context = {
        "case": case,
        "form": form,
        "message": message,
        "papers": queries.result_lines(case),
        "certificate": queries.certificate_of(case),
        "delivery": Delivery.objects.filter(case=case).select_related("delivered_by", "window").first(),
        "waiting_for": queries.waiting_for(case),
        "owed": case.deferrals.filter(state=DeferralState.OPEN).select_related("case_material__material"),
        "is_ready": case.state == State.READY,
    }
    return render(request, "certificates/issue_case.html", context, status=422 if message else 200)


def _deliver(case: Application, form: DeliverForm, request: DeskRequest) -> None:
    services.deliver(
        case.pk,
        mode=form.cleaned_data["mode"],
        collector=form.collector(),
        signature=form.cleaned_data["signature"],
        tracking_number=form.cleaned_data["tracking_number"],
        by=request.officer,
    )

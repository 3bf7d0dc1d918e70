"""Materials that nobody hands in: a certificate instead of a document, and the departments' own checks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hall.access import citizen, desk, staff
from hall.errors import Invalid
from hall.requests import DeskRequest, SignedInRequest

from .. import evidence, queries, services, viewers
from ..choices import FINAL, CheckResult, MaterialVerdict
from ..forms import CheckForm
from ..models import Application
from ..services.evidencing import MAY_CHECK
from .desk_case import visible_case
from .own import my_own


@desk("desk")
@require_POST
def use_at_desk(request: DeskRequest, case_id: UUID, code: str) -> HttpResponse:
    """The clerk lets a certificate stand in for a material: one that is offered, or a number shown."""
    case = visible_case(request, case_id)
    number = request.POST.get("number", "").strip()[:80]
    held = "" if number else request.POST.get("held", "")
    try:
        services.use_certificate(case.pk, code, held=held, number=number, by=request.officer)
    except Invalid as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("已用电子证照替代"))
    return redirect("applications:desk_case", case.pk)


@citizen
@require_POST
def use_from_home(request: SignedInRequest, case_id: UUID, code: str) -> HttpResponse:
    """The applicant lets one of their own certificates stand in for a material."""
    case = my_own(request, case_id)
    try:
        services.use_certificate(case.pk, code, held=request.POST.get("held", ""), by=request.actor)
    except Invalid as error:
        messages.error(request, str(error.message))
    return redirect("applications:apply_materials", case.pk)


@staff
@require_GET
@never_cache
def panel(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """What nobody hands in in this case: what departments obtain, and what came of it; what stands in."""
    return _panel(request, _seen(request, case_id))


@staff
@require_POST
def check(request: DeskRequest, case_id: UUID, code: str) -> HttpResponse:
    """Write down a department's check; answers with the panel."""
    case = _seen(request, case_id)
    form = CheckForm(request.POST, prefix=code)
    form.is_valid()
    try:
        services.record_check(case.pk, code, by=request.officer, **form.told())
    except Invalid as error:
        return _panel(request, case, code, str(error.message))
    return _panel(request, _seen(request, case_id))


def _panel(request: DeskRequest, case: Application, wrong: str = "", message: str = "") -> HttpResponse:
    not_handed_in = (MaterialVerdict.SHARED, MaterialVerdict.REUSED)
    rows = [row for row in queries.materials_of(case) if row.verdict in not_handed_in]
    evidence.dress(case, rows, offering=False)
    may = case.state not in FINAL and request.officer.post_for(*MAY_CHECK, jurisdiction=case.jurisdiction_id)
    context: dict[str, Any] = {
        "case": case,
        "rows": [(row, CheckForm(prefix=row.material.code)) for row in rows],
        "may_check": bool(may),
        "wrong": wrong,
        "message": message,
        "obtained": CheckResult.OBTAINED,
    }
    return render(request, "applications/_evidence_panel.html", context, status=422 if message else 200)


def _seen(request: DeskRequest, case_id: UUID) -> Application:
    if not viewers.officer_may_see(request.officer, case_id):
        raise Http404
    return queries.case_for_page(case_id)

"""What other desks see of the departments' work: a panel on the case page, returned tasks."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.models import Application
from applications.viewers import officer_may_see
from hall.access import desk, staff
from hall.organisation.choices import Role
from hall.requests import DeskRequest
from matters.choices import SpecialProcedure

from .. import queries, services
from ..choices import ProcedureState, ReportState, TaskState
from ..drawing import draw
from ..models import Procedure
from ..route_map import route_map
from .lead_context import lead_panel
from .slips import slip_context


@staff
def case_panel(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The drawn route of a case: where the paper is, who holds it and since when."""
    case = get_object_or_404(Application.objects.select_related("version", "jurisdiction"), pk=case_id)
    if not officer_may_see(request.officer, case_id):
        raise Http404
    procedures = list(case.procedures.select_related("task__department", "hearing__chair"))
    context = {
        "case": case,
        "procedures": procedures,
        "asked_for": next((each for each in procedures if _may_be_asked_for(each)), None),
        "extension": case.extensions.exclude(state=ReportState.REJECTED).first(),
        "route": (route := route_map(case)),
        "drawn": draw(route, ident="case-route"),
        **lead_panel(case.tasks.filter(decides=True).order_by("opened_at").last()),
        "sent_again": queries.recallable(case, request.officer),
        **slip_context(case, request.officer),
        "opinions": queries.opinions_of(case),
        "silent_of_case": queries.silent_of(case),
        "returned": case.tasks.filter(state=TaskState.RETURNED).select_related("department"),
        "may_resend": request.officer.has(Role.CLERK, hall=case.hall_id),
    }
    return render(request, "routing/_case_panel.html", context)


def _may_be_asked_for(procedure: Procedure) -> bool:
    """A hearing whose right was told and that nobody has asked for yet."""
    if procedure.kind != SpecialProcedure.HEARING or procedure.state != ProcedureState.RUNNING:
        return False
    return procedure.hearing.requested_at is None


@desk("desk")
@require_POST
def resend(request: DeskRequest, task_id: str) -> HttpResponse:
    """The front desk answers a returned task."""
    task = services.resend(task_id, note=request.POST.get("note", ""), by=request.officer)
    messages.success(request, _("已重新送审"))
    return redirect("applications:case", task.case_id)

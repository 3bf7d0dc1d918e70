"""The end of a certificate, by the head of the organ that granted it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hall.access import desk
from hall.errors import Invalid
from hall.organisation.choices import Role
from hall.requests import DeskRequest

from .. import services
from ..forms import RevokeForm, SupersedeForm
from ..models import Certificate


@desk("review")
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: DeskRequest, certificate_id: UUID) -> HttpResponse:
    """One certificate; revoke it, or let a newer one take its place."""
    issued = (
        Certificate.objects.select_related(
            "case__version__department", "matter", "superseded_by", "paper__seal", "case__jurisdiction"
        )
        .filter(
            pk=certificate_id,
            case__version__department__in=request.officer.departments(Role.HEAD, Role.REVIEWER),
        )
        .first()
    )
    if issued is None:
        raise Http404
    revoking = request.method == "POST" and request.POST.get("do") == "revoke"
    superseding = request.method == "POST" and request.POST.get("do") == "supersede"
    revoke = RevokeForm(request.POST if revoking else None)
    supersede = SupersedeForm(request.POST if superseding else None)
    if revoking and revoke.is_valid():
        services.revoke(issued.pk, reason=revoke.cleaned_data["reason"], by=request.officer)
        messages.success(request, _("已撤销，撤销决定书已编号"))
        return redirect("certificates:certificate", issued.pk)
    if superseding and supersede.is_valid():
        try:
            services.supersede(issued.pk, by=request.officer, **supersede.cleaned_data)
        except Invalid as refused:
            supersede.add_error("by_number", refused.message)
        else:
            messages.success(request, _("已替换"))
            return redirect("certificates:certificate", issued.pk)
    context = {
        "certificate": issued,
        "revoke": revoke,
        "supersede": supersede,
        "may_end": request.officer.has(Role.HEAD, department=issued.case.version.department_id),
    }
    failed = revoke.errors or supersede.errors
    return render(request, "certificates/certificate.html", context, status=422 if failed else 200)

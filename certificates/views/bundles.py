"""Papers of a bundle, and the one hand-over of all its results at the issue window."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from applications import bundle_queries
from applications.bundle_models import BundleCase
from applications.choices import State
from hall.access import desk, signed_in
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.organisation.choices import Role
from hall.people.models import User
from hall.requests import DeskRequest, HallRequest, SignedInRequest

from .. import services
from ..forms import DeliverForm
from ..models import Delivery
from .papers import pdf_response


@signed_in
@require_safe
@xframe_options_sameorigin
def print_bundle(request: SignedInRequest, bundle_id: UUID, kind: str) -> HttpResponse:
    """The receipt of the whole, or its notice, as PDF. Every call is a "printed" event."""
    bundle = _for(request, bundle_id)
    paper = services.print_bundle_paper(bundle.pk, kind, by=request.actor)
    return pdf_response(services.read(paper), f"{paper.title}{paper.number or ''}")


@desk("issue")
@require_http_methods(["GET", "HEAD", "POST"])
def issue_bundle(request: DeskRequest, bundle_id: UUID) -> HttpResponse:
    """All results of a bundle: which are ready, which are awaited; who takes them, signed once."""
    places = request.officer.places(Role.ISSUER)
    if not BundleCase.objects.filter(pk=bundle_id, jurisdiction__in=places).exists():
        raise Http404
    bundle = bundle_queries.bundle_for_page(bundle_id)
    form = DeliverForm(request.POST or None, case=bundle)
    message = None
    if request.method == "POST":
        if bundle.state == State.DELIVERED:  # the form was sent twice
            return redirect("certificates:issue_bundle", bundle.pk)
        if form.is_valid():
            try:
                handed = services.deliver_bundle(
                    bundle.pk,
                    mode=form.cleaned_data["mode"],
                    collector=form.collector(),
                    signature=form.cleaned_data["signature"],
                    tracking_number=form.cleaned_data["tracking_number"],
                    by=request.officer,
                )
            except (Invalid, NotAllowed, WrongState, Conflict) as refused:
                message = refused.message
                for name, told in getattr(refused, "fields", {}).items():
                    for each in told:
                        form.add_error(name if name in form.fields else None, each)
            else:
                messages.success(request, _("已一次送达%(n)s项结果") % {"n": len(handed)})
                return redirect("certificates:issue_bundle", bundle.pk)
    ready = bundle.cases.filter(state=State.READY).exists()
    deliveries = Delivery.objects.filter(case__bundle=bundle).select_related("case__version__matter")
    context = {
        "bundle": bundle,
        "form": form,
        "message": message,
        "lines": bundle_queries.part_lines(bundle),
        "awaited": services.awaited(bundle),
        "is_ready": ready and (bundle.state == State.READY or bundle.singly),
        "deliveries": deliveries.order_by("delivered_at"),
    }
    return render(request, "certificates/issue_bundle.html", context, status=422 if message else 200)


def _for(request: HallRequest, bundle_id: UUID) -> BundleCase:
    """The bundle, for whoever may see its papers; Http404 for everybody else."""
    bundle = BundleCase.objects.filter(pk=bundle_id).first()
    if bundle is None:
        raise Http404
    officer = request.officer
    if officer is not None:
        issuer = officer.has(Role.ISSUER, jurisdiction=bundle.jurisdiction_id)
        may = issuer or bundle_queries.officer_may_see(officer, bundle)
    else:
        user = request.user
        may = isinstance(user, User) and BundleCase.objects.of_account(user).filter(pk=bundle.pk).exists()
    if not may:
        raise Http404
    return bundle

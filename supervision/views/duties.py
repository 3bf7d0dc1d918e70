"""监管分工: which department supervises which matter, for those who keep the catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import desk
from hall.errors import Conflict, Invalid
from hall.organisation.desk import seat
from hall.organisation.models import Department
from hall.paging import page_by_key
from hall.requests import DeskRequest
from hall.trail.queries import of_subject
from matters.models import Matter

from .. import exchange_queries as queries
from .. import services
from ..exchange_forms import DutyForm, ReleaseForm
from ..services.duties import KEEPERS


@desk("regimes")
@require_GET
@never_cache
def duties(request: DeskRequest) -> HttpResponse:
    """Matters and who supervises each."""
    at = seat(request, *KEEPERS)
    text, without = request.GET.get("q", ""), request.GET.get("without") == "1"
    found = queries.duty_rows(at.place.pk, text, only_without=without)
    page = page_by_key(request, found, keys=("name", "id"), size=50)
    supervising = queries.supervisors([matter.pk for matter in page.items])
    rows = [(matter, supervising.get(matter.pk, [])) for matter in page.items]
    context = {"rows": rows, "page": page, "q": text, "without": without}
    return render(request, "exchange/duties.html", context)


@desk("regimes")
@require_http_methods(["GET", "POST"])
@never_cache
def duty(request: DeskRequest, matter_id: int) -> HttpResponse:
    """One matter: who supervises it, by what, and one more."""
    at = seat(request, *KEEPERS)
    matter = _matter(at.place.pk, matter_id)
    form = DutyForm(at.place, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.assign_duty(matter, by=request.officer, **form.cleaned_data)
        except Invalid as error:
            form.take_over(error)
        except Conflict as error:
            form.add_error("department", str(error))
        else:
            messages.success(request, _("已确定监管部门，以后的审批结果会推送给它"))
            return redirect("exchange:duty", matter_id)
    return _page(request, matter, form, ReleaseForm())


@desk("regimes")
@require_POST
def release(request: DeskRequest, matter_id: int, department_id: int) -> HttpResponse:
    """From today on this department does not."""
    at = seat(request, *KEEPERS)
    matter = _matter(at.place.pk, matter_id)
    department = Department.objects.filter(jurisdiction=at.place, pk=department_id).first()
    if department is None:
        raise Http404
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _page(request, matter, DutyForm(at.place), form, department_id)
    services.release_duty(matter, department, reason=form.cleaned_data["reason"], by=request.officer)
    messages.success(request, _("已解除"))
    return redirect("exchange:duty", matter_id)


def _matter(place: int, matter_id: int) -> Matter:
    matter = Matter.objects.filter(jurisdiction=place, pk=matter_id).select_related("department").first()
    if matter is None:
        raise Http404
    return matter


def _page(
    request: DeskRequest, matter: Matter, form: DutyForm, release_form: ReleaseForm, failed: int = 0
) -> HttpResponse:
    wrong = form.errors or release_form.errors
    told = ("supervision.duty_assigned", "supervision.duty_released")
    context = {
        "matter": matter,
        "supervising": queries.supervising_of(matter.pk),
        "form": form,
        "release_form": release_form,
        "failed": failed,
        "events": of_subject(matter).filter(what__in=told).order_by("-id")[:50],
    }
    return render(request, "exchange/duty.html", context, status=422 if wrong else 200)

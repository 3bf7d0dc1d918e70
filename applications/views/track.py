"""Following a case (查进度): number and query code, then where it is, what comes next and by when."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hall.access import public
from hall.people.index import normal_number
from hall.requests import HallRequest

from .. import progress_queries, queries, timeline
from ..bundle_models import BundleCase
from ..forms import TrackForm
from ..models import Application

REMEMBERED = "tracked_cases"
MOST_REMEMBERED = 20
# A query code may be mistyped, not guessed: so many wrong ones for one number, then a pause.
WRONG_CODES, PAUSE_SECONDS = 10, 15 * 60


@public
@require_http_methods(["GET", "POST"])
@never_cache
def track(request: HallRequest, place: str | None = None) -> HttpResponse:
    """Ask for number and query code. A number in the address is only filled in, never looked up."""
    number = request.GET.get("number", "")
    form = TrackForm(request.POST or None, initial={"number": number})
    if request.method == "POST" and form.is_valid():
        case = _found(form)
        if case is not None:
            kept = [str(case.pk), *request.session.get(REMEMBERED, [])]
            request.session[REMEMBERED] = list(dict.fromkeys(kept))[:MOST_REMEMBERED]
            page = "bundle_tracked" if isinstance(case, BundleCase) else "tracked"
            return redirect(f"applications:{page}", case.pk)
    known = Application.objects.filter(pk__in=request.session.get(REMEMBERED, []))
    context = {"form": form, "known": queries.with_matter(known), "nav_here": "track"}
    return render(request, "applications/portal/track.html", context, status=422 if form.errors else 200)


@public
@require_GET
def scanned(request: HallRequest, number: str) -> HttpResponse:
    """The address in the QR code of a paper. It tells nothing without the query code."""
    response = redirect("applications:track")
    response["Location"] += f"?number={number}"
    return response


@public
@require_GET
@never_cache
def tracked(request: HallRequest, case_id: UUID) -> HttpResponse:
    """The progress of a case whose query code was typed in this browser."""
    if str(case_id) not in request.session.get(REMEMBERED, []):
        return redirect("applications:track")
    case = queries.case_for_page(case_id)
    context = {
        "case": case,
        "progress": progress_queries.progress(case),
        "events": timeline.for_public(case.pk),
        "nav_here": "track",
    }
    return render(request, "applications/portal/tracked.html", context)


def _found(form: TrackForm) -> Application | BundleCase | None:
    number = normal_number(form.cleaned_data["number"])
    code = form.cleaned_data["code"].strip().upper()
    key = f"track-wrong:{number[:100]}"
    if (cache.get(key) or 0) >= WRONG_CODES:
        form.add_error(None, _("这个编号输错的次数太多，请15分钟后再试，或到窗口查询"))
        return None
    case = (
        Application.objects.filter(number=number).first() or BundleCase.objects.filter(number=number).first()
    )
    if case is not None and constant_time_compare(case.query_code, code):
        return case
    cache.set(key, (cache.get(key) or 0) + 1, PAUSE_SECONDS)
    form.add_error("code", _("办件编号和查询码对不上，请对照收件凭证核对"))
    return None

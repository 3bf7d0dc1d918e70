"""My cases, and what a case asks of me: correct, supply, withdraw."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hall.access import citizen
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Invalid, WrongState
from hall.files import services as files
from hall.notices.queries import unread_count
from hall.requests import SignedInRequest
from matters import formspec

from .. import bundle_queries, progress_queries, project_queries, queries, services, timeline
from ..choices import FINAL, CommitmentState, DeferralState, MaterialVerdict, State
from ..forms import ReasonForm
from ..later_forms import PostingForm
from ..models import Application
from ..services.ending import WITHDRAWABLE
from ..services.notices import FIELD
from .own import my_own

MOST = 100  # cases on one page; a person has few


@citizen
@require_GET
@never_cache
def mine(request: SignedInRequest) -> HttpResponse:
    """My cases: what waits for me first, then what is on its way, then what is over."""
    cases = list(
        queries.with_matter(Application.objects.of_account(request.user).filter(bundle=None)).order_by(
            "-created_at"
        )[:100]
    )
    queries.with_nearest_clock(cases)
    asked = queries.asked_of_applicant(cases)
    context = {
        "to_do": [case for case in cases if case.pk in asked],
        "under_way": [case for case in cases if case.pk not in asked and not _is_over(case)],
        "over": [case for case in cases if _is_over(case)],
        "bundles": bundle_queries.of_account(request.user),
        "unread": unread_count(request.user),
        "confirmed": request.user.identity_confirmed_at is not None,
        "nav_here": "mine",
    }
    return render(request, "applications/portal/mine.html", context)


@citizen
@require_GET
@never_cache
def my_case(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """One of my cases: where it is, what comes next and by when, what I must do."""
    case = my_own(request, case_id)
    if case.state == State.DRAFT:
        return redirect("applications:apply_who", case.pk)
    context = {
        "case": case,
        "progress": progress_queries.progress(case),
        "events": timeline.for_public(case.pk),
        "rows": queries.materials_of(case),
        "owed": case.deferrals.filter(state=DeferralState.OPEN).select_related("case_material__material"),
        "may_withdraw": case.state in WITHDRAWABLE,
        "to_be_heard": _to_be_heard(case),
        "line": project_queries.of_case(case),
        "mine": True,
        "nav_here": "mine",
    }
    return render(request, "applications/portal/tracked.html", context)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def correct(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """补正 from home: pages for each material named, the fields named, then back to the window at once."""
    case = my_own(request, case_id)
    if case.state != State.CORRECTING:
        return redirect("applications:my_case", case.pk)
    notice = case.correction_notices.latest("number")
    left = services.still_missing(case)
    named = {item["code"] for item in notice.items if item["name"] in left}
    items = [item for item in case.version.form_fields if item["key"] in named]
    fields = formspec.form_class(items)(request.POST or None, initial=case.form_data)
    message = ""
    if request.method == "POST" and (not items or fields.is_valid()):
        data = {**case.form_data, **fields.values()} if items else None
        try:
            case = services.supplement(case.pk, data=data, by=request.actor)
        except Invalid as error:
            message = str(error.message)
        else:
            if case.state != State.CORRECTING:
                messages.success(request, _("补正材料已收齐，我们会在受理期限内答复您"))
                return redirect("applications:my_case", case.pk)
            missing = "、".join(services.still_missing(case))
            messages.info(request, _("已收到，还缺：%(left)s") % {"left": missing})
            return redirect("applications:correct", case.pk)
    told = {item["code"]: item for item in notice.items if item["of"] != FIELD}
    rows = [row for row in queries.materials_of(case) if row.material.code in told]
    for row in rows:
        row.told = told[row.material.code]
        row.settled = row.material.name not in left and row.verdict == MaterialVerdict.OK
    context = {
        "case": case,
        "notice": notice,
        "left": left,
        "letter": services.under_way(case),
        "posting": PostingForm(),
        "handed_in": notice.supplements.exclude(received_at=None),
        "clock": running(case, Kind.CORRECTION),
        "rows": rows,
        "form": fields,
        "has_fields": bool(items),
        "message": message,
        "nav_here": "mine",
    }
    status = 422 if message or (items and fields.errors) else 200
    return render(request, "applications/portal/correct.html", context, status=status)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def supply(request: SignedInRequest, case_id: UUID, code: str) -> HttpResponse:
    """Keep a 容缺 promise from home."""
    case = my_own(request, case_id)
    owed = (
        case.deferrals.filter(state=DeferralState.OPEN, case_material__material__code=code)
        .select_related("case_material__material")
        .first()
    )
    if owed is None:
        return redirect("applications:my_case", case.pk)
    message = ""
    if request.method == "POST":
        try:
            stored = [files.store(each, request.user).pk for each in request.FILES.getlist("scan")]
            services.supply_deferred(case.pk, code, files=stored, by=request.actor)
        except (Invalid, WrongState) as error:
            message = str(error)
        else:
            messages.success(request, _("已补交，谢谢"))
            return redirect("applications:my_case", case.pk)
    context = {"case": case, "owed": owed, "message": message, "nav_here": "mine"}
    return render(request, "applications/portal/supply.html", context, status=422 if message else 200)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def withdraw(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Take the application back, before it is decided."""
    case = my_own(request, case_id)
    reason = ReasonForm(request.POST or None, label=_("撤回的原因"))
    if request.method == "POST" and reason.is_valid():
        services.withdraw(case.pk, reason.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("申请已撤回"))
        return redirect("applications:my_case", case.pk)
    context = {"case": case, "form": reason, "nav_here": "mine"}
    status = 422 if reason.errors else 200
    return render(request, "applications/portal/withdraw.html", context, status=status)


def _to_be_heard(case: Application) -> bool:
    check = getattr(case, "commitment_check", None)
    return check is not None and check.state == CommitmentState.FALSE and check.stated_at is None


def _is_over(case: Application) -> bool:
    return case.state in FINAL or case.state == State.DELIVERED

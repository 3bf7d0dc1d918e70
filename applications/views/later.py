"""After receipt, at the counter and from home: letters under way, originals given back, statements."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hall.access import citizen, desk
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Invalid, WrongState
from hall.requests import DeskRequest, SignedInRequest

from .. import services
from ..choices import CommitmentState, State
from ..forms import HallForm
from ..later_forms import PostingForm, ReturnOriginalsForm, StatementForm
from ..models import Application
from ..supplement_models import Supplement
from .desk_case import visible_case
from .own import my_own

# -- The front desk --------------------------------------------------------------------------------------


@desk("desk")
@require_POST
def posting(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The applicant tells that the correction is in the post."""
    case = visible_case(request, case_id)
    form = PostingForm(request.POST)
    if form.is_valid():
        try:
            services.announce_posting(case.pk, by=request.officer, **form.cleaned_data)
        except Invalid as error:
            form.take_over(error)
    _answer(request, form, _("已登记在途邮件，补正期限暂停计算"))
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_POST
def strike(request: DeskRequest, supplement_id: int) -> HttpResponse:
    """The letter has not come."""
    letter = get_object_or_404(Supplement, pk=supplement_id)
    case = visible_case(request, letter.case_id)
    try:
        services.strike_posting(letter.pk, reason=request.POST.get("reason", ""), by=request.officer)
    except Invalid as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("已注销，补正期限继续计算"))
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_POST
def originals(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The applicant takes the originals home."""
    case = visible_case(request, case_id)
    form = ReturnOriginalsForm(request.POST)
    if form.is_valid():
        services.return_originals(case.pk, by=request.officer, **form.cleaned_data)
    _answer(request, form, _("原件已退还，请领回人在通知书上签收"))
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def statement_at_desk(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The holder comes to the counter to be heard."""
    case = visible_case(request, case_id)
    back = redirect("applications:desk_case", case.pk)
    return _statement(request, case, "applications/desk/statement.html", back)


# -- From home -------------------------------------------------------------------------------------------


@citizen
@require_POST
def my_posting(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """I have posted the correction."""
    case = my_own(request, case_id)
    if case.state != State.CORRECTING:
        return redirect("applications:my_case", case.pk)
    form = PostingForm(request.POST)
    if form.is_valid():
        try:
            services.announce_posting(case.pk, by=request.actor, **form.cleaned_data)
        except (Invalid, WrongState) as error:
            form.add_error(None, str(error))
    _answer(request, form, _("已登记，在途时间不计入补正期限"))
    return redirect("applications:correct", case.pk)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def my_statement(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """I am heard before something is revoked."""
    case = my_own(request, case_id)
    back = redirect("applications:my_case", case.pk)
    return _statement(request, case, "applications/portal/statement.html", back)


def _statement(
    request: SignedInRequest, case: Application, template: str, back: HttpResponse
) -> HttpResponse:
    check = getattr(case, "commitment_check", None)
    if check is None or check.state != CommitmentState.FALSE or check.stated_at:
        return back
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.state_on_commitment(case.pk, by=request.officer or request.actor, **form.cleaned_data)
        except Invalid as error:
            form.take_over(error)
        else:
            messages.success(request, _("已记录，作出决定前会考虑您的意见"))
            return back
    context = {
        "case": case,
        "version": case.version,
        "check": check,
        "clock": running(case, Kind.STATEMENT),
        "form": form,
        "nav_here": "mine",
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _answer(request: SignedInRequest, form: HallForm, done: str) -> None:
    """Say what came of a small form that has no page of its own."""
    if form.errors:
        told = [str(each) for errors in form.errors.values() for each in errors]
        messages.error(request, "；".join(told))
    else:
        messages.success(request, done)

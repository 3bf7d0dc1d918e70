"""Verdicts that need words: 容缺, 告知承诺, one-time notice, refusal, return of an online application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hall.access import desk
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.requests import DeskRequest

from .. import checks, queries, services
from ..bundle_forms import ClearForm
from ..choices import State
from ..forms import ReasonForm, RefusalForm
from ..later_forms import CommitmentForm, PledgeForm
from ..models import Application
from ..services import CorrectionItem, Pledge
from .desk_case import visible_case

FIRST = (State.DRAFT, State.SUBMITTED)
USUAL_DAYS = 3


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def defer(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """容缺受理: each missing document with the days and the words of its promise."""
    case = visible_case(request, case_id)
    form = PledgeForm(request.POST or None)
    missing = checks.missing(queries.materials_of(case))
    days = min(USUAL_DAYS, case.consequences.promised.value)
    rows: list[dict[str, Any]] = [
        {
            "row": row,
            "deferrable": checks.deferrable(case, row.material),
            "days": request.POST.get(f"days_{row.material.code}", days),
            "promise": request.POST.get(f"promise_{row.material.code}", ""),
        }
        for row in missing
    ]

    def do() -> None:
        signed = form.cleaned_data["signed_by"]
        pledges = [
            Pledge(each["row"].material.code, _days(each["days"]), each["promise"], signed) for each in rows
        ]
        _received(case, request)
        services.accept(case.pk, by=request.officer, deferrals=pledges)

    return _page(
        request,
        case,
        "defer",
        do,
        _("已容缺受理，请打印承诺书和通知书"),
        form=form,
        rows=rows,
        **_credit(case),
    )


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def commit(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """告知承诺: the promise instead of the proof."""
    case = visible_case(request, case_id)
    form = CommitmentForm(request.POST or None)

    def do() -> None:
        _received(case, request)
        services.accept_on_commitment(
            case.pk,
            promise=form.cleaned_data["promise"],
            signed_by=form.cleaned_data["signed_by"],
            by=request.officer,
        )

    missing = checks.missing(queries.materials_of(case))
    done = _("已按告知承诺受理，请打印告知承诺书")
    credit = _credit(case) | {"barred": checks.barred_from_commitment(case)}
    return _page(request, case, "commit", do, done, form=form, missing=missing, **credit)


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def notice(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """一次性告知: everything that is missing, to be read through before it is given."""
    case = visible_case(request, case_id)
    items = services.items_from_verdicts(case)
    typed = [
        CorrectionItem(
            code=item.code,
            name=item.name,
            problem=request.POST.get(f"problem_{item.of}_{item.code}", item.problem),
            requirement=request.POST.get(f"requirement_{item.of}_{item.code}", item.requirement),
            basis=item.basis,
            of=item.of,
        )
        for item in items
    ]

    def do() -> None:
        _received(case, request)
        services.give_notice(case.pk, items=typed, by=request.officer)

    second = case.correction_notices.exists()
    done = _("已一次性告知，请打印告知书")
    return _page(request, case, "notice", do, done, items=typed, second=second)


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def refuse(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """不予受理: ground, reason, and which organ is the right one."""
    case = visible_case(request, case_id)
    stop = case.guidance.stop
    corrected = case.correction_notices.exclude(answered_at=None).exists()
    initial = {"reason": str(stop)} if stop else None
    form = RefusalForm(request.POST or None, initial=initial, corrected=corrected)

    def do() -> None:
        if case.state == State.DRAFT:
            _received(case, request)
        services.refuse_acceptance(case.pk, **form.cleaned_data, by=request.officer)

    return _page(request, case, "refuse", do, _("已决定不予受理，请打印决定书"), form=form)


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def send_back(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """预审退回, with every reason at once."""
    case = visible_case(request, case_id)
    named = [f"{item.name}：{item.problem}" for item in services.items_from_verdicts(case) if item.problem]
    form = ReasonForm(
        request.POST or None,
        label=_("退回的全部理由"),
        help_text=_("一次写全，申请人改好后可以重新提交"),
        initial={"reason": "\n".join(named)},
    )

    def do() -> None:
        services.return_to_applicant(case.pk, reason=form.cleaned_data["reason"], by=request.officer)

    return _page(request, case, "return", do, _("已退回申请人修改"), form=form)


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def withdraw(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """撤回 on the applicant's written request at the counter."""
    case = visible_case(request, case_id)
    form = ReasonForm(
        request.POST or None, label=_("撤回的原因"), help_text=_("凭申请人签字的撤回申请书办理")
    )

    def do() -> None:
        services.withdraw(case.pk, form.cleaned_data["reason"], by=request.officer)

    return _page(request, case, "withdraw", do, _("已撤回"), form=form)


@desk("desk")
@require_POST
def claim(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The applicants have come after the statutory waiting period and ask for the result."""
    case = visible_case(request, case_id)
    services.claim_result(case.pk, by=request.officer)
    messages.success(request, _("已登记到场申请，部门可以作出决定"))
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_POST
def clear(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """A prohibited item of the negative list does not apply to the scope of this case: why."""
    case = visible_case(request, case_id)
    form = ClearForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.clear_scope(case.pk, of_bundle=False, reason=reason, by=request.officer)
    messages.success(request, _("已记录，可以继续受理"))
    return redirect("applications:desk_case", case.pk)


def _page(
    request: DeskRequest, case: Application, name: str, do: Callable[[], None], done: str, **context: Any
) -> HttpResponse:
    """Show the page, or do the verdict; a refusal shows it again as it was typed."""
    form = context.get("form")
    status = 200
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            with transaction.atomic():
                do()
        except WrongState as error:
            messages.info(request, str(error))
            return redirect("applications:desk_case", case.pk)
        except (Invalid, Conflict, NotAllowed) as error:
            status = error.status
            fields = getattr(error, "fields", {})
            if form is not None and isinstance(error, Invalid):
                form.take_over(error)
                fields = {name: told for name, told in fields.items() if name not in form.fields}
            else:
                context["message"] = str(error)
            context["field_errors"] = [str(each) for told in fields.values() for each in told]
        else:
            messages.success(request, done)
            return redirect("applications:desk_case", case.pk)
    elif request.method == "POST":
        status = 422
    context |= {"case": case, "version": case.version, "form": form}
    return render(request, f"applications/desk/{name}.html", context, status=status)


def _credit(case: Application) -> dict[str, Any]:
    """What the hall knows of promises that this applicant did not keep (失信记录)."""
    return {
        "broken_promises": checks.broken_promises(case),
        "false_promises": checks.false_promises(case),
        "barred": checks.barred_from_deferral(case),
    }


def _received(case: Application, request: DeskRequest) -> None:
    """A verdict on a draft receives it first, in the same transaction."""
    if case.state in FIRST:
        services.receive(case.pk, by=request.officer)


def _days(text: Any) -> int:
    return int(text) if str(text).strip().isdecimal() else 0

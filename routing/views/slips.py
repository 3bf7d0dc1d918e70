"""物料转移单: hand over, scan and receive, and what is under way."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.choices import FINAL
from applications.models import Application
from applications.viewers import officer_may_see
from hall.access import staff
from hall.errors import Invalid
from hall.organisation.officers import Officer
from hall.requests import DeskRequest

from .. import services
from ..choices import SlipState
from ..holdings import Holding, Office, holdings, open_slips, slips_of, visible_slips, works_in
from ..models import TransferSlip
from ..task_forms import ReceiptForm, SlipForm, WhyForm

PAGE = 60


@staff
def slips(request: DeskRequest) -> HttpResponse:
    """What is under way to and from this officer's offices; one field takes a scanned slip."""
    text = request.GET.get("code", "").strip()
    if text and (found := _scanned(request, text)):
        return redirect("routing:slip", found.pk)
    listed = list(open_slips(request.officer)[:PAGE])
    coming = [each for each in listed if works_in(request.officer, _to(each))]
    context = {
        "coming": coming,
        "going": [each for each in listed if each not in coming],
        "code": text,
        "unknown": bool(text),
    }
    return render(request, "routing/slips.html", context, status=404 if text else 200)


@staff
def slip(request: DeskRequest, slip_id: UUID) -> HttpResponse:
    """One slip: count and confirm, or read what was confirmed."""
    return _page(request, _visible(request, slip_id))


@staff
@require_POST
def send(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Hand originals of a case over."""
    case = _case(request, case_id)
    form = _form(case, request.officer, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        try:
            made = services.send_originals(case.pk, by=request.officer, **form.told())
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("转移单已开出，请随原件一起交给对方"))
            return redirect("routing:slip", made.pk)
    context = {"case": case, "form": form}
    return render(request, "routing/slip_new.html", context, status=422)


@staff
@require_POST
def receive(request: DeskRequest, slip_id: UUID) -> HttpResponse:
    """Count what came and sign for it."""
    found = _visible(request, slip_id)
    form = ReceiptForm(request.POST, items=list(found.items.all()), prefix="got")
    if not form.is_valid():
        return _page(request, found, form, status=422)
    told = {"counted": form.counted(), "difference": form.cleaned_data["difference"]}
    try:
        services.receive_originals(found.pk, by=request.officer, **told)
    except Invalid as error:
        for problem in error.fields.get("difference", [str(error)]):
            form.add_error("difference", problem)
        return _page(request, found, form, status=422)
    messages.success(request, _("已接收"))
    return redirect("routing:slips")


@staff
@require_POST
def take_back(request: DeskRequest, slip_id: UUID) -> HttpResponse:
    """Take a slip back before it was received."""
    found = _visible(request, slip_id)
    form = WhyForm(request.POST, prefix="why")
    if not form.is_valid():
        return _page(request, found, why=form, status=422)
    services.take_back_slip(found.pk, by=request.officer, **form.cleaned_data)
    messages.success(request, _("转移单已收回"))
    return redirect("routing:slip", found.pk)


def slip_context(case: Application, officer: Officer) -> dict[str, Any]:
    """Where the originals are, the slips of the case, and the form for another."""
    return {
        "held": holdings(case),
        "slips": slips_of(case),
        "slip_form": _form(case, officer),
    }


def _form(case: Application, officer: Officer, data: Any = None) -> SlipForm | None:
    there = [each for each in holdings(case) if each.slip is None and (each.originals or each.copies)]
    here = [each for each in there if works_in(officer, each.office)]
    offices = _destinations(case, here)
    return SlipForm(data, held=here, offices=offices, prefix="slip") if here and offices else None


def _destinations(case: Application, here: list[Holding]) -> dict[str, Office]:
    """Where originals of a case may go: its departments, and the hall that gives out the result.

    From a case that has ended they only go back to the hall.
    """
    offices = {}
    if case.hall:
        offices[f"h{case.hall_id}"] = Office(hall=case.hall)
    if case.state in FINAL:
        return {key: each for key, each in offices.items() if any(one.office != each for one in here)}
    concerned = [task.department for task in case.tasks.select_related("department").order_by("stage")]
    steps = case.open_steps()
    for department in [*concerned, *(step.department for step in steps), case.version.department]:
        offices.setdefault(f"d{department.pk}", Office(department=department))
    if len({each.office for each in here}) == 1:
        offices = {key: office for key, office in offices.items() if office != here[0].office}
    return offices


def _case(request: DeskRequest, case_id: UUID) -> Application:
    found = Application.objects.select_related("version__department", "hall", "jurisdiction")
    case = get_object_or_404(found, pk=case_id)
    if not officer_may_see(request.officer, case_id):
        raise Http404
    return case


def _visible(request: DeskRequest, slip_id: UUID) -> TransferSlip:
    parties = ("from_hall", "from_department", "to_hall", "to_department", "sent_by", "received_by")
    found = visible_slips(request.officer).select_related("case__version__matter", *parties)
    return get_object_or_404(found.prefetch_related("items__material__material"), pk=slip_id)


def _to(found: TransferSlip) -> Office:
    return Office(found.to_hall, found.to_department)


def _page(
    request: DeskRequest,
    found: TransferSlip,
    form: ReceiptForm | None = None,
    *,
    why: WhyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    under_way = found.state == SlipState.SENT
    sender = Office(found.from_hall, found.from_department)
    may_receive = under_way and works_in(request.officer, _to(found)) and found.sent_by_id != request.user.pk
    context = {
        "slip": found,
        "may_receive": may_receive,
        "may_take_back": under_way and works_in(request.officer, sender),
        "form": form or ReceiptForm(items=list(found.items.all()), prefix="got"),
        "why_form": why or WhyForm(prefix="why"),
    }
    return render(request, "routing/slip.html", context, status=status)


def _scanned(request: DeskRequest, text: str) -> TransferSlip | None:
    """The slip that a scanned QR address or a typed number means."""
    mine = visible_slips(request.officer)
    if found := re.search(r"/slips/([0-9a-f-]{36})/?$", text):
        return mine.filter(pk=found[1]).first()
    return mine.filter(number=text.upper().replace(" ", "")).first()

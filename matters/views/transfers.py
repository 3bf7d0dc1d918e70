"""The keepers' desk: batches of transfers (划转), their items and effects; the public reads them as well."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk, public
from hall.errors import HallError, Incomplete
from hall.requests import DeskRequest, HallRequest

from .. import queries, running, services, transfers
from ..choices import TransferRole, TransferState
from ..forms import ReasonForm, TransferForm, TransferItemForm
from ..models import Transfer, TransferItem
from .places import place_of


@desk("catalogue")
def batches(request: DeskRequest) -> HttpResponse:
    """All batches of the place; a new one is begun here."""
    here = place_of(request)
    form = TransferForm(request.POST or None, place=here)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            batch = services.prepare_transfer(here, facts.pop("code"), by=request.officer, **facts)
        except HallError as error:
            form.add_error(None, str(error))
        else:
            return redirect("matters:transfer", batch.pk)
    context = {"form": form, "batches": queries.transfers_with_counts(here)}
    return render(request, "matters/manage/transfers.html", context, status=422 if form.errors else 200)


@desk("catalogue")
def batch(request: DeskRequest, transfer_id: int) -> HttpResponse:
    """One batch: its items, what they change, how many running cases stay where they are."""
    found = _batch(request, transfer_id)
    return _page(request, found)


@desk("catalogue")
@require_POST
def change(request: DeskRequest, transfer_id: int) -> HttpResponse:
    """Correct the batch while it is being prepared."""
    found = _batch(request, transfer_id)
    form = TransferForm({**request.POST.dict(), "code": found.code}, place=place_of(request))
    if form.is_valid():
        facts = dict(form.cleaned_data)
        services.prepare_transfer(place_of(request), facts.pop("code"), by=request.officer, **facts)
        messages.success(request, _("已保存"))
        return redirect("matters:transfer", found.pk)
    return _page(request, found, form=form, status=422)


@desk("catalogue")
@require_POST
def put(request: DeskRequest, transfer_id: int) -> HttpResponse:
    """Put matters into the batch; all of them or none."""
    found = _batch(request, transfer_id)
    form = TransferItemForm(request.POST, place=place_of(request), prefix="item")
    if form.is_valid():
        facts = dict(form.cleaned_data)
        chosen = facts.pop("matters")
        try:
            with transaction.atomic():
                for matter in chosen:
                    services.put_in_transfer(found.pk, matter, by=request.officer, **facts)
        except HallError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已列入%(n)s项") % {"n": len(chosen)})
            return redirect("matters:transfer", found.pk)
    return _page(request, found, item_form=form, status=422)


@desk("catalogue")
@require_POST
def drop(request: DeskRequest, item_id: int) -> HttpResponse:
    """Take a matter out of the batch."""
    item = get_object_or_404(TransferItem, transfer__jurisdiction=place_of(request), pk=item_id)
    services.drop_from_transfer(item.pk, by=request.officer)
    messages.success(request, _("已移出批次"))
    return redirect("matters:transfer", item.transfer_id)


@desk("catalogue")
@require_POST
def hear(request: DeskRequest, item_id: int) -> HttpResponse:
    """Name the law by which the former department is still heard."""
    item = get_object_or_404(TransferItem, transfer__jurisdiction=place_of(request), pk=item_id)
    services.declare_hearing(item.pk, basis=request.POST.get("basis", ""), by=request.officer)
    messages.success(request, _("已登记"))
    return redirect("matters:transfer", item.transfer_id)


@desk("catalogue")
@require_POST
def approve(request: DeskRequest, transfer_id: int) -> HttpResponse:
    """A second keeper approves; what is missing is listed on the page."""
    found = _batch(request, transfer_id)
    try:
        services.approve_transfer(found.pk, by=request.officer)
    except Incomplete as error:
        return _page(request, found, wanting=error.items or [str(error)], status=422)
    messages.success(request, _("已审定，到生效日期自动划转"))
    return redirect("matters:transfer", found.pk)


@desk("catalogue")
@require_POST
def send_back(request: DeskRequest, transfer_id: int) -> HttpResponse:
    """Send an approved batch back before its day."""
    found = _batch(request, transfer_id)
    form = ReasonForm(request.POST, prefix="back")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.return_transfer(found.pk, by=request.officer, reason=reason)
    messages.success(request, _("已退回修改"))
    return redirect("matters:transfer", found.pk)


@public
def shown(request: HallRequest, place: str, code: str) -> HttpResponse:
    """A batch as the public reads it: what goes where from when. Not before it is approved."""
    here = place_of(request)
    approved = Transfer.objects.exclude(state=TransferState.DRAFT).select_related("bureau")
    found = get_object_or_404(approved, jurisdiction=here, code=code)
    context = {"nav_here": "matters", "batch": found, "groups": _groups(list(queries.items_of(found)))}
    return render(request, "matters/portal/transfer.html", context)


def _page(
    request: DeskRequest,
    found: Transfer,
    *,
    form: TransferForm | None = None,
    item_form: TransferItemForm | None = None,
    wanting: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    here = place_of(request)
    facts = ("code", "name", "document", "effective_on", "condition", "note")
    initial = {name: getattr(found, name) for name in facts} | {"bureau": found.bureau_id}
    items = list(queries.items_of(found))
    effects = transfers.effects(items)
    counts = running.cases_running([each.version for each in effects if each.version])
    rows: list[dict[str, Any]] = [
        {"effect": each, "running": counts.get(each.version or 0, 0)} for each in effects
    ]
    groups = [
        (role, [row for row in rows if row["effect"].item.role == role])
        for role in TransferRole
        if any(row["effect"].item.role == role for row in rows)
    ]
    context = {
        "batch": found,
        "form": form or TransferForm(initial=initial, place=here),
        "item_form": item_form or TransferItemForm(place=here, prefix="item"),
        "reason_form": ReasonForm(prefix="back"),
        "groups": groups,
        "stay": sum(row["running"] for row in rows),
        "wanting": wanting or [],
        "mine": found.prepared_by_id == request.officer.user_id,
        "panels": running.transfer_panels(found),
    }
    return render(request, "matters/manage/transfer.html", context, status=status)


def _groups(items: list[TransferItem]) -> list[tuple[TransferRole, list[TransferItem]]]:
    found = [(role, [item for item in items if item.role == role]) for role in TransferRole]
    return [(role, rows) for role, rows in found if rows]


def _batch(request: DeskRequest, transfer_id: int) -> Transfer:
    """A batch of the keeper's own place; any other does not exist for this keeper."""
    batches = Transfer.objects.select_related("bureau", "jurisdiction", "prepared_by", "approved_by")
    return get_object_or_404(batches, jurisdiction=place_of(request), pk=transfer_id)

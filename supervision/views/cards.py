"""Cards: the list, one card, the department's answer, the supervisor's closing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.viewers import officer_may_see
from hall.access import desk, staff
from hall.errors import Invalid
from hall.organisation.choices import Role
from hall.paging import page_by_key
from hall.requests import DeskRequest

from .. import queries, services
from ..choices import CardKind, CardState
from ..forms import AnswerForm, CloseForm
from ..models import Card


@desk("supervision")
@require_safe
def cards(request: DeskRequest) -> HttpResponse:
    """Cards by state and kind, newest first."""
    found = queries.cards(request.officer)
    state, kind = request.GET.get("state", CardState.OPEN), request.GET.get("kind", "")
    if state in CardState.values:
        found = found.filter(state=state)
    if kind in CardKind.values:
        found = found.filter(kind=kind)
    page = page_by_key(request, found, keys=("-raised_at", "-id"), size=50)
    context = {
        "page": page,
        "state": state,
        "kind": kind,
        "states": CardState.choices,
        "kinds": CardKind.choices,
    }
    return render(request, "supervision/cards.html", context)


@desk("supervision")
@require_safe
def card(request: DeskRequest, card_id: int) -> HttpResponse:
    """One card with what can be done about it."""
    return _card(request, _visible(request, card_id))


@desk("supervision")
@require_POST
def answer(request: DeskRequest, card_id: int) -> HttpResponse:
    """The department's answer."""
    found, form = _visible(request, card_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _card(request, found, answer_form=form, status=422)
    services.answer_card(card_id, answer=form.cleaned_data["answer"], by=request.officer)
    messages.success(request, _("已反馈"))
    return redirect("supervision:card", card_id)


@desk("supervision")
@require_POST
def close(request: DeskRequest, card_id: int) -> HttpResponse:
    """The supervisor's closing."""
    found, form = _visible(request, card_id), CloseForm(request.POST)
    if not form.is_valid():
        return _card(request, found, close_form=form, status=422)
    try:
        services.close_card(card_id, reason=form.cleaned_data["reason"], by=request.officer)
    except Invalid as error:
        for problem in error.fields.get("reason", [str(error)]):
            form.add_error("reason", problem)
        return _card(request, found, close_form=form, status=422)
    messages.success(request, _("已销号"))
    return redirect("supervision:card", card_id)


@staff
@require_safe
def case_panel(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The cards of a case, for the case page."""
    if not officer_may_see(request.officer, case_id):
        raise Http404
    return render(request, "supervision/_case_panel.html", {"cards": queries.cards_of_case(case_id)})


def _visible(request: DeskRequest, card_id: int) -> Card:
    found = queries.visible_card(request.officer, card_id)
    if found is None:
        raise Http404
    return found


def _card(request: DeskRequest, card: Card, *, status: int = 200, **forms) -> HttpResponse:
    officer = request.officer
    context = {
        "card": card,
        "may_answer": card.state == CardState.OPEN
        and (
            bool(card.department_id and officer.has(Role.HEAD, department=card.department_id))
            or officer.has(Role.MANAGER, jurisdiction=card.jurisdiction_id)
        ),
        "may_close": card.state != CardState.CLOSED
        and officer.has(Role.SUPERVISOR, jurisdiction=card.jurisdiction_id),
        "answer_form": forms.get("answer_form") or AnswerForm(),
        "close_form": forms.get("close_form") or CloseForm(),
    }
    return render(request, "supervision/card.html", context, status=status)

"""The auditor's desk: the journal, read only (DESIGN §5.4: the audit administrator does nothing else)."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hall.access import desk
from hall.organisation.choices import Role
from hall.paging import page_by_key
from hall.requests import DeskRequest

from . import queries
from .models import DaySeal, Event


class EventFilter(forms.Form):
    """What the auditor looks for."""

    q = forms.CharField(label=_("人员、事件或者编号"), required=False, max_length=100)
    since = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


@desk("audit")
@require_safe
def events(request: DeskRequest) -> HttpResponse:
    """Events of the auditor's places, newest first."""
    form = EventFilter(request.GET)
    found = Event.objects.filter(jurisdiction__in=request.officer.places(Role.AUDIT_ADMIN)).order_by("-id")
    if form.is_valid():
        found = queries.search(found, **form.cleaned_data)
    page = page_by_key(request, found, keys=("-id",), size=50)
    context = {"form": form, "page": page, "seals": DaySeal.objects.order_by("-day")[:7]}
    return render(request, "trail/events.html", context)


@desk("audit")
@require_safe
def chain(request: DeskRequest, event_id: int) -> HttpResponse:
    """One chain whole, proved link by link."""
    event = Event.objects.filter(
        pk=event_id, jurisdiction__in=request.officer.places(Role.AUDIT_ADMIN)
    ).first()
    name = event.chain if event else ""
    context = {
        "event": event,
        "events": Event.objects.filter(chain=name).order_by("seq")[:500],
        "faults": list(queries.faults(name)) if name else [],
    }
    return render(request, "trail/chain.html", context, status=200 if event else 404)

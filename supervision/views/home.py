"""Is the hall all right now? What is about to go wrong? Who, which matter, since when?"""

from __future__ import annotations

import csv

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.access import desk, public
from hall.errors import NotAllowed
from hall.organisation.models import Department, Jurisdiction
from hall.paging import page_by_key
from hall.requests import DeskRequest
from hall.trail.services import record
from matters import targets

from .. import queries
from ..choices import CardKind, Measure
from ..queries import Span

SPANS = (("today", _("今天")), ("week", _("近7天")), ("month", _("本月")), ("quarter", _("近90天")))


@desk("supervision")
@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """The first screen. A fixed number of queries."""
    officer, here = request.officer, request.place
    today, month = Span.named("today"), Span.named("month")
    monthly = queries.totals(queries.facts(officer, month))
    context = {
        "today": queries.totals(queries.facts(officer, today)),
        "month": monthly,
        "rates": queries.rates(monthly),
        "in_hand": queries.in_hand(officer),
        "open_cards": queries.open_card_counts(officer),
        "soon": queries.about_to_go_wrong(officer),
        "cards": queries.cards(officer).exclude(state="closed")[:8],
        "rows": queries.by_department(officer, month),
        "trend": queries.trend(officer),
        "targets": [share for share in targets.shares(here) if share.target] if here else [],
        "watches_all": queries.scope(officer)[1] is None,
    }
    return render(request, "supervision/home.html", context)


@desk("supervision")
@require_safe
def departments(request: DeskRequest) -> HttpResponse:
    """Every department over a span of days; the same as CSV with ?format=csv."""
    name = request.GET.get("span", "month")
    rows = queries.by_department(request.officer, Span.named(name))
    if request.GET.get("format") == "csv":
        return _csv(request, rows, name)
    context = {"rows": rows, "span": name, "spans": SPANS, "chart": _chart(rows)}
    return render(request, "supervision/departments.html", context)


@desk("supervision")
@require_safe
def drill(request: DeskRequest, measure: str) -> HttpResponse:
    """The cases behind one number."""
    if measure not in queries.DRILL:
        raise Http404
    span = Span.named(request.GET.get("span", "month"))
    department = _department(request)
    found = queries.drill(request.officer, measure, span, department.pk if department else None)
    page = page_by_key(request, found, keys=("-received_at", "id"), size=50)
    context = {
        "measure": Measure(measure).label,
        "span": span,
        "department": department,
        "page": page,
        "number": found.count(),
    }
    return render(request, "supervision/drill.html", context)


@public
@require_safe
def public_strip(request: DeskRequest, place: str) -> HttpResponse:
    """Today's figures for the portal's first page."""
    where = Jurisdiction.objects.filter(slug=place).first()
    if where is None:
        raise Http404
    response = render(request, "supervision/_public_strip.html", {"figures": queries.public_figures(where)})
    response["Cache-Control"] = "public, max-age=30"
    return response


def _department(request: DeskRequest) -> Department | None:
    chosen = request.GET.get("department", "")
    if not chosen.isdigit():
        return None
    _places, allowed = queries.scope(request.officer)
    if allowed is not None and int(chosen) not in allowed:
        raise NotAllowed(_("您不能看这个部门的办件"))
    return Department.objects.filter(pk=chosen).first()


def _chart(rows: list[dict]) -> dict:
    shown = sorted(rows, key=lambda row: row["totals"][Measure.DECIDED])[-12:]
    return {
        "type": "across",
        "unit": _("件"),
        "labels": [row["department"].short_name for row in shown],
        "series": [{"name": _("办结"), "data": [row["totals"][Measure.DECIDED] for row in shown]}],
    }


def _csv(request: DeskRequest, rows: list[dict], span: str) -> HttpResponse:
    record(
        "supervision.exported",
        subject=("supervision.departments", span),
        by=request.officer,
        jurisdiction=request.officer.jurisdiction,
        data={"rows": len(rows), "span": span},
    )
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="departments-{span}.csv"'
    out = csv.writer(response)
    measures = list(Measure)
    out.writerow([_("部门"), *[m.label for m in measures], *[k.label for k in CardKind]])
    for row in rows:
        out.writerow(
            [
                row["department"].name,
                *[row["totals"][m] for m in measures],
                *[row["cards"].get(k, 0) for k in CardKind.values],
            ]
        )
    return response

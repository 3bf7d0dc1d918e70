"""The reform's targets for those who keep the catalogue and those who watch it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.access import desk
from hall.organisation.models import Department
from hall.paging import page_by_key
from hall.requests import DeskRequest
from hall.trail.services import record

from .. import targets
from ..models import MatterList
from ..templatetags.matters import how_long
from .places import place_of

PAGE = 50


@desk("targets")
@require_safe
def overview(request: DeskRequest) -> HttpResponse:
    """Every target of the place, of each department and of each list; the same as CSV with ?format=csv."""
    here = place_of(request)
    shares, departments, lists = targets.shares(here), targets.by_department(here), targets.by_list(here)
    if request.GET.get("format") == "csv":
        rows = [(here.name, shares)]
        rows += [(row.subject.name, row.shares) for row in (*departments, *lists)]
        return _csv(request, "targets", _headings(), (_line(name, found) for name, found in rows))
    context = {
        "targets": shares,
        "measures": targets.MEASURES.values(),
        "departments": departments,
        "lists": lists,
        "not_comparable": targets.not_comparable(here),
        "drill": True,
    }
    return render(request, "matters/manage/targets.html", context)


@desk("targets")
@require_safe
def lacking(request: DeskRequest, measure: str) -> HttpResponse:
    """The matters that do not reach one target, the nearest first, each with why; CSV with ?format=csv."""
    if measure not in targets.MEASURES:
        raise Http404
    here = place_of(request)
    department, matter_list = request.GET.get("department", ""), request.GET.get("list", "")
    if not department.isdecimal():
        department = ""
    found = targets.lacking(here, measure, department=department, matter_list=matter_list)
    if request.GET.get("format") == "csv":
        rows = targets.explained(measure, found.iterator(chunk_size=500))
        return _csv(request, measure, _lacking_headings(), map(_lacking_line, rows))
    page = page_by_key(request, found, keys=("distance", "pk"), size=PAGE)
    context = {
        "measure": targets.MEASURES[measure],
        "share": next(share for share in targets.shares(here) if share.code == measure),
        "rows": targets.explained(measure, page.items),
        "page": page,
        "number": found.count(),
        "asked": {"department": department, "list": matter_list},
        "departments": Department.objects.filter(jurisdiction=here),
        "lists": MatterList.objects.filter(jurisdiction=here),
        "not_comparable": targets.not_comparable(here) if measure == "licence_time_halved" else 0,
    }
    return render(request, "matters/manage/lacking.html", context)


def _headings() -> list[str]:
    heads = [_("范围")]
    for measure in targets.MEASURES.values():
        told = {"target": measure.label}
        heads += [_("%(target)s：达到") % told, _("%(target)s：总数") % told, _("%(target)s：还差") % told]
    return heads


def _line(name: str, shares: Iterable[targets.Share]) -> list[Any]:
    line: list[Any] = [name]
    for share in shares:
        line += [share.count, share.total, "" if share.missing is None else share.missing]
    return line


def _lacking_headings() -> list[str]:
    return [
        _("事项名称"),
        _("实施编码"),
        _("部门"),
        _("承诺"),
        _("到现场次数"),
        _("网办深度"),
        _("为什么没达到"),
        _("怎么达到"),
    ]


def _lacking_line(row: targets.Lacking) -> list[Any]:
    version, matter = row.version, row.version.matter
    return [
        matter.name,
        matter.implementation_code,
        matter.department.name,
        how_long(version),
        version.visits,
        version.online_depth,
        row.why,
        row.remedy,
    ]


def _csv(request: DeskRequest, name: str, headings: list[str], lines: Iterable[list[Any]]) -> HttpResponse:
    """A file for a spreadsheet; taking it along is an event of the journal."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    out = csv.writer(response)
    out.writerow(headings)
    number = 0
    for line in lines:
        out.writerow(line)
        number += 1
    record(
        "targets_exported",
        subject=("matters.targets", name),
        by=request.officer,
        jurisdiction=place_of(request),
        data={"rows": number},
    )
    return response

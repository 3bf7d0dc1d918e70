"""The keepers' desk: the health of the whole catalogue, by rule, by department, down to the matter."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from hall.access import desk
from hall.organisation.choices import Domain
from hall.organisation.models import Department
from hall.paging import page_by_key
from hall.requests import DeskRequest

from .. import health, services
from ..checks import RULES
from ..choices import Certainty, MatterType
from .places import place_of

PAGE = 50
WORST_FIRST = ("-health__blocking", "-health__advice", "pinyin", "id")
FILTERS = ("rule", "department", "severity", "kind", "domain", "certainty")


@desk("catalogue")
def overview(request: DeskRequest) -> HttpResponse:
    """How many matters break which rule; the matters themselves with what to do about each."""
    place = place_of(request)
    asked = {name: request.GET[name].strip() for name in FILTERS if request.GET.get(name, "").strip()}
    if not asked.get("department", "0").isdecimal():
        asked.pop("department")
    services.fold_health(place)
    page = page_by_key(request, health.matters(place, asked), keys=WORST_FIRST, size=PAGE)
    context = {
        "asked": asked,
        "overview": health.overview(place, asked),
        "page": page,
        "rule": RULES.get(asked.get("rule", "")),
        "rules": [(code, rule.title) for code, rule in RULES.items()],
        "departments": Department.objects.filter(jurisdiction=place),
        "kinds": MatterType.choices,
        "domains": Domain.choices,
        "certainties": Certainty.choices,
    }
    return render(request, "matters/manage/health.html", context)

"""The public portal: find a matter, read its guide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control

from hall.access import public
from hall.organisation.choices import Domain, Level
from hall.organisation.models import Department, Jurisdiction
from hall.paging import page_by_key
from hall.requests import HallRequest

from .. import guides, queries, search, targets
from ..choices import ApplicantKind
from ..models import Matter, MatterList, MatterVersion
from .places import place_of

SUGGESTIONS = 7
RESULTS = 50
PAGE = 40
DOOR_THEMES = 8
FILTER_NAMES = {
    "theme": _("主题"),
    "object": _("服务对象"),
    "department": _("部门"),
    "level": _("层级"),
    "list": _("清单"),
    "domain": _("领域"),
}
FILTER_WORDS = {"object": ApplicantKind.choices, "level": Level.choices, "domain": Domain.choices}


@public
def start(request: HallRequest) -> HttpResponse:
    """`/`: the place that was looked at last, or the first one."""
    place = request.place or Jurisdiction.objects.first()
    if place is None:
        return render(request, "matters/portal/no_place.html")
    return redirect("matters:home", place.slug)


@public
def home(request: HallRequest, place: str) -> HttpResponse:
    """The front page: one question, doors by theme, what people do most, today's figures."""
    here = place_of(request)
    departments = sorted(queries.departments_with_counts(here), key=lambda found: -found.matters)
    return render(
        request,
        "matters/portal/home.html",
        {
            "nav_here": "home",
            "person_themes": queries.themes_with_counts(here, "person", DOOR_THEMES),
            "legal_themes": queries.themes_with_counts(here, "legal", DOOR_THEMES),
            "departments": departments[:5],
            "domains": _domains(here),
            "often": _rows(queries.most_done(here)),
            "lists": queries.lists_with_counts(here),
            "counts": queries.public_counts(here),
        },
    )


@public
def suggest(request: HallRequest, place: str) -> HttpResponse:
    """Answers while typing, as options of a list."""
    text = request.GET.get("q", "")
    found = search.find(place_of(request), text, limit=SUGGESTIONS)
    return render(request, "matters/portal/_options.html", {"found": found, "q": text})


@public
def results(request: HallRequest, place: str) -> HttpResponse:
    """All answers to a question, with their reasons, to be narrowed by six filters with counts."""
    here = place_of(request)
    text = request.GET.get("q", "").strip()
    filters = {name: value for name in search.FILTERS if (value := request.GET.get(name, "").strip())}
    found = search.answers(here, text, limit=RESULTS, filters=filters)
    context = {
        "nav_here": "matters",
        "answers": found,
        "found": found.found,
        "q": text,
        "filters": filters,
        "most": RESULTS,
        "narrowing": _narrowing(found, filters),
    }
    if not found.found:
        context["often"] = _rows(queries.most_done(here))
    return render(request, "matters/portal/results.html", context)


@public
def matters(request: HallRequest, place: str) -> HttpResponse:
    """All matters on show, by audience, theme, domain, department or level."""
    here = place_of(request)
    asked = {
        name: request.GET[name]
        for name in ("for", "theme", "domain", "department", "level")
        if request.GET.get(name)
    }
    found = queries.for_audience(queries.on_show(here), asked.get("for", ""))
    for name in ("theme", "domain", "level"):
        if name in asked:
            found = found.filter(**{name: asked[name]})
    department = None
    if asked.get("department", "").isdecimal():
        department = Department.objects.filter(jurisdiction=here, pk=asked["department"]).first()
        found = found.filter(department=int(asked["department"]))
    page = page_by_key(request, found, keys=("pinyin", "id"), size=PAGE)
    context = {
        "nav_here": "matters",
        "asked": asked,
        "audience": asked.get("for", ""),
        "department": department,
        "themes": queries.themes_with_counts(here, asked.get("for", ""), 24),
        "rows": _rows(page.items),
        "page": page,
    }
    return render(request, "matters/portal/matters.html", context | _choices(here))


@public
def departments(request: HallRequest, place: str) -> HttpResponse:
    """Departments with the number of their matters."""
    context = {"nav_here": "matters", "departments": queries.departments_with_counts(place_of(request))}
    return render(request, "matters/portal/departments.html", context)


@public
def lists(request: HallRequest, place: str) -> HttpResponse:
    """The published lists, their totals beside what the data counts."""
    here = place_of(request)
    context = {
        "nav_here": "matters",
        "lists": queries.lists_with_counts(here),
        "transfers": queries.transfers_with_counts(here, public=True),
        "targets": targets.shares(here),
        "counts": queries.public_counts(here),
    }
    return render(request, "matters/portal/lists.html", context)


@public
def one_list(request: HallRequest, place: str, code: str) -> HttpResponse:
    """The matters of one list, in its order."""
    here = place_of(request)
    found = get_object_or_404(MatterList, jurisdiction=here, code=code)
    page = page_by_key(request, queries.entries(found), keys=("order", "id"), size=100)
    context = {"nav_here": "matters", "list": found, "count": queries.count_of(found), "page": page}
    return render(request, "matters/portal/list.html", context)


@public
def halls(request: HallRequest, place: str) -> HttpResponse:
    """Where the halls are and when they are open."""
    found = place_of(request).halls.prefetch_related("zones__windows")
    return render(request, "matters/portal/halls.html", {"halls": found})


@public
def guide(request: HallRequest, place: str, short_code: str) -> HttpResponse:
    """The guide of a matter. A suspended or cancelled one says so, and why."""
    here = place_of(request)
    version = _version(here, short_code)
    context: dict[str, Any] = {
        "nav_here": "matters",
        "guide": guides.guide(version, request.GET.dict(), with_changes=True),
        "version": version,
        "matter": version.matter,
    }
    return render(request, "matters/portal/guide.html", context)


@public
@cache_control(public=True, max_age=86400)
def qr(request: HallRequest, short_code: str) -> HttpResponse:
    """The QR code of the short link: the same for as long as the matter exists."""
    get_object_or_404(Matter, short_code=short_code)
    address = settings.HALL_ADDRESS.rstrip("/") + reverse("matters:short", args=[short_code])
    image = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True)
    return HttpResponse(
        image.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1), content_type="image/svg+xml"
    )


@public
def short(request: HallRequest, short_code: str) -> HttpResponse:
    """`/m/<code>/`: leads to the guide, whatever version is in force."""
    matter = get_object_or_404(Matter.objects.select_related("jurisdiction"), short_code=short_code)
    return redirect("matters:guide", matter.jurisdiction.slug, short_code)


@public
def accessibility(request: HallRequest, place: str) -> HttpResponse:
    """What this site does so that everybody can use it, and where to turn when something does not work."""
    place_of(request)
    return render(request, "matters/portal/accessibility.html")


@public
def privacy(request: HallRequest, place: str) -> HttpResponse:
    """What personal data is kept, what for, and for how long."""
    place_of(request)
    return render(request, "matters/portal/privacy.html")


def _version(place: Jurisdiction, short_code: str) -> MatterVersion:
    versions = MatterVersion.objects.valid_at().whole()
    return get_object_or_404(versions, matter__jurisdiction=place, matter__short_code=short_code)


def _rows(found: Any) -> list[dict[str, Any]]:
    """Matters as lists show them; each has its valid version."""
    return [{"matter": matter, "version": matter.current_versions[0]} for matter in found]


def _narrowing(found: search.Answers, filters: dict[str, str]) -> list[dict[str, Any]]:
    """The filters that divide these answers, each with its values in words and how many they would leave."""
    words = {name: dict(choices) for name, choices in FILTER_WORDS.items()}
    return [
        {
            "name": name,
            "label": label,
            "chosen": filters.get(name, ""),
            "choices": [
                replace(each, label=str(words.get(name, {}).get(each.value, each.label)))
                for each in found.choices.get(name, [])
            ],
        }
        for name, label in FILTER_NAMES.items()
        if name in filters or len(found.choices.get(name, [])) > 1
    ]


def _domains(place: Jurisdiction) -> list[dict[str, Any]]:
    counts = queries.domains_with_counts(place)
    return [{"code": d.value, "label": d.label, "count": counts[d]} for d in Domain if counts.get(d)]


def _choices(place: Jurisdiction) -> dict[str, Any]:
    return {
        "domains": _domains(place),
        "levels": Level.choices,
        "departments": queries.departments_with_counts(place),
    }

"""The keepers' desk: the catalogue with its health, one matter, lists, imports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import HallError, Invalid
from hall.organisation.choices import Domain, Level
from hall.organisation.models import Department
from hall.paging import page_by_key
from hall.requests import DeskRequest
from hall.trail import queries as trail
from hall.trail.models import Event

from .. import checks, queries, services, targets
from ..choices import Certainty, Flag, MatterState, MatterType
from ..forms import (
    BatchForm,
    CreateForm,
    ListForm,
    NamesForm,
    PutInListForm,
    StateForm,
)
from ..models import Matter, MatterList, MatterVersion
from .places import place_of
from .selecting import asked_of

PAGE = 50
STATE_VERBS = {"suspend": services.suspend, "resume": services.resume, "cancel": services.cancel}
MOST_EVENTS = 40


@desk("catalogue")
def catalogue(request: DeskRequest) -> HttpResponse:
    """All matters of the place, narrowed, each with what is wrong with its version."""
    asked = asked_of(request)
    found = queries.for_keepers(place_of(request), asked)
    page = page_by_key(request, found, keys=("pinyin", "id"), size=PAGE)
    context = {
        "asked": asked,
        "page": page,
        "rows": checks.health(page.items, place_of(request)),
        "waiting": queries.waiting_counts(place_of(request)),
        "departments": Department.objects.filter(jurisdiction=place_of(request)),
        "lists": MatterList.objects.filter(jurisdiction=place_of(request)),
        "domains": Domain.choices,
        "kinds": MatterType.choices,
        "levels": Level.choices,
        "states": MatterState.choices,
        "certainties": Certainty.choices,
        "flags": Flag.choices,
        "targets": targets.shares(place_of(request)),
    }
    return render(request, "matters/manage/catalogue.html", context)


@desk("catalogue")
def create(request: DeskRequest) -> HttpResponse:
    """Enter a matter; its first draft is opened at once."""
    form = CreateForm(request.POST or None, place=place_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            matter = services.create_matter(place_of(request), by=request.officer, **form.cleaned_data)
            version = services.draft_version(matter.pk, by=request.officer)
        except HallError as error:
            form.add_error(None, str(error))
        else:
            return redirect("matters:edit", version.pk)
    return render(request, "matters/manage/create.html", {"form": form}, status=422 if form.errors else 200)


@desk("catalogue")
def matter(request: DeskRequest, matter_id: int) -> HttpResponse:
    """One matter: its versions, its lists, what happened to it."""
    found = _matter(request, matter_id)
    versions = list(found.versions.select_related("department", "drafted_by", "approved_by"))
    context = {
        "matter": found,
        "versions": versions,
        "open": next((version for version in versions if not version.is_frozen), None),
        "current": next(iter(found.versions.valid_at()), None),
        "pair": versions[:2],
        "names_form": NamesForm(
            initial={"name": found.name, "theme": found.theme, "aliases": found.aliases}, prefix="names"
        ),
        "state_form": StateForm(prefix="state"),
        "list_form": PutInListForm(place=place_of(request), prefix="list"),
        "entries": found.list_entries.select_related("matter_list"),
        "flags": [Flag(flag).label for flag in found.flags if flag in Flag.values],
        "events": _events(found, versions),
    }
    return render(request, "matters/manage/matter.html", context)


@desk("catalogue")
@require_POST
def rename(request: DeskRequest, matter_id: int) -> HttpResponse:
    """Change name, theme or the words by which it is found."""
    found = _matter(request, matter_id)
    form = NamesForm(request.POST, prefix="names")
    if not form.is_valid():
        raise Invalid(_("名称不能为空"))
    services.rename(found.pk, by=request.officer, **form.cleaned_data)
    messages.success(request, _("已保存"))
    return redirect("matters:manage_matter", found.pk)


@desk("catalogue")
@require_POST
def turn(request: DeskRequest, matter_id: int, verb: str) -> HttpResponse:
    """Suspend, resume or cancel a matter, with reason and basis."""
    found = _matter(request, matter_id)
    form = StateForm(request.POST, prefix="state")
    told = form.cleaned_data if form.is_valid() else {"reason": "", "basis": ""}
    STATE_VERBS[verb](found.pk, by=request.officer, **told)
    messages.success(request, _("已办理"))
    return redirect("matters:manage_matter", found.pk)


@desk("catalogue")
@require_POST
def put_in_list(request: DeskRequest, matter_id: int) -> HttpResponse:
    """Give a matter its place in a list."""
    found = _matter(request, matter_id)
    form = PutInListForm(request.POST, place=place_of(request), prefix="list")
    if not form.is_valid():
        raise Invalid(_("请选择清单，序号填数字"))
    services.put_in_list(matter=found, by=request.officer, **form.cleaned_data)
    messages.success(request, _("已列入清单"))
    return redirect("matters:manage_matter", found.pk)


@desk("catalogue")
def lists(request: DeskRequest) -> HttpResponse:
    """The lists of the place; a new one is made here."""
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_list(place_of(request), by=request.officer, **form.cleaned_data)
        messages.success(request, _("清单已保存"))
        return redirect("matters:manage_lists")
    context = {
        "form": form,
        "lists": queries.lists_with_counts(place_of(request)),
        "batch_form": BatchForm(place=place_of(request), prefix="batch"),
    }
    return render(request, "matters/manage/lists.html", context, status=422 if form.errors else 200)


def _matter(request: DeskRequest, matter_id: int) -> Matter:
    """A matter of the keeper's own place; any other does not exist for this keeper."""
    matters = Matter.objects.in_place(place_of(request)).select_related("jurisdiction", "department")
    return get_object_or_404(matters, pk=matter_id)


def _events(found: Matter, versions: list[MatterVersion]) -> list[dict[str, Any]]:
    """What happened to a matter and its versions, newest first, for the timeline."""
    label = MatterVersion._meta.label_lower
    events = trail.of_subject(found) | Event.objects.filter(
        subject_type=label, subject_id__in=[str(version.pk) for version in versions]
    )
    return [
        {
            "at": event.at,
            "title": event.word,
            "who": f"{event.actor_name} {event.office}".strip(),
            "text": event.reason,
        }
        for event in events.order_by("-id")[:MOST_EVENTS]
    ]

"""The keepers' desk: one change of many matters, from drawing it up to publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import Conflict, HallError, Incomplete, Invalid
from hall.organisation.choices import Domain, Level
from hall.organisation.models import Department, Jurisdiction
from hall.paging import page_by_key
from hall.requests import DeskRequest
from hall.trail import queries as trail

from .. import changes, queries, services
from ..choices import Certainty, ChangeSetState, Flag, MatterState, MatterType, VersionState
from ..forms import PublishForm, ReasonForm
from ..forms.exchange import ChangeSetForm
from ..models import ChangeSet, MatterList
from .places import place_of
from .selecting import asked_of

PAGE = 50
SHOWN = 60  # matters that the page of a new set lists; the set itself shows all
MOST_EVENTS = 40


@desk("catalogue")
def sets(request: DeskRequest) -> HttpResponse:
    """All change sets of the place, newest first."""
    found = ChangeSet.objects.filter(jurisdiction=place_of(request)).select_related(
        "drafted_by", "approved_by"
    )
    found = found.annotate(count=Count("items"))
    page = page_by_key(request, found, keys=("-id",), size=PAGE)
    return render(request, "matters/manage/changes.html", {"page": page})


@desk("catalogue")
def new(request: DeskRequest) -> HttpResponse:
    """Draw up a change of the matters that the list shows under these filters, less those unticked."""
    place, asked = place_of(request), asked_of(request)
    chosen = queries.for_keepers(place, asked)
    form = ChangeSetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        left_out = [int(key) for key in request.POST.getlist("left_out") if key.isdecimal()]
        try:
            change_set = services.draft_change_set(
                place,
                title=form.cleaned_data["title"],
                reason=form.cleaned_data["reason"],
                changes=form.told(),
                matters=chosen.exclude(pk__in=left_out).values_list("pk", flat=True),
                selection=asked,
                by=request.officer,
            )
        except HallError as error:
            _refuse(form, error)
        else:
            return redirect("matters:change_set", change_set.pk)
    context = {
        "form": form,
        "asked": asked,
        "count": chosen.count(),
        "chosen": chosen.order_by("pinyin", "pk")[:SHOWN],
        "words": _words(place, asked),
    }
    return render(request, "matters/manage/change_new.html", context, status=422 if form.errors else 200)


@desk("catalogue")
def change_set(request: DeskRequest, change_set_id: int) -> HttpResponse:
    """A set: what it changes, every matter before and after, what stands in the way, what can be done."""
    found = _set(request, change_set_id)
    items = found.items.select_related("matter__department", "base", "version")
    page = page_by_key(request, items, keys=("id",), size=PAGE)
    open_now = found.state in (ChangeSetState.DRAFT, ChangeSetState.SUBMITTED, ChangeSetState.APPROVED)
    context = {
        "set": found,
        "changes": changes.changes_of(found),
        "count": found.items.count(),
        "page": page,
        "rows": changes.previews(found, page.items) if open_now else _done(page.items),
        "stopped": _stopped(found) if found.state == ChangeSetState.DRAFT else [],
        "mine": found.drafted_by_id == request.officer.user_id,
        "publish_form": PublishForm(),
        "reason_form": ReasonForm(),
        "events": [
            {"at": e.at, "title": e.word, "who": f"{e.actor_name} {e.office}".strip(), "text": e.reason}
            for e in trail.of_subject(found).order_by("-id")[:MOST_EVENTS]
        ],
    }
    return render(request, "matters/manage/change_set.html", context)


@desk("catalogue")
def revise(request: DeskRequest, change_set_id: int) -> HttpResponse:
    """Change what a set says, while it is drawn up."""
    found = _set(request, change_set_id)
    form = ChangeSetForm(request.POST or None, change_set=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise_change_set(
                found.pk,
                title=form.cleaned_data["title"],
                reason=form.cleaned_data["reason"],
                changes=form.told(),
                by=request.officer,
            )
        except Invalid as error:
            _refuse(form, error)
        else:
            return redirect("matters:change_set", found.pk)
    context = {"form": form, "set": found, "count": found.items.count()}
    return render(request, "matters/manage/change_new.html", context, status=422 if form.errors else 200)


@desk("catalogue")
@require_POST
def leave_out(request: DeskRequest, change_set_id: int) -> HttpResponse:
    """Take matters out of a set: those named, or all that something stands in the way of."""
    found = _set(request, change_set_id)
    keys = [int(key) for key in request.POST.getlist("matter") if key.isdecimal()]
    if "stopped" in request.POST:
        keys = [preview.item.matter_id for preview in _stopped(found)]
    count = services.leave_out(found.pk, keys, by=request.officer)
    messages.success(request, _("已移出%(count)s个事项") % {"count": count})
    return redirect("matters:change_set", found.pk)


@desk("catalogue")
@require_POST
def submit(request: DeskRequest, change_set_id: int) -> HttpResponse:
    """Hand a set over for approval; what stands in the way is listed on its page."""
    found = _set(request, change_set_id)
    try:
        services.submit_change_set(found.pk, by=request.officer)
    except Incomplete as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已送审，请另一位目录管理员审定"))
    return redirect("matters:change_set", found.pk)


@desk("catalogue")
@require_POST
def approve(request: DeskRequest, change_set_id: int) -> HttpResponse:
    """Approve what another keeper has drawn up."""
    found = _set(request, change_set_id)
    services.approve_change_set(found.pk, by=request.officer)
    messages.success(request, _("已审定，可以发布"))
    return redirect("matters:change_set", found.pk)


@desk("catalogue")
@require_POST
def publish(request: DeskRequest, change_set_id: int) -> HttpResponse:
    """Publish every version of an approved set, now or at a date."""
    found = _set(request, change_set_id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("生效时间不正确"))
    try:
        services.publish_change_set(found.pk, by=request.officer, at=form.cleaned_data["at"])
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已发布，正在办理的办件仍按原版本"))
    return redirect("matters:change_set", found.pk)


@desk("catalogue")
@require_POST
def end(request: DeskRequest, change_set_id: int, verb: str) -> HttpResponse:
    """Send a set back to be revised, or give it up, with the reason."""
    found = _set(request, change_set_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    verbs = {"return": services.return_change_set, "drop": services.drop_change_set}
    verbs[verb](found.pk, by=request.officer, reason=reason)
    messages.success(request, _("已办理"))
    return redirect("matters:change_set", found.pk)


def _set(request: DeskRequest, change_set_id: int) -> ChangeSet:
    """A set of the keeper's own place; any other does not exist for this keeper."""
    found = ChangeSet.objects.select_related("jurisdiction", "drafted_by", "approved_by")
    return get_object_or_404(found, jurisdiction=place_of(request), pk=change_set_id)


def _stopped(found: ChangeSet) -> list[changes.Preview]:
    """The matters of a set that something stands in the way of."""
    items = list(found.items.select_related("matter__department"))
    return [preview for preview in changes.previews(found, items) if preview.obstacles]


def _done(items: Any) -> list[changes.Preview]:
    """The matters of a set that is published or given up, as they then were."""
    return [changes.told(item) for item in items]


def _refuse(form: ChangeSetForm, error: HallError) -> None:
    """Show what the verb refused beside the fields it means."""
    fields = getattr(error, "fields", {})
    for name, texts in fields.items():
        for text in texts:
            key = name if name in form.fields else f"element-{name}"
            form.add_error(key if key in form.fields else None, text)
    if not fields:
        form.add_error(None, str(error))


def _words(place: Jurisdiction, asked: dict[str, str]) -> list[str]:
    """The filters in words."""
    choices: dict[str, Any] = {
        "domain": Domain,
        "kind": MatterType,
        "level": Level,
        "state": MatterState,
        "certainty": Certainty,
        "flag": Flag,
        "work": VersionState,
    }
    words = []
    found: Any
    for name, value in asked.items():
        if name == "department":
            found = Department.objects.filter(jurisdiction=place, pk=value).first()
        elif name == "list":
            found = MatterList.objects.filter(jurisdiction=place, code=value).first()
        else:
            found = dict(choices[name].choices).get(value) if name in choices else None
        words.append(str(found or value))
    return words

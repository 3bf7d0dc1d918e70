"""The keepers' desk: the guidance tree of a draft (情形引导), edited beside what the applicant will see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hall.access import desk
from hall.clocks.limits import Unit
from hall.errors import Invalid
from hall.requests import DeskRequest

from .. import checks, guides, services, situations
from ..forms.guidance import GuidanceDraft
from ..models import MatterVersion
from .places import place_of


@desk("catalogue")
@require_http_methods(["GET", "POST"])
def guidance(request: DeskRequest, version_id: int) -> HttpResponse:
    """Questions, options and what they lead to; a button changes the tree, and saving stores it."""
    versions = MatterVersion.objects.whole()
    version = get_object_or_404(versions, matter__jurisdiction=place_of(request), pk=version_id)
    if version.is_frozen:
        return redirect("matters:version", version.pk)
    if request.method == "GET":
        return _page(request, version, GuidanceDraft(version.questions))
    draft = GuidanceDraft.posted(request.POST)
    if "show" in request.POST:
        return _preview(request, version, draft)
    if action := request.POST.get("do", ""):
        draft.do(action)
        return _page(request, version, draft)
    if draft.faults:
        return _page(request, version, draft, faults=draft.faults)
    try:
        services.change_draft(version.pk, by=request.officer, elements={"questions": draft.stored()})
    except Invalid as error:
        return _page(request, version, draft, faults=[str(error.message)])
    messages.success(request, _("情形引导已保存"))
    return redirect("matters:version", version.pk)


def _page(
    request: DeskRequest, version: MatterVersion, draft: GuidanceDraft, *, faults: list[str] | None = None
) -> HttpResponse:
    context = {
        **_shown(request, version, draft),
        "rows": list(draft.rows()),
        "materials": version.materials.all(),
        "steps": [step for step in version.steps.all() if not step.decides],
        "units": [Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH],
        "faults": faults or [],
    }
    return render(request, "matters/manage/guidance.html", context, status=422 if faults else 200)


def _preview(request: DeskRequest, version: MatterVersion, draft: GuidanceDraft) -> HttpResponse:
    return render(request, "matters/manage/_guidance_preview.html", _shown(request, version, draft))


def _shown(request: DeskRequest, version: MatterVersion, draft: GuidanceDraft) -> dict[str, Any]:
    """What the applicant would see of the tree on the screen, with the answers that the keeper tries."""
    version.questions = draft.stored()  # as it would be; not saved
    outcome = situations.outcome(version, draft.tried(request.POST))
    whole = checks.Whole(
        version, list(version.materials.all()), list(version.steps.all()), version.matter.jurisdiction
    )
    return {
        "version": version,
        "matter": version.matter,
        "outcome": outcome,
        "needed": outcome.materials(version.materials.all()),
        "route": guides.stages(outcome.steps(version.steps.all())),
        "how_long": guides.limit_in_words(version, outcome.promised),
        "findings": [each for each in checks.findings(whole) if checks.guidance.is_about_guidance(each)],
    }

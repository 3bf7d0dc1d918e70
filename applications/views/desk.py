"""The front desk (前台受理): find a matter, open a case, look a case up."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hall.access import desk
from hall.organisation.choices import Role
from hall.people.models import Enterprise, Person
from hall.people.queries import enterprise_by_uscc, person_by_id
from hall.requests import DeskRequest
from matters import proofs, search
from matters.models import MatterVersion
from matters.querysets import version_with_matter

from .. import bundle_queries, queries, services
from ..models import Application
from ..services.online import ONLINE_FROM

WHO_FIELDS = ("id_type", "id_number", "uscc", "agent_id_type", "agent_id_number")
OFFERED = 8  # matters shown while typing


@desk("desk")
@require_GET
@never_cache
def home(request: DeskRequest) -> HttpResponse:
    """What lies on this desk: begun, to pre-review, to decide on, waiting for the citizen, done today."""
    return render(request, "applications/desk/home.html", _lists(request))


@desk("desk")
@require_GET
def find(request: DeskRequest) -> HttpResponse:
    """Options while typing: cases by number or document, matters by words, pinyin or initials."""
    text = request.GET.get("q", "").strip()
    context = {
        "cases": list(queries.look_up(request.officer, text)[:5]) if any(c.isdigit() for c in text) else [],
        "matters": search.find(request.place, text, limit=OFFERED) if text and request.place else [],
        "bundles": bundle_queries.called(request.place, text) if text and request.place else [],
        "text": text,
    }
    return render(request, "applications/desk/_found.html", context)


@desk("desk")
@require_GET
@never_cache
def look_up(request: DeskRequest) -> HttpResponse:
    """Cases of this desk by number, query code or document. One hit opens at once."""
    text = request.GET.get("q", "").strip()
    cases = list(queries.look_up(request.officer, text))
    if len(cases) == 1:
        return redirect("applications:desk_case", cases[0].pk)
    matters = search.find(request.place, text) if text and request.place else []
    context = {"text": text, "cases": queries.with_nearest_clock(cases), "matters": matters}
    return render(request, "applications/desk/look_up.html", context)


@desk("desk")
@require_GET
@never_cache
def matter(request: DeskRequest, short_code: str) -> HttpResponse:
    """A matter before the case: may this citizen apply, what to bring; Enter opens the case."""
    version = (
        MatterVersion.objects.whole()
        .valid_at()
        .filter(matter__short_code=short_code, matter__jurisdiction__in=request.officer.places(Role.CLERK))
        .first()
    )
    if version is None:
        raise Http404
    context = {
        "version": version,
        "in_force": MatterVersion.objects.in_force().filter(pk=version.pk).exists(),
        "online": version.online_depth >= ONLINE_FROM,
        "materials": proofs.settle(version.matter.jurisdiction_id, list(version.materials.all())),
    }
    return render(request, "applications/desk/matter.html", context)


@desk("desk")
@require_POST
def open_case(request: DeskRequest, version_id: int) -> HttpResponse:
    """Open a case at the clerk's window. The same form sent twice opens one."""
    version = version_with_matter.first(version_id)
    if version is None:
        raise Http404
    post = request.officer.post_for(Role.CLERK, jurisdiction=version.matter.jurisdiction_id)
    if post is None or post.hall is None:
        raise Http404
    key = request.POST.get("idempotency_key", "")[:40]
    case = services.open_at_desk(
        version=version,
        hall=post.hall,
        window=post.window,
        by=request.officer,
        key=f"{key}:{version.pk}" if key else None,
    )
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_POST
def who(request: DeskRequest) -> HttpResponse:
    """Is the hall already acquainted with this document? Answers masked; an enterprise's name is public."""
    given = {name: request.POST.get(f"a-{name}", "") for name in WHO_FIELDS}
    asked = request.POST.get("asked", "")
    context: dict[str, Person | Enterprise | None] = {}
    if asked == "uscc":
        context["enterprise"] = enterprise_by_uscc(given["uscc"]) if given["uscc"] else None
    elif asked in ("id_number", "agent_id_number") and given[asked]:
        context["person"] = person_by_id(given[asked.replace("number", "type")], given[asked])
    return render(request, "applications/desk/_who.html", context)


@desk("desk")
@require_POST
def release(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Put the case down and clear the desk."""
    if Application.objects.visible_to(request.officer).filter(pk=case_id).exists():
        services.release(case_id, by=request.officer)
    return redirect("applications:desk")


def _lists(request: DeskRequest) -> dict[str, list[Application]]:
    officer = request.officer
    return {
        "begun": list(queries.begun(officer)),
        "to_pre_review": queries.with_nearest_clock(queries.to_pre_review(officer)),
        "to_decide_on": queries.with_nearest_clock(queries.to_decide_on(officer)),
        "waiting": queries.with_nearest_clock(queries.waiting_for_applicant(officer)),
        "today": list(queries.handled_today(officer)),
    }

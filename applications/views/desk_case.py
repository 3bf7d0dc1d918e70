"""One case at the desk: applicant, form, materials, what the checks say, the verdict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hall.access import desk
from hall.errors import Conflict, Invalid, WrongState
from hall.files import services as files
from hall.requests import DeskRequest
from matters import situations

from .. import prefill, queries, services
from ..choices import State
from ..forms import ApplicantForm, SituationForm, read_materials
from ..later_forms import ArrivalForm
from ..models import Application
from ..services.actors import EDITABLE_AT_DESK
from ..services.desk import OPEN_AT_DESK
from . import desk_page
from .parties import as_typed, register

# What the buttons of the bar say. Those that need words go on to a page of their own.
NEXT_PAGES = {"defer", "notice", "refuse", "return", "commit"}


@desk("desk")
@require_GET
@never_cache
def show(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The case, taken in hand if it can still be worked on and nobody else holds it."""
    case = visible_case(request, case_id)
    if case.state in OPEN_AT_DESK:
        try:
            services.hold(case.pk, by=request.officer)
        except Conflict as held:
            messages.warning(request, str(held))
            return render(request, "applications/desk/case.html", desk_page.context(case, locked=True))
        case = queries.case_for_page(case_id)
    return render(request, "applications/desk/case.html", desk_page.context(case))


@desk("desk")
@require_POST
def act(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Save what was typed, then do what the button says. A refusal shows the page again, nothing lost."""
    case = visible_case(request, case_id)
    action = request.POST.get("desk-action", "save")
    page = Typed(request, case)
    try:
        if not page.save():
            return page.again()
        if action in NEXT_PAGES:
            return redirect(f"applications:desk_{action}", case.pk)
        _do(request, case, action)
    except Conflict as error:
        return page.again(str(error))
    except Invalid as error:
        return page.again(str(error.message))
    except WrongState as error:
        messages.info(request, str(error))
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_POST
def keep(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Keep what fits while the clerk types, and answer with what the checks say now."""
    case = visible_case(request, case_id)
    page = Typed(request, case)
    before = case.guidance
    page.keep()
    case = queries.case_for_page(case_id)
    moved = before.left_out ^ case.guidance.left_out
    typed = {name: value for name, value in request.POST.items() if name.removeprefix("v-") not in moved}
    came_by = page.situation.by_agent if page.situation else None
    situation = SituationForm.of(case, by_agent=came_by)
    context = desk_page.context(case, situation=situation, form=page.form, typed=typed, ready=page.somebody)
    context |= {
        "oob": True,
        "applicant_errors": page.slips(),
        # What the answers have changed is drawn anew; all else stays as it stands on the screen.
        "redraw_grid": bool(moved),
        "redraw_situation": before.asked != case.guidance.asked
        or _came_by(before) != _came_by(case.guidance),
        "known": page.known(),
    }
    return render(request, "applications/desk/_checks.html", context)


@desk("desk")
@require_POST
def scan(request: DeskRequest, case_id: UUID, code: str) -> HttpResponse:
    """Pages from the scanner, the camera or a folder for one material; answers with its list of pages."""
    case = visible_case(request, case_id)
    error = ""
    try:
        stored = [files.store(upload, request.user).pk for upload in request.FILES.getlist("scan")]
        services.attach(case.pk, code, files=stored, by=request.officer)
    except (Invalid, WrongState) as refused:
        error = str(refused)
    rows = {row.material.code: row for row in queries.materials_of(case)}
    if code not in rows:
        raise Http404
    return render(request, "applications/desk/_files.html", {"row": rows[code], "error": error})


@desk("desk")
@require_POST
def supply(request: DeskRequest, case_id: UUID, code: str) -> HttpResponse:
    """The applicant has brought a promised document; it is in order."""
    case = visible_case(request, case_id)
    arrival = ArrivalForm(request.POST, prefix="u")
    told = arrival.told() if "u-channel" in request.POST and arrival.is_valid() else None
    services.supply_deferred(case.pk, code, arrival=told, by=request.officer)
    messages.success(request, _("已登记补交"))
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_GET
@never_cache
def status(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Where the case is now, asked each second while an 即办件 passes through the departments."""
    case = visible_case(request, case_id)
    return render(request, "applications/desk/_status.html", desk_page.status_context(case))


def visible_case(request: DeskRequest, case_id: UUID) -> Application:
    """The case, if this officer may see it; else 404, which tells a stranger nothing."""
    if not Application.objects.visible_to(request.officer).filter(pk=case_id).exists():
        raise Http404
    return queries.case_for_page(case_id)


def _do(request: DeskRequest, case: Application, action: str) -> None:
    officer = request.officer
    if action == "receive":
        services.receive(case.pk, by=officer)
        messages.success(request, _("已收件，可以打印收件凭证"))
    elif action == "accept":
        with transaction.atomic():  # received only if it can be accepted, so that no half-way case is left
            if case.state in (State.DRAFT, State.SUBMITTED):
                services.receive(case.pk, by=officer)
            services.accept(case.pk, by=officer)
        messages.success(request, _("已受理，可以打印受理通知书"))
    elif action == "supplement":
        rows = queries.materials_of(case)
        arrival = ArrivalForm(request.POST, prefix="u")
        if not arrival.is_valid():
            raise Invalid("；".join(str(each) for told in arrival.errors.values() for each in told))
        entries = read_materials(request.POST, rows)
        case = services.supplement(case.pk, materials=entries, arrival=arrival.told(), by=officer)
        if left := services.still_missing(case):
            messages.info(request, _("已登记，还缺：%(left)s；接收凭证可以打印") % {"left": "、".join(left)})
        else:
            messages.success(request, _("补正齐全，重新计算受理期限"))
    else:
        messages.success(request, _("已保存"))


def _came_by(guidance: situations.Outcome) -> str | None:
    """The answer that the tick for an agent gives."""
    return guidance.answers.get(situations.HANDLER)


class Typed:
    """What was posted from the desk's big form."""

    def __init__(self, request: DeskRequest, case: Application) -> None:
        self.request, self.case = request, case
        self.rows = queries.materials_of(case)
        self.editable = case.state in EDITABLE_AT_DESK
        self.changes_applicant = self.editable and (
            case.applicant is None or "change-applicant" in request.POST
        )
        self.applicant = ApplicantForm(request.POST, prefix="a") if self.changes_applicant else None
        self.situation = SituationForm.of(case, request.POST) if self.editable else None
        self.form = desk_page.matter_form(case, request.POST) if self.editable else None
        self.materials = read_materials(request.POST, self.rows)

    def save(self) -> bool:
        """Store it, all of it right. False: the errors are on the forms, and what fits is kept."""
        if not self.editable or self.situation is None:
            if self.case.state == State.SUBMITTED:
                self.keep()
            return True
        forms = [form for form in (self.applicant, self.situation, self.form) if form is not None]
        valid = [form.is_valid() for form in forms]  # all of them, so that every error is shown
        if not all(valid):
            self.keep()
            return False
        if self.applicant is not None:
            parties = register(self.applicant, by=self.request.officer)
            if parties is None:
                self.keep()
                return False
        else:
            parties = {
                "subject": self.case.applicant,
                "phone": self.case.contact_phone,
                "agent": self.case.agent,
                "mandate": self.case.mandate,
            }
        services.save_at_desk(
            self.case.pk,
            **parties,
            data=self.request.POST,
            answers=self.situation.answers(),
            project_code=self.situation.given("project_code"),
            territory=self.situation.given("territory"),
            materials=self.materials,
            by=self.request.officer,
        )
        return True

    @property
    def somebody(self) -> bool:
        """Has an applicant been typed who could be saved?"""
        return self.applicant is None or self.applicant.is_valid()

    def known(self) -> dict[str, Any]:
        """What fills the form from the applicant who is being typed; nothing until it is somebody."""
        if self.applicant is None or not self.somebody:
            return {}
        return prefill.values(self.case.version, as_typed(self.applicant))

    def slips(self) -> list[str]:
        """What is wrong in the numbers typed so far; empty fields are no slip yet."""
        if self.applicant is None:
            return []
        typed = [bound for bound in self.applicant if bound.errors and bound.data]
        return [str(error) for bound in typed for error in bound.errors]

    def keep(self) -> None:
        """Store what fits."""
        situation: dict[str, Any] = {}
        if self.situation is not None:
            self.situation.is_valid()  # answers that fit are kept, even while others are missing
            situation = {
                "answers": self.situation.answers(),
                "project_code": self.situation.given("project_code"),
                "territory": self.situation.given("territory"),
            }
        services.keep_at_desk(
            self.case.pk,
            data=self.request.POST if self.editable else None,
            **situation,
            materials=self.materials,
            by=self.request.officer,
        )

    def again(self, message: str = "") -> HttpResponse:
        """The page as it was typed, with what is wrong."""
        case = queries.case_for_page(self.case.pk)
        context = desk_page.context(
            case,
            applicant=self.applicant,
            situation=self.situation,
            form=self.form,
            typed=self.request.POST,
            ready=self.somebody,
        )
        context["message"] = message
        return render(self.request, "applications/desk/case.html", context, status=422)

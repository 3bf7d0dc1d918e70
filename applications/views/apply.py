"""Applying from home (网上申请), step by step: who, form, materials, check, send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hall.access import citizen
from hall.errors import Incomplete, Invalid, WrongState
from hall.files import services as files
from hall.people.choices import MandateScope
from hall.people.models import Enterprise, Person
from hall.people.queries import mandates_in_force
from hall.requests import SignedInRequest
from matters import formspec, proofs, situations
from matters.models import Matter, MatterVersion

from .. import checks, evidence, queries, services
from ..choices import MaterialVerdict, State
from ..forms import SituationForm, WhoForm
from ..models import Application, CaseMaterial
from ..services.actors import EDITABLE_ONLINE
from ..services.online import ONLINE_FROM, without_pages
from . import desk_page
from .own import my_own

MYSELF = "self"
STEPS = (
    ("who", "apply_who", gettext_lazy("申请人")),
    ("form", "apply_form", gettext_lazy("填表")),
    ("materials", "apply_materials", gettext_lazy("材料")),
    ("check", "apply_check", gettext_lazy("核对提交")),
)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def begin(request: SignedInRequest, place: str, short_code: str) -> HttpResponse:
    """Before applying: what it is, what to have ready; then a draft of one's own."""
    version = (
        MatterVersion.objects.whole()
        .in_force()
        .filter(matter__short_code=short_code, matter__jurisdiction__slug=place)
        .first()
    )
    if version is None:
        # A matter on show that is not taken answers with its reason, on its guide.
        get_object_or_404(Matter.objects.on_show(), short_code=short_code, jurisdiction__slug=place)
        return redirect("matters:guide", place, short_code)
    if request.method == "POST":
        key = request.POST.get("idempotency_key", "")[:40]
        case = services.apply_online(
            version=version, by=request.actor, key=f"{key}:{version.pk}" if key else None
        )
        return redirect("applications:apply_who", case.pk)
    drafts = Application.objects.of_account(request.user).filter(version=version, state__in=EDITABLE_ONLINE)
    context = {
        "version": version,
        "online": version.online_depth >= ONLINE_FROM,
        "drafts": drafts.order_by("-created_at")[:5],
        "materials": proofs.settle(version.matter.jurisdiction_id, list(version.materials.all())),
        "nav_here": "matters",
    }
    return render(request, "applications/portal/begin.html", context)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def who(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Step 1: for whom, and by what telephone number to reach them."""
    case = _editable(request, case_id)
    offered = principals(request)
    current = next((key for key, (_label, who) in offered.items() if who == case.applicant), MYSELF)
    choices = [(key, label) for key, (label, _subject) in offered.items()]
    form = WhoForm(choices, request.POST or None, initial={"principal": current, "phone": case.contact_phone})
    if request.method == "POST" and form.is_valid():
        _label, subject = offered[form.cleaned_data["principal"]]
        try:
            services.save_draft(case.pk, subject=subject, phone=form.cleaned_data["phone"], by=request.actor)
        except Invalid as error:
            form.take_over(error, {"applicant": "principal"})
        else:
            return redirect("applications:apply_form", case.pk)
    return _step(request, case, "who", form=form)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def form(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Step 2: the form of the matter. What is not right yet is kept and named."""
    case = _editable(request, case_id)
    posted = request.POST or None
    guided = SituationForm.of(case, posted)
    fields = desk_page.matter_form(case, posted, earlier=Application.objects.of_account(request.user))
    if request.method == "POST":
        whole = all([guided.is_valid(), fields.is_valid(), guided.guidance.stop is None])
        _keep(request, case, guided)
        if whole:
            return redirect("applications:apply_materials", case.pk)
    return _step(request, case, "form", situation=guided, form=fields, **_situation(case, guided.guidance))


@citizen
@require_POST
def situation(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """After an answer: what is asked next, and what the answers lead to. Keeps what was typed."""
    case = _editable(request, case_id)
    _keep(request, case, SituationForm.of(case, request.POST))
    case = _editable(request, case_id)
    context = {"case": case, "version": case.version, "situation": SituationForm.of(case)}
    return render(request, "applications/portal/_situation.html", context | _situation(case))


@citizen
@require_POST
def keep_form(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Keep what fits while the applicant types (204)."""
    case = _editable(request, case_id)
    _keep(request, case, SituationForm.of(case, request.POST))
    return HttpResponse(status=204)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def materials(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Step 3: pages for each material that is needed; what only paper can be is brought later."""
    case = _editable(request, case_id)
    rows = [row for row in queries.materials_of(case) if _concerns(case, row)]
    evidence.dress(case, rows, offering=True)
    wanting = without_pages(case)
    if request.method == "POST" and not wanting:
        return redirect("applications:apply_check", case.pk)
    shown = wanting if request.method == "POST" else []
    return _step(request, case, "materials", rows=rows, wanting=shown)


@citizen
@require_POST
def upload(request: SignedInRequest, case_id: UUID, code: str) -> HttpResponse:
    """One or more pages for a material; answers with its list, or goes back to the page without a script."""
    case = my_own(request, case_id)
    error = ""
    try:
        stored = [files.store(each, request.user).pk for each in request.FILES.getlist("scan")]
        services.attach(case.pk, code, files=stored, by=request.actor)
    except (Invalid, WrongState) as refused:
        error = str(refused)
    if request.headers.get("HX-Request"):
        rows = {row.material.code: row for row in queries.materials_of(case)}
        if code not in rows:
            raise Http404
        return render(request, "applications/desk/_files.html", {"row": rows[code], "error": error})
    if error:
        messages.error(request, error)
    page = "correct" if case.state == State.CORRECTING else "apply_materials"
    return redirect(f"applications:{page}", case.pk)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def check(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Step 4: everything once more, then send."""
    case = my_own(request, case_id)
    if case.state == State.SUBMITTED and request.method == "POST":
        return redirect("applications:my_case", case.pk)
    _require_editable(case)
    message, problems = "", []
    if request.method == "POST":
        if "truthful" not in request.POST:
            message = _("请先确认填写的内容和上传的材料真实")
        else:
            try:
                send = services.resubmit if case.state == State.RETURNED else services.submit
                send(case.pk, by=request.actor)
            except Incomplete as error:
                message, problems = str(error.message), list(error.items)
            except Invalid as error:
                message = str(error.message)
                problems = [str(text) for texts in error.fields.values() for text in texts]
            else:
                messages.success(request, _("申请已提交，窗口会尽快预审"))
                return redirect("applications:my_case", case.pk)
    rows = [row for row in queries.materials_of(case) if row.verdict != MaterialVerdict.NOT_NEEDED]
    return _step(
        request,
        case,
        "check",
        rows=rows,
        filled=formspec.describe(case.version.form_fields, case.form_data),
        answers=_answers(case),
        message=message,
        problems=problems,
    )


# -- Parts -----------------------------------------------------------------------------------------------


def _step(request: SignedInRequest, case: Application, name: str, **context: Any) -> HttpResponse:
    """One page of the application, with the line of steps above it."""
    at = [step for step, _url, _label in STEPS].index(name)
    context |= {
        "case": case,
        "version": case.version,
        "steps": [
            {"label": label, "url": url, "done": i < at, "now": i == at}
            for i, (_name, url, label) in enumerate(STEPS)
        ],
        "number": at + 1,
        "nav_here": "matters",
    }
    wrong = request.method == "POST"
    return render(request, f"applications/portal/{name}.html", context, status=422 if wrong else 200)


def _keep(request: SignedInRequest, case: Application, situation: SituationForm) -> None:
    situation.is_valid()
    services.save_draft(
        case.pk,
        data=request.POST,
        answers=situation.answers(),
        project_code=situation.given("project_code"),
        territory=situation.given("territory"),
        by=request.actor,
    )


def _editable(request: SignedInRequest, case_id: UUID) -> Application:
    case = my_own(request, case_id)
    _require_editable(case)
    return case


def _require_editable(case: Application) -> None:
    if case.state not in EDITABLE_ONLINE:
        raise WrongState(_("申请已经提交，现在不能修改"))


def principals(request: SignedInRequest) -> dict[str, tuple[str, Person | Enterprise]]:
    """Myself, and whoever lets me apply for them."""
    me = request.user.person
    if me is None:
        return {}
    found: dict[str, tuple[str, Person | Enterprise]] = {MYSELF: (_("本人（%s）") % me.name, me)}
    held = mandates_in_force().filter(agent=me, scope__contains=[MandateScope.APPLY])
    for mandate in held.select_related("principal_person", "principal_enterprise"):
        subject = mandate.principal_enterprise or mandate.principal_person
        if subject is not None:
            found[str(subject.pk)] = (_("%s（受委托）") % subject, subject)
    return found


def _answers(case: Application) -> list[tuple[str, str]]:
    shown = []
    for question in case.guidance.asked:
        chosen = case.answers.get(question["key"])
        labels = {option["value"]: option["label"] for option in question["options"]}
        shown.append((question["ask"], labels.get(chosen, "")))
    return shown


def _situation(case: Application, guidance: situations.Outcome | None = None) -> dict[str, Any]:
    """What the answers lead to, for the applicant: materials, limit, stop."""
    found = guidance or case.guidance
    needed = [
        material
        for material in found.materials(case.version.materials.all())
        if material.demanded and not checks.depends_on_the_case(case.version, material)
    ]
    return {"guidance": found, "needed": needed}


def _concerns(case: Application, row: CaseMaterial) -> bool:
    """Is the material shown to the applicant? Also one whose condition only they can judge."""
    needed = row.verdict != MaterialVerdict.NOT_NEEDED
    return needed or checks.depends_on_the_case(case.version, row.material)

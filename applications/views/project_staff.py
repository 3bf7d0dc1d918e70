"""Projects for the staff: the list, a new one, and the page of one with everything that is done on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import desk, signed_in, staff
from hall.errors import Conflict, HallError, Invalid, NotAllowed
from hall.files import services as files
from hall.files.models import StoredFile
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.requests import DeskRequest, SignedInRequest
from matters.models import MatterVersion, ProjectScheme

from .. import project_forms as forms
from .. import project_gantt, project_queries, services, timeline
from ..choices import AnswerState, ConsultationState, ProjectState
from ..forms import ApplicantForm, HallForm
from ..models import Application
from ..project_models import Consultation, ConsultationAnswer, Project
from ..services.project_consulting import CLAIMED_AS
from ..services.project_registering import OPEN
from .parties import register

DONE = {
    "code": gettext_lazy("项目代码已登记"),
    "attach": gettext_lazy("办件已纳入项目"),
    "green": gettext_lazy("已进入绿色通道"),
    "green-end": gettext_lazy("已退出绿色通道"),
    "helper": gettext_lazy("帮办人已确定"),
    "help": gettext_lazy("已记入帮办日志"),
    "extend": gettext_lazy("已延长并告知建设单位"),
    "consult": gettext_lazy("征询已发出"),
    "answer": gettext_lazy("答复已提交"),
    "sum-up": gettext_lazy("已汇总并告知建设单位"),
    "give-up": gettext_lazy("项目已终止"),
}


@staff
@require_GET
@never_cache
def projects(request: DeskRequest) -> HttpResponse:
    """The projects that the officer may see, by code or name; those in the green channel alone if asked."""
    text = request.GET.get("q", "").strip()
    green = request.GET.get("green") == "1"
    context = {
        "projects": project_queries.listed(request.officer, text, green=green),
        "text": text,
        "green": green,
        "may_register": may_register(request.officer).exists(),
    }
    return render(request, "applications/projects/list.html", context)


@staff
@require_http_methods(["GET", "POST"])
@never_cache
def new(request: DeskRequest) -> HttpResponse:
    """Enter a project with its builder."""
    schemes = may_register(request.officer)
    form = forms.NewProjectForm(schemes, request.POST or None)
    builder = ApplicantForm(request.POST or None, prefix="a", initial={"kind": "enterprise"})
    right = request.method == "POST" and form.is_valid() and builder.is_valid()
    if right and (known := register(builder, by=request.officer)):
        try:
            project = services.register_project(
                builder=known["subject"], phone=known["phone"], by=request.officer, **form.cleaned_data
            )
        except Invalid as error:
            form.take_over(error)
        except Conflict as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("项目已登记"))
            return redirect("applications:project", project.pk)
    context = {"form": form, "applicant_form": builder, "schemes": schemes}
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/projects/new.html", context, status=status)


@staff
@require_GET
@never_cache
def project(request: DeskRequest, project_id: UUID) -> HttpResponse:
    """Everything of a project: stages, cases, chart, time, materials, consultation, helper."""
    return _page(request, visible(request, project_id))


@staff
@require_POST
def act(request: DeskRequest, project_id: UUID, verb: str) -> HttpResponse:
    """Do what one of the page's forms says. What is wrong is told beside its field, nothing is lost."""
    found = visible(request, project_id)
    if verb not in DONE:
        raise Http404
    if verb not in allowed(request.officer, found):
        raise NotAllowed(_("您的岗位不能这样办理"))
    form = _form(verb, found, request.POST)
    if form.is_valid():
        try:
            _VERBS[verb](request, found, form.cleaned_data)
        except Invalid as error:
            form.take_over(error)
        except HallError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, str(DONE[verb]))
            return redirect("applications:project", found.pk)
    return _page(request, project_queries.project_for_page(found.pk), {verb: form}, status=422)


@desk("desk")
@require_POST
def open_case(request: DeskRequest, project_id: UUID, version_id: int) -> HttpResponse:
    """为项目收件: a case with builder, facts and materials of the project. Sent twice, it is one."""
    found = visible(request, project_id)
    version = MatterVersion.objects.filter(pk=version_id).select_related("matter").first()
    post = request.officer.post_for(Role.CLERK, jurisdiction=found.jurisdiction_id)
    if version is None or post is None or post.hall is None:
        raise Http404
    key = request.POST.get("idempotency_key", "")[:40]
    case = services.open_for_project(
        found.pk,
        version=version,
        hall=post.hall,
        window=post.window,
        by=request.officer,
        key=f"{key}:p{version.pk}" if key else None,
    )
    return redirect("applications:desk_case", case.pk)


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def prerequisite(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The applicant says at the counter what is to become of a case whose prerequisite was not granted."""
    case = Application.objects.visible_to(request.officer).filter(pk=case_id).first()
    if case is None or case.project_id is None:
        raise Http404
    return choose(request, case, "applications/projects/prerequisite.html", "applications:desk_case")


@signed_in
@require_GET
@never_cache
def consultation_paper(request: SignedInRequest, project_id: UUID, consultation_number: int) -> HttpResponse:
    """准入评审意见汇总, to read and to print: whoever sees the project, and its builder once summed up."""
    rows = Consultation.objects.select_related("project__scheme__department", "department", "closed_by")
    found = rows.filter(project=project_id, number=consultation_number).first()
    officer = getattr(request, "officer", None)
    if found is None or not project_queries.may_read_paper(officer, request.user, found):
        raise Http404
    if not (officer and officer.posts) and found.state != ConsultationState.CLOSED:
        raise Http404
    answers = found.answers.select_related("department").order_by("pk")
    context = {"consultation": found, "project": found.project, "answers": answers}
    return render(request, "applications/projects/paper.html", context)


# -- What the pages share --------------------------------------------------------------------------------


def visible(request: DeskRequest, project_id: UUID) -> Project:
    """The project, if this officer may see it; else 404, which tells a stranger nothing."""
    if not Project.objects.visible_to(request.officer).filter(pk=project_id).exists():
        raise Http404
    return project_queries.project_for_page(project_id)


def may_register(officer: Officer) -> Any:
    """Schemes under which the officer may enter a project."""
    places = officer.places(Role.CLERK, Role.MANAGER)
    led = officer.departments(Role.REVIEWER, Role.HEAD)
    schemes = ProjectScheme.objects.filter(jurisdiction__in=places)
    return (schemes | ProjectScheme.objects.filter(department__in=led)).order_by("jurisdiction", "pk")


def choose(request: Any, case: Application, template: str, back: str, **more: Any) -> HttpResponse:
    """The choice after a prerequisite was not granted, the same at the desk and from home."""
    line = project_queries.of_case(case)
    by = request.officer or request.actor
    form = forms.PrerequisiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["choice"] == form.END:
                services.end_for_want(case.pk, data["reason"], by=by)
            else:
                services.wait_for_another(case.pk, data["number"], data["reason"], by=by)
        except Invalid as error:
            form.take_over(error)
        else:
            messages.success(request, _("已登记您的选择"))
            return redirect(back, case.pk)
    context = {"case": case, "line": line, "form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def allowed(officer: Officer, project: Project) -> set[str]:
    """Which forms of the page this officer may send, as the verbs will ask again."""
    if project.state not in OPEN:
        return set()
    place = project.jurisdiction_id
    verbs: set[str] = set()
    leads = officer.has(Role.HEAD, Role.REVIEWER, department=project.scheme.department_id)
    if officer.has(Role.CLERK, jurisdiction=place):
        verbs |= {"attach"}
    if leads or officer.has(Role.CLERK, Role.MANAGER, jurisdiction=place):
        verbs |= set() if project.code else {"code"}
    if officer.has(Role.MANAGER, Role.SUPERVISOR, jurisdiction=place):
        verbs |= {"green-end" if project.is_green else "green", "helper", "extend", "give-up"}
    if leads or officer.has(Role.MANAGER, jurisdiction=place):
        if project.state == ProjectState.PROPOSED:
            verbs |= {"consult"}
        verbs |= {"sum-up"}
    if asked_of(officer, project):
        verbs |= {"answer"}
    if project.helpers.filter(ends_at=None, user=officer.user_id).exists():
        verbs |= {"help"}
    return verbs


def asked_of(officer: Officer, project: Project) -> ConsultationAnswer | None:
    """The question that the officer's department still owes an answer to."""
    rows = ConsultationAnswer.objects.filter(
        consultation__project=project,
        consultation__state=ConsultationState.OPEN,
        department__in=officer.departments(Role.REVIEWER, Role.HEAD),
        state__in=(AnswerState.ASKED, AnswerState.SILENT),
    )
    return rows.select_related("consultation", "department").first()


def _form(verb: str, project: Project, data: Any = None) -> HallForm:
    kinds: Mapping[str, Callable[..., HallForm]] = {
        "code": forms.CodeForm,
        "attach": forms.AttachForm,
        "green": forms.GreenForm,
        "green-end": forms.WhyForm,
        "helper": lambda *a, **k: forms.HelperForm(project.jurisdiction_id, *a, **k),
        "help": forms.HelpForm,
        "extend": forms.ExtendForm,
        "consult": lambda *a, **k: forms.ConsultForm(project.jurisdiction_id, *a, **k),
        "answer": forms.AnswerForm,
        "sum-up": forms.SumUpForm,
        "give-up": forms.WhyForm,
    }
    return kinds[verb](data, prefix=verb)


def _page(
    request: DeskRequest, found: Project, bound: Mapping[str, Form] | None = None, *, status: int = 200
) -> HttpResponse:
    stages = project_queries.stages_of(found)
    chart = project_gantt.chart(found, stages)
    verbs = allowed(request.officer, found)
    question = asked_of(request.officer, found)
    consultations = project_queries.consultations_of(found)
    shown = {verb.replace("-", "_"): (bound or {}).get(verb) or _form(verb, found) for verb in verbs}
    latest = consultations[0] if consultations else None
    if "sum_up" in shown and (latest is None or latest.state != ConsultationState.OPEN):
        del shown["sum_up"]
    elif "sum_up" in shown and latest is not None:
        shown["sum_up"].initial["consultation"] = latest.pk
    if "answer" in shown and question is not None:
        shown["answer"].initial["answer"] = question.pk
    clerk = request.officer.has(Role.CLERK, jurisdiction=found.jurisdiction_id)
    context = {
        "project": found,
        "stages": stages,
        "outside": project_queries.outside_of(found, stages),
        "chart": chart,
        "drawn": project_gantt.draw(chart),
        "timed": project_queries.timed(found),
        "materials": project_queries.materials_of(found),
        "consultations": consultations,
        "papers": papers_of(consultations),
        "question": question,
        "helpers": project_queries.helpers_of(found),
        "events": timeline.for_staff(found.pk),
        "forms": shown,
        "takes_in": clerk and found.state in OPEN,
        "wrong": list((bound or {}).values()),
    }
    return render(request, "applications/projects/project.html", context, status=status)


def papers_of(consultations: list[Consultation]) -> dict[str, list[StoredFile]]:
    """The papers that went with each question, by its key."""
    keys = [str(each.pk) for each in consultations]
    found: dict[str, list[StoredFile]] = {}
    for file in StoredFile.objects.filter(claimed_type=CLAIMED_AS, claimed_id__in=keys).order_by(
        "uploaded_at"
    ):
        found.setdefault(file.claimed_id, []).append(file)
    return found


# -- What each form does -----------------------------------------------------------------------------------


def _consult(request: DeskRequest, found: Project, data: dict[str, Any]) -> None:
    stored = [files.store(each, request.user).pk for each in request.FILES.getlist("papers")]
    services.consult(
        found.pk,
        departments=list(data["departments"]),
        questions=data["questions"],
        days=data["days"],
        papers=stored,
        by=request.officer,
    )


def _answer(request: DeskRequest, found: Project, data: dict[str, Any]) -> None:
    answer = ConsultationAnswer.objects.filter(pk=data.pop("answer"), consultation__project=found).first()
    if answer is None:
        raise Http404
    services.answer_consultation(answer.pk, by=request.officer, **data)


def _sum_up(request: DeskRequest, found: Project, data: dict[str, Any]) -> None:
    consultation = found.consultations.filter(pk=data["consultation"]).first()
    if consultation is None:
        raise Http404
    services.sum_up_consultation(consultation.pk, data["summary"], by=request.officer)


_VERBS: Mapping[str, Callable[[DeskRequest, Project, dict[str, Any]], Any]] = {
    "code": lambda r, p, d: services.give_code(p.pk, d["code"], by=r.officer),
    "attach": lambda r, p, d: services.attach_case(p.pk, d["number"], by=r.officer),
    "green": lambda r, p, d: services.put_in_green_channel(p.pk, by=r.officer, **d),
    "green-end": lambda r, p, d: services.take_out_of_green_channel(p.pk, by=r.officer, **d),
    "helper": lambda r, p, d: services.assign_helper(p.pk, d.pop("helper"), by=r.officer, **d),
    "help": lambda r, p, d: services.log_help(p.pk, by=r.officer, **d),
    "extend": lambda r, p, d: services.extend_joint_limit(p.pk, d.pop("days"), by=r.officer, **d),
    "give-up": lambda r, p, d: services.give_up_project(p.pk, d["reason"], by=r.officer),
    "consult": _consult,
    "answer": _answer,
    "sum-up": _sum_up,
}

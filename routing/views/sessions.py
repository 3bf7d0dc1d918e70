"""Pages of joint sessions: list and calendar, planning, one session, the sign-in at the site."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from applications.models import Application
from applications.viewers import officer_may_see
from hall.access import desk, staff
from hall.errors import HallError, Invalid, NotAllowed
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.paging import page_by_key
from hall.people.models import User
from hall.requests import DeskRequest
from matters.choices import StepKind

from .. import services, session_queries
from ..choices import SessionKind
from ..models import BroughtTask, JointSession
from ..services.session_parts import may_call, people_of, runs, usual_title
from ..session_forms import (
    AgendaForm,
    CancelForm,
    CloseForm,
    InviteForm,
    OffForm,
    PlanForm,
    PostponeForm,
    SignInForm,
    SpeechForm,
)

_KINDS: dict[str, SessionKind] = {
    StepKind.JOINT_SURVEY: SessionKind.SURVEY,
    StepKind.JOINT_DRAWING: SessionKind.DRAWING,
    StepKind.JOINT_ACCEPTANCE: SessionKind.ACCEPTANCE,
}


@desk("sessions")
def home(request: DeskRequest) -> HttpResponse:
    """The sessions that concern the officer: as a list, a month, or a week."""
    view = request.GET.get("view", "")
    day = _day(request.GET.get("on", ""))
    context: dict[str, Any] = {"view": view, "on": day, "today": today()}
    if view == "month":
        context["sheet"] = session_queries.month(request.officer, day)
    elif view == "week":
        context["sheet"] = session_queries.week(request.officer, day)
    else:
        context["view"] = "list"
        context["coming"] = session_queries.coming(request.officer)
        past = session_queries.past(request.officer)
        context["past"] = page_by_key(request, past, keys=("-starts_at", "-id"), size=20)
    return render(request, "routing/sessions/home.html", context)


@desk("sessions")
def plan(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """A new session, begun from a case or a task."""
    case = get_object_or_404(
        Application.objects.select_related("version__matter", "jurisdiction"), pk=case_id
    )
    convenors = Department.objects.filter(pk__in=may_call(request.officer, case)).order_by("name")
    if not convenors:
        raise NotAllowed(_("只有牵头部门、决定部门或者大厅管理员可以就这个办件召集部门"))
    initial = {**_initial(case), "chair": request.user.pk}
    chairs = _chairs(convenors, case)
    form = PlanForm(request.POST or None, convenors=convenors, chairs=chairs, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("kind", "title", "venue", "convenor", "chair")}
        try:
            session = services.plan_session([case.pk], **told, **form.times(), by=request.officer)
        except Invalid as error:
            form.take(error.fields or {"__all__": [error.message]})
        else:
            messages.success(request, _("已安排，核对后发出通知"))
            return redirect("sessions:session", session.pk)
    status = 422 if form.errors else 200
    departments = session_queries.departments_of(case)
    context = {"form": form, "case": case, "departments": departments}
    return render(request, "routing/sessions/plan.html", context, status=status)


@desk("sessions")
def page(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """One session: agenda, departments, attendance, opinions, minutes. Who looks has read their notice."""
    session = visible(request, session_id)
    services.note_session_read(session, request.user)
    return shown(request, session)


@desk("sessions")
def poster(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The sign-in code to put up at the place; only for those who run the session."""
    session = visible(request, session_id)
    if not runs(request.officer, session):
        raise Http404
    path = f"{reverse('sessions:sign_in', args=[session.pk])}?{urlencode({'code': session.code})}"
    image = segno.make(request.build_absolute_uri(path), error="m", micro=False)
    qr = mark_safe(image.svg_inline(scale=6, border=4, omitsize=True))
    return render(request, "routing/sessions/poster.html", {"session": session, "qr": qr})


@desk("sessions")
def sign_in(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """For the telephone at the site: who comes signs in with one touch."""
    session = visible(request, session_id)
    context = session_queries.page_of(session, request.officer)
    if not context["mine"]:
        raise Http404
    form = SignInForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.sign_in(session.pk, code=form.cleaned_data["code"], by=request.officer)
        except Invalid as error:
            form.add_error("code", error.message)
        else:
            said = _("%(name)s已签到：%(how)s")
            words = {"name": row.department.name, "how": row.get_attendance_display()}
            messages.success(request, said % words)
            return redirect("sessions:sign_in", session.pk)
    context |= {"form": form, "waiting_mine": any(not row.came for row in context["mine"])}
    return render(request, "routing/sessions/sign_in.html", context, status=422 if form.errors else 200)


@staff
def case_panel(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """On the case and task pages: the sessions of the case, and the way to call one."""
    case = get_object_or_404(Application.objects.select_related("version"), pk=case_id)
    if not officer_may_see(request.officer, case_id):
        raise Http404
    found = session_queries.of_case(case_id)
    open_to = set(JointSession.objects.visible_to(request.officer).filter(pk__in=[s.pk for s in found]))
    context = {
        "case": case,
        "sessions": [(each, each in open_to) for each in found],
        "may_plan": session_queries.may_plan(request.officer, case),
    }
    return render(request, "routing/sessions/_of_case.html", context)


# -- what the views of sessions share -------------------------------------------------------------------


def visible(request: DeskRequest, session_id: UUID) -> JointSession:
    """The session, if this officer may see it; 404 otherwise."""
    sessions = JointSession.objects.visible_to(request.officer)
    related = ("jurisdiction", "hall", "convenor", "chair", "planned_by", "ended_by")
    return get_object_or_404(sessions.select_related(*related), pk=session_id)


def shown(
    request: DeskRequest, session: JointSession, *, error: HallError | None = None, **forms: Any
) -> HttpResponse:
    """The page of a session; a form that failed is passed in with what was typed."""
    context = session_queries.page_of(session, request.officer)
    if context["runs"] and not context["over"]:
        context |= _forms_to_run(session, context, forms)
    spoken = forms.get("speech_form")
    context["speeches"] = [(each, _speech(each, spoken)) for each in context["to_speak"]]
    context["error"] = error
    context["failed"] = [form for form in forms.values() if form.errors]
    status = 422 if error or context["failed"] else 200
    return render(request, "routing/sessions/session.html", context, status=status)


def _forms_to_run(session: JointSession, context: dict[str, Any], forms: dict[str, Any]) -> dict[str, Any]:
    agenda = [line["item"] for line in context["agenda"]]
    return {
        "postpone_form": forms.get("postpone_form") or PostponeForm.of(session),
        "cancel_form": forms.get("cancel_form") or CancelForm(prefix="cancel"),
        "agenda_form": forms.get("agenda_form") or AgendaForm(prefix="agenda"),
        "off_form": OffForm(prefix="off"),
        "invite_form": forms.get("invite_form")
        or InviteForm(prefix="invite", departments=departments_to_invite(session)),
        "close_form": forms.get("close_form") or CloseForm(prefix="close", agenda=agenda),
    }


def departments_to_invite(session: JointSession) -> QuerySet[Department]:
    """Departments of the place that are not convened yet."""
    convened = session.convened.values("department")
    return (
        Department.objects.filter(jurisdiction=session.jurisdiction_id)
        .exclude(pk__in=convened)
        .order_by("name")
    )


def _speech(brought: BroughtTask, spoken: SpeechForm | None) -> SpeechForm:
    prefix = f"say{brought.pk}"
    return spoken if spoken is not None and spoken.prefix == prefix else SpeechForm(prefix=prefix)


def _chairs(convenors: QuerySet[Department], case: Application) -> QuerySet[User]:
    officers = [
        user.pk for department in convenors for user in people_of(department, Role.REVIEWER, Role.HEAD)
    ]
    managers = [user.pk for user in people_of(case.jurisdiction, Role.MANAGER)]
    return User.objects.filter(pk__in=[*officers, *managers]).order_by("name")


def _initial(case: Application) -> dict[str, Any]:
    """What is likely: the kind that the route asks for, and a name."""
    kinds = case.tasks.live().values_list("kind", flat=True)
    kind = next((_KINDS[each] for each in kinds if each in _KINDS), SessionKind.REVIEW)
    return {
        "kind": kind,
        "title": usual_title(case, kind),
        "begins": "10:00",
        "ends": "11:30",
    }


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()

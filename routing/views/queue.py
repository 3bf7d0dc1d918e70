"""The work queue: list left, case right, no page change between cases."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from applications.models import Application, CaseMaterial
from hall.access import desk
from hall.clocks.queries import explain, of_case
from hall.files.models import StoredFile
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.people.models import User
from hall.requests import DeskRequest
from hall.trail.queries import of_case as events_of_case
from matters.choices import SpecialProcedure

from .. import queries, services
from ..choices import LIVE, ProcedureState, ReportState
from ..drawing import draw
from ..forms import (
    DecisionForm,
    ExtensionForm,
    HandOverForm,
    HearingForm,
    OpinionForm,
    ProcedureForm,
    ReasonForm,
    RecordForm,
    ReportForm,
    ResultForm,
    ScheduleForm,
)
from ..holdings import holdings
from ..models import Task
from ..route_map import route_map
from ..services.deciding import may_decide
from ..services.guards import deputises
from .lead_context import lead_context


@desk("review")
def queue(request: DeskRequest) -> HttpResponse:
    """The queue alone, with the first task opened beside it."""
    return page(request, None)


@desk("review")
def task(request: DeskRequest, task_id: str) -> HttpResponse:
    """The queue with one task opened; to htmx only the task."""
    found = visible(request, task_id)
    services.note_reading(found.pk, by=request.officer)
    if request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request:
        return render(request, "routing/_task.html", task_context(request, found))
    return page(request, found)


@desk("review")
def rows(request: DeskRequest) -> HttpResponse:
    """The next page of the queue's rows."""
    listed = queries.queue(
        request.officer, mine=request.GET.get("mine") == "1", after=request.GET.get("after", "")
    )
    return render(request, "routing/_rows.html", {"queue": listed, "mine": request.GET.get("mine") == "1"})


def page(request: DeskRequest, opened: Task | None, status: int = 200, **forms) -> HttpResponse:
    """The whole page. Forms that failed are passed on with what was typed."""
    mine = request.GET.get("mine") == "1"
    listed = queries.queue(request.officer, mine=mine)
    if opened is None and listed.groups:
        opened = visible(request, listed.groups[0].tasks[0].pk)
    context = {
        "queue": listed,
        "mine": mine,
        "counts": queries.counts(request.officer),
        "silent": queries.falling_silent(request.officer),
    }
    if opened is not None:
        context |= task_context(request, opened, **forms)
    return render(request, "routing/queue.html", context, status=status)


def task_context(request: DeskRequest, task: Task, **forms) -> dict:
    """Everything that the page of one task shows. A form that failed is passed in with what was typed."""
    case = task.case
    officer = request.officer
    live = task.state in LIVE
    stands_in = deputises(officer, task)
    received_it = case.received_by_id == officer.user_id
    clock_lines = [
        {"clock": clock, "due": explain(clock)}
        for clock in of_case(case.pk)
        if clock.subject_id in (str(task.pk), str(case.pk))
    ]
    return {
        "opened": task,
        "task": task,
        "case": case,
        "version": case.version,
        "live": live,
        "received_it": received_it,
        "held_by_other": bool(task.assignee_id and task.assignee_id != officer.user_id) and not stands_in,
        "stands_in": stands_in,
        "may_work": live and not received_it,
        "may_decide": task.decides and live and may_decide(officer, task, case),
        "heads": officer.has(Role.HEAD, department=task.department_id),
        "waiting_for_others": task.decides and live and queries.others_outstanding(task),
        "route": (route := route_map(case)),
        "drawn": draw(route),
        "held": holdings(case),
        "opinions": queries.opinions_of(case),
        "silent_of_case": queries.silent_of(case),
        "materials": with_files(case),
        "clocks": clock_lines,
        "events": events_of_case(case.pk).order_by("-id")[:12],
        "form_rows": form_rows(case),
        "opinion_form": forms.get("opinion_form")
        or OpinionForm(initial=task.draft, prefix="", departments=other_departments(task)),
        "decision_form": forms.get("decision_form")
        or DecisionForm(version=case.version, form_data=case.form_data, initial=task.draft),
        "return_form": forms.get("return_form") or ReasonForm(prefix="return"),
        "report_form": forms.get("report_form") or ReportForm(prefix="report"),
        "hand_over_form": forms.get("hand_over_form")
        or HandOverForm(colleagues=colleagues(task), prefix="hand"),
        "error": forms.get("error"),
        **procedure_context(request, task, live, forms),
        **lead_context(request, task, forms),
    }


def procedure_context(request: DeskRequest, task: Task, live: bool, forms: dict) -> dict:
    """Special procedures and the extension of the task's case, with the forms that may be used now."""
    case = task.case
    procedures = list(case.procedures.select_related("task__department", "hearing__chair"))
    mine = [each for each in procedures if each.task_id == task.pk and each.state == ProcedureState.RUNNING]
    hearing = next((each for each in mine if each.kind == SpecialProcedure.HEARING), None)
    kinds = {row.get("kind") for row in case.version.special_procedures}
    return {
        "procedures": procedures,
        "running": mine,
        "running_hearing": hearing,
        "extension": case.extensions.exclude(state=ReportState.REJECTED).first(),
        "may_extend": services.most_days(case) if live and task.decides else 0,
        "declares_others": bool(kinds - {SpecialProcedure.HEARING}),
        "declares_hearing": SpecialProcedure.HEARING in kinds,
        "procedure_form": forms.get("procedure_form")
        or ProcedureForm(version=case.version, prefix="procedure"),
        "hearing_form": forms.get("hearing_form") or HearingForm(prefix="hearing"),
        "schedule_form": forms.get("schedule_form")
        or (ScheduleForm(chairs=chairs(task), prefix="schedule") if hearing else None),
        "record_form": forms.get("record_form") or RecordForm(prefix="record"),
        "result_forms": [
            (each, forms.get("result_form") or ResultForm(prefix=f"result-{each.pk}"))
            for each in mine
            if each != hearing
        ],
        "extension_form": forms.get("extension_form") or ExtensionForm(prefix="extension"),
    }


def chairs(task: Task) -> QuerySet[User]:
    """Who of the place may preside over a hearing: staff of departments who have not touched the case."""
    posts = {"posts__jurisdiction": task.case.jurisdiction_id, "posts__role__in": [Role.REVIEWER, Role.HEAD]}
    touched = Task.objects.filter(case=task.case_id).values_list("assignee", flat=True)
    busy = [pk for pk in (*touched, task.case.received_by_id) if pk]
    return (
        User.objects.filter(is_active=True, **posts)
        .exclude(pk__in=busy)
        .distinct()
        .order_by("name")
        .prefetch_related("posts__department")
    )


def form_rows(case: Application) -> list[tuple[str, object]]:
    """What the applicant filled in, label and value, in the order of the form."""
    found = []
    for item in case.version.form_fields:
        value = case.form_data.get(item["key"])
        if isinstance(value, bool):
            value = _("是") if value else _("否")
        if isinstance(value, list) and value and isinstance(value[0], str):
            value = "、".join(value)
        if value not in (None, "", []):
            found.append((item["label"], value))
    return found


def with_files(case: Application) -> list[tuple[CaseMaterial, list[StoredFile]]]:
    """The case's materials in order, each with the files that were handed in for it. Two queries."""
    materials = list(case.materials.select_related("material").order_by("order"))
    found = StoredFile.objects.filter(
        claimed_type="applications.casematerial", claimed_id__in=[str(each.pk) for each in materials]
    ).order_by("uploaded_at")
    by_material: dict[str, list[StoredFile]] = {}
    for file in found:
        by_material.setdefault(file.claimed_id, []).append(file)
    return [(each, by_material.get(str(each.pk), [])) for each in materials]


def other_departments(task: Task) -> QuerySet[Department]:
    """To which departments of the place a task could belong instead."""
    here = Department.objects.filter(jurisdiction=task.case.jurisdiction_id)
    return here.exclude(pk=task.department_id).order_by("order", "code")


def colleagues(task: Task):
    """Who else could work on this task: today's reviewers and heads of the department."""
    return (
        User.objects.filter(
            posts__department=task.department_id, posts__role__in=[Role.REVIEWER, Role.HEAD], is_active=True
        )
        .exclude(pk=task.assignee_id or 0)
        .distinct()
        .order_by("name")
    )


def visible(request: DeskRequest, task_id: object) -> Task:
    """The task, if this officer may see it; 404 otherwise."""
    tasks = Task.objects.visible_to(request.officer).select_related(
        "case__version__matter",
        "case__version__department",
        "case__jurisdiction",
        "case__hall",
        "case__person",
        "case__enterprise",
        "case__agent",
        "department",
        "step",
        "assignee",
    )
    return get_object_or_404(tasks, pk=task_id)

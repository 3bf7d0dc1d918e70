"""What is done about special procedures, hearings and the extension of a case."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk, staff
from hall.requests import DeskRequest

from .. import services
from ..forms import ExtensionForm, HearingForm, ProcedureForm, RecordForm, ResultForm, ScheduleForm
from ..models import Extension, Procedure
from .actions import again, attempt
from .queue import chairs, visible


@desk("review")
@require_POST
def open_procedure(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Begin a special procedure."""
    task = visible(request, task_id)
    form = ProcedureForm(request.POST, version=task.case.version, prefix="procedure")
    if not form.is_valid():
        return again(request, task_id, procedure_form=form)
    return attempt(
        request,
        task_id,
        lambda: services.open_procedure(task_id, by=request.officer, **form.told()),
        _("已开始，申请人已收到告知"),
        form,
        "procedure_form",
    )


@desk("review")
@require_POST
def tell_of_right(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Tell the right to a hearing."""
    form = HearingForm(request.POST, prefix="hearing")
    if not form.is_valid():
        return again(request, task_id, hearing_form=form)
    return attempt(
        request,
        task_id,
        lambda: services.tell_of_right(task_id, by=request.officer, **form.cleaned_data),
        _("听证权利已告知"),
        form,
        "hearing_form",
    )


@desk("review")
@require_POST
def finish(request: DeskRequest, procedure_id: UUID) -> HttpResponse:
    """The result of a special procedure."""
    procedure = _procedure(request, procedure_id)
    form = ResultForm(request.POST, prefix=f"result-{procedure.pk}")
    if not form.is_valid():
        return again(request, procedure.task_id, result_form=form)
    return attempt(
        request,
        procedure.task_id,
        lambda: services.finish_procedure(procedure.pk, by=request.officer, **form.cleaned_data),
        _("已结束，办理期限继续计算"),
        form,
        "result_form",
    )


@staff
@require_POST
def request_hearing(request: DeskRequest, procedure_id: UUID) -> HttpResponse:
    """Somebody concerned asks for the hearing, at the desk or in the department."""
    procedure = services.request_hearing(
        procedure_id, requested_by=request.POST.get("requested_by", ""), by=request.officer
    )
    messages.success(request, _("听证申请已登记，办理期限暂停"))
    return redirect("applications:case", procedure.case_id)


@staff
@require_POST
def waive_hearing(request: DeskRequest, procedure_id: UUID) -> HttpResponse:
    """The parties concerned give the hearing up."""
    reason = _("申请人、利害关系人书面放弃听证")
    procedure = services.waive_hearing(procedure_id, by=request.officer, reason=reason)
    messages.success(request, _("已登记放弃听证"))
    return redirect("applications:case", procedure.case_id)


@desk("review")
@require_POST
def schedule_hearing(request: DeskRequest, procedure_id: UUID) -> HttpResponse:
    """Time, place and chair of a hearing."""
    procedure = _procedure(request, procedure_id)
    form = ScheduleForm(request.POST, chairs=chairs(procedure.task), prefix="schedule")
    if not form.is_valid():
        return again(request, procedure.task_id, schedule_form=form)
    return attempt(
        request,
        procedure.task_id,
        lambda: services.schedule_hearing(procedure.pk, by=request.officer, **form.cleaned_data),
        _("听证通知已发出"),
        form,
        "schedule_form",
    )


@desk("review")
@require_POST
def record_hearing(request: DeskRequest, procedure_id: UUID) -> HttpResponse:
    """The signed record of a hearing."""
    procedure = _procedure(request, procedure_id)
    form = RecordForm(request.POST, prefix="record")
    if not form.is_valid():
        return again(request, procedure.task_id, record_form=form)
    return attempt(
        request,
        procedure.task_id,
        lambda: services.record_hearing(procedure.pk, by=request.officer, **form.cleaned_data),
        _("笔录已归入办件，办理期限继续计算"),
        form,
        "record_form",
    )


@desk("review")
@require_POST
def propose_extension(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Ask the head for more time."""
    form = ExtensionForm(request.POST, prefix="extension")
    if not form.is_valid():
        return again(request, task_id, extension_form=form)
    return attempt(
        request,
        task_id,
        lambda: services.propose_extension(task_id, by=request.officer, **form.cleaned_data),
        _("已报负责人批准"),
        form,
        "extension_form",
    )


@desk("review")
@require_POST
def answer_extension(request: DeskRequest, extension_id: int) -> HttpResponse:
    """The head approves or refuses."""
    asked = get_object_or_404(Extension, pk=extension_id)
    visible(request, asked.task_id)
    granted = request.POST.get("verdict") == "grant"
    verb = services.grant_extension if granted else services.reject_extension
    verb(extension_id, answer=request.POST.get("answer", ""), by=request.officer)
    messages.success(request, _("已批准延期，申请人已收到通知") if granted else _("已答复"))
    return redirect("routing:task", asked.task_id)


def _procedure(request: DeskRequest, procedure_id: UUID) -> Procedure:
    """A procedure of a task that this officer may see; 404 otherwise."""
    procedure = get_object_or_404(Procedure.objects.select_related("task__case"), pk=procedure_id)
    visible(request, procedure.task_id)
    return procedure

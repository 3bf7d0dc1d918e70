"""What is done to a task. Each view reads its form, calls one verb, and answers with the task's page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import Invalid
from hall.organisation.choices import Role
from hall.requests import DeskRequest

from .. import services
from ..choices import OpinionVerdict
from ..forms import DecisionForm, HandOverForm, OpinionForm, ReasonForm, ReportForm
from .queue import colleagues, other_departments, page, task_context, visible


@desk("review")
@require_POST
def sign_for(request: DeskRequest, task_id: str) -> HttpResponse:
    services.sign_for(task_id, by=request.officer)
    return _done(request, task_id, _("已签收"))


@desk("review")
@require_POST
def sign_for_many(request: DeskRequest) -> HttpResponse:
    """Sign for every ticked task, and tell which were signed for and which not, and why."""
    receipts = services.sign_for_many(request.POST.getlist("task"), by=request.officer)
    if not receipts:
        messages.warning(request, _("没有选中待签收的任务"))
        return redirect("routing:queue")
    signed = [each for each in receipts if each.signed]
    missed = [each for each in receipts if not each.signed]
    return render(request, "routing/signed.html", {"signed": signed, "missed": missed})


@desk("review")
@require_POST
def claim(request: DeskRequest, task_id: str) -> HttpResponse:
    services.claim(task_id, by=request.officer)
    return _done(request, task_id, _("已由您办理"))


@desk("review")
@require_POST
def draft(request: DeskRequest, task_id: str) -> HttpResponse:
    """Keep what was typed so far; called by the page itself while typing."""
    services.save_draft(task_id, _typed(request), by=request.officer)
    return HttpResponse(status=204)


@desk("review")
@require_POST
def opinion(request: DeskRequest, task_id: str) -> HttpResponse:
    form = OpinionForm(request.POST, departments=other_departments(visible(request, task_id)))
    if not form.is_valid():
        return again(request, task_id, opinion_form=form)
    told = {**form.cleaned_data, "by": request.officer}
    competent = told.pop("competent")
    if told["verdict"] != OpinionVerdict.NOT_OURS:
        sign = partial(services.give_opinion, task_id, **told)
        return attempt(request, task_id, sign, _("意见已签署"), form, "opinion_form")
    if competent is None:
        form.add_error("competent", _("请写明应由哪个部门办理"))
        return again(request, task_id, opinion_form=form)
    told = {name: told[name] for name in ("reasons", "legal_basis", "by")}
    disclaim = partial(services.disclaim, task_id, competent=competent, **told)
    return attempt(request, task_id, disclaim, _("已提出，等牵头部门裁定"), form, "opinion_form")


@desk("review")
@require_POST
def decide(request: DeskRequest, task_id: str) -> HttpResponse:
    task = visible(request, task_id)
    form = DecisionForm(request.POST, version=task.case.version)
    if not form.is_valid():
        return again(request, task_id, decision_form=form)
    cleaned = form.cleaned_data
    return attempt(
        request,
        task_id,
        lambda: services.decide(
            task_id,
            outcome=cleaned["outcome"],
            reasons=cleaned["reasons"],
            conditions=cleaned["conditions"],
            result=form.result(),
            by=request.officer,
        ),
        _("决定已作出，文书和证照正在制作"),
        form,
        "decision_form",
    )


@desk("review")
@require_POST
def propose(request: DeskRequest, task_id: str) -> HttpResponse:
    """A reviewer lays a proposal before the head."""
    services.propose(task_id, _typed(request), by=request.officer)
    return _done(request, task_id, _("已拟好决定，等负责人作出"))


@desk("review")
@require_POST
def give_back(request: DeskRequest, task_id: str) -> HttpResponse:
    form = ReasonForm(request.POST, prefix="return")
    if not form.is_valid():
        return again(request, task_id, return_form=form)
    services.return_to_front(task_id, reasons=form.cleaned_data["reasons"], by=request.officer)
    return _done(request, task_id, _("已退回前台"))


@desk("review")
@require_POST
def report(request: DeskRequest, task_id: str) -> HttpResponse:
    form = ReportForm(request.POST, prefix="report")
    if not form.is_valid():
        return again(request, task_id, report_form=form)
    services.file_report(task_id, by=request.officer, **form.cleaned_data)
    return _done(request, task_id, _("已报备，等督查员答复；答复之前不会默认同意"))


@desk("review")
@require_POST
def hand_over(request: DeskRequest, task_id: str) -> HttpResponse:
    task = visible(request, task_id)
    form = HandOverForm(request.POST, colleagues=colleagues(task), prefix="hand")
    if not form.is_valid():
        return again(request, task_id, hand_over_form=form)
    heads = request.officer.has(Role.HEAD, department=task.department_id)
    verb = services.reassign if heads and task.assignee_id != request.user.pk else services.hand_over
    return attempt(
        request,
        task_id,
        lambda: verb(task_id, by=request.officer, **form.cleaned_data),
        _("已转交，对方打开以前可以撤回"),
        form,
        "hand_over_form",
    )


@desk("review")
@require_POST
def late_objection(request: DeskRequest, task_id: str) -> HttpResponse:
    form = OpinionForm(request.POST)
    form.is_valid()
    services.object_late(
        task_id,
        reasons=form.data.get("reasons", ""),
        legal_basis=form.data.get("legal_basis", ""),
        by=request.officer,
    )
    return _done(request, task_id, _("异议已记录并通知决定机关"))


def _typed(request: DeskRequest) -> dict[str, str]:
    """What was typed, without what the page adds by itself."""
    return {
        key: str(value)
        for key, value in request.POST.items()
        if key not in ("csrfmiddlewaretoken", "idempotency_key")
    }


def attempt(
    request: DeskRequest,
    task_id: UUID | str,
    verb: Callable[[], object],
    said: str,
    form,
    name: str,
    *,
    stay: bool = False,
) -> HttpResponse:
    """Call the verb; what it refuses comes back beside the fields, with everything typed.

    Afterwards the queue, whose next task is opened; with `stay` this task again.
    """
    try:
        verb()
    except Invalid as error:
        for field, problems in error.fields.items():
            for problem in problems:
                form.add_error(field if field in form.fields else None, problem)
        return again(request, task_id, error=None if error.fields else error, **{name: form})
    messages.success(request, said)
    return redirect("routing:task", task_id) if stay else redirect("routing:queue")


def _done(request: DeskRequest, task_id: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("routing:task", task_id)


def again(request: DeskRequest, task_id: UUID | str, **forms) -> HttpResponse:
    """The same page again, with the errors and everything typed."""
    task = visible(request, task_id)
    if request.htmx:
        return render(request, "routing/_task.html", task_context(request, task, **forms), status=422)
    return page(request, task, status=422, **forms)

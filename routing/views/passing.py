"""Recalls by who sent, rulings on whose matter it is, and delegated approval."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk, staff
from hall.errors import Invalid
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.people.models import User
from hall.requests import DeskRequest
from matters.models import Matter

from .. import queries, services
from ..choices import Ruling
from ..models import Delegation, Task
from ..task_forms import DelegationForm, RulingForm, WhyForm
from .queue import other_departments


@staff
@require_POST
def recall(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Take back a task that was sent again or rerouted and that nobody has opened."""
    task = get_object_or_404(Task.objects.select_related("case__version"), pk=task_id)
    if task not in queries.recallable(task.case, request.officer):
        raise Http404
    services.recall(task_id, reason=request.POST.get("reason", ""), by=request.officer)
    messages.success(request, _("已撤回"))
    return redirect("applications:case", task.case_id)


@staff
def disputes(request: DeskRequest) -> HttpResponse:
    """职责异议 that wait for this officer's ruling."""
    return _disputes(request)


@staff
@require_POST
def rule(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Rule on one."""
    task = queries.disputes(request.officer).filter(pk=task_id).first()
    if task is None:
        raise Http404
    form = RulingForm(request.POST, departments=other_departments(task), prefix=str(task.pk))
    if not form.is_valid():
        return _disputes(request, failed=form, status=422)
    told = form.cleaned_data
    try:
        if told["ruling"] == Ruling.INSISTED:
            services.insist(task_id, reason=told["reason"], by=request.officer)
        elif told["to"] is None:
            raise Invalid(_("请选择改派到哪个部门"), fields={"to": [_("请选择改派到哪个部门")]})
        else:
            services.reroute(task_id, to=told["to"], reason=told["reason"], by=request.officer)
    except Invalid as error:
        _beside(form, error)
        return _disputes(request, failed=form, status=422)
    messages.success(request, _("已裁定"))
    return redirect("routing:disputes")


def _disputes(request: DeskRequest, *, failed: RulingForm | None = None, status: int = 200) -> HttpResponse:
    rows = []
    for task in queries.disputes(request.officer)[: queries.PAGE]:
        said = next(each for each in task.opinions.all() if each.competent_id)
        mine = failed if failed and failed.prefix == str(task.pk) else None
        start = {"to": said.competent_id}
        form = mine or RulingForm(departments=other_departments(task), prefix=str(task.pk), initial=start)
        rows.append((task, said, form))
    return render(request, "routing/disputes.html", {"rows": rows, "failed": failed}, status=status)


@desk("review")
def delegations(request: DeskRequest) -> HttpResponse:
    """委托审批 of the officer's departments; heads give and revoke them here."""
    form = _delegation_form(request)
    if request.method == "POST" and form is not None:
        if not form.is_valid():
            return _delegations(request, form, status=422)
        department = _headed(request)
        try:
            services.delegate(department, by=request.officer, **form.cleaned_data)
        except Invalid as error:
            _beside(form, error)
            return _delegations(request, form, status=422)
        messages.success(request, _("已委托，受托人已收到通知"))
        return redirect("routing:delegations")
    return _delegations(request, form)


@desk("review")
@require_POST
def revoke_delegation(request: DeskRequest, delegation_id: int) -> HttpResponse:
    """End a delegation at once."""
    mine = Delegation.objects.filter(department__in=request.officer.departments(Role.REVIEWER, Role.HEAD))
    given = get_object_or_404(mine, pk=delegation_id)
    form = WhyForm(request.POST, prefix="why")
    if form.is_valid():
        services.revoke_delegation(given.pk, by=request.officer, **form.cleaned_data)
        messages.success(request, _("委托已撤销"))
    else:
        messages.error(request, _("请写明撤销的原因"))
    return redirect("routing:delegations")


def _headed(request: DeskRequest) -> Department:
    """The department that the officer heads; the first when there are several."""
    post = request.officer.post_for(Role.HEAD)
    if post is None or post.department is None:
        raise Http404
    return post.department


def _delegation_form(request: DeskRequest) -> DelegationForm | None:
    post = request.officer.post_for(Role.HEAD)
    if post is None:
        return None
    officers = User.objects.filter(
        posts__department=post.department_id, posts__role=Role.REVIEWER, is_active=True
    )
    decided = Matter.objects.filter(jurisdiction=post.jurisdiction_id, department=post.department_id)
    make = partial(
        DelegationForm,
        officers=officers.exclude(pk=request.user.pk).distinct().order_by("name"),
        matters=decided.order_by("name")[:200],
        prefix="give",
    )
    return make(request.POST) if request.method == "POST" else make(initial={"starts_on": today()})


def _delegations(request: DeskRequest, form: DelegationForm | None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "listed": queries.delegations(request.officer)[: queries.PAGE],
        "form": form,
        "heads": request.officer.departments(Role.HEAD),
        "why_form": WhyForm(prefix="why"),
        "today": today(),
    }
    return render(request, "routing/delegations.html", context, status=status)


def _beside(form: Any, error: Invalid) -> None:
    for field, problems in error.fields.items():
        for problem in problems:
            form.add_error(field if field in form.fields else None, problem)
    if not error.fields:
        form.add_error(None, str(error))

"""汇总 and 会签, and what is recalled. Each view reads its form, calls one verb, and answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.requests import DeskRequest

from .. import services
from ..forms import DecisionForm
from ..services.consolidating import to_be_treated
from ..task_forms import ConsolidationForm, RefusalForm, WhyForm
from .actions import again, attempt
from .queue import visible


@desk("review")
@require_POST
def consolidate(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The lead department brings the opinions together."""
    task = visible(request, task_id)
    form = ConsolidationForm(request.POST, opinions=to_be_treated(task.case))
    if not form.is_valid():
        return again(request, task_id, consolidation_form=form)
    told = {"text": form.cleaned_data["text"], "treatments": form.treatments(), "by": request.officer}
    verb = partial(services.consolidate, task_id, **told)
    said = _("已汇总，可以作出决定")
    return attempt(request, task_id, verb, said, form, "consolidation_form", stay=True)


@desk("review")
@require_POST
def lay_text(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The deciding organ signs the text and lays it before the others."""
    task = visible(request, task_id)
    form = DecisionForm(request.POST, version=task.case.version)
    if not form.is_valid():
        return again(request, task_id, decision_form=form)
    told = {name: form.cleaned_data[name] for name in ("outcome", "reasons", "conditions")}
    verb = partial(services.lay_text, task_id, result=form.result(), by=request.officer, **told)
    return attempt(request, task_id, verb, _("已签署，送有关机关会签"), form, "decision_form")


@desk("review")
@require_POST
def sign_text(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """A co-signing organ signs."""
    visible(request, task_id)
    form = RefusalForm(prefix="refusal")
    verb = partial(services.sign_text, task_id, by=request.officer)
    return attempt(request, task_id, verb, _("已会签"), form, "refusal_form")


@desk("review")
@require_POST
def refuse_text(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """A co-signing organ refuses, with reasons and law."""
    visible(request, task_id)
    form = RefusalForm(request.POST, prefix="refusal")
    if not form.is_valid():
        return again(request, task_id, refusal_form=form)
    verb = partial(services.refuse_text, task_id, by=request.officer, **form.cleaned_data)
    return attempt(request, task_id, verb, _("已退回决定机关"), form, "refusal_form")


@desk("review")
@require_POST
def take_back_text(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The deciding organ takes its text back."""
    return _why(request, task_id, services.take_back_text, _("会签稿已收回"))


@desk("review")
@require_POST
def recall_hand_over(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Take back what one handed over."""
    return _why(request, task_id, services.recall_hand_over, _("已撤回，由原办理人继续"))


@desk("review")
@require_POST
def recall_return(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Take back what was returned to the front."""
    return _why(request, task_id, services.recall_return, _("已撤回，由本部门继续办理"))


def _why(request: DeskRequest, task_id: UUID, verb: Callable[..., object], said: str) -> HttpResponse:
    visible(request, task_id)
    form = WhyForm(request.POST, prefix="why")
    if not form.is_valid():
        return again(request, task_id, why_form=form)
    done = partial(verb, task_id, by=request.officer, **form.cleaned_data)
    return attempt(request, task_id, done, said, form, "why_form", stay=True)

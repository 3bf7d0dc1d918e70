"""The keepers' desk of project schemes: stages and their matters, what waits for what, the promise."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import HallError
from hall.requests import DeskRequest

from .. import services
from ..forms import ReasonForm
from ..forms.projects import DependencyForm, PromiseForm, StageMatterForm
from ..models import MatterDependency, ProjectScheme, StageMatter
from .places import place_of


@desk("catalogue")
def schemes(request: DeskRequest) -> HttpResponse:
    """The schemes of the place."""
    found = ProjectScheme.objects.filter(jurisdiction=place_of(request)).select_related("department")
    context = {"schemes": found.prefetch_related("stages", "dependencies")}
    return render(request, "matters/projects/list.html", context)


@desk("catalogue")
def scheme(request: DeskRequest, scheme_id: int) -> HttpResponse:
    """One scheme; each of its forms is sent here and answers beside its fields."""
    found = _scheme(request, scheme_id)
    posted = request.POST if request.method == "POST" else None
    sent = posted.get("form") if posted else ""
    put = StageMatterForm(found, posted if sent == "put" else None, prefix="put")
    wait = DependencyForm(found, posted if sent == "wait" else None, prefix="wait")
    told = {name: getattr(found, name) for name in PromiseForm.base_fields}
    promise = PromiseForm(posted if sent == "promise" else None, prefix="promise", initial=told)
    for form, name in ((put, "put"), (wait, "wait"), (promise, "promise")):
        if sent != name or not form.is_valid():
            continue
        try:
            _do(request, found, name, form.cleaned_data)
        except HallError as error:
            for key, said in getattr(error, "fields", {}).items():
                form.add_error(key if key in form.fields else None, [str(each) for each in said])
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已保存"))
            return redirect("matters:project_scheme", found.pk)
    stages = found.stages.prefetch_related("matters__matter")
    context = {
        "scheme": found,
        "stages": stages,
        "dependencies": found.dependencies.select_related("prerequisite", "dependent"),
        "put": put,
        "wait": wait,
        "promise": promise,
    }
    return render(request, "matters/projects/scheme.html", context, status=422 if sent else 200)


@desk("catalogue")
@require_POST
def take_out(request: DeskRequest, stage_matter_id: int) -> HttpResponse:
    """Take a matter out of a scheme."""
    rows = StageMatter.objects.filter(scheme__jurisdiction=place_of(request))
    row = get_object_or_404(rows, pk=stage_matter_id)
    services.take_out_of_stage(row.pk, by=request.officer)
    messages.success(request, _("已从流程移出"))
    return redirect("matters:project_scheme", row.scheme_id)


@desk("catalogue")
@require_POST
def no_longer_wait(request: DeskRequest, dependency_id: int) -> HttpResponse:
    """No longer let one matter wait for another, with the reason."""
    rows = MatterDependency.objects.filter(scheme__jurisdiction=place_of(request))
    row = get_object_or_404(rows, pk=dependency_id)
    form = ReasonForm(request.POST, prefix="wait")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.remove_dependency(row.pk, reason=reason, by=request.officer)
    messages.success(request, _("已取消前置关系"))
    return redirect("matters:project_scheme", row.scheme_id)


def _do(request: DeskRequest, found: ProjectScheme, name: str, data: dict) -> None:
    if name == "put":
        stage = data.pop("stage")
        services.put_in_stage(found.pk, stage.pk, data.pop("matter"), by=request.officer, **data)
    elif name == "wait":
        services.add_dependency(found.pk, by=request.officer, **data)
    else:
        services.change_project_promise(found.pk, by=request.officer, **data)


def _scheme(request: DeskRequest, scheme_id: int) -> ProjectScheme:
    """A scheme of the keeper's own place; any other does not exist for this keeper."""
    rows = ProjectScheme.objects.select_related("department", "jurisdiction")
    return get_object_or_404(rows, jurisdiction=place_of(request), pk=scheme_id)

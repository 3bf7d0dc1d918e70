"""The keepers' desk: one version from draft to publication."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import Incomplete, Invalid
from hall.requests import DeskRequest

from .. import differences, guides, services
from ..forms import PublishForm, ReasonForm, VersionEditForm
from ..models import Matter, MatterVersion
from .places import place_of


@desk("catalogue")
@require_POST
def draft(request: DeskRequest, matter_id: int) -> HttpResponse:
    """Begin the next version of a matter."""
    matter = get_object_or_404(Matter, jurisdiction=place_of(request), pk=matter_id)
    version = services.draft_version(matter.pk, by=request.officer)
    return redirect("matters:edit", version.pk)


@desk("catalogue")
def version(request: DeskRequest, version_id: int) -> HttpResponse:
    """A version as it stands: what it says, what is wrong with it, what it changes, what can be done."""
    found = _version(request, version_id)
    before = found.matter.versions.filter(number__lt=found.number).order_by("-number").first()
    context = {
        "version": found,
        "matter": found.matter,
        "guide": guides.guide(found),
        "findings": services.check(found),
        "before": before,
        "difference": differences.between(before, found) if before else None,
        "publish_form": PublishForm(),
        "reason_form": ReasonForm(),
        "mine": found.drafted_by_id == request.officer.user_id,
    }
    return render(request, "matters/manage/version.html", context)


@desk("catalogue")
def edit(request: DeskRequest, version_id: int) -> HttpResponse:
    """The editor of a draft."""
    found = _version(request, version_id)
    if found.is_frozen:
        return redirect("matters:version", found.pk)
    form = VersionEditForm(request.POST or None, version=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_draft(found.pk, by=request.officer, **form.parts())
        except Invalid as error:
            form.refuse(error)
        else:
            messages.success(request, _("草稿已保存"))
            return redirect("matters:version", found.pk)
    context = {"form": form, "version": found, "matter": found.matter}
    return render(request, "matters/manage/edit.html", context, status=422 if form.errors else 200)


@desk("catalogue")
@require_POST
def submit(request: DeskRequest, version_id: int) -> HttpResponse:
    """Hand a draft over for approval; what is incomplete is listed on its page."""
    found = _version(request, version_id)
    try:
        services.submit(found.pk, by=request.officer)
    except Incomplete as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已送审，请另一位目录管理员审定"))
    return redirect("matters:version", found.pk)


@desk("catalogue")
@require_POST
def approve(request: DeskRequest, version_id: int) -> HttpResponse:
    """Approve what another keeper has drafted."""
    found = _version(request, version_id)
    services.approve(found.pk, by=request.officer)
    messages.success(request, _("已审定，可以发布"))
    return redirect("matters:version", found.pk)


@desk("catalogue")
@require_POST
def send_back(request: DeskRequest, version_id: int) -> HttpResponse:
    """Send a version back to its drafter, with the reason."""
    found = _version(request, version_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.return_to_draft(found.pk, by=request.officer, reason=reason)
    messages.success(request, _("已退回修改"))
    return redirect("matters:version", found.pk)


@desk("catalogue")
@require_POST
def publish(request: DeskRequest, version_id: int) -> HttpResponse:
    """Publish an approved version, now or at a date."""
    found = _version(request, version_id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("生效时间不正确"))
    services.publish(found.pk, by=request.officer, at=form.cleaned_data["at"])
    messages.success(request, _("已发布，正在办理的办件仍按原版本"))
    return redirect("matters:version", found.pk)


@desk("catalogue")
def compare(request: DeskRequest, version_id: int, other_id: int) -> HttpResponse:
    """Two versions of one matter side by side."""
    new = _version(request, version_id)
    old = get_object_or_404(MatterVersion.objects.whole(), matter=new.matter, pk=other_id)
    if old.number > new.number:
        old, new = new, old
    context = {"matter": new.matter, "old": old, "new": new, "difference": differences.between(old, new)}
    return render(request, "matters/manage/compare.html", context)


def _version(request: DeskRequest, version_id: int) -> MatterVersion:
    """A version of the keeper's own place; any other does not exist for this keeper."""
    versions = MatterVersion.objects.whole().select_related("drafted_by", "approved_by")
    return get_object_or_404(versions, matter__jurisdiction=place_of(request), pk=version_id)

"""The keepers' desk: one version from draft to publication."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import Incomplete, Invalid
from hall.now import now
from hall.requests import DeskRequest

from .. import differences, guides, readable, services
from .. import elements as element_names
from ..choices import VersionState
from ..forms import PublishForm, ReasonForm, VersionEditForm
from ..models import Matter, MatterVersion
from .places import place_of


@desk("catalogue")
@require_POST
def draft(request: DeskRequest, matter_id: int) -> HttpResponse:
    """Begin the next version of a matter, from the newest or from the one that the keeper chose."""
    matter = get_object_or_404(Matter, jurisdiction=place_of(request), pk=matter_id)
    chosen = request.POST.get("from", "")
    master = get_object_or_404(matter.versions, pk=chosen) if chosen.isdecimal() else None
    version = services.draft_version(matter.pk, by=request.officer, from_version=master)
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
        "scheduled": _is_scheduled(found),
        "elements": _elements(found),
        "others": found.matter.versions.exclude(pk=found.pk).order_by("-number"),
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
@require_POST
def withdraw(request: DeskRequest, version_id: int) -> HttpResponse:
    """Take back what is published for a later date, with the reason."""
    found = _version(request, version_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.withdraw(found.pk, by=request.officer, reason=reason)
    messages.success(request, _("已撤回，现行版本继续有效"))
    return redirect("matters:version", found.pk)


@desk("catalogue")
@require_POST
def fill(request: DeskRequest, version_id: int) -> HttpResponse:
    """Fill what a draft leaves empty with what is usual."""
    found = _version(request, version_id)
    services.fill_usual(found.pk, by=request.officer)
    messages.success(request, _("空着的要素已补上通用内容，请逐项核对"))
    return redirect("matters:version", found.pk)


@desk("catalogue")
def compare_any(request: DeskRequest, matter_id: int) -> HttpResponse:
    """Any two versions of a matter, as the form on its page names them."""
    matter = get_object_or_404(Matter, jurisdiction=place_of(request), pk=matter_id)
    chosen = [request.GET.get(side, "") for side in ("one", "other")]
    if not all(each.isdecimal() for each in chosen) or chosen[0] == chosen[1]:
        messages.error(request, _("请选择两个不同的版本"))
        return redirect("matters:manage_matter", matter.pk)
    one, other = (get_object_or_404(matter.versions, pk=each) for each in chosen)
    return redirect("matters:compare", one.pk, other.pk)


@desk("catalogue")
def compare(request: DeskRequest, version_id: int, other_id: int) -> HttpResponse:
    """Two versions of one matter side by side."""
    new = _version(request, version_id)
    old = get_object_or_404(MatterVersion.objects.whole(), matter=new.matter, pk=other_id)
    if old.number > new.number:
        old, new = new, old
    context = {
        "matter": new.matter,
        "old": old,
        "new": new,
        "difference": differences.between(old, new),
        "versions": new.matter.versions.order_by("-number"),
    }
    return render(request, "matters/manage/compare.html", context)


def _elements(version: MatterVersion) -> list[tuple[str, list[str]]]:
    """Every element that says something, with its name."""
    told = (
        (readable.label(MatterVersion, name), readable.lines(version, name))
        for name in element_names.VERSION
        if name not in readable.UNITS.values()
    )
    return [(label, lines) for label, lines in told if lines]


def _is_scheduled(version: MatterVersion) -> bool:
    """Is it published for a date that has not come?"""
    begins = version.valid_from
    return version.state == VersionState.PUBLISHED and begins is not None and begins > now()


def _version(request: DeskRequest, version_id: int) -> MatterVersion:
    """A version of the keeper's own place; any other does not exist for this keeper."""
    versions = MatterVersion.objects.whole().select_related("drafted_by", "approved_by")
    return get_object_or_404(versions, matter__jurisdiction=place_of(request), pk=version_id)

"""The keepers' desk of bundles (一件事): define, check, approve, publish; and of the negative list."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import Conflict, HallError, Incomplete, Invalid
from hall.requests import DeskRequest

from .. import bundle_checks, bundles, services
from ..choices import MatterState
from ..forms import ReasonForm
from ..forms.bundles import (
    BundleForm,
    CheckedFieldForm,
    NegativeItemForm,
    NegativeListForm,
    NewBundleForm,
    part_rows,
)
from ..models import Bundle, BundleVersion, NegativeItem, NegativeList
from .places import place_of

VERBS = {
    "submit": (services.submit_bundle, _("已送审，请另一位目录管理员审定")),
    "approve": (services.approve_bundle, _("已审定，可以发布")),
    "publish": (services.publish_bundle, _("已发布，正在办理的仍按原版本")),
}
STATES = {
    "suspend": MatterState.SUSPENDED,
    "resume": MatterState.ACTIVE,
    "cancel": MatterState.CANCELLED,
}


@desk("catalogue")
def bundle_list(request: DeskRequest) -> HttpResponse:
    """All bundles of the place, with what is in force and what waits; a new one is entered here."""
    place = place_of(request)
    form = NewBundleForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            bundle = services.create_bundle(place, by=request.officer, **form.cleaned_data)
            version = services.draft_bundle(bundle.pk, by=request.officer)
        except Conflict as error:
            form.add_error("code", str(error))
        else:
            return redirect("matters:bundle_edit", version.pk)
    versions = BundleVersion.objects.annotate(n=Count("parts")).order_by("-number")
    found = Bundle.objects.filter(jurisdiction=place).select_related("department")
    context = {
        "form": form,
        "bundles": found.prefetch_related(Prefetch("versions", queryset=versions, to_attr="all_versions")),
    }
    status = 422 if form.errors else 200
    return render(request, "matters/bundles/list.html", context, status=status)


@desk("catalogue")
@require_POST
def draft(request: DeskRequest, bundle_id: int) -> HttpResponse:
    """Begin the next version."""
    bundle = get_object_or_404(Bundle, jurisdiction=place_of(request), pk=bundle_id)
    version = services.draft_bundle(bundle.pk, by=request.officer)
    return redirect("matters:bundle_edit", version.pk)


@desk("catalogue")
@require_POST
def turn(request: DeskRequest, bundle_id: int, verb: str) -> HttpResponse:
    """Suspend, resume or cancel a bundle, with the reason."""
    bundle = get_object_or_404(Bundle, jurisdiction=place_of(request), pk=bundle_id)
    form = ReasonForm(request.POST, prefix="state")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.turn_bundle(bundle.pk, STATES[verb], by=request.officer, reason=reason)
    messages.success(request, _("已办理"))
    return redirect("matters:bundle_list")


@desk("catalogue")
def version(request: DeskRequest, version_id: int) -> HttpResponse:
    """A version as it stands: its parts as drawn, what is merged, what is wrong, what can be done."""
    found = _version(request, version_id)
    whole = bundles.compose(found)
    findings = bundle_checks.findings(whole)
    drawable = not whole.missing and not bundles.in_circle([m.row for m in whole.members])
    context = {
        "version": found,
        "bundle": found.bundle,
        "whole": whole,
        "findings": findings,
        "columns": whole.columns() if drawable else [],
        "longest": whole.longest() if drawable else None,
        "asked_once": sum(len(entry.parts) - 1 for entry in whole.fields),
        "materials": whole.materials({}) if drawable else [],
        "reason_form": ReasonForm(prefix="back"),
        "state_form": ReasonForm(prefix="state"),
        "mine": found.drafted_by_id == request.officer.user_id,
    }
    return render(request, "matters/bundles/version.html", context)


@desk("catalogue")
def edit(request: DeskRequest, version_id: int) -> HttpResponse:
    """The editor of a draft: its elements, and its parts in their order."""
    found = _version(request, version_id)
    if found.is_frozen:
        return redirect("matters:bundle_version", found.pk)
    posted = request.POST or None
    form = BundleForm.of(found, posted)
    rows = part_rows(found, place_of(request), posted)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            services.change_bundle(
                found.pk, by=request.officer, elements=form.cleaned_data, parts=rows.rows()
            )
        except Invalid as error:
            for name, told in error.fields.items():
                form.add_error(name if name in form.fields else None, [str(each) for each in told])
        else:
            messages.success(request, _("草稿已保存"))
            return redirect("matters:bundle_version", found.pk)
    context = {"version": found, "bundle": found.bundle, "form": form, "rows": rows}
    wrong = request.method == "POST"
    return render(request, "matters/bundles/edit.html", context, status=422 if wrong else 200)


@desk("catalogue")
@require_POST
def act(request: DeskRequest, version_id: int, verb: str) -> HttpResponse:
    """Hand over for approval, approve, publish, send back. What is incomplete is listed on its page."""
    found = _version(request, version_id)
    if verb == "return":
        form = ReasonForm(request.POST, prefix="back")
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        services.return_bundle(found.pk, by=request.officer, reason=reason)
        messages.success(request, _("已退回修改"))
        return redirect("matters:bundle_version", found.pk)
    if verb not in VERBS:
        raise Http404
    do, done = VERBS[verb]
    try:
        do(found.pk, by=request.officer)
    except Incomplete as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("matters:bundle_version", found.pk)


@desk("catalogue")
def negative_list(request: DeskRequest) -> HttpResponse:
    """The edition, the items and the compared fields of the place's negative list."""
    place = place_of(request)
    found = NegativeList.objects.filter(jurisdiction=place).first()
    initial = {name: getattr(found, name) for name in NegativeListForm.base_fields} if found else None
    head = NegativeListForm(request.POST if "head" in request.POST else None, initial=initial, prefix="head")
    item = NegativeItemForm(request.POST if "item" in request.POST else None, place=place, prefix="item")
    checked = CheckedFieldForm(request.POST if "field" in request.POST else None, place=place, prefix="field")
    if request.method == "POST":
        try:
            if head.is_bound and head.is_valid():
                services.set_negative_list(place, by=request.officer, **head.cleaned_data)
            elif found and item.is_bound and item.is_valid():
                services.set_negative_item(found, by=request.officer, **item.cleaned_data)
            elif found and checked.is_bound and checked.is_valid():
                services.compare_field(found, by=request.officer, **checked.cleaned_data)
            else:
                raise Invalid(_("请核对填写的内容"))
        except HallError as error:
            for name, told in getattr(error, "fields", {}).items():
                item.add_error(name if name in item.fields else None, [str(each) for each in told])
            if not item.errors:
                head.add_error(None, str(error)) if head.is_bound else messages.error(request, str(error))
        else:
            messages.success(request, _("已保存"))
            return redirect("matters:manage_negative_list")
    context = {
        "list": found,
        "items": found.items.select_related("matter") if found else [],
        "fields": found.checked_fields.select_related("matter") if found else [],
        "head": head,
        "item": item,
        "checked": checked,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "matters/bundles/negative_list.html", context, status=status)


@desk("catalogue")
def negative_item(request: DeskRequest, item_id: int) -> HttpResponse:
    """One item of the negative list, to be corrected or taken out of use."""
    place = place_of(request)
    found = get_object_or_404(
        NegativeItem.objects.select_related("negative_list"), pk=item_id, negative_list__jurisdiction=place
    )
    initial = {name: getattr(found, name) for name in NegativeItemForm.base_fields}
    form = NegativeItemForm(request.POST or None, initial=initial, place=place)
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            services.set_negative_item(found.negative_list, by=request.officer, **form.cleaned_data)
        except Invalid as error:
            for name, told in error.fields.items():
                form.add_error(name if name in form.fields else None, [str(each) for each in told])
        else:
            messages.success(request, _("已保存"))
            return redirect("matters:manage_negative_list")
    status = 422 if form.errors else 200
    context = {"form": form, "item": found}
    return render(request, "matters/bundles/negative_item.html", context, status=status)


def _version(request: DeskRequest, version_id: int) -> BundleVersion:
    """A version of the keeper's own place; any other does not exist for this keeper."""
    versions = BundleVersion.objects.select_related(
        "bundle__jurisdiction", "bundle__department", "drafted_by", "approved_by"
    )
    return get_object_or_404(versions, bundle__jurisdiction=place_of(request), pk=version_id)

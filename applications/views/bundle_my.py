"""A bundle from home: apply step by step, follow the parts, correct, take back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import citizen, public
from hall.clocks.queries import explain
from hall.clocks.sentences import in_short
from hall.errors import Incomplete, Invalid, WrongState
from hall.files import services as files
from hall.requests import HallRequest, SignedInRequest
from matters import formspec
from matters.models import BundleVersion

from .. import bundle_forms, bundle_queries, services, timeline
from ..bundle_models import BundleCase
from ..choices import MaterialVerdict, State
from ..forms import ReasonForm, WhoForm
from ..services.actors import EDITABLE_ONLINE
from ..services.bundle_filling import form_errors, labels_of, unanswered, whole_of
from ..services.bundle_online import without_pages
from ..services.ending import WITHDRAWABLE
from ..services.notices import FIELD
from .apply import MYSELF, principals
from .track import REMEMBERED

STEPS = (
    ("who", gettext_lazy("申请人")),
    ("form", gettext_lazy("填表")),
    ("materials", gettext_lazy("材料")),
    ("check", gettext_lazy("核对提交")),
)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def begin(request: SignedInRequest, place: str, short_code: str) -> HttpResponse:
    """Before applying: what it is; then a draft of one's own."""
    found = BundleVersion.objects.in_force().filter(
        bundle__short_code=short_code, bundle__jurisdiction__slug=place
    )
    version = found.select_related("bundle__jurisdiction").first()
    if version is None:
        raise Http404
    if request.method == "POST":
        key = request.POST.get("idempotency_key", "")[:40]
        bundle = services.apply_for_bundle(
            version=version, by=request.actor, key=f"{key}:b{version.pk}" if key else None
        )
        return redirect("applications:my_bundle_step", bundle.pk, "who")
    drafts = BundleCase.objects.of_account(request.user).filter(version=version, state__in=EDITABLE_ONLINE)
    context = {"version": version, "drafts": drafts.order_by("-created_at")[:5], "nav_here": "matters"}
    return render(request, "applications/bundles/my_begin.html", context)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def step(request: SignedInRequest, bundle_id: UUID, name: str) -> HttpResponse:
    """One step of the application: who, form, materials, check."""
    bundle = my_bundle_of(request, bundle_id)
    if bundle.state == State.SUBMITTED and request.method == "POST":
        return redirect("applications:my_bundle", bundle.pk)
    if bundle.state not in EDITABLE_ONLINE:
        raise WrongState(_("申请已经提交，现在不能修改"))
    steps = {"who": _who, "form": _form, "materials": _materials, "check": _check}
    if name not in steps:
        raise Http404
    return steps[name](request, bundle)


@citizen
@require_POST
def keep(request: SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """Keep what fits while the applicant types (204)."""
    bundle = my_bundle_of(request, bundle_id)
    _keep(request, bundle)
    return HttpResponse(status=204)


@citizen
@require_POST
def upload(request: SignedInRequest, bundle_id: UUID, key: str) -> HttpResponse:
    """Pages for a material of the joint set; answers with its list, or goes back without a script."""
    bundle = my_bundle_of(request, bundle_id)
    error = ""
    try:
        stored = [files.store(each, request.user).pk for each in request.FILES.getlist("scan")]
        services.attach_to_bundle(bundle.pk, key, files=stored, by=request.actor)
    except (Invalid, WrongState) as refused:
        error = str(refused)
    if request.headers.get("HX-Request"):
        rows = {row.key: row for row in bundle_queries.materials_of(bundle)}
        if key not in rows:
            raise Http404
        return render(request, "applications/desk/_files.html", {"row": rows[key], "error": error})
    if error:
        messages.error(request, error)
    if bundle.state == State.CORRECTING:
        return redirect("applications:my_bundle_correct", bundle.pk)
    return redirect("applications:my_bundle_step", bundle.pk, "materials")


@citizen
@require_GET
@never_cache
def my_bundle(request: SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """One of my bundles: the parts, the one date, what I must do."""
    bundle = my_bundle_of(request, bundle_id)
    if bundle.state == State.DRAFT:
        return redirect("applications:my_bundle_step", bundle.pk, "who")
    context = {**tracking(bundle), "mine": True, "nav_here": "mine"}
    context["may_withdraw"] = bundle.state in WITHDRAWABLE
    return render(request, "applications/bundles/my_bundle.html", context)


@public
@require_GET
@never_cache
def tracked(request: HallRequest, bundle_id: UUID) -> HttpResponse:
    """The progress of a bundle whose query code was typed in this browser."""
    if str(bundle_id) not in request.session.get(REMEMBERED, []):
        return redirect("applications:track")
    found = bundle_queries.bundle_for_page(bundle_id)
    return render(request, "applications/bundles/my_bundle.html", {**tracking(found), "nav_here": "track"})


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def correct(request: SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """补正 of the whole from home: pages and fields named in the one notice, then back to the window."""
    bundle = my_bundle_of(request, bundle_id)
    if bundle.state != State.CORRECTING:
        return redirect("applications:my_bundle", bundle.pk)
    notice = bundle.notices.latest("number")
    whole = whole_of(bundle)
    named = {item["code"] for item in notice.items if item["of"] == FIELD}
    items = [item for item in whole.form_items(bundle.answers) if item["key"] in named]
    fields = formspec.form_class(items)(request.POST or None, initial=bundle.form_data)
    message = ""
    if request.method == "POST" and (not items or fields.is_valid()):
        data = {**bundle.form_data, **fields.values()} if items else None
        try:
            services.supplement_bundle(bundle.pk, data=data, by=request.actor)
        except Invalid as error:
            message = str(error.message)
        else:
            messages.success(request, _("补正材料已提交，我们会在受理期限内答复您"))
            return redirect("applications:my_bundle", bundle.pk)
    told = {item["code"]: item for item in notice.items if item["of"] != FIELD}
    rows = [row for row in bundle_queries.materials_of(bundle) if row.key in told]
    context = {
        "bundle": bundle,
        "notice": notice,
        "rows": [(row, told[row.key]) for row in rows],
        "form": fields,
        "has_fields": bool(items),
        "message": message,
        "nav_here": "mine",
    }
    status = 422 if message or (items and fields.errors) else 200
    return render(request, "applications/bundles/my_correct.html", context, status=status)


@citizen
@require_http_methods(["GET", "POST"])
@never_cache
def withdraw(request: SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """Take the whole back, before it is decided."""
    bundle = my_bundle_of(request, bundle_id)
    reason = ReasonForm(request.POST or None, label=_("撤回的原因"))
    if request.method == "POST" and reason.is_valid():
        services.withdraw_bundle(bundle.pk, reason.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("申请已撤回"))
        return redirect("applications:my_bundle", bundle.pk)
    context = {"bundle": bundle, "form": reason, "nav_here": "mine"}
    status = 422 if reason.errors else 200
    return render(request, "applications/bundles/my_withdraw.html", context, status=status)


@citizen
@require_POST
def singly(request: SignedInRequest, bundle_id: UUID) -> HttpResponse:
    """I want each result as it is ready."""
    bundle = my_bundle_of(request, bundle_id)
    services.hand_over_singly(bundle.pk, by=request.actor)
    messages.success(request, _("已登记：办好一项，就通知您领一项"))
    return redirect("applications:my_bundle", bundle.pk)


def my_bundle_of(request: SignedInRequest, bundle_id: UUID) -> BundleCase:
    """The bundle, if it is one of this account's; else 404, which tells a stranger nothing."""
    if not BundleCase.objects.of_account(request.user).filter(pk=bundle_id).exists():
        raise Http404
    return bundle_queries.bundle_for_page(bundle_id)


def tracking(bundle: BundleCase) -> dict[str, Any]:
    """What every page that follows a bundle shows."""
    whole = whole_of(bundle)
    lines = bundle_queries.part_lines(bundle)
    by_code = {line.row.part.code: line for line in lines}
    columns = [
        [by_code[m.code] for m in column if m.code in by_code] for column in whole.columns(bundle.answers)
    ]
    own_clock = bundle_queries.own_clock(bundle)
    due = explain(own_clock) if own_clock else None
    return {
        "bundle": bundle,
        "columns": [column for column in columns if column],
        "lines": lines,
        "done": sum(line.over for line in lines),
        "own_clock": own_clock,
        "due": due,
        "why": in_short(own_clock, due) if own_clock and due else "",
        "notice": bundle.notices.order_by("-number").first(),
        "events": timeline.for_public(bundle.pk),
    }


# -- Steps -----------------------------------------------------------------------------------------------


def _who(request: SignedInRequest, bundle: BundleCase) -> HttpResponse:
    offered = principals(request)
    current = next((key for key, (_label, who) in offered.items() if who == bundle.applicant), MYSELF)
    choices = [(key, label) for key, (label, _subject) in offered.items()]
    form = WhoForm(
        choices, request.POST or None, initial={"principal": current, "phone": bundle.contact_phone}
    )
    if request.method == "POST" and form.is_valid():
        _label, subject = offered[form.cleaned_data["principal"]]
        try:
            services.save_bundle_draft(
                bundle.pk, subject=subject, phone=form.cleaned_data["phone"], by=request.actor
            )
        except Invalid as error:
            form.take_over(error, {"applicant": "principal"})
        else:
            return redirect("applications:my_bundle_step", bundle.pk, "form")
    return _page(request, bundle, "who", form=form)


def _form(request: SignedInRequest, bundle: BundleCase) -> HttpResponse:
    """The guidance first; its answers decide which parts, and so which fields, there are."""
    posted = request.POST or None
    if posted:
        _keep(request, bundle)
        bundle = bundle_queries.bundle_for_page(bundle.pk)
    whole = whole_of(bundle)
    form = bundle_forms.joint_form(whole, bundle, posted)
    situation = bundle_forms.BundleSituationForm.of(bundle, whole, posted)
    whole_enough = not unanswered(bundle, whole) and not form_errors(bundle, whole)
    if posted and whole_enough and "again" not in request.POST:
        return redirect("applications:my_bundle_step", bundle.pk, "materials")
    return _page(
        request,
        bundle,
        "form",
        situation=situation,
        form=form,
        sections=bundle_forms.sections(whole, bundle, form),
        columns=whole.columns(bundle.answers),
        stops=whole.stops(bundle.answers),
    )


def _materials(request: SignedInRequest, bundle: BundleCase) -> HttpResponse:
    rows = [row for row in bundle_queries.materials_of(bundle) if row.verdict != MaterialVerdict.NOT_NEEDED]
    wanting = without_pages(bundle)
    if request.method == "POST" and not wanting:
        return redirect("applications:my_bundle_step", bundle.pk, "check")
    shown = wanting if request.method == "POST" else []
    return _page(request, bundle, "materials", rows=rows, wanting=shown)


def _check(request: SignedInRequest, bundle: BundleCase) -> HttpResponse:
    message, problems = "", []
    if request.method == "POST":
        if "truthful" not in request.POST:
            message = _("请先确认填写的内容和上传的材料真实")
        else:
            try:
                services.submit_bundle_online(bundle.pk, by=request.actor)
            except Incomplete as error:
                message, problems = str(error.message), list(error.items)
            except Invalid as error:
                message = str(error.message)
                problems = [str(text) for texts in error.fields.values() for text in texts]
            else:
                messages.success(request, _("申请已提交，窗口会尽快预审"))
                return redirect("applications:my_bundle", bundle.pk)
    whole = whole_of(bundle)
    rows = [row for row in bundle_queries.materials_of(bundle) if row.verdict != MaterialVerdict.NOT_NEEDED]
    return _page(
        request,
        bundle,
        "check",
        rows=rows,
        filled=formspec.describe(whole.form_items(bundle.answers), bundle.form_data),
        columns=whole.columns(bundle.answers),
        labels=labels_of(whole),
        message=message,
        problems=problems,
    )


def _keep(request: SignedInRequest, bundle: BundleCase) -> None:
    services.save_bundle_draft(
        bundle.pk,
        data=request.POST,
        answers=bundle_forms.answers_in(whole_of(bundle), request.POST),
        project_code=request.POST.get("s-project_code"),
        territory=request.POST.get("s-territory"),
        by=request.actor,
    )


def _page(request: SignedInRequest, bundle: BundleCase, name: str, **context: Any) -> HttpResponse:
    """One page of the application, with the line of steps above it."""
    at = [each for each, _label in STEPS].index(name)
    context |= {
        "bundle": bundle,
        "steps": [
            {"label": label, "name": each, "done": i < at, "now": i == at}
            for i, (each, label) in enumerate(STEPS)
        ],
        "number": at + 1,
        "nav_here": "matters",
    }
    wrong = request.method == "POST"
    return render(request, f"applications/bundles/my_{name}.html", context, status=422 if wrong else 200)

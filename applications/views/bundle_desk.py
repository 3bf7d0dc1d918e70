"""The front desk of bundles (一件事受理): find one, one form, one grid, one verdict, one receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import desk
from hall.errors import Conflict, HallError, Invalid, NotAllowed, WrongState
from hall.files import services as files
from hall.organisation.choices import Role
from hall.requests import DeskRequest
from matters.models import BundleVersion

from .. import bundle_forms, bundle_queries, services
from ..bundle_models import BundleCase
from ..choices import MaterialVerdict, State
from ..forms import ApplicantForm, ReasonForm, RefusalForm
from ..services import CorrectionItem, Pledge
from ..services.bundle_filling import (
    form_errors,
    labels_of,
    missing,
    scope_hits,
    unanswered,
    whole_of,
)
from ..services.bundle_intake import EDITABLE_AT_DESK, OPEN_AT_DESK
from ..services.ending import WITHDRAWABLE
from .parties import register

FIRST = (State.DRAFT, State.SUBMITTED)
USUAL_DAYS = 3
# What the buttons of the bar say. Those that need words go on to a page of their own.
NEXT_PAGES = {"defer", "notice", "refuse", "return"}


@desk("desk")
@require_GET
@never_cache
def home(request: DeskRequest) -> HttpResponse:
    """Bundles that can be applied for here, and those in hand."""
    places = request.officer.places(Role.CLERK)
    offered = [version for place in places for version in bundle_queries.on_offer(place)]
    lists = bundle_queries.at_desk(request.officer)
    return render(request, "applications/bundles/desk_home.html", {"offered": offered, **lists})


@desk("desk")
@require_POST
def open_bundle(request: DeskRequest, version_id: int) -> HttpResponse:
    """Open a bundle at the clerk's window. The same form sent twice opens one."""
    version = BundleVersion.objects.select_related("bundle__jurisdiction").filter(pk=version_id).first()
    post = version and request.officer.post_for(Role.CLERK, jurisdiction=version.bundle.jurisdiction_id)
    if version is None or not post or post.hall is None:
        raise Http404
    key = request.POST.get("idempotency_key", "")[:40]
    bundle = services.open_bundle(
        version=version,
        hall=post.hall,
        window=post.window,
        by=request.officer,
        key=f"{key}:b{version.pk}" if key else None,
    )
    return redirect("applications:bundle_desk", bundle.pk)


@desk("desk")
@require_GET
@never_cache
def show(request: DeskRequest, bundle_id: UUID) -> HttpResponse:
    """The bundle, taken in hand if it can still be worked on and nobody else holds it."""
    bundle = visible_bundle(request, bundle_id)
    locked = False
    if bundle.state in OPEN_AT_DESK:
        try:
            services.save_bundle(bundle.pk, by=request.officer)
        except Conflict as held:
            messages.warning(request, str(held))
            locked = True
        bundle = bundle_queries.bundle_for_page(bundle_id)
    return render(request, "applications/bundles/desk.html", context(bundle, locked=locked))


@desk("desk")
@require_POST
def act(request: DeskRequest, bundle_id: UUID) -> HttpResponse:
    """Keep what was typed, then do what the button says. A refusal shows the page again, nothing lost."""
    bundle = visible_bundle(request, bundle_id)
    action = request.POST.get("desk-action", "save")
    applicant = _applicant_form(request, bundle)
    message = ""
    try:
        if not _keep(request, bundle, applicant):
            return _again(request, bundle_id, applicant)
        if action in NEXT_PAGES:
            return redirect("applications:bundle_verdict", bundle.pk, action)
        _do(request, bundle, action)
    except (Conflict, Invalid, WrongState) as error:
        message = str(error.message)
    if message:
        return _again(request, bundle_id, applicant, message)
    return redirect("applications:bundle_desk", bundle.pk)


@desk("desk")
@require_POST
def keep(request: DeskRequest, bundle_id: UUID) -> HttpResponse:
    """Keep what fits while the clerk types; answers with the parts of the page that follow the answers."""
    bundle = visible_bundle(request, bundle_id)
    applicant = _applicant_form(request, bundle)
    _keep(request, bundle, None)
    shown = context(bundle_queries.bundle_for_page(bundle_id), applicant=applicant)
    shown["oob"] = True
    situation = request.POST.get("follow") == "situation"
    name = "_follow" if situation else "_checks"
    return render(request, f"applications/bundles/{name}.html", shown)


@desk("desk")
@require_POST
def scan(request: DeskRequest, bundle_id: UUID, key: str) -> HttpResponse:
    """Pages for one material of the joint set; answers with its list of pages."""
    bundle = visible_bundle(request, bundle_id)
    error = ""
    try:
        stored = [files.store(upload, request.user).pk for upload in request.FILES.getlist("scan")]
        services.attach_to_bundle(bundle.pk, key, files=stored, by=request.officer)
    except (Invalid, WrongState) as refused:
        error = str(refused)
    rows = {row.key: row for row in bundle_queries.materials_of(bundle)}
    if key not in rows:
        raise Http404
    return render(request, "applications/desk/_files.html", {"row": rows[key], "error": error})


@desk("desk")
@require_POST
def clear(request: DeskRequest, bundle_id: UUID) -> HttpResponse:
    """A prohibited item of the negative list does not apply: why."""
    bundle = visible_bundle(request, bundle_id)
    form = bundle_forms.ClearForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.clear_scope(bundle.pk, of_bundle=True, reason=reason, by=request.officer)
    messages.success(request, _("已记录，可以继续受理"))
    return redirect("applications:bundle_desk", bundle.pk)


@desk("desk")
@require_POST
def singly(request: DeskRequest, bundle_id: UUID) -> HttpResponse:
    """The applicant wants each result as it is ready."""
    bundle = visible_bundle(request, bundle_id)
    services.hand_over_singly(bundle.pk, by=request.officer)
    messages.success(request, _("已登记：办好一项领一项"))
    return redirect("applications:bundle_desk", bundle.pk)


@desk("desk")
@require_http_methods(["GET", "POST"])
@never_cache
def verdict(request: DeskRequest, bundle_id: UUID, which: str) -> HttpResponse:
    """Verdicts that need words: 容缺, one-time notice, refusal, return, withdrawal."""
    bundle = visible_bundle(request, bundle_id)
    pages: Mapping[str, Callable[[DeskRequest, BundleCase], HttpResponse]] = {
        "defer": _defer,
        "notice": _notice,
        "refuse": _refuse,
        "return": _return,
        "withdraw": _withdraw,
    }
    if which not in pages:
        raise Http404
    return pages[which](request, bundle)


def visible_bundle(request: DeskRequest, bundle_id: UUID) -> BundleCase:
    """The bundle, if this officer may see it; else 404, which tells a stranger nothing."""
    if not BundleCase.objects.visible_to(request.officer).filter(pk=bundle_id).exists():
        raise Http404
    return bundle_queries.bundle_for_page(bundle_id)


def context(
    bundle: BundleCase,
    *,
    applicant: ApplicantForm | None = None,
    typed: Mapping[str, Any] | None = None,
    locked: bool = False,
) -> dict[str, Any]:
    """Everything that the desk's page of a bundle reads."""
    whole = whole_of(bundle)
    rows = bundle_queries.materials_of(bundle)
    for row in rows:
        row.verdicts = bundle_forms.verdicts_for(row)
        stored = "" if row.verdict == MaterialVerdict.PENDING else row.verdict
        row.shown = {
            "v": (typed or {}).get(f"v-{row.key}", stored),
            "p": (typed or {}).get(f"p-{row.key}", row.problem),
            "r": (typed or {}).get(f"r-{row.key}", row.requirement),
        }
    form = bundle_forms.joint_form(whole, bundle, typed)
    scope, hits = scope_hits(bundle, whole)
    check = getattr(bundle, "scope_check", None)
    judging = bundle.state in OPEN_AT_DESK and not locked
    gaps = missing(rows)
    labels = labels_of(whole)
    to_fill = [*unanswered(bundle, whole), *(labels.get(k, k) for k in form_errors(bundle, whole))]
    return {
        "bundle": bundle,
        "version": bundle.version,
        "editable": bundle.state in EDITABLE_AT_DESK and not locked,
        "judging": judging,
        "locked": locked,
        "applicant_form": applicant or ApplicantForm(prefix="a", serves=bundle.version.applicants),
        "change_applicant": applicant is not None and bundle.applicant is not None,
        "situation": bundle_forms.BundleSituationForm.of(bundle, whole, typed),
        "form": form,
        "sections": bundle_forms.sections(whole, bundle, form),
        "rows": rows,
        "missing": gaps,
        "to_fill": to_fill if judging else [],
        "stops": whole.stops(bundle.answers),
        "hits": hits,
        "scope": scope,
        "cleared": check.cleared_reason if check and check.scope == scope else "",
        "prohibited": [hit for hit in hits if hit.prohibited],
        "clear_form": bundle_forms.ClearForm(),
        "columns": whole.columns(bundle.answers) if judging else [],
        "lines": bundle_queries.part_lines(bundle),
        "own_clock": bundle_queries.own_clock(bundle),
        "notice": bundle.notices.order_by("-number").first(),
        "may_defer": bool(gaps) and all(row.deferrable for row in gaps),
        "may_withdraw": bundle.state in WITHDRAWABLE and not locked,
    }


# -- Parts -----------------------------------------------------------------------------------------------


def _applicant_form(request: DeskRequest, bundle: BundleCase) -> ApplicantForm | None:
    changes = bundle.state in EDITABLE_AT_DESK and (
        bundle.applicant is None or "change-applicant" in request.POST
    )
    return ApplicantForm(request.POST, prefix="a") if changes else None


def _keep(request: DeskRequest, bundle: BundleCase, applicant: ApplicantForm | None) -> bool:
    """Store what fits. False: the applicant is not right, and the form says why."""
    whole = whole_of(bundle)
    typed: dict[str, Any] = {}
    if bundle.state in EDITABLE_AT_DESK:
        typed = {
            "data": request.POST,
            "answers": bundle_forms.answers_in(whole, request.POST),
            "project_code": request.POST.get("s-project_code"),
            "territory": request.POST.get("s-territory"),
        }
    entries = bundle_forms.read_grid(request.POST, bundle_queries.materials_of(bundle))
    if not applicant:
        services.save_bundle(bundle.pk, materials=_lenient(entries), **typed, by=request.officer)
        return True
    parties = register(applicant, by=request.officer) if applicant.is_valid() else None
    services.save_bundle(
        bundle.pk, materials=_lenient(entries), **typed, **(parties or {}), by=request.officer
    )
    return parties is not None


def _lenient(entries: list[services.MaterialEntry]) -> list[services.MaterialEntry]:
    """What can be kept while typing: a fault whose words are still missing waits."""
    return [e for e in entries if e.verdict != MaterialVerdict.FAULTY or e.problem.strip()]


def _again(
    request: DeskRequest, bundle_id: UUID, applicant: ApplicantForm | None, message: str = ""
) -> HttpResponse:
    shown = context(bundle_queries.bundle_for_page(bundle_id), applicant=applicant, typed=request.POST)
    shown["message"] = message
    return render(request, "applications/bundles/desk.html", shown, status=422)


def _do(request: DeskRequest, bundle: BundleCase, action: str) -> None:
    officer = request.officer
    if action == "receive":
        services.receive_bundle(bundle.pk, by=officer)
        messages.success(request, _("已收件，可以打印收件凭证"))
    elif action == "accept":
        with transaction.atomic():  # received only if it can be accepted
            if bundle.state in FIRST:
                services.receive_bundle(bundle.pk, by=officer)
            services.accept_bundle(bundle.pk, by=officer)
        messages.success(request, _("已受理，各事项同时办理，可以打印收件凭证"))
    elif action == "supplement":
        services.supplement_bundle(bundle.pk, by=officer)
        messages.success(request, _("补正齐全，重新计算受理期限"))
    else:
        messages.success(request, _("已保存"))


def _defer(request: DeskRequest, bundle: BundleCase) -> HttpResponse:
    gaps = missing(bundle_queries.materials_of(bundle))
    rows: list[dict[str, Any]] = [
        {
            "row": row,
            "days": request.POST.get(f"days_{row.key}", USUAL_DAYS),
            "promise": request.POST.get(f"promise_{row.key}", ""),
        }
        for row in gaps
    ]

    def do() -> None:
        if bundle.state in FIRST:
            services.receive_bundle(bundle.pk, by=request.officer)
        pledges = [Pledge(r["row"].key, _days(r["days"]), r["promise"]) for r in rows]
        services.accept_bundle(bundle.pk, pledges=pledges, by=request.officer)

    return _page(request, bundle, "defer", do, _("已容缺受理，请打印承诺书和收件凭证"), rows=rows)


def _notice(request: DeskRequest, bundle: BundleCase) -> HttpResponse:
    typed = [
        CorrectionItem(
            code=item.code,
            name=item.name,
            problem=request.POST.get(f"problem_{item.of}_{item.code}", item.problem),
            requirement=request.POST.get(f"requirement_{item.of}_{item.code}", item.requirement),
            basis=item.basis,
            of=item.of,
        )
        for item in services.bundle_notice_items(bundle)
    ]

    def do() -> None:
        if bundle.state in FIRST:
            services.receive_bundle(bundle.pk, by=request.officer)
        services.give_bundle_notice(bundle.pk, items=typed, by=request.officer)

    second = bundle.notices.exists()
    return _page(request, bundle, "notice", do, _("已一次性告知，请打印告知书"), items=typed, second=second)


def _refuse(request: DeskRequest, bundle: BundleCase) -> HttpResponse:
    _scope, hits = scope_hits(bundle, whole_of(bundle))
    told = "\n".join(str(hit) for hit in hits if hit.prohibited)
    form = RefusalForm(request.POST or None, initial={"reason": told})

    def do() -> None:
        if bundle.state == State.DRAFT:
            services.receive_bundle(bundle.pk, by=request.officer)
        services.refuse_bundle(bundle.pk, **form.cleaned_data, by=request.officer)

    return _page(request, bundle, "refuse", do, _("已决定不予受理"), form=form)


def _return(request: DeskRequest, bundle: BundleCase) -> HttpResponse:
    named = [f"{item.name}：{item.problem}" for item in services.bundle_notice_items(bundle) if item.problem]
    form = ReasonForm(
        request.POST or None,
        label=_("退回的全部理由"),
        help_text=_("一次写全，申请人改好后可以重新提交"),
        initial={"reason": "\n".join(named)},
    )

    def do() -> None:
        reason = form.cleaned_data["reason"]
        services.return_bundle_to_applicant(bundle.pk, reason=reason, by=request.officer)

    return _page(request, bundle, "return", do, _("已退回申请人修改"), form=form)


def _withdraw(request: DeskRequest, bundle: BundleCase) -> HttpResponse:
    form = ReasonForm(
        request.POST or None, label=_("撤回的原因"), help_text=_("凭申请人签字的撤回申请书办理")
    )

    def do() -> None:
        services.withdraw_bundle(bundle.pk, form.cleaned_data["reason"], by=request.officer)

    return _page(request, bundle, "withdraw", do, _("已撤回"), form=form)


def _page(
    request: DeskRequest, bundle: BundleCase, name: str, do: Callable[[], None], done: str, **shown: Any
) -> HttpResponse:
    """Show the page of a verdict, or do it; a refusal shows it again as it was typed."""
    form = shown.get("form")
    status = 200
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            with transaction.atomic():
                do()
        except (Invalid, Conflict, NotAllowed, WrongState) as error:
            status = error.status
            if form is not None and isinstance(error, Invalid):
                form.take_over(error)
            else:
                shown["message"] = str(error)
                shown["field_errors"] = _field_errors(error)
        else:
            messages.success(request, done)
            return redirect("applications:bundle_desk", bundle.pk)
    elif request.method == "POST":
        status = 422
    shown |= {"bundle": bundle, "form": form, "which": name}
    return render(request, "applications/bundles/verdict.html", shown, status=status)


def _field_errors(error: HallError) -> list[str]:
    return [str(m) for ms in getattr(error, "fields", {}).values() for m in ms]


def _days(text: Any) -> int:
    return int(text) if str(text).strip().isdecimal() else 0

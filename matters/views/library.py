"""The keepers' desk: the material library and the proof lists, which the public reads as well."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk, public
from hall.errors import HallError, Invalid
from hall.requests import DeskRequest, HallRequest

from .. import demands, services
from ..choices import ProofList
from ..forms import DefinitionForm, ProofForm, ReasonForm
from ..models import MaterialDefinition, Proof
from .places import place_of

WITHOUT_LAW = "without_law"
DEFINITION = (
    "code name synonyms is_proof form media source issuer substitute_certificate shared_source basis note"
)
PROOF = "code name listed_in source basis synonyms document listed_on note"


@desk("catalogue")
def library(request: DeskRequest) -> HttpResponse:
    """The materials that are defined once for all matters; a new one is entered here."""
    form = DefinitionForm(request.POST or None, place=place_of(request))
    if request.method == "POST" and form.is_valid() and (found := _define(request, form)):
        return redirect("matters:definition", found.pk)
    text = request.GET.get("q", "").strip()
    context = {"form": form, "definitions": demands.library(place_of(request), text), "q": text}
    return render(request, "matters/manage/library.html", context, status=422 if form.errors else 200)


@desk("catalogue")
def definition(request: DeskRequest, definition_id: int) -> HttpResponse:
    """One material of the library: what is said of it, and who uses it."""
    here = place_of(request)
    found = get_object_or_404(MaterialDefinition, jurisdiction=here, pk=definition_id)
    initial = {name: getattr(found, name) for name in DEFINITION.split()}
    initial["result_of"] = found.result_of.short_code if found.result_of else ""
    form = DefinitionForm(request.POST or None, place=here, initial=initial)
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid() and _define(request, form) is not None:
        return redirect("matters:definition", found.pk)
    context = {
        "form": form,
        "definition": found,
        "uses": demands.users_of(found),
        "proofs": found.proofs.select_related("holder"),
    }
    return render(request, "matters/manage/definition.html", context, status=422 if form.errors else 200)


@desk("catalogue")
def proofs(request: DeskRequest) -> HttpResponse:
    """The proof lists, with the matters that still demand what may not be demanded."""
    here = place_of(request)
    which = request.GET.get("list", "")
    context: dict[str, Any] = {"which": which, "lists": ProofList.choices, "without_law": WITHOUT_LAW}
    if which == WITHOUT_LAW:
        context["bare"] = demands.without_law(here)
    else:
        context["rows"] = demands.listed(here, which)
    return render(request, "matters/manage/proofs.html", context)


@desk("catalogue")
def new_proof(request: DeskRequest) -> HttpResponse:
    """Put a proof into a list."""
    form = ProofForm(request.POST or None, place=place_of(request))
    if request.method == "POST" and form.is_valid() and _list(request, form) is not None:
        return redirect("matters:proofs")
    context = {"form": form}
    return render(request, "matters/manage/proof.html", context, status=422 if form.errors else 200)


@desk("catalogue")
def proof(request: DeskRequest, proof_id: int) -> HttpResponse:
    """Correct a proof's line, or move it to another list."""
    here = place_of(request)
    found = get_object_or_404(Proof, jurisdiction=here, pk=proof_id)
    initial = {name: getattr(found, name) for name in PROOF.split()}
    initial |= {"holder": found.holder_id, "definition": found.definition_id}
    form = ProofForm(request.POST or None, place=here, initial=initial)
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid() and _list(request, form) is not None:
        return redirect("matters:proofs")
    context = {"form": form, "proof": found, "reason_form": ReasonForm(prefix="unlist")}
    return render(request, "matters/manage/proof.html", context, status=422 if form.errors else 200)


@desk("catalogue")
@require_POST
def unlist_proof(request: DeskRequest, proof_id: int) -> HttpResponse:
    """Take a proof out of its list, with the reason."""
    found = get_object_or_404(Proof, jurisdiction=place_of(request), pk=proof_id)
    form = ReasonForm(request.POST, prefix="unlist")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.unlist_proof(found.pk, by=request.officer, reason=reason)
    messages.success(request, _("已移出目录"))
    return redirect("matters:proofs")


@public
def proof_lists(request: HallRequest, place: str) -> HttpResponse:
    """What people may be asked to prove, what they need not bring, and what was cancelled."""
    rows = demands.listed(place_of(request))
    lists = [(which, [row for row in rows if row.proof.listed_in == which]) for which in demands.SHOWN_FIRST]
    context = {"nav_here": "matters", "lists": [(which, found) for which, found in lists if found]}
    return render(request, "matters/portal/proofs.html", context)


def _define(request: DeskRequest, form: DefinitionForm) -> MaterialDefinition | None:
    """Store a definition; None with the refusal on the form."""
    facts = dict(form.cleaned_data)
    try:
        found = services.define_material(place_of(request), facts.pop("code"), by=request.officer, **facts)
    except HallError as error:
        _refuse(form, error)
        return None
    messages.success(request, _("已保存；已发布的版本不变，起草新版本时采用"))
    return found


def _list(request: DeskRequest, form: ProofForm) -> Proof | None:
    """Store a line of a list; None with the refusal on the form."""
    facts = dict(form.cleaned_data)
    try:
        found = services.list_proof(place_of(request), facts.pop("code"), by=request.officer, **facts)
    except HallError as error:
        _refuse(form, error)
        return None
    messages.success(request, _("目录已保存"))
    return found


def _refuse(form: DefinitionForm | ProofForm, error: HallError) -> None:
    fields = error.fields if isinstance(error, Invalid) else error.data.get("fields", {})
    for name, texts in fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not fields:
        form.add_error(None, str(error))

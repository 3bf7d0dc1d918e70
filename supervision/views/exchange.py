"""The exchange at the desks: inbox, one push, supervision information, suggestions to revoke."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from applications.viewers import officer_may_see
from hall.access import desk, staff
from hall.clocks.choices import Kind
from hall.clocks.queries import running, with_remaining
from hall.errors import Invalid
from hall.files import services as files
from hall.files.models import StoredFile
from hall.organisation.choices import Role
from hall.paging import page_by_key
from hall.requests import DeskRequest

from .. import exchange_queries as queries
from .. import services
from ..choices import AdviceState, MessageKind, PushState
from ..exchange_forms import AdviceForm, NoteForm
from ..models import Push, SupervisionNote
from ..services.payload import conditions

_CASE = "case__version__department"


@desk("exchange")
@require_GET
@never_cache
def inbox(request: DeskRequest) -> HttpResponse:
    """What was pushed to the officer's departments (a watcher: in the place), by state, newest first."""
    state, kind = request.GET.get("state", PushState.WAITING), request.GET.get("kind", "")
    found = queries.pushes(request.officer)
    if state in PushState.values:
        found = found.filter(state=state)
    if kind in MessageKind.values:
        found = found.filter(message__kind=kind)
    page = page_by_key(request, found, keys=("-pushed_at", "-id"), size=50)
    counts = queries.push_counts(request.officer)
    departments = set(request.officer.departments(*queries.STAFF))
    context = {
        "page": page,
        "pushes": queries.with_clocks(page.items),
        "state": state,
        "kind": kind,
        "states": [(code, label, counts[code]) for code, label in PushState.choices],
        "kinds": MessageKind.choices,
        "mine": departments,
        "advice": queries.open_advice(request.officer).count(),
    }
    return render(request, "exchange/inbox.html", context)


@desk("exchange")
@require_POST
def acknowledge_many(request: DeskRequest) -> HttpResponse:
    """签收所选."""
    chosen = [each for each in request.POST.getlist("push") if _is_id(each)]
    number = services.acknowledge_many(chosen, by=request.officer)
    if chosen:
        messages.success(request, _("已签收%(n)s条") % {"n": number})
    else:
        messages.warning(request, _("请先勾选要签收的推送"))
    return redirect("exchange:inbox")


@desk("exchange")
@require_GET
@never_cache
def push(request: DeskRequest, push_id: UUID) -> HttpResponse:
    """One push: the decision, its holder masked, certificate, conditions; what was pushed back."""
    return _push_page(request, _visible(request, push_id))


@desk("exchange")
@require_POST
def acknowledge(request: DeskRequest, push_id: UUID) -> HttpResponse:
    """签收."""
    services.acknowledge(_visible(request, push_id).pk, by=request.officer)
    messages.success(request, _("已签收"))
    return redirect("exchange:push", push_id)


@desk("exchange")
@require_POST
def add_note(request: DeskRequest, push_id: UUID) -> HttpResponse:
    """反馈监管信息, with a file if there is one."""
    found = _visible(request, push_id)
    form = NoteForm(request.POST, request.FILES)
    stored = _store(request, form)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.add_note(
                found.pk,
                kind=data["kind"],
                text=data["text"],
                happened_on=data["happened_on"],
                document_number=data["document_number"],
                file_id=stored.pk if stored else None,
                by=request.officer,
            )
        except Invalid as error:
            form.take_over(error)
        else:
            messages.success(request, _("已反馈，决定机关会收到通知"))
            return redirect("exchange:push", push_id)
    return _push_page(request, found, form=form, stored=stored)


@desk("exchange")
@require_GET
@never_cache
def advice(request: DeskRequest) -> HttpResponse:
    """Suggestions to revoke that wait for the head's answer."""
    waiting = list(queries.open_advice(request.officer)[:200])
    return render(request, "exchange/advice.html", {"notes": waiting})


@desk("exchange")
@require_GET
@never_cache
def note(request: DeskRequest, note_id: UUID) -> HttpResponse:
    """One piece of supervision information; the organ's head answers a suggestion here."""
    return _note_page(request, _visible_note(request, note_id), AdviceForm())


@desk("exchange")
@require_POST
def answer_advice(request: DeskRequest, note_id: UUID) -> HttpResponse:
    """采纳 or 不采纳."""
    found, form = _visible_note(request, note_id), AdviceForm(request.POST)
    if form.is_valid():
        follow = request.POST.get("verdict") == AdviceState.FOLLOWED
        services.answer_advice(
            found.pk, follow=follow, answer=form.cleaned_data["answer"], by=request.officer
        )
        messages.success(request, _("已答复"))
        return redirect("exchange:note", note_id)
    return _note_page(request, found, form)


@staff
@require_GET
@never_cache
def case_panel(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """On the case page: to whom it was pushed, what came back, what is known of its holder."""
    case = _case(request, case_id)
    told = queries.may_be_told(request.officer)
    context = {
        "pushes": queries.pushes_of_case(case_id),
        "notes": list(queries.notes_of_case(case_id)) if told else [],
        "of_holder": list(queries.notes_of_holder(case)[:20]) if told else [],
    }
    return render(request, "exchange/_case_panel.html", context)


@staff
@require_GET
@never_cache
def holder_mark(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """“有监管信息”, for the pages on which a case or certificate of the same holder is judged."""
    case = _case(request, case_id)
    found = []
    if queries.may_be_told(request.officer):
        found = [*queries.notes_of_case(case_id)[:20], *queries.notes_of_holder(case)[:20]]
    return render(request, "exchange/_holder_mark.html", {"notes": found})


def _case(request: DeskRequest, case_id: UUID):
    if not officer_may_see(request.officer, case_id):
        raise Http404
    return queries.case_of(case_id)


def _visible(request: DeskRequest, push_id: UUID) -> Push:
    found = queries.visible_push(request.officer, push_id)
    if found is None:
        raise Http404
    return found


def _visible_note(request: DeskRequest, note_id: UUID) -> SupervisionNote:
    found = queries.visible_note(request.officer, note_id)
    if found is None:
        raise Http404
    return found


def _store(request: DeskRequest, form: NoteForm) -> StoredFile | None:
    """The upload, checked and kept: a new one, or the one of the last try."""
    if upload := request.FILES.get("file"):
        try:
            return files.store(upload, request.user)
        except Invalid as error:
            form.take_over(error)
            return None
    kept = request.POST.get("stored", "")
    return StoredFile.objects.filter(pk=kept, owner=request.user).first() if _is_id(kept) else None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _push_page(
    request: DeskRequest, push: Push, form: NoteForm | None = None, stored: StoredFile | None = None
) -> HttpResponse:
    officer = request.officer
    clock = running(push, Kind.PUSH_RECEIPT)
    context = {
        "push": push,
        "case": push.case,
        "message": push.message,
        "certificate": push.message.certificate or getattr(push.case, "certificate", None),
        "conditions": conditions(push.case),
        "clock": with_remaining([clock])[0] if clock else None,
        "notes": queries.notes_of_case(push.case_id),
        "may_act": officer.has(*queries.STAFF, department=push.department_id),
        "case_open": officer_may_see(officer, push.case_id),
        "form": form or NoteForm(),
        "stored": stored,
    }
    return render(request, "exchange/push.html", context, status=422 if form else 200)


def _note_page(request: DeskRequest, note: SupervisionNote, form: AdviceForm) -> HttpResponse:
    organ = note.case.version.department_id
    clock = running(note, Kind.ADVICE)
    context = {
        "note": note,
        "case": note.case,
        "form": form,
        "clock": with_remaining([clock])[0] if clock else None,
        "certificate": getattr(note.case, "certificate", None),
        "may_answer": note.advice == AdviceState.OPEN and request.officer.has(Role.HEAD, department=organ),
        "of_organ": request.officer.has(*queries.STAFF, department=organ),
        "push_open": queries.visible_push(request.officer, note.push_id) is not None,
        "case_open": officer_may_see(request.officer, note.case_id),
    }
    return render(request, "exchange/note.html", context, status=422 if form.errors else 200)

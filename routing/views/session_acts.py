"""What is done to a joint session. Each view reads its form, calls one verb, and answers with its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.models import Application
from hall.access import desk
from hall.errors import HallError, Invalid, WrongState
from hall.requests import DeskRequest

from .. import services
from ..models import BroughtTask, JointSession
from ..services.session_parts import runs
from ..session_forms import (
    AgendaForm,
    CancelForm,
    CloseForm,
    InviteForm,
    OffForm,
    PostponeForm,
    SpeechForm,
)
from .sessions import departments_to_invite, shown, visible


@desk("sessions")
@require_POST
def agenda(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """One more case, by its number."""
    session = _run_by(request, session_id)
    form = AgendaForm(request.POST, prefix="agenda")

    def put() -> None:
        number = form.cleaned_data["number"].strip()
        case = Application.objects.filter(number=number, jurisdiction=session.jurisdiction_id).first()
        if case is None:
            message = _("没有这个编号的办件")
            raise Invalid(message, fields={"number": [message]})
        services.put_on_agenda(session.pk, case.pk, by=request.officer)

    return _attempt(request, session, form, "agenda_form", put, _("已列入议程"))


@desk("sessions")
@require_POST
def take_off(request: DeskRequest, session_id: UUID, case_id: UUID) -> HttpResponse:
    """A case leaves the agenda."""
    session = _run_by(request, session_id)
    form = OffForm(request.POST, prefix="off")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.take_off_agenda(session.pk, case_id, reason=reason, by=request.officer)
    return _done(request, session, _("已移出议程"))


@desk("sessions")
@require_POST
def invite(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """One more department."""
    session = _run_by(request, session_id)
    form = InviteForm(request.POST, prefix="invite", departments=departments_to_invite(session))

    def ask() -> None:
        services.convene(session.pk, form.cleaned_data["department"], by=request.officer)

    return _attempt(request, session, form, "invite_form", ask, _("已邀请"))


@desk("sessions")
@require_POST
def dismiss(request: DeskRequest, session_id: UUID, department_id: int) -> HttpResponse:
    """An invitation is taken back."""
    session = _run_by(request, session_id)
    services.dismiss(session.pk, department_id, by=request.officer)
    return _done(request, session, _("已取消邀请"))


@desk("sessions")
@require_POST
def notice(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The notice goes out."""
    session = _run_by(request, session_id)
    try:
        services.notice_session(session.pk, by=request.officer)
    except (Invalid, WrongState) as error:
        return shown(request, session, error=error)
    return _done(request, session, _("通知已发出，各部门的到会时限已经开始"))


@desk("sessions")
@require_POST
def postpone(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Another day."""
    session = _run_by(request, session_id)
    form = PostponeForm.of(session, request.POST)

    def move() -> None:
        told = {name: form.cleaned_data[name] for name in ("venue", "reason")}
        services.postpone_session(session.pk, **form.times(), **told, by=request.officer)

    return _attempt(request, session, form, "postpone_form", move, _("已改期并重新通知"))


@desk("sessions")
@require_POST
def cancel(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Called off."""
    session = _run_by(request, session_id)
    form = CancelForm(request.POST, prefix="cancel")

    def call_off() -> None:
        services.cancel_session(session.pk, reason=form.cleaned_data["reason"], by=request.officer)

    return _attempt(request, session, form, "cancel_form", call_off, _("会议已取消"))


@desk("sessions")
@require_POST
def close(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Closed with its minutes."""
    session = _run_by(request, session_id)
    items = session.agenda.select_related("case__version__matter")
    form = CloseForm(request.POST, prefix="close", agenda=items)

    def end() -> None:
        services.close_session(session.pk, by=request.officer, **form.told())

    return _attempt(request, session, form, "close_form", end, _("会议已结束，纪要不再改动"))


@desk("sessions")
@require_POST
def speak(request: DeskRequest, session_id: UUID, brought_id: int) -> HttpResponse:
    """A department's opinion on one case."""
    session = visible(request, session_id)
    departments = request.officer.departments()
    if not BroughtTask.objects.filter(
        pk=brought_id, item__session=session, convened__department__in=departments
    ).exists():
        raise Http404
    form = SpeechForm(request.POST, prefix=f"say{brought_id}")

    def say() -> None:
        services.speak(brought_id, by=request.officer, **form.cleaned_data)

    return _attempt(request, session, form, "speech_form", say, _("意见已签署"))


def _run_by(request: DeskRequest, session_id: UUID) -> JointSession:
    """The session, for those who run it; for others there is nothing at this address."""
    session = visible(request, session_id)
    if not runs(request.officer, session):
        raise Http404
    return session


def _attempt(
    request: DeskRequest,
    session: JointSession,
    form: Any,
    name: str,
    verb: Callable[[], None],
    said: str,
) -> HttpResponse:
    """Call the verb; what it refuses comes back beside the fields, with everything typed."""
    if not form.is_valid():
        return shown(request, session, **{name: form})
    try:
        verb()
    except Invalid as error:
        _take(form, error)
        return shown(request, session, **{name: form})
    except HallError as error:
        if error.status == 403:
            raise
        return shown(request, session, error=error, **{name: form})
    return _done(request, session, said)


def _take(form: Any, error: Invalid) -> None:
    if hasattr(form, "take"):
        form.take(error.fields or {"__all__": [error.message]})
        return
    for field, texts in (error.fields or {"__all__": [error.message]}).items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def _done(request: DeskRequest, session: JointSession, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("sessions:session", session.pk)

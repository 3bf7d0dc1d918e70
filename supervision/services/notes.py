"""监管信息: supervising departments push back what they found; the deciding organ answers suggestions."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Invalid, WrongState, require
from hall.files import services as files
from hall.notices.services import notify
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.organisation.queries import holders
from hall.trail.services import record

from ..choices import AdviceState, NoteKind, PushState
from ..models import Push, Subscription, SupervisionNote
from .receipts import acknowledge, locked, party

NOTE_FILES = SupervisionNote._meta.label_lower


@transaction.atomic
def add_note(
    push_id: UUID | str,
    *,
    kind: str,
    text: str,
    happened_on: dt.date,
    by: Officer | Subscription,
    document_number: str = "",
    file_id: UUID | str | None = None,
) -> SupervisionNote:
    """Push supervision or enforcement information back to a case and its holder (信息双向反馈).

    A push not yet signed for is so signed for. `file_id` is a checked upload of whoever calls. The deciding
    organ gets a notice; a suggestion to revoke becomes a task of its head, with a clock.

    Raises NotAllowed, WrongState, Invalid without words, with a day in the future, or for a penalty
    without its document number.
    """
    push = locked(push_id)
    actor = party(push, by)
    _check(kind, text, happened_on, document_number)
    if push.state == PushState.WAITING:
        push = acknowledge(push.pk, by=by)
    case = push.case
    note = SupervisionNote.objects.create(
        push=push,
        case=case,
        jurisdiction_id=push.jurisdiction_id,
        department=push.department,
        person_id=case.person_id,
        enterprise_id=case.enterprise_id,
        kind=kind,
        text=text.strip(),
        happened_on=happened_on,
        document_number=document_number.strip(),
        given_by_id=actor.user_id,
        given_name=actor.name,
        given_at=now(),
        advice=AdviceState.OPEN if kind == NoteKind.REVOCATION else "",
    )
    if file_id:
        note.file = files.claim(file_id, NOTE_FILES, note.pk, by=actor)
        note.save(update_fields=["file"])
    if push.state != PushState.ANSWERED:
        push.state = PushState.ANSWERED
        push.save(update_fields=["state"])
    record(
        "supervision.note_added",
        subject=note,
        by=actor,
        case_id=case.pk,
        jurisdiction=push.jurisdiction_id,
        data={"kind": kind, "department": push.department.name, "document": note.document_number},
    )
    if kind == NoteKind.REVOCATION:
        _start_advice(note, push)
    _tell_organ(note, push)
    return note


@transaction.atomic
def answer_advice(note_id: UUID | str, *, follow: bool, answer: str, by: Officer) -> SupervisionNote:
    """The head of the deciding organ answers a suggestion to revoke (采纳、不采纳), with reasons.

    To follow it is a promise, not the revocation: that is a decision of its own (行政许可法 Art. 69).
    Raises NotAllowed, WrongState when it is answered already, Invalid without reasons.
    """
    note = (
        SupervisionNote.objects.select_for_update(of=("self",))
        .select_related("case__version__matter", "department")
        .get(pk=note_id)
    )
    organ = note.case.version.department_id
    post = require(by.post_for(Role.HEAD, department=organ), _("只有决定机关的负责人可以答复"))
    if note.advice != AdviceState.OPEN:
        raise WrongState(_("这条建议已经答复，或者不需要答复"))
    if not answer.strip():
        raise Invalid(_("请写明理由"), fields={"answer": [_("请写明理由")]})
    by = by.acting_as(post)
    note.advice = AdviceState.FOLLOWED if follow else AdviceState.DECLINED
    note.answer, note.answered_by_id, note.answered_at = answer.strip(), by.user_id, now()
    note.save(update_fields=["advice", "answer", "answered_by", "answered_at"])
    clocks.meet(note, Kind.ADVICE, by=by)
    record(
        "supervision.advice_answered",
        subject=note,
        by=by,
        case_id=note.case_id,
        jurisdiction=note.jurisdiction_id,
        from_state=AdviceState.OPEN,
        to_state=note.advice,
        reason=note.answer,
        data={"department": note.department.name},
    )
    for user in holders(Role.REVIEWER, Role.HEAD, department=note.department):
        notify(
            user=user,
            subject=_("撤销建议%(state)s：%(case)s")
            % {"state": note.get_advice_display(), "case": note.case},
            body=note.answer,
            link=f"/exchange/{note.push_id}/",
            once_key=f"advice-answered:{note.pk}:{user.pk}",
        )
    return note


def _check(kind: str, text: str, happened_on: dt.date, document_number: str) -> None:
    wrong: dict[str, list[str]] = {}
    if kind not in NoteKind.values:
        wrong["kind"] = [_("请选择种类")]
    if not text.strip():
        wrong["text"] = [_("请写明内容")]
    if happened_on > today():
        wrong["happened_on"] = [_("日期不能晚于今天")]
    if kind == NoteKind.PENALTY and not document_number.strip():
        wrong["document_number"] = [_("行政处罚须写明文号")]
    if wrong:
        raise Invalid(_("监管信息还不完整"), fields=wrong)


def _start_advice(note: SupervisionNote, push: Push) -> None:
    clocks.start(
        note,
        Kind.ADVICE,
        Limit(push.jurisdiction.policies.advice_days, Unit.WORKING_DAY),
        jurisdiction=push.jurisdiction,
        department=push.case.version.department,
        basis="《行政许可法》第六十九条",
        warn=(2,),
    )


def _tell_organ(note: SupervisionNote, push: Push) -> None:
    """Heads and reviewers of the deciding organ; a suggestion asks its heads for an answer."""
    suggested = note.kind == NoteKind.REVOCATION
    body = _("%(department)s反馈了监管信息。") % {"department": push.department.name}
    if suggested:
        body += _("请在%(days)s个工作日内答复。") % {"days": push.jurisdiction.policies.advice_days}
    roles = (Role.HEAD,) if suggested else (Role.HEAD, Role.REVIEWER)
    for user in holders(*roles, department=push.case.version.department_id):
        notify(
            user=user,
            subject=f"{note.get_kind_display()}：{push.case}",
            body=body,
            link=f"/exchange/notes/{note.pk}/",
            case_id=note.case_id,
            once_key=f"note:{note.pk}:{user.pk}",
        )

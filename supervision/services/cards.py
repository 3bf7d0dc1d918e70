"""监察牌: raised by the system from clocks, answered by the department, closed by a supervisor."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.clocks.models import Clock
from hall.errors import Invalid, WrongState, require
from hall.notices.services import notify
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail.services import record

from ..choices import CardKind, CardState
from ..models import Card


@transaction.atomic
def raise_card(
    *, kind: str, clock: Clock, case: Application, department: Department | None, reason: str
) -> Card:
    """Raise a card for one clock. A clock gives each kind of card once; asked again, nothing changes."""
    card, is_new = Card.objects.get_or_create(
        clock_id=clock.pk,
        kind=kind,
        defaults={
            "case": case,
            "jurisdiction_id": case.jurisdiction_id,
            "department": department,
            "reason": reason,
            "raised_at": now(),
        },
    )
    if not is_new:
        return card
    record(
        "supervision.card_raised",
        subject=card,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        to_state=card.state,
        reason=reason,
        data={"kind": kind, "clock": clock.pk, "department": department.name if department else ""},
    )
    for user in _to_tell(card):
        notify(
            user=user,
            subject=_("%(kind)s：%(case)s") % {"kind": CardKind(kind).label, "case": case},
            body=reason,
            link=f"/supervision/cards/{card.pk}/",
            case_id=case.pk,
            once_key=f"card:{card.pk}:{user.pk}",
        )
    return card


@transaction.atomic
def answer_card(card_id: int, *, answer: str, by: Officer) -> Card:
    """The department says why, and what it does about it (反馈). Raises Invalid without words."""
    card = Card.objects.select_for_update(of=("self",)).select_related("department").get(pk=card_id)
    head = by.post_for(Role.HEAD, department=card.department_id) if card.department_id else None
    manager = by.post_for(Role.MANAGER, jurisdiction=card.jurisdiction_id)
    post = require(head or manager, _("只有责任部门负责人可以反馈"))
    if card.state != CardState.OPEN:
        raise WrongState(_("这张牌已经反馈"))
    if not answer.strip():
        raise Invalid(_("请写明原因和整改措施"), fields={"answer": [_("请写明原因和整改措施")]})
    card.state, card.answer = CardState.ANSWERED, answer
    card.answered_by_id, card.answered_at = by.user_id, now()
    card.save()
    _tell("supervision.card_answered", card, by.acting_as(post), CardState.OPEN, answer)
    return card


@transaction.atomic
def close_card(card_id: int, *, by: Officer, reason: str = "") -> Card:
    """A supervisor accepts the answer and closes the card (销号)."""
    card = Card.objects.select_for_update(of=("self",)).get(pk=card_id)
    post = require(by.post_for(Role.SUPERVISOR, jurisdiction=card.jurisdiction_id), _("只有督查员可以销号"))
    if card.state == CardState.CLOSED:
        raise WrongState(_("这张牌已经销号"))
    if card.state == CardState.OPEN and not reason.strip():
        raise Invalid(_("部门尚未反馈，销号须写明理由"), fields={"reason": [_("请写明理由")]})
    before = card.state
    card.state = CardState.CLOSED
    card.closed_by_id, card.closed_at = by.user_id, now()
    card.save()
    _tell("supervision.card_closed", card, by.acting_as(post), before, reason)
    return card


def _tell(what: str, card: Card, by: Officer, before: str, reason: str) -> None:
    record(
        what,
        subject=card,
        by=by,
        case_id=card.case_id,
        jurisdiction=card.jurisdiction_id,
        from_state=before,
        to_state=card.state,
        reason=reason,
        data={"kind": card.kind},
    )


def _to_tell(card: Card) -> list[User]:
    heads = User.objects.filter(
        posts__role=Role.HEAD, posts__department=card.department_id, posts__ends_on=None
    )
    watchers = User.objects.filter(
        posts__role=Role.SUPERVISOR, posts__jurisdiction=card.jurisdiction_id, posts__ends_on=None
    )
    return list({user.pk: user for user in [*heads, *watchers]}.values())

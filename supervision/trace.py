"""How the events of supervision read in the journal, and those of the exchange in a case's timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from applications.timeline import name
from hall.trail.models import Event
from hall.trail.words import name_event

from .choices import AcknowledgedVia, MessageKind, NoteKind


def _pushed(event: Event) -> str:
    kind = event.data.get("kind")
    label = str(MessageKind(kind).label) if kind in MessageKind.values else ""
    return "：".join(filter(None, (label, "、".join(event.data.get("departments", ())))))


def _signed_for(event: Event) -> str:
    via = event.data.get("via")
    label = str(AcknowledgedVia(via).label) if via in AcknowledgedVia.values else ""
    return " ".join(filter(None, (event.data.get("department", ""), label, event.data.get("receipt", ""))))


def _note(event: Event) -> str:
    kind = event.data.get("kind")
    label = str(NoteKind(kind).label) if kind in NoteKind.values else ""
    return " ".join(filter(None, (event.data.get("department", ""), label, event.data.get("document", ""))))


def _department(event: Event) -> str:
    return str(event.data.get("department", ""))


def _subscription(event: Event) -> str:
    return str(event.data.get("subscription", ""))


def register() -> None:
    """Give every event of supervision its words. The applicant is told none of them."""
    name_event("supervision.card_raised", _("发牌"))
    name_event("supervision.card_answered", _("反馈"))
    name_event("supervision.card_closed", _("销号"))
    name("supervision.pushed", _("推送监管部门"), detail=_pushed)
    name("supervision.push_acknowledged", _("监管部门签收"), detail=_signed_for)
    name("supervision.note_added", _("监管信息"), kind="danger", detail=_note)
    name("supervision.advice_answered", _("答复撤销建议"), detail=_department)
    name("supervision.identity_disclosed", _("向外部系统提供身份信息"), detail=_subscription)
    name_event("supervision.duty_assigned", _("确定监管部门"))
    name_event("supervision.duty_released", _("解除监管部门"))
    name_event("supervision.subscribed", _("新增订阅"))
    name_event("supervision.subscription_changed", _("修改订阅"))
    name_event("supervision.secret_rotated", _("更换签名密钥"))
    name_event("supervision.delivery_dead", _("投递失败"))
    name_event("supervision.delivery_redelivered", _("重新投递"))
    name_event("supervision.delivery_given_up", _("放弃投递"))

"""How the events of supervision read in the journal. They are no part of a case's timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hall.trail.words import name_event


def register() -> None:
    """Give the events of cards their words."""
    name_event("supervision.card_raised", _("发牌"))
    name_event("supervision.card_answered", _("反馈"))
    name_event("supervision.card_closed", _("销号"))

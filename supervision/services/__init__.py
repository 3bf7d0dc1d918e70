"""The verbs of supervision: cards, daily facts, and the exchange with supervising departments."""

from .cards import answer_card, close_card, raise_card
from .duties import assign_duty, release_duty
from .exchange import begin_after, hand_on, hand_on_all, lay_in_tray, read_journal
from .facts import fold, rebuild
from .notes import add_note, answer_advice
from .receipts import acknowledge, acknowledge_many
from .subscriptions import change_subscription, rotate_secret, subscribe
from .webhooks import deliver_due, give_up, redeliver, redeliver_all

__all__ = [
    "acknowledge",
    "acknowledge_many",
    "add_note",
    "answer_advice",
    "answer_card",
    "assign_duty",
    "begin_after",
    "change_subscription",
    "close_card",
    "deliver_due",
    "fold",
    "give_up",
    "hand_on",
    "hand_on_all",
    "lay_in_tray",
    "raise_card",
    "read_journal",
    "rebuild",
    "redeliver",
    "redeliver_all",
    "release_duty",
    "rotate_secret",
    "subscribe",
]

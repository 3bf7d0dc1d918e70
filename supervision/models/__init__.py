"""Cards and daily facts, the exchange with supervising departments, and subscribed outside systems."""

from .cards import Card, DailyFact
from .exchange import ExchangeMessage, Push, SupervisionDuty, SupervisionNote
from .webhooks import Delivery, DeliveryAttempt, SignedRequest, Subscription, SubscriptionSecret

__all__ = [
    "Card",
    "DailyFact",
    "Delivery",
    "DeliveryAttempt",
    "ExchangeMessage",
    "Push",
    "SignedRequest",
    "Subscription",
    "SubscriptionSecret",
    "SupervisionDuty",
    "SupervisionNote",
]

"""The verbs of supervision: cards, and the folding of the journal into daily facts."""

from .cards import answer_card, close_card, raise_card
from .facts import fold, rebuild

__all__ = ["answer_card", "close_card", "fold", "raise_card", "rebuild"]

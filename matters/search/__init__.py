"""Finding a matter by what people type: Chinese words, pinyin, initials, other names, small slips."""

from .matching import Hit
from .results import FILTERS, Answers, Choice, Found, answers, find, hits
from .why import Why

__all__ = ["FILTERS", "Answers", "Choice", "Found", "Hit", "Why", "answers", "find", "hits"]

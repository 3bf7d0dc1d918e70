"""Finding a matter by what people type: Chinese words, pinyin, initials, other names, small slips."""

from .matching import Hit, Why
from .results import Found, find, hits

__all__ = ["Found", "Hit", "Why", "find", "hits"]

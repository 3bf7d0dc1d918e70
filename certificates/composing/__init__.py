"""From a case to the content of its papers: reads models, returns frozen contexts, changes nothing."""

from .rules import RULES, Rule, available, compose

__all__ = ["RULES", "Rule", "available", "compose"]

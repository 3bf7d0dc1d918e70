"""Comparing a business scope (经营范围) with the negative list of a place (S0 §19).

A finding never decides by itself: a prohibited item stops the registration until a clerk has looked, a
licensed one says which licence is needed and when. Whatever the list does not name, everybody may do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hall.organisation.models import Jurisdiction
from hall.prepared import Prepared

from .choices import AccessKind, LicenceTiming
from .models import CheckedField, MatterVersion, NegativeItem

# A scope is a list of items, apart by these marks.
_MARKS = re.compile(r"[；;，,。、\n]")
# 除…外 and 不含… name what is left out of an item: that is not applied for.
_LEFT_OUT = re.compile(r"[（(][^（）()]*(?:除外|不含|不包括)[^（）()]*[)）]|(?:不含|不包括)[^；;，,。\n]*")


@dataclass(frozen=True)
class Hit:
    """An item of the list that a business scope names, and the words by which it does."""

    item: NegativeItem
    words: str

    @property
    def prohibited(self) -> bool:
        """May nobody do it?"""
        return self.item.kind == AccessKind.PROHIBITED

    @property
    def before(self) -> bool:
        """Is its licence needed before the registration (前置)?"""
        return self.item.timing == LicenceTiming.BEFORE

    def __str__(self) -> str:
        if self.prohibited:
            return _("“%(words)s”属于禁止准入：%(name)s。依据：%(basis)s") % {
                "words": self.words,
                "name": self.item.name,
                "basis": self.item.basis,
            }
        return _("“%(words)s”须取得%(licence)s（%(when)s）。依据：%(basis)s") % {
            "words": self.words,
            "licence": self.item.licence,
            "when": self.item.get_timing_display(),
            "basis": self.item.basis,
        }

    def as_data(self) -> dict[str, Any]:
        """As it is recorded with a case."""
        return {
            "code": self.item.code,
            "kind": self.item.kind,
            "name": self.item.name,
            "words": self.words,
            "basis": self.item.basis,
            "timing": self.item.timing,
            "licence": self.item.licence,
        }


def compare(items: Iterable[NegativeItem], scope: str) -> list[Hit]:
    """The items that a business scope names, prohibited ones first, each once."""
    wanted = [_plain(part) for part in _MARKS.split(_LEFT_OUT.sub("", scope))]
    found = []
    for item in items:
        words = next((words for part in wanted if (words := _named(item, part))), "")
        if words:
            found.append(Hit(item, words))
    return sorted(found, key=lambda hit: (not hit.prohibited, not hit.before, hit.item.order))


def look_up(place: Jurisdiction | int, scope: str) -> list[Hit]:
    """What the place's list says of a business scope. One query."""
    if not scope.strip():
        return []
    items = NegativeItem.objects.filter(negative_list__jurisdiction=place, in_use=True)
    return compare(items.select_related("matter"), scope)


def scope_of(version: MatterVersion, form: Mapping[str, Any]) -> str | None:
    """The business scope in a form of market access; None if the matter is none."""
    checked = _checked.first(version.matter_id)
    return None if checked is None else str(form.get(checked.key) or "")


_checked: Prepared[CheckedField] = Prepared(
    lambda matter_id: CheckedField.objects.filter(matter=matter_id).order_by("pk")[:1], int
)


def _named(item: NegativeItem, part: str) -> str:
    """The word by which `part` names the item; empty if it does not, or means something else."""
    rest = part
    for other in item.unless:
        rest = rest.replace(_plain(other), "")
    return next((word for word in item.words if _plain(word) in rest), "") if rest else ""


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()

"""A limit is a number with its unit, never a bare number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hall.errors import Invalid

from .choices import Unit

__all__ = ["Limit", "Unit"]

# No law or certificate runs longer; a larger number is a slip of the keyboard.
_LARGEST = {
    Unit.WORKING_DAY: 5_000,
    Unit.CALENDAR_DAY: 20_000,
    Unit.WORKING_MINUTE: 500_000,
    Unit.MONTH: 1_200,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take, e.g. `Limit(20, Unit.WORKING_DAY)`; its text is “20个工作日”.

    Zero means "on the same day" (即办件). Raises Invalid for a negative or absurd number or unknown unit.
    """

    value: int
    unit: Unit = Unit.WORKING_DAY

    def __post_init__(self) -> None:
        if self.unit not in Unit.values:
            raise Invalid(_("没有这样的时限单位：%(unit)s") % {"unit": self.unit})
        object.__setattr__(self, "unit", Unit(self.unit))
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise Invalid(_("时限必须是整数"))
        if not 0 <= self.value <= _LARGEST[self.unit]:
            raise Invalid(_("时限超出范围：%(value)s") % {"value": self.value})

    def __str__(self) -> str:
        if not self.value and self.unit == Unit.WORKING_DAY:
            return _("当日")
        match self.unit:
            case Unit.WORKING_DAY:
                return _("%(n)s个工作日") % {"n": self.value}
            case Unit.CALENDAR_DAY:
                return _("%(n)s个自然日") % {"n": self.value}
            case Unit.MONTH:
                return _("%(n)s个月") % {"n": self.value}
            case Unit.WORKING_MINUTE:
                hours, minutes = divmod(self.value, 60)
                if hours and not minutes:
                    return _("%(n)s个工作小时") % {"n": hours}
                return _("%(n)s个工作分钟") % {"n": self.value}

    def __add__(self, other: Limit) -> Limit:
        """Two limits of one unit together. Raises Invalid for different units: they have no sum."""
        if self.unit != other.unit:
            raise Invalid(_("延长的时限单位必须与原时限一致"))
        return Limit(self.value + other.value, self.unit)

    def as_data(self) -> dict[str, Any]:
        """For the journal and the API."""
        return {"value": self.value, "unit": str(self.unit)}

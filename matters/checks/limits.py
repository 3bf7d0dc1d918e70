"""How long it takes: promise, statutory limit, steps."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.clocks.limits import Unit
from hall.organisation.models import Jurisdiction

from ..choices import CaseType
from ..models import Step
from .base import Finding, Whole, rule

# Days of the calendar in one of the unit, to compare limits of different units. Approximate on purpose:
# the comparison asks whether a promise can be right at all, the clock counts the real days.
_CALENDAR_DAYS = {Unit.WORKING_DAY: 7 / 5, Unit.CALENDAR_DAY: 1.0, Unit.MONTH: 30.0}


def stage_limits(steps: Iterable[Step], office_minutes: int) -> float:
    """Working days that the route takes when every step uses its limit: stages add up, the longest of each.

    Minutes count as parts of an office day; a calendar day counts as five sevenths of a working day.
    """
    longest: dict[int, float] = defaultdict(float)
    for step in steps:
        longest[step.stage] = max(longest[step.stage], _working_days(step, office_minutes))
    return sum(longest.values())


def office_minutes(place: Jurisdiction) -> int:
    """Minutes of one office day of the place."""
    opens, closes = place.opens_at, place.closes_at
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


def _working_days(step: Step, minutes_a_day: int) -> float:
    match step.limit_unit:
        case Unit.WORKING_DAY:
            return step.limit_value
        case Unit.WORKING_MINUTE:
            return step.limit_value / minutes_a_day
    return step.limit_value * _CALENDAR_DAYS[Unit(step.limit_unit)] / _CALENDAR_DAYS[Unit.WORKING_DAY]


@rule(gettext_lazy("即办件承诺为0，承诺件大于0"))
def on_the_spot_means_zero(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    instant = version.case_type == CaseType.INSTANT
    if instant != (version.promised_value == 0):
        yield Finding(
            _("办件类型和承诺时限"),
            _("即办件的承诺时限为0，承诺件的承诺时限大于0"),
            _("改正办件类型或者承诺时限"),
        )


@rule(gettext_lazy("承诺时限不长于法定时限"))
def promise_within_the_law(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.statutory_value is None:
        return
    if not version.statutory_basis:
        yield Finding(_("法定时限"), _("法定时限须有依据"), _("写明规定该时限的条款"), blocks=False)
    if version.promised_unit == Unit.WORKING_MINUTE or version.statutory_unit == Unit.WORKING_MINUTE:
        return
    if version.promised_unit == version.statutory_unit:
        longer = version.promised_value > version.statutory_value
    else:
        promised = version.promised_value * _CALENDAR_DAYS[Unit(version.promised_unit)]
        longer = promised > version.statutory_value * _CALENDAR_DAYS[Unit(version.statutory_unit)]
    if longer:
        yield Finding(
            _("承诺时限"),
            _("承诺时限不得长于法定时限（%(limit)s）") % {"limit": version.statutory},
            _("缩短承诺时限，或者核对法定时限"),
        )


@rule(gettext_lazy("环节时限合计等于承诺"))
def steps_add_up_to_the_promise(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if not whole.steps or version.promised_unit != Unit.WORKING_DAY:
        return
    total = stage_limits(whole.steps, office_minutes(whole.place))
    if version.case_type == CaseType.INSTANT:
        if total > 1:
            yield Finding(_("路径"), _("即办件各环节合计不超过一个工作日"), _("缩短环节时限"))
    elif math.ceil(round(total, 6)) != version.promised_value:
        yield Finding(
            _("路径"),
            _("各阶段时限之和（%(total)g个工作日）须等于承诺时限（%(promise)s）")
            % {"total": round(total, 2), "promise": version.promised},
            _("调整环节时限或者承诺时限"),
        )

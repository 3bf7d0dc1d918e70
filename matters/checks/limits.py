"""How long it takes: promise, statutory limit, special procedures, limits of the steps."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.calendars.queries import calendar_for
from hall.clocks.limits import Unit
from hall.now import today
from hall.organisation.models import Jurisdiction

from .. import situations
from ..choices import CaseType, MatterType
from ..models import Step
from .base import Finding, Whole, rule
from .comparing import comparable, year_of_starts

# Working days in one of the unit, for adding up the steps of a route that are given in different units.
_WORKING_DAYS = {Unit.WORKING_DAY: 1.0, Unit.CALENDAR_DAY: 5 / 7, Unit.MONTH: 21.0}


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
    if step.limit_unit == Unit.WORKING_MINUTE:
        return step.limit_value / minutes_a_day
    return step.limit_value * _WORKING_DAYS[Unit(step.limit_unit)]


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
    promised, statutory = version.promised, version.statutory
    if statutory is None or promised.value == 0:
        return
    if promised.unit == statutory.unit:
        if promised.value > statutory.value:
            yield Finding(
                _("承诺时限"),
                _("承诺时限不得长于法定时限（%(limit)s）") % {"limit": statutory},
                _("缩短承诺时限，或者核对法定时限"),
            )
        return
    if not (comparable(promised) and comparable(statutory)):
        return
    year = year_of_starts(calendar_for(whole.place).table, today().year)
    if over := year.overrun(promised, statutory):
        dates = {"starts": f"{over.starts:%Y-%m-%d}", "ends": f"{over.ends:%Y-%m-%d}"}
        dates["allowed"] = f"{over.allowed:%Y-%m-%d}"
        yield Finding(
            _("承诺时限"),
            _("承诺时限不得长于法定时限：%(starts)s起算，承诺到%(ends)s，法定到%(allowed)s") % dates,
            _("缩短承诺时限，或者核对法定时限")
            if over.usual
            else _("只在长假前后如此，办理时两个期限以先到的为准；有条件的再缩短承诺时限"),
            blocks=over.usual,
        )


@rule(gettext_lazy("法定时限有依据"))
def statutory_limit_has_its_basis(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.statutory_value is not None and not version.statutory_basis:
        yield Finding(_("法定时限"), _("法定时限须有依据"), _("写明规定该时限的条款"), blocks=False)


@rule(gettext_lazy("行政许可写明法定时限"))
def licence_states_its_legal_limit(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.matter.kind == MatterType.LICENCE and version.statutory_value is None:
        if version.case_type == CaseType.INSTANT:
            return
        yield Finding(
            _("法定时限"),
            _("行政许可有法定期限（行政许可法第四十二条：二十个工作日，法律法规另有规定的除外）"),
            _("写明法定时限和依据"),
            blocks=False,
        )


@rule(gettext_lazy("不计入时限的程序有依据"))
def stopped_clock_has_its_ground(whole: Whole) -> Iterator[Finding]:
    for each in whole.version.special_procedures:
        if each.get("stops_clock") and not each.get("basis"):
            yield Finding(
                _("特别程序"),
                _("不计入时限的程序须有依据（行政许可法第四十五条，或者其他法律的规定）"),
                _("写明依据，或者改为计入时限"),
            )


@rule(gettext_lazy("环节时限合计等于承诺"))
def steps_add_up_to_the_promise(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if not whole.steps:
        return
    if situations.change_route(version.questions):
        return  # looked at for every situation: see guidance
    total = stage_limits(whole.steps, office_minutes(whole.place))
    if version.case_type == CaseType.INSTANT:
        if total > 1:
            yield Finding(_("路径"), _("即办件各环节合计不超过一个工作日"), _("缩短环节时限"))
        return
    if version.promised_unit == Unit.WORKING_MINUTE:
        sum_up, unit = total * office_minutes(whole.place), _("工作分钟")
    else:
        sum_up = total / _WORKING_DAYS[Unit(version.promised_unit)]
        unit = str(Unit(version.promised_unit).label)
    if math.ceil(round(sum_up, 6)) != version.promised_value:
        yield Finding(
            _("路径"),
            _("各阶段时限之和（%(total)g%(unit)s）须等于承诺时限（%(promise)s）")
            % {"total": round(sum_up, 2), "unit": unit, "promise": version.promised},
            _("调整环节时限或者承诺时限"),
        )

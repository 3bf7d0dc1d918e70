"""Why a clock ends when it does, in one plain sentence: for the staff's page and the applicant's alike.

“自3月2日起算，共20个工作日，扣除周末6天、清明节1天，因补正材料暂停3天，最迟4月1日办结”
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import engine
from .choices import Kind, LineKind
from .limits import Limit, Unit
from .models import Clock

_BY_WORKING_DAYS = (Unit.WORKING_DAY, Unit.WORKING_MINUTE)

# What is to be done by then. A period that waits for nobody's act just ends.
_DONE = {
    Kind.ACCEPTANCE: gettext_lazy("决定是否受理"),
    Kind.PRE_REVIEW: gettext_lazy("答复预审"),
    Kind.PROMISED: gettext_lazy("办结"),
    Kind.STATUTORY: gettext_lazy("办结"),
    Kind.TASK_RECEIPT: gettext_lazy("签收"),
    Kind.TASK_OPINION: gettext_lazy("出具意见"),
    Kind.SESSION_ATTENDANCE: gettext_lazy("到会"),
    Kind.CORRECTION: gettext_lazy("补正"),
    Kind.SUPPLEMENT: gettext_lazy("补交"),
    Kind.SPECIAL_PROCEDURE: gettext_lazy("完成"),
    Kind.HEARING_REQUEST: gettext_lazy("申请听证"),
    Kind.DELIVERY: gettext_lazy("送达"),
    Kind.ARCHIVING: gettext_lazy("归档"),
    Kind.RATING_CONTACT: gettext_lazy("回访"),
    Kind.RECTIFICATION: gettext_lazy("整改"),
    Kind.CLAIM: gettext_lazy("申领"),
    Kind.BUNDLE: gettext_lazy("办结"),
    Kind.BUNDLE_ACCEPTANCE: gettext_lazy("决定是否受理"),
    Kind.BUNDLE_CORRECTION: gettext_lazy("补正"),
    Kind.BUNDLE_PRE_REVIEW: gettext_lazy("答复预审"),
}


def in_short(clock: Clock, due: engine.Due) -> str:
    """The sentence for a clock and what the engine says of it; without a full stop."""
    start = timezone.localtime(clock.started_at)
    unit = Unit(clock.limit_unit)
    parts = [
        _("自%(moment)s起算") % {"moment": _moment(start, unit, start.year != _year(due, start))},
        _limit(clock),
        *_left_out(due.lines, unit),
        *_paused(clock, due.lines, unit),
        _end(clock, due, start.year),
    ]
    return _("，").join(filter(None, parts)) + (
        _("（暂定，放假安排公布后可能调整）") if due.provisional else ""
    )


def _limit(clock: Clock) -> str:
    if not clock.limit.value:
        return _("当日办理")
    whole = _("共%(limit)s") % {"limit": clock.limit}
    if clock.extended:
        more = Limit(clock.extended, Unit(clock.limit_unit))
        whole += _("（其中延长%(more)s）") % {"more": more}
    return whole


def _left_out(lines: Iterable[engine.Line], unit: Unit) -> Iterator[str]:
    """Days off: in working days they do not count, in other units they only push the last day on."""
    lines = list(lines)
    weekends = sum(line.kind == LineKind.WEEKEND for line in lines)
    holidays = Counter(line.cause or _("节假日") for line in lines if line.kind == LineKind.HOLIDAY)
    named = [(_("周末"), weekends)] if weekends else []
    named += list(holidays.items())
    told = "、".join(_("%(name)s%(n)s天") % {"name": name, "n": n} for name, n in named)
    if told:
        working = unit in _BY_WORKING_DAYS
        yield (_("扣除%(days)s") if working else _("最后一日遇%(days)s顺延")) % {"days": told}
    if make_up := sum(line.kind == LineKind.MAKE_UP for line in lines):
        yield _("调休上班的%(n)s天要计") % {"n": make_up}


def _paused(clock: Clock, lines: Iterable[engine.Line], unit: Unit) -> Iterator[str]:
    """Days on which the clock stood still, by ground. In working minutes a pause may lie within a day."""
    stopped = Counter(line.cause for line in lines if line.kind in (LineKind.PAUSED, LineKind.OUTAGE))
    for ground, days in stopped.items():
        yield _("因%(ground)s暂停%(n)s天") % {"ground": ground, "n": days}
    if unit == Unit.WORKING_MINUTE:
        labels = dict.fromkeys(str(pause.get_ground_display()) for pause in clock.pauses.all())
        for ground in labels:
            if ground not in stopped:
                yield _("因%(ground)s暂停的时间不计") % {"ground": ground}


def _end(clock: Clock, due: engine.Due, year: int) -> str:
    if due.at is None:
        return _("现在暂停计算，恢复后继续")
    at = timezone.localtime(due.at)
    moment = _moment(at, Unit(clock.limit_unit), at.year != year)
    done = _DONE.get(Kind(clock.kind))
    if done is None:
        return _("到%(moment)s届满") % {"moment": moment}
    return _("最迟%(moment)s%(done)s") % {"moment": moment, "done": done}


def _moment(at: dt.datetime, unit: Unit, with_year: bool) -> str:
    words = {"y": at.year, "m": at.month, "d": at.day}
    day = _("%(y)s年%(m)s月%(d)s日") % words if with_year else _("%(m)s月%(d)s日") % words
    return f"{day}{at:%H:%M}" if unit == Unit.WORKING_MINUTE else day


def _year(due: engine.Due, start: dt.datetime) -> int:
    return timezone.localtime(due.at).year if due.at else start.year

"""Everything that explains one clock: day by day, each pause, each move from the journal, each warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.trail.models import Event

from . import engine, queries, registry, sentences
from .choices import Ground, LineKind
from .limits import Limit, Unit
from .models import Clock, ClockPause, ClockWarning

WHOLE, BY_WEEK = 16, 100  # lines: up to so many stand open, then by week, then by month

_WORDS = {
    "clock_started": gettext_lazy("起算"),
    "clock_paused": gettext_lazy("中止"),
    "clock_resumed": gettext_lazy("恢复"),
    "clock_extended": gettext_lazy("延长"),
    "clock_recomputed": gettext_lazy("重算"),
    "clock_met": gettext_lazy("完成"),
    "clock_cancelled": gettext_lazy("取消"),
    "clock_expired": gettext_lazy("届满"),
}
_COUNTED = (LineKind.COUNTED, LineKind.MAKE_UP)
_SKIPPED = (LineKind.WEEKEND, LineKind.HOLIDAY, LineKind.CLOSED, LineKind.PAUSED, LineKind.OUTAGE)


@dataclass
class Stretch:
    """Some days of the explanation under one heading: a week or a month of a long limit."""

    label: str
    lines: list[engine.Line] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """How many of its days count."""
        return sum(line.kind in _COUNTED for line in self.lines)

    @property
    def skipped(self) -> int:
        """How many of its days do not."""
        return sum(line.kind in _SKIPPED for line in self.lines)


@dataclass(frozen=True)
class Change:
    """One entry of the journal about the clock, and where its end lay before and after."""

    at: dt.datetime
    what: str
    why: str
    who: str
    before: dt.datetime | None
    after: dt.datetime | None
    first: bool = False

    @property
    def moved(self) -> bool:
        """Did the date move by it?"""
        return not self.first and self.before != self.after


@dataclass(frozen=True)
class Explanation:
    """Why a clock ends when it does. `text` is the one sentence that the applicant reads as well."""

    clock: Clock
    due: engine.Due
    text: str
    stretches: list[Stretch]
    collapsed: bool
    pauses: list[ClockPause]
    changes: list[Change]
    warnings: list[ClockWarning]
    case: registry.CaseName | None


def of_clock(clock: Clock) -> Explanation:
    """The whole explanation of `clock`. Six queries, however long it ran."""
    due = queries.explain(clock)
    stretches = by_stretch(due.lines)
    names = registry.case_names([clock.case_id])
    return Explanation(
        clock=clock,
        due=due,
        text=sentences.in_short(clock, due),
        stretches=stretches,
        collapsed=len(stretches) > 1,
        pauses=list(clock.pauses.all()),
        changes=changes_of(clock),
        warnings=sorted(clock.warnings.all(), key=_when),
        case=names.get(clock.case_id) if clock.case_id else None,
    )


def by_stretch(lines: Sequence[engine.Line]) -> list[Stretch]:
    """The days as they are; of long limits week by week, of very long ones month by month."""
    if len(lines) <= WHOLE:
        return [Stretch("", list(lines))]
    name = _week if len(lines) <= BY_WEEK else _month
    found: dict[str, Stretch] = {}
    for line in lines:
        label = name(line.day)
        found.setdefault(label, Stretch(label)).lines.append(line)
    return list(found.values())


def changes_of(clock: Clock) -> list[Change]:
    """What the journal says of the clock, oldest first: what moved its date, from where to where, and why."""
    told = Event.objects.filter(
        subject_type=clock.subject_type,
        subject_id=clock.subject_id,
        what__in=list(_WORDS),
        data__clock=clock.pk,
    ).order_by("id")
    found: list[Change] = []
    before: dt.datetime | None = None
    for event in told:
        after = _due(event.data)
        found.append(
            Change(
                at=event.at,
                what=str(_WORDS[event.what]),
                why=_why(event),
                who=event.actor_name,
                before=before,
                after=after,
                first=not found,
            )
        )
        before = after
    return found


def as_data(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON values, for the API."""
    clock, due = explanation.clock, explanation.due
    return {
        "id": clock.pk,
        "kind": clock.kind,
        "text": explanation.text,
        "state": clock.state,
        "basis": clock.basis,
        "started_at": clock.started_at,
        "limit": {**clock.limit.as_data(), "text": str(clock.limit)},
        "due_at": due.at,
        "provisional": due.provisional,
        "days": [
            {
                "day": line.day,
                "kind": str(line.kind),
                "counted": line.counted,
                "reason": line.reason,
                "provisional": line.provisional,
            }
            for line in due.lines
        ],
        "pauses": [
            {"ground": each.ground, "basis": each.basis, "from": each.starts_at, "to": each.ends_at}
            for each in explanation.pauses
        ],
        "changes": [
            {"at": each.at, "what": each.what, "why": each.why, "before": each.before, "after": each.after}
            for each in explanation.changes
        ],
        "warnings": [
            {"before": str(each.limit), "due": each.fires_at, "sent": each.sent_at}
            for each in explanation.warnings
        ],
    }


def _why(event: Event) -> str:
    data = event.data
    parts = []
    if data.get("ground") in Ground.values:
        parts.append(str(Ground(data["ground"]).label))
    if more := data.get("by_limit"):
        parts.append(_("延长%(more)s") % {"more": Limit(more["value"], Unit(more["unit"]))})
    if event.what == "clock_started" and (limit := data.get("limit")):
        parts.append(str(Limit(limit["value"], Unit(limit["unit"]))))
    if event.what == "clock_met" and data.get("late"):
        parts.append(_("逾期完成"))
    if event.reason and event.reason not in parts:
        parts.append(event.reason)
    return "：".join(parts)


def _due(data: dict[str, Any]) -> dt.datetime | None:
    return parse_datetime(data["due"]) if data.get("due") else None


def _when(warning: ClockWarning) -> tuple[bool, Any]:
    moment = warning.sent_at or warning.fires_at
    return (moment is None, moment)


def _week(day: dt.date) -> str:
    monday = day - dt.timedelta(days=day.weekday())
    sunday = monday + dt.timedelta(days=6)
    words = {"m": monday.month, "d": monday.day, "n": sunday.month, "e": sunday.day}
    return _("%(m)s月%(d)s日—%(n)s月%(e)s日") % words


def _month(day: dt.date) -> str:
    return _("%(y)s年%(m)s月") % {"y": day.year, "m": day.month}

"""What is written down of a campaign."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Count

from applications.bundle_models import BundleCase
from applications.models import Application
from hall.clocks.models import Clock, ClockWarning, Outage
from hall.trail.models import Event
from routing.models import Task

from .drawing import Schedule, Victim

if TYPE_CHECKING:
    from .audit import Finding
    from .campaign import Course
    from .house import House

_SHOWN = 40


def kills_for(cases: int) -> dict[Victim, int]:
    """How often what is killed, for so many cases."""
    return {
        Victim.WORKER: max(2, cases // 100),
        Victim.REDIS: max(1, cases // 400),
        Victim.POSTGRES: max(1, cases // 400),
        Victim.BEAT: max(1, cases // 1000),
        Victim.OUTAGE: max(1, cases // 1000),
    }


def text(schedule: Schedule, course: Course, findings: list[Finding], house: House, seconds: float) -> str:
    """The report, ready for docs/chaos.md."""
    states = Application.objects.values_list("state").annotate(n=Count("pk")).order_by("-n")
    bundles = BundleCase.objects.values_list("state").annotate(n=Count("pk")).order_by("-n")
    tasks = Task.objects.values_list("state").annotate(n=Count("pk")).order_by("-n")
    load = "/".join(f"{each:.1f}" for each in os.getloadavg())
    lines = [
        "",
        f"Seed {schedule.seed}: {len(schedule.plans):,} visits, {seconds / 60:.1f} minutes (load {load})",
        f"Hall time: {course.first:%Y-%m-%d} to {course.last:%Y-%m-%d}",
        f"Killed: {_list(course.kills)}; porters that ended by themselves: {course.revived}",
        f"Outages: {_outages(course)}",
        f"Cases: {Application.objects.count():,} – {_list(dict(states))}",
        f"Bundles: {BundleCase.objects.count():,} – {_list(dict(bundles))}",
        f"Tasks: {Task.objects.count():,} – {_list(dict(tasks))}",
        f"Clocks: {Clock.objects.count():,}, fired {Clock.objects.exclude(fired_at=None).count():,}, "
        f"warnings sent {ClockWarning.objects.exclude(sent_at=None).count():,}, "
        f"firings repeated {Clock.objects.filter(failures__gt=0).count():,}",
        f"Events: {Event.objects.count():,}, every one of them verified",
        f"Acts: {sum(course.told.acts.values()):,}; error pages: {_list(course.told.errors)}",
        f"Refusals (somebody was faster): {sum(course.told.refusals.values()):,}",
        *[f"  {times:5} {what}" for what, times in course.told.refusals.most_common(12)],
        *[f"  log: {line}" for line in house.complaints()[:12]],
    ]
    if course.cut_short:
        lines.append("CUT SHORT: the minutes were over before everybody had come")
    lines.append(f"Findings: {len(findings)}")
    lines += [f"  {times:5} {kind}" for kind, times in Counter(each.kind for each in findings).items()]
    lines += [f"  {finding}" for finding in findings[:_SHOWN]]
    return "\n".join(lines)


def _list(counted: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{name} {times:,}" for name, times in counted.items()) or "none"


def _outages(course: Course) -> str:
    lengths = [f"{(ended - began).total_seconds() / 3600:.0f} h" for began, ended in course.outages]
    return f"{', '.join(lengths) or 'none'}; {Outage.objects.count()} found by the hall"

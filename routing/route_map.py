"""The route of one case as a picture tells it: where the paper is, who holds it and since when.

Stages done, now and to come; what the answers have not opened is shown as such; towns, counties and the
city each with their level (多级联动). One picture and one text are made from the same rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.choices import State
from applications.models import Application
from hall.clocks.queries import remaining_until
from hall.now import now
from hall.organisation.models import Department
from matters.choices import StepKind
from matters.models import Step

from .choices import LIVE, TaskState
from .holdings import Holding, Office, holdings
from .models import Task


class Tone:
    """How a stop of the route is drawn."""

    DONE = "done"
    NOW = "now"
    RISK = "risk"
    LATE = "late"
    ASIDE = "aside"
    LATER = "later"
    CLOSED = "closed"


@dataclass
class Stop:
    """One office on the route: whose turn it is, since when, until when."""

    name: str
    level: str
    what: str
    tone: str
    code: str = ""  # of the step
    state: str = ""
    lines: list[str] = field(default_factory=list)
    originals: int = 0

    @property
    def text(self) -> str:
        """The stop as one phrase."""
        parts = [f"{self.name}（{self.level}）{self.what}", self.state, *self.lines]
        if self.originals:
            parts.append(_("原件%(n)s份在此") % {"n": self.originals})
        return "，".join(part for part in parts if part)


@dataclass
class Leg:
    """One stage: its stops run side by side."""

    name: str
    current: bool
    stops: list[Stop] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The stage as one sentence."""
        here = _("（现在）") if self.current else ""
        return f"{self.name}{here}：{'；'.join(stop.text for stop in self.stops)}"


@dataclass
class RouteMap:
    """The whole way of a case, from the window and back to it."""

    title: str
    legs: list[Leg]

    @property
    def text(self) -> str:
        """The picture in words."""
        return "。".join(leg.text for leg in self.legs)


def route_map(case: Application) -> RouteMap:
    """The drawn route of a case: seven queries, whatever its length."""
    tasks: dict[int, Task] = {}
    for task in case.tasks.select_related(
        "department__jurisdiction", "assignee", "received_by", "step"
    ).order_by("opened_at"):
        tasks[task.step_id] = task
    held = holdings(case)
    stage = getattr(getattr(case, "route", None), "stage", 0)
    closed = case.consequences.closed_steps
    legs = [_window(case, held)]
    by_stage: dict[int, Leg] = {}
    steps = case.version.steps.select_related("department__jurisdiction").order_by("stage", "order")
    for step in steps:
        reviewing = case.state == State.REVIEWING
        leg = by_stage.setdefault(step.stage, Leg("", reviewing and step.stage == stage))
        leg.stops.append(_stop(case, step, tasks.get(step.pk), held, not_opened=step.code in closed))
    for number, leg in enumerate(by_stage.values(), 1):
        together = _("，同时办理") if len(leg.stops) > 1 else ""
        leg.name = _("第%(n)s阶段") % {"n": number} + together
    legs += by_stage.values()
    legs.append(_hand_out(case))
    return RouteMap(_("%(name)s的办理路径") % {"name": case.version.matter.name}, legs)


def _window(case: Application, held: list[Holding]) -> Leg:
    hall = case.hall
    stop = Stop(
        name=hall.name if hall else _("网上"),
        level=str(hall.level.label) if hall else str(_("网上")),
        what=_("收件、受理"),
        tone=Tone.DONE if case.accepted_at else Tone.NOW,
        state=_("已受理") if case.accepted_at else str(case.get_state_display()),
        originals=_lying(held, Office(hall=hall)) if hall else 0,
    )
    if case.received_at:
        stop.lines.append(_("%(at)s收件") % {"at": _at(case.received_at)})
    if case.accepted_at:
        stop.lines.append(_("%(at)s受理") % {"at": _at(case.accepted_at)})
    return Leg(_("窗口"), not case.accepted_at, [stop])


def _hand_out(case: Application) -> Leg:
    hall = case.hall
    ready = case.state in (State.DECIDED, State.READY)
    stop = Stop(
        name=hall.name if hall else _("出件窗口"),
        level=str(hall.level.label) if hall else "",
        what=_("统一出件"),
        tone=Tone.DONE if case.delivered_at else Tone.NOW if ready else Tone.LATER,
        state=str(case.get_state_display()) if case.decided_at else "",
    )
    if case.delivered_at:
        stop.lines.append(_("%(at)s送达") % {"at": _at(case.delivered_at)})
    elif case.ready_at:
        stop.lines.append(_("%(at)s起可领取") % {"at": _at(case.ready_at)})
    return Leg(_("出件"), ready, [stop])


def _stop(case: Application, step: Step, task: Task | None, held: list[Holding], *, not_opened: bool) -> Stop:
    department: Department = task.department if task else step.department
    what = str(step.get_kind_display())
    if not task and step.by_town and case.hall and case.hall.is_town and case.hall.department:
        department = case.hall.department
    stop = Stop(
        name=department.short_name or department.name,
        level=str(department.level.label),
        what=f"{what}·{_('决定')}" if step.decides and step.kind != StepKind.DECIDE else what,
        tone=Tone.LATER,
        code=step.code,
        originals=_lying(held, Office(department=department)),
    )
    if not_opened:
        stop.tone, stop.state = Tone.CLOSED, _("本情形不经过")
        if step.opens_when:
            stop.lines.append(_("条件：%(when)s") % {"when": step.opens_when})
    elif task is None:
        stop.state = _("未到")
        limit = str(step.limit) if step.limit.value else _("当场")
        stop.lines.append(_("限%(limit)s") % {"limit": limit})
    else:
        _tell(stop, case, task)
    return stop


def _tell(stop: Stop, case: Application, task: Task) -> None:
    stop.state = str(task.get_state_display())
    if task.state in LIVE:
        _tell_live(stop, case, task)
        return
    stop.tone = Tone.DONE if task.state == TaskState.DONE else Tone.ASIDE
    if task.state == TaskState.DISPUTED:
        stop.lines.append(_("等牵头部门裁定"))
    elif task.finished_at:
        stop.lines.append(_at(task.finished_at))
    if task.assignee and task.state == TaskState.DONE:
        stop.lines.append(task.assignee.name)
    if task.state == TaskState.RETURNED:
        stop.lines.append(_("办件在窗口，等答复"))


def _tell_live(stop: Stop, case: Application, task: Task) -> None:
    stop.tone = Tone.NOW
    since = task.received_at or task.opened_at
    holder = task.assignee.name if task.assignee else _("待认领") if task.received_at else _("待签收")
    stop.lines.append(_("%(who)s，%(at)s起") % {"who": holder, "at": _at(since)})
    if task.due_at is None:
        stop.lines.append(_("期限暂停"))
        return
    left = remaining_until(task.due_at, case.jurisdiction_id, case.hall_id)
    stop.lines.append(_("%(at)s到期") % {"at": _at(task.due_at)})
    if task.due_at < now():
        stop.tone = Tone.LATE
        stop.lines.append(_("已超期"))
    elif left is not None:
        stop.lines.append(_("还有%(n)s个工作日") % {"n": left} if left else _("今天到期"))
        if task.may_be_silent and left < 3:
            stop.tone = Tone.RISK


def _lying(held: list[Holding], office: Office) -> int:
    return sum(each.originals for each in held if each.office == office and each.slip is None)


def _at(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"

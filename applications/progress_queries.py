"""Where a case stands, for whoever waits for it: what comes next, by when, and what the applicant must do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from hall.clocks import engine
from hall.clocks import queries as clock_queries
from hall.clocks.choices import SPECIAL_PROCEDURES, Ground, Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.clocks.sentences import in_short

from .checks import rest_day_words
from .choices import CLOSED, DeferralState, Outcome, State
from .models import Application
from .services.ending import WITHOUT_RESULT, originals_kept
from .services.supplements import still_missing


@dataclass(frozen=True)
class Todo:
    """One thing that the applicant has to do, until when, and the name of the action (for a link)."""

    title: str
    text: str
    until: dt.datetime | None = None
    act: str = ""  # correct | supplement | collect | mend | state | originals


@dataclass(frozen=True)
class Progress:
    """Where a case is, what comes next and by when, and what the applicant must do."""

    title: str
    text: str
    next_title: str = ""
    next_text: str = ""
    clock: Clock | None = None
    due: engine.Due | None = None
    why: str = ""  # the sentence that says how the date came about
    paused: str = ""  # why the clock stands still, if it does
    rest_day: str = ""  # what follows from receipt on a rest day (365服务)
    late: bool = False
    tone: str = "info"
    todos: tuple[Todo, ...] = ()
    stages: tuple[tuple[str, dt.datetime | None, str], ...] = field(default=())


def progress(case: Application) -> Progress:
    """What to tell the applicant of their case now. Three queries at most, four while the clock is paused."""
    running = {
        (clock.kind, clock.subject_id): clock
        for clock in clock_queries.of_case(case.pk).filter(state=ClockState.RUNNING)
    }
    clock = _binding_clock(case, running)
    grounds = _grounds(clock) if clock and clock.due_at is None else []
    title, text, next_title, next_text, tone = _waiting_words(case, running) or _words(case)
    if procedures := [ground for ground in grounds if ground in SPECIAL_PROCEDURES]:
        next_title = _("%(procedures)s结束") % {"procedures": _named(procedures)}
        next_text = _("所需时间不计入办理时限，结束后继续审查")
    left = clock_queries.remaining_working_days(clock) if clock else None
    late = left is not None and left < 0 and clock is not None and clock.kind not in _NOBODYS
    due = clock_queries.explain(clock) if clock else None
    return Progress(
        title=title,
        text=text,
        next_title=next_title,
        next_text=next_text,
        clock=clock,
        due=due,
        why=in_short(clock, due) if clock and due else "",
        paused=_named(grounds),
        rest_day=rest_day_words(case) if case.state not in CLOSED else "",
        late=late,
        tone="danger" if late else tone,
        todos=tuple(_todos(case, running)),
        stages=tuple(_stages(case)),
    )


# Which clock an applicant waits for in a state. Where two limits run at once, the earlier binds (DESIGN §2).
_AWAITED = {
    State.SUBMITTED: (Kind.PRE_REVIEW,),
    State.RECEIVED: (Kind.ACCEPTANCE,),
    State.CORRECTING: (Kind.CORRECTION,),
    State.ACCEPTED: (Kind.PROMISED, Kind.STATUTORY),
    State.REVIEWING: (Kind.PROMISED, Kind.STATUTORY),
    State.DECIDED: (Kind.DELIVERY,),
}


# Limits that bear on no office: nobody is late by them.
_NOBODYS = (Kind.WAITING, Kind.CLAIM)


def _binding_clock(case: Application, running: dict[tuple[str, str], Clock]) -> Clock | None:
    for kind in _NOBODYS:
        if clock := running.get((kind, str(case.pk))):
            return clock
    kinds = _AWAITED.get(State(case.state), ())
    found = [clock for kind in kinds if (clock := running.get((kind, str(case.pk))))]
    dated = [(clock.due_at, clock.pk, clock) for clock in found if clock.due_at]
    return min(dated)[2] if dated else next(iter(found), None)


def _grounds(clock: Clock) -> list[Ground]:
    """Why the clock stands still, each ground once, the oldest first."""
    open_pauses = clock.pauses.filter(ends_at=None).order_by("pk")
    return [Ground(each) for each in dict.fromkeys(open_pauses.values_list("ground", flat=True))]


def _named(grounds: Iterable[Ground]) -> str:
    return "、".join(str(ground.label) for ground in grounds)


def _waiting_words(
    case: Application, running: dict[tuple[str, str], Clock]
) -> tuple[str, str, str, str, str] | None:
    """What to say while a statutory waiting period runs (民法典 Art. 1077), or its result awaits a claim."""
    if (Kind.WAITING, str(case.pk)) in running:
        text = _("法律规定要等满这段时间，届满前不作决定。等待期内可以撤回申请。")
        return _("法定等待期"), text, _("等待期届满"), _("这段时间不计入办理时限"), "info"
    if (Kind.CLAIM, str(case.pk)) in running:
        text = _("等待期已经届满，请到窗口申请结果。")
        return _("等您来申请结果"), text, _("您到窗口申请"), _("逾期不来的，视为撤回申请"), "warn"
    return None


def _words(case: Application) -> tuple[str, str, str, str, str]:
    organ = case.version.department.name
    match State(case.state):
        case State.DRAFT:
            return _("还没有提交"), _("填好以后提交，我们才能开始办。"), "", "", "mute"
        case State.SUBMITTED:
            text = _("窗口正在看您的材料是否齐全。")
            return _("网上预审中"), text, _("答复预审结果"), _("由综合窗口答复"), "info"
        case State.RETURNED:
            text = case.return_reason
            return _("预审没有通过，请修改"), text, _("重新提交"), _("修改后重新提交，窗口再次预审"), "warn"
        case State.RECEIVED:
            text = _("材料已收下，正在审看是否符合受理条件。收件不等于受理。")
            tail = _("逾期不告知的，自收件之日起即为受理") if case.version.regime.deemed_accepted else ""
            return _("已收件，等待受理"), text, _("决定是否受理"), tail, "info"
        case State.CORRECTING:
            text = _("有材料需要补正，补齐以后重新计算受理期限。")
            return _("等您补正材料"), text, _("您补正材料"), _("逾期不补正的，不予受理"), "warn"
        case State.ACCEPTED | State.REVIEWING:
            text = _("已受理，%(organ)s等有关部门正在审查。") % {"organ": organ}
            next_text = _("由%(organ)s决定") % {"organ": organ}
            return _("正在审查"), text, _("作出决定"), next_text, "info"
        case State.DECIDED:
            text = _("已经作出决定，正在制作文书和证照。")
            return _("已决定，正在制证"), text, _("通知您领取"), _("制好以后放到统一出件窗口"), "info"
        case State.READY:
            refused = case.outcome == Outcome.REFUSED
            text = _("决定书写明了理由和救济途径。") if refused else _("结果已放在统一出件窗口。")
            return _("可以领取了"), text, _("您来领取"), _("请带身份证件"), "ok"
        case State.DELIVERED | State.ARCHIVED:
            return _("已办结"), _("结果已经送到您手里。"), "", "", "ok"
        case State.NOT_ACCEPTED:
            text = case.end_reason
            if case.right_organ:
                text += _("请向%(organ)s申请。") % {"organ": case.right_organ}
            return _("不予受理"), text, "", "", "mute"
        case State.WITHDRAWN:
            return _("已撤回"), _("申请已经撤回，办理结束。"), "", "", "mute"
        case State.TERMINATED:
            return _("办理已终止"), case.end_reason, "", "", "danger"


def _todos(case: Application, running: dict[tuple[str, str], Clock]) -> list[Todo]:
    found = []
    if case.state == State.RETURNED:
        found.append(Todo(_("修改申请"), case.return_reason, act="mend"))
    if claim := running.get((Kind.CLAIM, str(case.pk))):
        text = _("请带身份证件到窗口当面申请，逾期视为撤回申请。")
        found.append(Todo(_("等待期已满，到窗口申请结果"), text, claim.due_at))
    if case.state == State.CORRECTING:
        clock = running.get((Kind.CORRECTION, str(case.pk)))
        notice = case.correction_notices.order_by("-number").first()
        left = still_missing(case)
        for item in notice.items if notice else ():
            if item["name"] not in left:
                continue
            text = "；".join(filter(None, (item["problem"], item.get("requirement"))))
            found.append(
                Todo(
                    _("补正“%(name)s”") % {"name": item["name"]},
                    text,
                    clock.due_at if clock else None,
                    act="correct",
                )
            )
    if case.state in (State.ACCEPTED, State.REVIEWING, State.DECIDED):
        for deferral in case.deferrals.filter(state=DeferralState.OPEN).select_related(
            "case_material__material"
        ):
            clock = running.get((Kind.SUPPLEMENT, str(deferral.pk)))
            found.append(
                Todo(
                    _("补交“%(name)s”") % {"name": deferral.case_material.material.name},
                    _("这是受理时承诺后补的材料，逾期未补交将终止办理。"),
                    clock.due_at if clock else None,
                    act="supplement",
                )
            )
    if statement := running.get((Kind.STATEMENT, str(case.pk))):
        text = _("核查发现承诺与事实不符，作出决定前您有权陈述申辩，逾期视为放弃。")
        found.append(Todo(_("陈述申辩"), text, statement.due_at, act="state"))
    if case.state in WITHOUT_RESULT and (kept := originals_kept(case)):
        names = "、".join(row.material.name for row in kept)
        text = _("请凭收件凭证到受理窗口领回：%(names)s。") % {"names": names}
        found.append(Todo(_("领回原件"), text, act="originals"))
    if case.state == State.READY:
        where = f"{case.hall.name} {case.hall.address}".strip() if case.hall else case.jurisdiction.name
        text = _("%(where)s，统一出件窗口。请带身份证件；请人代领的，还要授权委托书。")
        found.append(Todo(_("领取结果"), text % {"where": where}, act="collect"))
    return found


def _stages(case: Application) -> list[tuple[str, dt.datetime | None, str]]:
    """The line of stages: name, when it was reached, and done, now or nothing yet."""
    online = case.submitted_at is not None
    line = [
        *([(_("提交"), case.submitted_at)] if online else []),
        (_("收件"), case.received_at),
        (_("受理"), case.accepted_at),
        (_("决定"), case.decided_at),
        (_("出件"), case.ready_at),
        (_("送达"), case.delivered_at),
    ]
    reached = [at is not None for _name, at in line]
    last = max((i for i, done in enumerate(reached) if done), default=-1)
    found = []
    for at, (label, when) in enumerate(line):
        mark = "done" if when and at <= last else "now" if at == last + 1 and not case.ended_at else ""
        found.append((label, when, mark))
    return found

"""What the porter does for a project: its clocks, its stage, its end. It reads cases and locks the project.

The clocks are told nothing but facts: when cases were accepted, decided, ended, and stood still. So whoever
runs it, how often and how late, they come to the same dates (applications.project_time).
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.errors import Invalid, WrongState
from hall.now import now
from matters.models import StageMatter

from .. import project_telling, project_time
from ..choices import FINAL, Outcome, ProjectState, State, WaitState
from ..models import Application
from ..project_models import Project
from .project_journal import noted
from .project_registering import OPEN
from .project_rights import as_watcher

OWN_KINDS = (Kind.PROJECT, Kind.PROJECT_JOINT)
_OWN_PAUSES = (Ground.APPLICANT, Ground.OTHER_LAW)


@transaction.atomic
def follow_project(project_id: UUID | str) -> bool:
    """Bring a project up to its cases: clocks, stage, end. True if anything changed. Safe to run twice."""
    project = Project.objects.locked(project_id)
    # Taken down before the cases are read: what moves after that puts it up again.
    if project.needs_look:
        Project.objects.filter(pk=project.pk).update(needs_look=False)
        project.needs_look = False
    if project.state not in OPEN:
        return False
    members = {row.matter_id: row for row in _members(project)}
    cases = [case for case in _cases(project) if case.version.matter_id in members]
    changed = _tell_time(project, cases, members)
    return _settle_state(project, cases, members) or changed


@transaction.atomic
def extend_joint_limit(project_id: UUID, days: int, *, document: str, reason: str, by: Actor) -> Clock:
    """Extend the joint limit once, by what the head of the government has approved (行政许可法 Art. 42(2)).

    `document`: the number of that approval. The builder is told the reason. Raises Invalid for more than the
    scheme allows or without document and reason, WrongState if it was extended already or does not run.
    """
    project = Project.objects.locked(project_id)
    officer = as_watcher(by, project)
    most = project.scheme.joint_extension
    fields = {}
    if not 1 <= days <= most:
        fields["days"] = [_("最多延长%(n)s个工作日") % {"n": most}]
    if not document.strip():
        fields["document"] = [_("请填写本级人民政府负责人批准的文号")]
    if not reason.strip():
        fields["reason"] = [_("请写明延长的理由")]
    if fields:
        raise Invalid(_("延长没有保存"), fields=fields)
    clock = clock_queries.running(project, Kind.PROJECT_JOINT)
    if clock is None:
        raise WrongState(_("联合办理的时限没有在计"))
    if clock.extended:
        raise WrongState(_("联合办理的时限只能延长一次"))
    why = f"{document.strip()}：{reason.strip()}"
    clock = clocks.extend(clock, Limit(days, Unit.WORKING_DAY), why, officer)
    noted(project, "project_limit_extended", by=officer, reason=why, data={"days": days})
    body = _("经本级人民政府负责人批准，联合办理时限延长%(n)s个工作日。理由：%(reason)s") % {
        "n": days,
        "reason": reason.strip(),
    }
    project_telling.to_builder(project, "joint_extended", _("联合办理时限延长"), body)
    return clock


def spans(project: Project) -> list[project_time.Span]:
    """When cases of the counted stages were in the hands of the office, and when they stood still by law."""
    members = {row.matter_id: row for row in _members(project) if row.stage.counts}
    return _spans([case for case in _cases(project) if case.version.matter_id in members])


# -- Parts -----------------------------------------------------------------------------------------------


def _members(project: Project) -> list[StageMatter]:
    return list(project.scheme.stage_matters.select_related("stage").order_by("stage__order", "order"))


def _cases(project: Project) -> list[Application]:
    found = Application.objects.filter(project=project, accepted_at__isnull=False)
    settled = Max("waits__settled_at")
    return list(found.select_related("version").annotate(result_at=settled).order_by("accepted_at", "pk"))


def _spans(cases: list[Application]) -> list[project_time.Span]:
    ids = [case.pk for case in cases]
    stood: dict[UUID, list[tuple[dt.datetime, dt.datetime | None]]] = {}
    own = Clock.objects.filter(case_id__in=ids, kind=Kind.PROMISED).prefetch_related("pauses")
    for clock in own:
        for pause in clock.pauses.all():
            if clock.case_id and pause.ground not in (Ground.PREREQUISITE, Ground.OUTAGE):
                stood.setdefault(clock.case_id, []).append((pause.starts_at, pause.ends_at))
    waiting = _unmet(ids)
    found = []
    for case in cases:
        if case.pk in waiting or case.accepted_at is None:
            continue
        start = max(case.accepted_at, getattr(case, "result_at", None) or case.accepted_at)
        end = case.decided_at or case.ended_at
        if end is None or end >= start:
            found.append(project_time.Span(start, end, tuple(stood.get(case.pk, ()))))
    return found


def _unmet(case_ids: list[UUID]) -> set[UUID]:
    """Cases that still wait, or ended while they did: they were never in the hands of the office."""
    unmet = Application.objects.filter(pk__in=case_ids, awaits_result=True)
    return set(
        unmet.exclude(waits=None)
        .filter(waits__state__in=[WaitState.WAITING, WaitState.FAILED])
        .values_list("pk", flat=True)
    )


def _tell_time(project: Project, cases: list[Application], members: dict[int, StageMatter]) -> bool:
    counted = [case for case in cases if members[case.version.matter_id].stage.counts]
    held = _spans(counted)
    running = list(
        Clock.objects.filter(case_id=project.pk, kind__in=OWN_KINDS, state=ClockState.RUNNING).order_by("pk")
    )
    if not held:
        return False
    changed = False
    began = Clock.objects.filter(case_id=project.pk, kind__in=OWN_KINDS).exists()
    if not began:
        running = _start(project, min(span.start for span in held))
        changed = True
    ended = _approved_at(counted, members)
    for clock in running:
        changed |= _keep_still(clock, project_time.gaps(held, clock.started_at), ended)
        if ended is not None:
            clocks.meet(project, Kind(clock.kind), at=max(ended, clock.started_at))
            changed = True
    return changed


def _start(project: Project, at: dt.datetime) -> list[Clock]:
    limits = (
        (Kind.PROJECT, project.scheme.promised, project.scheme.basis),
        (Kind.PROJECT_JOINT, project.scheme.joint, project.scheme.joint_basis),
    )
    return [
        clocks.start(
            project,
            kind,
            limit,
            jurisdiction=project.jurisdiction,
            department=project.scheme.department,
            case_id=project.pk,
            basis=basis,
            started_at=at,
        )
        for kind, limit, basis in limits
    ]


def _keep_still(clock: Clock, found: list[project_time.Gap], ended: dt.datetime | None) -> bool:
    """Let the clock stand still in the gaps that have begun and that it does not know yet."""
    changed = False
    known = {(pause.ground, pause.starts_at): pause for pause in clock.pauses.filter(ground__in=_OWN_PAUSES)}
    for gap in found:
        if gap.start > now() or (ended is not None and gap.start >= ended):
            break
        pause = known.get((gap.ground, gap.start))
        if pause is None:
            fresh = Clock.objects.get(pk=clock.pk)
            if fresh.is_over(now()) or fresh.is_over(gap.start):
                return changed  # over already: no pause takes that back
            clocks.pause(fresh, gap.ground, _basis(gap.ground), SYSTEM, at=gap.start)
            changed = True
        if gap.end is not None and gap.end <= now() and (pause is None or pause.ends_at is None):
            clocks.resume(clock, gap.ground, SYSTEM, at=gap.end)
            changed = True
    return changed


def _basis(ground: Ground) -> str:
    if ground == Ground.APPLICANT:
        return _("没有已受理未办结的事项，由建设单位准备下一阶段，不计入审批时间")
    return _("在办事项都依法中止（行政许可法第四十五条等），不计入审批时间")


def _approved_at(cases: list[Application], members: dict[int, StageMatter]) -> dt.datetime | None:
    """When the last counted stage was concluded by a grant; None if it is not."""
    stages = {row.stage.order: row.stage_id for row in members.values() if row.stage.counts}
    if not stages:
        return None
    last = stages[max(stages)]
    granted = [
        case.decided_at
        for case in cases
        if (row := members[case.version.matter_id]).stage_id == last
        and row.concludes
        and case.outcome == Outcome.GRANTED
        and case.state not in (State.TERMINATED, State.WITHDRAWN)
        and case.decided_at
    ]
    return min(granted, default=None)


def _settle_state(project: Project, cases: list[Application], members: dict[int, StageMatter]) -> bool:
    """How far the project is: its stage is the last one in which a case was accepted."""
    reached = max((members[case.version.matter_id].stage for case in cases), default=None, key=_order)
    counted = [case for case in cases if members[case.version.matter_id].stage.counts]
    state = ProjectState.UNDER_WAY if cases else ProjectState.PROPOSED
    if _approved_at(counted, members) is not None:
        state = ProjectState.BUILDING
    if state == ProjectState.BUILDING and _finished(cases, members):
        state = ProjectState.FINISHED
    stage_id = reached.pk if reached else None
    if (state, stage_id) == (project.state, project.stage_id):
        return False
    before, project.state, project.stage = project.state, state, reached
    fields = ["state", "stage"]
    if state == ProjectState.FINISHED:
        project.ended_at = now()
        fields.append("ended_at")
    project.save(update_fields=fields)
    data = {"stage": reached.name if reached else ""}
    noted(project, "project_moved_on", by=SYSTEM, before=before, after=state, data=data)
    return True


def _finished(cases: list[Application], members: dict[int, StageMatter]) -> bool:
    """Has every concluding matter of the last stage been granted, and is nothing else on its way?"""
    last = max((row.stage for row in members.values()), key=_order)
    wanted = {row.matter_id for row in members.values() if row.stage_id == last.pk and row.concludes}
    granted = {case.version.matter_id for case in cases if case.outcome == Outcome.GRANTED}
    open_cases = [case for case in cases if case.decided_at is None and case.state not in FINAL]
    return bool(wanted) and wanted <= granted and not open_cases


def _order(stage: object) -> int:
    return int(getattr(stage, "order", 0))

"""From an accepted case to tasks, from stage to stage, and the end of tasks whose case has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from applications import services as cases
from applications.choices import State
from applications.models import Application
from hall.actors import SYSTEM
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Ground, Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.now import now
from hall.organisation.models import Department
from hall.organisation.officers import Officer
from hall.prepared import Prepared
from hall.trail.services import record
from hall.transactions import insert_all, update_all
from matters.models import Step

from ..choices import CONSENTED, PENDING, SentHow, TextState
from ..models import CaseRoute, DecisionText, Task
from .procedures import cancel_procedures
from .warning import before_silence


@transaction.atomic
def dispatch(case_id: UUID | str) -> int:
    """Start the route of an accepted case: its first stage's tasks. Running it twice changes nothing.

    A case of a project that waits for another's result is left where it is. Of the steps of the version
    those run that the answers about the situation have opened.

    Returns how many tasks were opened. S0 §3 后台分类审批.
    """
    case = Application.objects.locked(case_id)
    if case.state != State.ACCEPTED or cases.may_not_dispatch_yet(case):
        return 0
    steps = case.open_steps()
    first = _stages(steps)[0]
    CaseRoute.objects.create(case=case, stage=first, started_at=now())
    cases.mark_reviewing(case.pk, by=SYSTEM)
    return len(_open_stage(case, steps, first))


def _open_stage(case: Application, steps: Iterable[Step], stage: int) -> list[Task]:
    """Open every task of `stage` at once; they run in parallel."""
    return [open_task(case, step) for step in steps if step.stage == stage]


def open_task(
    case: Application,
    step: Step,
    *,
    department: Department | None = None,
    how: SentHow = SentHow.ROUTE,
    sent_by: Officer | None = None,
    replaces: Task | None = None,
) -> Task:
    """Put one step before its department and start its clocks.

    `department` is another one than the route names where it was rerouted; a step that belongs to the town
    (镇街承办) goes to that of the hall where the case was received. `sent_by` is who sent it in place of
    another task, `replaces`.

    The opinion limit runs from here, not from the signature of receipt: the step limits of a route add up
    to the promise, and a department cannot lengthen it by signing late.
    """
    task = Task(
        case=case,
        step=step,
        stage=step.stage,
        department=department or _department(case, step),
        kind=step.kind,
        decides=step.decides,
        opened_at=now(),
        sent_how=how,
        sent_by_id=sent_by.user_id if sent_by else None,
        replaces=replaces,
    )
    start = partial(
        clocks.start,
        task,
        jurisdiction=case.jurisdiction,
        hall=case.hall,
        department=task.department,
        case_id=case.pk,
        basis=step.silent_basis,
        ends=Ends.CLOSE_OF_OFFICE,
    )
    opinion = Limit(step.limit_value, Unit(step.limit_unit))
    days = case.jurisdiction.policies.warning_days
    silent = step.silent_consent
    started = [start(Kind.TASK_OPINION, opinion, warn=before_silence(opinion, days) if silent else days)]
    if step.receipt_value:
        receipt = Limit(step.receipt_value, Unit(step.receipt_unit))
        started.append(
            start(Kind.TASK_RECEIPT, receipt, warn=before_silence(receipt, days) if silent else ())
        )
    waits = step.decides and bool(cases.may_not_decide_yet(case))
    for clock in started if waits else ():
        clocks.pause(clock, Ground.WAITING, _("法定等待期"), SYSTEM)
    task.due_at = None if waits else _first_due(started)
    insert_all([task])
    record(
        "routing.task_opened",
        subject=task,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        to_state=task.state,
        data={"department": task.department.name, "stage": step.stage, "kind": step.kind},
    )
    return task


def _department(case: Application, step: Step) -> Department:
    """Who does the step in this case: the town that received it where the route says so (多级联动)."""
    hall = case.hall
    if step.by_town and hall and hall.is_town and hall.department:
        return hall.department
    return step.department


def _first_due(started: Iterable[Clock]) -> dt.datetime | None:
    return min((clock.due_at for clock in started if clock.due_at), default=None)


def advance(case: Application) -> None:
    """Hand the case to the next stage when every step of this one has its opinion.

    The caller holds the case's lock: of two last opinions at once, exactly one sees itself last.
    """
    route = _route.first(case.pk)
    assert route is not None, "a case before its departments has its route"
    done = {task.step_id for task in _consented.all(case.pk) if task.stage == route.stage}
    steps = case.open_steps()
    if any(step.stage == route.stage and step.pk not in done for step in steps):
        return
    later = [stage for stage in _stages(steps) if stage > route.stage]
    if not later:
        return
    route.stage = later[0]
    update_all([route], ["stage"])
    record(
        "routing.stage_opened",
        subject=case,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"stage": route.stage},
    )
    _open_stage(case, steps, route.stage)


_route: Prepared[CaseRoute] = Prepared(lambda case_id: CaseRoute.objects.filter(case_id=case_id), UUID)
_consented: Prepared[Task] = Prepared(
    lambda case_id: (
        Task.objects.filter(case_id=case_id, state__in=CONSENTED).only("step", "stage").order_by()
    ),
    UUID,
)


@transaction.atomic
def close_ended(case_id: UUID | str) -> int:
    """Cancel the live tasks of a case that was withdrawn or terminated. Running it twice changes nothing."""
    case = Application.objects.locked(case_id)
    if case.state not in (State.WITHDRAWN, State.TERMINATED):
        return 0
    cancel_procedures(case)
    end_text(case, TextState.TAKEN_BACK, reason=case.get_state_display())
    tasks = list(Task.objects.select_for_update(of=("self",)).filter(case=case, state__in=PENDING))
    for task in tasks:
        stop_clocks(task, reason=case.get_state_display())
        before = task.state
        task.cancel()
        task.finished_at, task.due_at = now(), None
        task.save()
        record(
            "routing.task_cancelled",
            subject=task,
            case_id=case.pk,
            jurisdiction=case.jurisdiction_id,
            from_state=before,
            to_state=task.state,
            reason=case.get_state_display(),
        )
    return len(tasks)


def end_text(case: Application, state: TextState, *, reason: str = "") -> DecisionText | None:
    """End the round of a decision text through the co-signing organs, if one is under way."""
    text = case.decision_texts.select_for_update().filter(state=TextState.CIRCULATING).first()
    if text is not None:
        text.state, text.ended_at, text.end_reason = state, now(), reason
        text.save(update_fields=["state", "ended_at", "end_reason"])
    return text


def stop_clocks(task: Task, reason: str) -> None:
    """Cancel whatever still runs on a task."""
    for kind in (Kind.TASK_RECEIPT, Kind.TASK_OPINION):
        clocks.cancel(task, kind, reason=reason)


def ended_with_live_tasks():
    """Ids of withdrawn or terminated cases that still have live tasks (a lost nudge)."""
    ended = Q(state__in=[State.WITHDRAWN, State.TERMINATED])
    return Application.objects.filter(ended, tasks__state__in=PENDING).distinct().values_list("pk", flat=True)


def _stages(steps: Iterable[Step]) -> list[int]:
    """The stages that follow by themselves; a decision text is sent to its co-signers by who decides."""
    return sorted({step.stage for step in steps if not step.countersigns})

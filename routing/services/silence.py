"""缺席、超时默认 (S0 §18): when a consulted department says nothing in time.

Silence stands for a department's opinion only, never for the decision. The responsibility stays with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall import trays
from hall.actors import SYSTEM
from hall.clocks.models import Clock
from hall.errors import WrongState
from hall.now import now
from hall.organisation.models import Jurisdiction
from hall.prepared import Prepared
from hall.trail.services import record
from hall.transactions import insert_all, update_all

from ..choices import ReportState
from ..models import EvidencePack, SpecialReport, Task
from .dispatching import advance, stop_clocks
from .dues import refresh_due
from .evidence import digest, gather
from .guards import lock, must_be_live


def may_fall_silent(case: Application, task: Task) -> bool:
    """Does the published step allow it, is the place's switch on, and has nothing been reported?

    Kinds of matters that no promise may stand for know no silence either (国办发〔2020〕42号).
    """
    return (
        task.may_be_silent
        and not task.decides
        and not case.version.exclusions
        and _switched_on(case.jurisdiction)
        and not has_open_report(task)
    )


def has_open_report(task: Task) -> bool:
    """Does a supervisor still have to answer the department's special circumstances (报备)?"""
    return _open_report.first(task.pk) is not None


_open_report: Prepared[SpecialReport] = Prepared(
    lambda task_id: SpecialReport.objects.filter(task_id=task_id, state=ReportState.OPEN).only("pk"), UUID
)


def _switched_on(place: Jurisdiction) -> bool:
    """The place's switch as it stands at this moment, held to the end of the transaction.

    The kill switch takes the same row: once it has said that silence is stopped, none is on its way any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT settings -> 'silent_consent' FROM organisation_jurisdiction WHERE id = %s FOR SHARE",
            [place.pk],
        )
        found = cursor.fetchone()
    return found is not None and found[0] in (True, "true")


@transaction.atomic
def deem_consented(
    task_id: UUID | str, *, ground: str, clock: Clock, more: Mapping[str, Any] | None = None
) -> EvidencePack:
    """Let the system answer for a silent department, with its evidence, and let the case go on.

    `more` joins the evidence: what besides the clock proves the silence (who came to a joint session).

    Raises WrongState if silence is not allowed here (any more).
    """
    case, task = lock(task_id)
    if not may_fall_silent(case, task):
        raise WrongState(_("这项任务不能默认同意"))
    return take_as_consent(case, task, ground=ground, clock=clock, more=more)


def take_as_consent(
    case: Application, task: Task, *, ground: str, clock: Clock, more: Mapping[str, Any] | None = None
) -> EvidencePack:
    """As `deem_consented`, for a caller that holds both locks and has asked `may_fall_silent` under them.

    Raises WrongState if the task or its case is over.
    """
    must_be_live(task)
    evidence = {**gather(case, task, ground, clock), **(more or {})}
    pack = EvidencePack(task=task, ground=ground, data=evidence, sha256=digest(evidence), made_at=now())
    insert_all([pack])
    stop_clocks(task, reason=_("默认同意"))
    before = task.state
    task.fall_silent()
    task.finished_at, task.due_at = now(), None
    update_all([task], ["state", "finished_at", "due_at"])
    record(
        "routing.deemed_consented",
        subject=task,
        by=SYSTEM,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        from_state=before,
        to_state=task.state,
        reason=task.step.silent_basis,
        data={"department": task.department.name, "ground": ground, "evidence": pack.sha256},
    )
    advance(case)
    trays.nudge("certificates.prove_silences")
    return pack


@transaction.atomic
def mark_overdue(task_id: UUID | str, *, clock: Clock) -> None:
    """The limit is over and silence is no answer here: the task stays, supervision reads the event."""
    case, task = lock(task_id)
    refresh_due(task)
    if task.due_at is None:
        task.due_at = clock.due_at  # an overdue task stays at the top of the queue
        task.save(update_fields=["due_at"])
    record(
        "routing.task_overdue",
        subject=task,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"department": task.department.name, "clock": clock.kind},
    )

"""Supervised catch-up: after an outage or a backlog no crowd of departments falls silent unseen (DESIGN §3).

An ordinary day's silences fire by themselves, however many. But where an outage moved the end of a limit, or
the sweep comes late, more than the place allows at once are held until a supervisor has looked at them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from hall.clocks import engine
from hall.clocks import queries as clock_queries
from hall.clocks.choices import Ends, Ground
from hall.clocks.models import Clock, Outage
from hall.clocks.registry import Held
from hall.errors import Incomplete, Invalid, WrongState, require
from hall.notices.services import notify
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.organisation.queries import holders
from hall.prepared import Prepared
from hall.trail.services import record
from hall.transactions import insert_new
from hall.trays import nudge

from ..choices import LIVE, HeldCause, HeldVerdict, ReportState
from ..models import HeldSilence, SilenceBatch, Task
from .dues import refresh_due
from .guards import lock
from .more_time import WHILE_LIVE, lengthen
from .reports import MOST_DAYS

LATE = dt.timedelta(minutes=15)  # the sweep goes round every few seconds; what waited longer piled up
_RETRY = dt.timedelta(hours=1)
_CHUNK = 200


def may_pass(case: Application, task: Task, clock: Clock, ground: str) -> bool:
    """May this silence be acted upon now? False where a supervisor has said that it is none.

    Raises Held while a supervisor has not looked yet.
    """
    known = _last_held.first(task.pk)
    if known is not None and known.verdict != HeldVerdict.WAITING:
        return known.verdict != HeldVerdict.REFUSED
    if known is None:
        cause = cause_of(clock)
        if cause is None or not (_batch_waits(case.jurisdiction) or _too_many(task, case.jurisdiction)):
            return True
        note = partial(_hold, case, task, clock, ground, cause)
    else:
        note = None
    raise Held(_("同时默认的件数过多，等督查员处理"), _RETRY, note)


_last_held: Prepared[HeldSilence] = Prepared(
    lambda task_id: HeldSilence.objects.filter(task_id=task_id).order_by("-pk")[:1], UUID
)


def cause_of(clock: Clock) -> HeldCause | None:
    """Why this clock fires otherwise than on an ordinary day; None if it does not."""
    if clock.due_at is not None and now() - clock.due_at > LATE:
        return HeldCause.BACKLOG
    return HeldCause.OUTAGE if outage_that_moved(clock) else None


def outage_that_moved(clock: Clock) -> Outage | None:
    """The last of our own outages, if without them the clock would have ended earlier."""
    credited = [pause for pause in clock.pauses.all() if pause.ground == Ground.OUTAGE]
    if not credited:
        return None
    pauses = [pause for pause in clock_queries.pauses_of(clock) if not pause.outage]
    calendar = clock_queries.calendar_of(clock)
    due = engine.due(clock.started_at, clock.limit, calendar, pauses, Ends(clock.ends))
    return credited[-1].outage if due.at != clock.due_at else None


@transaction.atomic
def answer_held(
    batch_id: int,
    held_ids: Collection[int],
    *,
    verdict: str,
    reason: str,
    by: Officer,
    days: int | None = None,
) -> int:
    """A supervisor's word on silences that were held back: release, more time, or no silence. One act.

    Released ones fire at the next sweep, once each; of refused ones the task stays with its department and is
    overdue. Those that a department has dealt with meanwhile are passed over. Returns how many were answered.

    Raises NotAllowed for others than supervisors of the place, Incomplete without a reason or a choice.
    """
    batch = SilenceBatch.objects.select_for_update(of=("self",), no_key=True).filter(pk=batch_id).first()
    if batch is None:
        raise WrongState(_("没有这个批次"))
    post = require(
        by.post_for(Role.SUPERVISOR, jurisdiction=batch.jurisdiction_id), _("只有督查员可以处理待放行的默认")
    )
    by = by.acting_as(post)
    _check(held_ids, verdict, reason, days)
    wanted = HeldSilence.objects.filter(batch=batch, pk__in=held_ids, verdict=HeldVerdict.WAITING)
    answered = [
        row.task_id
        for row in wanted.select_related("clock").order_by("task__case_id", "task_id")
        if _answer(row, verdict, reason.strip(), days, by)
    ]
    if not batch.held.filter(verdict=HeldVerdict.WAITING).exists():
        batch.closed_at = now()
        batch.save(update_fields=["closed_at"])
    record(
        "routing.silence_batch_answered",
        subject=batch,
        by=by,
        jurisdiction=batch.jurisdiction_id,
        reason=reason,
        data={"verdict": verdict, "days": days, "n": len(answered), "tasks": [str(pk) for pk in answered]},
    )
    nudge("clocks.sweep")
    return len(answered)


# -- Parts ----------------------------------------------------------------------------------------------


def _check(held_ids: Collection[int], verdict: str, reason: str, days: int | None) -> None:
    if verdict not in (HeldVerdict.RELEASED, HeldVerdict.EXTENDED, HeldVerdict.REFUSED):
        raise Invalid(_("请选择怎样处理"))
    if not held_ids:
        raise Incomplete(_("请至少选择一件"))
    if not reason.strip():
        raise Incomplete(_("请写明理由"), fields={"reason": [_("请写明理由")]})
    if verdict == HeldVerdict.EXTENDED and not (days and 1 <= days <= MOST_DAYS):
        raise Invalid(_("请写明延长几个工作日"), fields={"days": [_("请写1到10之间的数")]})


def _answer(row: HeldSilence, verdict: str, reason: str, days: int | None, by: Officer) -> bool:
    """Write the verdict on one of them, under the locks of its case and task. False if it is too late."""
    case, task = lock(row.task_id)
    row.answered_by_id, row.answered_at = by.user_id, now()
    if task.state not in LIVE:
        row.verdict = HeldVerdict.OVERTAKEN
        row.save()
        return False
    row.verdict, row.reason = verdict, reason[:300]
    if verdict == HeldVerdict.EXTENDED and days:
        row.days = days
        for clock in _over(task):
            lengthen(clock, days, since=row.due_at, ground=Ground.SUPERVISED, reason=reason[:300], by=by)
        refresh_due(task)
    row.save()
    Clock.objects.filter(pk__in=[clock.pk for clock in _over(task)]).update(retry_at=None, last_error="")
    record(
        f"routing.silence_{verdict}",
        subject=task,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        reason=reason,
        data={"department": task.department.name, "days": days},
    )
    return True


def _over(task: Task) -> list[Clock]:
    """The task's clocks that have run out and wait."""
    found = [clock_queries.running(task, kind) for kind in WHILE_LIVE]
    return [clock for clock in found if clock is not None and clock.is_over(now())]


def _batch_waits(place: Jurisdiction) -> bool:
    """Does a supervisor of the place still have some to look at? Then the late ones join them."""
    waiting = HeldSilence.objects.filter(
        batch__jurisdiction=place, verdict=HeldVerdict.WAITING, task__state__in=LIVE
    )
    return waiting.exists()


def _too_many(task: Task, place: Jurisdiction) -> bool:
    """Would more than the place allows fall silent at once, and not by the ordinary course of a day?"""
    most = place.policies.silent_consent_batch
    tasks = {task.pk}  # its own clock is expiring and runs no more
    for task_id in _catching_up(place):
        tasks.add(task_id)
        if len(tasks) > most:
            return True
    return len(tasks) > most


def _catching_up(place: Jurisdiction) -> Iterator[UUID]:
    """Tasks of the place that are due now, would fall silent, and are late or moved by an outage."""
    due = clock_queries.due_now().filter(jurisdiction=place, kind__in=WHILE_LIVE)
    due = due.select_related("jurisdiction", "hall").prefetch_related("pauses__outage")
    rows = due.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(rows, _CHUNK)):
        yield from _silent_among(chunk)


def _silent_among(clocks: Collection[Clock]) -> Iterator[UUID]:
    ids = {UUID(clock.subject_id) for clock in clocks}
    silent = set(
        Task.objects.filter(
            pk__in=ids,
            state__in=LIVE,
            step__silent_consent=True,
            step__department=F("department"),
            decides=False,
        )
        .exclude(reports__state=ReportState.OPEN)
        .exclude(held_silences__isnull=False)
        .values_list("pk", flat=True)
    )
    for clock in clocks:
        if UUID(clock.subject_id) in silent and cause_of(clock):
            yield UUID(clock.subject_id)


def _hold(case: Application, task: Task, clock: Clock, ground: str, cause: HeldCause) -> None:
    """Put the task on the supervisors' list; the first of a batch calls them."""
    batch = _open_batch(case.jurisdiction, clock, cause)
    assert clock.due_at is not None, "a clock that fires is not paused"
    row = HeldSilence(batch=batch, task=task, clock=clock, ground=ground, due_at=clock.due_at, held_at=now())
    if not insert_new(row):
        return
    record(
        "routing.silence_held",
        subject=task,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"department": task.department.name, "cause": cause, "due": clock.due_at},
    )


def _open_batch(place: Jurisdiction, clock: Clock, cause: HeldCause) -> SilenceBatch:
    open_one = SilenceBatch.objects.filter(jurisdiction=place, closed_at=None).first()
    if open_one is not None:
        if _batch_waits(place):
            return open_one
        open_one.closed_at = now()  # departments have dealt with all of it
        open_one.save(update_fields=["closed_at"])
    most = place.policies.silent_consent_batch
    outage = outage_that_moved(clock) or _outage_before(clock)
    batch = SilenceBatch(jurisdiction=place, cause=cause, outage=outage, most=most, opened_at=now())
    if not insert_new(batch):
        return SilenceBatch.objects.get(jurisdiction=place, closed_at=None)
    data: dict[str, Any] = {"cause": cause, "most": most, "outage": outage.pk if outage else None}
    record("routing.silence_batch_opened", subject=batch, jurisdiction=place, data=data)
    for user in holders(Role.SUPERVISOR, jurisdiction=place):
        notify(
            user=user,
            subject=_("有一批到期的意见等您处理"),
            body=_("%(cause)s，同时要默认同意的超过%(most)s件，已全部暂缓，等您逐件看过以后处理。")
            % {"cause": cause.label, "most": most},
            link=reverse("routing:silences"),
            once_key=f"silence-batch:{batch.pk}:{user.pk}",
        )
    return batch


def _outage_before(clock: Clock) -> Outage | None:
    """The outage in which a backlog arose, if there was one since the clock began."""
    return Outage.objects.filter(ends_at__gte=clock.started_at).order_by("-ends_at").first()

"""What happens when a clock on a task expires or nears its end."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM
from hall.clocks.choices import Kind
from hall.clocks.models import Clock, ClockWarning
from hall.clocks.registry import Held, on_expiry, on_moved, on_warning

from . import services, session_clocks  # noqa: F401 registers itself
from .choices import LIVE, ProcedureState, SilenceGround
from .models import Procedure
from .services.catch_up import may_pass
from .services.dues import refresh_due
from .services.guards import lock
from .services.reports import pause_over
from .services.silence import has_open_report, may_fall_silent, take_as_consent
from .services.warning import warn


@on_expiry(Kind.TASK_RECEIPT)
def receipt_overdue(clock: Clock) -> None:
    """Not signed for in time: deemed consent where the route allows it (S0 §18(a)), else overdue."""
    _expire(clock, SilenceGround.NOT_RECEIVED)


@on_expiry(Kind.TASK_OPINION)
def opinion_overdue(clock: Clock) -> None:
    """No signed opinion in time: deemed consent where the route allows it (S0 §18(c)), else overdue."""
    _expire(clock, SilenceGround.NO_OPINION)


def _expire(clock: Clock, ground: SilenceGround) -> None:
    case, task = lock(clock.subject_id)
    if task.state not in LIVE:
        return
    if has_open_report(task):
        raise Held(_("特殊情况报备等待答复"))
    if may_fall_silent(case, task) and may_pass(case, task, clock, ground):
        take_as_consent(case, task, ground=ground, clock=clock)
    else:
        services.mark_overdue(task.pk, clock=clock)


@on_expiry(Kind.REPORT_PAUSE)
def pause_granted_is_over(clock: Clock) -> None:
    """The special circumstances were granted up to this day: the task's clocks go on."""
    pause_over(clock)


@on_moved(Kind.TASK_RECEIPT)
@on_moved(Kind.TASK_OPINION)
@transaction.atomic
def due_moved(clock: Clock) -> None:
    """A pause, an outage or the calendar moved the date: the queue sorts by the new one."""
    _case, task = lock(clock.subject_id)
    if task.state in LIVE:
        refresh_due(task)


@on_expiry(Kind.HEARING_REQUEST)
def nobody_asked(clock: Clock) -> None:
    """Five days are over and nobody asked for the hearing (行政许可法 Art. 47): the case goes on."""
    procedure = Procedure.objects.get(pk=clock.subject_id)
    if procedure.state == ProcedureState.RUNNING:
        services.waive_hearing(procedure.pk, by=SYSTEM)


@on_warning(Kind.TASK_RECEIPT)
@on_warning(Kind.TASK_OPINION)
def silence_nears(clock: Clock, warning: ClockWarning) -> None:
    """Warn the reviewer first, then the head as well, then the supervisor as well (DESIGN §3)."""
    warn(clock, warning)

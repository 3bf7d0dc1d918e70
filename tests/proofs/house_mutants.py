"""The house made wrong on purpose. Each must be caught by the state machine (`house`)."""

from __future__ import annotations

from contextlib import ExitStack

from applications.querysets import ApplicationQuerySet
from applications.services import ending, filling, progress
from certificates.services import preparing, seals
from hall.clocks import sweep
from hall.numbers import services as numbers
from routing.services import consolidating, dispatching, guards, handling, silence

from . import house
from .mutants import Mutant, wrong

# Where two guards stand one behind the other, both are taken away.
MUTANTS = [
    (
        Mutant(
            "the case goes on while a department has not spoken",
            dispatching.advance,
            "any(step.stage == route.stage and step.pk not in done for step in steps)",
            "False",
        ),
        Mutant(
            "and is decided so",
            consolidating.must_have_all_opinions,
            "owes_opinion(case, task)",
            "False",
        ),
    ),
    (
        Mutant(
            "a finished task's clock runs on",
            handling.finish,
            "clocks.meet(task, Kind.TASK_OPINION)",
            "str(task)",
        ),
    ),
    (
        Mutant(
            "who received it may review it",
            guards.as_reviewer,
            "case.received_by_id != by.user_id",
            "True",
        ),
    ),
    (Mutant("a task that is over can be worked on", guards.must_be_live, "task.state not in LIVE", "False"),),
    (
        Mutant(
            "papers are made while a supplement is owed",
            preparing.prepare,
            "case.owes",
            "False",
        ),
        Mutant(
            "and laid ready",
            progress.mark_ready,
            "case.owes",
            "False",
        ),
    ),
    (
        Mutant(
            "clocks outlive their case",
            ending.end,
            "clocks.cancel_case(case.pk, case.end_reason, by=by)",
            "str(by)",
        ),
    ),
    (
        Mutant(
            "a clock fires that another of its batch has ended",
            sweep._expire,
            "not _is_as_read(clock)",
            "False",
        ),
    ),
    (
        Mutant(
            "clocks fire before an outage is credited",
            sweep.run,
            "not outages.credit_pending()",
            "False",
        ),
    ),
    (
        Mutant(
            "silence stops no clock",
            silence.take_as_consent,
            'stop_clocks(task, reason=_("默认同意"))',
            "str()",
        ),
    ),
    (
        Mutant(
            "tasks of an ended case stay open",
            dispatching.close_ended,
            "not in (State.WITHDRAWN, State.TERMINATED)",
            "not in (State.WITHDRAWN,)",
        ),
    ),
    (
        Mutant(
            "a return to the front is no change of state in the journal",
            handling.return_to_front,
            ", states=(before, task.state)",
            "",
        ),
    ),
    (
        Mutant(
            "a clerk sees the cases of every hall",
            ApplicationQuerySet.visible_to,
            "Q(hall__in=halls)",
            "Q(hall__isnull=False)",
        ),
    ),
    (
        Mutant(
            "a suspended matter is taken in",
            filling.require_in_force,
            "version_in_force.first(version.pk, now()) is None",
            "False",
        ),
    ),
    (Mutant("case numbers begin with two", numbers.case_number, "{serial:04d}", "{serial + 1:04d}"),),
    (
        Mutant(
            "papers bear a seal that is out of use",
            seals.choose_seal,
            "str(SealState.IN_USE)",
            "str(SealState.STOPPED)",
        ),
    ),
]


def caught_after(mutant: tuple[Mutant, ...], seed: int, most: int) -> int | None:
    """How many steps it took to catch the mutant in the founded town; None if `most` examples did not."""
    house.forget()
    with ExitStack() as stack:
        for part in mutant:
            stack.enter_context(wrong(part))
        try:
            house.run(seed, most, 80)
        except Exception:  # a broken invariant, or a verb that failed instead of refusing
            return house.House.steps
    return None

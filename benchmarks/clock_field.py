"""A field of running clocks: some due on real tasks of real cases, many more far from their end.

Made by SQL in seconds, in the shape that the verbs give: a case under review with its route, two consulted
departments, the promised and the statutory limit beside the limits of the tasks, and warnings.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Model

from applications import services as cases
from applications.models import Application
from benchmarks import ground
from hall.calendars.queries import calendar_for
from hall.clocks import engine
from hall.clocks.choices import Ends, Kind
from hall.clocks.limits import Limit
from hall.clocks.models import Clock, ClockWarning, MovedClock
from hall.now import real_now
from hall.organisation.choices import Role
from hall.trail.models import ChainHead
from routing import services as routing
from routing.models import CaseRoute, Task
from tests import traits

_CLOCKS_A_CASE = 4  # promised, statutory, two opinions; of which one is due
_CASE = "md5('case' || n)::uuid"


@dataclass(frozen=True)
class Field:
    """What is copied: one case under review, as the verbs have left it."""

    case: Application
    silent: Task  # whose limit is over
    other: Task  # still in time

    @classmethod
    def found(cls) -> Field:
        county = ground.found("clocks")
        place = county.place
        # As many as there are: nothing waits here for a supervisor's word.
        place.settings = {**place.settings, "silent_consent_batch": 10_000_000}
        place.save()
        for department in place.departments.all():
            for role in (Role.REVIEWER, Role.HEAD):
                traits.make_officer(place, role, department=department)
        traits.make_officer(place, Role.SUPERVISOR)
        clerk = county.clerk(1)
        case = county.case(clerk)
        cases.accept(case.pk, by=clerk)
        routing.dispatch(case.pk)
        tasks = Task.objects.filter(case=case, stage=1).select_related("step", "department")
        for task in tasks:
            reviewer = traits.make_officer(place, Role.REVIEWER, department=task.department)
            routing.sign_for(task.pk, by=reviewer)
        silent, other = tasks.order_by("-step__silent_consent")
        return cls(Application.objects.get(pk=case.pk), silent, other)

    def sow(self, running: int, due: int, first: int = 1) -> None:
        """`running` clocks in all, `due` of them due. Cases are numbered from `first`."""
        self._cases(first, first + due - 1)
        rest = running - due * _CLOCKS_A_CASE
        if rest > 0:
            self._far(rest)
        with connection.cursor() as cursor:
            for model in (Application, Task, Clock, ClockWarning, CaseRoute, ChainHead):
                cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")

    def open_now(self) -> None:
        """Let it be a minute past the close of office at which the due ones have ended: an ordinary evening.

        What is found much later has piled up, and a supervisor must look at it first.
        """
        _start, over = self._days()
        present = over + dt.timedelta(minutes=1)
        MovedClock.objects.update_or_create(defaults={"offset": present - real_now(), "moved_at": real_now()})

    def _days(self) -> tuple[dt.datetime, dt.datetime]:
        """When the due limits began, and when they end: at the close of office of the next working day."""
        calendar = calendar_for(self.case.jurisdiction)
        last = calendar.table.next_working_day(calendar.local_date(real_now()))
        limit = Limit(self.silent.step.limit_value)
        start = calendar.opening(calendar.table.add_working_days(last, -limit.value))
        due = engine.due(start, limit, calendar, (), Ends.CLOSE_OF_OFFICE)
        assert due.at == calendar.close_of_office(last)
        return start, due.at

    def _cases(self, first: int, last: int) -> None:
        """Cases with everything that firing touches. In every second one the other department has spoken."""
        start, over = self._days()
        span = {"first": first, "last": last}
        number = "'B' || lpad(n::text, 9, '0')"
        copy(self.case, span, id=_CASE, number=number, idempotency_key="NULL", state="'reviewing'")
        copy(self.case.route, span, id=None, case_id=_CASE)
        copy(ChainHead.objects.get(chain=str(self.case.pk)), span, chain=f"({_CASE})::text")
        spoken = "CASE WHEN n %% 2 = 0 THEN 'done' ELSE 'received' END"
        finished = "CASE WHEN n %% 2 = 0 THEN now() END"
        silent, other = "md5('silent' || n)::uuid", "md5('other' || n)::uuid"
        over_at = f"'{over.isoformat()}'::timestamptz"
        copy(self.silent, span, id=silent, case_id=_CASE, due_at=over_at)
        copy(self.other, span, id=other, case_id=_CASE, state=spoken, finished_at=finished)
        opinion = Clock.objects.get(subject_id=str(self.silent.pk), kind=Kind.TASK_OPINION)
        began = f"'{start.isoformat()}'::timestamptz"
        before = last_clock()
        mine = {"id": None, "case_id": _CASE}
        copy(opinion, span, **mine, subject_id=f"({silent})::text", started_at=began, due_at=over_at)
        # Two of three warnings were sent; the last one is still owed when the clock fires.
        warn(1, before)
        beside = Clock.objects.get(subject_id=str(self.other.pk), kind=Kind.TASK_OPINION)
        copy(beside, span, **mine, subject_id=f"({other})::text", due_at=_FAR)
        for kind in (Kind.PROMISED, Kind.STATUTORY):
            own = Clock.objects.get(subject_id=str(self.case.pk), kind=kind)
            copy(own, span, **mine, subject_id=f"({_CASE})::text", due_at=_FAR)

    def _far(self, count: int) -> None:
        """Clocks of other cases, with their warnings, that end in the months to come."""
        opinion = Clock.objects.get(subject_id=str(self.other.pk), kind=Kind.TASK_OPINION)
        before = last_clock()
        span = {"first": before + 1, "last": before + count}
        copy(opinion, span, id=None, case_id="md5('far' || n)::uuid", subject_id="'far' || n", due_at=_FAR)
        warn(3, before)


_FAR = "now() + interval '90 days' + n * interval '1 second'"


def copy(row: Model, span: dict[str, int], **values: str | None) -> None:
    """Copies of `row` numbered n over `span`; `values` are SQL by column, None leaves it to the database."""
    table = row._meta.db_table
    columns = [str(field.column) for field in row._meta.concrete_fields]
    columns = [column for column in columns if values.get(column, "") is not None]
    chosen = ", ".join(values.get(column) or f"old.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen}"
            f" FROM {table} AS old, generate_series(%(first)s, %(last)s) AS n"
            f" WHERE old.{row._meta.pk.column} = %(row)s ORDER BY n",
            {**span, "row": row.pk},
        )


def warn(sent_above: int, before: int) -> None:
    """Three warnings for every clock after key `before`; those of more than `sent_above` days are sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clocks_clockwarning (clock_id, step, unit, fires_at, sent_at)"
            " SELECT id, step, 'working_day', due_at - step * interval '1 day',"
            "  CASE WHEN step > %s THEN due_at - step * interval '1 day' END"
            " FROM clocks_clock, generate_series(1, 3) AS step WHERE id > %s",
            [sent_above, before],
        )


def last_clock() -> int:
    """The highest key of a clock."""
    return Clock.objects.aggregate(last=Max("pk"))["last"] or 0

"""The invariants of DESIGN §5, each one function by its number: what of it is broken in a small world now.

A `Look` is taken after each step: what the tables say, and the events that are new since the last look. The
functions answer with faults in words; nothing means that the invariant holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.db import connection, models

from applications.choices import DeferralState, State
from applications.models import Application, CaseMaterial, Deferral
from certificates.choices import SealState
from certificates.models import Certificate, Delivery, Paper, Seal
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock, ClockPause, Outage
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.trail.models import ChainHead, Event
from hall.trail.services import link, name_of
from matters.models import Step
from routing.choices import CONSENTED, LIVE, PENDING, SET_ASIDE, ProcedureState, TaskState
from routing.models import (
    CaseRoute,
    Decision,
    Extension,
    HandOver,
    Hearing,
    Opinion,
    Procedure,
    SpecialReport,
    Task,
)
from tests.hall.clocks.slow_model import slow_answer

from .replay import Replay
from .town import Town

OVER = (State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED)
DECIDED = (State.DECIDED, State.READY, State.DELIVERED, State.ARCHIVED)
ENDED_TASK = {*CONSENTED, *SET_ASIDE}
T = TypeVar("T", bound=models.Model)
_DOCUMENT = re.compile(r"^(?P<prefix>.+)〔(?P<year>\d{4})〕(?P<serial>\d+)号$")


# One number for each table: where its rows lie and which transactions wrote them. Any change of a row shows.
_TABLES = (
    *(Application, CaseMaterial, Deferral, Task, CaseRoute, Opinion, Decision, SpecialReport, HandOver),
    *(Procedure, Hearing, Extension, Clock, ClockPause, Outage, Paper, Certificate, Delivery, Seal),
)
_MARK = "SELECT {}, count(*), sum(hashtextextended(ctid::text || ' ' || xmin::text, 0)) FROM {}"
_MARKS = " UNION ALL ".join(
    [_MARK.format(n, model._meta.db_table) for n, model in enumerate(_TABLES)]
    + [f"SELECT -1, max(id), 0 FROM {Event._meta.db_table}"]
)


class Look:
    """The world at one moment, with what must be remembered between two looks."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.first = self.last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.links = {head.chain: (head.seq, head.hash) for head in ChainHead.objects.all()}
        self.told: dict[tuple[str, str], str] = {}  # the state of each thing by its events
        self.pinned: dict[Any, int] = {}
        self.known: dict[Any, Any] = {}
        self.replay = Replay(self._answer).read(Event.objects.filter(what="calendar_changed").order_by("pk"))
        self.steps = {step.pk: step for step in Step.objects.all()}
        self.suspended: list[tuple[int, dt.datetime, dt.datetime | None]] = []
        self.unswept = False  # a case has ended and the porter has not come by
        self.marks: list[Any] = []
        self.seen: dict[tuple[str, str], int] = {}
        self.eight: Any = None
        self.take()

    def take(self) -> bool:
        """Look again. False if no row is another than at the last look."""
        with connection.cursor() as cursor:
            cursor.execute(_MARKS)
            marks = cursor.fetchall()
        if marks == self.marks:
            return False
        self.marks = marks
        self.events = list(Event.objects.filter(pk__gt=self.last).order_by("pk"))
        self.last = self.events[-1].pk if self.events else self.last
        for event in self.events:
            self.seen.setdefault((event.subject_type, event.subject_id), len(self.seen))
        cases = Application.objects.defer("form_data", "contact_phone").select_related("person")
        self.cases = {case.pk: case for case in self._in_order(cases)}
        self.tasks = {task.pk: task for task in self._in_order(Task.objects.all())}
        self.clocks = list(Clock.objects.all())
        self.deferrals = list(Deferral.objects.all())
        if self.events or not hasattr(self, "decisions"):
            self.opinions = list(Opinion.objects.all())
            self.decisions = list(Decision.objects.all())
            self.routes = {route.case_id: route for route in CaseRoute.objects.all()}
            self.procedures = {str(each.pk): each for each in self._in_order(Procedure.objects.all())}
            self.papers = list(Paper.objects.values_list("number", flat=True))
        return True

    def _in_order(self, rows: Iterable[T]) -> list[T]:
        """Case by case, as the journal first told of them: the same seed must give the same run.

        Keys are chance, and so is which of two cases a porter takes first that were accepted at one moment.
        """

        def place(row: T) -> tuple[int, int]:
            case = Application._meta.label_lower, str(getattr(row, "case_id", row.pk))
            return self.seen[case], self.seen[name_of(row)]

        return sorted(rows, key=place)

    def _answer(self, *question: Any) -> Any:
        start, value, unit, calendar, spans, ends = question
        key = (start, value, unit, calendar.key(), tuple(spans), ends)
        if key not in self.known:
            self.known[key] = slow_answer(*question)
        return self.known[key]


def one(look: Look) -> Iterator[str]:
    """No case outside a published, in-force version; its version never changes."""
    for case in look.cases.values():
        if look.pinned.setdefault(case.pk, case.version_id) != case.version_id:
            yield f"case {case} has changed its version"
        for version, since, until in look.suspended:
            if (
                case.version_id == version
                and since < case.created_at
                and (until is None or case.created_at < until)
            ):
                yield f"case {case} was opened while its matter was suspended"


def two(look: Look) -> Iterator[str]:
    """Every state change has exactly one event; chains verify."""
    for event in look.events:
        seq, before = look.links.get(event.chain, (0, ""))
        if event.seq != seq + 1 or event.hash != link(before, event):
            yield f"event {event.pk} breaks the chain {event.chain}"
        look.links[event.chain] = (event.seq, event.hash)
        if event.to_state:
            thing = (event.subject_type, event.subject_id)
            told = look.told.get(thing, event.from_state)
            if event.from_state != told:
                yield f"{event.what} says it came from {event.from_state}; it was {told}"
            look.told[thing] = event.to_state
    for kind, rows in (("applications.application", look.cases), ("routing.task", look.tasks)):
        for pk, row in rows.items():
            told = look.told.get((kind, str(pk)), State.DRAFT)
            if told != row.state:
                yield f"{kind} {pk} is {row.state}; the journal says {told}"


def three(look: Look) -> Iterator[str]:
    """A clock expires at most once; paused and outage time never counts; dates replay to the same value."""
    look.replay.read(look.events)
    yield from look.replay.faults
    for clock in look.clocks:
        if clock.pk not in look.replay.clocks:
            yield f"clock {clock.pk} was never told of"
            continue
        told = look.replay.clocks[clock.pk]
        if not clock.due_at == told.told == look.replay.due(clock.pk):
            yield (
                f"clock {clock.pk} ({clock.kind}) is stored as {clock.due_at}, told as {told.told}, "
                f"replayed as {look.replay.due(clock.pk)}"
            )
        if told.running != (clock.state == ClockState.RUNNING):
            yield f"clock {clock.pk} is {clock.state}; the journal says otherwise"
        if clock.state == ClockState.RUNNING and (why := _has_ended(look, clock)):
            yield f"clock {clock.pk} ({clock.kind}) runs on {why}"
        if (clock.state == ClockState.EXPIRED) != bool(clock.fired_at) and not clock.late:
            yield f"clock {clock.pk} is {clock.state} and fired at {clock.fired_at}"
    yield from _silence_in_an_outage(look)


def _has_ended(look: Look, clock: Clock) -> str:
    if clock.subject_type == "routing.task":
        task = next((each for pk, each in look.tasks.items() if str(pk) == clock.subject_id), None)
        return f"a task that is {task.state}" if task is None or task.state in ENDED_TASK else ""
    if clock.subject_type == "routing.procedure":
        ended = look.procedures[clock.subject_id].state != ProcedureState.RUNNING
        return "a procedure that has ended" if ended else ""
    case = look.cases.get(clock.case_id)
    if case and case.state in OVER and not look.unswept:
        return f"a case that is {case.state}"
    wanted = {"acceptance": (State.RECEIVED,), "correction": (State.CORRECTING,),
              "pre_review": (State.SUBMITTED,), "promised": (State.ACCEPTED, State.REVIEWING),
              "statutory": (State.ACCEPTED, State.REVIEWING), "delivery": (State.DECIDED,),
              "archiving": (State.DELIVERED,)}.get(clock.kind)  # fmt: skip
    return f"a case that is {case.state}" if case and wanted and case.state not in wanted else ""


def _silence_in_an_outage(look: Look) -> Iterator[str]:
    silent = [event for event in look.events if event.what == "routing.deemed_consented"]
    for event in silent:
        for outage in Outage.objects.all():
            if outage.starts_at <= event.at < outage.ends_at or outage.credited_at is None:
                yield f"{event.subject_id} fell silent in the outage {outage}"


def four(look: Look) -> Iterator[str]:
    """Who received does not review or decide, but for the delegated 即办件; three administrators."""
    for opinion in look.opinions:
        case = look.cases[look.tasks[opinion.task_id].case_id]
        if opinion.given_by_id == case.received_by_id:
            yield f"who received {case} gave an opinion on it"
    for decision in look.decisions:
        case = look.cases[decision.case_id]
        if decision.decided_by_id == case.received_by_id and not (
            decision.delegated and case.version_id == look.town.versions["instant"].pk
        ):
            yield f"who received {case} decided it"
    for task in look.tasks.values():
        case = look.cases[task.case_id]
        delegated = case.version_id == look.town.versions["instant"].pk and task.state == TaskState.DONE
        holds = case.received_by_id and case.received_by_id in (task.received_by_id, task.assignee_id)
        if holds and not delegated:
            yield f"who received {case} holds a task of it"
    if look.first == look.last or not look.events:
        return
    admins = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    held = Counter(Post.objects.filter(role__in=admins).values_list("user_id", flat=True))
    yield from (f"user {user} is more than one administrator" for user, n in held.items() if n > 1)


def five(look: Look) -> Iterator[str]:
    """No decision while a stage is open; two last opinions at once still give exactly one hand-over."""
    by_case: dict[Any, list[Task]] = defaultdict(list)
    for task in look.tasks.values():
        by_case[task.case_id].append(task)
    for case_id, tasks in by_case.items():
        case, route = look.cases[case_id], look.routes[case_id]
        standing = Counter(task.step_id for task in tasks if task.state not in SET_ASIDE)
        yield from (f"step {step} of {case} stands {n} times" for step, n in standing.items() if n > 1)
        consented = {task.step_id for task in tasks if task.state in CONSENTED}
        of_version = [s for s in look.steps.values() if s.version_id == case.version_id]
        for task in tasks:
            before = {step.pk for step in of_version if step.stage < task.stage}
            if before - consented:
                yield f"stage {task.stage} of {case} was opened before the one before it was over"
            if task.state in LIVE and task.stage != route.stage:
                yield f"{case} stands before stage {route.stage} with a live task in {task.stage}"
            if task.state in PENDING and case.state != State.REVIEWING and not look.unswept:
                yield f"{case} is {case.state} with a live task"
        decided = [each for each in look.decisions if each.case_id == case_id]
        if (case.state in DECIDED) != bool(decided) and case.state != State.TERMINATED:
            yield f"{case} is {case.state} with {len(decided)} decisions"
        if decided and {step.pk for step in of_version} - consented:
            yield f"{case} was decided while a stage was open"
    opened = Counter(
        (event.case_id, event.data["stage"]) for event in look.events if event.what == "routing.stage_opened"
    )
    yield from (
        f"stage {stage} of {case} was opened {n} times" for (case, stage), n in opened.items() if n > 1
    )


def six(look: Look) -> Iterator[str]:
    """Nothing is issued while a supplement is open, with a seal not in use, or twice under one number."""
    issued = {State.READY, State.DELIVERED, State.ARCHIVED}
    for deferral in look.deferrals:
        if deferral.state == DeferralState.OPEN and look.cases[deferral.case_id].state in issued:
            yield f"{look.cases[deferral.case_id]} was issued with a supplement open"
    for event in look.events:
        if event.what == "certificates.paper_registered" and (code := event.data["seal"]):
            seal = Seal.objects.get(code=code, jurisdiction=look.town.place)
            if seal.state != SealState.IN_USE:
                yield f"a paper bears the seal {code}, which is not in use"
        if event.what == "certificates.issued":
            same = Certificate.objects.filter(number=event.data["number"]).count()
            case = look.cases[event.case_id]
            if same != 1 or case.outcome != "granted":
                yield f"certificate {event.data['number']} was issued {same} times, {case.outcome}"


def seven(look: Look) -> Iterator[str]:
    """Numbers are unique under any concurrency and gap-free where the series says so."""
    numbers = Counter(case.number for case in look.cases.values() if case.number)
    yield from (f"case number {number} is there {n} times" for number, n in numbers.items() if n > 1)
    days: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        days[number[:-4]].append(int(number[-4:]))
    series: dict[str, list[int]] = defaultdict(list)
    for number in look.papers:
        if number and (parts := _DOCUMENT.match(number)):
            series[f"{parts['prefix']}{parts['year']}"].append(int(parts["serial"]))
    for name, given in (days | series).items():
        if sorted(given) != list(range(1, len(given) + 1)):
            yield f"series {name} is {sorted(given)}"


def eight(look: Look) -> Iterator[str]:
    """A citizen sees only their own cases; a reviewer their department's; a clerk their halls'."""
    town, cases, tasks = look.town, look.cases, look.tasks
    asked = [(c.pk, c.hall_id, c.person_id, c.state == State.DRAFT) for c in cases.values()], list(tasks)
    if asked == look.eight:
        return  # who sees what hangs on nothing else that changes here
    look.eight = asked
    for user in (town.citizen, town.stranger):
        seen = set(Application.objects.of_account(user).values_list("pk", flat=True))
        own = {pk for pk, case in cases.items() if user.person_id == case.person_id}
        if seen != own:
            yield f"{user} sees {len(seen)} cases, {len(own)} are theirs"
    for name in ("health reviewer", "bureau head"):
        officer = town.officers[name]
        seen = set(Task.objects.visible_to(officer).values_list("pk", flat=True))
        theirs = set(officer.departments())
        if seen != {pk for pk, task in tasks.items() if task.department_id in theirs}:
            yield f"the {name} sees tasks of other departments, or not all of their own"
    for name in ("clerk", "clerk of another hall", "clerk of another place"):
        officer = town.officers[name]
        seen = set(Application.objects.visible_to(officer).values_list("pk", flat=True))
        halls, places = set(officer.halls()), officer.jurisdiction_ids
        theirs = {
            pk for pk, case in cases.items()
            if (case.hall_id in halls or (case.hall_id is None and case.jurisdiction_id in places))
            and not (case.channel == "online" and case.state == State.DRAFT)
        }  # fmt: skip
        if seen != theirs:
            yield f"the {name} sees {len(seen)} cases, {len(theirs)} are of their hall"


def nine(look: Look) -> Iterator[str]:
    """Ratings are never invented and never edited: an event of a rating has a citizen behind it."""
    for event in look.events:
        if "rating" in event.what and not event.what.startswith("clock_") and event.role != "citizen":
            yield f"{event.what} was done by {event.role}"


def ten(look: Look) -> Iterator[str]:
    """Accepting a case needs no broker: there is none in this world, and what acceptance starts is there."""
    for event in look.events:
        if event.what == "applications.accepted":
            kinds = {clock.kind for clock in look.clocks if clock.case_id == event.case_id}
            if not {"promised", "statutory"} <= kinds:
                yield f"case {event.case_id} was accepted without its clocks"


INVARIANTS: dict[int, Callable[[Look], Iterator[str]]] = dict(
    enumerate((one, two, three, four, five, six, seven, eight, nine, ten), start=1)
)

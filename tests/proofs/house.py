"""The house as a state machine: whatever people, porters and time may do next, on a real database.

Hypothesis chooses the steps; each is one rule. After every step the invariants of DESIGN §5 are checked. Who
acts and on what is mostly whoever should, sometimes anybody on anything: a verb may then refuse (`HallError`,
with words, and nothing changed), but never fail. Nobody reaches the broker: every nudge is lost.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any, ClassVar, TypeVar
from unittest import mock

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from applications import services as cases
from applications.choices import DeferralState, State
from applications.models import Application
from certificates import services as certificates
from certificates.models import Seal
from certificates.services.drawing import postponed
from certificates.tasks import archive as archive_porter
from certificates.tasks import prepare as papers_porter
from hall import now
from hall.actors import Actor
from hall.calendars import queries as calendar_queries
from hall.calendars import services as calendars
from hall.calendars.choices import DayKind
from hall.celery import app
from hall.clocks import outages, sweep
from hall.clocks import services as clocks
from hall.clocks.models import Heartbeat
from hall.errors import HallError
from hall.organisation.officers import Officer
from matters.choices import MatterState
from matters.models import Matter
from routing import services as routing
from routing.choices import LIVE, ProcedureState, ReportState, SentHow, TaskState
from routing.models import Consolidation, Extension, Procedure, SpecialReport, Task
from routing.tasks import dispatch as dispatch_porter
from tests import traits

from .invariants import INVARIANTS, Look
from .town import MONDAY, Town, found

MOST_CASES = 3
SIGNATURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
T = TypeVar("T")
choice = st.integers(0, 2**20)


class Broken(AssertionError):
    """An invariant does not hold."""


class House(RuleBasedStateMachine):
    """One town with up to three cases. The town is founded once; what an example does in it is taken back."""

    town: ClassVar[Town]
    tried: ClassVar[Counter[str]] = Counter()
    done: ClassVar[Counter[str]] = Counter()
    reached: ClassVar[Counter[str]] = Counter()
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(_taken_back())
        self.stack.enter_context(postponed())
        self.time = ExitStack()
        self.now = MONDAY
        self._jump(dt.timedelta())
        self.look = Look(self.town)
        self._later: dict[Any, str] = {}

    def teardown(self) -> None:
        self.time.close()
        self.stack.close()
        calendar_queries.forget()

    # -- how a rule acts ----------------------------------------------------------------------------

    def attempt(self, name: str, verb: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Call a verb; what it would do after the commit is done too. None if it refused, with words."""
        House.tried[name] += 1
        waiting = len(connection.run_on_commit)
        try:
            with transaction.atomic():
                result = verb(*given, **named)
        except HallError as error:
            if not str(error.message).strip():
                raise Broken(f"{name} was refused without words") from error
            return None
        House.done[name] += 1
        after, connection.run_on_commit[waiting:] = connection.run_on_commit[waiting:], []
        for _savepoints, call, _robust in after:
            call()
        return result

    def officer(self, rng: Random, *names: str) -> Officer:
        """One of those named; now and then anybody."""
        if rng.random() < 0.08:
            names = tuple(self.town.officers)
        return self.town.officers[rng.choice(names)]

    def case(self, rng: Random, *states: str) -> Application | None:
        found = [case for case in self.look.cases.values() if case.state in states]
        return self._one(rng, found, self.look.cases.values())

    def task(self, rng: Random, *states: str, decides: bool | None = None) -> Task | None:
        found = [
            task for task in self.look.tasks.values()
            if task.state in states and decides in (None, task.decides)
        ]  # fmt: skip
        return self._one(rng, found, self.look.tasks.values())

    def procedure(self, rng: Random, *kinds: str) -> Procedure | None:
        found = [
            each for each in self.look.procedures.values()
            if each.state == ProcedureState.RUNNING and (each.kind == "hearing") == bool(kinds)
        ]  # fmt: skip
        return self._one(rng, found, self.look.procedures.values())

    @staticmethod
    def _one(rng: Random, fitting: Sequence[T], everything: Any) -> T | None:
        if not fitting or rng.random() < 0.06:
            fitting = list(everything)
        return rng.choice(fitting) if fitting else None

    def of_department(self, rng: Random, task: Task, *, head: bool = False) -> Officer:
        """Somebody of the task's department: whoever holds the task, else its reviewer or head."""
        holder = next((o for o in self.town.officers.values() if o.user_id == task.assignee_id), None)
        if holder and rng.random() < 0.9 and not head:
            return holder
        code = next(c for c, d in self.town.departments.items() if d.pk == task.department_id)
        names = (f"{code} head",) if head else (f"{code} reviewer", f"{code} head")
        if rng.random() < 0.05:
            names = ("receiver",)
        return self.officer(rng, *names)

    def clerk_of(self, rng: Random, case: Application) -> Officer:
        held = next((o for o in self.town.officers.values() if o.user_id == case.held_by_id), None)
        return held or self.officer(rng, "clerk", "other clerk", "receiver")

    def applicant(self, case: Application) -> Actor:
        user = self.town.citizen if case.person_id == self.town.citizen.person_id else self.town.stranger
        return traits.acting(user)

    def _jump(self, by: dt.timedelta) -> None:
        self.time.close()
        self.now += by
        self.time.enter_context(now.at(self.now))

    # -- intake -------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.look.cases) < MOST_CASES)
    @rule(n=choice)
    def take_in(self, n: int) -> None:
        rng = Random(n)
        version = self.town.versions[rng.choice(["long", "long", "instant"])]
        missing = rng.choice([(), (), ("m05",), ("m02",), ("m05", "m02")])
        clerk = self.officer(rng, "clerk", "other clerk", "receiver")
        person = self.town.citizen.person if rng.random() < 0.5 else self.town.stranger.person
        if clerk.post_for("clerk"):
            self.attempt("take in", traits.take_in, version, clerk, *missing, subject=person)

    @precondition(lambda self: len(self.look.cases) < MOST_CASES)
    @rule(n=choice)
    def apply_online(self, n: int) -> None:
        rng = Random(n)
        by = traits.acting(rng.choice([self.town.citizen, self.town.stranger]))
        case = self.attempt("apply online", cases.apply_online, version=self.town.versions["long"], by=by)
        if case and rng.random() < 0.9:
            self.attempt(
                "save draft", cases.save_draft, case.pk, data=traits.FORM_DATA, answers={"agent": "no"},
                phone=traits.PHONE, by=by,
            )  # fmt: skip
            self.attempt("submit", cases.submit, case.pk, by=by)

    @precondition(lambda self: self._is(State.SUBMITTED, State.RETURNED, State.DRAFT))
    @rule(n=choice)
    def pre_review(self, n: int) -> None:
        rng = Random(n)
        if (case := self.case(rng, State.SUBMITTED, State.RETURNED)) is None:
            return
        clerk = self.clerk_of(rng, case)
        if case.state == State.RETURNED:
            self.attempt("resubmit", cases.resubmit, case.pk, by=self.applicant(case))
        elif rng.random() < 0.3:
            self.attempt("return", cases.return_to_applicant, case.pk, reason="请补充", by=clerk)
        else:
            self.attempt("receive", cases.receive, case.pk, by=clerk)

    @precondition(lambda self: self._is(State.RECEIVED))
    @rule(n=choice)
    def look_at_materials(self, n: int) -> None:
        rng = Random(n)
        if case := self.case(rng, State.RECEIVED, State.SUBMITTED):
            verdict = rng.choice(["ok", "ok", "ok", "faulty"])
            code = rng.choice(["m01", "m02", "m05"])
            self.attempt(
                "record material", cases.record_material, case.pk, code, verdict=verdict,
                problem="看不清" if verdict == "faulty" else "", by=self.clerk_of(rng, case),
            )  # fmt: skip

    @precondition(lambda self: self._is(State.RECEIVED))
    @rule(n=choice)
    def accept(self, n: int) -> None:
        rng = Random(n)
        if (case := self.case(rng, State.RECEIVED)) is None:
            return
        clerk = self.clerk_of(rng, case)
        wanting = [item.code for item in cases.items_from_verdicts(case) if item.of == "material"]
        if "m02" in wanting or "m01" in wanting:
            for code in set(wanting) - {"m05"}:
                self.attempt("record material", cases.record_material, case.pk, code, verdict="ok", by=clerk)
            wanting = [code for code in wanting if code == "m05"]
        pledges = [cases.Pledge(code, rng.randint(1, 6)) for code in wanting]
        name = "accept with deferral" if pledges else "accept"
        self.attempt(name, cases.accept, case.pk, by=clerk, deferrals=pledges)

    @precondition(lambda self: self._is(State.RECEIVED))
    @rule(n=choice)
    def give_notice(self, n: int) -> None:
        rng = Random(n)
        if case := self.case(rng, State.RECEIVED):
            items = cases.items_from_verdicts(case) or [cases.CorrectionItem("m02", "场所证明", "看不清")]
            again = case.correction_notices.exists()
            by = self.officer(rng, "supervisor") if again else self.clerk_of(rng, case)
            self.attempt(
                "give notice", cases.give_notice, case.pk, items=items, by=by,
                second_reason="材料有新情况" if again else "",
            )  # fmt: skip

    @precondition(lambda self: self._is(State.CORRECTING))
    @rule(n=choice)
    def supplement(self, n: int) -> None:
        rng = Random(n)
        if case := self.case(rng, State.CORRECTING):
            codes = [row.material.code for row in case.materials.select_related("material")]
            wanted = [code for code in codes if code in ("m01", "m02", "m05")]
            entries = [cases.MaterialEntry(code) for code in wanted[: rng.choice([1, 9, 9])]]
            self.attempt(
                "supplement", cases.supplement, case.pk, materials=entries, by=self.clerk_of(rng, case)
            )

    @precondition(lambda self: self._is(State.RECEIVED, State.SUBMITTED, State.CORRECTING))
    @rule(n=choice)
    def refuse_acceptance(self, n: int) -> None:
        rng = Random(n)
        if rng.random() < 0.4 and (case := self.case(rng, State.RECEIVED, State.SUBMITTED)):
            self.attempt(
                "refuse acceptance", cases.refuse_acceptance, case.pk, ground="not_eligible",
                reason="不符合条件", by=self.clerk_of(rng, case),
            )  # fmt: skip

    @precondition(lambda self: self.look.cases)
    @rule(n=choice)
    def end_early(self, n: int) -> None:
        rng = Random(n)
        if rng.random() < 0.85 or not (case := self.case(rng, State.REVIEWING, State.ACCEPTED)):
            return
        if rng.random() < 0.6:
            by = rng.choice([self.clerk_of(rng, case), self.applicant(case)])
            ended = self.attempt("withdraw", cases.withdraw, case.pk, "不办了", by=by)
        else:
            by = self.officer(rng, "supervisor", "manager")
            ended = self.attempt("terminate", cases.terminate, case.pk, "无法继续", by=by)
        self.look.unswept |= ended is not None

    @precondition(lambda self: self._owed())
    @rule(n=choice)
    def supply_deferred(self, n: int) -> None:
        rng = Random(n)
        if case := self.case(rng, State.ACCEPTED, State.REVIEWING, State.DECIDED):
            by = self.clerk_of(rng, case)
            self.attempt("supply deferred", cases.supply_deferred, case.pk, "m05", by=by)

    # -- departments --------------------------------------------------------------------------------

    @precondition(lambda self: self._live())
    @rule(n=choice)
    def sign_for(self, n: int) -> None:
        rng = Random(n)
        if task := self.task(rng, TaskState.OPEN):
            verb = rng.choice([routing.sign_for, routing.claim])
            self.attempt(verb.__name__, verb, task.pk, by=self.of_department(rng, task))

    @precondition(lambda self: self._live())
    @rule(n=choice)
    def hand_over(self, n: int) -> None:
        rng = Random(n)
        if task := self.task(rng, *LIVE):
            to = self.town.users[
                rng.choice(["health reviewer", "health colleague", "bureau head", "receiver"])
            ]
            self.attempt(
                "hand over", routing.hand_over, task.pk, to=to, reason="轮休",
                by=self.of_department(rng, task),
            )  # fmt: skip

    @precondition(lambda self: self._live(decides=False))
    @rule(n=choice)
    def give_opinion(self, n: int) -> None:
        rng = Random(n)
        if task := self.task(rng, *LIVE, decides=False):
            said = rng.choice([
                {"verdict": "agree"},
                {"verdict": "conditions", "conditions": "加装喷淋"},
                {"verdict": "object", "reasons": "不符合规定", "legal_basis": "示范规定第一条"},
            ])  # fmt: skip
            self.attempt(
                "give opinion", routing.give_opinion, task.pk, by=self.of_department(rng, task), **said
            )

    @precondition(lambda self: self._tasks(TaskState.DEEMED))
    @rule(n=choice)
    def object_late(self, n: int) -> None:
        rng = Random(n)
        if task := self.task(rng, TaskState.DEEMED):
            self.attempt(
                "object late", routing.object_late, task.pk, reasons="不符合规定", legal_basis="示范规定",
                by=self.of_department(rng, task),
            )  # fmt: skip

    @precondition(lambda self: self._live() or self._waiting_for_answer())
    @rule(n=choice)
    def send_back_and_forth(self, n: int) -> None:
        rng = Random(n)
        if (waiting := self._waiting_for_answer()) and (task := self._one(rng, waiting, waiting)):
            by = self.officer(rng, "clerk", "other clerk")
            self.attempt("resend", routing.resend, task.pk, note="已说明", by=by)
        elif task := self.task(rng, *LIVE):
            by = self.of_department(rng, task)
            self.attempt("return to front", routing.return_to_front, task.pk, reasons="缺图纸", by=by)

    @precondition(lambda self: self._live() or self._tasks(TaskState.RETURNED))
    @rule(n=choice)
    def think_better_of_it(self, n: int) -> None:
        """What was passed on is opened, or taken back before it is."""
        rng = Random(n)
        passed_on = [
            task for task in self.look.tasks.values()
            if task.state == TaskState.RETURNED
            or (task.state == TaskState.OPEN and task.sent_how != SentHow.ROUTE)
        ]  # fmt: skip
        taken = self._one(rng, passed_on, ()) if rng.random() < 0.6 else None
        if task := taken or self.task(rng, *LIVE):
            by = self.of_department(rng, task)
            verbs: list[Any] = [routing.recall_hand_over, routing.recall_return, routing.recall]
            if rng.random() < 0.3:
                self.attempt("note_reading", routing.note_reading, task.pk, by=by)
                return
            if task.state == TaskState.RETURNED:
                verbs = [routing.recall_return]
            elif task.sent_how != SentHow.ROUTE:
                verbs, by = [routing.recall], self.officer(rng, "clerk", "manager")
            verb = rng.choice(verbs)
            self.attempt(verb.__name__, verb, task.pk, reason="送错了", by=by)

    @precondition(lambda self: self._live(decides=False) or self._tasks(TaskState.DISPUTED))
    @rule(n=choice)
    def dispute(self, n: int) -> None:
        """Whose matter is it?"""
        rng = Random(n)
        departments = list(self.town.departments.values())
        if self._tasks(TaskState.DISPUTED) and (task := self.task(rng, TaskState.DISPUTED)):
            by = self.officer(rng, "manager", "bureau head")
            if rng.random() < 0.5:
                self.attempt("insist", routing.insist, task.pk, reason="依职责", by=by)
            else:
                self.attempt(
                    "reroute", routing.reroute, task.pk, to=rng.choice(departments), reason="依职责", by=by
                )
        elif rng.random() < 0.4 and (task := self.task(rng, *LIVE, decides=False)):
            self.attempt(
                "disclaim", routing.disclaim, task.pk, competent=rng.choice(departments),
                reasons="不归我们管", by=self.of_department(rng, task),
            )  # fmt: skip

    @precondition(lambda self: self._live(decides=False))
    @rule(n=choice)
    def report(self, n: int) -> None:
        rng = Random(n)
        if task := self.task(rng, *LIVE, decides=False):
            self.attempt(
                "file report", routing.file_report, task.pk, reason="专家出差", days=rng.randint(1, 10),
                by=self.of_department(rng, task),
            )  # fmt: skip

    @precondition(lambda self: self._tasks(*LIVE, TaskState.DONE, TaskState.DEEMED))
    @rule(n=choice)
    def answer_report(self, n: int) -> None:
        rng = Random(n)
        for report in SpecialReport.objects.filter(state=ReportState.OPEN).order_by("pk"):
            verb = rng.choice([routing.grant_report, routing.reject_report])
            self.attempt(verb.__name__, verb, report.pk, answer="知悉", by=self.officer(rng, "supervisor"))

    @precondition(lambda self: self._live())
    @rule(n=choice)
    def open_procedure(self, n: int) -> None:
        rng = Random(n)
        if rng.random() < 0.5:
            return self._go_on(n)
        told = {"reason": "需要确认", "contact_name": "示例联系人", "contact_phone": "0000-1234567"}
        if (task := self.task(rng, *LIVE)) is None:
            return
        by, kind = self.of_department(rng, task), rng.choice([row["kind"] for row in self._special()])
        if kind == "hearing":
            because = rng.choice(["public", "interested"])
            self.attempt(
                "tell of right",
                routing.tell_of_right,
                task.pk,
                because=because,
                parties="邻居",
                by=by,
                **told,
            )
        else:
            self.attempt("open procedure", routing.open_procedure, task.pk, kind=kind, by=by, **told)

    @precondition(lambda self: self._procedures())
    @rule(n=choice)
    def finish_procedure(self, n: int) -> None:
        rng = Random(n)
        if procedure := self.procedure(rng):
            by = self.of_department(rng, self.look.tasks[procedure.task_id])
            self.attempt("finish procedure", routing.finish_procedure, procedure.pk, result="合格", by=by)

    @precondition(lambda self: self._procedures(hearing=True))
    @rule(n=choice)
    def hold_hearing(self, n: int) -> None:
        rng = Random(n)
        if (procedure := self.procedure(rng, "hearing")) is None or procedure.kind != "hearing":
            return
        by = self.of_department(rng, self.look.tasks[procedure.task_id])
        hearing = Procedure.objects.select_related("hearing").get(pk=procedure.pk).hearing
        if hearing.requested_at is None and rng.random() < 0.6:
            self.attempt("request hearing", routing.request_hearing, procedure.pk, requested_by="邻居", by=by)
        elif hearing.requested_at is None:
            self.attempt("waive hearing", routing.waive_hearing, procedure.pk, by=by, reason="书面放弃")
        elif hearing.held_at is None:
            held_at = self.now + dt.timedelta(days=rng.choice([3, 16, 20, 24]))
            self.attempt(
                "schedule hearing", routing.schedule_hearing, procedure.pk, held_at=held_at, place="二楼",
                chair=self.town.users["supervisor"], by=by,
            )  # fmt: skip
        else:
            self.attempt(
                "record hearing", routing.record_hearing, procedure.pk, text="笔录", signed_by="邻居", by=by
            )

    @precondition(lambda self: self._live(decides=True))
    @rule(n=choice)
    def extend(self, n: int) -> None:
        rng = Random(n)
        for asked in Extension.objects.filter(state=ReportState.OPEN).order_by("pk"):
            verb = rng.choice([routing.grant_extension, routing.grant_extension, routing.reject_extension])
            by = self.officer(rng, "bureau head")
            self.attempt(verb.__name__, verb, asked.pk, answer="县政府批准", by=by)
            return
        if task := self.task(rng, *LIVE, decides=True):
            self.attempt(
                "propose extension", routing.propose_extension, task.pk, days=rng.randint(1, 16),
                reason="案情复杂", by=self.of_department(rng, task),
            )  # fmt: skip

    @precondition(lambda self: self._live(decides=True))
    @rule(n=choice)
    def consolidate(self, n: int) -> None:
        rng = Random(n)
        if task := self.task(rng, *LIVE, decides=True):
            self._consolidate(rng, task)

    def _consolidate(self, rng: Random, task: Task) -> None:
        said = [o for o in self.look.opinions if self.look.tasks[o.task_id].case_id == task.case_id]
        treated = {opinion.pk: routing.Adoption(rng.random() < 0.5, "已说明") for opinion in said}
        by = self.of_department(rng, task)
        self.attempt(
            "consolidate", routing.consolidate, task.pk, text="同意，附条件", treatments=treated, by=by
        )

    def _is_consolidated(self, task: Task) -> bool:
        return Consolidation.objects.filter(task=task).exists()

    @precondition(lambda self: self._live(decides=True))
    @rule(n=choice)
    def decide(self, n: int) -> None:
        rng = Random(n)
        if task := self.task(rng, *LIVE, decides=True):
            by = self.of_department(rng, task, head=True)
            if rng.random() < 0.15:
                by = self.officer(rng, "clerk", "receiver", "bureau reviewer")
            outcome = rng.choice(["granted", "granted", "refused"])
            self.attempt("decide", routing.decide, task.pk, outcome=outcome, reasons="见审查意见", by=by)

    # -- the result ---------------------------------------------------------------------------------

    @precondition(lambda self: self._is(State.READY))
    @rule(n=choice)
    def deliver(self, n: int) -> None:
        rng = Random(n)
        if case := self.case(rng, State.READY):
            person = case.person
            collector = certificates.Collector(person.name, "self", person.id_number)
            how = rng.choice([
                {"mode": "window", "signature": SIGNATURE}, {"mode": "post", "tracking_number": "1"},
            ])  # fmt: skip
            self.attempt(
                "deliver", certificates.deliver, case.pk, collector=collector,
                by=self.officer(rng, "issuer"), **how,
            )  # fmt: skip

    # -- whatever comes next ------------------------------------------------------------------------

    def _go_on(self, n: int) -> None:
        """The natural next step of one case: chance alone would seldom bring one to its end."""
        rng = Random(n)
        case = rng.choice(list(self.look.cases.values()))
        live = [t for t in self.look.tasks.values() if t.case_id == case.pk and t.state in LIVE]
        procedures = [
            p for p in self.look.procedures.values()
            if p.case_id == case.pk and p.state == ProcedureState.RUNNING
        ]  # fmt: skip
        if case.state in (State.SUBMITTED, State.RETURNED):
            self.pre_review(n)
        elif case.state == State.RECEIVED:
            self.accept(n)
        elif case.state == State.CORRECTING:
            self.supplement(n)
        elif case.state in (State.ACCEPTED, State.DECIDED):
            self.porters()
            if self._owed():
                self.supply_deferred(n)
        elif case.state == State.READY:
            self.deliver(n)
        elif case.state == State.DELIVERED:
            self.time_passes(n)
        elif procedures and procedures[0].kind == "hearing":
            self.hold_hearing(n)
            self._jump(dt.timedelta(hours=rng.choice([1, 30, 200])))
        elif procedures:
            self.finish_procedure(n)
        elif live and live[0].decides:
            if not self._is_consolidated(live[0]):
                self._consolidate(rng, live[0])
            self.decide(n)
        elif live:
            self.give_opinion(n)
        elif self._tasks(TaskState.DISPUTED):
            self.dispute(n)
        elif self._waiting_for_answer():
            self.send_back_and_forth(n)

    @precondition(lambda self: self.look.cases)
    @rule(n=choice)
    def go_on(self, n: int) -> None:
        self._go_on(n)

    @precondition(lambda self: self.look.cases)
    @rule(n=choice)
    def go_on_again(self, n: int) -> None:
        self._go_on(n)

    @precondition(lambda self: self.look.cases)
    @rule(n=choice)
    def go_on_once_more(self, n: int) -> None:
        self._go_on(n)

    # -- the house itself ---------------------------------------------------------------------------

    @precondition(lambda self: self._is(State.ACCEPTED, State.DECIDED) or self.look.unswept)
    @rule()
    def porters(self) -> None:
        """Whatever lies in the trays is taken: tasks for accepted cases, papers for decided ones."""
        self._happens("porters")
        dispatch_porter()
        papers_porter()
        archive_porter()
        self.look.unswept = False

    @precondition(lambda self: self.look.cases)
    @rule(n=choice)
    def time_passes(self, n: int) -> None:
        rng = Random(n)
        self._happens("time passes")
        self._jump(dt.timedelta(minutes=rng.choice([5, 45, 240, 900, 1440, 1440, 2900, 4400, 11_600])))
        if rng.random() < 0.5:
            self._sweep()
        if rng.random() < 0.5:
            archive_porter()

    @precondition(lambda self: self.look.cases)
    @rule(n=choice)
    def misfortune(self, n: int) -> None:
        rng = Random(n)
        rng.choice([self._fail, self._change_calendar, self._change_seal, self._suspend])(rng)

    def _sweep(self) -> None:
        self._happens("sweep")
        self._beat()
        self._sweep_now()

    def _beat(self) -> None:
        Heartbeat.objects.update_or_create(defaults={"real_at": self.now, "hall_at": self.now})

    def _sweep_now(self) -> None:
        sweep.warn()
        report = sweep.run()
        if report.failed or report.busy:
            raise Broken(f"the sweep: {report}")
        if report.fired:
            self._happens("sweep fired", report.fired)
            self.look.unswept = True  # what expired may have ended a case

    def _fail(self, rng: Random) -> None:
        """The hall stood still until now, found by the next heartbeat; or an earlier failure is declared."""
        hours = dt.timedelta(hours=rng.choice([1, 8, 30, 80]))
        if rng.random() < 0.6:
            self._happens("outage found")
            self._beat()
            self._jump(hours)
            self._sweep_now()
        else:
            self._happens("outage declared")
            stops = self.now - dt.timedelta(minutes=rng.randint(0, 600))
            outages.declare(stops - hours, stops, "网络中断", self.town.officers["manager"])

    def _change_calendar(self, rng: Random) -> None:
        self._happens("calendar changed")
        day = self.now.date() + dt.timedelta(days=rng.randint(-2, 12))
        hall, kind = rng.choice([None, self.town.centre]), rng.choice(list(DayKind))
        by = self.town.officers["manager"]
        calendars.set_day(day, kind, "示例", jurisdiction=self.town.place, hall=hall, by=by)
        calendar_queries.forget()
        clocks.apply_calendar_changes()

    def _change_seal(self, rng: Random) -> None:
        """Taken out of use for an hour or a week: what needs it waits."""
        seal = rng.choice(list(Seal.objects.filter(jurisdiction=self.town.place).order_by("pk")))
        state = "in_use" if seal.state == "stopped" else "stopped"
        by = self.town.officers["manager"]
        self.attempt(f"seal {state}", certificates.change_state, seal.pk, state, reason="更换", by=by)

    def _suspend(self, rng: Random) -> None:
        """The instant matter is suspended, or goes on. Its row only; the verbs are proven elsewhere."""
        self._happens("matter suspended")
        version, log = self.town.versions["instant"], self.look.suspended
        suspended = bool(log) and log[-1][2] is None
        Matter.objects.filter(pk=version.matter_id).update(
            state=MatterState.ACTIVE if suspended else MatterState.SUSPENDED
        )
        if suspended:
            log[-1] = (version.pk, log[-1][1], self.now)
        else:
            log.append((version.pk, self.now, None))

    @staticmethod
    def _happens(what: str, times: int = 1) -> None:
        House.tried[what] += times
        House.done[what] += times

    # -- after each step ----------------------------------------------------------------------------

    @invariant()
    def every_invariant_holds(self) -> None:
        House.steps += 1
        if not self.look.take():
            return  # no row is another: every invariant holds as it did before
        for number, check in INVARIANTS.items():
            for fault in check(self.look):
                raise Broken(f"invariant {number}: {fault}")
        for kind, rows in (("case", self.look.cases), ("task", self.look.tasks)):
            for pk, row in rows.items():
                if self._later.get(pk) != row.state:
                    self._later[pk] = row.state
                    House.reached[f"{kind} {row.state}"] += 1

    # -- parts --------------------------------------------------------------------------------------

    def _is(self, *states: str) -> bool:
        return any(case.state in states for case in self.look.cases.values())

    def _owed(self) -> bool:
        return any(each.state == DeferralState.OPEN for each in self.look.deferrals)

    def _tasks(self, *states: str) -> bool:
        return any(task.state in states for task in self.look.tasks.values())

    def _waiting_for_answer(self) -> list[Task]:
        standing = {t.step_id for t in self.look.tasks.values() if t.state != TaskState.RETURNED}
        return [
            t for t in self.look.tasks.values()
            if t.state == TaskState.RETURNED and (t.step_id not in standing or len(self.look.cases) > 1)
        ]  # fmt: skip

    def _live(self, decides: bool | None = None) -> bool:
        return any(t.state in LIVE and decides in (None, t.decides) for t in self.look.tasks.values())

    def _procedures(self, hearing: bool = False) -> bool:
        running = (p for p in self.look.procedures.values() if p.state == ProcedureState.RUNNING)
        return any((each.kind == "hearing") == hearing for each in running)

    def _special(self) -> list[dict[str, Any]]:
        return list(self.town.versions["long"].special_procedures)


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _one_time() -> Any:
    """Heartbeats count in the machine's time: here it is the hall's."""
    return mock.patch.object(outages, "real_now", now.now)


@contextmanager
def founded() -> Iterator[None]:
    """The town, and a hall whose broker is down. A test takes it back; a long run commits it."""

    def lost(*_given: Any, **_named: Any) -> None:
        raise ConnectionError("no broker")

    logging.disable(logging.WARNING)
    try:
        with now.at(MONDAY), mock.patch.object(app, "send_task", lost), _one_time():
            House.town = found()
            yield
    finally:
        logging.disable(logging.NOTSET)
        calendar_queries.forget()


def run(chosen: int, examples: int, steps: int) -> None:
    """So many examples of so many steps in the town that `founded` made. Raises when something is wrong."""
    run_state_machine_as_test(
        seed(chosen)(House),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )


def forget() -> None:
    """Count anew."""
    for counter in (House.tried, House.done, House.reached):
        counter.clear()
    House.steps = 0


def never() -> set[str]:
    """What no step ever did, and where nothing ever came: of that nothing is proven."""
    states = {f"case {state}" for state in State} | {f"task {state}" for state in TaskState}
    idle = {name for name in House.tried if not House.done[name]}
    return idle | (states - House.reached.keys())

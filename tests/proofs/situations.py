"""One case, task, report, extension and procedure in every state, made by the verbs, for the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from applications import services as cases
from applications.models import Application
from certificates import services as certificates
from certificates.services.drawing import postponed
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from routing import services as routing
from routing.models import Task
from tests import traits

from .town import Town

TOLD = {"reason": "需要确认", "contact_name": "示例联系人", "contact_phone": "0000-1234567"}


@dataclass(frozen=True)
class Situation:
    """A thing in a state: its key, and its case."""

    key: Any
    case: Application
    town: Town


class Builder:
    """Makes situations in a town. Every case was received by the receiver, who holds posts everywhere."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.by = town.officers
        self.citizen = traits.acting(town.citizen)

    def all(self) -> dict[str, dict[str, Situation]]:
        """By kind of thing and state."""
        return {"case": self.cases(), "task": self.tasks(), **self.of_tasks()}

    # -- cases --------------------------------------------------------------------------------------

    def cases(self) -> dict[str, Situation]:
        made: dict[str, Application] = {
            "draft": self.draft(),
            "online draft": self.online(submit=False),
            "submitted": self.online(),
            "returned": cases.return_to_applicant(self.online().pk, reason="请补充", by=self.by["receiver"]),
            "received": self.received(),
            "correcting": self.correcting(),
            "accepted": self.accepted(),
            "deferred": self.deferred(),
            "reviewing": self.reviewing(),
            "decided": self.decided(),
            "ready": self.ready(),
            "delivered": self.delivered(),
            "archived": self.archived(),
            "not accepted": cases.refuse_acceptance(
                self.received().pk, ground="not_eligible", reason="不符合条件", by=self.by["receiver"]
            ),
            "withdrawn": cases.withdraw(self.received().pk, "不办了", by=self.by["receiver"]),
            "terminated": cases.terminate(self.accepted().pk, "无法继续", by=self.by["supervisor"]),
        }
        for case in made.values():  # nobody holds it: who may act does not hang on who was first
            cases.release(case.pk, by=self.by["receiver"])
        return {state: Situation(case.pk, traits.fresh(case), self.town) for state, case in made.items()}

    def draft(self) -> Application:
        by, town = self.by["receiver"], self.town
        case = cases.open_at_desk(version=town.versions["long"], hall=town.centre, window=town.window, by=by)
        cases.set_applicant(case.pk, subject=town.citizen.person, phone=traits.PHONE, by=by)
        cases.fill_form(case.pk, traits.FORM_DATA, {"agent": "no"}, by=by)
        return case

    def online(self, submit: bool = True) -> Application:
        case = cases.apply_online(version=self.town.versions["long"], by=self.citizen)
        cases.save_draft(
            case.pk, data=traits.FORM_DATA, answers={"agent": "no"}, phone=traits.PHONE, by=self.citizen
        )
        return cases.submit(case.pk, by=self.citizen) if submit else case

    def received(self, *but: str, version: str = "long") -> Application:
        person = self.town.citizen.person
        return traits.take_in(self.town.versions[version], self.by["receiver"], *but, subject=person)

    def correcting(self) -> Application:
        case = self.received("m02")
        items = cases.items_from_verdicts(case)
        cases.give_notice(case.pk, items=items, by=self.by["receiver"])
        return case

    def accepted(self, version: str = "long") -> Application:
        return cases.accept(self.received(version=version).pk, by=self.by["receiver"])

    def deferred(self) -> Application:
        pledge = [cases.Pledge("m05", 3)]
        return cases.accept(self.received("m05").pk, by=self.by["receiver"], deferrals=pledge)

    def reviewing(self, version: str = "long") -> Application:
        case = self.accepted(version)
        routing.dispatch(case.pk)
        return case

    def decided(self) -> Application:
        case = self.reviewing("instant")
        task = Task.objects.get(case=case)
        routing.decide(task.pk, outcome="granted", by=self.by["bureau head"])
        return case

    def ready(self) -> Application:
        case = self.decided()
        certificates.prepare(case.pk)
        return case

    def delivered(self) -> Application:
        case = self.ready()
        collector = certificates.Collector(case.applicant_name, "self")
        certificates.deliver(
            case.pk, mode="post", tracking_number="1", collector=collector, by=self.by["issuer"]
        )
        return case

    def archived(self) -> Application:
        case = self.delivered()
        with postponed():
            certificates.archive(case.pk)
        return case

    # -- tasks --------------------------------------------------------------------------------------

    def tasks(self) -> dict[str, Situation]:
        reviewer, manager = self.by["health reviewer"], self.by["manager"]
        fire = self.town.departments["fire"]

        def disputed(task: Task) -> None:
            routing.disclaim(task.pk, competent=fire, reasons="不归我们管", by=reviewer)

        def rerouted(task: Task) -> None:
            disputed(task)
            routing.reroute(task.pk, to=fire, reason="依职责", by=manager)

        def deemed(task: Task) -> None:
            clock = running(task, Kind.TASK_OPINION)
            assert clock
            routing.deem_consented(task.pk, ground="no_opinion", clock=clock)

        def cancelled(task: Task) -> None:
            cases.withdraw(task.case_id, "不办了", by=self.by["receiver"])
            routing.close_ended(task.case_id)

        ways: dict[str, Callable[[Task], Any]] = {
            "open": lambda task: None,
            "received": lambda task: routing.sign_for(task.pk, by=reviewer),
            "done": lambda task: routing.give_opinion(task.pk, verdict="agree", by=reviewer),
            "deemed": deemed,
            "disputed": disputed,
            "rerouted": rerouted,
            "returned": lambda task: routing.return_to_front(task.pk, reasons="缺图纸", by=reviewer),
            "cancelled": cancelled,
            "case withdrawn": lambda task: cases.withdraw(task.case_id, "不办了", by=self.by["receiver"]),
        }
        made = {}
        for state, way in ways.items():
            task = self.task("health")
            way(task)
            made[state] = self._of(task)
        made["deciding"] = self._of(self.deciding())
        return made

    def task(self, code: str) -> Task:
        return Task.objects.get(case=self.reviewing(), department=self.town.departments[code])

    def deciding(self) -> Task:
        """The last stage: every opinion is in, and consolidated."""
        case = self.reviewing()
        for code in ("health", "fire"):
            task = Task.objects.get(case=case, department=self.town.departments[code])
            routing.give_opinion(task.pk, verdict="agree", by=self.by[f"{code} reviewer"])
        task = Task.objects.get(case=case, decides=True)
        routing.consolidate(task.pk, text="同意", by=self.by["bureau head"])
        return task

    def _of(self, task: Task, key: Any = None) -> Situation:
        return Situation(key or task.pk, traits.fresh(task.case), self.town)

    # -- what hangs on a task -------------------------------------------------------------------------

    def of_tasks(self) -> dict[str, dict[str, Situation]]:
        reviewer, head = self.by["bureau reviewer"], self.by["bureau head"]

        def report(answer: Callable[..., Any] | None = None) -> Situation:
            task = self.task("health")
            filed = routing.file_report(task.pk, reason="专家出差", days=2, by=self.by["health reviewer"])
            if answer:
                answer(filed.pk, answer="知悉", by=self.by["supervisor"])
            return self._of(task, filed.pk)

        def extension(answer: Callable[..., Any] | None = None) -> Situation:
            task = self.deciding()
            asked = routing.propose_extension(task.pk, days=3, reason="案情复杂", by=reviewer)
            if answer:
                answer(asked.pk, answer="不同意", by=head)
            return self._of(task, asked.pk)

        def procedure(finished: bool = False) -> Situation:
            task = self.deciding()
            made = routing.open_procedure(task.pk, kind="testing", by=reviewer, **TOLD)
            if finished:
                routing.finish_procedure(made.pk, result="合格", by=reviewer)
            return self._of(task, made.pk)

        def hearing(asked: bool = False, given_up: bool = False) -> Situation:
            task = self.deciding()
            told = {**TOLD, "because": "interested", "parties": "邻居"}
            made = routing.tell_of_right(task.pk, by=reviewer, **told)
            if asked:
                routing.request_hearing(made.pk, requested_by="邻居", by=reviewer)
            if given_up:
                routing.waive_hearing(made.pk, by=reviewer, reason="书面放弃")
            return self._of(task, made.pk)

        return {
            "report": {
                "open": report(),
                "granted": report(routing.grant_report),
                "rejected": report(routing.reject_report),
            },
            "extension": {
                "open": extension(),
                "granted": extension(routing.grant_extension),
                "rejected": extension(routing.reject_extension),
            },
            "procedure": {
                "running": procedure(),
                "finished": procedure(finished=True),
                "hearing told": hearing(),
                "hearing asked": hearing(asked=True),
                "hearing given up": hearing(given_up=True),
            },
        }

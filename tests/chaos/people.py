"""The people of the campaign: each look at a case does what somebody would do who sees it as it stands now.

Nothing is remembered but the plan: after a fault they look again, as a person does whose page showed an
error, and press the button again if it had no effect. What they were told is theirs to hold the hall to.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import Error, connection

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.choices import DeferralState, RefusalGround, State
from applications.models import Application, CorrectionNotice, Deferral
from applications.services import MaterialEntry, Pledge
from certificates import services as certificates
from certificates.choices import CollectorRelation, DeliveryMode
from hall.clocks import demo
from hall.errors import HallError
from hall.now import now
from routing.choices import TaskState
from routing.models import Task
from tests import traits

from .county import County
from .departments import Departments
from .drawing import Back, Front, Plan, Sort

ENDS = {State.DELIVERED, State.ARCHIVED, State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED}
OWED = "m05"  # the deferrable document
LACKING = "m02"  # what a notice asks for
_DAY = dt.timedelta(days=1)
_TELL_EVERY = 5


@dataclass
class Told:
    """What the hall answered: it must stand by every line of it."""

    numbers: dict[str, str] = field(default_factory=dict)  # case or bundle → number on its receipt
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (case, verb) → how often it said yes
    refusals: Counter[str] = field(default_factory=Counter)  # the hall said no: somebody was faster
    errors: Counter[str] = field(default_factory=Counter)  # a page showed an error; pressed again later

    def add(self, other: Told) -> None:
        self.numbers |= other.numbers
        for mine, theirs in (
            (self.acts, other.acts),
            (self.refusals, other.refusals),
            (self.errors, other.errors),
        ):
            mine.update(theirs)


@dataclass
class Life:
    """A case or bundle, and the plan of whoever applies."""

    plan: Plan
    county: County
    id: UUID

    def ripe(self, since: dt.datetime | None, least: float, most: float, *about: object) -> bool:
        """Have the days passed that this plan lets pass after `since`?"""
        return since is not None and since + _DAY * self.plan.dice(*about).uniform(least, most) <= now()


class People:
    """Everybody whom the plans given concern."""

    def __init__(
        self, plans: Iterable[Plan], counties: Sequence[County], tell: Callable[[int], object]
    ) -> None:
        self._coming: dict[int, list[Plan]] = defaultdict(list)
        for plan in plans:
            self._coming[plan.slot].append(plan)
        self._counties = counties
        self._tell = tell
        self._acts = 0
        self.told = Told()
        self.cases: dict[UUID, Life] = {}
        self.bundles: dict[UUID, Life] = {}
        self._departments = Departments(self.press)

    @property
    def waiting(self) -> int:
        """How many visits have not come to their end."""
        return len(self.cases) + len(self.bundles) + sum(map(len, self._coming.values()))

    def look(self, slot: int) -> int:
        """One round: who comes by now, then every open case. Returns how many acts had an effect."""
        demo.forget()
        self._acts = 0
        for part in (self._receive_who_comes, self._look_at_bundles, self._look_at_cases):
            try:
                part(slot)
            except Error as error:  # the list itself could not be read: look again in the next round
                self._faulted("look", error)
        return self._acts

    def press(
        self, case_id: UUID | str, what: str, verb: Callable[..., Any], *args: Any, **given: Any
    ) -> Any:
        """Press a button once. None if the page showed an error or a refusal; else what the verb gave."""
        try:
            answer = verb(*args, **given)
        except HallError as error:
            self.told.refusals[f"{what}: {type(error).__name__} {error}"] += 1
            return None
        except Error as error:
            self._faulted(what, error)
            return None
        self.told.acts[str(case_id), what] += 1
        self._acts += 1
        if self._acts % _TELL_EVERY == 0:
            self._tell(_TELL_EVERY)
        return answer if answer is not None else True

    def _faulted(self, what: str, error: Error) -> None:
        kind = type(error.__cause__ or error).__name__
        self.told.errors[f"{what}: {kind}" if "Integrity" in kind or "Unique" in kind else kind] += 1
        connection.close()
        time.sleep(0.1)

    # -- At the desk --------------------------------------------------------------------------------

    def _receive_who_comes(self, slot: int) -> None:
        for due in sorted(each for each in self._coming if each <= slot):
            self._coming[due] = [plan for plan in self._coming[due] if not self._come(plan)]
            if not self._coming[due]:
                del self._coming[due]

    def _come(self, plan: Plan) -> bool:
        """Somebody comes to the window. True once the hall has said that it has the application."""
        county = self._counties[plan.place]
        dice = plan.dice("desk")
        clerk, window = dice.choice(county.clerks)
        person = dice.choice(county.persons)
        if plan.sort == Sort.BUNDLE:
            opened = self.press(
                plan.key,
                "open",
                cases.open_bundle,
                version=county.bundle,
                hall=county.hall,
                window=window,
                by=clerk,
                key=plan.key,
            )
            if opened:
                self.bundles[opened.pk] = Life(plan, county, opened.pk)
            return bool(opened)
        version = county.versions[plan.sort]
        lacks = {LACKING} if plan.front in (Front.NOTICE, Front.UNANSWERED) else set()
        lacks |= {OWED} if plan.owes else set()
        taken = self.press(
            plan.key,
            "take_in",
            cases.take_in,
            version=version,
            hall=county.hall,
            window=window,
            subject=person,
            by=clerk,
            data=traits.FORM_DATA,
            answers={"agent": "no"},
            materials=[MaterialEntry(code) for code in _codes(version) if code not in lacks],
            key=plan.key,
        )
        if not taken:
            return False
        self.told.numbers[str(taken.pk)] = taken.number
        life = self.cases[taken.pk] = Life(plan, county, taken.pk)
        self._verdict(life, taken.received_at, noticed=False)
        return True

    def _verdict(self, life: Life, received_at: dt.datetime | None, *, noticed: bool) -> None:
        """What the desk says of a received case."""
        plan, clerk = life.plan, self._clerk(life)
        match plan.front:
            case Front.NEGLECTED:
                return
            case Front.NOT_ACCEPTED:
                given = {"ground": RefusalGround.NOT_ELIGIBLE, "reason": "不符合法定受理条件", "by": clerk}
                self.press(life.id, "refuse", cases.refuse_acceptance, life.id, **given)
            case Front.WITHDRAWN:
                if life.ripe(received_at, 0, 2, "withdraw"):
                    self._withdraw(life)
            case Front.NOTICE | Front.UNANSWERED if not noticed:
                self.press(life.id, "give_notice", _give_notice, life.id, by=clerk)
            case _ if plan.sort == Sort.COMMITMENT:
                given = {"promise": "承诺符合办理条件，愿意接受核查。", "by": clerk}
                self.press(life.id, "accept", cases.accept_on_commitment, life.id, **given)
            case _:
                pledges = [Pledge(OWED, 3)] if plan.owes and not noticed else []
                self.press(life.id, "accept", cases.accept, life.id, by=clerk, deferrals=pledges)

    def _clerk(self, life: Life) -> Any:
        return life.plan.dice("desk").choice(life.county.clerks)[0]

    def _withdraw(self, life: Life) -> None:
        self.press(
            life.id, "withdraw", cases.withdraw, life.id, "申请人计划改变，自愿撤回。", by=self._clerk(life)
        )

    # -- Every open case ----------------------------------------------------------------------------

    def _look_at_cases(self, _slot: int) -> None:
        rows = Application.objects.filter(pk__in=list(self.cases)).values(
            "pk", "state", "received_at", "accepted_at", "decided_at", "ready_at", "bundle_id"
        )
        seen = {row["pk"]: row for row in rows}
        reviewing = [pk for pk, row in seen.items() if row["state"] == State.REVIEWING]
        tasks = _by_case(
            Task.objects.filter(case__in=reviewing)
            .exclude(state=TaskState.CANCELLED)
            .select_related("step", "case")
        )
        owed = set(
            Deferral.objects.filter(case__in=seen, state=DeferralState.OPEN).values_list("case", flat=True)
        )
        noticed = set(CorrectionNotice.objects.filter(case__in=seen).values_list("case", flat=True))
        desk = self._departments.desk(reviewing)
        for pk, row in seen.items():
            life = self.cases[pk]
            if row["state"] in ENDS:
                del self.cases[pk]
                continue
            self._look_at_case(life, row, pk in owed, pk in noticed)
            if row["state"] == State.REVIEWING:
                self._departments.look(life, tasks.get(pk, []), desk)

    def _look_at_case(self, life: Life, row: dict[str, Any], owes: bool, noticed: bool) -> None:
        plan, state = life.plan, row["state"]
        if state == State.RECEIVED:
            self._verdict(life, row["received_at"], noticed=noticed)
        elif state == State.CORRECTING:
            if plan.front == Front.NOTICE and life.ripe(row["received_at"], 0.5, 6, "supplement"):
                mended = [MaterialEntry(code) for code in (LACKING, OWED) if code == LACKING or plan.owes]
                self.press(
                    life.id, "supplement", cases.supplement, life.id, materials=mended, by=self._clerk(life)
                )
        elif state == State.READY:
            if row["bundle_id"] is None and life.ripe(row["ready_at"], 0, 3, "deliver"):
                self._deliver(life)
        elif owes and plan.keeps and life.ripe(row["accepted_at"], 0.2, 2.5, "supply"):
            self.press(life.id, "supply", cases.supply_deferred, life.id, OWED, by=self._clerk(life))
        elif state == State.REVIEWING and life.ripe(row["accepted_at"], 0.1, 3, "end"):
            if plan.back == Back.WITHDRAWN and row["bundle_id"] is None:
                self._withdraw(life)
            elif plan.back == Back.TERMINATED and row["bundle_id"] is None:
                reason = "申请人已经不存在，终止办理"
                by = life.county.supervisor
                self.press(life.id, "terminate", cases.terminate, life.id, reason, by=by)

    def _deliver(self, life: Life) -> None:
        given = self._handing_over(life)
        self.press(life.id, "deliver", certificates.deliver, life.id, **given)

    def _handing_over(self, life: Life) -> dict[str, Any]:
        """By post or electronically: who comes in person signs, and that is another desk's proof."""
        dice = life.plan.dice("deliver")
        post = dice.random() < 0.5
        person = life.plan.dice("desk")
        person.choice(life.county.clerks)
        subject = person.choice(life.county.persons)
        return {
            "mode": DeliveryMode.POST if post else DeliveryMode.ELECTRONIC,
            "collector": certificates.Collector(subject.name, CollectorRelation.SELF, subject.id_number),
            "tracking_number": f"SL{life.plan.number:010d}" if post else "",
            "by": dice.choice(life.county.issuers),
        }

    # -- Bundles ------------------------------------------------------------------------------------

    def _look_at_bundles(self, _slot: int) -> None:
        for bundle in BundleCase.objects.filter(pk__in=list(self.bundles)):
            life = self.bundles[bundle.pk]
            if bundle.state in ENDS:
                del self.bundles[bundle.pk]
            else:
                self._look_at_bundle(life, bundle)
        parts = Application.objects.filter(bundle__in=list(self.bundles)).exclude(pk__in=list(self.cases))
        for pk, bundle_id in parts.exclude(state__in=ENDS).values_list("pk", "bundle_id"):
            whole = self.bundles[bundle_id]
            self.cases[pk] = Life(whole.plan, whole.county, pk)

    def _look_at_bundle(self, life: Life, bundle: BundleCase) -> None:
        clerk, front = self._clerk(life), life.plan.front
        if bundle.state == State.DRAFT:
            received = self.press(life.id, "receive", _receive_bundle, life, bundle, clerk)
            if received:
                self.told.numbers[str(life.id)] = received.number
        elif bundle.state == State.RECEIVED and front == Front.NOT_ACCEPTED:
            given = {"ground": RefusalGround.NOT_ELIGIBLE, "reason": "不符合法定受理条件", "by": clerk}
            self.press(life.id, "refuse", cases.refuse_bundle, life.id, **given)
        elif bundle.state == State.RECEIVED and front == Front.WITHDRAWN:
            self.press(life.id, "withdraw", cases.withdraw_bundle, life.id, "自愿撤回", by=clerk)
        elif bundle.state == State.RECEIVED and front != Front.NEGLECTED:
            self.press(life.id, "accept", cases.accept_bundle, life.id, by=clerk)
        elif bundle.state == State.READY and life.ripe(bundle.ready_at, 0, 3, "deliver"):
            given = self._handing_over(life)
            self.press(life.id, "deliver", certificates.deliver_bundle, life.id, **given)


def _codes(version: Any) -> list[str]:
    """Codes of all materials that everybody hands in; asked once a version."""
    if version.pk not in _known_codes:
        _known_codes[version.pk] = [entry.code for entry in traits.all_in_order(version)]
    return _known_codes[version.pk]


_known_codes: dict[int, list[str]] = {}


def _by_case(tasks: Iterable[Task]) -> dict[UUID, list[Task]]:
    found: dict[UUID, list[Task]] = defaultdict(list)
    for task in tasks:
        found[task.case_id].append(task)
    return found


def _give_notice(case_id: UUID, *, by: Any) -> Any:
    case = Application.objects.select_related("version").get(pk=case_id)
    return cases.give_notice(case.pk, items=cases.items_from_verdicts(case), by=by)


def _receive_bundle(life: Life, bundle: BundleCase, clerk: Any) -> BundleCase:
    """Three buttons of one page: who applies, the verdicts, the receipt."""
    dice = life.plan.dice("desk")
    dice.choice(life.county.clerks)
    given = {"subject": dice.choice(life.county.persons), "phone": traits.PHONE}
    cases.save_bundle(bundle.pk, **given, data=traits.FORM_DATA, answers={"agent": "no"}, by=clerk)
    rows = BundleCase.objects.get(pk=bundle.pk).materials.all()
    entries = [MaterialEntry(row.key) for row in rows if row.verdict == "pending"]
    cases.save_bundle(bundle.pk, materials=entries, by=clerk)
    return cases.receive_bundle(bundle.pk, by=clerk)

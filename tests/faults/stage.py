"""A county in a running hall, worked through its own pages, by people who do not give up."""

from __future__ import annotations

import threading
import time
import uuid
from http.client import HTTPException
from itertools import count

from django.db import connection

from applications.choices import State
from applications.models import Application, CaseMaterial
from certificates.choices import SealKind
from certificates.models import Certificate
from certificates.services import register_seal
from hall.numbers.models import Counter
from hall.organisation.choices import Role, WindowKind
from hall.organisation.models import Hall, Window, Zone
from hall.people.identity import synthetic_citizen_number
from hall.trail.models import Event
from hall.trail.queries import faults
from routing import services as routing
from routing.choices import LIVE, TaskState
from routing.models import Decision, Task
from tests import traits
from tests.support.house import LiveHall
from tests.support.visitors import Answer, Visitor, logged_in

PATIENCE = 60.0


class Stage:
    """One hall with two clerks, two consulted departments and one that decides."""

    def __init__(self, hall: LiveHall) -> None:
        self.hall = hall
        self.place = traits.make_place("stage")
        self.centre = Hall.objects.create(jurisdiction=self.place, code="centre", name="示例政务服务中心")
        names = {"bureau": "市场监督管理局", "health": "卫生健康局", "fire": "消防救援大队"}
        bureau, health, fire = (traits.make_department(self.place, *each) for each in names.items())
        self.departments = {bureau.pk: Role.HEAD, health.pk: Role.REVIEWER, fire.pk: Role.REVIEWER}
        self.officers = {
            department.pk: traits.make_officer(
                self.place, self.departments[department.pk], department=department
            )
            for department in (bureau, health, fire)
        }
        for kind in (SealKind.APPROVAL, SealKind.ACCEPTANCE):
            register_seal(
                self.place, code=kind, kind=kind, department=bureau, ring_text=bureau.name, line_text="专用章"
            )
        self.version = traits.make_version(
            bureau,
            steps=[
                traits.step(health, stage=1, days=3),
                traits.step(fire, stage=1, days=3),
                traits.step(bureau, stage=2, days=2, decides=True),
            ],
        )
        self.version_id = self.version.pk
        self.wanted = [entry.code for entry in traits.all_in_order(self.version)]
        zone = Zone.objects.create(hall=self.centre, code="general", name="综合")
        self.clerks = [self._clerk(zone, number) for number in (1, 2)]
        self._persons = count(70_000)

    def _clerk(self, zone: Zone, number: int) -> Visitor:
        window = Window.objects.create(
            zone=zone, number=str(number), name=f"综合{number}号窗", kind=WindowKind.INTAKE
        )
        officer = traits.make_officer(self.place, Role.CLERK, hall=self.centre, window=window)
        return logged_in(officer.user_id)

    # -- At the desk, over HTTP -------------------------------------------------------------------

    def accept(self, clerk: Visitor) -> str:
        """Take one application in and accept it; again and again until the desk has said yes. The case's id.

        What a clerk does whose page shows an error: press the button again. No database is touched here,
        so threads may do it while the database is gone.
        """
        key = uuid.uuid4().hex
        opened = self._insist(clerk, f"/desk/open/{self.version_id}/", idempotency_key=key)
        case = opened.location.rstrip("/").rsplit("/", 1)[-1]
        form = {
            "desk-action": "accept",
            "a-kind": "person",
            "a-name": "示例申请人",
            "a-id_type": "id_card",
            "a-id_number": synthetic_citizen_number(next(self._persons)),
            "a-phone": traits.PHONE,
            "s-q_agent": "no",
            **{f"v-{code}": "ok" for code in self.wanted},
            **traits.FORM_DATA,
        }
        self._insist(clerk, f"/desk/cases/{case}/act/", **form)
        return case

    def _insist(self, clerk: Visitor, path: str, **form: object) -> Answer:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = clerk.post(f"{self.hall.url}{path}", **form)
                if answer.status == 302:
                    return answer
                trouble = f"{answer.status} {answer.text[:2000]}"
                assert answer.status >= 500, trouble  # a refusal will not go away by itself
            except (OSError, HTTPException) as error:
                trouble = repr(error)
            assert time.monotonic() < until, f"{path}: {trouble}"
            time.sleep(0.2)

    # -- In the departments, by the verbs -----------------------------------------------------------

    def work_off(self) -> None:
        """Let every department do what lies before it."""
        for task in Task.objects.filter(state__in=LIVE).select_related("department").order_by("opened_at"):
            officer = self.officers[task.department_id]
            if task.decides:
                routing.decide(traits.consolidated(task, officer).pk, outcome="granted", by=officer)
            else:
                routing.give_opinion(task.pk, verdict="agree", by=officer)

    def finish(self, cases: list[str]) -> None:
        """See every case through to the tray of the issue window; the porters do their part by themselves."""
        self.await_state(cases, State.REVIEWING)
        self.work_off()  # the consulted departments
        self.work_off()  # the one that decides
        self.await_state(cases, State.READY)

    def await_state(self, cases: list[str], state: str) -> None:
        def there() -> bool:
            return Application.objects.filter(pk__in=cases, state=state).count() == len(cases)

        try:
            self.hall.wait_until(there, PATIENCE)
        except AssertionError:
            seen = list(Application.objects.values_list("number", "state"))
            raise AssertionError(f"{seen}\n{self.hall.worker.log[-3000:]}") from None

    # -- What must hold afterwards --------------------------------------------------------------------

    def nothing_is_lost_or_doubled(self, cases: list[str]) -> None:
        """Each case once, with each row that belongs to it once; numbers without gap; the journal proves."""
        found = {str(case.pk): case for case in Application.objects.all()}
        assert set(found) == set(cases)
        serials = sorted(int(case.number[-4:]) for case in found.values())
        assert serials == list(range(1, len(cases) + 1))
        series = Counter.objects.get(series__startswith=f"case:{self.version.matter.implementation_code}")
        assert series.value == len(cases)
        materials = self.version.materials.count()
        for case in cases:
            assert CaseMaterial.objects.filter(case=case).count() == materials
            tasks = Task.objects.filter(case=case)
            assert sorted(tasks.values_list("stage", flat=True)) == [1, 1, 2]
            assert set(tasks.values_list("state", flat=True)) == {TaskState.DONE}
            assert Decision.objects.filter(case=case).count() == 1
            assert Certificate.objects.filter(case=case).count() == 1
            told = list(Event.objects.filter(case_id=case).values_list("what", flat=True))
            for once in ("opened", "received", "accepted", "reviewing", "decided", "ready"):
                assert told.count(f"applications.{once}") == 1, told
        numbers = sorted(int(number[-6:]) for number in Certificate.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(cases) + 1))
        assert not list(faults())


def in_the_background(*works) -> list[threading.Thread]:
    """Start works in threads that touch no database of ours."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads


def somebody_waits_for_a_lock() -> bool:
    """Does another connection of this database wait for a lock?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])

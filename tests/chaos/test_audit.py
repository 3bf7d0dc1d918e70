"""The audit of the fault campaign can fail: it names whatever is damaged, and leaves alone what is whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.models import Application, Deferral
from certificates import services as certificates
from hall import now as clock
from hall.calendars import services as calendars
from hall.clocks import sweep
from hall.clocks.models import Clock, ClockPause, ClockWarning, Heartbeat
from hall.numbers.models import Counter
from hall.trail.models import Event
from routing import services as routing
from routing.models import Decision, EvidencePack, Opinion
from routing.services.dispatching import ended_with_live_tasks

from .audit import audit
from .campaign import Course
from .county import found
from .drawing import Back, Front, Plan, Silence, Sort, Special
from .people import People

pytestmark = pytest.mark.django_db  # so that there is a test database
_MONDAY = dt.datetime(2026, 6, 8, 2, tzinfo=dt.UTC)  # 10:00 in the hall
_DARK_UNTIL = _MONDAY + dt.timedelta(days=3)  # from the end of Monday's work on
_DAYS = 40


@pytest.fixture(scope="module")
def course(django_db_setup: None, django_db_blocker: Any) -> Iterator[Course]:
    """One visit of each sort, lived to its end in one process, with a power cut in between."""
    with django_db_blocker.unblock(), transaction.atomic():
        calendars.load_national([2026])
        lived = Course()
        people = People(_plans(), [found("anhe")], lambda _acts: None)
        lived.outages.append((_MONDAY + dt.timedelta(minutes=1), _DARK_UNTIL))
        for day in range(_DAYS):
            moment = _MONDAY + dt.timedelta(days=day)
            _live(people, moment)
            if not people.waiting:
                break
        assert not people.waiting, people.told.refusals
        lived.told = people.told
        with clock.at(moment):
            yield lived
        transaction.set_rollback(True)


def _plans() -> list[Plan]:
    plain = Plan(0, 0, Sort.INSTANT, 0, Front.SMOOTH, Back.SMOOTH, Special.NONE, False, True, "")
    kinds = [
        plain,
        replace(plain, sort=Sort.INSTANT, front=Front.WITHDRAWN),
        replace(plain, sort=Sort.SEQUENTIAL, front=Front.NOTICE, back=Back.REFUSED),
        replace(plain, sort=Sort.DEFERRABLE, owes=True),
        replace(plain, sort=Sort.SPECIAL, special=Special.TESTING),
        replace(plain, sort=Sort.COMMITMENT),
        replace(plain, sort=Sort.BUNDLE),
    ]
    quiet = [replace(plan, number=n, key=_key(n, plan, Silence.NONE)) for n, plan in enumerate(kinds)]
    two = replace(plain, sort=Sort.PARALLEL)
    silent = {len(kinds): Silence.SILENT, len(kinds) + 1: Silence.OBJECTING}
    return [*quiet, *(replace(two, number=n, key=_key(n, two, what)) for n, what in silent.items())]


def _key(number: int, plan: Plan, first: Silence) -> str:
    """A key under whose dice the first department does `first`, and no other is silent."""
    wanted = {"1.1": first, "1.2": Silence.NONE}
    wanted["2.1"] = wanted["2.2"] = wanted["1.3"] = Silence.NONE
    tries = (f"audit-{number}-{n}" for n in range(10_000))
    return next(
        key
        for key in tries
        if all(replace(plan, key=key).silence(step) == what for step, what in wanted.items())
    )


def _live(people: People, moment: dt.datetime) -> None:
    """One day: the porters, then everybody; nobody while the power is cut."""
    if _MONDAY < moment < _DARK_UNTIL:
        return
    if moment == _DARK_UNTIL:
        Heartbeat.objects.update(real_at=F("real_at") - (_DARK_UNTIL - _MONDAY))
    with clock.at(moment):
        for _round in range(3):
            _porters()
            people.look(0)
        _porters()


def _porters() -> None:
    sweep.run()
    sweep.warn()
    for case in list(Application.objects.awaiting_dispatch()):
        routing.dispatch(case.pk)
    for case_id in list(ended_with_live_tasks()):
        routing.close_ended(case_id)
    for case in list(Application.objects.awaiting_papers()):
        certificates.prepare(case.pk)
    for bundle in list(BundleCase.objects.to_follow()):
        cases.follow_bundle(bundle.pk)


def test_what_is_whole_is_left_alone(course: Course) -> None:
    assert not audit(course)
    assert set(course.told.refusals) == set()
    assert EvidencePack.objects.exists()
    assert Application.objects.count() == 11  # a bundle is three


# -- Damage -----------------------------------------------------------------------------------------------


def _lose_a_case() -> None:
    Application.objects.filter(state="withdrawn").delete()


def _lose_a_case_and_its_journal() -> None:
    Event.objects.filter(case_id=Application.objects.get(state="withdrawn").pk).delete()
    _lose_a_case()


def _lose_an_opinion() -> None:
    event = Event.objects.filter(what="routing.opinion_given").earliest("id")
    Event.objects.filter(pk=event.pk).delete()


def _set_back_a_state() -> None:
    Application.objects.filter(state="delivered").update(state="ready")


def _fire_twice() -> None:
    _double(Event.objects.filter(what="clock_expired").earliest("id"))


def _warn_twice() -> None:
    _double(Event.objects.filter(what="clock_warned").earliest("id"))


def _decide_twice() -> None:
    _double(Event.objects.filter(what="routing.decided").earliest("id"))


def _double(event: Event) -> None:
    chain = Event.objects.filter(chain=event.chain).latest("seq")
    event.pk, event.seq = None, chain.seq + 1
    event.save(force_insert=True)


def _fire_early() -> None:
    expired = Clock.objects.filter(state="expired").earliest("pk")
    Clock.objects.filter(pk=expired.pk).update(fired_at=expired.started_at + dt.timedelta(minutes=1))


def _move_a_date() -> None:
    Clock.objects.filter(state="met").update(due_at=F("due_at") + dt.timedelta(days=1))


def _silence_in_the_dark() -> None:
    pack = EvidencePack.objects.earliest("pk")
    EvidencePack.objects.filter(pk=pack.pk).update(made_at=_MONDAY + dt.timedelta(hours=30))


def _silence_that_the_dark_caused() -> None:
    """The outage was never credited to the silent department, and its silence taken for consent at once."""
    pack = EvidencePack.objects.earliest("pk")
    moment = _DARK_UNTIL + dt.timedelta(minutes=1)
    silent = Clock.objects.filter(subject_id=str(pack.task_id))
    ClockPause.objects.filter(clock__in=silent).delete()
    silent.filter(state="expired").update(fired_at=moment)
    EvidencePack.objects.filter(pk=pack.pk).update(made_at=moment)


def _forge_a_number() -> None:
    case = Application.objects.filter(bundle=None).earliest("received_at")
    Application.objects.filter(pk=case.pk).update(number=f"{case.number[:-4]}0007")


def _count_too_far() -> None:
    Counter.objects.filter(series__startswith="document:").update(value=F("value") + 1)


def _forge_the_journal() -> None:
    event = Event.objects.filter(what="applications.decided").earliest("id")
    Event.objects.filter(pk=event.pk).update(data={"outcome": "granted", "forged": True})


def _cut_the_journal() -> None:
    last = Event.objects.filter(what="applications.ready").latest("id")
    Event.objects.filter(chain=last.chain, seq__gte=last.seq).delete()


def _decide_too_soon() -> None:
    decision = Decision.objects.filter(task__stage=2).earliest("pk")
    Decision.objects.filter(pk=decision.pk).update(decided_at=decision.decided_at - dt.timedelta(days=30))


def _receive_and_review() -> None:
    opinion = Opinion.objects.earliest("pk")
    Opinion.objects.filter(pk=opinion.pk).update(given_by=opinion.task.case.received_by)


def _issue_while_owed() -> None:
    Deferral.objects.update(state="open")


def _leave_something_undone() -> None:
    warning = ClockWarning.objects.earliest("pk")
    Clock.objects.filter(pk=warning.clock_id).update(state="running", ended_at=None, fired_at=None)


DAMAGES: list[tuple[Callable[[], None], str]] = [
    (_lose_a_case, "case lost"),
    (_lose_a_case_and_its_journal, "case lost"),
    (_lose_an_opinion, "act lost"),
    (_set_back_a_state, "state and journal differ"),
    (_set_back_a_state, "not at its end"),
    (_fire_twice, "clock fired twice"),
    (_warn_twice, "warning sent twice"),
    (_decide_twice, "act doubled"),
    (_fire_early, "clock fired early"),
    (_move_a_date, "date does not replay"),
    (_silence_in_the_dark, "silent consent in an outage"),
    (_silence_that_the_dark_caused, "silent consent in an outage"),
    (_forge_a_number, "number never given"),
    (_forge_a_number, "number missing"),
    (_count_too_far, "number missing"),
    (_forge_the_journal, "chain broken"),
    (_cut_the_journal, "chain broken"),
    (_decide_too_soon, "decided while a stage was open"),
    (_receive_and_review, "received and reviewed by one person"),
    (_issue_while_owed, "issued while something was owed"),
    (_leave_something_undone, "due and not fired"),
]


@pytest.mark.parametrize(("damage", "kind"), DAMAGES, ids=[f"{d.__name__}-{kind}" for d, kind in DAMAGES])
def test_what_is_damaged_is_named(course: Course, damage: Callable[[], None], kind: str) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # past triggers and foreign keys
        damage()
        found = audit(course)
        transaction.set_rollback(True)
    assert kind in {finding.kind for finding in found}, found

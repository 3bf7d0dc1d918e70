"""Any part may die at any moment: nothing is lost, nothing is doubled, everything completes (DESIGN §1).

Real gunicorn, worker and beat; a PostgreSQL and a Redis of their own; clerks who work through the desk's
pages and press the button again when a page shows an error.
"""

from __future__ import annotations

import time

import pytest
from django.db import connection, transaction

from applications.choices import State
from applications.models import Application
from hall.trail.models import ChainHead
from routing.models import CaseRoute, Task

from .stage import Stage, in_the_background, somebody_waits_for_a_lock

pytestmark = pytest.mark.faults


@pytest.fixture
def stage(faulty_hall) -> Stage:
    return Stage(faulty_hall)


def test_a_worker_killed_between_acceptance_and_dispatch(stage):
    clerk = stage.clerks[0]
    stage.hall.worker.kill()
    cases = [stage.accept(clerk) for _i in range(3)]
    assert set(Application.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    assert not Task.objects.exists()
    stage.hall.worker.start()
    stage.finish(cases)
    stage.nothing_is_lost_or_doubled(cases)


def test_a_worker_killed_in_the_middle_of_dispatch(stage):
    """It has written half of its transaction and waits for the journal when it dies."""
    stage.hall.worker.pause()
    cases = [stage.accept(stage.clerks[0])]
    with transaction.atomic():
        ChainHead.objects.select_for_update().get(chain=cases[0])
        stage.hall.worker.resume()
        stage.hall.wait_until(somebody_waits_for_a_lock)
        stage.hall.worker.kill()
    assert Application.objects.get(pk=cases[0]).state == State.ACCEPTED
    assert not CaseRoute.objects.exists()
    stage.hall.worker.start()
    stage.finish(cases)
    stage.nothing_is_lost_or_doubled(cases)


def test_redis_gone_during_intake(stage):
    """Invariant 10: accepting a case needs no broker. What was accepted meanwhile is done later."""
    clerk = stage.clerks[0]
    cases = [stage.accept(clerk)]
    stage.hall.redis.kill()
    cases += [stage.accept(clerk) for _i in range(3)]
    assert Application.objects.exclude(accepted_at=None).count() == 4
    stage.hall.redis.start()
    cases += [stage.accept(clerk)]
    stage.finish(cases)
    stage.nothing_is_lost_or_doubled(cases)


@pytest.mark.parametrize("victim", ["postgres", "web"])
def test_a_server_killed_in_the_middle_of_a_series_of_requests(stage, victim):
    """Power cut under four busy clerks; an answer that was lost is asked for again."""
    cases: list[str] = []
    done: list[None] = []

    def series(clerk):
        for _i in range(4):
            cases.append(stage.accept(clerk))
        done.append(None)

    connection.close()
    threads = in_the_background(*[lambda clerk=clerk: series(clerk) for clerk in stage.clerks * 2])
    stage.hall.wait_until(lambda: len(cases) >= 3)
    server = getattr(stage.hall, victim)
    server.kill()
    time.sleep(0.5)  # long enough that requests meet a server that is not there
    server.start()
    for thread in threads:
        thread.join(120)
    assert len(done) == len(threads), "a clerk gave up"
    connection.close()
    stage.finish(cases)
    stage.nothing_is_lost_or_doubled(cases)

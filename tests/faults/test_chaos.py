"""The fault campaign, small: the same as `make chaos`, with few people and few faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from hall import now
from hall.clocks import demo
from hall.embedded.lend import Server
from tests.chaos import report
from tests.chaos.audit import audit
from tests.chaos.campaign import Campaign
from tests.chaos.county import found
from tests.chaos.drawing import Back, Front, Plan, Silence, Special, Victim, draw
from tests.chaos.house import House
from tests.support import house

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
KILLS = {Victim.WORKER: 1, Victim.REDIS: 1, Victim.POSTGRES: 1, Victim.OUTAGE: 1}


@pytest.fixture
def machines(
    _own_servers: tuple[Server, Server],
    django_db_blocker: Any,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """Two workers and a beat on servers of their own, with a clock that can jump."""
    postgres, redis = _own_servers
    settings.HALL_MOVABLE_CLOCK = True
    monkeypatch.setattr(now, "_offset", demo.offset)
    with django_db_blocker.unblock(), house.pointed_at(**house.postgres_at(postgres.data)):
        house.clone_database("hall", "hall_chaos")
        with house.pointed_at(NAME="hall_chaos"):
            yield House(postgres, redis, house.url_of(connection.settings_dict), tmp_path, workers=2)
        house.drop_database("hall_chaos")
    demo.forget()


def _is_short(plan: Plan) -> bool:
    """Over within two weeks of the hall's time: each of its days costs a second."""
    slow = plan.front in (Front.UNANSWERED, Front.NEGLECTED) or plan.back == Back.SLOW
    unheard = any(plan.silence(f"{stage}.{n}") == Silence.UNHEARD for stage in (1, 2) for n in (1, 2))
    return not slow and not unheard and plan.special in (Special.NONE, Special.HEARING_WAIVED)


def test_nothing_is_lost_doubled_or_silent_whatever_is_killed(machines: House) -> None:
    counties = [found("anhe"), found("linxian")]
    drawn = draw(7, 50, len(counties), KILLS, days=2)
    schedule = replace(drawn, plans=[plan for plan in drawn.plans if _is_short(plan)])
    course = Campaign(machines, schedule, counties, minutes=3).run()
    findings = audit(course)
    assert not findings, report.text(schedule, course, findings, machines, 0)
    assert sum(course.kills.values()) == sum(KILLS.values())

"""A case before three departments, and a session that two of them are called to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from applications import services as cases
from applications.models import Application
from hall.calendars import services as calendars
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.models import User
from routing import services
from routing.models import Convened, JointSession, Task
from tests import traits

ZONE = ZoneInfo("Asia/Shanghai")
# Received and accepted on Monday; opinions are due on Thursday at 17:00. 2026-06-19 is a holiday.
MONDAY = "2026-06-08 10:00"
BEFORE, START, OPEN, CLOSED = (f"2026-06-10 {time}" for time in ("09:40", "10:05", "10:20", "10:31"))


def at(text: str) -> dt.datetime:
    """A moment on the wall of the hall."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def user_of(officer: Officer) -> User:
    return User.objects.get(pk=officer.user_id)


@pytest.fixture
def monday(db, moved):
    calendars.load_national([2026])
    moved(MONDAY)
    return moved


@pytest.fixture
def joint_version(monday, bureau, health, fire):
    """Health may consent by silence, fire may not, the bureau decides."""
    kind = {"kind": "joint_survey", "days": 3}
    return traits.make_version(
        bureau,
        steps=[
            traits.step(health, stage=1, silent_consent=True, **kind),
            traits.step(fire, stage=1, **kind),
            traits.step(bureau, stage=2, days=2, decides=True),
        ],
        name="示例联合踏勘事项",
    )


@pytest.fixture
def new_case(joint_version, clerk, health_reviewer, fire_reviewer) -> Callable[[], Application]:
    """A case whose departments have signed for their tasks."""

    def make() -> Application:
        case = traits.take_in(joint_version, clerk)
        cases.accept(case.pk, by=clerk)
        services.dispatch(case.pk)
        for officer in (health_reviewer, fire_reviewer):
            department = officer.posts[0].department
            services.sign_for(Task.objects.get(case=case, department=department).pk, by=officer)
        return traits.fresh(case)

    return make


@pytest.fixture
def case(new_case) -> Application:
    return new_case()


@pytest.fixture
def plan(bureau, bureau_head, reviewer) -> Callable[..., JointSession]:
    """Plan a survey on Wednesday at ten, sign-in until half past."""

    def make(*planned: Application, **given: Any) -> JointSession:
        told = {
            "kind": "survey",
            "title": "示例联合踏勘",
            "venue": "城东路1号",
            "starts_at": at("2026-06-10 10:00"),
            "ends_at": at("2026-06-10 12:00"),
            "sign_in_until": at("2026-06-10 10:30"),
            "convenor": bureau,
            "chair": user_of(bureau_head),
            "by": reviewer,
            **given,
        }
        return services.plan_session([each.pk for each in planned], **told)

    return make


@pytest.fixture
def session(plan, case, reviewer) -> JointSession:
    """Noticed on Monday."""
    return services.notice_session(plan(case).pk, by=reviewer)


@pytest.fixture
def opened(session, monday, bureau_head) -> JointSession:
    """Five minutes after the start; only the convening bureau has come."""
    monday(START)
    services.sign_in(session.pk, by=bureau_head)
    return session


@pytest.fixture
def health_head(a_place, health) -> Officer:
    return traits.make_officer(a_place, Role.HEAD, department=health)


def task_of(case: Application, department: Any) -> Task:
    return Task.objects.get(case=case, department=department)


def row_of(session: JointSession, department: Any) -> Convened:
    return Convened.objects.get(session=session, department=department)


def fresh(session: JointSession) -> JointSession:
    return JointSession.objects.get(pk=session.pk)

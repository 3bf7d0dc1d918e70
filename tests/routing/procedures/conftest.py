"""A case whose version declares special procedures, before the bureau that decides it."""

from __future__ import annotations

import datetime as dt

import pytest

from applications import services as cases
from certificates import services as certificates
from certificates.choices import SealKind
from hall import now
from hall.calendars import services as calendars
from hall.organisation.choices import Role
from routing import services
from routing.models import Task
from tests import traits

TOLD = {"reason": "需要确认设备性能", "contact_name": "示例联系人", "contact_phone": "0000-1234567"}
SPECIAL = [
    {
        "kind": "testing",
        "limit_value": 10,
        "limit_unit": "working_day",
        "stops_clock": True,
        "basis": "示范规定第二十条",
    },
    {
        "kind": "expert_review",
        "limit_value": 5,
        "limit_unit": "working_day",
        "stops_clock": True,
        "basis": "行政许可法第四十五条",
    },
    {
        "kind": "site_survey",
        "limit_value": 3,
        "limit_unit": "working_day",
        "stops_clock": False,
        "basis": "行政许可法第三十四条",
    },
    {
        "kind": "hearing",
        "limit_value": 20,
        "limit_unit": "working_day",
        "stops_clock": True,
        "basis": "行政许可法第四十七条",
    },
]
MONDAY = dt.datetime(2026, 6, 8, 2, tzinfo=dt.UTC)  # 10:00 in the hall


@pytest.fixture
def monday(db):
    """A Monday of 2026, whose arrangement is known: 19 June is the Dragon Boat Festival."""
    calendars.load_national([2026])
    with now.at(MONDAY):
        yield MONDAY


@pytest.fixture
def special_version(monday, bureau):
    return traits.make_version(bureau, special_procedures=SPECIAL)


@pytest.fixture
def task(special_version, clerk) -> Task:
    """The bureau's only step of a case accepted on a Monday: five working days promised."""
    case = traits.take_in(special_version, clerk)
    cases.accept(case.pk, by=clerk)
    services.dispatch(case.pk)
    return Task.objects.get(case=case)


@pytest.fixture
def reviewer(a_place, bureau):
    return traits.make_officer(a_place, Role.REVIEWER, department=bureau)


@pytest.fixture
def head(a_place, bureau):
    return traits.make_officer(a_place, Role.HEAD, department=bureau)


@pytest.fixture
def seals(a_place, bureau):
    """What papers of the case are sealed with."""
    for kind, line in ((SealKind.APPROVAL, "行政审批专用章(1)"), (SealKind.ACCEPTANCE, "受理专用章")):
        certificates.register_seal(
            a_place,
            code=str(kind),
            kind=kind,
            department=bureau,
            ring_text=bureau.name,
            line_text=line,
            in_use_from=traits.LONG_AGO,
        )

"""Management screens are opened by officers of a small place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hall.calendars import services as calendars
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.models import User
from tests.traits import make_officer


@pytest.fixture
def enter() -> Callable[[Officer], Client]:
    """`enter(manager)`: a browser in which this officer is logged in."""

    def open_browser(officer: Officer) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return open_browser


@pytest.fixture
def national(db):
    """The arrangement of 2026."""
    calendars.load_national([2026])
    for change in calendars.pending_changes():
        calendars.mark_applied(change)


@pytest.fixture
def manager(a_place) -> Officer:
    return make_officer(a_place, Role.MANAGER, "示例管理")


@pytest.fixture
def system_admin(a_place) -> Officer:
    return make_officer(a_place, Role.SYSTEM_ADMIN, "示例系统")


@pytest.fixture
def security_admin(a_place) -> Officer:
    return make_officer(a_place, Role.SECURITY_ADMIN, "示例安全")

from __future__ import annotations

from collections import defaultdict

import pytest

from hall.actors import Actor
from hall.calendars import services as calendars
from hall.clocks import registry
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit
from hall.organisation.models import Jurisdiction

CLERK = Actor(name="示例人员", role="clerk", office="示例窗口")


@pytest.fixture
def make_place():
    """For tests that choose their own database access: a place with the arrangement of 2026."""

    def make() -> Jurisdiction:
        calendars.load_national([2026])
        for change in calendars.pending_changes():
            calendars.mark_applied(change)
        return Jurisdiction.objects.create(
            slug="shili", code="999900", name="示例市", short_name="示例", level="city"
        )

    return make


@pytest.fixture
def place(db, make_place) -> Jurisdiction:
    return make_place()


@pytest.fixture
def start(place):
    """`start("1", Kind.X, 5)`: a clock on the thing "1"."""

    def begin(thing: str = "1", kind: Kind = Kind.TASK_OPINION, days: int = 5, **options):
        return clocks.start(("test.thing", thing), kind, Limit(days), jurisdiction=place, **options)

    return begin


@pytest.fixture(autouse=True)
def handlers(monkeypatch):
    """An empty register for each test: what rooms registered does not run here."""
    for name in ("_expiry", "_warning", "_moved"):
        monkeypatch.setattr(registry, name, defaultdict(list))
    monkeypatch.setattr(registry, "_late", set())
    return registry

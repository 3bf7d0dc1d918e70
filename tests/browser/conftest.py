"""The hall that the people of these tests walk into."""

from __future__ import annotations

from typing import Any

import pytest

from .hands import House


@pytest.fixture
def movable_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes of the hall add to real time what the page of the clock tells them to.

    For `usefixtures`: it must come before the hall that reads it.
    """
    monkeypatch.setenv("HALL_MOVABLE_CLOCK", "1")


@pytest.fixture
def house(live_hall: Any, new_page: Any) -> House:
    """A running hall and its people."""
    return House(live_hall, new_page)

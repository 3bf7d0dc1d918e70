"""The screen of the movable clock."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from hall import now, trays
from hall.clocks import demo, sweep
from hall.clocks.models import MovedClock
from hall.trail.models import Event

HOME = "/manage/clock/"


@pytest.fixture
def movable(settings, monkeypatch, national):
    settings.HALL_MOVABLE_CLOCK = True
    monkeypatch.setattr(demo, "_REMEMBERED", 0.0)
    monkeypatch.setattr(demo, "_known", dt.timedelta())
    monkeypatch.setattr(now, "_offset", demo.offset)


@pytest.fixture
def nudged(monkeypatch):
    """Which porters were nudged after commit."""
    sent: list[str] = []
    monkeypatch.setattr(trays, "_send", lambda name, args, *_: sent.append(name))
    return sent


class TestOutsideDemonstration:
    @pytest.mark.parametrize("name", ["demo", "live", "move", "sweep", "reset"])
    def test_it_does_not_exist(self, manager, enter, client, name):
        address = reverse(f"clocks:{name}")
        assert enter(manager).get(address).status_code == 404
        assert enter(manager).post(address).status_code == 404
        assert client.get(address).status_code == 404

    def test_nothing_links_to_it(self, manager, enter):
        assert HOME not in enter(manager).get("/manage/").content.decode()

    def test_in_demonstration_mode_it_is_linked(self, manager, enter, movable):
        assert enter(manager).get("/manage/").content.decode().count(HOME) == 2  # the bar and the list


class TestMoving:
    @pytest.mark.parametrize(("step", "days"), [("1wd", 1), ("3wd", 3), ("1d", 1), ("7d", 7)])
    def test_a_button_moves_the_hall_and_wakes_the_porters(
        self, manager, enter, movable, nudged, django_capture_on_commit_callbacks, step, days
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = enter(manager).post(f"{HOME}move/", {"step": step})
        assert answer.status_code == 302
        assert demo.offset() >= dt.timedelta(days=days)
        assert nudged == ["clocks.sweep", "clocks.warn"]
        assert Event.objects.get(what="clock_moved").user_id == manager.user_id

    def test_any_length_may_be_typed(self, manager, enter, movable):
        enter(manager).post(f"{HOME}move/", {"number": "5", "unit": "h"})
        assert demo.offset() == dt.timedelta(hours=5)

    @pytest.mark.parametrize(
        "typed", [{}, {"number": "0", "unit": "d"}, {"number": "9999", "unit": "d"}, {"step": "soon"}]
    )
    def test_nonsense_is_refused_beside_the_form(self, manager, enter, movable, typed):
        answer = enter(manager).post(f"{HOME}move/", typed)
        assert answer.status_code == 422
        assert not MovedClock.objects.exclude(offset=dt.timedelta()).exists()

    def test_it_goes_back_while_nothing_has_happened(self, manager, enter, movable):
        browser = enter(manager)
        browser.post(f"{HOME}move/", {"step": "1d"})
        assert "回到真实时间" in browser.get(HOME).content.decode()
        browser.post(f"{HOME}reset/")
        assert demo.offset() == dt.timedelta()

    def test_not_back_once_something_has(self, manager, enter, movable, promised_version, clerk):
        from tests.traits import take_in

        browser = enter(manager)
        browser.post(f"{HOME}move/", {"step": "1d"})
        take_in(promised_version, clerk)
        assert "不能倒退" in browser.get(HOME).content.decode()
        assert browser.post(f"{HOME}reset/").status_code == 409

    def test_a_sweep_can_be_asked_for(
        self, manager, enter, movable, nudged, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            enter(manager).post(f"{HOME}sweep/")
        assert nudged == ["clocks.sweep", "clocks.warn"]


class TestWhatItShows:
    def test_the_next_clocks_and_then_what_fired(self, supervisor, enter, movable, received_case):
        browser = enter(supervisor)
        page = browser.get(HOME).content.decode()
        assert "受理时限" in page
        assert received_case.version.matter.name in page
        browser.post(f"{HOME}move/", {"number": "20", "unit": "wd"})
        sweep.run()
        told = browser.get(f"{HOME}live/").content.decode()
        assert "届满" in told
        assert "预警" in told
        assert received_case.number[-4:] in told

    def test_a_place_sees_its_own_clocks_only(self, enter, movable, received_case):
        from hall.organisation.choices import Role
        from tests.traits import make_officer, make_place

        stranger = make_officer(make_place("other"), Role.MANAGER)
        page = enter(stranger).get(HOME).content.decode()
        assert received_case.version.matter.name not in page

    def test_it_says_how_many_each_step_would_end(self, manager, enter, movable, received_case):
        context = enter(manager).get(HOME).context
        counts = {step["code"]: step["due"] for step in context["steps"]}
        assert counts["1wd"] == 0
        assert context["due_now"] == 0
        browser = enter(manager)
        browser.post(f"{HOME}move/", {"number": "20", "unit": "wd"})
        assert browser.get(HOME).context["due_now"] == 1

"""Two people, or a person and the law, at one session at the same moment. Real commits."""

from __future__ import annotations

import pytest

from hall.clocks import sweep
from hall.errors import Conflict, HallError, WrongState
from hall.organisation.choices import Role
from hall.trail.models import Event
from hall.trail.queries import faults
from routing import services
from routing.choices import Attendance, SessionState, TaskState
from routing.models import AgendaItem, CalendarFeed, EvidencePack
from tests import traits

from .conftest import BEFORE, CLOSED, fresh, row_of, task_of


@pytest.fixture(autouse=True)
def journal_holds(transactional_db):
    """Whatever the order was, the chains are whole afterwards."""
    yield
    assert not list(faults())


def test_two_colleagues_sign_in_and_one_row_has_one_of_them(
    session, health, health_reviewer, a_place, monday, really_concurrent
):
    colleague = traits.make_officer(a_place, Role.REVIEWER, department=health)
    monday(BEFORE)
    outcomes = really_concurrent(
        lambda: services.sign_in(session.pk, by=health_reviewer),
        lambda: services.sign_in(session.pk, by=colleague),
    )
    assert all(outcome.ok for outcome in outcomes), [outcome.error for outcome in outcomes]
    assert Event.objects.filter(what="routing.session_signed_in").count() == 1
    assert row_of(session, health).signed_in_by_id in (health_reviewer.user_id, colleague.user_id)


def test_a_sign_in_against_the_close_is_in_time_or_absent(
    opened, case, health, health_reviewer, bureau_head, monday, really_concurrent
):
    monday(CLOSED)
    signed, closed = really_concurrent(
        lambda: services.sign_in(opened.pk, by=health_reviewer),
        lambda: services.close_session(opened.pk, minutes="记录", summary="同意", by=bureau_head),
    )
    assert closed.ok, closed.error
    assert fresh(opened).state == SessionState.HELD
    row, task = row_of(opened, health), task_of(case, health)
    if signed.ok:
        assert (row.attendance, task.state) == (Attendance.LATE, TaskState.RECEIVED)
    else:
        assert isinstance(signed.error, WrongState)
        assert (row.attendance, task.state) == (Attendance.ABSENT, TaskState.DEEMED)


def test_the_sweep_against_the_close_states_absence_once(
    opened, case, health, bureau_head, monday, really_concurrent
):
    monday(CLOSED)
    closed, _swept = really_concurrent(
        lambda: services.close_session(opened.pk, minutes="记录", summary="同意", by=bureau_head), sweep.run
    )
    assert closed.ok, closed.error
    assert EvidencePack.objects.count() == 1
    assert task_of(case, health).state == TaskState.DEEMED


def test_two_sessions_for_one_case_and_one_has_it(case, plan, bureau_head, reviewer, really_concurrent):
    outcomes = really_concurrent(lambda: plan(case, by=reviewer), lambda: plan(case, by=bureau_head))
    (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
    assert isinstance(lost, Conflict)
    assert AgendaItem.objects.filter(case=case, open=True).count() == 1


def test_an_opinion_at_the_desk_against_absence_gives_one_of_the_two(
    opened, case, health, health_reviewer, monday, really_concurrent
):
    monday(CLOSED)
    task = task_of(case, health)
    spoken, _swept = really_concurrent(
        lambda: services.give_opinion(task.pk, verdict="agree", by=health_reviewer), sweep.run
    )
    state = task_of(case, health).state
    if spoken.ok:
        assert state == TaskState.DONE
    else:
        assert isinstance(spoken.error, HallError)
        assert state == TaskState.DEEMED


def test_two_new_addresses_at_once_leave_one(health_reviewer, really_concurrent):
    outcomes = really_concurrent(*[lambda: services.open_feed(by=health_reviewer)] * 2)
    assert all(outcome.ok for outcome in outcomes), [outcome.error for outcome in outcomes]
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1

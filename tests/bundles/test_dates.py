"""The one hand-over date of a bundle follows what happens to its parts. S0 §11; 许可法 Art. 42."""

from __future__ import annotations

import datetime as dt

import pytest

from applications import services as cases
from applications.choices import PartState, State
from hall.calendars.workdays import SHANGHAI
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.notices.models import Notice
from routing import services as routing
from routing.models import Task
from tests import traits

from .conftest import accepted, decide, part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seals")]


@pytest.fixture
def bundle(sinking_version, clerk, citizen, moved):
    """Accepted on Monday 2 March 2026: seven working days for all of it."""
    moved("2026-03-02 09:00")
    return accepted(sinking_version, clerk, person=citizen.person)


def due(bundle) -> dt.date:
    return running(bundle, Kind.BUNDLE).due_at.astimezone(SHANGHAI).date()


def extend(bundle, code: str, days: int) -> None:
    asked, head = propose(bundle, code, days)
    routing.grant_extension(asked.pk, by=head)


def propose(bundle, code: str, days: int):
    case = part(bundle, code).case
    routing.dispatch(case.pk)
    task = Task.objects.get(case=case, decides=True)
    reviewer = traits.make_officer(case.jurisdiction, "reviewer", department=task.department)
    head = traits.make_officer(case.jurisdiction, "head", department=task.department)
    return routing.propose_extension(task.pk, days=days, reason="案情复杂", by=reviewer), head


class TestExtension:
    def test_of_one_part_moves_the_date_of_the_whole_and_is_told(self, bundle, citizen):
        assert due(bundle) == dt.date(2026, 3, 11)
        extend(bundle, "licence", 3)
        assert due(bundle) == dt.date(2026, 3, 16)
        word = Notice.objects.get(subject__contains="领取日期有变化", user=citizen, channel="in_app")
        assert "2026年3月16日" in word.body
        assert "示例设立登记" in word.body

    def test_parts_side_by_side_do_not_add_up(self, bundle):
        extend(bundle, "licence", 3)
        extend(bundle, "insurance", 5)
        assert due(bundle) == dt.date(2026, 3, 18)

    def test_parts_one_after_the_other_do(self, bundle, moved):
        extend(bundle, "insurance", 2)
        decide(bundle, "insurance")
        cases.follow_bundle(bundle.pk)
        moved("2026-03-03 09:30")
        cases.follow_bundle(bundle.pk)
        extend(bundle, "tax", 3)
        assert due(bundle) == dt.date(2026, 3, 18)

    def test_refused_nothing_moves(self, bundle):
        asked, head = propose(bundle, "licence", 3)
        routing.reject_extension(asked.pk, answer="人手充足", by=head)
        assert due(bundle) == dt.date(2026, 3, 11)

    @pytest.mark.django_db(transaction=True)
    def test_two_parts_at_once_both_count(self, bundle, really_concurrent):
        (first, head), (second, other) = propose(bundle, "licence", 3), propose(bundle, "insurance", 5)
        outcomes = really_concurrent(
            lambda: routing.grant_extension(first.pk, by=head),
            lambda: routing.grant_extension(second.pk, by=other),
        )
        assert all(outcome.ok for outcome in outcomes), outcomes
        assert Clock.objects.get(kind=Kind.BUNDLE, state="running").extended == 5


def test_a_refused_part_sinks_only_where_it_is_declared(bundle):
    """社保 is refused: tax, which waits for it, ends; the licence goes on to its result."""
    decide(bundle, "insurance", "refused")
    cases.follow_bundle(bundle.pk)
    assert part(bundle, "tax").state == PartState.ENDED
    assert part(bundle, "licence").state == PartState.RUNNING
    decide(bundle, "licence")
    cases.follow_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == State.READY

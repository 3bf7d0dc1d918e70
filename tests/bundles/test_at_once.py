"""Two hands on one bundle at the same moment, with real commits."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.choices import PartState, State
from applications.models import Application
from hall.trail.queries import faults, of_case
from tests import traits

from .conftest import accepted, decide, part, received


def events(bundle: BundleCase, what: str) -> int:
    return sum(event.what == f"applications.{what}" for event in of_case(bundle.pk))


@pytest.fixture
def journal_holds(transactional_db):
    """Whatever the order was, the chains are whole afterwards."""
    yield
    assert not list(faults())


@pytest.mark.usefixtures("journal_holds", "seals")
class TestTwoAtOnce:
    def test_two_last_parts_that_finish_at_once_end_it_exactly_once(
        self, sinking_version, clerk, really_concurrent, moved
    ):
        moved("2026-03-02 09:00")
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "insurance", "refused")  # its dependent ends, two are left
        cases.follow_bundle(bundle.pk)

        def finish(code):
            def run():
                decide(bundle, code)
                cases.follow_bundle(bundle.pk)

            return run

        outcomes = really_concurrent(finish("licence"), lambda: cases.follow_bundle(bundle.pk))
        assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
        cases.follow_bundle(bundle.pk)
        assert BundleCase.objects.get(pk=bundle.pk).state == State.READY
        assert events(bundle, "bundle_concluded") == 1

    def test_both_last_parts_decided_and_followed_together(
        self, bundle_version, clerk, really_concurrent, moved
    ):
        moved("2026-03-02 09:00")
        bundle = accepted(bundle_version, clerk)
        decide(bundle, "licence")
        cases.follow_bundle(bundle.pk)
        moved("2026-03-03 09:30")
        cases.follow_bundle(bundle.pk)

        def finish(code):
            def run():
                decide(bundle, code)
                return cases.follow_bundle(bundle.pk)

            return run

        outcomes = really_concurrent(finish("tax"), finish("insurance"))
        assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
        assert BundleCase.objects.get(pk=bundle.pk).state == State.READY
        assert events(bundle, "bundle_concluded") == 1
        assert events(bundle, "bundle_part_done") == 3

    def test_followed_by_four_workers_a_part_starts_once(
        self, bundle_version, clerk, really_concurrent, moved
    ):
        moved("2026-03-02 09:00")
        bundle = accepted(bundle_version, clerk)
        decide(bundle, "licence")
        moved("2026-03-03 09:30")
        outcomes = really_concurrent(*[lambda: cases.follow_bundle(bundle.pk)] * 4)
        assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
        cases.follow_bundle(bundle.pk)
        assert Application.objects.filter(bundle=bundle).count() == 3
        assert part(bundle, "tax").state == PartState.RUNNING

    def test_accepted_twice_it_is_accepted_once(self, bundle_version, clerk, really_concurrent):
        bundle = received(bundle_version, clerk)
        outcomes = really_concurrent(*[lambda: cases.accept_bundle(bundle.pk, by=clerk)] * 3)
        assert sum(outcome.ok for outcome in outcomes) == 1
        assert Application.objects.filter(bundle=bundle).count() == 1
        assert events(bundle, "bundle_accepted") == 1

    def test_sunk_while_another_part_is_decided_neither_waits_for_ever(
        self, sinking_version, clerk, really_concurrent
    ):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence", "refused")
        outcomes = really_concurrent(
            lambda: cases.follow_bundle(bundle.pk), lambda: decide(bundle, "insurance")
        )
        assert outcomes[0].ok, outcomes[0].error
        cases.follow_bundle(bundle.pk)
        cases.follow_bundle(bundle.pk)
        state = part(bundle, "insurance").case.state
        assert state in (State.TERMINATED, State.READY)
        assert BundleCase.objects.get(pk=bundle.pk).state == State.READY

    def test_opened_twice_with_one_key_it_is_one_bundle(self, bundle_version, clerk, really_concurrent):
        post = clerk.post_for("clerk")

        def open_it():
            return cases.open_bundle(
                version=bundle_version, hall=post.hall, window=post.window, by=clerk, key="same"
            ).pk

        outcomes = really_concurrent(open_it, open_it, open_it)
        assert len({outcome.value for outcome in outcomes}) == 1, [o.error for o in outcomes]
        assert traits.PHONE

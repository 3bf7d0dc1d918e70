"""Two hands on one case at the same moment, with real commits: whoever comes second hears the truth."""

from __future__ import annotations

import pytest

from applications import services
from applications.choices import AcceptanceMode, DeferralState, State
from applications.models import Deferral
from applications.services.ending import breach_deferral
from hall.clocks import sweep
from hall.clocks.models import Clock
from hall.errors import HallError, WrongState
from hall.trail.queries import faults, of_case
from tests import traits


def events(case, what: str) -> int:
    return sum(event.what == f"applications.{what}" for event in of_case(case.pk))


@pytest.fixture
def journal_holds(transactional_db):
    """Whatever the order was, the chains are whole afterwards."""
    yield
    assert not list(faults())


@pytest.mark.usefixtures("journal_holds")
class TestOneCase:
    def test_submitted_twice_it_is_submitted_once(self, promised_version, really_concurrent):
        citizen = traits.make_citizen()
        by = traits.acting(citizen)
        case = services.apply_online(version=promised_version, by=by)
        services.save_draft(
            case.pk, data=traits.FORM_DATA, answers={"agent": "no"}, phone=traits.PHONE, by=by
        )
        outcomes = really_concurrent(*[lambda: services.submit(case.pk, by=by)] * 3)
        assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
        assert events(case, "submitted") == 1
        assert Clock.objects.filter(case_id=case.pk).count() == 1

    def test_begun_twice_with_one_key_it_is_one_draft(self, promised_version, really_concurrent):
        by = traits.acting(traits.make_citizen())

        def begin():
            return services.apply_online(version=promised_version, by=by, key="same").pk

        outcomes = really_concurrent(begin, begin, begin)
        assert len({outcome.value for outcome in outcomes}) == 1, [o.error for o in outcomes]

    def test_opened_twice_with_one_key_it_is_one_case(self, promised_version, clerk, really_concurrent):
        post = clerk.post_for("clerk")

        def open_it():
            return services.open_at_desk(
                version=promised_version, hall=post.hall, window=post.window, by=clerk, key="same"
            ).pk

        outcomes = really_concurrent(open_it, open_it, open_it)
        assert len({outcome.value for outcome in outcomes}) == 1, [o.error for o in outcomes]

    def test_received_twice_it_has_one_number(self, promised_version, clerk, really_concurrent):
        post = clerk.post_for("clerk")
        case = services.open_at_desk(version=promised_version, hall=post.hall, window=post.window, by=clerk)
        services.set_applicant(case.pk, subject=traits.make_person(), phone=traits.PHONE, by=clerk)
        outcomes = really_concurrent(*[lambda: services.receive(case.pk, by=clerk)] * 3)
        assert len({outcome.value.number for outcome in outcomes}) == 1
        assert events(case, "received") == 1

    def test_accepted_and_withdrawn_at_once_it_ends_withdrawn(self, received_case, clerk, really_concurrent):
        accepted, withdrawn = really_concurrent(
            lambda: services.accept(received_case.pk, by=clerk),
            lambda: services.withdraw(received_case.pk, "申请人撤回", by=clerk),
        )
        assert withdrawn.ok
        assert accepted.ok or isinstance(accepted.error, WrongState)
        assert traits.fresh(received_case).state == State.WITHDRAWN
        assert not Clock.objects.filter(case_id=received_case.pk, state="running").exists()

    def test_the_clerk_and_the_law_accept_it_once(self, promised_version, clerk, moved, really_concurrent):
        """The acceptance clock fires while the clerk presses the button (行政许可法 Art. 32(4))."""
        moved("2026-03-02 09:00")
        case = traits.take_in(promised_version, clerk)
        moved("2026-03-10 09:00")
        by_hand, _swept = really_concurrent(lambda: services.accept(case.pk, by=clerk), sweep.run)
        assert events(case, "accepted") == 1
        how = AcceptanceMode.NORMAL if by_hand.ok else AcceptanceMode.DEEMED
        assert traits.fresh(case).accepted_how == how

    def test_a_promise_is_kept_or_broken_never_both(self, deferred_case, clerk, really_concurrent):
        deferral = Deferral.objects.get(case=deferred_case)
        kept, broken = really_concurrent(
            lambda: services.supply_deferred(deferred_case.pk, "m05", by=clerk),
            lambda: breach_deferral(deferral.pk),
        )
        assert broken.ok
        deferral.refresh_from_db()
        state = traits.fresh(deferred_case).state
        if kept.ok:
            assert (deferral.state, state) == (DeferralState.SUPPLIED, State.ACCEPTED)
        else:
            assert isinstance(kept.error, HallError)
            assert (deferral.state, state) == (DeferralState.BREACHED, State.TERMINATED)

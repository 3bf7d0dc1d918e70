"""物料转移单: both sides confirm, an original is in one place, and a difference is nobody's secret."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from applications import services as cases
from certificates.queries import paper_lines
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.notices.models import Notice
from hall.organisation.choices import Role
from hall.people.models import User
from hall.trail.queries import of_case
from routing import services
from routing.choices import SlipState
from routing.holdings import Office, holdings, open_slips
from routing.models import SlipItem, TransferSlip
from routing.services.slips import Count
from tests import traits


def where(case) -> dict[str, tuple[str, bool]]:
    """Each original by its code: where it is, and whether it travels."""
    return {each.material.material.code: (str(each.office), each.slip is not None) for each in holdings(case)}


def keys(case, *codes: str) -> list[int]:
    return [each.material.pk for each in holdings(case) if each.material.material.code in codes]


@pytest.fixture
def slip(dispatched, clerk, health) -> TransferSlip:
    """The application form on its way from the window to a department."""
    return services.send_originals(
        dispatched.pk, materials=keys(dispatched, "m01"), to=Office(department=health), by=clerk
    )


class TestSending:
    def test_what_was_handed_in_lies_in_the_hall(self, dispatched, centre):
        assert where(dispatched) == {"m01": (centre.name, False), "m02": (centre.name, False)}

    def test_it_travels_until_the_other_side_has_counted(
        self, slip, dispatched, centre, health, health_reviewer
    ):
        assert where(dispatched)["m01"] == (centre.name, True)
        services.receive_originals(slip.pk, by=health_reviewer)
        assert where(dispatched)["m01"] == (health.name, False)

    def test_numbers_follow_one_another(self, slip, dispatched, clerk, fire):
        other = services.send_originals(
            dispatched.pk, materials=keys(dispatched, "m02"), to=Office(department=fire), by=clerk
        )
        assert int(other.number[-4:]) == int(slip.number[-4:]) + 1

    def test_an_original_travels_on_one_slip(self, slip, dispatched, clerk, fire):
        with pytest.raises(Conflict):
            services.send_originals(
                dispatched.pk, materials=keys(dispatched, "m01"), to=Office(department=fire), by=clerk
            )
        item = slip.items.get()
        second = TransferSlip.objects.create(
            number="ZY0",
            case=slip.case,
            jurisdiction=slip.jurisdiction,
            from_hall=slip.from_hall,
            to_department=fire,
            sent_by=slip.sent_by,
            sent_at=slip.sent_at,
            due_at=slip.due_at,
        )
        with pytest.raises(IntegrityError, match="original_travels_on_one_slip"), transaction.atomic():
            SlipItem.objects.create(slip=second, material=item.material, originals=1)

    def test_only_who_has_it_sends_it_and_only_to_who_works_on_the_case(
        self, dispatched, clerk, health_reviewer, fire, a_place
    ):
        chosen = keys(dispatched, "m01")
        with pytest.raises(NotAllowed):
            services.send_originals(
                dispatched.pk, materials=chosen, to=Office(department=fire), by=health_reviewer
            )
        stranger = traits.make_department(a_place, "water", "水利局")
        with pytest.raises(Invalid):
            services.send_originals(dispatched.pk, materials=chosen, to=Office(department=stranger), by=clerk)
        with pytest.raises(Invalid):
            services.send_originals(dispatched.pk, materials=[], to=Office(department=fire), by=clerk)


class TestAfterTheEnd:
    """行政许可法 knows no keeping of originals: what is not needed any more goes back to the applicant."""

    def test_no_department_gets_originals_of_a_case_that_has_ended(self, dispatched, clerk, fire):
        cases.withdraw(dispatched.pk, "不办了", by=clerk)
        with pytest.raises(WrongState, match="只能退回大厅"):
            services.send_originals(
                dispatched.pk, materials=keys(dispatched, "m01"), to=Office(department=fire), by=clerk
            )

    def test_a_department_sends_them_back_to_the_hall(
        self, slip, dispatched, clerk, issuer, health_reviewer, centre
    ):
        services.receive_originals(slip.pk, by=health_reviewer)
        cases.withdraw(dispatched.pk, "不办了", by=clerk)
        back = services.send_originals(
            dispatched.pk, materials=keys(dispatched, "m01"), to=Office(hall=centre), by=health_reviewer
        )
        services.receive_originals(back.pk, by=issuer)
        assert where(dispatched)["m01"] == (centre.name, False)

    def test_the_page_offers_what_the_verb_allows(self, slip, dispatched, clerk, health_reviewer, client):
        services.receive_originals(slip.pk, by=health_reviewer)
        cases.withdraw(dispatched.pk, "不办了", by=clerk)
        address = f"/cases/{dispatched.pk}/route/"
        client.force_login(User.objects.get(pk=clerk.user_id))
        assert "开出转移单" not in client.get(address).content.decode()  # from the hall it goes nowhere
        client.force_login(User.objects.get(pk=health_reviewer.user_id))
        form = client.get(address).content.decode().split("开物料转移单")[1].split("</form>")[0]
        assert "政务服务中心" in form
        assert "消防" not in form


class TestReceiving:
    def test_what_differs_is_said_and_goes_to_supervision(
        self, slip, health_reviewer, supervisor, dispatched
    ):
        item = slip.items.get()
        with pytest.raises(Invalid):
            services.receive_originals(slip.pk, counted={item.pk: Count(0, 0)}, by=health_reviewer)
        services.receive_originals(
            slip.pk, counted={item.pk: Count(0, 0)}, difference="原件未在袋内", by=health_reviewer
        )
        slip.refresh_from_db()
        assert slip.state == SlipState.DIFFERING
        assert of_case(dispatched.pk).get(what="routing.slip_differs").reason == "原件未在袋内"
        assert Notice.objects.filter(user_id=supervisor.user_id).exists()
        held = next(each for each in holdings(dispatched) if each.material.material.code == "m01")
        assert held.originals == 0

    def test_not_by_another_office_nor_by_who_handed_it_over(self, slip, fire_reviewer, clerk):
        for by in (fire_reviewer, clerk):
            with pytest.raises(NotAllowed):
                services.receive_originals(slip.pk, by=by)

    def test_two_confirmations_at_once_make_one(
        self, transactional_db, slip, health_reviewer, a_place, health, really_concurrent
    ):
        rival = traits.make_officer(a_place, Role.REVIEWER, department=health)
        outcomes = really_concurrent(
            lambda: services.receive_originals(slip.pk, by=health_reviewer),
            lambda: services.receive_originals(slip.pk, by=rival),
        )
        (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
        assert isinstance(lost, WrongState)

    def test_the_sender_takes_it_back_before_and_not_after(
        self, slip, other_clerk, health_reviewer, dispatched, centre
    ):
        with pytest.raises(NotAllowed):
            services.take_back_slip(slip.pk, reason="x", by=health_reviewer)
        services.take_back_slip(slip.pk, reason="改送", by=other_clerk)
        assert where(dispatched)["m01"] == (centre.name, False)
        with pytest.raises(WrongState):
            services.receive_originals(slip.pk, by=health_reviewer)

    def test_the_originals_come_back_to_the_window(self, slip, health_reviewer, dispatched, centre, issuer):
        services.receive_originals(slip.pk, by=health_reviewer)
        back = services.send_originals(
            dispatched.pk, materials=keys(dispatched, "m01"), to=Office(hall=centre), by=health_reviewer
        )
        services.receive_originals(back.pk, by=issuer)
        assert where(dispatched)["m01"] == (centre.name, False)


class TestOnPaper:
    def test_each_sheet_is_told_from_the_others(self, slip, dispatched, clerk, fire, health_reviewer):
        other = services.send_originals(
            dispatched.pk, materials=keys(dispatched, "m02"), to=Office(department=fire), by=clerk
        )
        services.receive_originals(slip.pk, by=health_reviewer)
        titles = [line.title for line in paper_lines(dispatched, internal=True) if "转移单" in line.title]
        assert titles == [
            f"物料转移单 {slip.number}",
            f"物料转移单 {slip.number}（双方已确认）",
            f"物料转移单 {other.number}",
        ]


class TestLists:
    def test_each_side_sees_what_is_under_way_and_what_is_late(
        self, slip, clerk, health_reviewer, fire_reviewer, moved
    ):
        assert [each.pk for each in open_slips(clerk)] == [slip.pk]
        assert [each.pk for each in open_slips(health_reviewer)] == [slip.pk]
        assert not open_slips(fire_reviewer).exists()
        moved(slip.due_at + dt.timedelta(minutes=1))
        assert open_slips(clerk).get().is_late

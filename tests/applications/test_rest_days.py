"""365服务: received on a rest day, accepted from the next working day, unless it is handled that day."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from applications import checks, services
from hall.calendars import services as calendars
from hall.calendars.workdays import SHANGHAI
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.organisation.choices import Domain
from tests import traits

SATURDAY, MONDAY = dt.date(2026, 3, 7), dt.date(2026, 3, 9)


def on(moment: dt.datetime) -> dt.date:
    return moment.astimezone(SHANGHAI).date()


@pytest.fixture
def received(moved, promised_version, clerk):
    calendars.load_national([2026])
    moved("2026-03-07 10:00")
    return traits.take_in(promised_version, clerk)


class TestReceivedOnARestDay:
    def test_the_office_has_five_working_days_from_receipt(self, received):
        """Saturday's own day does not count, so Monday is the first and Friday the last."""
        clock = running(received, Kind.ACCEPTANCE)
        assert on(clock.started_at) == SATURDAY
        assert on(clock.due_at) == dt.date(2026, 3, 13)

    def test_it_is_accepted_as_of_the_next_working_day(self, received, clerk):
        case = services.accept(received.pk, by=clerk)
        assert on(case.received_at) == SATURDAY
        assert on(case.accepted_at) == MONDAY
        assert on(running(case, Kind.PROMISED).started_at) == MONDAY

    def test_receipt_and_tracking_page_say_so(self, received, client):
        words = "休息日收件（365服务），最早自下一个工作日3月9日受理，办理时限从受理之日起算。"
        assert checks.rest_day_words(received) == words
        client.post(reverse("applications:track"), {"number": received.number, "code": received.query_code})
        page = client.get(reverse("applications:tracked", args=[received.pk])).content.decode()
        assert words in page

    def test_on_a_working_day_nothing_is_said(self, moved, promised_version, clerk):
        calendars.load_national([2026])
        moved("2026-03-06 10:00")
        assert checks.rest_day_words(traits.take_in(promised_version, clerk)) == ""

    def test_accepted_days_later_it_is_no_matter_any_more(self, received, clerk, moved):
        moved("2026-03-11 10:00")
        case = services.accept(received.pk, by=clerk)
        assert checks.rest_day_words(case) == ""


class TestHandledThatDay:
    def test_an_instant_case_is(self, moved, instant_version, clerk):
        calendars.load_national([2026])
        moved("2026-03-07 10:00")
        case = traits.take_in(instant_version, clerk)
        assert checks.rest_day_words(case) == "休息日收件，当天办理。"
        assert on(services.accept(case.pk, by=clerk).accepted_at) == SATURDAY

    def test_and_the_domains_for_which_the_place_keeps_a_rota(self, received, clerk, a_place):
        """S0 §12: real estate, housing fund, social insurance, marriage, household, exit and entry."""
        a_place.settings["rest_day_domains"] = [Domain.BUSINESS]
        a_place.save()
        assert checks.rest_day_words(traits.fresh(received)) == "休息日收件，当天办理。"
        case = services.accept(received.pk, by=clerk)
        assert on(case.accepted_at) == SATURDAY
        assert on(running(case, Kind.PROMISED).due_at) == dt.date(2026, 3, 13)

"""Bodies of procedural law as data, and limits in every unit side by side."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from applications import services as cases
from hall.actors import SYSTEM
from hall.calendars import services as calendars
from hall.calendars.workdays import SHANGHAI
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import NotAllowed
from hall.organisation.choices import Role
from hall.people.models import User
from matters import services as catalogue
from matters.models import MatterVersion, Regime
from routing.services import most_days
from tests import traits

REVISED = {
    "acceptance_days": 3,
    "deemed_accepted": False,
    "extension_days": 5,
    "delivery_days": 7,
    "name": "示例行政许可程序",
}


@pytest.fixture
def keeper(a_place):
    return traits.make_officer(a_place, Role.KEEPER)


@pytest.fixture
def revised(a_place, keeper, moved) -> Regime:
    moved("2026-03-02 09:00")
    return catalogue.revise_regime(
        "licensing",
        REVISED,
        place=a_place,
        valid_from=dt.date(2026, 3, 2),
        reason="示范规定",
        by=keeper,
    )


class TestRegime:
    """程序规则: editable, versioned, and followed by every verb that asks it."""

    def test_a_new_version_of_a_matter_follows_it_and_old_cases_do_not(
        self, bureau, clerk, promised_version, revised
    ):
        before = traits.take_in(promised_version, clerk)
        after = traits.take_in(traits.make_version(bureau, regime=revised), clerk)
        assert running(before, Kind.ACCEPTANCE).limit_value == 5
        assert running(after, Kind.ACCEPTANCE).limit_value == 3
        assert most_days(after) == 5
        cases.accept(after.pk, by=clerk)
        cases.mark_reviewing(after.pk)
        cases.record_decision(after.pk, "granted", by=SYSTEM)
        assert running(after, Kind.DELIVERY).limit_value == 7

    def test_where_the_law_knows_no_deemed_acceptance_there_is_none(self, bureau, clerk, revised, moved):
        from hall.clocks import sweep

        case = traits.take_in(traits.make_version(bureau, regime=revised), clerk)
        moved("2026-03-10 09:00")
        sweep.run()
        assert traits.fresh(case).state == "received"

    def test_a_version_is_never_changed(self, revised, promised_version):
        for change in ({"acceptance_days": 9}, {"name": "x"}):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                Regime.objects.filter(pk=revised.pk).update(**change)
        assert MatterVersion.objects.get(pk=promised_version.pk).regime_id == "licensing"

    def test_keepers_and_managers_have_a_page_for_it(self, client, a_place, keeper, revised, clerk):
        client.force_login(User.objects.get(pk=keeper.user_id))
        listed = client.get(reverse("matters:regimes")).content.decode()
        assert "示例行政许可程序" in listed
        url = reverse("matters:revise_regime", args=[revised.pk])
        posted = {
            **{name: value for name, value in REVISED.items() if value is not False},
            "basis": revised.basis,
            "acceptance_days": "2",
            "valid_from": "2026-04-01",
            "change_reason": "示范规定第二条",
        }
        assert client.post(url, posted).status_code == 302
        third = Regime.objects.get(family="licensing", jurisdiction=a_place, number=3)
        assert (third.acceptance_days, third.valid_from) == (2, dt.date(2026, 4, 1))
        with pytest.raises(NotAllowed):
            catalogue.revise_regime(
                "licensing", {}, place=a_place, valid_from=dt.date(2026, 5, 1), reason="x", by=clerk
            )


class TestUnitsSideBySide:
    """Accepted on Wednesday 29 April 2026 at 16:00, before the holiday of 1 to 5 May (9 May works)."""

    @pytest.mark.parametrize(
        ("promised", "due"),
        [
            ((3, "working_day"), "2026-05-07 23:59"),
            ((3, "calendar_day"), "2026-05-06 23:59"),  # the last day is off and rolls on
            ((1, "month"), "2026-05-29 23:59"),
            ((240, "working_minute"), "2026-04-30 12:00"),
        ],
    )
    def test_each_counts_as_it_says(self, bureau, clerk, moved, promised, due):
        calendars.load_national([2026])
        value, unit = promised
        version = traits.make_version(
            bureau,
            promised_value=value,
            promised_unit=unit,
            statutory_value=45,
            statutory_unit="calendar_day",
            steps=[traits.step(bureau, days=value, limit_unit=unit, decides=True, receipt_value=None)],
        )
        moved("2026-04-29 16:00")
        case = cases.accept(traits.take_in(version, clerk).pk, by=clerk)
        clock = running(case, Kind.PROMISED)
        assert f"{clock.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == due
        law = running(case, Kind.STATUTORY)
        assert str(law.limit) == "45个自然日"
        assert law.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 6, 15)  # 13 June is a Saturday

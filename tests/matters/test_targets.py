"""The reform's targets, counted live: shares, what is missing, which matters, why, and in a file."""

from __future__ import annotations

import csv
import io

import pgtrigger
import pytest
from django.urls import reverse

from hall.actors import SYSTEM
from hall.organisation.choices import Role
from hall.people.models import User
from hall.trail.models import Event
from matters import services, targets
from matters.models import Matter, MatterVersion

from .conftest import officer

GOALS = {
    "in_hall": 1.0,
    "undifferentiated": 1.0,
    "online_livelihood_enterprise": 0.8,
    "one_certificate_livelihood": 0.5,
    "zero_visit": 0.5,
    "at_most_once": 0.95,
    "licence_time_halved": 0.5,
}


def elements(**told):
    """What a version says, for a draft."""
    return {
        "case_type": "promised",
        "promised_value": 10,
        "statutory_value": 20,
        "statutory_unit": "working_day",
        "applicants": ["person"],
        "visits": 0,
        "online_depth": 4,
        **told,
    }


@pytest.fixture
def aiming(place):
    """The place has promised its government all seven."""
    place.settings = {**place.settings, "targets": GOALS}
    place.save()
    return place


@pytest.fixture
def catalogue(aiming, some_matters):
    """Five versions in force, each lacking something else; nothing checks them here."""

    def state(matter: Matter, **told) -> None:
        with pgtrigger.ignore("matters.MatterVersion:published_version_is_never_changed"):
            MatterVersion.objects.filter(matter=matter).update(**elements(**told))

    one, company, hygiene, card, home = some_matters
    for matter in some_matters:
        state(matter)
    state(
        one, visits=2, visit_reason="面签", online_depth=1, in_centre=False, outside_reason="依法在现场办理"
    )
    state(company, promised_value=12, one_window=False)
    state(hygiene, visits=1, online_depth=2)
    state(card, one_certificate=True)
    state(home, applicants=["enterprise"], statutory_unit="", statutory_value=None)
    return dict(zip(("one", "company", "hygiene", "card", "home"), some_matters, strict=True))


def share(place, code, **options):
    return next(each for each in targets.shares(place, **options) if each.code == code)


class TestShares:
    """S3 二, S4 一."""

    @pytest.mark.parametrize(
        ("code", "count", "total", "missing"),
        [
            ("in_centre", 4, 5, 1),
            ("undifferentiated", 4, 5, 1),
            ("online_share", 3, 5, 1),
            ("one_certificate_livelihood", 1, 4, 1),
            ("zero_visit", 3, 5, 0),
            ("at_most_once", 4, 5, 1),
            ("licence_time_halved", 2, 3, 0),
        ],
    )
    def test_each_counts_what_reaches_it_and_what_is_missing(
        self, aiming, catalogue, code, count, total, missing
    ):
        found = share(aiming, code)
        assert (found.count, found.total, found.missing) == (count, total, missing)
        assert found.met == (missing == 0)
        assert found.lacking == total - count
        assert found.measure.source

    def test_just_enough_is_enough(self):
        assert targets.Share("zero_visit", 1114, 1173, 0.95).missing == 1
        assert targets.Share("zero_visit", 1115, 1173, 0.95).met
        assert targets.Share("zero_visit", 19, 20, 0.95).missing == 0
        assert targets.Share("zero_visit", 0, 0, 0.95).met is None
        assert targets.Share("zero_visit", 3, 4).missing is None

    def test_they_are_counted_for_a_department_and_a_list(self, aiming, catalogue, organ, health):
        head = services.set_list(aiming, "first", by=SYSTEM, name="首批", published_total=2)
        for name in ("one", "hygiene"):
            services.put_in_list(head, catalogue[name], by=SYSTEM)
        rows = {row.subject.pk: row.shares for row in targets.by_department(aiming)}
        assert set(rows) == {organ.pk, health.pk}
        assert sum(row[0].total for row in rows.values()) == 5
        assert rows[health.pk] == targets.shares(aiming, health)
        (row,) = targets.by_list(aiming)
        assert row.subject == head
        zero = next(each for each in row.shares if each.code == "zero_visit")
        assert (zero.count, zero.total) == (0, 2)

    def test_a_suspended_matter_and_a_draft_do_not_count(self, aiming, catalogue, keeper):
        services.suspend(catalogue["one"].pk, by=keeper, reason="升级")
        assert share(aiming, "in_centre").total == 4
        services.draft_version(catalogue["card"].pk, by=keeper)
        assert share(aiming, "in_centre").total == 4

    def test_licences_that_cannot_be_compared_are_told(self, aiming, catalogue):
        licences = sum(matter.kind == "01" for matter in catalogue.values())
        comparable = share(aiming, "licence_time_halved").total
        assert targets.not_comparable(aiming) == licences - comparable


class TestLacking:
    def names(self, place, code, **options):
        return [version.matter.name for version in targets.lacking(place, code, **options)]

    def test_counts_and_list_agree_for_every_target(self, aiming, catalogue):
        for found in targets.shares(aiming):
            assert len(self.names(aiming, found.code)) == found.lacking, found.code

    def test_the_nearest_come_first(self, aiming, catalogue):
        assert self.names(aiming, "zero_visit") == [catalogue["hygiene"].name, catalogue["one"].name]
        assert self.names(aiming, "online_share") == [catalogue["hygiene"].name, catalogue["one"].name]

    @pytest.mark.parametrize(
        ("code", "name", "why", "remedy"),
        [
            ("in_centre", "one", "依法在现场办理", "进驻大厅"),
            ("undifferentiated", "company", "专窗", "综合窗口"),
            ("online_share", "hygiene", "深度2级，还差1级", "网上申报"),
            ("zero_visit", "one", "2次：面签", "邮寄"),
            ("at_most_once", "one", "2次", "邮寄"),
            ("licence_time_halved", "company", "12", "减到10以内，还要再减2"),
        ],
    )
    def test_each_says_why_and_what_to_do(self, aiming, catalogue, code, name, why, remedy):
        rows = targets.explained(code, targets.lacking(aiming, code))
        row = next(row for row in rows if row.version.matter == catalogue[name])
        assert why in row.why
        assert remedy in row.remedy

    def test_by_id_alone_counts_what_must_still_be_brought(self, aiming, published):
        with pgtrigger.ignore("matters.MatterVersion:published_version_is_never_changed"):
            MatterVersion.objects.filter(pk=published.pk).update(applicants=["person"])
        (row,) = targets.explained(
            "one_certificate_livelihood", targets.lacking(aiming, "one_certificate_livelihood")
        )
        # The application must be handed in; what may come later and what the government obtains do not count.
        assert row.version.distance == 1
        assert "必须交1份材料" in row.why

    def test_narrowed_by_department_and_list(self, aiming, catalogue, health):
        assert self.names(aiming, "zero_visit", department=str(health.pk)) == [catalogue["hygiene"].name]
        head = services.set_list(aiming, "first", by=SYSTEM, name="首批", published_total=2)
        services.put_in_list(head, catalogue["one"], by=SYSTEM)
        assert self.names(aiming, "zero_visit", matter_list="first") == [catalogue["one"].name]
        assert self.names(aiming, "zero_visit", matter_list="other") == []


class TestPages:
    @pytest.fixture
    def pages(self, client, aiming, catalogue, keeper):
        client.force_login(User.objects.get(pk=keeper.user_id))
        return client

    def test_keepers_and_supervisors_reach_both_pages(self, client, aiming, catalogue, keeper):
        supervisor = officer(aiming, "supervisor1", Role.SUPERVISOR)
        for person in (keeper, supervisor):
            client.force_login(User.objects.get(pk=person.user_id))
            assert client.get(reverse("matters:targets")).status_code == 200
            page = client.get(reverse("matters:lacking", args=["zero_visit"])).content.decode()
            assert catalogue["hygiene"].name in page
            assert "要到现场2次：面签" in page

    def test_every_target_leads_to_what_lacks_it(self, pages, catalogue):
        page = pages.get(reverse("matters:targets")).content.decode()
        for code, measure in targets.MEASURES.items():
            assert reverse("matters:lacking", args=[code]) in page
            assert measure.source in page
            assert pages.get(reverse("matters:lacking", args=[code])).status_code == 200

    def test_an_unknown_target_does_not_exist(self, pages):
        assert pages.get(reverse("matters:lacking", args=["nonsense"])).status_code == 404
        garbled = {"department": "x", "list": "'", "after": "["}
        assert pages.get(reverse("matters:lacking", args=["zero_visit"]), garbled).status_code == 200

    def test_both_can_be_taken_along_as_a_table_and_the_journal_knows(self, pages, catalogue):
        def rows(address):
            answer = pages.get(address, {"format": "csv"})
            return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

        table = rows(reverse("matters:targets"))
        assert len({len(row) for row in table}) == 1
        assert table[1][:4] == ["安和县", "4", "5", "1"]
        lacking = rows(reverse("matters:lacking", args=["zero_visit"]))
        assert [row[0] for row in lacking[1:]] == [catalogue["hygiene"].name, catalogue["one"].name]
        assert Event.objects.filter(what="targets_exported").count() == 2

    def test_the_number_of_queries_is_fixed(self, pages, catalogue, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            pages.get(reverse("matters:targets"))
        with django_assert_max_num_queries(12):
            pages.get(reverse("matters:lacking", args=["zero_visit"]))

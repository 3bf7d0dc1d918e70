"""The health of the whole catalogue: counted by rule and department, down to the matter."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hall.actors import SYSTEM
from hall.people.models import User
from matters import health, services, tasks
from matters.checks import RULES
from matters.choices import MatterState
from matters.models import Matter, MatterHealth


@pytest.fixture
def broken(some_matters):
    """Of five matters from profiles one asks for a drawer of anything, one lets nobody know its rights."""
    drawer, silent, *_rest = some_matters
    for matter, elements, materials in (
        (drawer, {}, [{"name": "其他有关材料", "basis": "x"}]),
        (silent, {"rights_and_duties": []}, None),
    ):
        version = services.draft_version(matter.pk, by=SYSTEM)
        services.change_draft(version.pk, by=SYSTEM, elements=elements, materials=materials)
        version.refresh_from_db()
        services.publishing.release(version, by=SYSTEM)
    return some_matters


@pytest.fixture
def desk(client, keeper):
    client.force_login(User.objects.get(pk=keeper.user_id))
    return client


def ask(desk, **query):
    return desk.get(reverse("matters:health"), query).content.decode()


class TestFolding:
    def test_what_is_kept_is_what_the_rules_say(self, place, broken):
        assert services.fold_health(place) == len(broken)
        for row in MatterHealth.objects.select_related("version"):
            said = services.check(row.version)
            assert row.findings == [finding.as_data() for finding in said]
            assert (row.blocking, row.advice) == (
                sum(finding.blocks for finding in said),
                sum(not finding.blocks for finding in said),
            )

    def test_only_what_has_changed_is_asked_again(self, place, broken, organ):
        services.fold_health(place)
        assert services.fold_health(place) == 0
        services.publish_profile(broken[0], by=SYSTEM)
        assert services.fold_health(place) == 1
        services.rename(broken[1].pk, by=SYSTEM, theme="婚姻登记")
        assert services.fold_health(place) == 1

    def test_what_the_rules_read_of_the_place_makes_it_stale(self, place, broken):
        services.fold_health(place)
        place.settings = {"silent_consent": False}
        place.save()
        assert services.fold_health(place) == len(broken)

    def test_a_matter_without_a_version_is_found(self, place, matter):
        services.fold_health(place)
        (row,) = MatterHealth.objects.all()
        assert (row.version, row.blocking) == (None, 1)
        assert row.findings[0]["code"] == "version_in_force"

    def test_the_porter_folds_every_place(self, place, some_matters):
        assert tasks.fold_health() == len(some_matters)
        assert tasks.fold_health() == 0


class TestOverview:
    def test_each_matter_is_counted_once(self, place, broken):
        services.fold_health(place)
        seen = health.overview(place, {})
        assert (seen.total, seen.blocking, seen.advice, seen.healthy) == (5, 1, 1, 3)
        counted = {rule.code: (rule.blocking, rule.advice) for rule in seen.rules}
        assert counted["no_drawer_for_anything"] == (1, 0)
        assert counted["rights_are_told"] == (0, 1)

    def test_by_department(self, place, broken, organ):
        services.fold_health(place)
        rows = {each.department: each for each in health.overview(place, {}).departments}
        assert (rows[organ].matters, rows[organ].blocking, rows[organ].advice) == (3, 1, 1)
        narrowed = health.overview(place, {"department": str(organ.pk)})
        assert narrowed.total == 3
        assert len(narrowed.departments) == 2  # where else there is something to find

    def test_by_rule_down_to_the_matter(self, place, broken):
        services.fold_health(place)
        assert list(health.matters(place, {"rule": "rights_are_told"})) == [broken[1]]
        assert health.overview(place, {"rule": "rights_are_told"}).total == 1
        assert list(health.matters(place, {"severity": "blocks"})) == [broken[0]]
        assert health.matters(place, {"severity": "healthy"}).count() == 3

    def test_a_cancelled_matter_is_no_longer_counted(self, place, broken):
        services.cancel(broken[0].pk, by=SYSTEM, reason="取消", basis="国发〔2020〕13号")
        services.fold_health(place)
        assert health.overview(place, {}).total == 4
        assert Matter.objects.filter(state=MatterState.CANCELLED).exists()


class TestPage:
    def test_it_shows_what_is_wrong_and_what_to_do(self, desk, broken):
        text = ask(desk)
        assert "没有兜底材料" in text
        assert "逐项写明材料名称" in text
        assert reverse("matters:manage_matter", args=[broken[0].pk]) in text

    def test_filters_narrow_it(self, desk, broken, health):
        text = ask(desk, rule="no_drawer_for_anything")
        assert broken[0].name in text
        assert reverse("matters:manage_matter", args=[broken[1].pk]) not in text
        assert reverse("matters:manage_matter", args=[broken[0].pk]) not in ask(desk, department=health.pk)
        assert "没有这样的事项" in ask(desk, rule="no_material_twice")

    def test_garbled_addresses_break_nothing(self, desk, broken):
        for query in ({"rule": "x"}, {"department": "x"}, {"severity": "x"}, {"after": "x"}, {"kind": "x"}):
            assert desk.get(reverse("matters:health"), query).status_code == 200

    def test_its_queries_do_not_grow_with_the_catalogue(
        self, desk, place, organ, broken, django_assert_max_num_queries
    ):
        ask(desk)
        with django_assert_max_num_queries(16):
            ask(desk)


def test_every_rule_has_a_title_of_its_own():
    titles = [str(rule.title) for rule in RULES.values()]
    assert len(set(titles)) == len(titles)

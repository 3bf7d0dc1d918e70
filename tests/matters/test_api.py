"""Reading the catalogue by API."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from hall.actors import SYSTEM
from hall.now import now
from hall.trail import services as trail
from matters import services
from tests import traits

ADDRESS = "/api/v1/matters/"


def names(response):
    return [matter["name"] for matter in response.json()["results"]]


class TestMatters:
    def test_matters_on_show_by_name(self, client, published, some_matters, draft):
        response = client.get(ADDRESS, {"place": "anhe"})
        assert response.status_code == 200
        assert len(names(response)) == 6
        first = response.json()["results"][0]
        assert first["place"] == "anhe"
        assert client.get(ADDRESS, {"place": "nowhere"}).json()["results"] == []

    def test_it_searches_as_the_portal_does(self, client, some_matters):
        assert names(client.get(ADDRESS, {"place": "anhe", "q": "gtgsh"})) == ["个体工商户设立登记"]
        assert client.get(ADDRESS, {"q": "gtgsh"}).status_code == 422

    def test_one_matter_with_all_that_its_version_says(self, client, published):
        body = client.get(f"{ADDRESS}{published.matter.short_code}/").json()
        content = body["content"]
        assert body["promised"] == "5个工作日"
        assert content["materials"][0]["name"] == "食品经营许可申请书"
        assert [m["demanded"] for m in content["materials"]] == [True, True, False]
        assert [s["department"] for s in content["steps"]] == ["scjgj", "wjj", "scjgj"]
        assert client.get(f"{ADDRESS}nothing/").status_code == 404

    def test_nothing_changed_costs_no_body(self, client, some_matters):
        for address in (f"{ADDRESS}?place=anhe", f"{ADDRESS}{some_matters[0].short_code}/"):
            tag = client.get(address)["ETag"]
            assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        services.rename(some_matters[0].pk, by=SYSTEM, aliases=["新说法"])
        address = f"{ADDRESS}?place=anhe"
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200

    def test_changed_since_gives_versions_in_force_since_then(self, client, some_matters):
        ahead = (now() + dt.timedelta(hours=1)).isoformat()
        assert names(client.get(ADDRESS, {"changed_since": ahead})) == []
        before = (now() - dt.timedelta(hours=1)).isoformat()
        assert len(names(client.get(ADDRESS, {"changed_since": before}))) == 5
        assert client.get(ADDRESS, {"changed_since": "yesterday"}).status_code == 422

    def test_nothing_can_be_written(self, client, published):
        assert client.post(ADDRESS, {}).status_code == 405
        assert client.delete(f"{ADDRESS}{published.matter.short_code}/").status_code == 405

    def test_its_queries_do_not_grow_with_rows(self, client, some_matters, django_assert_max_num_queries):
        with django_assert_max_num_queries(5):
            client.get(ADDRESS, {"place": "anhe"})


class TestKeepingACopy:
    """All once, then only what has changed since the stamp of the last answer."""

    @pytest.fixture(autouse=True)
    def _commits(self, transactional_db):
        """Stamps remember transactions: each verb has its own here, as in life."""

    def read(self, client, **asked):
        return client.get(ADDRESS, {"place": "anhe", **asked}).json()

    def test_what_has_changed_since_a_stamp(self, client, some_matters, place):
        stamp = self.read(client)["stamp"]
        assert self.read(client, changed_since=stamp)["stamp"] == stamp
        services.rename(some_matters[0].pk, by=SYSTEM, aliases=["新说法"])
        told = self.read(client, changed_since=stamp)
        assert [m["aliases"] for m in told["results"]] == [["新说法"]]
        assert told["stamp"] > stamp

    def test_cancelled_and_suspended_ones_are_told(self, client, some_matters):
        stamp = self.read(client)["stamp"]
        services.cancel(some_matters[0].pk, by=SYSTEM, reason="国务院取消", basis="国发〔2026〕1号")
        services.suspend(some_matters[1].pk, by=SYSTEM, reason="系统升级", basis="通知")
        told = {
            m["name"]: (m["state"], m["state_reason"])
            for m in self.read(client, changed_since=stamp)["results"]
        }
        assert told == {
            some_matters[0].name: ("cancelled", "国务院取消"),
            some_matters[1].name: ("suspended", "系统升级"),
        }

    def test_a_draft_is_nobodys_business(self, client, some_matters, keeper):
        stamp = self.read(client)["stamp"]
        services.draft_version(some_matters[0].pk, by=keeper)
        assert self.read(client, changed_since=stamp)["results"] == []

    def test_a_version_that_comes_into_force_by_its_date_is_told_then(
        self, client, some_matters, keeper, second_keeper, moved
    ):
        draft = services.draft_version(some_matters[0].pk, by=keeper)
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        begins = now() + dt.timedelta(days=2)
        services.publish(draft.pk, by=keeper, at=begins)
        first = client.get(ADDRESS, {"place": "anhe"})
        stamp = first.json()["stamp"]
        moved(begins + dt.timedelta(hours=1))
        told = self.read(client, changed_since=stamp)["results"]
        assert [m["version"] for m in told if m["name"] == some_matters[0].name] == [2]
        again = client.get(ADDRESS, {"place": "anhe"}, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 200

    def test_one_that_is_no_longer_on_show_is_told_without_a_version(self, client, some_matters):
        stamp = self.read(client)["stamp"]
        version = some_matters[0].versions.get()
        version.valid_to, version.state = now(), "superseded"
        version.save(update_fields=["valid_to", "state"])
        told = self.read(client, changed_since=stamp)["results"]
        assert [(m["name"], m["version"]) for m in told] == [(some_matters[0].name, None)]
        assert some_matters[0].name not in names(client.get(ADDRESS, {"place": "anhe"}))

    def test_a_stamp_needs_its_place_and_must_have_been(self, client, some_matters):
        assert client.get(ADDRESS, {"changed_since": "1"}).status_code == 422
        assert client.get(ADDRESS, {"place": "anhe", "changed_since": "0"}).status_code == 422

    def test_pages_by_key_of_the_size_that_is_asked_for(self, client, some_matters):
        found, address = [], f"{ADDRESS}?place=anhe&page_size=2"
        while address:
            page = client.get(address).json()
            found += [m["short_code"] for m in page["results"]]
            address = page["next"]
        assert len(found) == len(set(found)) == 5

    def test_a_late_commit_is_not_missed(self, client):
        """A change that began before the stamp was given, and was committed after it."""
        place = traits.make_place("anhe")
        bureau = traits.make_department(place, "bureau", "市场监督管理局")
        slow, quick = (traits.make_version(bureau).matter for _n in range(2))
        begun, read = threading.Event(), threading.Event()

        def rename_slowly():
            with transaction.atomic():
                trail.record("matter_renamed", subject=slow, jurisdiction=place)
                begun.set()
                read.wait(20)
                services.rename(slow.pk, by=SYSTEM, aliases=["慢"])
            connection.close()

        thread = threading.Thread(target=rename_slowly)
        thread.start()
        begun.wait(20)
        services.rename(quick.pk, by=SYSTEM, aliases=["快"])
        stamp = self.read(client)["stamp"]
        read.set()
        thread.join(20)
        told = names(client.get(ADDRESS, {"place": "anhe", "changed_since": stamp}))
        assert slow.name in told


class TestOneVersion:
    def test_an_older_version_is_still_told_whole(self, client, published, keeper, second_keeper):
        draft = services.draft_version(published.matter_id, by=keeper)
        address = f"{ADDRESS}{published.matter.short_code}/versions/"
        assert client.get(f"{address}2/").status_code == 404  # a draft is nobody's business
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        services.publish(draft.pk, by=keeper)
        first = client.get(f"{address}1/")
        assert first.json()["state"] == "superseded"
        assert len(first.json()["materials"]) == 3
        tag = {"If-None-Match": first["ETag"]}
        assert client.get(f"{address}1/", headers=tag).status_code == 304
        assert client.get(f"{address}2/").json()["number"] == 2

    def test_what_is_said_at_the_window_is_not_told(self, client, published):
        told = client.get(f"{ADDRESS}{published.matter.short_code}/").json()["content"]
        assert not {"counter_tips", "change_reason", "drafted_by"} & told.keys()

    def test_another_name_is_another_answer(self, client, published, keeper):
        address = f"{ADDRESS}{published.matter.short_code}/"
        tag = client.get(address)["ETag"]
        services.rename(published.matter_id, by=keeper, aliases=["新说法"])
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200

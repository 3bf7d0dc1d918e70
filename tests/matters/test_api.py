"""Reading the catalogue by API."""

from __future__ import annotations

import datetime as dt

from hall.actors import SYSTEM
from hall.now import now
from matters import services

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

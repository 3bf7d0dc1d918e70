"""The pages of bundles: keepers, desk, portal, issue window; who gets in, and what a list costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.bundle_queries import own_clock
from applications.choices import State
from hall.clocks.queries import explain
from hall.clocks.sentences import in_short
from hall.organisation.models import Hall, Window, Zone
from hall.people.models import User
from matters.models import Bundle, NegativeItem
from tests import traits

from .conftest import DATA, accepted, decide, fill, received

pytestmark = pytest.mark.django_db


def of(officer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=officer.user_id))
    return client


def asked(client: Client, address: str) -> int:
    client.get(address)  # what is remembered between requests is remembered
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestKeepers:
    def test_a_bundle_from_its_name_to_a_draft_that_is_checked(self, a_place, bureau, licence, tax):
        client = of(traits.make_officer(a_place, "keeper"))
        made = client.post(
            "/manage/matters/bundles/",
            {"name": "示例一件事", "code": "own", "department": bureau.pk, "aliases": ""},
        )
        version = Bundle.objects.get(code="own").versions.get()
        assert made["Location"] == f"/manage/bundles/{version.pk}/edit/"
        posted = {
            "basis": "示例",
            "applicants": ["person"],
            "promised_value": "9",
            "online": "on",
            "questions": "invoice：要发票吗？\n- yes：要\n- no：不要",
            "same_fields": "one.site = two.address",
            "p-TOTAL_FORMS": "3",
            "p-INITIAL_FORMS": "0",
            "p-0-code": "one",
            "p-0-matter": licence.matter_id,
            "p-0-feeds": "two.m02",
            "p-1-code": "two",
            "p-1-matter": tax.matter_id,
            "p-1-after": "one",
            "p-1-opens_when": "invoice=yes",
            "p-1-preset": "agent=no",
        }
        answer = client.post(f"/manage/bundles/{version.pk}/edit/", posted)
        assert answer.status_code == 302, answer.content.decode()
        version.refresh_from_db()
        two = version.parts.get(code="two")
        assert (two.after, two.preset, two.opens_when) == (["one"], {"agent": "no"}, "invoice=yes")
        assert version.same_fields == [["one.site", "two.address"]]
        page = client.get(f"/manage/bundles/{version.pk}/").content.decode()
        assert "各事项都在用" in page
        client.post(f"/manage/bundles/{version.pk}/submit/")
        version.refresh_from_db()
        assert version.state == "checked"

    def test_what_is_wrong_is_named_with_its_remedy(self, a_place, bundle_version):
        keeper = traits.make_officer(a_place, "keeper")
        from matters import services as catalogue

        draft = catalogue.draft_bundle(bundle_version.bundle_id, by=keeper)
        catalogue.change_bundle(draft.pk, elements={"promised_value": 2}, by=keeper)
        page = of(keeper).get(f"/manage/bundles/{draft.pk}/").content.decode()
        assert "最长一条路径要6个工作日" in page
        assert "压缩组成事项的承诺" in page

    def test_the_negative_list_is_kept_here(self, a_place):
        client = of(traits.make_officer(a_place, "keeper"))
        address = "/manage/matters/negative-list/"
        client.post(
            address, {"head": "1", "head-name": "清单", "head-edition": "示例", "head-document": "示例"}
        )
        item = {
            "item": "1",
            "item-code": "a",
            "item-kind": "prohibited",
            "item-industry": "示例",
            "item-name": "示例",
            "item-words": "甲\n乙",
            "item-basis": "示例法",
            "item-in_use": "on",
        }
        assert client.post(address, item).status_code == 302
        assert NegativeItem.objects.get(code="a").words == ["甲", "乙"]


class TestDesk:
    def test_a_bundle_is_found_opened_filled_and_accepted(self, bundle_version, clerk):
        client = of(clerk)
        assert "示例企业开办" in client.get("/desk/bundles/").content.decode()
        opened = client.post(f"/desk/bundles/open/{bundle_version.pk}/", {"idempotency_key": "k"})
        bundle = BundleCase.objects.get()
        assert opened["Location"] == f"/desk/bundles/{bundle.pk}/"
        typed = {
            **DATA,
            "a-kind": "person",
            "a-id_type": "id_card",
            "a-name": "示例甲",
            "a-id_number": traits.make_person().id_number,
            "a-phone": traits.PHONE,
            "s-q_invoice": "no",
            "s-q_agent": "no",
        }
        typed["a-name"] = "示例申请人"
        rows = {f"v-{row.key}": "ok" for row in bundle.materials.all() if row.verdict == "pending"}
        answer = client.post(f"/desk/bundles/{bundle.pk}/act/", {**typed, **rows, "desk-action": "accept"})
        assert answer.status_code == 302, answer.content.decode()
        bundle.refresh_from_db()
        assert bundle.state == State.ACCEPTED

    def test_answers_bring_their_fields_and_materials(self, bundle_version, clerk):
        bundle = fill(bundle_version, clerk)
        posted = {**DATA, "s-q_invoice": "yes", "s-q_agent": "no", "follow": "situation"}
        page = of(clerk).post(f"/desk/bundles/{bundle.pk}/keep/", posted).content.decode()
        assert "票种" in page
        assert "示例发票领用" in page

    def test_a_clerk_of_another_hall_does_not_see_it(self, bundle_version, clerk, a_place):
        hall = Hall.objects.create(jurisdiction=a_place, code="branch", name="分厅")
        zone = Zone.objects.create(hall=hall, code="general", name="综合")
        window = Window.objects.create(zone=zone, number="1", name="1号")
        stranger = traits.make_officer(a_place, "clerk", hall=hall, window=window)
        bundle = received(bundle_version, clerk)
        assert of(stranger).get(f"/desk/bundles/{bundle.pk}/").status_code == 404
        assert of(clerk).get(f"/desk/bundles/{bundle.pk}/").status_code == 200

    @pytest.mark.parametrize("which", ["notice", "defer", "refuse", "withdraw"])
    def test_each_verdict_has_its_page(self, bundle_version, clerk, which):
        bundle = received(bundle_version, clerk, "licence-m01")
        assert of(clerk).get(f"/desk/bundles/{bundle.pk}/{which}/").status_code == 200

    def test_a_notice_is_given_from_the_page(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk, "licence-m01")
        of(clerk).post(f"/desk/bundles/{bundle.pk}/notice/")
        bundle.refresh_from_db()
        assert bundle.state == State.CORRECTING


class TestPortal:
    def test_the_guide_draws_the_route_and_counts_the_materials(self, bundle_version, a_place, client):
        code = bundle_version.bundle.short_code
        assert client.get(f"/b/{code}/")["Location"] == f"/p/{a_place.slug}/bundle/{code}/"
        page = client.get(f"/p/{a_place.slug}/bundle/{code}/?invoice=yes").content.decode()
        assert "2项同时办" in page
        assert "示例发票领用" in page
        without = client.get(f"/p/{a_place.slug}/bundle/{code}/?invoice=no").content.decode()
        assert "示例发票领用" not in without.split("怎么走")[1]
        assert client.get(f"/b/{code}/qr.svg").status_code == 200

    def test_a_draft_goes_through_its_steps(self, bundle_version, a_place, citizen):
        client = Client()
        client.force_login(citizen)
        code = bundle_version.bundle.short_code
        client.post(f"/p/{a_place.slug}/apply-bundle/{code}/", {"idempotency_key": "x"})
        bundle = BundleCase.objects.get()
        base = f"/my/bundles/{bundle.pk}"
        client.post(f"{base}/who/", {"principal": "self", "phone": traits.PHONE})
        posted = {**DATA, "s-q_invoice": "no", "s-q_agent": "no"}
        assert client.post(f"{base}/form/", posted)["Location"] == f"{base}/materials/"
        assert client.post(f"{base}/materials/")["Location"] == f"{base}/check/"
        assert client.post(f"{base}/check/", {"truthful": "1"})["Location"] == f"{base}/"
        bundle.refresh_from_db()
        assert bundle.state == State.SUBMITTED
        assert "示例企业开办" in client.get("/my/").content.decode()

    def test_a_citizen_sees_only_own_bundles(self, bundle_version, clerk, citizen):
        bundle = received(bundle_version, clerk, person=citizen.person)
        mine, other = Client(), Client()
        mine.force_login(citizen)
        other.force_login(traits.make_citizen())
        assert mine.get(f"/my/bundles/{bundle.pk}/").status_code == 200
        assert other.get(f"/my/bundles/{bundle.pk}/").status_code == 404
        assert other.get(f"/bundles/{bundle.pk}/papers/receipt/").status_code == 404

    def test_number_and_query_code_lead_to_the_parts_and_the_one_date(self, bundle_version, clerk, client):
        bundle = accepted(bundle_version, clerk)
        told = client.post("/track/", {"number": bundle.number, "code": bundle.query_code})
        assert told["Location"] == f"/track/bundles/{bundle.pk}/"
        page = client.get(told["Location"]).content.decode()
        assert "3项中已有0项办好" in page
        assert "示例社保登记" in page
        clock = own_clock(bundle)
        assert clock is not None
        assert f"{in_short(clock, explain(clock))}。" in page  # the sentence that the page of one case has
        assert "看每一天是怎么算的" in page
        assert Client().get(told["Location"]).status_code == 302

    def test_the_api_tells_one_form_and_the_order(self, bundle_version, client):
        whole = client.get(f"/api/v1/bundles/{bundle_version.bundle.short_code}/").json()
        assert [p["after"] for p in whole["parts"]] == [[], ["licence"], ["licence"], ["tax"]]
        assert [f["key"] for f in whole["form_fields"]].count("site") == 1


class TestWhatAListCosts:
    @pytest.fixture
    def _seals(self, seals):
        return seals

    def test_as_many_queries_for_two_as_for_eight(self, sinking_version, clerk, issuer, citizen, _seals):
        client, window, mine = of(clerk), of(issuer), Client()
        mine.force_login(citizen)
        pages = [(client, "/desk/bundles/"), (window, "/issue/"), (mine, "/my/")]

        def more(number: int) -> list[int]:
            for n in range(number):
                bundle = accepted(sinking_version, clerk, person=citizen.person)
                if n % 2:
                    decide(bundle, "licence", "refused")
                    cases.follow_bundle(bundle.pk)
            return [asked(visitor, address) for visitor, address in pages]

        few, many = more(2), more(6)
        assert few == many
        assert max(many) <= 24

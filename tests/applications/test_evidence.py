"""What nobody hands in: shared proofs and their check, certificates and results instead (S4 四(六))."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import evidence, services
from applications.choices import CheckResult, MaterialVerdict, State
from applications.evidence_models import SharedCheck, Substitute
from hall.actors import SYSTEM
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.people.models import User
from matters import services as catalogue
from tests import traits

SUBSTITUTABLE = {
    "code": "m05",
    "name": "场所许可证",
    "is_main": False,
    "substitute_certificate": "示例许可证",
    "basis": "示范规定第二条",
}


def share(place, name="场所证明"):
    return catalogue.list_proof(
        place, "shared", name=name, listed_in="shared", source="不动产登记信息接口查询", by=SYSTEM
    )


def row_of(case, code):
    return case.materials.select_related("material").get(material__code=code)


def login(client, officer):
    client.force_login(User.objects.get(pk=officer.user_id))
    return client


@pytest.fixture
def substitutable(bureau):
    """A version with a material that a certificate may stand in for."""
    return traits.make_version(bureau, materials=[*traits.MATERIALS, SUBSTITUTABLE])


class TestSharedProofs:
    def test_a_proof_listed_since_the_version_is_not_asked_for(self, a_place, promised_version, clerk):
        share(a_place)
        post = clerk.posts[0]
        case = services.open_at_desk(version=promised_version, hall=post.hall, window=post.window, by=clerk)
        assert row_of(case, "m02").verdict == MaterialVerdict.SHARED

    def test_nor_from_home(self, a_place, promised_version, citizen):
        share(a_place)
        case = services.apply_online(version=promised_version, by=traits.acting(citizen))
        assert row_of(case, "m02").verdict == MaterialVerdict.SHARED

    def test_the_grid_shows_who_obtains_it_and_asks_nothing(self, client, a_place, promised_version, clerk):
        share(a_place)
        post = clerk.posts[0]
        case = services.open_at_desk(version=promised_version, hall=post.hall, window=post.window, by=clerk)
        page = login(client, clerk).get(reverse("applications:desk_case", args=[case.pk])).content.decode()
        assert "不动产登记信息接口查询" in page
        assert 'name="v-m02"' not in page

    def test_so_does_the_portal(self, client, a_place, promised_version, citizen):
        share(a_place)
        case = services.apply_online(version=promised_version, by=traits.acting(citizen))
        client.force_login(citizen)
        page = client.get(reverse("applications:apply_materials", args=[case.pk])).content.decode()
        assert "不动产登记信息接口查询" in page

    def test_and_the_api(self, client, a_place, promised_version, clerk):
        share(a_place)
        case = traits.take_in(promised_version, clerk, "m02")
        address = reverse("applications:api-case-materials", args=[case.pk])
        told = {each["code"]: each for each in login(client, clerk).get(address).json()}
        assert told["m02"]["demanded"] is False
        assert "不动产登记信息接口查询" in told["m02"]["obtained_from"]
        assert told["m01"]["demanded"] is True

    def test_it_is_no_gap(self, a_place, promised_version, clerk):
        share(a_place)
        case = traits.take_in(promised_version, clerk, "m02")
        assert services.accept(case.pk, by=clerk).state == State.ACCEPTED


class TestTheCheck:
    def test_a_clerk_records_it(self, received_case, clerk):
        check = services.record_check(
            received_case.pk, "m03", result=CheckResult.OBTAINED, reference="示-1", by=clerk
        )
        assert (check.source, check.reference) == ("县市场监管局", "示-1")
        assert check.office

    def test_only_who_may_see_the_case_records(self, received_case, supervisor, fire_reviewer):
        for officer in (supervisor, fire_reviewer):
            with pytest.raises(NotAllowed):
                services.record_check(received_case.pk, "m03", result=CheckResult.OBTAINED, by=officer)

    def test_what_the_applicant_brings_is_not_checked_this_way(self, received_case, clerk):
        with pytest.raises(WrongState):
            services.record_check(received_case.pk, "m01", result=CheckResult.OBTAINED, by=clerk)

    def test_a_check_that_failed_says_why(self, received_case, clerk):
        with pytest.raises(Invalid):
            services.record_check(received_case.pk, "m03", result=CheckResult.NOT_FOUND, by=clerk)
        with pytest.raises(IntegrityError), transaction.atomic():
            SharedCheck.objects.create(
                case_material=row_of(received_case, "m03"),
                result="not_found",
                checked_by_id=clerk.user_id,
                checked_at=received_case.received_at,
            )

    def test_the_panel_shows_and_takes_it(self, client, received_case, clerk):
        browser = login(client, clerk)
        page = browser.get(reverse("applications:evidence", args=[received_case.pk])).content.decode()
        assert "还没有核查" in page
        answer = browser.post(
            reverse("applications:check", args=[received_case.pk, "m03"]),
            {"m03-result": "obtained", "m03-reference": "示-2"},
        )
        assert "已核查获取" in answer.content.decode()
        wrong = browser.post(
            reverse("applications:check", args=[received_case.pk, "m03"]), {"m03-result": "not_found"}
        )
        assert wrong.status_code == 422

    def test_a_system_records_it_too(self, client, received_case, clerk):
        answer = login(client, clerk).post(
            reverse("applications:api-case-check", args=[received_case.pk]),
            {"code": "m03", "result": "obtained"},
            content_type="application/json",
        )
        assert {each["code"]: each["checked"] for each in answer.json()}["m03"] == "obtained"

    def test_it_is_in_the_journal(self, received_case, clerk):
        from hall.trail.models import Event

        services.record_check(received_case.pk, "m03", result=CheckResult.OBTAINED, by=clerk)
        assert Event.objects.get(what="applications.shared_checked").case_id == received_case.pk


class TestAnElectronicCertificate:
    def test_its_number_shown_satisfies_the_material(self, substitutable, clerk):
        case = traits.take_in(substitutable, clerk, "m05")
        row = services.use_certificate(case.pk, "m05", number="示证-0001", by=clerk)
        assert row.verdict == MaterialVerdict.REUSED
        assert (row.substitute.name, row.substitute.number) == ("示例许可证", "示证-0001")
        assert services.accept(case.pk, by=clerk).state == State.ACCEPTED

    def test_one_or_the_other_is_named(self, substitutable, clerk):
        case = traits.take_in(substitutable, clerk, "m05")
        with pytest.raises(Incomplete):
            services.use_certificate(case.pk, "m05", by=clerk)
        with pytest.raises(IntegrityError), transaction.atomic():
            Substitute.objects.create(case_material=row_of(case, "m05"), noted_at=case.received_at)

    def test_only_where_the_version_allows_it(self, substitutable, clerk):
        case = traits.take_in(substitutable, clerk, "m05")
        with pytest.raises(Invalid):
            services.use_certificate(case.pk, "m02", number="示证-0001", by=clerk)

    def test_a_strangers_key_is_refused(self, substitutable, clerk, received_case):
        case = traits.take_in(substitutable, clerk, "m05")
        with pytest.raises(Invalid):
            services.use_certificate(case.pk, "m05", held=f"case:{received_case.pk}", by=clerk)

    def test_at_the_desk_it_is_one_button(self, client, substitutable, clerk):
        case = traits.take_in(substitutable, clerk, "m05")
        browser = login(client, clerk)
        address = reverse("applications:desk_case", args=[case.pk])
        assert (
            reverse("applications:desk_use", args=[case.pk, "m05"]) in browser.get(address).content.decode()
        )
        browser.post(
            reverse("applications:desk_use", args=[case.pk, "m05"]),
            {"number": "示证-0002"},
        )
        assert row_of(case, "m05").verdict == MaterialVerdict.REUSED
        assert "示证-0002" in browser.get(address).content.decode()
        panel = browser.get(reverse("applications:evidence", args=[case.pk])).content.decode()
        assert "示证-0002" in panel


class TestAResultOfAnotherMatter:
    @pytest.fixture
    def needing(self, bureau, instant_version):
        """A version that needs the result of another matter."""
        row = {**SUBSTITUTABLE, "substitute_certificate": "", "result_of": instant_version.matter}
        return traits.make_version(bureau, materials=[*traits.MATERIALS, row])

    def test_a_case_in_progress_is_offered(self, needing, instant_version, clerk):
        person = traits.make_person()
        first = services.accept(traits.take_in(instant_version, clerk, subject=person).pk, by=clerk)
        case = traits.take_in(needing, clerk, "m05", subject=person)
        (held,) = evidence.offers(case, [row_of(case, "m05")])[row_of(case, "m05").pk]
        assert held.in_progress
        assert held.id == first.pk

    def test_not_that_of_somebody_else(self, needing, instant_version, clerk):
        services.accept(traits.take_in(instant_version, clerk).pk, by=clerk)
        case = traits.take_in(needing, clerk, "m05")
        assert evidence.offers(case, [row_of(case, "m05")]) == {}

    def test_nothing_is_granted_on_a_result_that_is_not_there(self, needing, instant_version, clerk):
        person = traits.make_person()
        first = services.accept(traits.take_in(instant_version, clerk, subject=person).pk, by=clerk)
        case = traits.take_in(needing, clerk, "m05", subject=person)
        services.use_certificate(case.pk, "m05", held=f"case:{first.pk}", by=clerk)
        services.accept(case.pk, by=clerk)
        services.mark_reviewing(case.pk)
        with pytest.raises(WrongState):
            services.record_decision(case.pk, "granted", by=SYSTEM)
        services.mark_reviewing(first.pk)
        services.record_decision(first.pk, "granted", by=SYSTEM)
        assert services.record_decision(case.pk, "granted", by=SYSTEM).outcome == "granted"

    def test_the_grid_costs_the_same_however_many_are_offered(
        self, client, needing, instant_version, clerk, django_assert_max_num_queries
    ):
        person = traits.make_person()
        for _n in range(5):
            services.accept(traits.take_in(instant_version, clerk, subject=person).pk, by=clerk)
        case = traits.take_in(needing, clerk, "m05", subject=person)
        rows = list(case.materials.select_related("material"))
        with django_assert_max_num_queries(4):
            evidence.dress(case, rows, offering=True)

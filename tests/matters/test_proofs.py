"""What may not be demanded: shared, cancelled and baseless proofs (S0 §6, S4 四(六)); the library."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from hall.errors import Conflict, Incomplete, Invalid, NotAllowed
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.people.models import User
from hall.trail.models import Event
from matters import demands, guides, proofs, services
from matters.checks import health
from matters.choices import ProofList
from matters.models import MaterialDefinition, Matter, MatterVersion, Proof

from .conftest import MATERIALS, officer

pytestmark = pytest.mark.django_db
INCOME = {"name": "收入证明", "basis": "示范规定第一条"}


def list_shared(place, by, name="收入证明", **facts):
    return services.list_proof(
        place,
        "shared-1",
        name=name,
        listed_in=ProofList.SHARED,
        source="个人所得税信息接口查询",
        by=by,
        **facts,
    )


@pytest.fixture
def asking(draft, keeper):
    """A draft that demands a proof, with its law."""
    return services.change_draft(draft.pk, by=keeper, materials=[*MATERIALS, INCOME])


def rules(version):
    """The findings about proofs of a version as it stands now."""
    return [
        each
        for each in services.check(MatterVersion.objects.get(pk=version.pk))
        if each.code in ("no_proof_that_may_not_be_demanded", "no_proof_without_law")
    ]


class TestLists:
    def test_a_proof_stands_in_one_list_only(self, place, keeper):
        list_shared(place, keeper)
        with pytest.raises(Conflict):
            services.list_proof(
                place, "other", name="收入证明（原件）", listed_in=ProofList.CANCELLED, by=keeper
            )

    def test_what_may_be_demanded_names_its_law(self, place, keeper):
        with pytest.raises(Incomplete):
            services.list_proof(place, "p", name="验资证明", listed_in=ProofList.DEMANDABLE, by=keeper)
        with pytest.raises(IntegrityError), transaction.atomic():
            Proof.objects.create(jurisdiction=place, code="p", name="x", key="x", listed_in="demandable")

    def test_what_is_shared_names_how_it_is_obtained(self, place, keeper):
        with pytest.raises(Incomplete):
            services.list_proof(place, "p", name="收入证明", listed_in=ProofList.SHARED, by=keeper)
        with pytest.raises(IntegrityError), transaction.atomic():
            Proof.objects.create(jurisdiction=place, code="p", name="x", key="x", listed_in="shared")

    def test_only_a_keeper_of_the_place_keeps_them(self, place, health):
        reviewer = officer(place, "reviewer", Role.REVIEWER, department=health)
        with pytest.raises(NotAllowed):
            list_shared(place, reviewer)

    def test_a_department_of_another_place_does_not_hold_it(self, place, keeper, health):
        other = Jurisdiction.objects.create(
            slug="linxian", code="999902", name="临县", short_name="临", level="county"
        )
        health.jurisdiction = other
        with pytest.raises(Invalid):
            list_shared(place, keeper, holder=health)

    def test_every_change_is_in_the_journal(self, place, keeper):
        proof = list_shared(place, keeper)
        list_shared(place, keeper)
        services.unlist_proof(proof.pk, by=keeper, reason="目录调整")
        assert [e.what for e in Event.objects.filter(what__startswith="proof_").order_by("pk")] == [
            "proof_listed",
            "proof_corrected",
            "proof_unlisted",
        ]
        assert not Proof.objects.exists()

    def test_a_proof_is_not_taken_out_without_a_reason(self, place, keeper):
        proof = list_shared(place, keeper)
        with pytest.raises(Incomplete):
            services.unlist_proof(proof.pk, by=keeper, reason=" ")


class TestPublishing:
    def test_a_listed_shared_proof_cannot_be_demanded(self, place, keeper, asking):
        assert not [finding for finding in rules(asking) if finding.blocks]
        list_shared(place, keeper)
        (finding,) = [finding for finding in rules(asking) if finding.blocks]
        assert "收入证明" in finding.element
        assert "个人所得税信息接口查询" in finding.remedy
        with pytest.raises(Incomplete):
            services.submit(asking.pk, by=keeper)

    def test_another_form_or_a_synonym_is_the_same_proof(self, place, keeper, asking):
        list_shared(place, keeper, name="工资收入证明", synonyms=["收入证明（复印件）"])
        assert [finding for finding in rules(asking) if finding.blocks]

    def test_so_is_one_that_the_library_defines_as_the_same(self, place, keeper, draft):
        definition = services.define_material(place, "income", name="家庭收入情况", by=keeper)
        list_shared(place, keeper, name="经济状况核对", definition=definition)
        version = services.change_draft(draft.pk, by=keeper, materials=[*MATERIALS, {"name": "家庭收入情况"}])
        assert version.materials.get(name="家庭收入情况").definition == definition
        assert [finding for finding in rules(version) if finding.blocks]

    def test_with_its_source_named_it_passes(self, place, keeper, draft):
        list_shared(place, keeper)
        row = {**INCOME, "shared_source": "税务局"}
        version = services.change_draft(draft.pk, by=keeper, materials=[*MATERIALS, row])
        assert not rules(version)
        services.submit(version.pk, by=keeper)

    def test_a_cancelled_proof_cannot_be_demanded(self, place, keeper, asking):
        services.list_proof(place, "c", name="收入证明", listed_in=ProofList.CANCELLED, by=keeper)
        assert [finding for finding in rules(asking) if finding.blocks]

    def test_a_proof_without_law_is_flagged(self, keeper, draft):
        version = services.change_draft(draft.pk, by=keeper, materials=[*MATERIALS, {"name": "收入证明"}])
        (finding,) = rules(version)
        assert "无依据证明" in finding.rule
        assert not finding.blocks

    def test_where_a_list_is_published_a_demanded_proof_stands_in_it(self, place, keeper, asking):
        services.list_proof(
            place, "d", name="验资证明", listed_in=ProofList.DEMANDABLE, basis="示范条例第一条", by=keeper
        )
        (finding,) = rules(asking)
        assert "证明目录" in finding.rule
        services.list_proof(
            place, "e", name="收入证明", listed_in=ProofList.DEMANDABLE, basis="示范条例第二条", by=keeper
        )
        assert not rules(asking)

    def test_the_health_of_the_catalogue_asks_for_the_lists_once(
        self, place, keeper, some_matters, django_assert_max_num_queries
    ):
        list_shared(place, keeper)
        found = list(Matter.objects.in_place(place).with_current())
        with django_assert_max_num_queries(8):
            health(found, place)


class TestTheLibrary:
    def test_a_draft_takes_over_what_it_leaves_empty(self, place, keeper, draft, some_matters):
        definition = services.define_material(
            place,
            "licence",
            name="食品生产许可证",
            synonyms=["生产许可证"],
            issuer="市场监督管理局",
            substitute_certificate="食品生产许可证",
            result_of=some_matters[0],
            basis="示范条例第三条",
            by=keeper,
        )
        rows = [*MATERIALS, {"name": "生产许可证", "issuer": "省局"}]
        version = services.change_draft(draft.pk, by=keeper, materials=rows)
        row = version.materials.get(name="生产许可证")
        assert (row.definition, row.result_of) == (definition, some_matters[0])
        assert (row.issuer, row.substitute_certificate, row.basis) == (
            "省局",
            "食品生产许可证",
            "示范条例第三条",
        )

    def test_what_is_published_stays_as_it_was(self, place, keeper, published):
        before = list(published.materials.values_list("definition", "issuer"))
        services.define_material(place, "rules", name="食品安全规章制度", issuer="某机构", by=keeper)
        assert list(published.materials.values_list("definition", "issuer")) == before

    def test_a_name_is_defined_once(self, place, keeper):
        services.define_material(place, "a", name="营业执照", by=keeper)
        with pytest.raises(Conflict):
            services.define_material(place, "b", name="营业执照（原件）", by=keeper)
        with pytest.raises(IntegrityError), transaction.atomic():
            MaterialDefinition.objects.create(jurisdiction=place, code="c", name="营业执照", key="营业执照")

    def test_the_next_version_keeps_the_link(self, place, keeper, published):
        definition = services.define_material(place, "form", name="食品经营许可申请书", by=keeper)
        version = services.draft_version(published.matter_id, by=keeper)
        version = services.change_draft(version.pk, by=keeper, materials=MATERIALS)
        assert version.materials.get(code="m01").definition == definition


class TestWhatIsDemandedToday:
    def test_a_version_older_than_the_list_demands_it_no_more(self, place, keeper, asking, second_keeper):
        services.submit(asking.pk, by=keeper)
        services.approve(asking.pk, by=second_keeper)
        version = services.publish(asking.pk, by=keeper)
        list_shared(place, keeper)
        whole = MatterVersion.objects.whole().get(pk=version.pk)
        guide = guides.guide(whole)
        assert "收入证明" in [material.name for material in guide.obtained]
        told = next(material for material in guide.obtained if material.name == "收入证明")
        assert "个人所得税信息接口查询" in told.shared_source
        assert version.materials.get(name="收入证明").shared_source == ""

    def test_keepers_see_who_still_writes_it(self, place, keeper, asking, second_keeper):
        services.submit(asking.pk, by=keeper)
        services.approve(asking.pk, by=second_keeper)
        services.publish(asking.pk, by=keeper)
        list_shared(place, keeper)
        (row,) = demands.listed(place, ProofList.SHARED)
        assert row.matters == 1

    def test_and_every_proof_without_law(self, place, keeper, draft, second_keeper):
        version = services.change_draft(draft.pk, by=keeper, materials=[*MATERIALS, {"name": "收入证明"}])
        services.submit(version.pk, by=keeper)
        services.approve(version.pk, by=second_keeper)
        services.publish(version.pk, by=keeper)
        assert [each.material.name for each in demands.without_law(place)] == ["收入证明"]

    def test_the_book_follows_the_catalogue_with_one_query(self, place, keeper, django_assert_num_queries):
        list_shared(place, keeper)
        proofs.of_place(place.pk)
        with django_assert_num_queries(1):
            assert proofs.of_place(place.pk).proof_by_name
        services.unlist_proof(Proof.objects.get().pk, by=keeper, reason="调整")
        assert not proofs.of_place(place.pk).proof_by_name


class TestPages:
    @pytest.fixture
    def browser(self, keeper):
        browser = Client()
        browser.force_login(User.objects.get(pk=keeper.user_id))
        return browser

    def test_a_keeper_defines_a_material(self, browser, place, some_matters):
        answer = browser.post(
            reverse("matters:library"),
            {
                "code": "licence",
                "name": "营业执照",
                "synonyms": "营业执照副本信息",
                "form": "original",
                "media": "both",
                "source": "20",
                "result_of": some_matters[0].short_code,
            },
        )
        found = MaterialDefinition.objects.get()
        assert answer["Location"] == reverse("matters:definition", args=[found.pk])
        assert found.result_of == some_matters[0]
        assert "营业执照" in browser.get(answer["Location"]).content.decode()

    def test_a_keeper_lists_a_proof_and_sees_it(self, browser):
        facts = {"code": "s1", "name": "户籍信息", "listed_in": "shared", "source": "人口库接口查询"}
        assert browser.post(reverse("matters:new_proof"), facts).status_code == 302
        page = browser.get(reverse("matters:proofs") + "?list=shared").content.decode()
        assert "户籍信息" in page
        assert "人口库接口查询" in page

    def test_a_refusal_stands_beside_its_field(self, browser):
        answer = browser.post(
            reverse("matters:new_proof"), {"code": "s1", "name": "户籍信息", "listed_in": "shared"}
        )
        assert answer.status_code == 422
        assert "请写明获取方式" in answer.content.decode()

    def test_the_public_reads_what_is_not_asked_of_it(self, place, keeper):
        list_shared(place, keeper)
        page = Client().get(reverse("matters:proof_lists", args=[place.slug])).content.decode()
        assert "收入证明" in page
        assert "证明材料共享目录" in page

    def test_the_editor_offers_the_library(self, browser, place, keeper, draft):
        services.define_material(place, "form", name="食品经营许可申请书", by=keeper)
        page = browser.get(reverse("matters:edit", args=[draft.pk])).content.decode()
        assert "材料库" in page

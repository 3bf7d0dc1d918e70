"""One set of materials for several matters (S2 二(二)1: no repeated submission)."""

import pytest

from matters import services
from matters.materials import is_proof, merged, normalised
from matters.models import Material, MaterialDefinition, MatterVersion

pytestmark = pytest.mark.django_db


def version_with(matter, *rows):
    version = MatterVersion.objects.create(
        matter=matter,
        number=matter.versions.count() + 1,
        department=matter.department,
        regime_id="licensing",
        case_type="promised",
        promised_value=5,
        result_kind="none",
    )
    for order, row in enumerate(rows, 1):
        Material.objects.create(version=version, code=f"m{order:02d}", order=order, **row)
    return version


@pytest.fixture
def two(some_matters):
    return some_matters[0], some_matters[1]


class TestSameness:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("营业执照", "营业执照（原件及复印件）"),
            ("营业执照", "《营业执照》 正、副本"),
            ("房屋租赁合同", "房屋租赁合同（复印件加盖公章）"),
            ("申请人居民身份证", "申请人居民身份证原件和复印件"),
        ],
    )
    def test_words_of_form_make_no_difference(self, one, other):
        assert normalised(one) == normalised(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("申请人居民身份证", "监护人居民身份证"),
            ("营业执照", "纸质营业执照正、副本"),
            ("结婚证", "离婚证"),
        ],
    )
    def test_other_things_stay_other_things(self, one, other):
        assert normalised(one) != normalised(other)

    def test_a_proof_is_known_by_its_name_unless_the_library_says_otherwise(self):
        assert is_proof("收入证明")
        assert is_proof("经营场所使用权证明（复印件）")
        assert not is_proof("不动产登记证明（抵押）")
        assert not is_proof("完税证明打印申请")
        assert not is_proof("收入证明", MaterialDefinition(is_proof=False))


class TestMerging:
    def test_the_same_original_is_counted_once(self, two):
        one = version_with(two[0], {"name": "公司章程", "originals": 1, "copies": 1})
        other = version_with(
            two[1], {"name": "公司章程（原件）", "originals": 1, "copies": 2}, {"name": "申请书"}
        )
        found = merged([one, other])
        assert [each.name for each in found] == ["公司章程", "申请书"]
        assert (found[0].originals, found[0].copies) == (1, 2)
        assert found[0].versions == (one.pk, other.pk)
        assert found[1].versions == (other.pk,)

    def test_a_definition_makes_different_names_one(self, two, place, keeper):
        library = services.define_material(
            place, "premises", name="住所使用权证明", synonyms=["经营场所使用权证明"], by=keeper
        )
        one = version_with(two[0], {"name": "房屋使用材料", "definition": library})
        other = version_with(two[1], {"name": "经营场所使用权证明"})
        (found,) = merged([one, other])
        assert found.name == "住所使用权证明"
        assert found.versions == (one.pk, other.pk)

    def test_the_strictest_demand_counts(self, two):
        one = version_with(two[0], {"name": "章程", "necessity": "optional", "is_main": False})
        other = version_with(two[1], {"name": "章程", "necessity": "required"})
        (found,) = merged([one, other])
        assert found.necessity == "required"
        assert found.is_main

    def test_what_one_of_them_obtains_itself_nobody_is_asked_for(self, two):
        one = version_with(two[0], {"name": "营业执照"})
        other = version_with(two[1], {"name": "营业执照", "shared_source": "市场监督管理局"})
        (found,) = merged([one, other])
        assert not found.demanded
        assert found.shared_source == "市场监督管理局"

    def test_what_the_bundle_itself_makes_is_not_asked_for(self, two):
        one = version_with(two[0], {"name": "申请书"})
        other = version_with(two[1], {"name": "食品经营许可证", "result_of": two[0]})
        found = {each.name: each for each in merged([one, other])}
        assert found["食品经营许可证"].produced_by == two[0].pk
        assert not found["食品经营许可证"].demanded
        (alone,) = merged([other])
        assert alone.demanded

    def test_conditional_materials_follow_the_answers_of_their_own_version(self, two):
        one = version_with(two[0], {"name": "申请书"}, {"name": "授权委托书", "condition": "委托"})
        one.questions = [
            {
                "key": "agent",
                "ask": "谁来办？",
                "options": [
                    {"value": "no", "label": "本人", "adds": []},
                    {"value": "yes", "label": "委托", "adds": ["m02"]},
                ],
            }
        ]
        one.save()
        assert len(merged([one], {one.pk: {"agent": "no"}})) == 1
        assert len(merged([one], {one.pk: {"agent": "yes"}})) == 2

    def test_it_asks_the_database_nothing_for_prefetched_versions(self, two, django_assert_num_queries):
        version_with(two[0], {"name": "章程"})
        version_with(two[1], {"name": "章程"})
        versions = list(MatterVersion.objects.filter(state="draft").prefetch_related("materials__definition"))
        with django_assert_num_queries(0):
            merged(versions)

"""One form, one set of materials, one guidance, and the order of the parts."""

from __future__ import annotations

import pytest

from hall.errors import Incomplete, NotAllowed
from matters import bundles
from matters import services as catalogue
from tests import traits

from .conftest import ELEMENTS, define, parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(bundle_version):
    return bundles.compose(bundle_version)


class TestOneForm:
    def test_the_same_key_and_label_is_asked_once(self, whole):
        sites = [entry for entry in whole.fields if entry.item["label"] == "经营场所"]
        assert len(sites) == 1
        assert {code for code, _key in sites[0].parts} == {"licence", "tax", "insurance"}

    def test_fields_declared_to_be_the_same_are_asked_once(self, whole):
        assert not [entry for entry in whole.fields if entry.item["label"] == "生产经营地址"]
        values = {"site": "安和县城东路1号", "staff": "3"}
        assert whole.form_of(whole["tax"], values)["address"] == "安和县城东路1号"

    def test_only_fields_of_the_parts_opened_are_asked(self, whole):
        with_it = {item["key"] for item in whole.form_items({"invoice": "yes"})}
        without = {item["key"] for item in whole.form_items({"invoice": "no"})}
        assert with_it - without == {"kind"}

    def test_the_same_key_with_another_label_is_another_field(self, a_place, bureau, licence, health):
        other = traits.make_version(
            health, form_fields=[{"key": "site", "label": "仓库地址", "kind": "address", "required": False}]
        )
        rows = [{"code": "one", "matter": licence.matter}, {"code": "two", "matter": other.matter}]
        found = bundles.compose(define(a_place, bureau, rows, same_fields=[], questions=[]))
        assert {entry.key for entry in found.fields} >= {"site", "two_site"}


class TestOneGuidance:
    def test_the_same_question_is_asked_once(self, whole):
        asked = [entry.item["ask"] for entry in whole.questions]
        assert len(asked) == len(set(asked)) == 2

    def test_a_preset_answer_is_not_asked(self, a_place, bureau, licence, tax):
        rows = [
            {"code": "one", "matter": licence.matter, "preset": {"agent": "no"}},
            {"code": "two", "matter": tax.matter, "preset": {"agent": "no"}},
        ]
        found = bundles.compose(define(a_place, bureau, rows, questions=[], same_fields=[]))
        assert not found.questions
        assert found.answers_of(found["one"], {}) == {"agent": "no"}


class TestOneSetOfMaterials:
    def test_the_same_original_is_counted_once(self, whole):
        rows = whole.materials({"invoice": "no", "agent": "no"})
        forms = [row for row in rows if row.found.name == "申请书"]
        assert len(forms) == 1
        assert {code for code, _m in forms[0].covers} == {"licence", "tax", "insurance"}
        assert forms[0].found.originals == 1

    def test_the_result_of_a_part_is_not_asked_for(self, whole):
        row = next(r for r in whole.materials({"invoice": "no"}) if ("tax", "m02") in r.covers)
        assert row.made_by == "licence"
        assert not row.demanded


class TestOrder:
    def test_parts_without_a_condition_run_side_by_side(self, whole):
        columns = [[m.code for m in column] for column in whole.columns({"invoice": "yes"})]
        assert columns == [["licence"], ["tax", "insurance"], ["invoice"]]

    def test_a_part_starts_the_working_day_after_its_result(self, whole):
        spans = whole.schedule({"invoice": "yes"})
        assert (spans["licence"].start, spans["licence"].end) == (0, 2)
        assert (spans["tax"].start, spans["tax"].end) == (3, 4)
        assert spans["invoice"].end == 6
        assert whole.longest({"invoice": "no"}) == 4


class TestFindings:
    def test_the_critical_path_may_not_exceed_the_promise(
        self, a_place, bureau, licence, tax, insurance, invoice
    ):
        with pytest.raises(Incomplete) as refused:
            define(a_place, bureau, parts(licence, tax, insurance, invoice), promised_value=5)
        assert any("6" in item and "5" in item for item in refused.value.items)

    def test_the_order_may_not_run_in_a_circle(self, a_place, bureau, licence, tax):
        rows = [
            {"code": "one", "matter": licence.matter, "after": ["two"]},
            {"code": "two", "matter": tax.matter, "after": ["one"]},
        ]
        with pytest.raises(Incomplete) as refused:
            define(a_place, bureau, rows, questions=[], same_fields=[])
        assert any("循环" in item for item in refused.value.items)

    def test_a_part_must_be_in_force(self, a_place, bureau, licence, tax):
        catalogue.suspend(tax.matter_id, by=traits.make_officer(a_place, "keeper"), reason="示例")
        rows = [{"code": "one", "matter": licence.matter}, {"code": "two", "matter": tax.matter}]
        with pytest.raises(Incomplete) as refused:
            define(a_place, bureau, rows, questions=[], same_fields=[])
        assert refused.value.data["findings"][0]["element"] == tax.matter.name

    @pytest.mark.parametrize(
        "wrong",
        [
            {"opens_when": "nobody=yes"},
            {"opens_when": "invoice=perhaps"},
            {"preset": {"agent": "maybe"}},
            {"feeds": [{"part": "two", "material": "m99"}]},
            {"after": ["nine"]},
        ],
    )
    def test_names_that_are_not_there_are_found(self, a_place, bureau, licence, tax, wrong):
        rows = [{"code": "one", "matter": licence.matter, **wrong}, {"code": "two", "matter": tax.matter}]
        with pytest.raises(Incomplete):
            define(a_place, bureau, rows, same_fields=[])

    def test_the_stages_of_a_series_stay_within_its_limit(self, a_place, bureau, licence, tax, insurance):
        series = {"series": "示例全流程", "series_limit": 8, "questions": [], "same_fields": []}
        define(
            a_place,
            bureau,
            [{"code": "a", "matter": licence.matter}, {"code": "b", "matter": tax.matter}],
            code="first",
            promised_value=5,
            series_stage=1,
            **series,
        )
        rows = [{"code": "a", "matter": licence.matter}, {"code": "b", "matter": insurance.matter}]
        with pytest.raises(Incomplete):
            define(a_place, bureau, rows, code="second", promised_value=4, series_stage=2, **series)


class TestLifeOfAVersion:
    def test_a_second_keeper_approves_what_the_first_drafted(self, a_place, bureau, licence, tax):
        first, second = (traits.make_officer(a_place, "keeper") for _n in range(2))
        bundle = catalogue.create_bundle(a_place, code="own", name="示例", department=bureau, by=first)
        draft = catalogue.draft_bundle(bundle.pk, by=first)
        rows = [{"code": "one", "matter": licence.matter}, {"code": "two", "matter": tax.matter}]
        elements = {**ELEMENTS, "questions": [], "same_fields": []}
        catalogue.change_bundle(draft.pk, by=first, elements=elements, parts=rows)
        catalogue.submit_bundle(draft.pk, by=first)
        with pytest.raises(NotAllowed):
            catalogue.approve_bundle(draft.pk, by=first)
        catalogue.approve_bundle(draft.pk, by=second)
        published = catalogue.publish_bundle(draft.pk, by=first)
        assert published.bundle.versions.in_force().get() == published

    def test_publishing_ends_the_predecessor_at_that_instant(self, bundle_version, a_place):
        first, second = (traits.make_officer(a_place, "keeper") for _n in range(2))
        draft = catalogue.draft_bundle(bundle_version.bundle_id, by=first)
        assert [p.code for p in draft.parts.all()] == ["licence", "tax", "insurance", "invoice"]
        catalogue.change_bundle(draft.pk, by=first, elements={"promised_value": 9})
        catalogue.submit_bundle(draft.pk, by=first)
        catalogue.approve_bundle(draft.pk, by=second)
        catalogue.publish_bundle(draft.pk, by=second)
        bundle_version.refresh_from_db()
        draft.refresh_from_db()
        assert bundle_version.valid_to == draft.valid_from
        assert bundle_version.bundle.versions.in_force().get() == draft

    def test_founding_data_loaded_twice_changes_nothing(self, bundle_version, a_place, bureau):
        rows = [
            {name: getattr(p, name) for name in ("code", "matter", "after", "opens_when", "sinks", "feeds")}
            for p in bundle_version.parts.all()
        ]
        again = catalogue.define_bundle(
            a_place, code="start", name="示例企业开办", department=bureau, elements=ELEMENTS, parts=rows
        )
        assert again is None
        assert bundle_version.bundle.versions.count() == 1

    def test_a_published_bundle_is_never_changed(self, bundle_version):
        from django.db import IntegrityError, transaction

        with pytest.raises(IntegrityError), transaction.atomic():
            type(bundle_version).objects.filter(pk=bundle_version.pk).update(promised_value=99)
        with pytest.raises(IntegrityError), transaction.atomic():
            bundle_version.parts.all().delete()

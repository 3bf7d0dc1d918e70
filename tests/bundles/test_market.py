"""The negative list (市场准入负面清单): prohibited is not accepted, licensed is told, both are recorded."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.bundle_models import ScopeCheck
from applications.choices import State
from hall.errors import Invalid, NotAllowed, WrongState
from matters import market
from matters import services as catalogue
from matters.choices import AccessKind, LicenceTiming
from tests import traits

pytestmark = pytest.mark.django_db

FORM = [{"key": "scope", "label": "经营范围", "kind": "text", "required": True}]


@pytest.fixture
def keeper(a_place):
    return traits.make_officer(a_place, "keeper")


@pytest.fixture
def listed(a_place, keeper, promised_version):
    head = catalogue.set_negative_list(a_place, name="清单", edition="示例版", document="示例文件", by=keeper)
    catalogue.set_negative_item(
        head,
        "coins",
        kind=AccessKind.PROHIBITED,
        industry="金融",
        name="违规金融",
        words=["虚拟货币兑换"],
        basis="示例通知",
        by=keeper,
    )
    catalogue.set_negative_item(
        head,
        "food",
        kind=AccessKind.LICENSED,
        industry="餐饮",
        name="食品经营",
        words=["食品销售", "餐饮服务"],
        unless=["预包装食品销售"],
        basis="示例法",
        timing=LicenceTiming.AFTER,
        licence="食品经营许可证",
        matter=promised_version.matter,
        by=keeper,
    )
    return head


@pytest.fixture
def registration(bureau, listed, keeper):
    version = traits.make_version(bureau, name="示例设立登记", form_fields=FORM)
    catalogue.compare_field(listed, version.matter, "scope", by=keeper)
    return version


def taken_in(version, clerk, scope):
    return traits.take_in(version, clerk, data={"scope": scope})


class TestCompare:
    @pytest.mark.parametrize(
        ("scope", "codes"),
        [
            ("日用百货零售", []),
            ("餐饮服务；日用百货零售", ["food"]),
            ("预包装食品销售", []),
            ("预包装食品销售；散装食品销售", ["food"]),
            ("食品销售（不含餐饮服务）", ["food"]),
            ("技术咨询（不含食品销售）", []),
            ("虚拟货币兑换、餐饮服务", ["coins", "food"]),
            ("餐 饮 服 务", ["food"]),
        ],
    )
    def test_what_a_scope_names(self, listed, a_place, scope, codes):
        assert [hit.item.code for hit in market.look_up(a_place, scope)] == codes

    def test_an_item_out_of_use_is_not_compared(self, listed, a_place, keeper):
        catalogue.set_negative_item(listed, "food", in_use=False, by=keeper)
        assert not market.look_up(a_place, "餐饮服务")

    def test_a_licensed_item_names_its_licence_and_time(self, listed, keeper):
        with pytest.raises(Invalid) as refused:
            catalogue.set_negative_item(
                listed,
                "new",
                kind=AccessKind.LICENSED,
                industry="示例",
                name="示例",
                words=[],
                basis="示例",
                by=keeper,
            )
        assert set(refused.value.fields) == {"words", "licence", "timing"}

    def test_only_a_keeper_changes_it(self, listed, clerk):
        with pytest.raises(NotAllowed):
            catalogue.set_negative_item(listed, "food", name="别的", by=clerk)


class TestIntake:
    def test_a_prohibited_scope_is_not_accepted_and_the_item_is_named(self, registration, clerk):
        case = taken_in(registration, clerk, "虚拟货币兑换")
        with pytest.raises(WrongState) as refused:
            cases.accept(case.pk, by=clerk)
        assert "违规金融" in str(refused.value)
        assert "示例通知" in str(refused.value)

    def test_refused_with_it_the_check_is_recorded(self, registration, clerk):
        case = taken_in(registration, clerk, "虚拟货币兑换")
        cases.refuse_acceptance(case.pk, ground="not_eligible", reason="负面清单禁止", by=clerk)
        assert ScopeCheck.objects.get(case=case).hits[0]["code"] == "coins"

    def test_a_licensed_scope_is_accepted_and_the_licence_recorded(self, registration, clerk):
        case = cases.accept(taken_in(registration, clerk, "餐饮服务").pk, by=clerk)
        check = ScopeCheck.objects.get(case=case)
        assert check.edition == "清单（示例版）"
        assert check.hits[0]["licence"] == "食品经营许可证"

    def test_a_clerk_may_clear_it_with_a_reason_for_just_this_scope(self, registration, clerk):
        case = taken_in(registration, clerk, "虚拟货币兑换")
        with pytest.raises(Invalid):
            cases.clear_scope(case.pk, of_bundle=False, reason=" ", by=clerk)
        cases.clear_scope(case.pk, of_bundle=False, reason="只做设备维修", by=clerk)
        cases.fill_form(case.pk, {"scope": "虚拟货币兑换和代理"}, by=clerk)
        with pytest.raises(WrongState):
            cases.accept(case.pk, by=clerk)
        cases.fill_form(case.pk, {"scope": "虚拟货币兑换"}, by=clerk)
        assert cases.accept(case.pk, by=clerk).state == State.ACCEPTED

    def test_a_stranger_may_not_clear_it(self, registration, clerk, a_place):
        case = taken_in(registration, clerk, "虚拟货币兑换")
        with pytest.raises(NotAllowed):
            cases.clear_scope(
                case.pk, of_bundle=False, reason="示例", by=traits.make_officer(a_place, "keeper")
            )

    def test_other_matters_are_not_looked_at(self, listed, promised_version, clerk):
        case = cases.accept(traits.take_in(promised_version, clerk).pk, by=clerk)
        assert not ScopeCheck.objects.filter(case=case).exists()

    def test_a_bundle_is_compared_as_well(self, a_place, bureau, registration, tax, clerk):
        from .conftest import define

        rows = [{"code": "one", "matter": registration.matter}, {"code": "two", "matter": tax.matter}]
        version = define(a_place, bureau, rows, questions=[], same_fields=[["tax.site"]][:0])
        post = clerk.post_for("clerk")
        bundle = cases.open_bundle(version=version, hall=post.hall, window=post.window, by=clerk)
        data = {"scope": "虚拟货币兑换", "site": "示例路1号", "address": "示例路1号", "staff": "2"}
        cases.save_bundle(
            bundle.pk,
            subject=traits.make_person(),
            phone=traits.PHONE,
            data=data,
            answers={"agent": "no"},
            by=clerk,
        )
        entries = [cases.MaterialEntry(r.key) for r in bundle.materials.all() if r.verdict == "pending"]
        cases.save_bundle(bundle.pk, materials=entries, by=clerk)
        cases.receive_bundle(bundle.pk, by=clerk)
        with pytest.raises(WrongState):
            cases.accept_bundle(bundle.pk, by=clerk)
        cases.clear_scope(bundle.pk, of_bundle=True, reason="只做设备维修", by=clerk)
        cases.accept_bundle(bundle.pk, by=clerk)
        assert ScopeCheck.objects.get(bundle=bundle).cleared_reason == "只做设备维修"


class TestPortal:
    def test_anybody_looks_a_scope_up(self, listed, a_place, client):
        page = client.get(f"/p/{a_place.slug}/negative-list/", {"scope": "餐饮服务；虚拟货币兑换"})
        text = page.content.decode()
        assert "食品经营许可证" in text
        assert "示例通知" in text

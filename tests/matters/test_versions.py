"""The life of a version, and what the database itself refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from hall import now as clock
from hall.actors import SYSTEM
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Department, Jurisdiction
from hall.trail import queries as trail
from matters import differences, naming, services
from matters.choices import MatterState, MatterType, VersionState
from matters.models import CatalogueStamp, Material, Matter, MatterVersion, Step

from .conftest import officer


class TestDrafting:
    def test_the_draft_copies_the_version_in_force(self, published, keeper):
        draft = services.draft_version(published.matter_id, by=keeper)
        assert (draft.number, draft.state, draft.drafted_by_id) == (2, VersionState.DRAFT, keeper.user_id)
        assert draft.approved_by is None
        assert not differences.between(published, draft)
        assert draft.materials.count() == 3
        assert draft.steps.count() == 3

    def test_a_draft_never_touches_the_version_in_force(self, published, keeper):
        draft = services.draft_version(published.matter_id, by=keeper)
        services.change_draft(draft.pk, by=keeper, elements={"conditions": ["别的"]}, materials=[], steps=[])
        published.refresh_from_db()
        assert published.conditions == ["有营业执照", "有合适的场所"]
        assert published.materials.count() == 3
        assert MatterVersion.objects.in_force().get() == published

    def test_there_is_one_open_draft_at_a_time(self, draft, keeper):
        with pytest.raises(WrongState):
            services.draft_version(draft.matter_id, by=keeper)

    def test_materials_keep_their_codes_and_new_ones_get_free_ones(self, draft, keeper):
        rows = [{"code": "m02", "name": "食品安全规章制度"}, {"name": "新材料"}]
        services.change_draft(draft.pk, by=keeper, materials=rows)
        assert list(draft.materials.values_list("code", "name", "order")) == [
            ("m02", "食品安全规章制度", 1),
            ("m01", "新材料", 2),
        ]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"elements": {"promised_value": 0}}, "promised_value"),
            ({"elements": {"scope": "galaxy"}}, "scope"),
            (
                {"materials": [{"name": "a", "necessity": "deferrable", "is_main": True}]},
                "materials.0.is_main",
            ),
            ({"materials": [{"name": ""}]}, "materials.0.name"),
        ],
    )
    def test_what_cannot_be_stored_is_refused_by_field(self, draft, keeper, change, field):
        with pytest.raises(Invalid) as caught:
            services.change_draft(draft.pk, by=keeper, **change)
        assert field in caught.value.fields

    def test_an_element_that_does_not_exist_is_refused(self, draft, keeper):
        with pytest.raises(Invalid, match="state"):
            services.change_draft(draft.pk, by=keeper, elements={"state": "published"})

    def test_only_a_keeper_of_the_place_may_draft(self, matter, place, hall):
        clerk = officer(place, "clerk", Role.CLERK, hall=hall)
        elsewhere = Jurisdiction.objects.create(
            slug="b", code="2", name="乙", short_name="乙", level="county"
        )
        for stranger in (clerk, officer(elsewhere, "stranger")):
            with pytest.raises(NotAllowed):
                services.draft_version(matter.pk, by=stranger)

    def test_a_department_of_another_place_is_refused(self, draft, keeper):
        elsewhere = Jurisdiction.objects.create(
            slug="b", code="2", name="乙", short_name="乙", level="county"
        )
        foreign = Department.objects.create(
            jurisdiction=elsewhere, code="x", name="外地局", short_name="外地局"
        )
        with pytest.raises(Invalid):
            services.change_draft(draft.pk, by=keeper, elements={"department": foreign})


class TestPublishing:
    def test_the_way_from_draft_to_force(self, draft, keeper, second_keeper):
        assert services.submit(draft.pk, by=keeper).state == VersionState.CHECKED
        assert services.approve(draft.pk, by=second_keeper).state == VersionState.APPROVED
        version = services.publish(draft.pk, by=keeper)
        assert version.state == VersionState.PUBLISHED
        assert MatterVersion.objects.in_force().get() == version
        assert [e.what for e in trail.of_subject(version)] == [
            "version_drafted",
            "version_changed",
            "version_changed",
            "version_checked",
            "version_approved",
            "version_published",
        ]

    def test_the_drafter_cannot_approve(self, draft, keeper):
        services.submit(draft.pk, by=keeper)
        with pytest.raises(NotAllowed, match="起草人"):
            services.approve(draft.pk, by=keeper)

    def test_an_incomplete_draft_is_not_handed_over_and_says_why(self, draft, keeper):
        services.change_draft(draft.pk, by=keeper, elements={"conditions": [], "result_name": ""})
        with pytest.raises(Incomplete) as caught:
            services.submit(draft.pk, by=keeper)
        assert len(caught.value.items) == 2
        assert {f["element"] for f in caught.value.data["findings"]} == {"受理条件", "办理结果"}

    def test_nothing_is_published_without_approval(self, draft, keeper):
        with pytest.raises(WrongState):
            services.publish(draft.pk, by=keeper)
        services.submit(draft.pk, by=keeper)
        with pytest.raises(WrongState):
            services.publish(draft.pk, by=keeper)

    def test_a_version_handed_over_is_changed_only_after_it_is_sent_back(self, draft, keeper, second_keeper):
        services.submit(draft.pk, by=keeper)
        with pytest.raises(WrongState):
            services.change_draft(draft.pk, by=keeper, elements={"visits": 0})
        services.return_to_draft(draft.pk, by=second_keeper, reason="次数不对")
        services.change_draft(draft.pk, by=keeper, elements={"visits": 0, "visit_reason": ""})

    def test_publishing_ends_the_predecessor_at_that_instant(self, published, keeper, second_keeper):
        successor = next_version(published, keeper, second_keeper, promised=3)
        services.publish(successor.pk, by=keeper)
        published.refresh_from_db()
        successor.refresh_from_db()
        assert published.valid_to == successor.valid_from
        assert published.state == VersionState.SUPERSEDED
        assert MatterVersion.objects.in_force().get() == successor
        assert MatterVersion.objects.in_force(published.valid_from).get() == published

    def test_a_version_can_wait_for_its_date(self, published, keeper, second_keeper):
        successor = next_version(published, keeper, second_keeper, promised=3)
        date = now() + dt.timedelta(days=2)
        services.publish(successor.pk, by=keeper, at=date)
        assert MatterVersion.objects.in_force().get() == published
        assert services.turn_versions() == 0
        with clock.at(date + dt.timedelta(seconds=1)):
            assert MatterVersion.objects.in_force().get() == successor
            assert (services.turn_versions(), services.turn_versions()) == (1, 0)
        published.refresh_from_db()
        assert published.state == VersionState.SUPERSEDED

    def test_a_date_in_the_past_means_now(self, published, keeper, second_keeper):
        successor = next_version(published, keeper, second_keeper)
        before = now()
        assert (
            services.publish(successor.pk, by=keeper, at=before - dt.timedelta(days=9)).valid_from >= before
        )

    def test_nothing_goes_in_front_of_a_version_already_dated(self, published, keeper, second_keeper):
        later = next_version(published, keeper, second_keeper)
        services.publish(later.pk, by=keeper, at=now() + dt.timedelta(days=9))
        sooner = next_version(later, keeper, second_keeper)
        with pytest.raises(Conflict, match="第2版"):
            services.publish(sooner.pk, by=keeper)

    def test_the_matter_follows_the_organ_that_decides(self, published, keeper, second_keeper, health):
        successor = services.draft_version(published.matter_id, by=keeper)
        steps = [{"stage": 1, "department": health, "kind": "decide", "limit_value": 5, "decides": True}]
        services.change_draft(successor.pk, by=keeper, elements={"department": health}, steps=steps)
        services.submit(successor.pk, by=keeper)
        services.approve(successor.pk, by=second_keeper)
        services.publish(successor.pk, by=keeper)
        assert Matter.objects.get().department == health

    def test_two_keepers_at_once_publish_one_after_the_other(
        self, transactional_db, draft, keeper, second_keeper, really_concurrent
    ):
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        outcomes = really_concurrent(
            lambda: services.publish(draft.pk, by=keeper),
            lambda: services.publish(draft.pk, by=second_keeper),
        )
        assert sorted(type(o.error) for o in outcomes if o.error) == [WrongState]
        assert MatterVersion.objects.in_force().count() == 1


class TestFrozen:
    """A published version never changes: the database says so, not only the verbs."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda v: MatterVersion.objects.filter(pk=v.pk).update(promised_value=4),
            lambda v: MatterVersion.objects.filter(pk=v.pk).update(valid_from=now()),
            lambda v: v.materials.first().delete(),
            lambda v: v.materials.filter(code="m01").update(name="别的"),
            lambda v: Material.objects.create(version=v, code="m99", order=9, name="多要一样"),
            lambda v: v.steps.update(limit_value=9),
            lambda v: Step.objects.create(
                version=v, stage=9, department=v.department, kind="review", limit_value=1
            ),
            lambda v: MatterVersion.objects.filter(pk=v.pk)._raw_delete("default"),
        ],
    )
    def test_it_refuses(self, published, change):
        with pytest.raises(IntegrityError, match="never"), transaction.atomic():
            change(published)

    def test_two_versions_in_force_at_once_are_refused(self, published):
        # Two constraints say so; which of them speaks first depends on how the table was made.
        with pytest.raises(IntegrityError, match="_in_force_"), transaction.atomic():
            MatterVersion.objects.create(
                matter=published.matter,
                number=9,
                state="published",
                valid_from=now(),
                department=published.department,
                regime=published.regime,
                case_type="instant",
                promised_value=0,
                result_kind="none",
            )


class TestStateOfAMatter:
    def test_a_suspended_matter_takes_nothing_until_resumed(self, published, keeper):
        services.suspend(published.matter_id, by=keeper, reason="系统升级")
        assert not MatterVersion.objects.in_force().exists()
        assert not Matter.objects.open_now().exists()
        assert MatterVersion.objects.valid_at().exists()
        services.resume(published.matter_id, by=keeper, reason="升级完成")
        assert Matter.objects.open_now().exists()

    def test_a_cancelled_matter_stays_cancelled_and_says_why(self, published, keeper):
        matter = services.cancel(
            published.matter_id, by=keeper, reason="国务院决定取消", basis="国发〔2020〕13号"
        )
        assert (matter.state, matter.state_reason) == (MatterState.CANCELLED, "国务院决定取消")
        with pytest.raises(WrongState):
            services.resume(matter.pk, by=keeper, reason="恢复")
        draft = services.draft_version(matter.pk, by=keeper)
        assert draft.state == VersionState.DRAFT

    def test_a_reason_is_needed(self, published, keeper):
        with pytest.raises(Incomplete):
            services.cancel(published.matter_id, by=keeper, reason=" ", basis="国发〔2020〕13号")

    def test_a_code_is_taken_once_a_place(self, matter, place, organ, keeper):
        with pytest.raises(Conflict):
            services.create_matter(
                place,
                name="别的",
                kind="01",
                domain="business",
                level="county",
                department=organ,
                implementation_code=matter.implementation_code,
                by=keeper,
            )

    def test_the_short_link_is_the_same_in_every_new_database(self, matter):
        assert matter.short_code == naming.short_code("anhe", matter.implementation_code)
        assert len(matter.short_code) == 8

    def test_a_rename_keeps_the_link_and_respells(self, matter, keeper):
        renamed = services.rename(matter.pk, by=keeper, name="食品经营许可", aliases=["开饭馆", " "])
        assert renamed.short_code == matter.short_code
        assert renamed.aliases == ["开饭馆"]
        assert renamed.initials == "spjyxk|kfg"
        assert renamed.pinyin == "shi pin jing ying xu ke|kai fan guan"

    def test_every_change_moves_the_stamp(self, matter, keeper, place):
        before = CatalogueStamp.objects.get(pk=place.pk).number
        services.rename(matter.pk, by=keeper, theme="餐饮")
        assert CatalogueStamp.objects.get(pk=place.pk).number == before + 1


class TestLists:
    def test_a_matter_stands_once_in_a_list_and_can_move(self, place, matter, keeper):
        found = services.set_list(place, "s0", by=keeper, name="首批", published_total=106)
        services.put_in_list(found, matter, by=keeper)
        entry = services.put_in_list(found, matter, by=keeper, order=7, batch="第一批", role="deferred")
        assert found.entries.get() == entry
        assert (entry.order, entry.batch, entry.role) == (7, "第一批", "deferred")


def next_version(version, keeper, second_keeper, promised=None):
    """The next version, approved."""
    draft = services.draft_version(version.matter_id, by=keeper)
    if promised:
        steps = [
            {
                "stage": 1,
                "department": version.department,
                "kind": "decide",
                "limit_value": promised,
                "decides": True,
            }
        ]
        services.change_draft(draft.pk, by=keeper, elements={"promised_value": promised}, steps=steps)
    services.submit(draft.pk, by=keeper)
    return services.approve(draft.pk, by=second_keeper)


class TestLoading:
    def test_profiles_are_consistent_for_every_type_and_stated_element(self, place, organ, health):
        stated = [
            {},
            {"case_type": "instant"},
            {"promised_value": 1},
            {"promised_value": 60},
            {"visits": 0},
            {"online_depth": 4},
            {"statutory_value": 3, "statutory_unit": "working_day"},
            {"case_type": "promised"},
        ]
        items = []
        for kind in MatterType.values:
            for n, elements in enumerate(stated):
                matter = services.create_matter(
                    place,
                    name=f"{kind}-{n}",
                    kind=kind,
                    domain="tax",
                    level="county",
                    department=organ,
                    implementation_code=f"{kind}-{n}",
                    by=SYSTEM,
                )
                items.append(services.Profiled(matter, elements))
        for version in services.publish_profiles(items, by=SYSTEM):
            blocking = [str(f) for f in services.check(version) if f.blocks]
            assert not blocking, (version.matter.name, blocking)
            assert version.certainty == "profile"

    def test_a_profile_replaces_the_version_in_force(self, published, keeper):
        services.publish_profile(published.matter, by=keeper, elements={"promised_value": 8})
        published.refresh_from_db()
        assert published.state == VersionState.SUPERSEDED
        assert MatterVersion.objects.in_force().get().promised_value == 8

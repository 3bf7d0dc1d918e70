"""变更单: one change of many matters, reviewed by two people, in force at one instant or not at all."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hall.actors import SYSTEM
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.people.models import User
from hall.trail import queries as trail
from hall.trail.models import Event
from matters import changes, services
from matters.choices import ChangeHow, ChangeSetState, VersionState
from matters.importing import import_matters
from matters.models import ChangeSet, Matter, MatterVersion
from tests import traits

from .conftest import officer

PHONE = [{"element": "phone", "how": "set", "value": "0000-7654321"}]


def promise(days, how=ChangeHow.SET):
    return [{"element": "promised_value", "how": str(how), "value": str(days)}]


def drawn(place, matters, by, told=PHONE, **options):
    return services.draft_change_set(
        place,
        title="窗口电话变更",
        reason="安政办〔2026〕1号",
        changes=told,
        matters=[matter.pk for matter in matters],
        by=by,
        **options,
    )


def published(place, matters, keeper, second, told=PHONE, at=None):
    change_set = drawn(place, matters, keeper, told)
    services.submit_change_set(change_set.pk, by=keeper)
    services.approve_change_set(change_set.pk, by=second)
    return services.publish_change_set(change_set.pk, by=keeper, at=at)


class TestAChange:
    def test_it_is_drawn_up_reviewed_by_another_and_published_together(
        self, place, some_matters, keeper, second_keeper
    ):
        change_set = drawn(place, some_matters, keeper)
        assert not MatterVersion.objects.filter(phone="0000-7654321").exists()
        services.submit_change_set(change_set.pk, by=keeper)
        assert MatterVersion.objects.filter(state=VersionState.CHECKED).count() == 5
        with pytest.raises(NotAllowed):
            services.approve_change_set(change_set.pk, by=keeper)
        services.approve_change_set(change_set.pk, by=second_keeper)
        done = services.publish_change_set(change_set.pk, by=keeper)
        valid = MatterVersion.objects.valid_at(now() + dt.timedelta(seconds=1))
        assert set(valid.values_list("phone", "number", "valid_from")) == {
            ("0000-7654321", 2, done.valid_from)
        }
        assert set(valid.values_list("approved_by", "drafted_by")) == {
            (second_keeper.user_id, keeper.user_id)
        }
        old = MatterVersion.objects.filter(number=1)
        assert set(old.values_list("state", "valid_to")) == {(VersionState.SUPERSEDED, done.valid_from)}

    def test_everything_else_stays_as_it_was(self, place, published_matter, keeper, second_keeper):
        before = published_matter
        published(place, [before.matter], keeper, second_keeper)
        after = MatterVersion.objects.get(matter=before.matter, number=2)
        own = {"id", "number", "state", "valid_from", "valid_to", "phone", "created_at", "change_reason"}
        own |= {"drafted_by", "approved_by"}
        for field in MatterVersion._meta.concrete_fields:
            if field.name not in own:
                assert getattr(after, field.attname) == getattr(before, field.attname), field.name
        for parts in ("materials", "steps"):
            rows = [
                [
                    {k: v for k, v in row.items() if k not in ("id", "version_id")}
                    for row in getattr(version, parts).values()
                ]
                for version in (before, after)
            ]
            assert rows[0] == rows[1]

    @pytest.fixture
    def published_matter(self, draft, keeper, second_keeper):
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        return services.publish(draft.pk, by=keeper)

    def test_at_a_date_the_old_versions_stay_until_then(
        self, place, some_matters, keeper, second_keeper, moved
    ):
        begins = now() + dt.timedelta(days=3)
        published(place, some_matters, keeper, second_keeper, at=begins)
        assert set(MatterVersion.objects.valid_at().values_list("number", flat=True)) == {1}
        moved(begins + dt.timedelta(minutes=1))
        services.turn_versions()
        assert set(MatterVersion.objects.valid_at().values_list("number", flat=True)) == {2}
        assert MatterVersion.objects.filter(state=VersionState.SUPERSEDED).count() == 5

    def test_the_journal_has_the_set_once_and_every_version(self, place, some_matters, keeper, second_keeper):
        change_set = published(place, some_matters, keeper, second_keeper)
        assert [e.what for e in trail.of_subject(change_set)] == [
            "change_set_drafted",
            "change_set_submitted",
            "change_set_approved",
            "change_set_published",
        ]
        for version in MatterVersion.objects.filter(number=2):
            events = list(trail.of_subject(version))
            assert [e.what for e in events] == ["version_drafted", "version_approved", "version_published"]
            assert all(e.data["change_set"] == change_set.pk for e in events)
        assert not list(trail.faults())

    def test_a_matter_that_says_so_already_gets_no_version(self, place, some_matters, keeper, second_keeper):
        published(place, some_matters[:2], keeper, second_keeper)
        published(place, some_matters, keeper, second_keeper)
        assert MatterVersion.objects.filter(phone="0000-7654321").count() == 5
        again = drawn(place, some_matters, keeper)
        with pytest.raises(Incomplete, match="已经是这样"):
            services.submit_change_set(again.pk, by=keeper)


class TestThePromise:
    def test_the_route_follows_in_the_proportion_it_had(self, place, draft, keeper, second_keeper):
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        services.publish(draft.pk, by=keeper)
        published(place, [draft.matter], keeper, second_keeper, promise(3))
        version = MatterVersion.objects.get(number=2)
        assert [(s.stage, s.limit_value) for s in version.steps.order_by("stage", "order")] == [
            (1, 1),
            (1, 2),
            (2, 1),
        ]
        assert not [f for f in services.check(version) if f.blocks]

    def test_not_longer_than_leaves_shorter_ones_alone(self, place, some_matters, keeper, second_keeper):
        published(place, some_matters[:2], keeper, second_keeper, promise(2))
        change_set = drawn(place, some_matters, keeper, promise(3, ChangeHow.AT_MOST))
        services.submit_change_set(change_set.pk, by=keeper)
        drafts = MatterVersion.objects.filter(state=VersionState.CHECKED)
        assert {(d.matter_id, d.promised_value) for d in drafts} == {(m.pk, 3) for m in some_matters[2:]}

    def test_zero_makes_it_instant_and_back(self, place, draft, keeper, second_keeper):
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        version = services.publish(draft.pk, by=keeper)
        for days, kind in ((0, "instant"), (4, "promised")):
            changed = [*promise(days)]
            change_set = drawn(place, [version.matter], keeper, changed)
            (preview,) = changes.previews(change_set, list(change_set.items.select_related("matter")))
            assert preview.changed.case_type == kind
            assert changes.office_minutes(place)

    def test_more_stages_than_days_name_the_matter(self, place, draft, keeper, second_keeper):
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        services.publish(draft.pk, by=keeper)
        change_set = drawn(place, [draft.matter], keeper, promise(1))
        with pytest.raises(Incomplete) as refused:
            services.submit_change_set(change_set.pk, by=keeper)
        assert draft.matter.name in refused.value.items[0]
        assert "各阶段时限之和" in refused.value.items[0]


class TestObstacles:
    def test_an_open_draft_stands_in_the_way_and_is_named(self, place, some_matters, keeper):
        change_set = drawn(place, some_matters, keeper)
        services.draft_version(some_matters[0].pk, by=keeper)
        with pytest.raises(Incomplete) as refused:
            services.submit_change_set(change_set.pk, by=keeper)
        assert refused.value.items == [f"{some_matters[0].name}：有未发布的第2版"]
        assert not MatterVersion.objects.filter(state=VersionState.CHECKED).exists()  # none at all
        services.leave_out(change_set.pk, [some_matters[0].pk], by=keeper)
        services.submit_change_set(change_set.pk, by=keeper)
        assert MatterVersion.objects.filter(state=VersionState.CHECKED).count() == 4

    def test_a_cancelled_matter_and_one_without_a_version(self, place, some_matters, keeper, organ):
        services.cancel(some_matters[0].pk, by=keeper, reason="国务院取消", basis="国发〔2026〕1号")
        bare = services.create_matter(
            place, name="空", kind="01", domain="business", level="county", department=organ,
            implementation_code="E-1", by=keeper,
        )  # fmt: skip
        change_set = drawn(place, [some_matters[0], bare], keeper)
        with pytest.raises(Incomplete) as refused:
            services.submit_change_set(change_set.pk, by=keeper)
        assert [item.partition("：")[2] for item in refused.value.items] == ["事项已取消", "没有现行版本"]

    def test_a_fault_that_the_change_makes_stands_in_the_way_an_older_one_does_not(
        self, place, some_matters, keeper
    ):
        complaint = [{"element": "complaint_phone", "how": "set", "value": "0000-7654321"}]
        with pytest.raises(Incomplete) as refused:
            services.submit_change_set(drawn(place, some_matters, keeper, PHONE + complaint).pk, by=keeper)
        assert "咨询电话" in refused.value.items[0]
        assert len(refused.value.items) == 5

    def test_a_failing_matter_names_itself_and_none_is_published(
        self, place, some_matters, keeper, second_keeper
    ):
        change_set = drawn(place, some_matters, keeper)
        services.submit_change_set(change_set.pk, by=keeper)
        services.approve_change_set(change_set.pk, by=second_keeper)
        services.cancel(some_matters[3].pk, by=keeper, reason="国务院取消", basis="国发〔2026〕1号")
        with pytest.raises(Conflict) as refused:
            services.publish_change_set(change_set.pk, by=keeper)
        assert refused.value.data["items"] == [f"{some_matters[3].name}：事项已取消"]
        assert not MatterVersion.objects.filter(number=2, state=VersionState.PUBLISHED).exists()

    def test_a_draft_dealt_with_elsewhere_is_named(self, place, some_matters, keeper, second_keeper):
        change_set = drawn(place, some_matters, keeper)
        services.submit_change_set(change_set.pk, by=keeper)
        one = MatterVersion.objects.get(matter=some_matters[1], number=2)
        services.return_to_draft(one.pk, by=second_keeper, reason="再看")
        with pytest.raises(Conflict, match=some_matters[1].name):
            services.approve_change_set(change_set.pk, by=second_keeper)

    def test_returned_it_gives_its_matters_free(self, place, some_matters, keeper, second_keeper):
        change_set = drawn(place, some_matters, keeper)
        services.submit_change_set(change_set.pk, by=keeper)
        with pytest.raises(Incomplete):
            services.return_change_set(change_set.pk, by=second_keeper, reason=" ")
        services.return_change_set(change_set.pk, by=second_keeper, reason="电话不对")
        assert not MatterVersion.objects.filter(number=2).exists()
        services.revise_change_set(
            change_set.pk, title="改", reason="改", changes=promise(2, ChangeHow.AT_MOST), by=keeper
        )
        services.drop_change_set(change_set.pk, by=keeper, reason="不改了")
        with pytest.raises(WrongState):
            services.submit_change_set(change_set.pk, by=keeper)
        services.draft_version(some_matters[0].pk, by=keeper)

    @pytest.mark.parametrize(
        ("told", "message"),
        [
            ([{"element": "form", "how": "set", "value": "x"}], "不能批量修改"),
            ([{"element": "visits", "how": "set", "value": "x"}], "不正确"),
            ([{"element": "phone", "how": "at_most", "value": "1"}], "不正确"),
            ([{"element": "phone", "how": "set", "value": "1" * 99}], "不正确"),
            ([], "没有要改的"),
        ],
    )
    def test_what_cannot_be_stored_is_refused(self, place, some_matters, keeper, told, message):
        with pytest.raises(Invalid, match=message):
            drawn(place, some_matters, keeper, told)
        assert not ChangeSet.objects.exists()

    def test_only_keepers_of_the_place(self, place, some_matters, hall):
        with pytest.raises(NotAllowed):
            drawn(place, some_matters, officer(place, "clerk", Role.CLERK, hall=hall))


class TestManyMatters:
    """Three hundred in a few seconds, by a number of statements that does not grow with them."""

    @pytest.fixture
    def many(self, place, organ):
        rows = "".join(f"开具第{n}号证明,行政许可,县市场监管局,N-{n}\n" for n in range(300))
        text = f"事项名称,事项类型,实施部门,实施编码\n{rows}"
        import_matters(text.encode(), place, by=SYSTEM, publish=True)
        return list(Matter.objects.order_by("pk"))

    def asked(self, call):
        with CaptureQueriesContext(connection) as queries:
            result = call()
        return result, len(queries)

    def test_three_hundred(self, place, many, keeper, second_keeper):
        began = time.process_time()
        counts = []
        for matters in (many[:20], many[20:]):
            change_set, drawn_up = self.asked(lambda chosen=matters: drawn(place, chosen, keeper))
            steps = [drawn_up]
            for verb, by in (
                (services.submit_change_set, keeper),
                (services.approve_change_set, second_keeper),
                (services.publish_change_set, keeper),
            ):
                steps.append(self.asked(lambda verb=verb, by=by, key=change_set.pk: verb(key, by=by))[1])
            counts.append(steps)
        assert time.process_time() - began < 8
        assert set(MatterVersion.objects.valid_at().values_list("phone", flat=True)) == {"0000-7654321"}
        assert max(map(max, counts)) <= 40, counts
        # One statement more for every two hundred events, one for every five hundred rows.
        assert all(many - few <= 4 for few, many in zip(*counts, strict=True)), counts
        assert Event.objects.filter(what="version_published", data__has_key="change_set").count() == 300


class TestAtOnce:
    def test_two_sets_want_the_same_matter(self, transactional_db, a_place, bureau, really_concurrent):
        keepers = [traits.make_officer(a_place, Role.KEEPER) for _n in range(2)]
        shared = traits.make_version(bureau).matter
        own = [traits.make_version(bureau).matter for _n in range(2)]
        told = [[{"element": "phone", "how": "set", "value": f"0000-765432{n}"}] for n in range(2)]
        sets = [drawn(a_place, [shared, own[n]], keepers[n], told[n]) for n in range(2)]
        outcomes = really_concurrent(
            *[lambda n=n: services.submit_change_set(sets[n].pk, by=keepers[n]) for n in range(2)]
        )
        (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
        assert isinstance(lost, Incomplete)
        assert shared.name in lost.items[0]
        assert MatterVersion.objects.filter(matter=shared).count() == 2
        assert MatterVersion.objects.filter(matter__in=own, state=VersionState.CHECKED).count() == 1
        assert not list(trail.faults())

    def test_a_set_is_published_once(self, transactional_db, a_place, bureau, really_concurrent):
        keepers = [traits.make_officer(a_place, Role.KEEPER) for _n in range(2)]
        matters = [traits.make_version(bureau).matter for _n in range(3)]
        change_set = drawn(a_place, matters, keepers[0])
        services.submit_change_set(change_set.pk, by=keepers[0])
        services.approve_change_set(change_set.pk, by=keepers[1])
        outcomes = really_concurrent(
            *[lambda by=by: services.publish_change_set(change_set.pk, by=by) for by in keepers]
        )
        assert sorted(outcome.ok for outcome in outcomes) == [False, True]
        assert MatterVersion.objects.filter(state=VersionState.PUBLISHED).count() == 3


class TestOnScreen:
    @pytest.fixture
    def sit(self, client):
        def login(who):
            client.force_login(User.objects.get(pk=who.user_id))
            return client

        return login

    def test_from_the_list_to_publication(self, sit, place, some_matters, keeper, second_keeper):
        desk = sit(keeper)
        assert "changes/new/?q=" in desk.get("/manage/matters/?q=登记").content.decode()
        page = desk.get(reverse("matters:new_change_set") + "?q=登记").content.decode()
        assert "2个事项" in page
        answer = desk.post(
            reverse("matters:new_change_set") + "?q=登记",
            {"title": "电话", "reason": "文件", "element-phone": "0000-7654321"},
        )
        change_set = ChangeSet.objects.get()
        assert answer.url == reverse("matters:change_set", args=[change_set.pk])
        assert change_set.selection == {"q": "登记"}
        page = desk.get(answer.url).content.decode()
        assert "0000-7654321" in page
        assert "咨询电话改为" in page
        one = change_set.items.first().matter
        services.draft_version(one.pk, by=keeper)
        page = desk.post(
            reverse("matters:submit_change_set", args=[change_set.pk]), follow=True
        ).content.decode()
        assert "有未发布的第2版" in page
        page = desk.post(
            reverse("matters:leave_out", args=[change_set.pk]), {"stopped": "1"}, follow=True
        ).content.decode()
        assert "已移出1个事项" in page
        for name, who in (
            ("submit_change_set", keeper),
            ("approve_change_set", second_keeper),
            ("publish_change_set", keeper),
        ):
            sit(who).post(reverse(f"matters:{name}", args=[change_set.pk]))
        change_set.refresh_from_db()
        assert change_set.state == ChangeSetState.PUBLISHED
        page = desk.get(answer.url).content.decode()
        assert "0000-7654321" in page
        assert "电话" in desk.get(reverse("matters:change_sets")).content.decode()

    def test_a_wrong_value_stands_beside_its_field(self, sit, place, some_matters, keeper):
        answer = sit(keeper).post(
            reverse("matters:new_change_set"),
            {"title": "", "reason": "文件", "element-visits": "两次"},
        )
        assert answer.status_code == 422
        answer = sit(keeper).post(
            reverse("matters:new_change_set"),
            {"title": "改", "reason": "文件", "element-visits": "两次"},
        )
        assert "不是数字" in answer.content.decode()

    def test_a_set_is_revised_and_emptied(self, sit, place, some_matters, keeper):
        change_set = drawn(place, some_matters, keeper)
        address = reverse("matters:revise_change_set", args=[change_set.pk])
        assert "0000-7654321" in sit(keeper).get(address).content.decode()
        sit(keeper).post(address, {"title": "改", "reason": "文件", "element-phone": "—"})
        change_set.refresh_from_db()
        assert change_set.changes == [{"element": "phone", "how": "set", "value": ""}]

"""Matters go to the bureau on a date (划转, S1 二(二)); running cases stay; nobody seals twice."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall import now
from hall.actors import SYSTEM
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.organisation.choices import DepartmentKind, Role
from hall.organisation.models import Department, Window, Zone
from hall.people.models import User
from hall.trail.models import Event
from matters import queries, services, tasks, transfers
from matters.choices import ListRole, TransferRole, TransferState
from matters.models import MatterVersion, Transfer, TransferItem

from .conftest import officer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 26)
MIDNIGHT = timezone.make_aware(dt.datetime.combine(DAY, dt.time()))
BEFORE = MIDNIGHT - dt.timedelta(days=20)


@pytest.fixture(autouse=True)
def _today():
    with now.at(BEFORE):
        yield


@pytest.fixture
def approvals(place):
    """The bureau of approvals."""
    return Department.objects.create(
        jurisdiction=place,
        code="spj",
        name="安和县行政审批服务局",
        short_name="县审批局",
        kind=DepartmentKind.APPROVAL_BUREAU,
    )


@pytest.fixture
def batch(place, approvals, keeper):
    return services.prepare_transfer(
        place,
        "first",
        name="首批划转",
        document="示范〔2026〕1号",
        bureau=approvals,
        effective_on=DAY,
        by=keeper,
    )


@pytest.fixture
def item(batch, published, keeper):
    return services.put_in_transfer(batch.pk, published.matter, by=keeper)


@pytest.fixture
def approved(batch, item, second_keeper):
    return services.approve_transfer(batch.pk, by=second_keeper)


@pytest.fixture
def moved(approved, item):
    """The matter after the day."""
    with now.at(MIDNIGHT):
        services.take_transfers()
    item.refresh_from_db()
    return item


class TestPreparing:
    def test_only_a_bureau_of_approvals_receives(self, place, organ, keeper):
        with pytest.raises(Invalid):
            services.prepare_transfer(place, "x", name="划转", document="示范", bureau=organ, by=keeper)

    def test_a_batch_rests_on_a_document(self, place, approvals, keeper):
        with pytest.raises(Incomplete):
            services.prepare_transfer(place, "x", name="划转", document=" ", bureau=approvals, by=keeper)

    def test_only_keepers_of_the_place_prepare(self, place, approvals, health):
        reviewer = officer(place, "reviewer", Role.REVIEWER, department=health)
        with pytest.raises(NotAllowed):
            services.prepare_transfer(place, "x", name="划转", document="示范", bureau=approvals, by=reviewer)

    def test_a_deferred_matter_says_until_when(self, batch, published, keeper):
        with pytest.raises(Invalid):
            services.put_in_transfer(batch.pk, published.matter, role=TransferRole.DEFERRED, by=keeper)
        with pytest.raises(IntegrityError), transaction.atomic():
            TransferItem.objects.create(
                transfer=batch,
                matter=published.matter,
                role=TransferRole.DEFERRED,
                from_department=published.department,
            )
        item = services.put_in_transfer(
            batch.pk,
            published.matter,
            role=TransferRole.DEFERRED,
            deferred_condition="机构改革完成后",
            by=keeper,
        )
        assert not item.moves

    def test_what_the_bureau_has_already_does_not_move(self, batch, published, approvals, keeper):
        with pytest.raises(Invalid):
            services.put_in_transfer(batch.pk, published.matter, from_department=approvals, by=keeper)

    def test_a_matter_stands_once_in_a_batch(self, item, batch, published, keeper):
        services.put_in_transfer(batch.pk, published.matter, role=TransferRole.ASSOCIATED, by=keeper)
        assert batch.items.get().role == TransferRole.ASSOCIATED

    def test_an_item_can_be_taken_out(self, item, batch, keeper):
        services.drop_from_transfer(item.pk, by=keeper)
        assert not batch.items.exists()


class TestApproving:
    def test_a_second_keeper_approves(self, batch, item, keeper, second_keeper):
        with pytest.raises(NotAllowed):
            services.approve_transfer(batch.pk, by=keeper)
        assert services.approve_transfer(batch.pk, by=second_keeper).state == TransferState.APPROVED
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.filter(pk=batch.pk).update(approved_by=keeper.user_id)

    def test_everything_that_is_missing_is_named(self, batch, keeper, second_keeper, published):
        services.put_in_transfer(batch.pk, published.matter, role=TransferRole.STAYING, by=keeper)
        Transfer.objects.update(effective_on=None)
        with pytest.raises(Incomplete) as error:
            services.approve_transfer(batch.pk, by=second_keeper)
        told = " ".join(error.value.items)
        assert "日期" in told
        assert "没有要划转的事项" in told
        assert "窗口" in told

    def test_what_stays_has_a_window_in_the_hall(
        self, batch, item, hall, keeper, second_keeper, some_matters
    ):
        zone = Zone.objects.create(hall=hall, code="z", name="综合")
        window = Window.objects.create(zone=zone, number="1", name="1号窗")
        services.put_in_transfer(
            batch.pk, some_matters[2], role=TransferRole.STAYING, window=window, by=keeper
        )
        assert services.approve_transfer(batch.pk, by=second_keeper).state == TransferState.APPROVED

    def test_a_day_that_is_past_is_refused(self, batch, item, second_keeper):
        Transfer.objects.update(effective_on=BEFORE.date() - dt.timedelta(days=1))
        with pytest.raises(Incomplete):
            services.approve_transfer(batch.pk, by=second_keeper)

    def test_no_other_approved_batch_moves_the_same(
        self, place, approvals, approved, published, keeper, second_keeper
    ):
        other = services.prepare_transfer(
            place, "b", name="又一批", document="示范", bureau=approvals, effective_on=DAY, by=keeper
        )
        services.put_in_transfer(other.pk, published.matter, by=keeper)
        with pytest.raises(Incomplete):
            services.approve_transfer(other.pk, by=second_keeper)

    def test_an_approved_batch_is_not_changed_but_may_be_sent_back(
        self, approved, place, approvals, published, keeper
    ):
        with pytest.raises(WrongState):
            services.put_in_transfer(approved.pk, published.matter, by=keeper)
        with pytest.raises(WrongState):
            services.prepare_transfer(place, "first", name="改", document="示范", bureau=approvals, by=keeper)
        assert services.return_transfer(approved.pk, by=keeper, reason="再核").state == TransferState.DRAFT

    def test_an_approved_batch_has_its_date(self, approved):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.filter(pk=approved.pk).update(effective_on=None)


class TestTheDay:
    def test_nothing_happens_a_minute_before(self, approved, published):
        with now.at(MIDNIGHT - dt.timedelta(minutes=1)):
            assert tasks.take_transfers() == 0
        assert MatterVersion.objects.valid_at(BEFORE).get().department == published.department

    def test_at_midnight_the_next_version_is_the_bureaus(self, approved, published, approvals, organ, health):
        with now.at(MIDNIGHT):
            assert tasks.take_transfers() == 1
            version = MatterVersion.objects.in_force().get(matter=published.matter_id)
        assert (version.number, version.department) == (2, approvals)
        assert [(s.stage, s.department, s.kind, s.decides) for s in version.steps.all()] == [
            (1, approvals, "examine", False),
            (1, health, "consult", False),
            (2, approvals, "decide", True),
        ]
        assert version.matter.department == approvals
        assert "首批划转" in version.change_reason
        assert not [each for each in services.check(version) if each.blocks]

    def test_materials_and_everything_else_are_copied(self, moved, published):
        names = ("name", "necessity", "is_main", "shared_source", "basis", "code", "order")
        assert list(moved.version.materials.values_list(*names)) == list(
            published.materials.values_list(*names)
        )
        assert moved.version.promised == published.promised
        assert moved.version.legal_basis == published.legal_basis

    def test_the_old_version_ends_at_that_instant_and_stays_as_it_was(self, moved, published, organ):
        published.refresh_from_db()
        assert published.valid_to == moved.version.valid_from == MIDNIGHT
        assert published.department == organ

    def test_it_takes_effect_once(self, moved):
        with now.at(MIDNIGHT + dt.timedelta(minutes=1)):
            assert tasks.take_transfers() == 0
        assert MatterVersion.objects.filter(matter=moved.matter_id).count() == 2
        assert Event.objects.filter(what="transfer_effective").count() == 1
        assert Event.objects.filter(what="matter_transferred").count() == 1

    def test_two_porters_at_once_move_it_once(self, approved, item):
        with now.at(MIDNIGHT):
            assert [services.take_effect(approved.pk), services.take_effect(approved.pk)] == [1, 0]

    def test_late_is_as_good(self, approved):
        with now.at(MIDNIGHT + dt.timedelta(days=3)):
            assert tasks.take_transfers() == 1

    def test_one_that_cannot_move_says_why_and_hinders_no_other(
        self, batch, item, keeper, second_keeper, some_matters
    ):
        other = some_matters[0]
        services.put_in_transfer(batch.pk, other, by=keeper)
        services.approve_transfer(batch.pk, by=second_keeper)
        services.cancel(other.pk, by=keeper, reason="国务院取消", basis="国发〔2026〕1号")
        with now.at(MIDNIGHT):
            assert tasks.take_transfers() == 1
            stuck = batch.items.get(matter=other)
            assert "取消" in stuck.problem
            batch.refresh_from_db()
            assert batch.state == TransferState.APPROVED
            with pytest.raises(WrongState):
                services.return_transfer(batch.pk, by=keeper, reason="退")

    def test_deferred_and_staying_matters_stay(self, batch, item, keeper, second_keeper, some_matters):
        services.put_in_transfer(
            batch.pk,
            some_matters[0],
            role=TransferRole.DEFERRED,
            deferred_until=dt.date(2027, 6, 30),
            by=keeper,
        )
        services.approve_transfer(batch.pk, by=second_keeper)
        with now.at(MIDNIGHT):
            tasks.take_transfers()
        assert some_matters[0].versions.count() == 1

    def test_only_the_system_records_what_was_long_in_effect(self, batch, item, keeper):
        with pytest.raises(NotAllowed):
            services.record_transfer(batch.pk, by=keeper)
        assert services.record_transfer(batch.pk, by=SYSTEM).state == TransferState.EFFECTIVE
        assert item.matter.versions.count() == 1


class TestHearingTheFormerDepartment:
    def test_with_a_basis_it_keeps_what_is_not_approving(self, batch, published, organ, health, keeper):
        item = services.put_in_transfer(
            batch.pk,
            published.matter,
            from_department=health,
            consult_basis="《食品安全法》第五条",
            by=keeper,
        )
        steps = transfers.moved_steps(published.steps.all(), item)
        assert [step.department for step in steps] == [organ, health, batch.bureau]

    def test_without_one_its_consultation_becomes_the_bureaus_examination(
        self, batch, published, health, keeper
    ):
        item = services.put_in_transfer(batch.pk, published.matter, from_department=health, by=keeper)
        step = transfers.moved_steps(published.steps.all(), item)[1]
        assert (step.department, step.kind, step.silent_consent) == (batch.bureau, "examine", False)


class TestNoSecondSeal:
    def draft(self, moved, keeper):
        version = services.draft_version(moved.matter_id, by=keeper)
        rows = [
            {
                "stage": step.stage,
                "department": step.department,
                "kind": step.kind,
                "limit_value": step.limit_value,
                "decides": step.decides,
            }
            for step in version.steps.order_by("stage", "order")
        ]
        return version, rows

    def findings(self, version):
        fresh = MatterVersion.objects.get(pk=version.pk)
        return [each for each in services.check(fresh) if each.code == "no_second_approval_after_transfer"]

    def test_a_later_version_may_not_let_it_decide_again(self, moved, keeper, organ):
        version, rows = self.draft(moved, keeper)
        rows[-1]["department"] = organ
        services.change_draft(version.pk, by=keeper, steps=rows, elements={"department": organ})
        assert len(self.findings(version)) == 2
        assert all(each.blocks for each in self.findings(version))
        with pytest.raises(Incomplete):
            services.submit(version.pk, by=keeper)

    @pytest.mark.parametrize("kind", ["examine", "review"])
    def test_nor_approve_in_between(self, moved, keeper, organ, kind):
        version, rows = self.draft(moved, keeper)
        rows[0] |= {"department": organ, "kind": kind}
        services.change_draft(version.pk, by=keeper, steps=rows)
        assert [each for each in self.findings(version) if each.blocks]

    def test_it_is_consulted_only_by_a_declared_law(self, moved, keeper, organ):
        version, rows = self.draft(moved, keeper)
        rows[0] |= {"department": organ, "kind": "consult"}
        services.change_draft(version.pk, by=keeper, steps=rows)
        assert [each for each in self.findings(version) if each.blocks]
        with pytest.raises(Incomplete):
            services.declare_hearing(moved.pk, basis=" ", by=keeper)
        services.declare_hearing(moved.pk, basis="《食品安全法》第五条", by=keeper)
        assert not self.findings(version)

    def test_a_matter_that_never_moved_is_free(self, published, keeper, organ):
        assert not self.findings(published)

    def test_moved_back_by_a_later_batch_it_may_again(self, moved, place, approvals, organ, keeper):
        TransferItem.objects.create(
            transfer=Transfer.objects.create(
                jurisdiction=place,
                code="back",
                name="划回",
                document="示范",
                bureau=organ,
                state=TransferState.EFFECTIVE,
                effective_on=DAY + dt.timedelta(days=30),
            ),
            matter=moved.matter,
            from_department=approvals,
        )
        found = transfers.settled(place)[moved.matter_id]
        assert (found.bureau, found.former) == (organ.pk, {approvals.pk})


class TestLists:
    def test_batches_have_dates_and_are_counted_from_the_data(self, place, keeper, some_matters):
        head = services.set_list(place, "first", name="清单", published_total=3, by=keeper)
        services.set_batch(head, "第一批", published_on=DAY, published_total=2, by=keeper)
        for matter in some_matters[:2]:
            services.put_in_list(head, matter, by=keeper, batch="第一批")
        services.put_in_list(head, some_matters[2], by=keeper, batch="第一批", role=ListRole.ASSOCIATED)
        services.put_in_list(head, some_matters[3], by=keeper, batch="第二批", role=ListRole.DEFERRED)
        count = queries.count_of(head)
        assert (count.counted, count.associated, count.agrees) == (3, 1, True)
        assert [(b.name, b.published_on, b.counted, b.agrees) for b in count.batches] == [
            ("第一批", DAY, 2, True),
            ("第二批", None, 1, True),
        ]

    def test_a_matter_stands_in_several_lists(self, place, keeper, some_matters):
        for code in ("first", "second"):
            head = services.set_list(place, code, name=code, published_total=1, by=keeper)
            services.put_in_list(head, some_matters[0], by=keeper)
        assert [each.counted for each in queries.lists_with_counts(place)] == [1, 1]

    def test_the_public_page_says_when_the_data_differ(self, place, keeper, some_matters):
        head = services.set_list(place, "first", name="清单", published_total=3, by=keeper)
        services.put_in_list(head, some_matters[0], by=keeper)
        page = Client().get(reverse("matters:lists", args=[place.slug])).content.decode()
        assert "与公布总数不一致" in page
        page = Client().get(reverse("matters:list", args=[place.slug, "first"])).content.decode()
        assert "比公布的少2项" in page

    def test_a_keeper_enters_a_batch(self, place, keeper):
        head = services.set_list(place, "first", name="清单", published_total=3, by=keeper)
        browser = Client()
        browser.force_login(User.objects.get(pk=keeper.user_id))
        browser.post(
            reverse("matters:list_batch"),
            {
                "batch-matter_list": head.pk,
                "batch-name": "第一批",
                "batch-published_on": "2026-12-26",
                "batch-published_total": "3",
            },
        )
        assert head.batches.get().published_on == DAY
        assert "第一批" in browser.get(reverse("matters:manage_lists")).content.decode()


class TestPages:
    @pytest.fixture
    def browser(self, keeper):
        browser = Client()
        browser.force_login(User.objects.get(pk=keeper.user_id))
        return browser

    def test_a_keeper_prepares_a_batch_with_items(self, browser, approvals, published):
        facts = {
            "code": "first",
            "name": "首批划转",
            "document": "示范〔2026〕1号",
            "bureau": approvals.pk,
            "effective_on": "2026-12-26",
        }
        answer = browser.post(reverse("matters:transfers"), facts)
        batch = Transfer.objects.get()
        assert answer["Location"] == reverse("matters:transfer", args=[batch.pk])
        put = {"item-matters": published.matter.name, "item-role": "transferred"}
        browser.post(reverse("matters:put_in_transfer", args=[batch.pk]), put)
        page = browser.get(reverse("matters:transfer", args=[batch.pk])).content.decode()
        assert published.matter.name in page
        assert "县市场监管局 → 县审批局" in page

    def test_a_matter_that_is_not_found_is_told(self, browser, batch):
        answer = browser.post(
            reverse("matters:put_in_transfer", args=[batch.pk]),
            {"item-matters": "没有这个事项", "item-role": "transferred"},
        )
        assert answer.status_code == 422
        assert "没有找到唯一的事项" in answer.content.decode()

    def test_the_second_keeper_reads_what_is_missing(self, batch, second_keeper):
        browser = Client()
        browser.force_login(User.objects.get(pk=second_keeper.user_id))
        answer = browser.post(reverse("matters:approve_transfer", args=[batch.pk]))
        assert answer.status_code == 422
        assert "没有要划转的事项" in answer.content.decode()

    def test_the_public_sees_it_once_approved(self, place, batch, item, second_keeper):
        address = reverse("matters:shown_transfer", args=[place.slug, "first"])
        assert Client().get(address).status_code == 404
        services.approve_transfer(batch.pk, by=second_keeper)
        assert item.matter.name in Client().get(address).content.decode()
        assert "首批划转" in Client().get(reverse("matters:lists", args=[place.slug])).content.decode()

    def test_its_queries_do_not_grow_with_items(
        self, browser, batch, item, keeper, some_matters, django_assert_max_num_queries
    ):
        for matter in some_matters:
            services.put_in_transfer(batch.pk, matter, by=keeper)
        address = reverse("matters:transfer", args=[batch.pk])
        browser.get(address)
        with django_assert_max_num_queries(20):
            browser.get(address)

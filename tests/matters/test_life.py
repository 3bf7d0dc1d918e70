"""The life of a version: dated, withdrawn, never overlapping; the life of a matter: suspended, cancelled."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications import services as cases
from applications.models import Application
from hall.errors import Incomplete, NotAllowed, WrongState
from hall.now import now
from hall.organisation.choices import Role
from hall.people.models import User
from hall.trail import queries as trail
from matters import services
from matters.choices import MatterState, VersionState
from matters.models import MatterVersion
from tests import traits

from .conftest import officer

DAY = dt.timedelta(days=1)
ACT = {"reason": "国务院取消该行政许可", "basis": "国发〔2020〕13号附件第三项"}


@pytest.fixture
def scheduled(published, keeper, second_keeper):
    """The successor of `published`, in force from tomorrow."""
    draft = services.draft_version(published.matter_id, by=keeper)
    services.submit(draft.pk, by=keeper)
    services.approve(draft.pk, by=second_keeper)
    return services.publish(draft.pk, by=keeper, at=now() + DAY)


class TestWithdrawing:
    """撤回发布: what is dated for later may be taken back before it comes, and is never rewritten."""

    def test_its_predecessor_goes_on_as_if_it_never_was(self, published, scheduled, keeper, moved):
        services.withdraw(scheduled.pk, by=keeper, reason="省里标准推迟")
        published.refresh_from_db()
        assert (published.state, published.valid_to) == (VersionState.PUBLISHED, None)
        moved(now() + 3 * DAY)
        services.turn_versions()
        assert MatterVersion.objects.in_force().get() == published

    def test_it_stays_as_it_was_published_with_an_empty_validity(self, scheduled, keeper):
        began = scheduled.valid_from
        withdrawn = services.withdraw(scheduled.pk, by=keeper, reason="推迟")
        withdrawn.refresh_from_db()
        assert (withdrawn.state, withdrawn.valid_from, withdrawn.valid_to) == ("withdrawn", began, began)
        assert withdrawn.is_frozen
        assert withdrawn not in MatterVersion.objects.valid_at(began)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            MatterVersion.objects.filter(pk=withdrawn.pk).update(promised_value=3)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            withdrawn.materials.all().delete()
        for state in ("published", "draft", "approved"):
            with pytest.raises(IntegrityError, match="only ends"), transaction.atomic():
                MatterVersion.objects.filter(pk=withdrawn.pk).update(state=state)

    def test_the_journal_says_who_and_why(self, scheduled, keeper):
        services.withdraw(scheduled.pk, by=keeper, reason="推迟")
        event = trail.of_subject(scheduled).order_by("-id")[0]
        assert (event.what, event.reason, event.to_state) == ("version_withdrawn", "推迟", "withdrawn")

    def test_it_can_be_the_master_of_a_new_draft_but_is_not_by_itself(self, published, scheduled, keeper):
        services.withdraw(scheduled.pk, by=keeper, reason="推迟")
        draft = services.draft_version(published.matter_id, by=keeper)
        assert draft.number == 3
        assert trail.of_subject(draft)[0].data["from"] == published.number
        MatterVersion.objects.filter(pk=draft.pk).delete()
        again = services.draft_version(published.matter_id, by=keeper, from_version=scheduled)
        assert trail.of_subject(again)[0].data["from"] == scheduled.number

    def test_what_is_in_force_cannot_be_withdrawn(self, published, scheduled, keeper, moved):
        with pytest.raises(WrongState, match="已经生效"):
            services.withdraw(published.pk, by=keeper, reason="x")
        moved(now() + 2 * DAY)
        with pytest.raises(WrongState, match="已经生效"):
            services.withdraw(scheduled.pk, by=keeper, reason="x")

    def test_the_last_one_dated_goes_first(self, scheduled, keeper, second_keeper):
        draft = services.draft_version(scheduled.matter_id, by=keeper)
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        later = services.publish(draft.pk, by=keeper, at=now() + 2 * DAY)
        with pytest.raises(WrongState, match="先撤回"):
            services.withdraw(scheduled.pk, by=keeper, reason="x")
        services.withdraw(later.pk, by=keeper, reason="x")
        services.withdraw(scheduled.pk, by=keeper, reason="x")

    def test_it_takes_a_keeper_of_the_place_and_a_reason(self, scheduled, keeper, place, hall):
        with pytest.raises(Incomplete):
            services.withdraw(scheduled.pk, by=keeper, reason=" ")
        with pytest.raises(NotAllowed):
            services.withdraw(scheduled.pk, by=officer(place, "clerk", Role.CLERK, hall=hall), reason="x")

    def test_the_keeper_does_it_on_the_page(self, client, scheduled, published, keeper):
        client.force_login(User.objects.get(pk=keeper.user_id))
        page = reverse("matters:version", args=[scheduled.pk])
        assert "撤回发布" in client.get(page).content.decode()
        client.post(reverse("matters:withdraw", args=[scheduled.pk]), {"reason": "推迟"})
        text = client.get(page).content.decode()
        assert "已撤回" in text
        assert "以此版为底稿起草" in text
        client.post(reverse("matters:draft", args=[published.matter_id]), {"from": scheduled.pk})
        assert MatterVersion.objects.filter(state="draft").count() == 1


def insert(version, *, state="superseded", begins, ends=None, number, matter=None):
    """A version as plain SQL would add it, past every verb."""
    copied = [f.column for f in MatterVersion._meta.concrete_fields if f.column != "id"]
    replaced = {
        "matter_id": matter or version.matter_id,
        "state": state,
        "valid_from": begins,
        "valid_to": ends,
        "number": number,
    }
    chosen = ", ".join("%s" if column in replaced else column for column in copied)
    values = [replaced[column] for column in copied if column in replaced]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO matters_matterversion ({', '.join(copied)}) "
            f"SELECT {chosen} FROM matters_matterversion WHERE id = %s",
            [*values, version.pk],
        )


class TestIntervals:
    """Validity intervals of one matter cannot overlap, whoever writes them: a database constraint."""

    @pytest.mark.parametrize(
        ("begins", "ends"),
        [(-DAY, DAY), (-DAY, None), (DAY, None), (DAY, 2 * DAY)],
        ids=["across the beginning", "around it", "inside without end", "inside"],
    )
    def test_what_overlaps_the_version_in_force_is_refused(self, published, begins, ends):
        at = published.valid_from
        state = "superseded" if ends else "published"
        with pytest.raises(IntegrityError, match="versions_in_force_never_overlap"), transaction.atomic():
            # The partial unique index on the one without end would catch some of these as well.
            with connection.cursor() as cursor:
                cursor.execute("DROP INDEX IF EXISTS version_in_force_once_a_matter")
            insert(published, state=state, begins=at + begins, ends=ends and at + ends, number=9)

    def test_what_ends_when_it_begins_stands_beside_it(self, published):
        at = published.valid_from
        insert(published, begins=at - DAY, ends=at, number=9)
        assert published.matter.versions.count() == 2

    def test_intervals_of_the_past_do_not_overlap_either(self, published):
        at = published.valid_from
        insert(published, begins=at - 9 * DAY, ends=at - 5 * DAY, number=8)
        with pytest.raises(IntegrityError, match="never_overlap"), transaction.atomic():
            insert(published, begins=at - 6 * DAY, ends=at - 4 * DAY, number=9)

    def test_drafts_and_withdrawn_versions_are_in_nobodys_way(self, published):
        at = published.valid_from
        insert(published, state="draft", begins=at, number=8)
        insert(published, state="withdrawn", begins=at + DAY, ends=at + DAY, number=9)

    def test_a_withdrawn_version_has_no_validity(self, published):
        at = published.valid_from
        with (
            pytest.raises(IntegrityError, match="withdrawn_version_never_was_in_force"),
            transaction.atomic(),
        ):
            insert(published, state="withdrawn", begins=at + DAY, ends=at + 2 * DAY, number=9)

    def test_a_superseded_version_has_an_end(self, published):
        with pytest.raises(IntegrityError, match="superseded_version_has_an_end"), transaction.atomic():
            insert(published, begins=published.valid_from - DAY, number=9)


def test_two_hands_at_once_never_make_two_versions_in_force(transactional_db, bureau, really_concurrent):
    """Past every lock of the verbs: two connections write intervals that overlap, and one is refused."""
    version = traits.make_version(bureau)
    at = version.valid_from
    assert at is not None
    spans = [(at - 9 * DAY, at - 3 * DAY, 8), (at - 5 * DAY, at - DAY, 9)]
    outcomes = really_concurrent(
        *[lambda b=b, e=e, n=n: insert(version, begins=b, ends=e, number=n) for b, e, n in spans]
    )
    (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
    assert "never_overlap" in str(lost)
    assert version.matter.versions.count() == 2


def test_two_keepers_publish_one_version_once(transactional_db, bureau, a_place, really_concurrent):
    old = traits.make_version(bureau)
    keepers = [traits.make_officer(a_place, Role.KEEPER) for _i in range(2)]
    draft = services.draft_version(old.matter_id, by=keepers[0])
    services.submit(draft.pk, by=keepers[0])
    services.approve(draft.pk, by=keepers[1])
    outcomes = really_concurrent(
        *[lambda by=by: services.publish(draft.pk, by=by, at=now() + DAY) for by in keepers]
    )
    (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
    assert isinstance(lost, WrongState)
    old.refresh_from_db()
    draft.refresh_from_db()
    assert old.valid_to == draft.valid_from


def test_one_withdraws_while_another_publishes_behind_it(
    transactional_db, bureau, a_place, really_concurrent
):
    """Whoever comes second finds what the first has done; the intervals stay without gap or overlap."""
    old = traits.make_version(bureau)
    one, two = (traits.make_officer(a_place, Role.KEEPER) for _i in range(2))

    def approved():
        draft = services.draft_version(old.matter_id, by=one)
        services.submit(draft.pk, by=one)
        return services.approve(draft.pk, by=two)

    first = services.publish(approved().pk, by=one, at=now() + DAY)
    second = approved()
    withdrawn, published = really_concurrent(
        lambda: services.withdraw(first.pk, by=one, reason="推迟"),
        lambda: services.publish(second.pk, by=two, at=now() + 2 * DAY),
    )
    assert published.ok, published.error
    old.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    if withdrawn.ok:
        assert old.valid_to == second.valid_from
    else:
        assert isinstance(withdrawn.error, WrongState)
        assert (old.valid_to, first.valid_to) == (first.valid_from, second.valid_from)


class TestCancelled:
    """取消: with the act that cancels it; the portal answers, every intake refuses."""

    def test_it_takes_a_reason_and_the_act(self, published, keeper):
        with pytest.raises(Incomplete, match="依据"):
            services.cancel(published.matter_id, by=keeper, reason="国务院取消", basis=" ")
        with pytest.raises(Incomplete, match="理由"):
            services.cancel(published.matter_id, by=keeper, reason=" ", basis="国发〔2020〕13号")
        matter = services.cancel(published.matter_id, by=keeper, **ACT)
        assert (matter.state_reason, matter.state_basis) == (ACT["reason"], ACT["basis"])
        assert matter.state_since is not None
        assert trail.of_subject(matter).order_by("-id")[0].data == {"basis": ACT["basis"]}

    def test_the_page_asks_for_both(self, client, published, keeper):
        client.force_login(User.objects.get(pk=keeper.user_id))
        cancel = reverse("matters:cancel", args=[published.matter_id])
        client.post(cancel, {"state-reason": "国务院取消", "state-basis": ""})
        published.matter.refresh_from_db()
        assert published.matter.state == MatterState.ACTIVE
        client.post(cancel, {"state-reason": "国务院取消", "state-basis": "国发〔2020〕13号"})
        text = client.get(reverse("matters:manage_matter", args=[published.matter_id])).content.decode()
        assert "国发〔2020〕13号" in text

    def test_the_guide_the_search_and_the_api_answer_with_reason_and_act(
        self, client, place, published, keeper
    ):
        services.cancel(published.matter_id, by=keeper, **ACT)
        code = published.matter.short_code
        for address in (
            reverse("matters:guide", args=[place.slug, code]),
            reverse("matters:search", args=[place.slug]) + "?q=食品经营",
        ):
            text = client.get(address).content.decode()
            assert ACT["reason"] in text
            assert ACT["basis"] in text
        told = client.get(reverse("matters:api_matter", args=[code])).json()
        assert (told["state"], told["state_reason"], told["state_basis"]) == ("cancelled", *ACT.values())

    def test_a_suspended_matter_says_so_as_well(self, client, place, published, keeper):
        services.suspend(published.matter_id, by=keeper, reason="系统升级", basis="县政府通知")
        text = client.get(reverse("matters:guide", args=[place.slug, published.matter.short_code]))
        assert "系统升级" in text.content.decode()
        assert "县政府通知" in text.content.decode()
        services.resume(published.matter_id, by=keeper, reason="升级完成")
        assert MatterVersion.objects.in_force().get() == published


class TestRefusedAtIntake:
    """Desk, portal and verb: what is cancelled cannot be begun, and says why."""

    @pytest.fixture
    def closed(self, db, bureau, a_place):
        version = traits.make_version(bureau)
        services.cancel(version.matter_id, by=traits.make_officer(a_place, Role.KEEPER), **ACT)
        return version

    def test_the_desk_is_told_before_it_begins(self, client, closed, clerk):
        client.force_login(User.objects.get(pk=clerk.user_id))
        page = client.get(reverse("applications:desk_matter", args=[closed.matter.short_code]))
        text = page.content.decode()
        assert ACT["reason"] in text
        assert ACT["basis"] in text
        assert "开始办理" not in text
        answer = client.post(reverse("applications:desk_open", args=[closed.pk]), {"idempotency_key": "k"})
        assert answer.status_code == 409
        assert not Application.objects.exists()

    def test_the_verb_says_why(self, closed, clerk):
        with pytest.raises(WrongState) as caught:
            traits.take_in(closed, clerk)
        assert ACT["reason"] in str(caught.value)
        assert ACT["basis"] in str(caught.value)

    def test_the_portal_leads_to_the_guide_that_answers(self, client, closed, citizen):
        client.force_login(citizen)
        place, code = closed.matter.jurisdiction.slug, closed.matter.short_code
        answer = client.get(reverse("applications:apply", args=[place, code]))
        assert answer.url == reverse("matters:guide", args=[place, code])
        with pytest.raises(WrongState, match="国发"):
            cases.apply_online(version=closed, by=traits.acting(citizen))

    def test_a_draft_from_before_cannot_be_handed_in(self, db, bureau, a_place, citizen):
        version = traits.make_version(bureau)
        case = cases.apply_online(version=version, by=traits.acting(citizen))
        services.cancel(version.matter_id, by=traits.make_officer(a_place, Role.KEEPER), **ACT)
        with pytest.raises(WrongState, match="国发"):
            cases.submit(case.pk, by=traits.acting(citizen))

    def test_nor_can_a_draft_that_the_desk_had_opened(self, db, bureau, a_place, clerk, centre):
        version = traits.make_version(bureau)
        case = cases.open_at_desk(version=version, hall=centre, window=None, by=clerk)
        cases.set_applicant(case.pk, by=clerk, subject=traits.make_person())
        services.cancel(version.matter_id, by=traits.make_officer(a_place, Role.KEEPER), **ACT)
        with pytest.raises(WrongState, match="国发"):
            cases.receive(case.pk, by=clerk)

    def test_what_was_received_before_is_finished(self, db, bureau, a_place, clerk):
        version = traits.make_version(bureau)
        case = traits.take_in(version, clerk)
        services.cancel(version.matter_id, by=traits.make_officer(a_place, Role.KEEPER), **ACT)
        assert cases.accept(case.pk, by=clerk).state == "accepted"

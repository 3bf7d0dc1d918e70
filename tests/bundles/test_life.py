"""The life of a bundle in hand: one receipt, parallel parts, dependencies, refusals, one hand-over."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.choices import PartState, State
from applications.models import Application
from applications.services import Pledge
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Incomplete, NotAllowed, WrongState
from hall.now import now
from routing import services as routing
from routing.models import Task
from tests import traits

from .conftest import accepted, decide, part, received

pytestmark = pytest.mark.django_db

MONDAY = "2026-03-02 09:00"


def fresh(bundle: BundleCase) -> BundleCase:
    return BundleCase.objects.get(pk=bundle.pk)


def follow(bundle: BundleCase) -> BundleCase:
    cases.follow_bundle(bundle.pk)
    return fresh(bundle)


class TestAcceptance:
    def test_one_number_for_the_whole_and_one_promised_date(self, bundle_version, clerk, moved):
        moved(MONDAY)
        bundle = accepted(bundle_version, clerk)
        clock = running(bundle, Kind.BUNDLE)
        assert bundle.number and bundle.query_code
        assert f"{clock.due_at.astimezone():%m-%d}" in ("03-11",)
        assert not running(bundle, Kind.BUNDLE_ACCEPTANCE)

    def test_parts_without_a_condition_start_at_once_the_others_wait(self, bundle_version, clerk):
        bundle = accepted(bundle_version, clerk, invoice="yes")
        states = {p.part.code: p.state for p in bundle.parts.select_related("part")}
        assert states == {
            "licence": "running",
            "tax": "waiting",
            "insurance": "waiting",
            "invoice": "waiting",
        }
        assert Application.objects.filter(bundle=bundle).count() == 1

    def test_parts_that_the_situation_leaves_out_are_not_done(self, bundle_version, clerk):
        bundle = accepted(bundle_version, clerk, invoice="no")
        assert part(bundle, "invoice").state == PartState.LEFT_OUT

    def test_a_part_is_filled_from_the_one_form_and_the_one_set(self, bundle_version, clerk):
        case = part(accepted(bundle_version, clerk), "licence").case
        assert case.state == State.ACCEPTED
        assert case.form_data["site"] == "安和县城东路1号"
        assert {r.material.code: r.verdict for r in case.materials.all()}["m01"] == "ok"
        assert running(case, Kind.PROMISED)

    def test_who_received_it_decides_no_part_of_it(self, bundle_version, clerk):
        case = part(accepted(bundle_version, clerk), "licence").case
        assert case.received_by_id == clerk.user_id
        cases.mark_reviewing(case.pk)
        with pytest.raises(NotAllowed):
            cases.record_decision(case.pk, "granted", by=clerk)

    def test_a_missing_main_document_refuses_and_names_it(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk, "licence-m01")
        with pytest.raises(Incomplete) as refused:
            cases.accept_bundle(bundle.pk, by=clerk)
        assert "申请书" in refused.value.items
        assert not Application.objects.filter(bundle=bundle).exists()

    def test_a_deferrable_gap_is_pledged_by_the_part_that_needs_it(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk, "licence-m05")
        cases.accept_bundle(bundle.pk, pledges=[Pledge("licence-m05", 2)], by=clerk)
        case = part(bundle, "licence").case
        assert [d.limit_days for d in case.deferrals.all()] == [2]
        assert case.accepted_how == "deferred"

    def test_a_question_without_an_answer_refuses(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk)
        cases.save_bundle(bundle.pk, answers={"agent": "no"}, by=clerk)
        with pytest.raises(Incomplete):
            cases.accept_bundle(bundle.pk, by=clerk)

    def test_no_verdict_in_time_is_acceptance_from_receipt(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk)
        cases.deem_bundle_accepted(bundle.pk, since=bundle.received_at)
        assert fresh(bundle).state == State.ACCEPTED
        assert part(bundle, "licence").case.accepted_how == "deemed"


class TestOneNotice:
    def test_what_is_missing_in_any_part_is_told_once(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk, "licence-m01", "licence-m02")
        items = cases.bundle_notice_items(bundle)
        assert [item.name for item in items] == ["申请书", "场所证明"]
        with pytest.raises(Incomplete):
            cases.give_bundle_notice(bundle.pk, items=items[:1], by=clerk)
        cases.give_bundle_notice(bundle.pk, items=items, by=clerk)
        assert fresh(bundle).state == State.CORRECTING
        assert running(bundle, Kind.BUNDLE_CORRECTION)

    def test_the_full_correction_brings_it_back_with_a_fresh_limit(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk, "licence-m01")
        cases.give_bundle_notice(bundle.pk, items=cases.bundle_notice_items(bundle), by=clerk)
        with pytest.raises(Incomplete):
            cases.supplement_bundle(bundle.pk, by=clerk)
        entry = cases.MaterialEntry("licence-m01")
        cases.supplement_bundle(bundle.pk, materials=[entry], by=clerk)
        assert fresh(bundle).state == State.RECEIVED
        assert running(bundle, Kind.BUNDLE_ACCEPTANCE)
        cases.accept_bundle(bundle.pk, by=clerk)

    def test_not_corrected_in_time_the_whole_is_not_accepted(self, bundle_version, clerk, moved):
        from hall.clocks import sweep

        moved(MONDAY)
        bundle = received(bundle_version, clerk, "licence-m01")
        cases.give_bundle_notice(bundle.pk, items=cases.bundle_notice_items(bundle), by=clerk)
        moved("2026-06-01 09:00")
        sweep.run()
        assert fresh(bundle).state == State.NOT_ACCEPTED


@pytest.mark.usefixtures("seals")
class TestDependencies:
    def test_a_dependent_part_starts_the_working_day_after_the_result(self, bundle_version, clerk, moved):
        moved("2026-03-06 15:00")  # a Friday
        bundle = accepted(bundle_version, clerk)
        decide(bundle, "licence")
        follow(bundle)
        tax = part(bundle, "tax")
        assert tax.state == PartState.WAITING
        assert f"{tax.starts_at.astimezone():%m-%d}" == "03-09"  # Monday
        moved("2026-03-08 12:00")
        assert bundle not in BundleCase.objects.to_follow()
        moved("2026-03-09 09:30")
        assert bundle in BundleCase.objects.to_follow()
        follow(bundle)
        assert part(bundle, "tax").case.state == State.ACCEPTED
        assert part(bundle, "insurance").case.state == State.ACCEPTED

    def test_the_result_becomes_the_material_of_the_later_part(self, bundle_version, clerk, moved):
        moved(MONDAY)
        bundle = accepted(bundle_version, clerk)
        decide(bundle, "licence")
        follow(bundle)
        moved("2026-03-03 09:30")
        follow(bundle)
        rows = {r.material.code: r.verdict for r in part(bundle, "tax").case.materials.all()}
        assert rows["m02"] == "reused"

    def test_a_refusal_ends_what_waits_for_it_and_what_waits_for_that(self, bundle_version, clerk):
        bundle = accepted(bundle_version, clerk, invoice="yes")
        decide(bundle, "licence", "refused")
        bundle = follow(bundle)
        for code in ("tax", "insurance", "invoice"):
            assert part(bundle, code).state == PartState.ENDED
            assert "没有办成" in part(bundle, code).end_reason
        assert bundle.state == State.READY  # the refusal itself is handed over

    def test_versions_published_meanwhile_change_nothing(self, bundle_version, clerk, tax, health, moved):
        from matters import services as catalogue

        moved(MONDAY)
        bundle = accepted(bundle_version, clerk)
        decide(bundle, "licence")
        first, second = (traits.make_officer(bundle.jurisdiction, "keeper") for _n in range(2))
        draft = catalogue.draft_version(tax.matter_id, by=first)
        catalogue.change_draft(draft.pk, by=first, elements={"change_reason": "示例"})
        catalogue.submit(draft.pk, by=first)
        catalogue.approve(draft.pk, by=second)
        catalogue.publish(draft.pk, by=second)
        moved("2026-03-04 09:30")
        follow(bundle)
        follow(bundle)
        assert part(bundle, "tax").case.version_id == tax.pk


@pytest.mark.usefixtures("seals")
class TestRefusals:
    def test_a_refused_part_does_not_sink_the_others(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "insurance", "refused")
        bundle = follow(bundle)
        assert part(bundle, "licence").case.state == State.ACCEPTED
        assert part(bundle, "tax").state == PartState.ENDED  # it waited for the refused one
        decide(bundle, "licence")
        assert follow(bundle).state == State.READY

    def test_unless_declared(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence", "refused")
        bundle = follow(bundle)
        sunk = part(bundle, "insurance").case
        assert sunk.state == State.TERMINATED
        assert "一并终止" in sunk.end_reason
        assert part(bundle, "tax").state == PartState.ENDED
        assert bundle.state == State.READY

    def test_what_is_decided_already_is_not_sunk(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "insurance")
        decide(bundle, "licence", "refused")
        bundle = follow(bundle)
        assert part(bundle, "insurance").case.outcome == "granted"
        assert bundle.state == State.READY

    def test_withdrawn_before_a_decision_all_of_it_ends(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        cases.withdraw_bundle(bundle.pk, "不办了", by=clerk)
        assert fresh(bundle).state == State.WITHDRAWN
        assert part(bundle, "licence").case.state == State.WITHDRAWN
        assert not running(bundle, Kind.BUNDLE)

    def test_withdrawn_after_one_decision_that_result_is_still_handed_over(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence")
        cases.withdraw_bundle(bundle.pk, "不办了", by=clerk)
        assert follow(bundle).state == State.READY


@pytest.mark.usefixtures("seals")
class TestOneHandOver:
    def test_partly_ready_is_not_ready(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence")
        bundle = follow(bundle)
        assert bundle.state == State.ACCEPTED
        with pytest.raises(WrongState):
            cases.require_whole_hand_over(part(bundle, "licence").case)

    def test_the_clock_of_the_whole_is_met_when_all_is_done(self, sinking_version, clerk, moved):
        moved(MONDAY)
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence")
        decide(bundle, "insurance")
        follow(bundle)
        moved("2026-03-03 09:30")
        follow(bundle)
        decide(bundle, "tax")
        bundle = follow(bundle)
        assert bundle.state == State.READY
        assert bundle.ready_at == now()
        assert not running(bundle, Kind.BUNDLE)

    def test_a_special_procedure_of_one_part_holds_the_date_of_the_whole(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        case = part(bundle, "licence").case
        routing.dispatch(case.pk)
        task = Task.objects.get(case=case)
        reviewer = traits.make_officer(case.jurisdiction, "reviewer", department=task.department)
        told = {"reason": "需要论证", "contact_name": "示例联系人", "contact_phone": traits.PHONE}
        review = routing.open_procedure(task.pk, kind="expert_review", by=reviewer, **told)
        assert running(bundle, Kind.BUNDLE).due_at is None
        routing.finish_procedure(review.pk, result="通过", by=reviewer)
        assert running(bundle, Kind.BUNDLE).due_at is not None

    def test_following_twice_changes_nothing(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence", "refused")
        follow(bundle)
        assert cases.follow_bundle(bundle.pk) is False

    def test_who_asks_for_it_may_fetch_singly(self, sinking_version, clerk):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence")
        cases.hand_over_singly(bundle.pk, by=clerk)
        cases.require_whole_hand_over(part(bundle, "licence").case)


class TestAtTheDesk:
    def test_a_clerk_of_another_hall_may_not(self, bundle_version, clerk, a_place):
        from hall.organisation.models import Hall, Window, Zone

        hall = Hall.objects.create(jurisdiction=a_place, code="branch", name="分厅")
        zone = Zone.objects.create(hall=hall, code="general", name="综合")
        window = Window.objects.create(zone=zone, number="1", name="1号")
        stranger = traits.make_officer(a_place, "clerk", hall=hall, window=window)
        bundle = received(bundle_version, clerk)
        with pytest.raises(NotAllowed):
            cases.accept_bundle(bundle.pk, by=stranger)

    def test_a_bundle_keeps_its_versions_and_the_same_key_opens_one(self, bundle_version, clerk):
        post = clerk.post_for("clerk")
        opened = [
            cases.open_bundle(version=bundle_version, hall=post.hall, window=post.window, by=clerk, key="k")
            for _n in range(2)
        ]
        assert opened[0] == opened[1]
        assert opened[0].parts.count() == 4


class TestOnline:
    def test_a_draft_waits_for_its_owner_and_is_sent_in_whole(self, bundle_version, citizen, clerk):
        by = traits.acting(citizen)
        bundle = cases.apply_for_bundle(version=bundle_version, by=by)
        with pytest.raises(Incomplete):
            cases.submit_bundle_online(bundle.pk, by=by)
        from .conftest import DATA

        cases.save_bundle_draft(bundle.pk, data=DATA, answers={"invoice": "no", "agent": "no"}, by=by)
        cases.submit_bundle_online(bundle.pk, by=by)
        assert fresh(bundle).state == State.SUBMITTED
        assert running(bundle, Kind.BUNDLE_PRE_REVIEW)
        cases.return_bundle_to_applicant(bundle.pk, reason="示例", by=clerk)
        cases.submit_bundle_online(bundle.pk, by=by)
        assert cases.receive_bundle(bundle.pk, by=clerk).number

    def test_somebody_else_may_not(self, bundle_version, citizen):
        bundle = cases.apply_for_bundle(version=bundle_version, by=traits.acting(citizen))
        with pytest.raises(NotAllowed):
            cases.save_bundle_draft(bundle.pk, data={}, by=traits.acting(traits.make_citizen()))

"""The verdict at the desk. 行政许可法 Art. 32; S0 §17."""

import datetime as dt

import pytest

from applications import progress_queries, services
from applications.choices import AcceptanceMode, DeferralState, MaterialVerdict, RefusalGround, State
from applications.models import Application
from applications.services import CorrectionItem, MaterialEntry, Pledge
from hall.actors import SYSTEM
from hall.calendars.workdays import SHANGHAI
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.organisation.models import Hall
from hall.trail.queries import faults, of_case
from tests import traits


class TestAccept:
    def test_a_complete_case_is_accepted_and_its_clocks_run(self, received_case, clerk):
        case = services.accept(received_case.pk, by=clerk)
        assert (case.state, case.accepted_how) == (State.ACCEPTED, AcceptanceMode.NORMAL)
        assert running(case, Kind.ACCEPTANCE) is None
        assert running(case, Kind.PROMISED).limit_value == 5
        assert running(case, Kind.STATUTORY).limit_value == 20
        assert running(case, Kind.STATUTORY).basis == "《行政许可法》第四十二条"

    def test_it_is_one_event_in_a_sound_chain(self, accepted_case):
        told = [e for e in of_case(accepted_case.pk) if e.to_state == State.ACCEPTED]
        assert [(e.what, e.from_state) for e in told] == [("applications.accepted", State.RECEIVED)]
        assert not list(faults(str(accepted_case.pk)))

    def test_a_missing_main_document_refuses_and_names_it(self, promised_version, clerk):
        case = traits.take_in(promised_version, clerk, "m01")
        with pytest.raises(Incomplete) as refused:
            services.accept(case.pk, by=clerk)
        assert refused.value.items == ["申请书"]
        assert traits.fresh(case).state == State.RECEIVED

    def test_what_may_not_be_deferred_is_not(self, promised_version, clerk):
        case = traits.take_in(promised_version, clerk, "m02")
        with pytest.raises(Incomplete):
            services.accept(case.pk, by=clerk, deferrals=[Pledge("m02", 2)])

    def test_accepting_twice_is_refused(self, accepted_case, clerk):
        with pytest.raises(WrongState):
            services.accept(accepted_case.pk, by=clerk)

    def test_a_clerk_of_another_hall_may_not(self, received_case, a_place):
        town = Hall.objects.create(jurisdiction=a_place, code="town", name="示例镇便民服务中心")
        stranger = traits.make_officer(a_place, "clerk", hall=town)
        with pytest.raises(NotAllowed):
            services.accept(received_case.pk, by=stranger)

    def test_an_instant_case_is_due_the_same_day(self, instant_version, clerk, moved):
        moved("2026-03-02 10:00")
        case = traits.take_in(instant_version, clerk)
        services.accept(case.pk, by=clerk)
        assert running(case, Kind.PROMISED).due_at.astimezone(SHANGHAI).date() == dt.date(2026, 3, 2)

    def test_an_instant_case_after_hours_is_due_the_next_working_day(self, instant_version, clerk, moved):
        moved("2026-03-06 17:30")  # Friday
        case = traits.take_in(instant_version, clerk)
        services.accept(case.pk, by=clerk)
        assert running(case, Kind.PROMISED).due_at.astimezone(SHANGHAI).date() == dt.date(2026, 3, 9)

    def test_on_a_rest_day_it_counts_from_the_next_working_day(self, promised_version, clerk, moved):
        """365 服务: received on Saturday, 受理之日 is Monday (DOMAIN §2)."""
        saturday = moved("2026-03-07 10:00")
        case = traits.take_in(promised_version, clerk)
        case = services.accept(case.pk, by=clerk)
        assert case.received_at == saturday
        assert case.accepted_at.astimezone(SHANGHAI).date() == dt.date(2026, 3, 9)
        assert running(case, Kind.PROMISED).due_at.astimezone(SHANGHAI).date() == dt.date(2026, 3, 16)


class TestProjectCode:
    """One project, one code (S2): no code, no acceptance."""

    @pytest.fixture
    def version(self, bureau):
        return traits.make_version(bureau, project_code_required=True)

    def test_without_code_it_is_not_accepted(self, version, clerk):
        case = traits.take_in(version, clerk)
        with pytest.raises(Incomplete):
            services.accept(case.pk, by=clerk)

    @pytest.mark.parametrize(
        "code", ["2105-511602-04-01-123456", "2020-511602-48-03-012345", "2105－511602-04-01-123456"]
    )
    def test_both_forms_are_taken(self, version, clerk, code):
        case = traits.take_in(version, clerk, project_code=code)
        assert services.accept(case.pk, by=clerk).state == State.ACCEPTED

    def test_another_form_is_refused_at_once(self, version, clerk):
        with pytest.raises(Invalid):
            traits.take_in(version, clerk, project_code="12345")


class TestDeferral:
    """容缺受理."""

    def test_a_deferrable_gap_is_pledged_and_blocks_issuing_only(self, deferred_case, clerk):
        assert deferred_case.accepted_how == AcceptanceMode.DEFERRED
        deferral = deferred_case.deferrals.get()
        assert running(deferral, Kind.SUPPLEMENT).limit_value == 3
        services.mark_reviewing(deferred_case.pk)
        services.record_decision(deferred_case.pk, "granted", by=SYSTEM)
        with pytest.raises(WrongState):
            services.mark_ready(deferred_case.pk)
        services.supply_deferred(deferred_case.pk, "m05", by=clerk)
        assert services.mark_ready(deferred_case.pk).state == State.READY

    def test_the_supplement_is_never_promised_beyond_the_matter_itself(self, deferrable_version, clerk):
        case = traits.take_in(deferrable_version, clerk, "m05")
        with pytest.raises(Invalid):
            services.accept(case.pk, by=clerk, deferrals=[Pledge("m05", 6)])
        assert not traits.fresh(case).deferrals.exists()

    def test_a_gap_without_pledge_is_incomplete(self, deferrable_version, clerk):
        case = traits.take_in(deferrable_version, clerk, "m05")
        with pytest.raises(Incomplete):
            services.accept(case.pk, by=clerk)

    def test_a_place_may_forbid_it(self, deferrable_version, clerk, a_place):
        a_place.settings = {**a_place.settings, "deferral": False}
        a_place.save()
        case = traits.take_in(deferrable_version, clerk, "m05")
        with pytest.raises(Incomplete):
            services.accept(case.pk, by=clerk, deferrals=[Pledge("m05", 2)])

    def test_kept_in_time_the_clock_is_met(self, deferred_case, clerk):
        services.supply_deferred(deferred_case.pk, "m05", by=clerk)
        deferral = deferred_case.deferrals.get()
        assert deferral.state == DeferralState.SUPPLIED
        assert running(deferral, Kind.SUPPLEMENT) is None
        with pytest.raises(WrongState):
            services.supply_deferred(deferred_case.pk, "m05", by=clerk)

    def test_not_kept_the_case_is_terminated_with_notice(self, deferrable_version, clerk, moved):
        from hall.notices.queries import of_case as notices_of

        moved("2026-03-02 09:00")
        case = traits.take_in(deferrable_version, clerk, "m05")
        services.accept(case.pk, by=clerk, deferrals=[Pledge("m05", 3)])
        moved("2026-03-06 09:00")
        sweep.run()
        case = traits.fresh(case)
        assert case.state == State.TERMINATED
        assert case.deferrals.get().state == DeferralState.BREACHED
        assert not Clock.objects.filter(case_id=case.pk, state="running").exists()
        assert notices_of(case.pk).filter(subject__contains="终止").exists()

    def test_who_broke_a_promise_gets_no_other_where_the_place_says_so(
        self, deferrable_version, clerk, a_place, moved
    ):
        """S1 二(七): only there, only that applicant, only for a year."""

        def ask(subject, accept=True):
            case = traits.take_in(deferrable_version, clerk, "m05", subject=subject)
            return services.accept(case.pk, by=clerk, deferrals=[Pledge("m05", 3)]) if accept else case

        moved("2026-03-02 09:00")
        breaker, other = traits.make_person(), traits.make_person()
        ask(breaker)
        moved("2026-03-06 09:00")
        sweep.run()
        assert ask(breaker).accepted_how == AcceptanceMode.DEFERRED  # by itself the breach bars nothing
        a_place.settings = {**a_place.settings, "breach_bars_deferral": True}
        a_place.save()
        case = ask(breaker, accept=False)
        with pytest.raises(WrongState, match="1次失信记录"):
            services.accept(case.pk, by=clerk, deferrals=[Pledge("m05", 3)])
        assert (traits.fresh(case).state, case.deferrals.count()) == (State.RECEIVED, 0)
        assert ask(other).accepted_how == AcceptanceMode.DEFERRED
        services.record_material(case.pk, "m05", verdict="ok", by=clerk)
        assert (
            services.accept(case.pk, by=clerk).accepted_how == AcceptanceMode.NORMAL
        )  # complete, it is taken

    def test_a_year_later_the_breach_is_forgotten(self, deferrable_version, clerk, a_place, moved):
        a_place.settings = {**a_place.settings, "breach_bars_deferral": True}
        a_place.save()
        moved("2026-03-02 09:00")
        first = traits.take_in(deferrable_version, clerk, "m05")
        services.accept(first.pk, by=clerk, deferrals=[Pledge("m05", 3)])
        moved("2026-03-06 09:00")
        sweep.run()
        moved("2027-03-08 09:00")
        again = traits.take_in(deferrable_version, clerk, "m05", subject=first.person)
        accepted = services.accept(again.pk, by=clerk, deferrals=[Pledge("m05", 3)])
        assert accepted.accepted_how == AcceptanceMode.DEFERRED


class TestCommitment:
    """告知承诺."""

    @pytest.fixture
    def case(self, bureau, clerk):
        version = traits.make_version(bureau, commitment_allowed=True)
        return traits.take_in(version, clerk, "m02")

    def test_a_promise_stands_in_for_proof_and_is_checked_later(self, case, clerk):
        case = services.accept_on_commitment(case.pk, promise="场所符合条件", by=clerk)
        assert case.accepted_how == AcceptanceMode.COMMITMENT
        assert case.materials.get(material__code="m02").verdict == MaterialVerdict.COMMITTED
        assert case.check_by > case.accepted_at.date()

    def test_a_main_document_is_never_replaced(self, bureau, clerk):
        version = traits.make_version(bureau, commitment_allowed=True)
        case = traits.take_in(version, clerk, "m01")
        with pytest.raises(Incomplete):
            services.accept_on_commitment(case.pk, promise="x", by=clerk)

    def test_where_the_version_does_not_allow_it_there_is_none(self, received_case, clerk):
        with pytest.raises(WrongState):
            services.accept_on_commitment(received_case.pk, promise="x", by=clerk)


class TestDeemed:
    """No notice in time: deemed accepted from the day of receipt."""

    def test_five_working_days_of_silence_accept_the_case(self, promised_version, clerk, moved):
        received = moved("2026-03-02 09:00")
        case = traits.take_in(promised_version, clerk)
        moved("2026-03-09 23:59")
        sweep.run()
        assert traits.fresh(case).state == State.RECEIVED
        moved("2026-03-10 00:01")
        sweep.run()
        case = traits.fresh(case)
        assert (case.state, case.accepted_how) == (State.ACCEPTED, AcceptanceMode.DEEMED)
        assert case.accepted_at == received
        assert running(case, Kind.PROMISED).started_at == received
        event = of_case(case.pk).get(what="applications.accepted")
        assert event.role == SYSTEM.role

    def test_a_law_that_knows_no_such_thing_leaves_the_case(self, bureau, clerk, moved):
        from matters.models import Regime

        moved("2026-03-02 09:00")
        version = traits.make_version(bureau, regime=Regime.objects.get(pk="benefits"))
        case = traits.take_in(version, clerk)
        moved("2026-03-12 09:00")
        sweep.run()
        assert traits.fresh(case).state == State.RECEIVED

    def test_nobody_but_the_system_deems(self, received_case, clerk):
        with pytest.raises(NotAllowed):
            services.deem_accepted(received_case.pk, since=received_case.received_at, by=clerk)


class TestNotice:
    """一次性告知."""

    def test_it_lists_everything_and_stops_the_office_clock(self, correcting_case):
        assert correcting_case.state == State.CORRECTING
        notice = correcting_case.correction_notices.get()
        assert [item["code"] for item in notice.items] == ["m02"]
        assert running(correcting_case, Kind.ACCEPTANCE) is None
        assert running(correcting_case, Kind.CORRECTION).limit_value == 15

    def test_a_list_with_a_gap_is_refused(self, promised_version, clerk):
        case = traits.take_in(promised_version, clerk, "m01", "m02")
        half = [CorrectionItem("m01", "申请书", "未签字")]
        with pytest.raises(Incomplete) as refused:
            services.give_notice(case.pk, items=half, by=clerk)
        assert refused.value.items == ["场所证明"]

    def test_only_materials_and_fields_of_the_version_can_be_asked_for(self, received_case, clerk):
        with pytest.raises(Invalid):
            services.give_notice(received_case.pk, items=[CorrectionItem("x9", "其他材料", "未交")], by=clerk)

    def test_the_full_correction_restarts_the_office_clock_that_day(self, correcting_case, clerk):
        case = services.supplement(correcting_case.pk, materials=[MaterialEntry("m02")], by=clerk)
        assert case.state == State.RECEIVED
        assert running(case, Kind.CORRECTION) is None
        assert running(case, Kind.ACCEPTANCE).limit_value == 5
        assert case.correction_notices.get().answered_at
        assert case.visits == 2

    def test_half_a_correction_is_none(self, correcting_case, clerk):
        with pytest.raises(Incomplete):
            services.supplement(correcting_case.pk, by=clerk)

    def test_a_second_notice_takes_a_supervisor_and_a_reason(self, correcting_case, clerk, supervisor):
        services.supplement(correcting_case.pk, materials=[MaterialEntry("m02")], by=clerk)
        services.record_material(correcting_case.pk, "m01", verdict="faulty", problem="未签字", by=clerk)
        items = services.items_from_verdicts(traits.fresh(correcting_case))
        with pytest.raises(NotAllowed):
            services.give_notice(correcting_case.pk, items=items, by=clerk, second_reason="漏看")
        with pytest.raises(Invalid):
            services.give_notice(correcting_case.pk, items=items, by=supervisor)
        notice = services.give_notice(
            correcting_case.pk, items=items, by=supervisor, second_reason="首次告知时漏看签字"
        )
        assert notice.number == 2

    def test_nothing_corrected_in_time_is_not_accepted(self, promised_version, clerk, moved):
        moved("2026-03-02 09:00")
        case = traits.take_in(promised_version, clerk, "m02")
        services.give_notice(case.pk, items=services.items_from_verdicts(case), by=clerk)
        moved("2026-03-24 09:00")
        sweep.run()
        case = traits.fresh(case)
        assert (case.state, case.refusal_ground) == (State.NOT_ACCEPTED, RefusalGround.NOT_CORRECTED)

    def test_a_form_field_can_be_asked_for(self, promised_version, clerk):
        case = traits.take_in(promised_version, clerk, data={"site": "x"})
        Application.objects.filter(pk=case.pk).update(form_data={})
        items = services.items_from_verdicts(traits.fresh(case))
        assert [(item.code, item.of) for item in items] == [("site", "field")]
        services.give_notice(case.pk, items=items, by=clerk)
        case = services.supplement(case.pk, data=traits.FORM_DATA, by=clerk)
        assert case.form_data["site"]


class TestRefuse:
    """不予受理."""

    def test_it_has_ground_reason_and_right_organ(self, received_case, clerk):
        case = services.refuse_acceptance(
            received_case.pk,
            ground=RefusalGround.NOT_COMPETENT,
            reason="属于市级权限",
            right_organ="示例市市场监督管理局",
            by=clerk,
        )
        assert case.state == State.NOT_ACCEPTED
        assert case.right_organ == "示例市市场监督管理局"
        assert not Clock.objects.filter(case_id=case.pk, state="running").exists()

    def test_without_reason_or_organ_it_is_refused(self, received_case, clerk):
        with pytest.raises(Invalid):
            services.refuse_acceptance(received_case.pk, ground="not_needed", reason=" ", by=clerk)
        with pytest.raises(Invalid):
            services.refuse_acceptance(received_case.pk, ground="not_competent", reason="x", by=clerk)


class TestOriginals:
    """退还原件: a case that ends without a result keeps nothing of the applicant's."""

    @pytest.fixture
    def refused(self, received_case, clerk):
        return services.refuse_acceptance(
            received_case.pk, ground="not_eligible", reason="不符合条件", by=clerk
        )

    def test_they_are_given_back_once_to_a_name(self, refused, clerk):
        case = services.return_originals(refused.pk, to=" 示例申请人 ", by=clerk)
        assert (case.originals_returned_to, case.originals_returned_at is None) == ("示例申请人", False)
        told = of_case(case.pk).get(what="applications.originals_returned")
        assert told.data["originals"] == {"m01": 1}
        with pytest.raises(WrongState, match="没有需要退还"):
            services.return_originals(refused.pk, to="示例申请人", by=clerk)

    def test_not_without_who_took_them(self, refused, clerk):
        with pytest.raises(Invalid, match="领回人"):
            services.return_originals(refused.pk, to=" ", by=clerk)
        assert traits.fresh(refused).originals_returned_at is None

    def test_not_while_the_case_goes_on(self, accepted_case, clerk):
        with pytest.raises(WrongState):
            services.return_originals(accepted_case.pk, to="示例申请人", by=clerk)

    def test_not_where_there_are_none(self, promised_version, clerk):
        case = traits.take_in(promised_version, clerk, "m01")
        services.withdraw(case.pk, "不办了", by=clerk)
        with pytest.raises(WrongState, match="没有需要退还"):
            services.return_originals(case.pk, to="示例申请人", by=clerk)

    def test_only_by_the_hall_that_has_them(self, refused, supervisor, a_place):
        town = Hall.objects.create(jurisdiction=a_place, code="town", name="示例镇便民服务中心")
        for by in (supervisor, traits.make_officer(a_place, "clerk", hall=town)):
            with pytest.raises(NotAllowed):
                services.return_originals(refused.pk, to="示例申请人", by=by)

    def test_the_applicant_reads_what_to_fetch_until_it_is_fetched(self, refused, clerk):
        def asked() -> list[str]:
            return [todo.act for todo in progress_queries.progress(traits.fresh(refused)).todos]

        assert asked() == ["originals"]
        services.return_originals(refused.pk, to="示例申请人", by=clerk)
        assert asked() == []


class TestTheRestOfTheWay:
    def test_the_way_to_the_archive(self, reviewing_case):
        case = services.record_decision(reviewing_case.pk, "granted", by=SYSTEM)
        assert running(case, Kind.PROMISED) is None
        services.mark_ready(case.pk)
        services.mark_delivered(case.pk, by=SYSTEM, visits=1)
        case = services.mark_archived(case.pk)
        assert (case.state, case.visits) == (State.ARCHIVED, 2)
        states = [e.to_state for e in of_case(case.pk) if e.what.startswith("applications.") and e.to_state]
        assert states == ["received", "accepted", "reviewing", "decided", "ready", "delivered", "archived"]

    def test_who_received_it_cannot_decide_it(self, reviewing_case, clerk):
        with pytest.raises(NotAllowed):
            services.record_decision(reviewing_case.pk, "granted", by=clerk)

    def test_but_for_the_delegated_instant_case(self, instant_version, clerk, a_place):
        a_place.settings = {**a_place.settings, "delegated_instant": True}
        a_place.save()
        case = traits.take_in(instant_version, clerk)
        services.accept(case.pk, by=clerk)
        services.mark_reviewing(case.pk)
        assert services.record_decision(case.pk, "granted", by=clerk).outcome == "granted"

    def test_a_refusal_has_reasons(self, reviewing_case):
        with pytest.raises(Invalid):
            services.record_decision(reviewing_case.pk, "refused", by=SYSTEM)

    def test_the_applicant_withdraws_before_the_decision(self, reviewing_case, clerk):
        case = services.withdraw(reviewing_case.pk, "不再需要", by=clerk)
        assert case.state == State.WITHDRAWN
        assert not Clock.objects.filter(case_id=case.pk, state="running").exists()

    def test_after_the_decision_nobody_withdraws(self, reviewing_case, clerk):
        services.record_decision(reviewing_case.pk, "granted", by=SYSTEM)
        with pytest.raises(WrongState):
            services.withdraw(reviewing_case.pk, "x", by=clerk)

    def test_only_system_or_supervisor_terminates(self, reviewing_case, clerk, supervisor):
        with pytest.raises(NotAllowed):
            services.terminate(reviewing_case.pk, "x", by=clerk)
        assert services.terminate(reviewing_case.pk, "申请人消亡", by=supervisor).state == State.TERMINATED


def test_the_applicant_is_told_by_account_mail_and_phone(promised_version, clerk, citizen):
    from hall.notices.queries import of_case as notices_of

    case = traits.take_in(promised_version, clerk, subject=citizen.person)
    services.accept(case.pk, by=clerk)
    channels = {(n.channel, n.subject.split("：")[0]) for n in notices_of(case.pk)}
    assert channels == {
        (channel, title) for channel in ("in_app", "email", "sms") for title in ("已收件", "已受理")
    }

"""From the counter to 已收件."""

import pytest

from applications import services
from applications.choices import Channel, MaterialVerdict, State
from applications.models import Application
from applications.services import MaterialEntry
from hall.actors import SYSTEM
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed, WrongState
from hall.organisation.choices import Role
from hall.trail.queries import faults, of_case
from matters import services as catalogue
from tests import traits


@pytest.fixture
def at_desk(centre, intake_window, clerk):
    """Arguments of a case opened at the clerk's window."""
    return {"hall": centre, "window": intake_window, "by": clerk}


class TestOpen:
    def test_a_draft_has_its_materials_and_no_number(self, promised_version, at_desk):
        case = services.open_at_desk(version=promised_version, **at_desk)
        assert (case.state, case.number, case.channel) == (State.DRAFT, None, Channel.DESK)
        verdicts = {row.material.code: row.verdict for row in case.materials.all()}
        assert verdicts == {
            "m01": MaterialVerdict.PENDING,
            "m02": MaterialVerdict.PENDING,
            "m03": MaterialVerdict.SHARED,
            "m04": MaterialVerdict.NOT_NEEDED,
        }

    def test_the_same_key_gives_the_same_case(self, promised_version, at_desk):
        first = services.open_at_desk(version=promised_version, key="k1", **at_desk)
        assert services.open_at_desk(version=promised_version, key="k1", **at_desk).pk == first.pk
        assert Application.objects.count() == 1

    def test_a_key_of_somebody_else_is_refused(self, promised_version, at_desk, other_clerk):
        services.open_at_desk(version=promised_version, key="k1", **at_desk)
        with pytest.raises(Conflict):
            services.open_at_desk(version=promised_version, key="k1", **{**at_desk, "by": other_clerk})

    def test_outside_the_catalogue_nothing_can_be_applied_for(self, promised_version, at_desk):
        catalogue.suspend(promised_version.matter_id, reason="调整", by=SYSTEM)
        with pytest.raises(WrongState):
            services.open_at_desk(version=promised_version, **at_desk)

    def test_a_draft_version_cannot_be_applied_for(self, promised_version, at_desk, a_place):
        keeper = traits.make_officer(a_place, Role.KEEPER)
        draft = catalogue.draft_version(promised_version.matter_id, by=keeper)
        with pytest.raises(WrongState):
            services.open_at_desk(version=draft, **at_desk)

    def test_only_a_clerk_of_that_hall_opens(self, promised_version, at_desk, reviewer):
        with pytest.raises(NotAllowed):
            services.open_at_desk(version=promised_version, **{**at_desk, "by": reviewer})


class TestFill:
    @pytest.fixture
    def draft(self, promised_version, at_desk):
        return services.open_at_desk(version=promised_version, **at_desk)

    def test_the_form_is_checked_by_the_version(self, draft, clerk):
        with pytest.raises(Invalid) as refused:
            services.fill_form(draft.pk, {"area": "大"}, by=clerk)
        assert set(refused.value.fields) == {"site", "area"}

    def test_answers_bring_their_materials(self, draft, clerk):
        services.fill_form(draft.pk, traits.FORM_DATA, {"agent": "yes"}, by=clerk)
        assert draft.materials.get(material__code="m04").verdict == MaterialVerdict.PENDING
        services.fill_form(draft.pk, traits.FORM_DATA, {"agent": "no"}, by=clerk)
        assert draft.materials.get(material__code="m04").verdict == MaterialVerdict.NOT_NEEDED

    def test_a_strange_answer_is_refused(self, draft, clerk):
        with pytest.raises(Invalid):
            services.fill_form(draft.pk, traits.FORM_DATA, {"agent": "maybe"}, by=clerk)

    def test_an_agent_needs_a_mandate(self, draft, clerk):
        company, agent = traits.make_enterprise(), traits.make_person()
        with pytest.raises(Invalid):
            services.set_applicant(draft.pk, subject=company, agent=agent, by=clerk)
        mandate = traits.make_mandate(company, agent)
        case = services.set_applicant(draft.pk, subject=company, agent=agent, mandate=mandate, by=clerk)
        assert case.applicant_name == company.name
        assert case.contact_phone == agent.phone

    def test_a_mandate_for_somebody_else_is_none(self, draft, clerk):
        agent = traits.make_person()
        mandate = traits.make_mandate(traits.make_enterprise(), agent)
        with pytest.raises(Invalid):
            services.set_applicant(
                draft.pk, subject=traits.make_enterprise(), agent=agent, mandate=mandate, by=clerk
            )

    def test_whom_the_matter_does_not_serve_is_told(self, bureau, at_desk, clerk):
        version = traits.make_version(bureau, applicants=["enterprise"])
        case = services.open_at_desk(version=version, **at_desk)
        with pytest.raises(Invalid):
            services.set_applicant(case.pk, subject=traits.make_person(), by=clerk)

    def test_a_fault_needs_words_and_a_main_document_is_never_deferred(self, draft, clerk):
        with pytest.raises(Invalid):
            services.record_material(draft.pk, "m01", verdict="faulty", by=clerk)
        with pytest.raises(Invalid):
            services.record_material(draft.pk, "m01", verdict="deferred", by=clerk)
        row = services.record_material(draft.pk, "m02", verdict="ok", by=clerk)
        assert (row.originals, row.copies) == (0, 1)
        assert row.handed_in_at


class TestReceive:
    """收件凭证; 行政许可法 Art. 32."""

    def test_it_gets_number_query_code_and_acceptance_clock(self, received_case, promised_version, clerk):
        case = traits.fresh(received_case)
        assert case.state == State.RECEIVED
        assert case.number.startswith(promised_version.matter.implementation_code)
        assert len(case.query_code) == 8
        assert case.received_by_id == clerk.user_id
        clock = running(case, Kind.ACCEPTANCE)
        assert (clock.limit_value, clock.department_id) == (5, promised_version.department_id)

    def test_one_event_tells_of_it_and_the_chain_verifies(self, received_case):
        told = [e for e in of_case(received_case.pk) if e.to_state == State.RECEIVED]
        assert [e.what for e in told] == ["applications.received"]
        assert not list(faults(str(received_case.pk)))

    def test_nobody_applies_nothing_is_received(self, promised_version, at_desk, clerk):
        case = services.open_at_desk(version=promised_version, **at_desk)
        with pytest.raises(Incomplete):
            services.receive(case.pk, by=clerk)

    def test_receiving_twice_is_once(self, promised_version, at_desk, clerk):
        case = services.open_at_desk(version=promised_version, **at_desk)
        services.set_applicant(case.pk, subject=traits.make_person(), by=clerk)
        first = services.receive(case.pk, by=clerk)
        assert services.receive(case.pk, by=clerk).number == first.number

    def test_all_in_one_with_one_key_is_one_case(self, promised_version, clerk):
        person = traits.make_person()
        one = traits.take_in(promised_version, clerk, subject=person, key="k")
        two = traits.take_in(promised_version, clerk, subject=person, key="k")
        assert one.pk == two.pk
        assert Application.objects.count() == 1

    def test_a_wrong_form_receives_nothing(self, promised_version, clerk):
        with pytest.raises(Invalid):
            traits.take_in(promised_version, clerk, data={})
        assert not Application.objects.exists()

    def test_personal_data_stays_out_of_the_journal(self, received_case):
        text = str([e.data for e in of_case(received_case.pk)])
        assert received_case.person.id_number not in text
        assert received_case.contact_phone not in text


class TestConcurrency:
    """Real commits."""

    def test_a_double_submit_makes_one_case(self, promised_version, clerk, really_concurrent):
        person = traits.make_person()

        def submit():
            return traits.take_in(promised_version, clerk, subject=person, key="same")

        outcomes = really_concurrent(submit, submit, submit)
        assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
        assert len({outcome.value.pk for outcome in outcomes}) == 1
        assert Application.objects.count() == 1

    def test_many_at_once_get_numbers_without_gap(self, promised_version, clerk, really_concurrent):
        people = [traits.make_person() for _i in range(6)]
        outcomes = really_concurrent(
            *[lambda p=p: traits.take_in(promised_version, clerk, subject=p) for p in people]
        )
        assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
        serials = sorted(int(outcome.value.number[-4:]) for outcome in outcomes)
        assert serials == list(range(1, 7))

    def test_two_clerks_on_one_case_the_second_hears_whose_it_is(
        self, received_case, clerk, other_clerk, really_concurrent
    ):
        services.release(received_case.pk, by=clerk)
        outcomes = really_concurrent(
            lambda: services.hold(received_case.pk, by=clerk),
            lambda: services.hold(received_case.pk, by=other_clerk),
        )
        lost = [outcome.error for outcome in outcomes if not outcome.ok]
        assert len(lost) == 1
        assert isinstance(lost[0], Conflict)
        assert "示例" in str(lost[0])

    def test_two_clerks_at_once_accept_once(self, received_case, clerk, other_clerk, really_concurrent):
        services.release(received_case.pk, by=clerk)
        outcomes = really_concurrent(
            lambda: services.accept(received_case.pk, by=clerk),
            lambda: services.accept(received_case.pk, by=other_clerk),
        )
        assert sorted(outcome.ok for outcome in outcomes) == [False, True]
        accepted = [e for e in of_case(received_case.pk) if e.what == "applications.accepted"]
        assert len(accepted) == 1


class TestHold:
    def test_a_hold_lapses_after_ten_minutes(self, received_case, clerk, other_clerk, moved):
        moved("2026-03-02 09:00")
        services.hold(received_case.pk, by=clerk)
        with pytest.raises(Conflict):
            services.hold(received_case.pk, by=other_clerk)
        moved("2026-03-02 09:11")
        assert services.hold(received_case.pk, by=other_clerk).held_by_id == other_clerk.user_id

    def test_letting_go_frees_it_at_once(self, received_case, clerk, other_clerk):
        services.release(received_case.pk, by=clerk)
        services.hold(received_case.pk, by=other_clerk)

    def test_a_case_at_its_end_is_nobodys_to_hold(self, received_case, clerk):
        services.withdraw(received_case.pk, "不办了", by=clerk)
        with pytest.raises(WrongState, match="已撤回"):
            services.hold(received_case.pk, by=clerk)
        assert not traits.fresh(received_case).is_held

    def test_what_a_colleague_holds_cannot_be_changed(self, received_case, clerk, other_clerk):
        services.hold(received_case.pk, by=clerk)
        with pytest.raises(Conflict):
            services.record_material(received_case.pk, "m01", verdict="ok", by=other_clerk)
        assert MaterialEntry("m01").verdict == MaterialVerdict.OK


@pytest.mark.django_db
def test_the_version_is_pinned_for_life(received_case, instant_version):
    from django.db import transaction
    from django.db.utils import IntegrityError

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=received_case.pk).update(version=instant_version)

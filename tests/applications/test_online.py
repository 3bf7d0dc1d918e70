"""From home: draft, submit, pre-review, return, receive."""

import pytest

from applications import services
from applications.choices import State
from applications.models import Application
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Invalid, NotAllowed, WrongState
from tests import traits


class TestDraft:
    def test_what_is_typed_is_kept_unfinished(self, promised_version, citizen):
        by = traits.acting(citizen)
        case = services.apply_online(version=promised_version, by=by)
        case = services.save_draft(case.pk, data={"site": "", "area": "60"}, by=by)
        assert case.form_data == {"area": "60"}
        assert case.person == citizen.person

    def test_one_key_one_draft(self, promised_version, citizen):
        by = traits.acting(citizen)
        one = services.apply_online(version=promised_version, by=by, key="k")
        assert services.apply_online(version=promised_version, by=by, key="k").pk == one.pk

    def test_not_every_matter_is_online(self, bureau, citizen):
        version = traits.make_version(bureau, online_depth=1)
        with pytest.raises(WrongState):
            services.apply_online(version=version, by=traits.acting(citizen))

    def test_nobody_else_touches_it(self, promised_version, citizen):
        case = services.apply_online(version=promised_version, by=traits.acting(citizen))
        with pytest.raises(NotAllowed):
            services.save_draft(case.pk, data={}, by=traits.acting(traits.make_citizen()))

    def test_for_an_enterprise_it_takes_a_mandate(self, promised_version, citizen):
        by = traits.acting(citizen)
        case = services.apply_online(version=promised_version, by=by)
        company = traits.make_enterprise()
        with pytest.raises(NotAllowed):
            services.save_draft(case.pk, subject=company, by=by)
        traits.make_mandate(company, citizen.person)
        case = services.save_draft(case.pk, subject=company, by=by)
        assert (case.enterprise, case.agent) == (company, citizen.person)
        assert services.save_draft(case.pk, data=traits.FORM_DATA, by=by).form_data["site"]


class TestSubmit:
    def test_an_unfinished_form_is_named_by_field(self, promised_version, citizen):
        by = traits.acting(citizen)
        case = services.apply_online(version=promised_version, by=by)
        with pytest.raises(Invalid) as refused:
            services.submit(case.pk, by=by)
        assert "site" in refused.value.fields

    def test_it_waits_for_pre_review(self, submitted_case):
        assert submitted_case.state == State.SUBMITTED
        assert submitted_case.number is None
        assert running(submitted_case, Kind.PRE_REVIEW)

    def test_twice_is_once(self, submitted_case, citizen):
        assert services.submit(submitted_case.pk, by=traits.acting(citizen)).state == State.SUBMITTED

    def test_returned_with_reasons_and_sent_again(self, submitted_case, citizen, clerk):
        case = services.return_to_applicant(submitted_case.pk, reason="场所地址不完整", by=clerk)
        assert (case.state, case.return_reason) == (State.RETURNED, "场所地址不完整")
        by = traits.acting(citizen)
        services.save_draft(case.pk, data={"site": "安和县城东路1号2层"}, by=by)
        assert services.resubmit(case.pk, by=by).state == State.SUBMITTED

    def test_the_clerk_who_receives_it_brings_it_into_their_hall(self, submitted_case, clerk, centre):
        case = services.receive(submitted_case.pk, by=clerk)
        assert (case.state, case.hall) == (State.RECEIVED, centre)
        assert case.number
        assert case.visits == 0
        assert running(case, Kind.PRE_REVIEW) is None

    def test_unreviewed_it_is_received_by_the_system(self, promised_version, citizen, clerk, moved):
        moved("2026-03-02 09:00")
        case = traits.submit_online(promised_version, citizen)
        moved("2026-03-04 00:01")
        sweep.run()
        case = traits.fresh(case)
        assert case.state == State.RECEIVED
        assert running(case, Kind.ACCEPTANCE)
        for code in ("m01", "m02"):
            services.record_material(case.pk, code, verdict="ok", by=clerk)
        assert services.accept(case.pk, by=clerk).hall_id

    def test_the_applicant_may_withdraw(self, submitted_case, citizen):
        assert (
            services.withdraw(submitted_case.pk, "填错了", by=traits.acting(citizen)).state == State.WITHDRAWN
        )


class TestWhoSees:
    """Invariant 8."""

    def test_a_clerk_sees_their_hall_a_stranger_nothing(self, received_case, clerk, reviewer, supervisor):
        elsewhere = traits.make_place("elsewhere")
        stranger = traits.make_officer(elsewhere, "supervisor")
        for officer, sees in ((clerk, 1), (supervisor, 1), (reviewer, 0), (stranger, 0)):
            assert Application.objects.visible_to(officer).count() == sees

    def test_drafts_from_home_are_nobodys_business(self, promised_version, citizen, clerk, supervisor):
        services.apply_online(version=promised_version, by=traits.acting(citizen))
        assert not Application.objects.visible_to(clerk).exists()
        assert not Application.objects.visible_to(supervisor).exists()

    def test_an_untaken_online_case_is_open_to_every_clerk_of_the_place(self, submitted_case, clerk):
        assert Application.objects.visible_to(clerk).get() == submitted_case

    def test_a_citizen_sees_own_cases_and_those_of_a_mandate(self, promised_version, clerk, citizen):
        mine = traits.take_in(promised_version, clerk, subject=citizen.person)
        company = traits.make_enterprise()
        theirs = traits.take_in(promised_version, clerk, subject=company)
        assert list(Application.objects.of_account(citizen)) == [mine]
        traits.make_mandate(company, citizen.person)
        assert set(Application.objects.of_account(citizen)) == {mine, theirs}

    def test_an_unconfirmed_account_sees_only_what_it_began(self, promised_version, clerk):
        user = traits.make_citizen(confirmed=False)
        traits.take_in(promised_version, clerk, subject=user.person)
        begun = services.apply_online(version=promised_version, by=traits.acting(user))
        assert list(Application.objects.of_account(user)) == [begun]


class TestADraftIsOfWhoBeganIt:
    def test_no_clerk_touches_what_was_not_sent_in(self, promised_version, citizen, clerk):
        case = services.apply_online(version=promised_version, by=traits.acting(citizen))
        for touch in (services.hold, services.receive):
            with pytest.raises(NotAllowed):
                touch(case.pk, by=clerk)
        with pytest.raises(NotAllowed):
            services.fill_form(case.pk, traits.FORM_DATA, by=clerk)

    def test_what_a_clerk_is_typing_is_not_sent_in_from_home(self, promised_version, citizen, clerk, centre):
        case = services.open_at_desk(version=promised_version, hall=centre, window=None, by=clerk)
        services.set_applicant(case.pk, subject=citizen.person, phone=traits.PHONE, by=clerk)
        with pytest.raises(NotAllowed):
            services.submit(case.pk, by=traits.acting(citizen))

"""审管互动 (S1 二(七)): decisions are pushed to those who supervise; what they find comes back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from applications import timeline
from certificates import services as certificates
from certificates.models import Certificate
from hall.actors import SYSTEM
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.notices.models import Notice
from hall.now import today
from hall.organisation.choices import DepartmentKind, Role
from hall.trail.models import Event
from hall.trail.queries import faults
from matters import services as catalogue
from matters.models import Transfer
from supervision import exchange_queries as queries
from supervision import services
from supervision.choices import AdviceState, CardKind, MessageKind, PushState
from supervision.models import Card, ExchangeMessage, Push, SupervisionDuty, SupervisionNote
from tests import traits
from tests.supervision.conftest import exchange

pytestmark = pytest.mark.django_db(transaction=True)


class TestWhoSupervises:
    def test_the_department_that_gave_a_matter_away_goes_on_supervising_it(
        self, a_place, instant_version, office, bureau
    ):
        given(a_place, instant_version, office)
        matter = instant_version.matter_id
        assert queries.supervisors([matter])[matter] == [office]

    def test_a_duty_is_assigned_with_its_ground_and_told(self, supervised, office, keeper, fire):
        services.assign_duty(supervised.matter, fire, kind="enforcement", basis="示范文件", by=keeper)
        assert queries.supervisors([supervised.matter_id])[supervised.matter_id] == [fire, office]
        event = Event.objects.get(what="supervision.duty_assigned", user=keeper.user_id)
        assert (event.reason, event.data["department"]) == ("示范文件", fire.name)

    def test_a_released_department_no_longer_supervises_even_after_a_transfer(
        self, a_place, instant_version, office, keeper
    ):
        given(a_place, instant_version, office)
        services.release_duty(instant_version.matter, office, reason="机构改革", by=keeper)
        assert queries.supervisors([instant_version.matter_id])[instant_version.matter_id] == []

    def test_refusals(self, supervised, office, keeper, clerk, fire):
        with pytest.raises(NotAllowed):
            services.assign_duty(supervised.matter, fire, basis="示范", by=clerk)
        with pytest.raises(Invalid):
            services.assign_duty(supervised.matter, fire, basis=" ", by=keeper)
        with pytest.raises(Conflict):
            services.assign_duty(supervised.matter, office, basis="示范", by=keeper)
        with pytest.raises(WrongState):
            services.release_duty(supervised.matter, fire, reason="示范", by=keeper)

    def test_the_database_knows_one_duty_of_a_department(self, supervised, office, a_place):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupervisionDuty.objects.create(
                jurisdiction=a_place,
                matter=supervised.matter,
                department=office,
                basis="x",
                starts_on=today(),
            )


class TestPushing:
    def test_a_decision_reaches_the_inbox_once_with_its_clock(self, day, decide, office, inspector):
        case = decide()
        exchange()
        push = Push.objects.get()
        assert (push.case, push.department, push.state) == (case, office, PushState.WAITING)
        assert push.message.kind == MessageKind.GRANTED
        clock = running(push, Kind.PUSH_RECEIPT)
        assert clock is not None and clock.due_at is not None
        assert clock.due_at.date() == dt.date(2026, 3, 5)
        assert [each["title"] for each in timeline.for_staff(case.pk)].count("推送监管部门") == 1
        assert not [each for each in timeline.for_public(case.pk) if "监管" in str(each["title"])]
        assert Notice.objects.filter(user=inspector.user_id).count() == 1
        assert not list(faults(str(case.pk)))

    def test_what_becomes_of_the_decision_follows_in_order(self, day, decide, office, bureau_head):
        case = decide()
        certificates.prepare(case.pk)
        issued = Certificate.objects.get(case=case)
        certificates.revoke(issued.pk, reason="以欺骗手段取得", by=bureau_head)
        exchange()
        messages = ExchangeMessage.objects.filter(case=case).order_by("sequence")
        assert [each.kind for each in messages] == ["granted", "issued", "revoked"]
        assert [each.certificate for each in messages] == [None, issued, issued]
        assert Push.objects.filter(case=case).count() == 3

    def test_a_refusal_is_pushed_too(self, day, decide):
        decide("refused")
        assert Push.objects.get().message.kind == MessageKind.REFUSED

    def test_the_deciding_organ_is_not_told_of_itself(self, day, decide, supervised, bureau, keeper):
        services.assign_duty(supervised.matter, bureau, basis="示范", by=keeper)
        decide()
        assert bureau not in [push.department for push in Push.objects.all()]

    def test_without_a_supervisor_nothing_is_pushed(self, day, decide, supervised, office, keeper):
        services.release_duty(supervised.matter, office, reason="示范", by=keeper)
        decide()
        assert ExchangeMessage.objects.get().handed_on_at is not None
        assert not Push.objects.exists()

    def test_two_porters_at_once_push_once(self, day, decide, really_concurrent):
        decide()
        message = ExchangeMessage.objects.get()
        Push.objects.all().delete()
        ExchangeMessage.objects.update(handed_on_at=None)
        outcomes = really_concurrent(*[lambda: services.hand_on(message.pk)] * 3)
        assert all(each.ok for each in outcomes)
        assert sum(each.value for each in outcomes) == 1
        assert Push.objects.count() == 1

    def test_a_hall_may_begin_with_its_next_decision(self, day, decide):
        decide()
        Push.objects.all().delete()
        ExchangeMessage.objects.all().delete()
        services.begin_after(Event.objects.latest("pk"))
        exchange()
        assert not ExchangeMessage.objects.exists()


class TestSigning:
    def test_the_department_signs_and_the_clock_is_met(self, day, decide, inspector):
        decide()
        push = services.acknowledge(Push.objects.get().pk, by=inspector)
        assert (push.state, push.acknowledged_by_id) == (PushState.ACKNOWLEDGED, inspector.user_id)
        assert running(push, Kind.PUSH_RECEIPT) is None
        again = services.acknowledge(push.pk, by=inspector)
        assert again.acknowledged_at == push.acknowledged_at
        assert Event.objects.filter(what="supervision.push_acknowledged").count() == 1

    def test_nobody_else_signs(self, day, decide, reviewer, manager, supervisor, a_place):
        decide()
        for other in (reviewer, manager, supervisor):
            with pytest.raises(NotAllowed):
                services.acknowledge(Push.objects.get().pk, by=other)

    def test_many_at_once(self, day, decide, inspector):
        for _n in range(3):
            decide()
        ids = list(Push.objects.values_list("pk", flat=True))
        services.acknowledge(ids[0], by=inspector)
        assert services.acknowledge_many([str(each) for each in ids], by=inspector) == 2

    def test_two_at_once_sign_once(self, day, decide, inspector, really_concurrent):
        decide()
        pk = Push.objects.get().pk
        outcomes = really_concurrent(*[lambda: services.acknowledge(pk, by=inspector)] * 2)
        assert all(each.ok for each in outcomes)
        assert Event.objects.filter(what="supervision.push_acknowledged").count() == 1

    def test_unsigned_it_becomes_a_card_and_a_late_signature_does_not_undo_it(
        self, day, decide, office, inspector, moved, supervisor
    ):
        decide()
        moved("2026-03-05 10:00")
        sweep.warn()
        assert Notice.objects.filter(user=inspector.user_id, subject__contains="签收审批结果推送").exists()
        moved("2026-03-06 09:00")
        services.acknowledge(Push.objects.get().pk, by=inspector)
        sweep.run()
        sweep.run()
        card = Card.objects.get()
        assert (card.kind, card.department) == (CardKind.YELLOW, office)
        assert Notice.objects.filter(user=supervisor.user_id).exists()

    def test_the_limit_is_the_places_own(self, day, decide, a_place):
        a_place.settings["push_receipt_days"] = 1
        a_place.save()
        decide()
        clock = running(Push.objects.get(), Kind.PUSH_RECEIPT)
        assert clock is not None and clock.due_at is not None
        assert clock.due_at.date() == dt.date(2026, 3, 3)


class TestComingBack:
    def test_a_note_signs_tells_the_organ_and_reaches_the_case(
        self, day, decide, office, inspector, reviewer, bureau_head
    ):
        case = decide()
        note = services.add_note(
            Push.objects.get().pk,
            kind="penalty",
            text="超范围经营，罚款示例元",
            happened_on=today(),
            document_number="示罚〔2026〕1号",
            by=inspector,
        )
        push = Push.objects.get()
        assert push.state == PushState.ANSWERED and push.acknowledged_at
        assert list(queries.notes_of_case(case.pk)) == [note]
        assert "监管信息" in [str(each["title"]) for each in timeline.for_staff(case.pk)]
        for officer in (reviewer, bureau_head):
            assert Notice.objects.filter(user=officer.user_id, link=f"/exchange/notes/{note.pk}/").exists()
        assert note.advice == ""

    def test_it_marks_the_other_cases_of_the_same_holder_and_nobody_elses(
        self, day, decide, inspector, clerk, supervised
    ):
        person = traits.make_person()
        decide(take_in={"subject": person})
        services.add_note(
            Push.objects.get().pk, kind="inspection", text="示例", happened_on=today(), by=inspector
        )
        theirs = traits.take_in(supervised, clerk, subject=person)
        other = traits.take_in(supervised, clerk)
        firm = traits.take_in(supervised, clerk, subject=traits.make_enterprise())
        assert queries.marked([theirs, other, firm]) == {theirs.pk}
        assert queries.notes_of_holder(theirs).count() == 1
        assert not queries.notes_of_holder(other).exists()
        assert not queries.notes_of_holder(firm).exists()

    def test_a_suggestion_to_revoke_is_answered_by_the_organs_head_with_reasons(
        self, day, decide, inspector, reviewer, bureau_head
    ):
        decide()
        note = suggest(inspector)
        clock = running(note, Kind.ADVICE)
        assert clock is not None
        assert list(queries.open_advice(bureau_head)) == [note]
        assert not queries.open_advice(reviewer)
        with pytest.raises(NotAllowed):
            services.answer_advice(note.pk, follow=True, answer="示例", by=reviewer)
        with pytest.raises(Invalid):
            services.answer_advice(note.pk, follow=True, answer=" ", by=bureau_head)
        note = services.answer_advice(note.pk, follow=False, answer="证据不足", by=bureau_head)
        assert (note.advice, running(note, Kind.ADVICE)) == (AdviceState.DECLINED, None)
        assert Notice.objects.filter(user=inspector.user_id, body="证据不足").exists()
        with pytest.raises(WrongState):
            services.answer_advice(note.pk, follow=True, answer="示例", by=bureau_head)

    def test_unanswered_it_becomes_a_card_of_the_deciding_organ(self, day, decide, inspector, bureau, moved):
        decide()
        suggest(inspector)
        moved("2026-03-18 09:00")
        sweep.run()
        assert Card.objects.get(reason__contains="撤销建议").department == bureau

    def test_refusals(self, day, decide, inspector, reviewer):
        decide()
        pk = Push.objects.get().pk
        told = {"kind": "inspection", "text": "示例", "happened_on": today(), "by": inspector}
        for wrong in (
            {"text": " "},
            {"kind": "x"},
            {"kind": "penalty"},
            {"happened_on": today() + dt.timedelta(days=1)},
        ):
            with pytest.raises(Invalid):
                services.add_note(pk, **{**told, **wrong})
        with pytest.raises(NotAllowed):
            services.add_note(pk, **{**told, "by": reviewer})
        assert not SupervisionNote.objects.exists()

    def test_a_note_is_never_rewritten(self, day, decide, inspector):
        decide()
        note = suggest(inspector)
        with pytest.raises(IntegrityError), transaction.atomic():
            SupervisionNote.objects.filter(pk=note.pk).update(text="别的")
        with pytest.raises(Exception, match="note_stays"), transaction.atomic():
            note.delete()


class TestWhoSees:
    def test_the_department_its_place_and_nobody_else(self, day, decide, inspector, supervisor, reviewer):
        decide()
        push = Push.objects.get()
        elsewhere = traits.make_place("linxian")
        stranger = traits.make_officer(elsewhere, Role.SUPERVISOR)
        assert queries.visible_push(inspector, push.pk) == push
        assert queries.visible_push(supervisor, push.pk) == push
        assert queries.visible_push(reviewer, push.pk) is None
        assert queries.visible_push(stranger, push.pk) is None
        assert queries.push_counts(inspector) == {"waiting": 1, "acknowledged": 0, "answered": 0}


@pytest.fixture
def keeper(a_place):
    return traits.make_officer(a_place, Role.KEEPER)


def suggest(inspector) -> SupervisionNote:
    return services.add_note(
        Push.objects.get().pk, kind="revocation", text="材料虚假", happened_on=today(), by=inspector
    )


def given(place, version, department) -> None:
    """The matter went from `department` to its present organ, by a transfer that is in effect."""
    bureau = version.department
    bureau.kind = DepartmentKind.APPROVAL_BUREAU
    bureau.save()
    batch = catalogue.prepare_transfer(
        place, "batch", name="示例批次", document="示范", bureau=bureau, effective_on=today(), by=SYSTEM
    )
    batch.items.create(matter=version.matter, from_department=department)
    Transfer.objects.filter(pk=batch.pk).update(state="effective")

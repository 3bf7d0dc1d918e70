"""补正 piece by piece, by whatever way, with the day that counts. 行政许可法 Art. 32(4); S4 四(六)."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import services
from applications.choices import MaterialVerdict, State, SupplementChannel
from applications.services import Arrival, MaterialEntry
from hall.calendars.workdays import SHANGHAI
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.queries import explain, running
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.notices.queries import of_case as notices_of
from hall.people.models import User
from hall.trail.queries import faults, of_case
from tests import traits

POST = SupplementChannel.POST


def day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(SHANGHAI).date()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def told(promised_version, clerk, citizen, moved):
    """Two things are missing, told on Monday 2 March 2026: fifteen working days to bring them."""
    moved("2026-03-02 09:00")
    case = traits.take_in(promised_version, clerk, "m01", "m02", subject=citizen.person)
    services.give_notice(case.pk, items=services.items_from_verdicts(case), by=clerk)
    return traits.fresh(case)


class TestPieceByPiece:
    def test_a_part_keeps_the_notice_open_and_says_what_is_missing(self, told, clerk, moved):
        moved("2026-03-04 10:00")
        case = services.supplement(told.pk, materials=[MaterialEntry("m02")], by=clerk)
        assert case.state == State.CORRECTING
        assert services.still_missing(case) == ["申请书"]
        came = case.supplements.get()
        assert (came.channel, came.left) == (SupplementChannel.DESK, ["申请书"])
        assert [item["code"] for item in came.items] == ["m02"]
        assert running(case, Kind.CORRECTION) is not None
        assert running(case, Kind.ACCEPTANCE) is None
        told_them = notices_of(case.pk).filter(subject__contains="收到一部分").first()
        assert "还缺：申请书" in told_them.body

    def test_the_last_part_restarts_the_limit_from_the_day_it_arrived(self, told, clerk, moved):
        moved("2026-03-04 10:00")
        services.supplement(told.pk, materials=[MaterialEntry("m02")], by=clerk)
        moved("2026-03-10 15:00")
        arrival = Arrival(SupplementChannel.EMAIL, at("2026-03-09 16:00"))
        case = services.supplement(told.pk, materials=[MaterialEntry("m01")], arrival=arrival, by=clerk)
        assert case.state == State.RECEIVED
        clock = running(case, Kind.ACCEPTANCE)
        assert day(clock.started_at) == dt.date(2026, 3, 9)
        assert day(clock.due_at) == dt.date(2026, 3, 16)
        word = notices_of(case.pk).filter(subject__contains="已收齐").first()
        assert "2026年3月9日" in word.body
        assert "2026年3月16日" in word.body
        assert not list(faults(str(case.pk)))

    def test_deemed_acceptance_counts_from_that_day_too(self, told, clerk, moved):
        moved("2026-03-09 10:00")
        services.supplement(told.pk, materials=[MaterialEntry("m01"), MaterialEntry("m02")], by=clerk)
        moved("2026-03-17 00:10")
        sweep.run()
        case = traits.fresh(told)
        assert (case.state, day(case.accepted_at)) == (State.ACCEPTED, dt.date(2026, 3, 9))

    def test_nothing_that_was_asked_for_is_no_correction(self, told, clerk):
        with pytest.raises(Incomplete):
            services.supplement(told.pk, by=clerk)
        assert not told.supplements.exists()

    def test_half_and_then_nothing_lapses(self, told, clerk, moved):
        moved("2026-03-04 10:00")
        services.supplement(told.pk, materials=[MaterialEntry("m02")], by=clerk)
        moved("2026-03-24 09:00")
        sweep.run()
        assert traits.fresh(told).state == State.NOT_ACCEPTED

    def test_each_way_and_day_is_kept_by_material(self, told, clerk, moved):
        moved("2026-03-06 10:00")
        fax = Arrival(SupplementChannel.FAX, at("2026-03-05 11:00"))
        services.supplement(told.pk, materials=[MaterialEntry("m02")], arrival=fax, by=clerk)
        letter = Arrival(POST, None, dt.date(2026, 3, 4), "SL01")
        services.supplement(told.pk, materials=[MaterialEntry("m01")], arrival=letter, by=clerk)
        rows = {item["code"]: each for each in told.supplements.all() for item in each.items}
        assert (rows["m02"].channel, day(rows["m02"].received_at)) == ("fax", dt.date(2026, 3, 5))
        assert (rows["m01"].channel, rows["m01"].posted_on) == ("post", dt.date(2026, 3, 4))
        assert traits.fresh(told).visits == 1  # nobody came for it

    @pytest.mark.parametrize(
        "wrong",
        [
            Arrival(SupplementChannel.EMAIL, at("2026-03-01 09:00")),  # before it was asked for
            Arrival(SupplementChannel.EMAIL, at("2026-03-09 09:00")),  # tomorrow
            Arrival(POST, None, dt.date(2026, 2, 27)),
            Arrival(SupplementChannel.DESK, None, dt.date(2026, 3, 4)),
            Arrival("pigeon"),
        ],
    )
    def test_days_and_ways_that_cannot_be(self, told, clerk, moved, wrong):
        moved("2026-03-06 10:00")
        with pytest.raises(Invalid):
            services.supplement(told.pk, materials=[MaterialEntry("m02")], arrival=wrong, by=clerk)

    def test_what_was_found_in_order_and_then_was_not(self, told, clerk, moved):
        """Found again faulty it is missing again, and is counted when it is mended."""
        services.supplement(told.pk, materials=[MaterialEntry("m02")], by=clerk)
        again = MaterialEntry("m02", MaterialVerdict.FAULTY, problem="页码不清")
        services.keep_at_desk(told.pk, materials=[again], by=clerk)
        assert services.still_missing(traits.fresh(told)) == ["申请书", "场所证明"]
        case = services.supplement(told.pk, materials=[MaterialEntry("m01"), MaterialEntry("m02")], by=clerk)
        assert case.state == State.RECEIVED


class TestFromHome:
    def test_pages_count_from_the_moment_they_were_sent(self, bureau, clerk, citizen, moved):
        moved("2026-03-02 09:00")
        materials = [{**each, "media": "both"} for each in traits.MATERIALS]
        version = traits.make_version(bureau, materials=materials)
        case = traits.take_in(version, clerk, "m01", "m02", subject=citizen.person)
        services.give_notice(case.pk, items=services.items_from_verdicts(case), by=clerk)
        me = traits.acting(citizen)
        moved("2026-03-04 21:00")
        services.attach(case.pk, "m02", files=[_page(citizen)], by=me)
        part = services.supplement(case.pk, by=me)
        assert part.state == State.CORRECTING
        assert services.still_missing(part) == ["申请书"]
        moved("2026-03-06 22:00")
        services.attach(case.pk, "m01", files=[_page(citizen)], by=me)
        moved("2026-03-09 08:00")
        whole = services.supplement(case.pk, by=me)
        assert whole.state == State.RECEIVED
        assert {each.channel for each in case.supplements.all()} == {"online"}
        assert day(running(whole, Kind.ACCEPTANCE).started_at) == dt.date(2026, 3, 6)

    def test_the_page_says_what_is_missing_and_takes_a_letter(self, client, told, citizen):
        client.force_login(citizen)
        url = reverse("applications:correct", args=[told.pk])
        page = client.get(url).content.decode()
        assert "示范规定第一条" in page  # the law that asks for it
        assert client.post(url).status_code == 422
        posted = {"posted_on": "2026-03-02", "tracking_number": "SL0001"}
        client.post(reverse("applications:my_posted", args=[told.pk]), posted)
        assert "SL0001" in client.get(url).content.decode()
        assert running(traits.fresh(told), Kind.CORRECTION).due_at is None


class TestInThePost:
    """Posted in time is in time: the period stands still while the letter travels."""

    def test_the_period_stands_still_until_the_letter_is_here(self, told, clerk, moved):
        moved("2026-03-23 16:00")  # the last day
        services.announce_posting(told.pk, posted_on=dt.date(2026, 3, 23), tracking_number="SL0001", by=clerk)
        moved("2026-03-26 09:00")
        sweep.run()
        assert traits.fresh(told).state == State.CORRECTING
        letter = Arrival(POST)
        entries = [MaterialEntry("m01"), MaterialEntry("m02")]
        case = services.supplement(told.pk, materials=entries, arrival=letter, by=clerk)
        assert case.state == State.RECEIVED
        came = case.supplements.get()
        assert (came.posted_on, day(came.received_at)) == (dt.date(2026, 3, 23), dt.date(2026, 3, 26))
        # The applicant was in time by the postmark; the office counts from receipt.
        assert day(running(case, Kind.ACCEPTANCE).started_at) == dt.date(2026, 3, 26)

    def test_a_letter_with_a_part_lets_the_period_go_on(self, told, clerk, moved):
        moved("2026-03-04 16:00")
        services.announce_posting(told.pk, posted_on=dt.date(2026, 3, 4), tracking_number="SL0001", by=clerk)
        moved("2026-03-06 16:00")
        case = services.supplement(told.pk, materials=[MaterialEntry("m02")], arrival=Arrival(POST), by=clerk)
        clock = running(case, Kind.CORRECTION)
        assert day(clock.due_at) == dt.date(2026, 3, 25)  # two days later than before
        assert any("中止" in line.reason for line in explain(clock).lines)

    def test_a_letter_that_never_came_is_struck_with_a_reason(self, told, clerk, moved):
        letter = services.announce_posting(
            told.pk, posted_on=dt.date(2026, 3, 2), tracking_number="SL0001", by=clerk
        )
        with pytest.raises(Invalid):
            services.strike_posting(letter.pk, reason=" ", by=clerk)
        services.strike_posting(letter.pk, reason="邮件号查无此件", by=clerk)
        assert running(told, Kind.CORRECTION).due_at is not None
        with pytest.raises(WrongState):
            services.strike_posting(letter.pk, reason="again", by=clerk)

    def test_after_the_period_nothing_is_in_time(self, told, clerk, moved):
        moved("2026-03-24 09:00")
        with pytest.raises(WrongState):
            services.announce_posting(
                told.pk, posted_on=dt.date(2026, 3, 24), tracking_number="SL0001", by=clerk
            )

    def test_one_letter_at_a_time_with_its_number(self, told, clerk, supervisor):
        told_of = {"posted_on": dt.date(2026, 3, 2)}
        with pytest.raises(Invalid):
            services.announce_posting(told.pk, tracking_number=" ", by=clerk, **told_of)
        services.announce_posting(told.pk, tracking_number="SL0001", by=clerk, **told_of)
        with pytest.raises(WrongState):
            services.announce_posting(told.pk, tracking_number="SL0002", by=clerk, **told_of)
        with pytest.raises(NotAllowed):
            services.strike_posting(told.supplements.get().pk, reason="x", by=supervisor)


class TestReminders:
    def test_the_applicant_is_reminded_of_what_is_still_missing(self, told, clerk, moved):
        services.supplement(told.pk, materials=[MaterialEntry("m02")], by=clerk)
        moved("2026-03-20 09:00")
        sweep.warn()
        word = notices_of(told.pk).filter(subject__contains="补正期限快到了").first()
        assert "申请书" in word.body
        assert "场所证明" not in word.body

    def test_and_of_a_promise(self, deferrable_version, clerk, citizen, moved):
        moved("2026-03-02 09:00")
        case = traits.take_in(deferrable_version, clerk, "m05", subject=citizen.person)
        services.accept(case.pk, by=clerk, deferrals=[services.Pledge("m05", 3)])
        moved("2026-03-04 09:00")
        sweep.warn()
        assert notices_of(case.pk).filter(subject__contains="容缺材料快到期了").exists()


def test_two_hand_ins_at_once_leave_one_answer(correcting_case, clerk, other_clerk, really_concurrent):
    def hand_in(by):
        return lambda: services.supplement(correcting_case.pk, materials=[MaterialEntry("m02")], by=by)

    outcomes = really_concurrent(hand_in(clerk), hand_in(other_clerk))
    assert sum(outcome.error is None for outcome in outcomes) == 1
    case = traits.fresh(correcting_case)
    assert case.state == State.RECEIVED
    assert [e.what for e in of_case(case.pk)].count("applications.supplemented") == 1


def test_the_desk_registers_a_part_that_came_by_mail(client, told, clerk, moved):
    client.force_login(User.objects.get(pk=clerk.user_id))
    moved("2026-03-05 10:00")
    url = reverse("applications:desk_act", args=[told.pk])
    posted = {"v-m02": "ok", "u-channel": "email", "u-received_on": "2026-03-04", "desk-action": "supplement"}
    assert client.post(url, posted).status_code == 302
    page = client.get(reverse("applications:desk_case", args=[told.pk])).content.decode()
    assert "电子邮件" in page
    assert "接收凭证" in page
    assert day(told.supplements.get().received_at) == dt.date(2026, 3, 4)


def _page(citizen):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from hall.files import services as files
    from tests.hall.files.samples import picture

    return files.store(SimpleUploadedFile("scan.png", picture()), citizen).pk

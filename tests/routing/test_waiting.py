"""法定等待期 (离婚冷静期, 民法典 Art. 1077): nobody's time; and of two limits the earlier binds."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import checks, progress_queries, timeline
from applications import services as cases
from applications.choices import State
from hall import now
from hall.calendars import services as calendars
from hall.clocks import sweep
from hall.clocks.choices import Ground, Kind
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.errors import WrongState
from matters import guides
from routing import services
from routing.models import Task
from supervision.choices import CardKind
from supervision.models import Card
from tests import traits
from tests.applications.test_desk_pages import login

BASIS = "《民法典》第一千零七十七条"
MORNING = dt.time(10, 0)


def run_all() -> None:
    """What the porters do: expire what is due, and warn."""
    sweep.run()
    sweep.warn()


def moment(day: str, time: dt.time = MORNING) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(day), time))


@pytest.fixture
def version(bureau):
    waits = {
        "kind": "waiting_period",
        "limit_value": 30,
        "limit_unit": "calendar_day",
        "stops_clock": True,
        "ground": "other_law",
        "when": "自收到申请之日的次日起",
        "basis": BASIS,
        "claim_value": 30,
        "claim_unit": "calendar_day",
    }
    return traits.make_version(
        bureau,
        steps=[traits.step(bureau, days=1, decides=True)],
        promised_value=1,
        statutory_value=None,
        statutory_unit="",
        special_procedures=[waits],
        questions=[],
    )


@pytest.fixture
def waiting(version, clerk):
    with now.at(moment("2026-03-02")):
        case = traits.take_in(version, clerk)
        cases.accept(case.pk, by=clerk)
        services.dispatch(case.pk)
    return traits.fresh(case)


def decide(case, officer):
    return services.decide(Task.objects.get(case=case).pk, outcome="granted", by=officer)


class TestWaiting:
    def test_it_belongs_to_nobody_and_everything_else_stands_still(self, waiting):
        clock = running(waiting, Kind.WAITING)
        assert clock.department is None
        assert timezone.localdate(clock.due_at) == dt.date(2026, 4, 1)
        for subject, kind in ((waiting, Kind.PROMISED), (Task.objects.get(), Kind.TASK_OPINION)):
            stopped = running(subject, kind)
            assert stopped.is_paused
            assert stopped.pauses.get().ground == Ground.WAITING
        assert Task.objects.get().due_at is None

    def test_no_decision_before_its_end(self, waiting, bureau_head):
        with (
            now.at(moment("2026-04-01", dt.time(16, 0))),
            pytest.raises(WrongState, match="等待期"),
        ):
            decide(waiting, bureau_head)

    def test_then_they_come_and_the_office_has_its_day(self, waiting, clerk, bureau_head):
        with now.at(moment("2026-04-02")):
            run_all()
            claim = running(waiting, Kind.CLAIM)
            # 30 days after 1 April is 1 May, a holiday: the period ends on the next working day
            assert timezone.localdate(claim.due_at) == dt.date(2026, 5, 4)
            with pytest.raises(WrongState, match="到场申请"):
                decide(waiting, bureau_head)
            cases.claim_result(waiting.pk, by=clerk)
            assert running(waiting, Kind.CLAIM) is None
            promised = running(waiting, Kind.PROMISED)  # the day on which it goes on counts
            assert timezone.localdate(promised.due_at) == dt.date(
                2026, 4, 2
            )  # the day on which it goes on counts
            assert running(Task.objects.get(), Kind.TASK_OPINION).due_at
            decide(waiting, bureau_head)
        assert traits.fresh(waiting).state == State.DECIDED

    def test_nobody_came_and_it_is_deemed_withdrawn(self, waiting):
        with now.at(moment("2026-04-02")):
            run_all()
        with now.at(moment("2026-05-20")):
            run_all()
        ended = traits.fresh(waiting)
        assert ended.state == State.WITHDRAWN
        assert "视为撤回" in ended.end_reason
        assert not Clock.objects.filter(case_id=ended.pk, state="running").exists()

    def test_accepted_by_the_law_it_waits_as_well(self, version, clerk):
        with now.at(moment("2026-03-02")):
            case = traits.take_in(version, clerk)
        with now.at(moment("2026-03-11")):
            cases.deem_accepted(case.pk, since=case.received_at)
            assert timezone.localdate(running(case, Kind.WAITING).due_at) == dt.date(2026, 4, 1)

    def test_either_of_them_may_withdraw_meanwhile(self, waiting, clerk):
        cases.withdraw(waiting.pk, "不离了", by=clerk)
        assert traits.fresh(waiting).state == State.WITHDRAWN
        assert running(waiting, Kind.WAITING) is None

    def test_the_applicant_reads_what_it_is_and_when_it_ends(self, waiting):
        told = progress_queries.progress(waiting)
        assert told.title == "法定等待期" and not told.late
        assert timezone.localdate(told.clock.due_at) == dt.date(2026, 4, 1)
        with now.at(moment("2026-04-02")):
            run_all()
            told = progress_queries.progress(traits.fresh(waiting))
            assert told.title == "等您来申请结果"
            assert [todo.title for todo in told.todos] == ["等待期已满，到窗口申请结果"]
            titles = [each["title"] for each in timeline.for_public(waiting.pk)]
        assert "法定等待期已经届满" in titles

    def test_the_desk_registers_that_they_have_come(self, client, waiting, clerk):
        with now.at(moment("2026-04-02")):
            run_all()
            login(client, clerk)
            page = client.get(reverse("applications:desk_case", args=[waiting.pk])).content.decode()
            assert "已到场申请" in page
            client.post(reverse("applications:desk_claim", args=[waiting.pk]))
        assert running(waiting, Kind.CLAIM) is None

    def test_the_guide_says_it_and_counts_it(self, client, version):
        with now.at(moment("2026-03-02")):
            guide = guides.guide(version)
            assert guide.due.day == dt.date(2026, 4, 2)
            url = reverse("matters:guide", args=[version.matter.jurisdiction.slug, version.matter.short_code])
            assert "届满前不作决定" in client.get(url).content.decode()


class TestTheEarlierBinds:
    """14 working days against 20 calendar days: across the Spring Festival the law ends first."""

    @pytest.fixture(autouse=True)
    def arrangement(self, a_place):
        """The nation's arrangement of 2026: the Spring Festival is off from 15 to 23 February."""
        calendars.load_national([2026])

    @pytest.fixture
    def version(self, bureau):
        return traits.make_version(
            bureau,
            steps=[traits.step(bureau, days=14, decides=True)],
            promised_value=14,
            statutory_value=20,
            statutory_unit="calendar_day",
            questions=[],
        )

    # July has no holiday.
    ACROSS, ORDINARY = "2026-02-09", "2026-07-06"

    @pytest.mark.parametrize(("day", "binding"), [(ACROSS, Kind.STATUTORY), (ORDINARY, Kind.PROMISED)])
    def test_what_is_shown_is_the_earlier(self, version, clerk, day, binding):
        with now.at(moment(day)):
            case = traits.take_in(version, clerk)
            first = checks.promises(case)[0]
            cases.accept(case.pk, by=clerk)
            case = traits.fresh(case)
            promised, law = running(case, Kind.PROMISED), running(case, Kind.STATUTORY)
            earlier = min(promised.due_at, law.due_at)
            shown = progress_queries.progress(case).clock
            assert shown.kind == binding
            assert shown.due_at == earlier == first.due.at
            assert guides.guide(version).due.at == earlier

    def test_and_of_that_one_is_warned(self, version, clerk, supervisor):
        def cards(day: str) -> list[str]:
            with now.at(moment(day)):
                case = traits.take_in(version, clerk)
                cases.accept(case.pk, by=clerk)
                case = traits.fresh(case)
                first = min(running(case, kind).due_at for kind in (Kind.PROMISED, Kind.STATUTORY))
            with now.at(first - dt.timedelta(minutes=1)):
                run_all()
            found = Card.objects.filter(case=case, kind=CardKind.WARNING)
            return [card.reason for card in found]

        across = cards(self.ACROSS)
        assert len(across) == 1 and "法定" in across[0]
        ordinary = cards(self.ORDINARY)
        assert len(ordinary) == 1 and "承诺" in ordinary[0]

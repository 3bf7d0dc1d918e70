"""The time of the whole against the 60 days of S0 §9 and the 45+15 of 行政许可法 Art. 42(2)."""

from __future__ import annotations

import datetime as dt

import pytest

from applications import services as cases
from applications.choices import ProjectState
from applications.project_time import Gap, Span, gaps
from applications.services.project_following import spans
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks import sweep
from hall.clocks.choices import Ground, Kind
from hall.clocks.elapsed import elapsed
from hall.clocks.models import Clock
from hall.errors import Invalid, NotAllowed, WrongState
from supervision.models import Card

from .conftest import accept, decide, fresh, porters

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def clock_of(project, kind=Kind.PROJECT) -> Clock:
    return Clock.objects.select_related("jurisdiction", "hall").get(case_id=project.pk, kind=kind)


def day(number: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2026, 3, number, hour, tzinfo=SHANGHAI)


class TestWhatCounts:
    """applications.project_time, a pure function."""

    def test_what_is_in_hand_counts_once_however_many_are(self):
        assert gaps([Span(day(2), day(5)), Span(day(3), None)], day(2)) == []

    def test_between_two_cases_it_is_the_builders_time(self):
        found = gaps([Span(day(2), day(5)), Span(day(10), None)], day(2))
        assert found == [Gap(day(5), day(10), Ground.APPLICANT)]

    def test_nothing_in_hand_is_open_until_something_is(self):
        assert gaps([Span(day(2), day(5))], day(2)) == [Gap(day(5), None, Ground.APPLICANT)]

    def test_all_standing_still_by_law_is_no_time_of_the_office(self):
        one = Span(day(2), day(20), ((day(4), day(9)),))
        other = Span(day(2), day(20), ((day(6), day(12)),))
        assert gaps([one, other], day(2))[0] == Gap(day(6), day(9), Ground.OTHER_LAW)

    def test_one_that_goes_on_keeps_the_whole_going(self):
        one = Span(day(2), day(20), ((day(4), day(9)),))
        assert gaps([one, Span(day(2), day(12))], day(2)) == [Gap(day(20), None, Ground.APPLICANT)]

    def test_two_grounds_one_after_the_other(self):
        found = gaps([Span(day(2), day(9), ((day(5), None),)), Span(day(12), None)], day(2))
        assert found == [
            Gap(day(5), day(9), Ground.OTHER_LAW),
            Gap(day(9), day(12), Ground.APPLICANT),
        ]


@pytest.mark.usefixtures("worked_year")
class TestThePromise:
    def test_two_stages_with_a_pause_of_the_builder_by_hand(
        self, project, filing, plan, permit, clerk, moved
    ):
        """
        2 Mar (Mon) accepted; filing decided 4 Mar: 3 and 4 March… the close of 4 March is not with the
        office any more (decided at 11:00), so one natural day counts: the 3rd.
        Nobody has it from 4 to 16 March. 16 March the plan is accepted (start of nothing new: that day's
        close counts), decided 20 March 15:00: 16, 17, 18, 19 count. Together 5.
        """
        moved("2026-03-02 10:00")
        first = accept(project, filing, clerk)
        porters()
        moved("2026-03-04 11:00")
        decide(first)
        porters()
        assert clock_of(project).is_paused
        moved("2026-03-10 09:00")
        assert elapsed(clock_of(project)).counted == 1
        moved("2026-03-16 14:00")
        second = accept(project, plan, clerk)
        porters()
        clock = clock_of(project)
        # 59 natural days are left from 16 March on, that day counted: the last is 13 May.
        assert clock.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 5, 13)
        moved("2026-03-20 15:00")
        decide(second)
        porters()
        assert elapsed(clock_of(project)).counted == 5
        assert [pause.ground for pause in clock.pauses.all()] == [Ground.APPLICANT] * 2
        joint = clock_of(project, Kind.PROJECT_JOINT)
        assert elapsed(joint).counted == 5  # none of the five was a weekend
        assert elapsed(joint).left == 40

    def test_a_porter_that_comes_late_comes_to_the_same(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 10:00")
        first = accept(project, filing, clerk)
        moved("2026-03-04 11:00")
        decide(first)
        moved("2026-03-16 14:00")
        accept(project, plan, clerk)
        moved("2026-03-18 09:00")
        porters()
        clock = clock_of(project)
        assert clock.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 5, 13)
        assert clock_queries.explain(clock).at == clock.due_at
        porters()
        assert clock.pauses.count() == 1

    def test_a_dependent_taken_in_early_adds_no_time_of_its_own(self, project, filing, plan, clerk, moved):
        """Filing 2–6 March (Fri 16:00), plan released on Monday 9 March: the weekend is the office's."""
        moved("2026-03-02 10:00")
        first = accept(project, filing, clerk)
        accept(project, plan, clerk)
        moved("2026-03-06 16:00")
        decide(first)
        porters()
        moved("2026-03-09 09:05")
        porters()
        clock = clock_of(project)
        assert not clock.pauses.exists()
        assert elapsed(clock).counted == 7  # 3–9 March
        assert elapsed(clock_of(project, Kind.PROJECT_JOINT)).counted == 5  # 3–6 and 9 March
        assert len(spans(fresh(project))) == 2

    def test_a_case_that_waits_in_vain_is_in_nobodys_hands(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 10:00")
        first = accept(project, filing, clerk)
        accept(project, plan, clerk)
        moved("2026-03-04 11:00")
        decide(first, "refused")
        porters()
        moved("2026-03-20 11:00")
        porters()
        assert elapsed(clock_of(project)).counted == 1

    def test_the_permit_ends_it_and_building_does_not_count(
        self, project, filing, plan, permit, finish, clerk, moved
    ):
        moved("2026-03-02 10:00")
        for version in (filing, plan, permit):
            decide(accept(project, version, clerk))
        moved("2026-03-03 10:00")
        porters()
        assert (clock_of(project).state, fresh(project).state) == ("met", ProjectState.BUILDING)
        moved("2026-10-12 10:00")
        decide(accept(project, finish, clerk))
        porters()
        assert fresh(project).state == ProjectState.FINISHED
        assert elapsed(clock_of(project)).counted == 0
        with pytest.raises(WrongState, match="不能再收件"):
            accept(project, finish, clerk)

    def test_over_the_promise_a_yellow_card_over_the_law_a_red_one(self, project, filing, clerk, moved):
        moved("2026-03-02 10:00")
        accept(project, filing, clerk)
        porters()
        # the case's own clocks are not the question here
        Clock.objects.exclude(case_id=project.pk).delete()
        promise, law = clock_of(project), clock_of(project, Kind.PROJECT_JOINT)
        moved(promise.due_at - dt.timedelta(hours=2))
        sweep.warn()
        assert list(Card.objects.values_list("kind", flat=True)) == ["warning"]
        moved(max(promise.due_at, law.due_at) + dt.timedelta(hours=2))
        sweep.run()
        assert sorted(Card.objects.values_list("kind", flat=True)) == ["red", "warning", "yellow"]
        assert project.name in Card.objects.get(kind="red").reason

    def test_a_special_procedure_of_the_only_case_stops_the_whole(self, project, filing, clerk, moved):
        moved("2026-03-02 10:00")
        case = accept(project, filing, clerk)
        promised = Clock.objects.get(case_id=case.pk, kind=Kind.PROMISED)
        moved("2026-03-04 10:00")
        clocks.pause(promised, Ground.EXPERT_REVIEW, "行政许可法第四十五条", by=clerk)
        moved("2026-03-11 10:00")
        clocks.resume(promised, Ground.EXPERT_REVIEW, clerk)
        cases.follow_project(project.pk)
        pause = clock_of(project).pauses.get()
        assert pause.ground == Ground.OTHER_LAW
        # 3 March counts, 4–10 do not, 11 does
        assert elapsed(clock_of(project)).counted == 2


@pytest.mark.usefixtures("worked_year")
class TestFifteenMore:
    def test_once_with_document_and_reason(self, project, filing, clerk, manager, moved):
        moved("2026-03-02 10:00")
        accept(project, filing, clerk)
        porters()
        before = clock_of(project, Kind.PROJECT_JOINT).due_at
        with pytest.raises(Invalid) as refused:
            cases.extend_joint_limit(project.pk, 16, document="", reason="", by=manager)
        assert set(refused.value.fields) == {"days", "document", "reason"}
        with pytest.raises(NotAllowed):
            cases.extend_joint_limit(project.pk, 15, document="示〔2026〕1号", reason="复杂", by=clerk)
        clock = cases.extend_joint_limit(project.pk, 15, document="示〔2026〕1号", reason="复杂", by=manager)
        assert (clock.limit.value, clock.due_at > before) == (60, True)
        with pytest.raises(WrongState, match="一次"):
            cases.extend_joint_limit(project.pk, 1, document="示〔2026〕2号", reason="复杂", by=manager)

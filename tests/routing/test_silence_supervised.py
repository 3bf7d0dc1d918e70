"""What holds a silence back: reports, forbidden kinds, the switch, outages, too many at once (S0 §18)."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, connection, transaction

from applications import services as cases
from hall.actors import SYSTEM
from hall.calendars.workdays import SHANGHAI
from hall.clocks import outages, sweep
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.notices.models import Notice
from hall.organisation import services as organisation
from hall.organisation.choices import Role
from hall.trail.models import Event
from hall.trail.queries import faults
from matters.choices import ExclusionGround
from routing import services
from routing.choices import HeldVerdict, TaskState
from routing.models import EvidencePack, HeldSilence, SilenceBatch, Task
from routing.services.evidence import canonical
from tests import traits

DUE = "2026-03-05 17:01"  # one minute after the opinion's last moment
MISSED = "2026-03-06 08:00"  # the sweep comes by long after it


@pytest.fixture
def version(bureau, health):
    steps = [
        traits.step(health, stage=1, days=3, receipt_value=None, silent_consent=True),
        traits.step(bureau, stage=2, days=2, decides=True),
    ]
    return traits.make_version(bureau, steps=steps)


def dispatch(version, clerk) -> Task:
    case = traits.take_in(version, clerk)
    cases.accept(case.pk, by=clerk)
    services.dispatch(case.pk)
    return Task.objects.get(case=case)


@pytest.fixture
def task(moved, version, clerk) -> Task:
    """Before the consulted department since Monday 2026-03-02; its opinion is due on Thursday at 17:00."""
    moved("2026-03-02 09:00")
    return dispatch(version, clerk)


@pytest.fixture
def several(moved, version, clerk, a_place):
    """Five of them, in a place where two may fall silent at once."""
    a_place.settings["silent_consent_batch"] = 2
    a_place.save()
    moved("2026-03-02 09:00")
    return [dispatch(version, clerk) for _n in range(5)]


def state(task: Task) -> str:
    return Task.objects.get(pk=task.pk).state


def last_day(task: Task) -> dt.date:
    return running(task, Kind.TASK_OPINION).due_at.astimezone(SHANGHAI).date()


class TestReports:
    def test_an_answer_after_the_end_takes_nothing_from_the_department(
        self, task, health_reviewer, supervisor, moved
    ):
        """Filed in time, answered on the Monday after: three working days from then."""
        moved("2026-03-05 16:00")
        report = services.file_report(task.pk, reason="现场封闭", days=3, by=health_reviewer)
        moved("2026-03-09 10:00")
        sweep.run()
        assert state(task) == TaskState.OPEN
        assert running(task, Kind.TASK_OPINION).retry_at is not None
        services.grant_report(report.pk, answer="同意", by=supervisor)
        assert last_day(task) == dt.date(2026, 3, 12)
        moved("2026-03-12 17:01")
        sweep.run()
        assert state(task) == TaskState.DEEMED

    def test_rejected_after_the_end_silence_follows_at_once(self, task, health_reviewer, supervisor, moved):
        report = services.file_report(task.pk, reason="太忙", days=3, by=health_reviewer)
        moved(DUE)
        sweep.run()
        assert state(task) == TaskState.OPEN
        services.reject_report(report.pk, answer="不属于特殊情况", by=supervisor)
        sweep.run()
        pack = EvidencePack.objects.get(task=task)
        assert pack.data["reports"][0]["answer"] == "不属于特殊情况"

    def test_the_supervisor_may_grant_other_days_than_asked_for(self, task, health_reviewer, supervisor):
        report = services.file_report(task.pk, reason="现场封闭", days=5, by=health_reviewer)
        with pytest.raises(Invalid):
            services.grant_report(report.pk, answer="同意", days=11, by=supervisor)
        services.grant_report(report.pk, answer="两天够了", days=2, by=supervisor)
        assert last_day(task) == dt.date(2026, 3, 9)

    def test_or_a_pause_up_to_a_day_after_which_the_clock_goes_on(
        self, task, health_reviewer, supervisor, moved
    ):
        """Paused from Tuesday to the end of next Wednesday: one day is used, two are left."""
        moved("2026-03-03 18:00")
        report = services.file_report(task.pk, reason="汛情", days=3, by=health_reviewer)
        services.grant_pause(report.pk, until=dt.date(2026, 3, 11), answer="同意中止", by=supervisor)
        assert running(task, Kind.TASK_OPINION).is_paused
        moved("2026-03-11 20:00")
        sweep.run()
        assert running(task, Kind.TASK_OPINION).is_paused
        moved("2026-03-12 08:00")
        sweep.run()
        assert last_day(task) == dt.date(2026, 3, 13)
        moved("2026-03-13 17:01")
        sweep.run()
        assert state(task) == TaskState.DEEMED
        days = EvidencePack.objects.get(task=task).data["clock"]["days"]
        assert sum("特殊情况报备" in day["why"] for day in days) == 6  # 4, 5, 6, 9, 10, 11 March

    def test_the_department_may_end_the_pause_before_its_day(self, task, health_reviewer, supervisor, moved):
        report = services.file_report(task.pk, reason="汛情", days=3, by=health_reviewer)
        services.grant_pause(report.pk, until=dt.date(2026, 3, 20), answer="同意中止", by=supervisor)
        moved("2026-03-04 08:00")
        services.resume_report(report.pk, by=health_reviewer, reason="水退了")
        services.resume_report(report.pk, by=health_reviewer)
        assert last_day(task) == dt.date(2026, 3, 6)
        assert running(report, Kind.REPORT_PAUSE) is None
        assert Event.objects.filter(what="routing.report_resumed").count() == 1

    def test_a_pause_lies_ahead_and_is_not_endless(self, task, health_reviewer, supervisor):
        report = services.file_report(task.pk, reason="汛情", days=3, by=health_reviewer)
        for day in (dt.date(2026, 3, 1), dt.date(2026, 9, 1)):
            with pytest.raises(Invalid):
                services.grant_pause(report.pk, until=day, answer="同意", by=supervisor)

    def test_only_a_supervisor_of_the_place_answers(self, task, health_reviewer, bureau_head):
        report = services.file_report(task.pk, reason="汛情", days=3, by=health_reviewer)
        with pytest.raises(NotAllowed):
            services.grant_pause(report.pk, until=dt.date(2026, 3, 20), answer="同意", by=bureau_head)

    def test_after_the_end_it_is_too_late_to_report(self, task, health_reviewer, moved):
        moved(DUE)
        with pytest.raises(WrongState):
            services.file_report(task.pk, reason="太忙", days=3, by=health_reviewer)


class TestForbiddenKinds:
    """What no promise may stand for, no silence may either (国办发〔2020〕42号; S0 §18)."""

    def test_such_a_version_is_not_published(self, bureau, health):
        steps = [
            traits.step(health, stage=1, days=3, silent_consent=True),
            traits.step(bureau, stage=2, days=2, decides=True),
        ]
        with pytest.raises((Invalid, WrongState)):
            traits.make_version(bureau, steps=steps, exclusions=[ExclusionGround.ECOLOGY])

    def test_nor_by_the_database(self, task):
        with pytest.raises(IntegrityError, match="excluded kind"), transaction.atomic():
            self._publish_past_the_checks(task)

    def _publish_past_the_checks(self, task):
        with connection.cursor() as cursor:
            version = task.step.version_id
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE matters_matterversion SET state = 'draft', exclusions = %s WHERE id = %s",
                ['["ecology"]', version],
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("UPDATE matters_matterversion SET state = 'published' WHERE id = %s", [version])

    def test_and_no_task_of_such_a_matter_falls_silent_even_if_it_were(self, task, moved):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE matters_matterversion SET exclusions = %s WHERE id = %s",
                ['["ecology"]', task.step.version_id],
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
        with pytest.raises(IntegrityError, match="silence is no consent"), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(state=TaskState.DEEMED)
        moved(DUE)
        sweep.run()
        assert state(task) == TaskState.OPEN
        assert Event.objects.filter(what="routing.task_overdue").exists()


class TestKillSwitch:
    def test_clocks_due_at_that_moment_do_not_fire_any_more(self, several, a_place, supervisor, moved):
        moved(DUE)
        organisation.stop_silent_consent(a_place, reason="群众投诉，核查期间停止", by=supervisor)
        sweep.run()
        assert {state(task) for task in several} == {TaskState.OPEN}
        told = Event.objects.filter(jurisdiction=a_place.pk, reason="群众投诉，核查期间停止").get()
        assert told.actor_name == supervisor.name

    def test_it_wants_a_reason(self, a_place, supervisor):
        with pytest.raises(Invalid):
            organisation.stop_silent_consent(a_place, reason=" ", by=supervisor)

    @pytest.mark.django_db(transaction=True)
    def test_none_is_on_its_way_once_it_has_said_so(
        self, several, a_place, supervisor, moved, really_concurrent
    ):
        a_place.settings["silent_consent_batch"] = 50
        a_place.save()
        moved(DUE)
        stopped, *_swept = really_concurrent(
            lambda: organisation.stop_silent_consent(a_place, reason="核查", by=supervisor),
            sweep.run,
            sweep.run,
        )
        assert stopped.ok, stopped.error
        silent = EvidencePack.objects.count()
        Clock.objects.update(retry_at=None)
        sweep.run()
        assert EvidencePack.objects.count() == silent
        switched = Event.objects.filter(reason="核查").get()
        assert not Event.objects.filter(what="routing.deemed_consented", pk__gt=switched.pk).exists()
        assert not list(faults())


class TestLateObjection:
    def test_it_is_put_before_the_lead_department_which_must_treat_it(
        self, task, health_reviewer, bureau_head, a_place, bureau, moved
    ):
        reviewer = traits.make_officer(a_place, Role.REVIEWER, department=bureau)
        moved(DUE)
        sweep.run()
        opinion = services.object_late(
            task.pk, reasons="不符合卫生要求", legal_basis="示范规定第三条", by=health_reviewer
        )
        told = Notice.objects.filter(subject="默认同意后收到异议")
        assert set(told.values_list("user_id", flat=True)) == {reviewer.user_id, bureau_head.user_id}
        deciding = Task.objects.get(case=task.case, decides=True)
        with pytest.raises(Invalid):
            services.consolidate(deciding.pk, text="拟准予", by=bureau_head)
        treated = {opinion.pk: services.Adoption(adopted=False, reason="已要求整改，不影响准予")}
        services.consolidate(deciding.pk, text="拟准予", treatments=treated, by=bureau_head)
        assert state(task) == TaskState.DEEMED


class TestOutages:
    def test_no_silence_for_time_in_an_outage(self, task, moved):
        """Down from Wednesday noon to Friday morning: two closes are given back, so until Monday."""
        begin = moved("2026-03-04 12:00")
        end = moved("2026-03-06 09:00")
        outages.declare(begin, end, "机房断电", by=SYSTEM)
        sweep.run()
        assert (state(task), last_day(task)) == (TaskState.OPEN, dt.date(2026, 3, 9))
        moved("2026-03-09 16:59")
        sweep.run()
        assert state(task) == TaskState.OPEN
        moved("2026-03-09 17:01")
        sweep.run()
        data = EvidencePack.objects.get(task=task).data
        assert {day["day"] for day in data["clock"]["days"] if day["kind"] == "outage"} == {
            "2026-03-04",
            "2026-03-05",
        }


class TestTooManyAtOnce:
    def test_on_an_ordinary_day_all_fall_silent(self, several, moved):
        moved(DUE)
        sweep.run()
        assert {state(task) for task in several} == {TaskState.DEEMED}

    def test_after_a_backlog_more_than_the_place_allows_wait(self, several, supervisor, moved):
        moved(MISSED)
        report = sweep.run()
        assert report.held == 5
        assert {state(task) for task in several} == {TaskState.OPEN}
        batch = SilenceBatch.objects.get()
        assert (batch.cause, batch.held.count(), batch.most) == ("backlog", 5, 2)
        assert Notice.objects.filter(user_id=supervisor.user_id, subject__contains="等您处理").count() == 1
        moved("2026-03-06 12:00")
        sweep.run()
        assert HeldSilence.objects.count() == 5
        assert not EvidencePack.objects.exists()

    @pytest.mark.parametrize(("number", "becomes"), [(2, TaskState.DEEMED), (3, TaskState.OPEN)])
    def test_as_many_as_the_place_allows_fire_and_one_more_holds_all(
        self, moved, version, clerk, a_place, number, becomes
    ):
        a_place.settings["silent_consent_batch"] = 2
        a_place.save()
        moved("2026-03-02 09:00")
        tasks = [dispatch(version, clerk) for _n in range(number)]
        moved(MISSED)
        sweep.run()
        assert {state(task) for task in tasks} == {becomes}

    def test_after_an_outage_they_wait_though_their_day_has_only_come(self, several, moved):
        begin, end = moved("2026-03-04 12:00"), moved("2026-03-06 09:00")
        outage = outages.declare(begin, end, "机房断电", by=SYSTEM)
        moved("2026-03-09 17:01")
        sweep.run()
        batch = SilenceBatch.objects.get()
        assert (batch.cause, batch.outage, batch.held.count()) == ("outage", outage, 5)

    def test_an_outage_that_cost_nobody_a_day_holds_nothing(self, several, moved):
        begin, end = moved("2026-03-03 20:00"), moved("2026-03-03 22:00")
        outages.declare(begin, end, "夜间维护", by=SYSTEM)
        moved(DUE)
        sweep.run()
        assert {state(task) for task in several} == {TaskState.DEEMED}

    def test_one_act_releases_extends_or_refuses_and_is_in_the_journal(
        self, several, supervisor, clerk, moved
    ):
        moved(MISSED)
        sweep.run()
        batch = SilenceBatch.objects.get()
        ids = dict(batch.held.values_list("task_id", "pk"))
        first, second, third, fourth, fifth = (ids[task.pk] for task in several)
        with pytest.raises(NotAllowed):
            services.answer_held(batch.pk, [first], verdict=HeldVerdict.RELEASED, reason="x", by=clerk)
        with pytest.raises(Incomplete):
            services.answer_held(batch.pk, [first], verdict=HeldVerdict.RELEASED, reason="", by=supervisor)
        done = services.answer_held(
            batch.pk, [first, second], verdict=HeldVerdict.RELEASED, reason="已逐件核对", by=supervisor
        )
        assert done == 2
        services.answer_held(
            batch.pk, [third], verdict=HeldVerdict.EXTENDED, reason="停电影响", days=2, by=supervisor
        )
        services.answer_held(
            batch.pk, [fourth, fifth], verdict=HeldVerdict.REFUSED, reason="材料未送到", by=supervisor
        )
        acts = Event.objects.filter(what="routing.silence_batch_answered").order_by("pk")
        assert [(act.data["verdict"], act.data["n"]) for act in acts] == [
            ("released", 2),
            ("extended", 1),
            ("refused", 2),
        ]
        assert SilenceBatch.objects.get().closed_at is not None
        sweep.run()
        assert [state(task) for task in several] == ["deemed", "deemed", "open", "open", "open"]
        assert last_day(several[2]) == dt.date(2026, 3, 10)  # held since Thursday; Friday, then two more
        pack = EvidencePack.objects.get(task=several[0])
        assert pack.data["supervised"]["reason"] == "已逐件核对"
        overdue = Event.objects.filter(what="routing.task_overdue").values_list("subject_id", flat=True)
        assert set(overdue) == {str(several[3].pk), str(several[4].pk)}
        moved("2026-03-10 17:01")
        sweep.run()
        assert state(several[2]) == TaskState.DEEMED

    def test_while_it_waits_the_department_may_still_speak(self, several, health_reviewer, supervisor, moved):
        moved(MISSED)
        sweep.run()
        services.give_opinion(several[0].pk, verdict="agree", by=health_reviewer)
        batch = SilenceBatch.objects.get()
        done = services.answer_held(
            batch.pk,
            list(batch.held.values_list("pk", flat=True)),
            verdict=HeldVerdict.RELEASED,
            reason="已核对",
            by=supervisor,
        )
        sweep.run()
        assert done == 4
        assert [state(task) for task in several] == ["done", *["deemed"] * 4]
        assert batch.held.get(task=several[0]).verdict == HeldVerdict.OVERTAKEN

    @pytest.mark.django_db(transaction=True)
    def test_three_sweeps_at_once_hold_all_and_after_the_release_fire_each_once(
        self, several, supervisor, moved, really_concurrent
    ):
        moved(MISSED)
        for outcome in really_concurrent(sweep.run, sweep.run, sweep.run):
            assert outcome.ok, outcome.error
        sweep.run()
        assert not EvidencePack.objects.exists()
        batch = SilenceBatch.objects.get()
        held = list(batch.held.values_list("pk", flat=True))
        assert len(held) == 5
        answer = {"verdict": HeldVerdict.RELEASED, "reason": "已核对", "by": supervisor}
        first, second, swept = really_concurrent(
            lambda: services.answer_held(batch.pk, held, **answer),
            lambda: services.answer_held(batch.pk, held, **answer),
            sweep.run,
        )
        assert (first.ok, second.ok, swept.ok) == (True, True, True)
        assert first.value + second.value == 5
        Clock.objects.filter(state=ClockState.RUNNING).update(retry_at=None)
        for outcome in really_concurrent(sweep.run, sweep.run, sweep.run):
            assert outcome.ok, outcome.error
        sweep.run()
        assert EvidencePack.objects.count() == 5
        assert Event.objects.filter(what="routing.deemed_consented").count() == 5
        assert not list(faults())


class TestEvidence:
    def test_anybody_can_take_the_hash_again(self, task, moved):
        moved(DUE)
        sweep.run()
        pack = EvidencePack.objects.get(task=task)
        assert hashlib.sha256(canonical(pack.data)).hexdigest() == pack.sha256
        assert pack.data["responsible"] == task.department.name

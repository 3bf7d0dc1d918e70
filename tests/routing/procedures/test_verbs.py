"""Special procedures, hearings and the extension (行政许可法 Art. 42, 45–48)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from applications import services as cases
from applications.progress_queries import progress
from applications.timeline import for_public
from hall import now
from hall.clocks import sweep
from hall.clocks.choices import Ground, Kind
from hall.clocks.limits import Limit
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed, WrongState
from hall.notices.models import Notice
from hall.organisation.choices import Role
from hall.trail.queries import faults, of_case
from routing import services
from routing.choices import ProcedureState, ReportState
from routing.models import Extension, Procedure, Task
from supervision.models import Card
from tests import traits

from .conftest import MONDAY, TOLD

DAY = dt.timedelta(days=1)


def at(days: float) -> now.at:
    return now.at(MONDAY + dt.timedelta(days=days))


def due(subject, kind) -> dt.date:
    clock = running(subject, kind)
    return clock.due_at and clock.due_at.astimezone(now.timezone.get_current_timezone()).date()


def opened(task: Task, reviewer, kind: str = "testing", **given) -> Procedure:
    return services.open_procedure(task.pk, kind=kind, by=reviewer, **{**TOLD, **given})


class TestOpening:
    def test_the_applicant_is_told_how_long_and_whom_to_ask(self, task, reviewer, special_version):
        user = traits.make_citizen(task.case.person)
        opened(task, reviewer)
        told = Notice.objects.filter(user=user).latest("pk")
        assert "检测" in told.subject
        assert "10个工作日" in told.body and "示例联系人" in told.body and "不计入办理期限" in told.body

    def test_the_limits_of_the_case_and_of_the_task_stand_still(self, task, reviewer):
        procedure = opened(task, reviewer)
        for subject, kind in (
            (task.case, Kind.PROMISED),
            (task.case, Kind.STATUTORY),
            (task, Kind.TASK_OPINION),
        ):
            assert running(subject, kind).due_at is None
        assert due(procedure, Kind.SPECIAL_PROCEDURE) == dt.date(2026, 6, 23)  # 19 June is Dragon Boat
        assert Task.objects.get(pk=task.pk).due_at == running(task, Kind.TASK_RECEIPT).due_at

    def test_a_survey_is_a_limited_link_that_stops_nothing(self, task, reviewer):
        procedure = opened(task, reviewer, "site_survey")
        assert not procedure.stops_clock
        assert due(task.case, Kind.PROMISED) == dt.date(2026, 6, 15)
        assert due(procedure, Kind.SPECIAL_PROCEDURE) == dt.date(2026, 6, 11)

    def test_only_what_the_version_declares(self, task, reviewer):
        with pytest.raises(Invalid, match="没有规定"):
            opened(task, reviewer, "auction")

    def test_never_longer_than_the_version_says(self, task, reviewer):
        with pytest.raises(Invalid, match="不得超过"):
            opened(task, reviewer, limit=Limit(11))
        assert opened(task, reviewer, limit=Limit(4)).limit == Limit(4)

    def test_it_needs_a_reason_and_a_contact(self, task, reviewer):
        with pytest.raises(Incomplete) as refused:
            opened(task, reviewer, reason=" ", contact_phone="")
        assert set(refused.value.fields) == {"reason", "contact_phone"}
        assert not Procedure.objects.exists()

    def test_one_of_a_kind_runs_at_a_time(self, task, reviewer):
        first = opened(task, reviewer)
        with pytest.raises(Conflict):
            opened(task, reviewer)
        again = Procedure.objects.get(pk=first.pk)
        again.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)

    def test_who_received_the_case_cannot(self, task, clerk, bureau):
        traits.Post.objects.create(
            user_id=clerk.user_id,
            role=Role.REVIEWER,
            jurisdiction=bureau.jurisdiction,
            department=bureau,
            starts_on=traits.LONG_AGO,
        )
        both = traits.Officer.of(traits.User.objects.get(pk=clerk.user_id))
        with pytest.raises(NotAllowed, match="受办分离"):
            opened(task, both)

    def test_nobody_from_elsewhere_can(self, task, a_place, health):
        with pytest.raises(NotAllowed):
            opened(task, traits.make_officer(a_place, Role.REVIEWER, department=health))


class TestEnding:
    def test_the_limits_go_on_and_have_lost_nothing(self, task, reviewer):
        procedure = opened(task, reviewer)
        with at(2):  # Wednesday: the close of Tuesday did not count, Monday is the starting day anyway
            services.finish_procedure(procedure.pk, result="检测合格", by=reviewer)
        assert due(task.case, Kind.PROMISED) == dt.date(2026, 6, 16)
        assert Task.objects.get(pk=task.pk).due_at is not None

    def test_overlapping_procedures_never_count_twice(self, task, reviewer):
        first = opened(task, reviewer)
        with at(1):
            second = opened(task, reviewer, "expert_review")
        with at(2):
            services.finish_procedure(first.pk, result="合格", by=reviewer)
            assert running(task.case, Kind.PROMISED).due_at is None
        with at(3):
            services.finish_procedure(second.pk, result="通过", by=reviewer)
        assert due(task.case, Kind.PROMISED) == dt.date(2026, 6, 17)  # Tuesday and Wednesday, each once

    def test_two_on_the_same_other_ground_pause_once(self, bureau, clerk, reviewer, monday):
        law = {"limit_value": 5, "limit_unit": "working_day", "stops_clock": True, "basis": "示范法第一条"}
        version = traits.make_version(
            bureau,
            special_procedures=[{"kind": "public_notice", **law}, {"kind": "examination", **law}],
        )
        case = traits.take_in(version, clerk)
        cases.accept(case.pk, by=clerk)
        services.dispatch(case.pk)
        task = Task.objects.get(case=case)
        first, second = (opened(task, reviewer, kind) for kind in ("public_notice", "examination"))
        assert first.ground == second.ground == Ground.OTHER_LAW
        with at(1):
            services.finish_procedure(first.pk, result="期满", by=reviewer)
            assert running(case, Kind.PROMISED).due_at is None
        with at(2):
            services.finish_procedure(second.pk, result="期满", by=reviewer)
        assert due(case, Kind.PROMISED) == dt.date(2026, 6, 16)

    def test_two_departments_on_one_ground_are_let_go_each_by_its_own_end(
        self, bureau, health, fire, clerk, a_place, monday
    ):
        """The task of the first goes on at its end, the limits of the case at the last one's."""
        law = {"limit_value": 5, "limit_unit": "working_day", "stops_clock": True, "basis": "示范法第一条"}
        version = traits.make_version(
            bureau,
            steps=[
                traits.step(health, 1, 3),
                traits.step(fire, 1, 3),
                traits.step(bureau, 2, 2, decides=True),
            ],
            special_procedures=[{"kind": "public_notice", **law}, {"kind": "examination", **law}],
        )
        case = traits.take_in(version, clerk)
        cases.accept(case.pk, by=clerk)
        services.dispatch(case.pk)
        of = {task.department.code: task for task in Task.objects.filter(case=case)}
        who = {
            code: traits.make_officer(a_place, Role.REVIEWER, department=task.department)
            for code, task in of.items()
        }
        first = opened(of["health"], who["health"], "public_notice")
        second = opened(of["fire"], who["fire"], "examination")
        services.finish_procedure(first.pk, result="期满", by=who["health"])
        assert running(of["health"], Kind.TASK_OPINION).due_at is not None
        assert running(of["fire"], Kind.TASK_OPINION).due_at is None
        assert running(case, Kind.PROMISED).due_at is None
        services.finish_procedure(second.pk, result="期满", by=who["fire"])
        assert running(of["fire"], Kind.TASK_OPINION).due_at is not None
        assert running(case, Kind.PROMISED).due_at is not None

    def test_nobody_passes_over_it(self, task, head, reviewer):
        procedure = opened(task, reviewer)
        with pytest.raises(WrongState, match="检测还没有结束"):
            services.decide(task.pk, outcome="granted", by=head)
        services.finish_procedure(procedure.pk, result="合格", by=reviewer)
        services.decide(task.pk, outcome="granted", by=head)

    def test_it_ends_once_with_a_result(self, task, reviewer):
        procedure = opened(task, reviewer)
        with pytest.raises(Incomplete):
            services.finish_procedure(procedure.pk, result="  ", by=reviewer)
        services.finish_procedure(procedure.pk, result="合格", by=reviewer)
        with pytest.raises(WrongState, match="已经结束"):
            services.finish_procedure(procedure.pk, result="合格", by=reviewer)

    def test_a_withdrawn_case_takes_it_along(self, task, clerk, reviewer):
        procedure = opened(task, reviewer)
        cases.withdraw(task.case_id, "申请人撤回", by=clerk)
        services.close_ended(task.case_id)
        procedure.refresh_from_db()
        assert procedure.state == ProcedureState.CANCELLED
        assert not Clock.objects.filter(case_id=task.case_id, state="running").exists()

    def test_over_its_time_is_a_card_for_the_department(self, task, reviewer, bureau):
        procedure = opened(task, reviewer)
        with at(20):
            sweep.run()
        card = Card.objects.get(clock_id=Clock.objects.get(subject_id=str(procedure.pk)).pk)
        assert card.department == bureau
        assert running(task.case, Kind.PROMISED).due_at is None  # the applicant loses nothing by it

    def test_every_step_is_in_the_journal(self, task, reviewer):
        procedure = opened(task, reviewer)
        services.finish_procedure(procedure.pk, result="合格", by=reviewer)
        told = set(of_case(task.case_id).values_list("what", flat=True))
        assert {"routing.procedure_opened", "routing.procedure_finished", "clock_paused"} <= told
        assert not list(faults(str(task.case_id)))


class TestHearing:
    def told(self, task, reviewer, because="interested", **given):
        words = {**TOLD, "parties": "相邻业主", **given}
        return services.tell_of_right(task.pk, because=because, by=reviewer, **words)

    def test_five_days_to_ask_while_the_limits_run_on(self, task, reviewer):
        procedure = self.told(task, reviewer)
        assert due(procedure, Kind.HEARING_REQUEST) == dt.date(2026, 6, 15)
        assert due(task.case, Kind.PROMISED) == dt.date(2026, 6, 15)

    def test_nobody_asks_and_the_case_goes_on(self, task, reviewer, head):
        user = traits.make_citizen(task.case.person)
        procedure = self.told(task, reviewer)
        with at(8):
            sweep.run()
            procedure.refresh_from_db()
            assert procedure.state == ProcedureState.FINISHED
            services.decide(task.pk, outcome="granted", by=head)
        # No limit ever stood still, and nothing says that one did.
        assert not Notice.objects.filter(user=user, body__contains="继续计算").exists()
        assert Notice.objects.filter(user=user, body__contains="办理期限没有变化").exists()
        titles = [str(each["title"]) for each in for_public(task.case_id)]
        assert "没有人要求听证，继续办理" in titles
        assert "特别程序结束" not in titles

    def test_the_applicant_reads_each_step_once_and_in_its_own_words(self, task, reviewer, clerk, chair):
        procedure = self.told(task, reviewer)
        (step,) = [each for each in for_public(task.case_id) if "听证" in each["title"]]
        assert (step["title"], step["text"]) == ("已告知听证权利", "")  # no limit stands still yet
        assert not progress(task.case).paused
        assert progress(task.case).next_title == "作出决定"
        services.request_hearing(procedure.pk, requested_by="示例业主", by=clerk)
        assert [each["title"] for each in for_public(task.case_id)].count("计时暂停") == 1
        assert progress(task.case).paused == "听证"
        assert progress(task.case).next_title == "听证结束"
        services.schedule_hearing(
            procedure.pk, held_at=MONDAY + 10 * DAY, place="二楼会议室", chair=chair, by=reviewer
        )
        told = {str(each["title"]): each["text"] for each in for_public(task.case_id)}
        assert told["听证已定时间地点"] == "2026-06-18 10:00，二楼会议室"

    def test_it_stops_the_limits_from_the_request_on(self, task, reviewer, clerk):
        procedure = self.told(task, reviewer)
        with at(2):
            services.request_hearing(procedure.pk, requested_by="示例业主", by=clerk)
        assert running(task.case, Kind.PROMISED).due_at is None
        assert due(procedure, Kind.SPECIAL_PROCEDURE) == dt.date(2026, 7, 9)  # twenty days, one a holiday

    def test_after_five_days_it_is_too_late_to_ask(self, task, reviewer):
        procedure = self.told(task, reviewer)
        with at(8), pytest.raises(WrongState, match="期限已过"):
            services.request_hearing(procedure.pk, requested_by="示例业主", by=reviewer)

    def test_the_public_interest_needs_no_request(self, task, reviewer):
        self.told(task, reviewer, "public", parties="")
        assert running(task.case, Kind.PROMISED).due_at is None

    def test_the_parties_concerned_are_named(self, task, reviewer):
        with pytest.raises(Incomplete) as refused:
            self.told(task, reviewer, parties=" ")
        assert "parties" in refused.value.fields

    @pytest.fixture
    def chair(self, a_place, bureau):
        return traits.User.objects.get(
            pk=traits.make_officer(a_place, Role.REVIEWER, department=bureau).user_id
        )

    def test_seven_days_notice(self, task, reviewer, chair):
        procedure = self.told(task, reviewer, "public")
        with pytest.raises(Invalid) as refused:
            services.schedule_hearing(
                procedure.pk, held_at=MONDAY + 9 * DAY, place="二楼会议室", chair=chair, by=reviewer
            )
        assert "2026-06-17" in str(refused.value.fields["held_at"])
        services.schedule_hearing(
            procedure.pk, held_at=MONDAY + 10 * DAY, place="二楼会议室", chair=chair, by=reviewer
        )

    def test_within_twenty_days(self, task, reviewer, chair):
        procedure = self.told(task, reviewer, "public")
        with pytest.raises(Invalid) as refused:
            services.schedule_hearing(
                procedure.pk, held_at=MONDAY + 60 * DAY, place="二楼会议室", chair=chair, by=reviewer
            )
        assert "held_at" in refused.value.fields

    def test_the_chair_has_not_examined_the_case(self, task, reviewer):
        services.claim(task.pk, by=reviewer)
        procedure = self.told(task, reviewer, "public")
        with pytest.raises(Invalid) as refused:
            services.schedule_hearing(
                procedure.pk,
                held_at=MONDAY + 15 * DAY,
                place="二楼会议室",
                chair=traits.User.objects.get(pk=reviewer.user_id),
                by=reviewer,
            )
        assert "第四十八条" in str(refused.value.fields["chair"])

    def test_the_signed_record_ends_it(self, task, reviewer, chair):
        procedure = self.told(task, reviewer, "public")
        held = MONDAY + 10 * DAY
        services.schedule_hearing(procedure.pk, held_at=held, place="二楼会议室", chair=chair, by=reviewer)
        with pytest.raises(WrongState, match="还没有举行"):
            services.record_hearing(procedure.pk, text="略", signed_by="示例", by=reviewer)
        with pytest.raises(WrongState, match="笔录"):
            services.finish_procedure(procedure.pk, result="完", by=reviewer)
        with now.at(held + DAY / 8):
            with pytest.raises(Incomplete):
                services.record_hearing(procedure.pk, text="双方陈述、质证。", signed_by="", by=reviewer)
            services.record_hearing(
                procedure.pk, text="双方陈述、质证。", signed_by="示例主持人、示例业主", by=reviewer
            )
        assert running(task.case, Kind.PROMISED).due_at is not None

    def test_it_cannot_be_opened_like_the_others(self, task, reviewer):
        with pytest.raises(Invalid, match="听证权利"):
            opened(task, reviewer, "hearing")


class TestExtension:
    def asked(self, task, reviewer, days=10, reason="情况复杂，需要进一步核实"):
        return services.propose_extension(task.pk, days=days, reason=reason, by=reviewer)

    def test_the_head_approves_and_both_limits_grow(self, task, reviewer, head):
        user = traits.make_citizen(task.case.person)
        asked = self.asked(task, reviewer)
        services.grant_extension(asked.pk, by=head)
        assert due(task.case, Kind.PROMISED) == dt.date(2026, 6, 30)  # 15 working days, 19 June off
        assert due(task.case, Kind.STATUTORY) == dt.date(2026, 7, 21)
        told = Notice.objects.filter(user=user).latest("pk")
        assert "2026-06-30" in told.body and "情况复杂" in told.body

    def test_once(self, task, reviewer, head):
        services.grant_extension(self.asked(task, reviewer, 2).pk, by=head)
        with pytest.raises(Conflict, match="一次"):
            self.asked(task, reviewer, 2)

    def test_refused_it_may_be_asked_again(self, task, reviewer, head):
        services.reject_extension(self.asked(task, reviewer).pk, answer="可以按期办结", by=head)
        assert due(task.case, Kind.PROMISED) == dt.date(2026, 6, 15)
        self.asked(task, reviewer, 3)

    def test_ten_days_at_most(self, task, reviewer):
        with pytest.raises(Invalid, match="10个工作日"):
            self.asked(task, reviewer, 11)

    def test_fifteen_where_several_departments_handle_it_and_the_government_approves(
        self, bureau, health, clerk, reviewer, head, a_place, monday
    ):
        version = traits.make_version(
            bureau,
            steps=[traits.step(health, 1, 2), traits.step(bureau, 2, 3, decides=True)],
        )
        case = traits.take_in(version, clerk)
        cases.accept(case.pk, by=clerk)
        services.dispatch(case.pk)
        consulted = traits.make_officer(a_place, Role.REVIEWER, department=health)
        services.give_opinion(Task.objects.get(case=case).pk, verdict="agree", by=consulted)
        asked = self.asked(Task.objects.get(case=case, decides=True), reviewer, 15)
        with pytest.raises(Incomplete, match="本级人民政府"):
            services.grant_extension(asked.pk, by=head)
        services.grant_extension(asked.pk, by=head, answer="经县人民政府负责人批准")
        assert Extension.objects.get().state == ReportState.GRANTED

    def test_only_the_head_of_the_deciding_organ(self, task, reviewer):
        with pytest.raises(NotAllowed):
            services.grant_extension(self.asked(task, reviewer).pk, by=reviewer)

    def test_not_after_the_limit(self, task, reviewer):
        with at(60), pytest.raises(WrongState, match="已经届满"):
            self.asked(task, reviewer)

    def test_with_a_reason(self, task, reviewer):
        with pytest.raises(Incomplete):
            self.asked(task, reviewer, reason=" ")

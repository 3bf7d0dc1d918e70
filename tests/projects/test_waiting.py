"""A dependent case: taken in early, begun on the working day after the result, which becomes its material."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from applications import services as cases
from applications.choices import MaterialVerdict, State, WaitState
from applications.evidence_models import Substitute
from applications.models import Application
from applications.project_models import TakenOver
from hall.clocks.choices import Ground, Kind
from hall.clocks.models import Clock, ClockPause
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.organisation.choices import Role
from hall.trail.queries import faults, of_case
from matters import services as catalogue
from routing import services as routing
from routing.models import Task
from routing.tasks import dispatch
from tests import traits

from .conftest import FORM, accept, decide, fresh, material, porters, register, take_in

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def whats(case: Application) -> list[str]:
    return [event.what for event in of_case(case.pk)]


@pytest.mark.usefixtures("worked_year")
class TestItsTurn:
    """S0 §9; 行政许可法 Art. 32, 42."""

    def test_it_is_accepted_early_and_no_department_has_it(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 09:00")
        accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        porters()
        assert (fresh(case).state, fresh(case).awaits_result) == (State.ACCEPTED, True)
        assert not Task.objects.filter(case=case).exists()
        assert routing.dispatch(case.pk) == 0
        assert case.pk not in Application.objects.awaiting_dispatch().values_list("pk", flat=True)
        still = Clock.objects.filter(case_id=case.pk, kind__in=[Kind.PROMISED, Kind.STATUTORY])
        assert [clock.due_at for clock in still] == [None, None]

    def test_over_a_weekend_it_begins_on_monday(self, project, filing, plan, clerk, moved):
        moved("2026-03-05 09:00")  # a Thursday
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        moved("2026-03-06 16:00")
        decide(first)
        porters()
        assert fresh(case).turn_at == at("2026-03-09T09:00")
        assert fresh(case).awaits_result
        moved("2026-03-08 12:00")
        porters()
        assert not Task.objects.filter(case=case).exists()
        moved("2026-03-09 09:01")
        porters()
        assert fresh(case).state == State.REVIEWING
        assert Task.objects.get(case=case).opened_at == at("2026-03-09T09:01")

    def test_over_a_holiday_it_begins_on_the_first_working_day(self, project, filing, plan, clerk, moved):
        moved("2026-04-29 09:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        moved("2026-04-30 15:00")  # 劳动节 1–5 May 2026
        decide(first)
        porters()
        assert fresh(case).turn_at == at("2026-05-06T09:00")

    def test_the_first_counted_day_is_the_day_of_its_turn(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 10:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        moved("2026-03-04 11:00")
        decide(first)
        moved("2026-03-05 14:00")  # the porter comes late: that costs the applicant nothing
        porters()
        promised = Clock.objects.get(case_id=case.pk, kind=Kind.PROMISED)
        # five working days: 5, 6, 9, 10, 11 March
        assert promised.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 3, 11)
        pause = ClockPause.objects.get(clock=promised)
        assert (pause.ground, pause.ends_at) == (Ground.PREREQUISITE, at("2026-03-05T09:00"))
        assert "第四十二条" in pause.basis

    def test_what_is_granted_already_is_waited_for_by_nobody(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 09:00")
        decide(accept(project, filing, clerk))
        case = accept(project, plan, clerk)
        porters()
        assert fresh(case).state == State.REVIEWING
        assert not case.waits.exists()

    def test_whoever_hands_the_paper_in_waits_for_nobody(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 09:00")
        accept(project, filing, clerk)
        case = take_in(project, plan, clerk)
        cases.record_material(case.pk, "m02", verdict="ok", by=clerk)
        cases.accept(case.pk, by=clerk)
        porters()
        assert fresh(case).state == State.REVIEWING

    def test_without_a_case_for_it_the_paper_is_missing(self, project, plan, clerk):
        case = take_in(project, plan, clerk, "m02")
        with pytest.raises(Incomplete, match="备案证明"):
            cases.accept(case.pk, by=clerk)

    def test_three_in_a_row_wait_for_each_other(self, project, filing, plan, permit, clerk, moved):
        moved("2026-03-02 09:00")
        chain = [accept(project, each, clerk) for each in (filing, plan, permit)]
        decide(chain[0])
        moved("2026-03-03 09:05")
        porters()
        assert [fresh(case).state for case in chain[1:]] == [State.REVIEWING, State.ACCEPTED]
        decide(chain[1])
        moved("2026-03-04 09:05")
        porters()
        assert fresh(chain[2]).state == State.REVIEWING

    def test_deemed_accepted_it_waits_as_well(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 09:00")
        accept(project, filing, clerk)
        case = take_in(project, plan, clerk)
        moved("2026-03-10 00:30")
        cases.deem_accepted(case.pk, since=case.received_at)
        assert fresh(case).awaits_result

    def test_the_database_keeps_a_waiting_case_from_review(self, project, filing, plan, clerk):
        accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        refused = pytest.raises(IntegrityError, match="case_that_waits_is_not_reviewed")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE applications_application SET state = 'reviewing' WHERE id = %s", [case.pk])


@pytest.mark.usefixtures("worked_year")
class TestTheResult:
    def test_becomes_the_material_with_its_provenance(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 09:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        decide(first)
        moved("2026-03-03 09:05")
        porters()
        row = case.materials.get(material__code="m02")
        stands_in = Substitute.objects.get(case_material=row)
        assert row.verdict == MaterialVerdict.REUSED
        assert (stands_in.from_case, stands_in.number) == (first, first.number)
        wait = case.waits.get()
        assert (wait.state, wait.from_case, wait.result_number) == (WaitState.MET, first, first.number)
        assert wait.settled_at == fresh(first).decided_at
        event = next(each for each in of_case(case.pk) if each.what == "applications.prerequisite_met")
        assert event.data["results"] == {"m02": first.number}

    def test_what_departments_obtain_themselves_is_waited_for_as_well(
        self, project, scheme, filing, bureau, clerk, moved
    ):
        """Most worked matters ask nobody for it (免交): the result of the project's own case is it."""
        moved("2026-03-02 09:00")
        shared = traits.make_version(
            bureau,
            form_fields=FORM,
            questions=[],
            materials=[
                material("m01", "申请表", is_main=True),
                material("m02", "备案证明", shared_source="发展改革部门"),
            ],
        )
        keeper = traits.make_officer(project.jurisdiction, Role.KEEPER)
        stage = scheme.stages.get(code="works")
        catalogue.put_in_stage(scheme.pk, stage.pk, shared.matter, by=keeper)
        catalogue.add_dependency(
            scheme.pk, prerequisite=filing.matter, dependent=shared.matter, material_code="m02", by=keeper
        )
        accept(project, filing, clerk)
        case = accept(project, shared, clerk)
        assert fresh(case).awaits_result
        assert case.materials.get(material__code="m02").verdict == MaterialVerdict.REUSED

    def test_the_certificate_is_named_where_there_is_one(self, project, filing, plan, clerk, bureau, moved):
        from certificates import services as certificates

        moved("2026-03-02 09:00")
        for kind, line in (("approval", "行政审批专用章(1)"), ("acceptance", "受理专用章")):
            certificates.register_seal(
                project.jurisdiction,
                code=kind,
                kind=kind,
                department=bureau,
                ring_text=bureau.name,
                line_text=line,
                in_use_from=traits.LONG_AGO,
            )
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        decide(first)
        certificates.prepare(first.pk)
        moved("2026-03-03 09:05")
        porters()
        stands_in = Substitute.objects.get(case_material__case=case)
        assert stands_in.certificate == first.certificate.pk
        assert stands_in.number == first.certificate.number

    def test_refused_the_applicant_is_told_and_chooses_to_end(
        self, project, filing, plan, clerk, owner, moved
    ):
        moved("2026-03-02 09:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        decide(first, "refused")
        moved("2026-03-03 09:05")
        porters()
        porters()
        assert case.waits.get().state == WaitState.FAILED
        assert fresh(case).state == State.ACCEPTED
        assert whats(case).count("applications.prerequisite_failed") == 1
        with pytest.raises(Invalid):
            cases.end_for_want(case.pk, " ", by=clerk)
        cases.end_for_want(case.pk, "以后再报", by=clerk)
        assert fresh(case).state == State.WITHDRAWN
        assert "示例项目备案" in fresh(case).end_reason
        assert not Clock.objects.filter(case_id=case.pk, state="running").exists()

    def test_or_applies_again_and_goes_on_waiting(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 09:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        decide(first, "refused")
        porters()
        again = accept(project, filing, clerk)
        with pytest.raises(Invalid):
            cases.wait_for_another(case.pk, first.number, "重报", by=clerk)
        cases.wait_for_another(case.pk, again.number, "重报", by=clerk)
        decide(again)
        moved("2026-03-03 09:05")
        porters()
        assert fresh(case).state == State.REVIEWING
        assert Substitute.objects.get(case_material__case=case).from_case == again

    def test_withdrawn_is_no_result_either(self, project, filing, plan, clerk, moved):
        moved("2026-03-02 09:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        cases.withdraw(first.pk, "不办了", by=clerk)
        porters()
        assert case.waits.get().state == WaitState.FAILED

    def test_who_has_nothing_that_failed_has_nothing_to_choose(self, project, filing, plan, clerk):
        accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        with pytest.raises(WrongState):
            cases.end_for_want(case.pk, "以后再报", by=clerk)


class TestSharing:
    def test_facts_and_originals_are_asked_once(self, project, filing, plan, clerk):
        first = take_in(project, filing, clerk)
        case = take_in(project, plan, clerk)
        assert (case.project_code, case.enterprise) == (project.code, project.enterprise)
        assert case.form_data["what"] == project.name
        assert fresh(case).form_data["code"] == project.code
        taken = TakenOver.objects.get(case_material__case=case)
        assert taken.case_material.material.name == "营业执照"
        assert (taken.source.case, taken.case_material.originals) == (first, 0)

    def test_a_case_of_the_same_applicant_is_attached(self, project, plan, clerk, builder):
        case = traits.take_in(plan, clerk, subject=builder, data={"what": "示例厂房"})
        assert cases.attach_case(project.pk, case.number, by=clerk).project_id == project.pk
        assert fresh(case).project_code == project.code

    def test_not_one_of_somebody_else_nor_of_another_project(self, project, scheme, plan, clerk, builder):
        strangers = traits.take_in(plan, clerk, subject=traits.make_enterprise(), data={"what": "示例"})
        with pytest.raises(Invalid, match="建设单位"):
            cases.attach_case(project.pk, strangers.number, by=clerk)
        other = register(scheme, builder, clerk, code="2601-999901-04-01-654321")
        mine = take_in(other, plan, clerk)
        with pytest.raises(WrongState):
            cases.attach_case(project.pk, mine.number, by=clerk)

    def test_a_matter_outside_the_scheme_is_not_taken_in(self, project, promised_version, clerk):
        with pytest.raises(WrongState, match="审批流程"):
            take_in(project, promised_version, clerk)

    def test_the_builder_begins_from_home_and_nobody_else(self, project, filing, owner, citizen):
        case = cases.apply_for_project(project.pk, version=filing, by=traits.acting(owner))
        assert (case.enterprise, case.agent) == (project.enterprise, owner.person)
        with pytest.raises(NotAllowed):
            cases.apply_for_project(project.pk, version=filing, by=traits.acting(citizen))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worked_year")
class TestAtOnce:
    def test_the_result_and_the_acceptance_of_what_waits_for_it(
        self, project, filing, plan, clerk, really_concurrent, moved
    ):
        moved("2026-03-02 09:00")
        first = accept(project, filing, clerk)
        case = take_in(project, plan, clerk)
        outcomes = really_concurrent(lambda: decide(first), lambda: cases.accept(case.pk, by=clerk), porters)
        assert all(outcome.ok for outcome in outcomes), [str(each.error) for each in outcomes]
        porters()
        moved("2026-03-03 09:05")
        porters()
        assert fresh(case).state == State.REVIEWING
        assert not list(faults())

    def test_released_by_many_workers_it_is_released_once(
        self, project, filing, plan, clerk, really_concurrent, moved
    ):
        moved("2026-03-02 09:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        decide(first)
        moved("2026-03-03 09:05")
        outcomes = really_concurrent(
            *[lambda: cases.follow_wait(case.pk)] * 3, lambda: cases.follow_project(project.pk), dispatch
        )
        assert all(outcome.ok for outcome in outcomes), [str(each.error) for each in outcomes]
        porters()
        assert whats(case).count("applications.prerequisite_met") == 1
        assert Task.objects.filter(case=case).count() == 1

    def test_withdrawn_while_it_is_released_it_is_one_or_the_other(
        self, project, filing, plan, clerk, really_concurrent, moved
    ):
        moved("2026-03-02 09:00")
        first = accept(project, filing, clerk)
        case = accept(project, plan, clerk)
        decide(first)
        moved("2026-03-03 09:05")
        outcomes = really_concurrent(
            lambda: cases.follow_wait(case.pk), lambda: cases.withdraw(case.pk, "不办了", by=clerk)
        )
        assert all(outcome.ok for outcome in outcomes), [str(each.error) for each in outcomes]
        porters()
        assert fresh(case).state == State.WITHDRAWN
        assert not Task.objects.live().filter(case=case).exists()

"""准入评审 before any case, and the green channel and the helper beside them (S2 二(五), S0 §13)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from applications import services as cases
from applications.choices import AnswerState
from applications.project_models import ConsultationAnswer, HelpEntry
from hall.clocks import sweep
from hall.clocks.models import Clock
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.files import services as files
from hall.notices.models import Notice
from hall.organisation.choices import Role
from hall.people.models import User
from hall.trail.queries import of_case
from tests import traits
from tests.hall.files.samples import picture

from .conftest import accept, fresh, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked_year")]


@pytest.fixture
def planned(scheme, builder, clerk):
    return register(scheme, builder, clerk, code="")


def ask(planned, manager, *departments, **given):
    told = {"questions": "选址是否可行？", "days": 3, **given}
    return cases.consult(planned.pk, departments=departments, by=manager, **told)


class TestConsultation:
    def test_each_department_has_a_clock_of_its_own_and_answers(
        self, planned, manager, health, fire, health_reviewer, moved
    ):
        moved("2026-03-02 09:00")
        consultation = ask(planned, manager, health, fire)
        assert Clock.objects.filter(kind="consultation", case_id=planned.pk).count() == 2
        answer = consultation.answers.get(department=health)
        with pytest.raises(Invalid) as refused:
            cases.answer_consultation(
                answer.pk, feasibility="conditional", reasons="可行", by=health_reviewer
            )
        assert set(refused.value.fields) == {"conditions"}
        cases.answer_consultation(
            answer.pk, feasibility="conditional", reasons="可行", conditions="先环评", by=health_reviewer
        )
        assert fresh(answer).state == AnswerState.ANSWERED
        assert Clock.objects.get(department=health, kind="consultation").state == "met"
        with pytest.raises(NotAllowed):
            other = consultation.answers.get(department=fire)
            cases.answer_consultation(other.pk, feasibility="feasible", reasons="好", by=health_reviewer)

    def test_silence_is_no_answer_and_never_consent(
        self, planned, manager, health, fire, fire_reviewer, owner, moved
    ):
        moved("2026-03-02 09:00")
        consultation = ask(planned, manager, health, fire)
        with pytest.raises(Incomplete, match=health.name):
            cases.sum_up_consultation(consultation.pk, "汇总", by=manager)
        moved("2026-03-05 17:30")  # the close of the third working day has passed
        sweep.run()
        assert set(consultation.answers.values_list("state", "feasibility")) == {(AnswerState.SILENT, "")}
        with pytest.raises(IntegrityError, match="silence_is_no_answer"), transaction.atomic():
            ConsultationAnswer.objects.filter(state=AnswerState.SILENT).update(feasibility="feasible")
        late = consultation.answers.get(department=fire)
        cases.answer_consultation(late.pk, feasibility="not_feasible", reasons="不符合", by=fire_reviewer)
        assert fresh(late).state == AnswerState.LATE
        cases.sum_up_consultation(consultation.pk, "须调整选址", by=manager)
        assert Notice.objects.filter(user=owner, subject__contains="准入评审").exists()

    def test_only_before_any_case(self, project, filing, clerk, manager, health, fire):
        accept(project, filing, clerk)
        cases.follow_project(project.pk)
        with pytest.raises(WrongState, match="收件之前"):
            ask(project, manager, health, fire)

    def test_at_least_two_and_with_a_question(self, planned, manager, health):
        with pytest.raises(Invalid) as refused:
            ask(planned, manager, health, questions=" ", days=0)
        assert set(refused.value.fields) == {"departments", "questions", "days"}

    def test_its_papers_are_read_by_those_who_are_asked(
        self, planned, manager, health, fire, health_reviewer, client
    ):
        stored = files.store(SimpleUploadedFile("plan.png", picture()), User.objects.get(pk=manager.user_id))
        ask(planned, manager, health, fire, papers=[stored.pk])
        client.force_login(User.objects.get(pk=health_reviewer.user_id))
        assert client.get(f"/files/{stored.pk}/").status_code == 200
        stranger = traits.make_officer(traits.make_place("other"), Role.MANAGER)
        client.force_login(User.objects.get(pk=stranger.user_id))
        assert client.get(f"/files/{stored.pk}/").status_code in (403, 404)


class TestGreenChannelAndHelper:
    def test_ground_and_basis_and_no_limit_changes(self, project, filing, clerk, manager, moved):
        moved("2026-03-02 09:00")
        case = accept(project, filing, clerk)
        before = list(Clock.objects.filter(case_id=case.pk).values_list("pk", "due_at"))
        with pytest.raises(Invalid) as refused:
            cases.put_in_green_channel(project.pk, ground="重点项目", basis="", by=manager)
        assert set(refused.value.fields) == {"basis"}
        with pytest.raises(NotAllowed):
            cases.put_in_green_channel(project.pk, ground="重点项目", basis="示〔2026〕1号", by=clerk)
        cases.put_in_green_channel(project.pk, ground="重点项目", basis="示〔2026〕1号", by=manager)
        assert fresh(project).is_green
        assert list(Clock.objects.filter(case_id=case.pk).values_list("pk", "due_at")) == before
        cases.take_out_of_green_channel(project.pk, reason="已竣工", by=manager)
        assert not fresh(project).is_green

    def test_a_change_of_helper_takes_a_reason_and_stays_readable(
        self, project, clerk, other_clerk, manager, owner
    ):
        first, second = (User.objects.get(pk=each.user_id) for each in (clerk, other_clerk))
        cases.assign_helper(project.pk, first, phone="0000-1", by=manager)
        cases.log_help(project.pk, kind="visit", text="上门说明", by=clerk)
        with pytest.raises(Invalid) as refused:
            cases.assign_helper(project.pk, second, phone="0000-2", by=manager)
        assert set(refused.value.fields) == {"reason"}
        cases.assign_helper(project.pk, second, phone="0000-2", reason="轮岗", by=manager)
        with pytest.raises(NotAllowed):
            cases.log_help(project.pk, kind="call", text="再联系", by=clerk)
        told = [event.what for event in of_case(project.pk)]
        assert told.count("applications.helper_assigned") == 2
        assert Notice.objects.filter(user=owner, subject__contains="帮办人").count() == 2

    def test_the_log_is_never_changed(self, project, clerk, manager):
        cases.assign_helper(project.pk, User.objects.get(pk=clerk.user_id), phone="0000-1", by=manager)
        entry = cases.log_help(project.pk, kind="call", text="说明", by=clerk)
        for change in (
            lambda: HelpEntry.objects.filter(pk=entry.pk).update(text="别的"),
            lambda: HelpEntry.objects.filter(pk=entry.pk).delete(),
        ):
            with pytest.raises(Exception, match="help_log_is_append_only"), transaction.atomic():
                change()

    def test_somebody_of_another_place_cannot_help(self, project, manager):
        stranger = traits.make_officer(traits.make_place("other"), Role.MANAGER)
        with pytest.raises(Invalid) as refused:
            cases.assign_helper(project.pk, User.objects.get(pk=stranger.user_id), phone="1", by=manager)
        assert set(refused.value.fields) == {"helper"}

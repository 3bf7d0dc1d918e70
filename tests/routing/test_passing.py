"""A task from hand to hand: handed over, reassigned, recalled unopened, done for who is absent."""

from __future__ import annotations

import datetime as dt

import pytest

from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from hall.people import services as people
from hall.people.models import User
from hall.trail.queries import of_case
from routing import queries, services
from routing.choices import Handing, TaskState
from routing.models import Task
from tests import traits


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def user_of(officer: Officer) -> User:
    return User.objects.get(pk=officer.user_id)


@pytest.fixture
def held(fire_task, fire_reviewer) -> Task:
    """The fire brigade's task, claimed by its reviewer."""
    return services.claim(fire_task.pk, by=fire_reviewer)


@pytest.fixture
def colleague(a_place, fire) -> Officer:
    return traits.make_officer(a_place, Role.REVIEWER, "示例壬", department=fire)


class TestHandingOver:
    def test_its_holder_gives_it_to_a_colleague(self, held, fire_reviewer, colleague):
        services.hand_over(held.pk, to=user_of(colleague), reason="轮休", by=fire_reviewer)
        assert fresh(held).assignee_id == colleague.user_id
        assert held.hand_overs.get().how == Handing.HAND_OVER

    def test_nobody_takes_it_from_its_holder_but_the_head(self, held, colleague, fire_head):
        with pytest.raises(Conflict):
            services.hand_over(held.pk, to=user_of(colleague), reason="我来", by=colleague)
        with pytest.raises(NotAllowed):
            services.reassign(held.pk, to=user_of(colleague), reason="我来", by=colleague)
        services.reassign(held.pk, to=user_of(colleague), reason="工作安排", by=fire_head)
        assert fresh(held).assignee_id == colleague.user_id
        assert of_case(held.case_id).filter(what="routing.task_reassigned").exists()

    def test_not_without_a_reason_nor_to_a_stranger_nor_to_whoever_has_it(
        self, held, fire_reviewer, colleague, health_reviewer
    ):
        with pytest.raises(Invalid):
            services.hand_over(held.pk, to=user_of(colleague), reason=" ", by=fire_reviewer)
        with pytest.raises(NotAllowed):
            services.hand_over(held.pk, to=user_of(health_reviewer), reason="错", by=fire_reviewer)
        with pytest.raises(Conflict):
            services.hand_over(held.pk, to=user_of(fire_reviewer), reason="错", by=fire_reviewer)


class TestRecallingAHandOver:
    def test_as_long_as_the_other_has_not_opened_it(self, held, fire_reviewer, colleague):
        services.hand_over(held.pk, to=user_of(colleague), reason="轮休", by=fire_reviewer)
        services.recall_hand_over(held.pk, reason="不休了", by=fire_reviewer)
        assert fresh(held).assignee_id == fire_reviewer.user_id
        with pytest.raises(WrongState):
            services.recall_hand_over(held.pk, reason="再来", by=fire_reviewer)

    def test_not_once_it_was_opened(self, held, fire_reviewer, colleague):
        services.hand_over(held.pk, to=user_of(colleague), reason="轮休", by=fire_reviewer)
        services.note_reading(held.pk, by=colleague)
        with pytest.raises(WrongState):
            services.recall_hand_over(held.pk, reason="不休了", by=fire_reviewer)

    def test_by_who_sent_it_or_the_head(self, held, fire_reviewer, colleague, fire_head):
        services.hand_over(held.pk, to=user_of(colleague), reason="轮休", by=fire_reviewer)
        with pytest.raises(NotAllowed):
            services.recall_hand_over(held.pk, reason="我的", by=colleague)
        services.recall_hand_over(held.pk, reason="工作安排", by=fire_head)
        assert fresh(held).assignee_id == fire_reviewer.user_id


class TestRecallingWhatWasSentAgain:
    @pytest.fixture
    def again(self, health_task, health_reviewer, clerk) -> Task:
        services.return_to_front(health_task.pk, reasons="图纸看不清", by=health_reviewer)
        return services.resend(health_task.pk, note="已换", by=clerk)

    def test_the_front_recalls_it_and_may_send_it_again(self, again, health_task, other_clerk, clerk):
        services.recall(again.pk, reason="还缺一页", by=other_clerk)
        assert fresh(again).state == TaskState.CANCELLED
        assert running(again, Kind.TASK_OPINION) is None
        assert services.resend(health_task.pk, note="补齐了", by=clerk).state == TaskState.OPEN

    def test_not_once_somebody_opened_or_signed_for_it(self, again, health_reviewer, clerk):
        services.note_reading(again.pk, by=health_reviewer)
        with pytest.raises(WrongState):
            services.recall(again.pk, reason="还缺一页", by=clerk)

    def test_not_by_another_hall_nor_the_department(self, again, health_reviewer):
        with pytest.raises(NotAllowed):
            services.recall(again.pk, reason="还缺一页", by=health_reviewer)

    def test_what_the_route_sent_nobody_recalls(self, health_task, clerk):
        with pytest.raises(WrongState):
            services.recall(health_task.pk, reason="送错", by=clerk)

    def test_the_department_recalls_its_return_and_gains_no_day(self, health_task, health_reviewer, moved):
        before = running(health_task, Kind.TASK_OPINION).due_at
        services.return_to_front(health_task.pk, reasons="图纸看不清", by=health_reviewer)
        services.recall_return(health_task.pk, reason="看清了", by=health_reviewer)
        task = fresh(health_task)
        assert (task.state, task.due_at, task.return_reason) == (TaskState.RECEIVED, before, "")

    def test_not_once_the_front_has_sent_it_again(self, again, health_task, health_reviewer):
        with pytest.raises(WrongState):
            services.recall_return(health_task.pk, reason="看清了", by=health_reviewer)


class TestDeputies:
    """A/B posts (S3 四(二)4): the deputy works in the absent one's post, and everything says so."""

    @pytest.fixture
    def deputy(self, a_place, fire, fire_reviewer) -> Officer:
        """A colleague with a post of their own who stands in for the fire reviewer this week."""
        user = user_of(traits.make_officer(a_place, Role.REVIEWER, "示例癸", department=fire))
        absent = Post.objects.get(user=fire_reviewer.user_id)
        by = traits.make_officer(a_place, Role.SECURITY_ADMIN)
        people.deputise(absent, user, starts_on=today(), ends_on=today() + dt.timedelta(days=4), by=by)
        return Officer.of(user)

    def test_the_deputy_works_on_what_the_absent_one_holds(self, held, deputy, fire_reviewer):
        opinion = services.give_opinion(held.pk, verdict="agree", by=deputy)
        assert opinion.on_behalf == fire_reviewer.name
        event = of_case(held.case_id).get(what="routing.opinion_given")
        assert (event.actor_name, event.on_behalf) == (deputy.name, fire_reviewer.name)

    def test_and_sees_it_among_their_own(self, held, deputy):
        listed = queries.queue(deputy, mine=True)
        assert [task.pk for group in listed.groups for task in group.tasks] == [held.pk]

    def test_not_before_nor_after_the_absence(self, held, deputy, moved):
        moved(dt.datetime.combine(today() + dt.timedelta(days=5), dt.time(9)))
        with pytest.raises(Conflict):
            services.give_opinion(held.pk, verdict="agree", by=Officer.of(user_of(deputy)))

    def test_in_their_own_post_they_speak_for_themselves(self, fire_task, deputy):
        assert services.give_opinion(fire_task.pk, verdict="agree", by=deputy).on_behalf == ""


class TestManyAtOnce:
    def test_each_is_signed_for_or_it_is_told_why_not(self, health_task, fire_task, health_reviewer, a_place):
        fire = fire_task.department
        Post.objects.create(
            user=user_of(health_reviewer),
            role=Role.REVIEWER,
            jurisdiction=a_place,
            department=fire,
            starts_on=traits.LONG_AGO,
        )
        both = Officer.of(user_of(health_reviewer))
        services.sign_for(fire_task.pk, by=both)
        receipts = services.sign_for_many([str(health_task.pk), str(fire_task.pk)], by=both)
        told = {receipt.task.pk: receipt for receipt in receipts}
        assert told[health_task.pk].signed
        assert both.name in told[fire_task.pk].why_not

    def test_what_one_may_not_see_is_not_spoken_of(self, health_task, fire_reviewer):
        assert services.sign_for_many([str(health_task.pk)], by=fire_reviewer) == []


class TestDrafts:
    def test_each_form_keeps_its_own_part(self, lead_task, bureau_head):
        services.save_draft(lead_task.pk, {"text": "汇总"}, by=bureau_head)
        services.save_draft(lead_task.pk, {"reasons": "符合条件"}, by=bureau_head)
        assert fresh(lead_task).draft == {"text": "汇总", "reasons": "符合条件"}

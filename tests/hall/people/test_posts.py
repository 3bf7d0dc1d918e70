"""Posts: DESIGN §5.4, DOMAIN §9 (三员分立), S3 四(二)4 (A/B 岗)."""

import datetime as dt
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.now import today
from hall.organisation.choices import ADMINISTRATORS, CASE_HANDLERS
from hall.organisation.models import Hall, Jurisdiction, Post
from hall.organisation.officers import Officer
from hall.people import services
from hall.trail.models import Event

APART = sorted(
    (a.value, b.value)
    for a, b in permutations(ADMINISTRATORS | CASE_HANDLERS, 2)
    if a in ADMINISTRATORS or b in ADMINISTRATORS
)
DAY = dt.timedelta(days=1)


@pytest.fixture
def places(place, hall, department):
    return {"jurisdiction": place, "hall": hall, "department": department}


class TestThreeAdministrators:
    @pytest.mark.parametrize(("held", "wanted"), APART)
    def test_nobody_holds_two_or_one_beside_a_case(self, staff_user, places, held, wanted):
        user = staff_user("li")
        services.assign_post(user, held, **places, by=SYSTEM)
        with pytest.raises(Conflict, match="三员分立"):
            services.assign_post(user, wanted, **places, by=SYSTEM)

    @pytest.mark.parametrize(("held", "wanted"), APART)
    def test_the_database_refuses_it_too(self, staff_user, places, held, wanted):
        user = staff_user("li")
        services.assign_post(user, held, **places, by=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.create(user=user, role=wanted, starts_on=today(), **places)

    def test_a_change_of_role_or_dates_is_refused_by_the_database(self, staff_user, places):
        user = staff_user("li")
        services.assign_post(user, "audit_admin", **places, ends_on=today(), by=SYSTEM)
        later = services.assign_post(user, "clerk", **places, starts_on=today() + DAY, by=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.filter(pk=later.pk).update(starts_on=today())

    def test_other_roles_may_be_held_together(self, staff_user, places):
        user = staff_user("li")
        for role in ("clerk", "issuer", "reviewer", "supervisor"):
            services.assign_post(user, role, **places, by=SYSTEM)
        assert Officer.of(user).roles == {"clerk", "issuer", "reviewer", "supervisor"}

    def test_two_posts_given_at_the_same_moment(self, staff_user, places, really_concurrent):
        user = staff_user("li")
        outcomes = really_concurrent(
            *[
                lambda role=role: services.assign_post(user, role, **places, by=SYSTEM)
                for role in ("system_admin", "security_admin", "audit_admin")
            ]
        )
        assert [o.ok for o in outcomes].count(True) == 1
        assert all(isinstance(o.error, Conflict) for o in outcomes if not o.ok)

    def test_round_the_verbs_at_the_same_moment(self, staff_user, places, really_concurrent):
        user = staff_user("li")
        outcomes = really_concurrent(
            *[
                lambda role=role: Post.objects.create(user=user, role=role, starts_on=today(), **places)
                for role in ("system_admin", "clerk")
            ]
        )
        assert [o.ok for o in outcomes].count(True) == 1


class TestGiving:
    def test_only_the_security_administrator_of_the_place_gives_posts(
        self, staff_user, places, security_admin, clerk
    ):
        user = staff_user("li")
        post = services.assign_post(user, "clerk", **places, by=security_admin)
        assert (
            Event.objects.get(what="post.assigned", subject_id=str(post.pk)).user_id == security_admin.user_id
        )
        for nobody in (clerk, Actor(user_id=user.pk)):
            with pytest.raises(NotAllowed):
                services.assign_post(staff_user(f"x{nobody.user_id}"), "clerk", **places, by=nobody)
        elsewhere = Jurisdiction.objects.create(
            slug="other", code="999901", name="另一示例市", short_name="另", level="city"
        )
        with pytest.raises(NotAllowed):
            services.assign_post(user, "keeper", jurisdiction=elsewhere, by=security_admin)

    def test_nobody_gives_a_post_to_themselves_or_to_a_citizen(self, places, security_admin, citizen):
        from hall.people.models import User

        with pytest.raises(NotAllowed):
            services.assign_post(
                User.objects.get(pk=security_admin.user_id), "manager", **places, by=security_admin
            )
        with pytest.raises(Invalid):
            services.assign_post(citizen, "clerk", **places, by=security_admin)

    def test_the_places_must_belong_together(self, staff_user, place, hall, department):
        user = staff_user("li")
        with pytest.raises(Invalid, match="部门"):
            services.assign_post(user, "reviewer", jurisdiction=place, by=SYSTEM)
        with pytest.raises(Invalid, match="大厅"):
            services.assign_post(user, "clerk", jurisdiction=place, by=SYSTEM)
        other = Jurisdiction.objects.create(
            slug="other", code="999901", name="另一示例市", short_name="另", level="city"
        )
        foreign = Hall.objects.create(jurisdiction=other, code="x", name="别处大厅")
        with pytest.raises(Invalid, match="不属于"):
            services.assign_post(user, "clerk", jurisdiction=place, hall=foreign, by=SYSTEM)

    def test_a_closed_account_gets_no_post(self, staff_user, places, security_admin):
        user = staff_user("li")
        services.deactivate(user, reason="离职", by=security_admin)
        with pytest.raises(WrongState):
            services.assign_post(user, "clerk", **places, by=security_admin)


class TestDeputies:
    def test_a_deputy_acts_with_the_same_rights_on_behalf(self, staff_user, place, department):
        head, deputy = staff_user("a", "示例甲"), staff_user("b", "示例乙")
        post = services.assign_post(head, "head", jurisdiction=place, department=department, by=SYSTEM)
        services.deputise(post, deputy, by=SYSTEM)
        officer = Officer.of(deputy)
        held = officer.post_for("head", department=department)
        assert officer.acting_as(held).on_behalf == "示例甲"

    def test_a_deputy_has_no_deputy_and_nobody_is_their_own(self, staff_user, place, department):
        head, deputy = staff_user("a"), staff_user("b")
        post = services.assign_post(head, "head", jurisdiction=place, department=department, by=SYSTEM)
        second = services.deputise(post, deputy, by=SYSTEM)
        with pytest.raises(Invalid):
            services.deputise(second, staff_user("c"), by=SYSTEM)
        with pytest.raises(Invalid):
            services.deputise(post, head, by=SYSTEM)

    def test_when_a_post_ends_its_deputy_ends(self, staff_user, place, department, moved):
        moved("2026-03-02 09:00")
        head, deputy = staff_user("a"), staff_user("b")
        post = services.assign_post(head, "head", jurisdiction=place, department=department, by=SYSTEM)
        services.deputise(post, deputy, by=SYSTEM)
        moved("2026-03-05 09:00")
        services.end_post(post.pk, reason="调离", by=SYSTEM)
        assert Officer.of(head).has("head")
        moved("2026-03-06 09:00")
        assert not Officer.of(head).has("head")
        assert not Officer.of(deputy).has("head")
        with pytest.raises(WrongState):
            services.end_post(post.pk, by=SYSTEM)

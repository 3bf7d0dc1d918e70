"""The screens of accounts and posts."""

from __future__ import annotations

import re

import pytest

from hall.actors import SYSTEM
from hall.errors import NotAllowed
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.people import services
from hall.people.models import User
from hall.trail.models import Event
from tests.traits import LONG_AGO, make_officer, make_place

HOME = "/manage/users/"


def user_of(officer) -> User:
    return User.objects.get(pk=officer.user_id)


@pytest.fixture
def browser(security_admin, enter):
    return enter(security_admin)


class TestAccounts:
    def test_a_new_one_gets_a_password_that_is_shown_once(self, browser):
        answer = browser.post(f"{HOME}new/", {"username": "wang", "name": "示例王", "email": ""})
        made = User.objects.get(username="wang")
        (password,) = re.findall(r"temporary-password[^>]*>([^<]+)<", answer.content.decode())
        assert made.check_password(password)
        assert made.must_change_password
        assert "no-store" in answer["Cache-Control"]
        assert password not in browser.get(f"{HOME}{made.pk}/").content.decode()

    def test_a_name_in_use_is_refused(self, browser, clerk):
        username = user_of(clerk).username
        answer = browser.post(f"{HOME}new/", {"username": username, "name": "示例王"})
        assert answer.status_code == 422
        assert "username" in answer.context["form"].errors

    def test_closed_with_a_reason_and_opened_again(self, browser, clerk, client):
        user = user_of(clerk)
        client.force_login(user)
        assert browser.post(f"{HOME}{user.pk}/close/", {"reason": ""}).status_code == 422
        browser.post(f"{HOME}{user.pk}/close/", {"reason": "调离"})
        user.refresh_from_db()
        assert not user.is_active
        assert client.get("/account/").status_code == 302  # out at once
        browser.post(f"{HOME}{user.pk}/reopen/", {"reason": "调回"})
        user.refresh_from_db()
        assert user.is_active
        reasons = Event.objects.filter(what__startswith="account.", reason__gt="").order_by("id")
        assert list(reasons.values_list("reason", flat=True)) == ["调离", "调回"]

    def test_a_forgotten_password_is_replaced(self, browser, clerk):
        user = user_of(clerk)
        assert browser.get(f"{HOME}{user.pk}/password/").status_code == 200
        before = user.password
        answer = browser.post(f"{HOME}{user.pk}/password/")
        (password,) = re.findall(r"temporary-password[^>]*>([^<]+)<", answer.content.decode())
        user.refresh_from_db()
        assert user.password != before
        assert user.check_password(password)

    def test_one_does_not_reset_or_close_oneself(self, browser, security_admin):
        assert browser.post(f"{HOME}{security_admin.user_id}/password/").status_code == 403
        closed = browser.post(f"{HOME}{security_admin.user_id}/close/", {"reason": "x"})
        assert closed.status_code == 422
        assert user_of(security_admin).is_active


class TestOtherPlaces:
    """Invariant 8: whoever got the password of an account could act where it has posts."""

    @pytest.fixture
    def stranger(self, a_place):
        return make_officer(make_place("other"), Role.SUPERVISOR)

    def test_their_accounts_are_not_there(self, browser, stranger):
        assert user_of(stranger).username not in browser.get(HOME).content.decode()
        assert browser.get(f"{HOME}{stranger.user_id}/").status_code == 404
        assert browser.post(f"{HOME}{stranger.user_id}/password/").status_code == 404

    def test_nor_does_the_verb_touch_them(self, security_admin, stranger):
        for verb in (services.deactivate, services.reactivate):
            with pytest.raises(NotAllowed):
                verb(user_of(stranger), reason="x", by=security_admin)
        with pytest.raises(NotAllowed):
            services.reset_password(user_of(stranger), by=security_admin)

    def test_nor_after_a_post_here_was_given(self, a_place, security_admin, stranger):
        services.assign_post(user_of(stranger), Role.KEEPER, jurisdiction=a_place, by=security_admin)
        with pytest.raises(NotAllowed):
            services.reset_password(user_of(stranger), by=security_admin)

    def test_technicians_are_the_systems_affair(self, browser, security_admin):
        technician = User.objects.create_superuser("root", "Shifan-2026")
        assert browser.get(f"{HOME}{technician.pk}/").status_code == 404
        with pytest.raises(NotAllowed):
            services.reset_password(technician, by=security_admin)

    def test_posts_elsewhere_cannot_be_ended(self, browser, stranger):
        post = Post.objects.get(user_id=stranger.user_id)
        assert browser.post(f"{HOME}posts/{post.pk}/end/", {"reason": "x"}).status_code == 404


class TestPosts:
    def test_somebody_is_put_into_a_post(self, browser, a_place, centre, intake_window, clerk):
        made = services.create_staff(username="li", name="示例李", password="Shifan-2026", by=SYSTEM)
        form = {
            "role": "clerk",
            "hall": centre.pk,
            "window": intake_window.pk,
            "department": "",
            "starts_on": today().isoformat(),
            "ends_on": "",
        }
        assert browser.post(f"{HOME}{made.pk}/posts/new/", {**form, "hall": ""}).status_code == 422
        assert browser.post(f"{HOME}{made.pk}/posts/new/", form).status_code == 302
        assert Post.objects.get(user=made).window == intake_window

    def test_administrators_stay_apart(self, browser, clerk):
        form = {"role": "audit_admin", "starts_on": today().isoformat()}
        answer = browser.post(f"{HOME}{clerk.user_id}/posts/new/", form)
        assert answer.status_code == 422
        assert "三员分立" in answer.content.decode()

    def test_a_deputy_stands_in_and_goes_with_the_post(self, browser, clerk, other_clerk):
        post = clerk.posts[0]
        form = {"user": other_clerk.user_id, "starts_on": today().isoformat(), "ends_on": ""}
        browser.post(f"{HOME}posts/{post.pk}/deputy/", form)
        deputy = Post.objects.get(deputises=post)
        assert (deputy.user_id, deputy.role) == (other_clerk.user_id, post.role)
        assert clerk.name in browser.get(f"{HOME}{other_clerk.user_id}/").content.decode()
        ended = {"last_day": today().isoformat(), "reason": "轮岗"}
        browser.post(f"{HOME}posts/{post.pk}/end/", ended)
        deputy.refresh_from_db()
        assert deputy.ends_on == today()


class TestTheList:
    def test_by_name_role_and_state(self, browser, clerk, reviewer, security_admin):
        def shown(query: str) -> set[int]:
            return {each.pk for each in browser.get(f"{HOME}?{query}").context["page"].items}

        idle = services.create_staff(username="idle", name="示例闲", password="Shifan-2026", by=SYSTEM)
        assert shown("") >= {clerk.user_id, reviewer.user_id, security_admin.user_id, idle.pk}
        assert shown("q=示例闲") == {idle.pk}
        assert shown("role=reviewer") == {reviewer.user_id}
        assert shown("state=no_post") == {idle.pk}
        services.deactivate(idle, reason="x", by=security_admin)
        assert shown("state=closed") == {idle.pk}

    def test_citizens_are_not_on_it(self, browser, citizen):
        assert citizen.pk not in {each.pk for each in browser.get(HOME).context["page"].items}

    def test_who_left_stays_on_the_list_of_the_place(self, browser, a_place, clerk):
        Post.objects.filter(user_id=clerk.user_id).update(ends_on=LONG_AGO)
        assert clerk.user_id in {each.pk for each in browser.get(HOME).context["page"].items}

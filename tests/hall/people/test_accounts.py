"""Accounts, passwords, log-in (等保三级, DOMAIN §9)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from hall.actors import PUBLIC
from hall.errors import Conflict, Invalid, NotAllowed
from hall.now import real_now
from hall.people import identity, services
from hall.people.models import Person, User
from hall.trail.models import Event

from .conftest import PASSWORD

A_MINUTE = 60  # machines set their clocks, by more than a second at times


def application(**changed):
    return {
        "name": "示例庚",
        "id_type": "id_card",
        "id_number": identity.synthetic_citizen_number(7),
        "phone": "13800000007",
        "username": "geng",
        "password": PASSWORD,
    } | changed


class TestPasswords:
    @pytest.mark.parametrize("weak", ["Ab1-", "abcdefgh1", "ABCDEFGH-", "12345678-", "Password1"])
    def test_a_weak_password_is_refused(self, db, weak):
        with pytest.raises(Invalid, match="密码"):
            services.register_citizen(**application(password=weak))

    @pytest.mark.parametrize("good", ["Xianghe-7", "xianghe-72", "XIANGHE72x"])
    def test_eight_characters_of_three_classes_are_enough(self, db, good):
        assert services.register_citizen(**application(password=good)).check_password(good)

    def test_one_changes_ones_own_with_the_old_one(self, staff_user):
        user = staff_user("li")
        with pytest.raises(Invalid, match="原密码"):
            services.change_password(user, old="wrong", new="Xin-2026-x")
        with pytest.raises(Invalid, match="相同"):
            services.change_password(user, old=PASSWORD, new=PASSWORD)
        services.change_password(user, old=PASSWORD, new="Xin-2026-x")
        assert not user.must_change_password
        assert Event.objects.filter(what="account.password_changed").exists()

    def test_a_reset_gives_a_password_that_must_be_changed(self, staff_user, security_admin, clerk):
        user = staff_user("li")
        temporary = services.reset_password(user, by=security_admin)
        user.refresh_from_db()
        assert user.check_password(temporary)
        assert user.must_change_password
        with pytest.raises(NotAllowed):
            services.reset_password(user, by=clerk)
        with pytest.raises(NotAllowed):
            services.reset_password(User.objects.get(pk=security_admin.user_id), by=security_admin)


class TestRegistering:
    def test_a_citizen_registers_and_is_not_yet_confirmed(self, db, clerk):
        user = services.register_citizen(**application())
        assert user.is_public
        assert user.identity_confirmed_at is None
        services.confirm_identity(user, by=clerk)
        assert user.identity_confirmed_at

    def test_whoever_the_hall_knows_cannot_be_claimed_from_outside(self, person, clerk):
        known = application(name="示例丙", id_number=identity.synthetic_citizen_number(1))
        with pytest.raises(Conflict, match="窗口"):
            services.register_citizen(**known)
        user = services.register_citizen(**known, by=clerk)
        assert user.person == person
        assert user.identity_confirmed_at

    def test_a_wrong_name_for_a_known_number_tells_nothing_more(self, person):
        guess = application(name="别人", id_number=identity.synthetic_citizen_number(1))
        with pytest.raises(Conflict) as refused:
            services.register_citizen(**guess)
        assert "示" not in str(refused.value)

    def test_one_person_one_account_one_name(self, citizen, clerk):
        with pytest.raises(Conflict, match="已有账号"):
            services.register_citizen(
                **application(name="示例丁", id_number=identity.synthetic_citizen_number(2)), by=clerk
            )
        with pytest.raises(Conflict, match="换一个"):
            services.register_citizen(**application(username="shili"))
        assert Person.objects.count() == 1

    def test_staff_accounts_come_from_the_security_administrator(self, security_admin, clerk):
        given = {"username": "wang", "name": "示例辛", "password": PASSWORD}
        assert services.create_staff(**given, by=security_admin).must_change_password
        for nobody in (clerk, PUBLIC):
            with pytest.raises(NotAllowed):
                services.create_staff(**given, by=nobody)
        with pytest.raises(NotAllowed):
            services.create_staff(**given | {"username": "zhao"}, is_staff=True, by=security_admin)


class TestLoggingIn:
    def test_the_door_opens_and_the_journal_knows(self, client, citizen):
        answer = client.post(reverse("login"), {"username": "shili", "password": PASSWORD})
        assert answer.status_code == 302
        assert Event.objects.filter(what="account.logged_in", user=citizen).exists()
        client.post(reverse("logout"))
        assert Event.objects.filter(what="account.logged_out", user=citizen).exists()
        assert "_auth_user_id" not in client.session

    def test_name_and_password_fail_alike(self, client, citizen):
        said = [
            client.post(reverse("login"), {"username": name, "password": "Wrong-2026"}).context["form"].errors
            for name in ("shili", "nobody")
        ]
        assert said[0] == said[1]
        assert "不正确" in str(said[0])

    def test_five_wrong_passwords_lock_the_account_not_the_hall(self, client, settings, citizen, staff_user):
        settings.AXES_ENABLED = True
        staff_user("li")
        for _i in range(settings.AXES_FAILURE_LIMIT):
            answer = client.post(reverse("login"), {"username": "shili", "password": "Wrong-2026"})
        assert answer.status_code == 429
        assert "已锁定" in answer.content.decode()
        answer = client.post(reverse("login"), {"username": "shili", "password": PASSWORD})
        assert answer.status_code == 429
        assert Event.objects.filter(what="account.locked").exists()
        other = Client().post(reverse("login"), {"username": "li", "password": PASSWORD})
        assert other.status_code == 302

    def test_a_closed_account_stays_out(self, client, staff_user, security_admin):
        services.deactivate(staff_user("li"), reason="离职", by=security_admin)
        client.post(reverse("login"), {"username": "li", "password": PASSWORD})
        assert "_auth_user_id" not in client.session

    def test_only_a_post_logs_out(self, client, citizen):
        client.force_login(citizen)
        assert client.get(reverse("logout")).status_code == 405


class TestForcedChange:
    @pytest.fixture
    def given(self, staff_user):
        user = staff_user("li")
        user.must_change_password = True
        user.save()
        return user

    def test_a_given_password_opens_nothing_but_its_change(self, client, settings, given):
        settings.DEMONSTRATION = False
        client.force_login(given)
        assert client.get(reverse("account")).headers["Location"] == reverse("password_change")
        assert client.get(reverse("account"), headers={"HX-Request": "true"}).headers["HX-Redirect"]
        new = {"old_password": PASSWORD, "new_password": "Xin-2026-x", "again": "Xin-2026-x"}
        assert client.post(reverse("password_change"), new).status_code == 302
        assert client.get(reverse("account")).status_code == 200

    def test_an_old_password_of_staff_must_be_changed(self, client, settings, staff_user, citizen):
        settings.DEMONSTRATION = False
        User.objects.update(password_changed_at=real_now() - dt.timedelta(days=91))
        user = staff_user("li")
        User.objects.filter(pk=user.pk).update(password_changed_at=real_now() - dt.timedelta(days=91))
        client.force_login(user)
        assert client.get(reverse("account")).status_code == 302
        client.force_login(citizen)
        assert client.get(reverse("account")).status_code == 200

    def test_a_demonstration_does_not_ask(self, client, settings, given):
        settings.DEMONSTRATION = True
        client.force_login(given)
        assert client.get(reverse("account")).status_code == 200

    def test_a_refused_change_says_where(self, client, given):
        client.force_login(given)
        answer = client.post(
            reverse("password_change"),
            {"old_password": "x", "new_password": "Xin-2026-x", "again": "Xin-2026-x"},
        )
        assert answer.status_code == 422
        assert "old_password" in answer.context["form"].errors


class TestIdleness:
    def rewind(self, client, seconds):
        session = client.session
        session["seen_at"] = real_now().timestamp() - seconds
        session.save()

    def test_staff_go_out_after_thirty_minutes_of_real_time(self, client, staff_user, settings, moved):
        client.force_login(staff_user("li"))
        client.get(reverse("account"))
        moved("2030-01-01 09:00")
        assert client.get(reverse("account")).status_code == 200
        self.rewind(client, settings.STAFF_IDLE_SECONDS + A_MINUTE)
        answer = client.get(reverse("account"))
        assert answer.headers["Location"] == f"{reverse('login')}?next={reverse('account')}"
        assert "_auth_user_id" not in client.session

    def test_a_page_that_asks_by_itself_keeps_nobody_in(self, client, staff_user, settings):
        client.force_login(staff_user("li"))
        client.get(reverse("account"))
        self.rewind(client, settings.STAFF_IDLE_SECONDS - A_MINUTE)
        before = client.session["seen_at"]
        client.get(reverse("account"), headers={"X-Poll": "1"})
        assert client.session["seen_at"] == before
        client.get(reverse("account"))
        assert client.session["seen_at"] > before

    def test_citizens_stay(self, client, citizen, settings):
        client.force_login(citizen)
        client.get(reverse("account"))
        self.rewind(client, settings.STAFF_IDLE_SECONDS + A_MINUTE)
        assert client.get(reverse("account")).status_code == 200


class TestPages:
    def test_registering_on_the_page(self, client, db):
        form = application() | {"again": PASSWORD, "consent": "on"}
        assert client.post(reverse("register"), form | {"again": "x"}).status_code == 422
        assert client.post(reverse("register"), form | {"consent": ""}).status_code == 422
        assert client.post(reverse("register"), form).status_code == 302
        page = client.get(reverse("account")).content.decode()
        assert "138****0007" in page
        assert identity.synthetic_citizen_number(7) not in page

    def test_a_refusal_stands_beside_its_field(self, client, person):
        form = application(id_number=identity.synthetic_citizen_number(1)) | {
            "again": PASSWORD,
            "consent": "on",
        }
        answer = client.post(reverse("register"), form)
        assert answer.status_code == 422
        assert "窗口" in str(answer.context["form"].errors["id_number"])

    def test_the_telephone_can_be_changed(self, client, citizen):
        client.force_login(citizen)
        assert client.post(reverse("account"), {"phone": "13800000088"}).status_code == 302
        assert Person.objects.get(pk=citizen.person_id).phone == "13800000088"

    def test_staff_see_their_posts(self, client, clerk):
        client.force_login(User.objects.get(pk=clerk.user_id))
        assert "综合受理员" in client.get(reverse("account")).content.decode()

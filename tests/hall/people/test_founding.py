"""The first step of a real hall: a place with three administrators (DOMAIN §9, 三员分立)."""

import re

import pytest
from django.core.management import CommandError, call_command

from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction, Post
from hall.people.models import User
from hall.trail.models import Event

pytestmark = pytest.mark.django_db
WORDS = {
    "code": "371599",
    "name": "星河市",
    "short_name": "星河",
    "level": "city",
    "system_admin": "sys01:甲样例",
    "security_admin": "sec01:乙样例",
    "audit_admin": "aud01:丙样例",
}


def found(capsys, **changes):
    told = {**WORDS, **changes}
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in told.items()]
    call_command("found_place", "xinghe", *flags)
    return dict(re.findall(r"^  (\S+)  (\S+)$", capsys.readouterr().out, re.MULTILINE))


def test_it_has_three_administrators_who_must_change_their_passwords(capsys):
    passwords = found(capsys)
    place = Jurisdiction.objects.get(slug="xinghe")
    assert not place.is_demo
    assert {(post.user.username, post.role) for post in Post.objects.filter(jurisdiction=place)} == {
        ("sys01", Role.SYSTEM_ADMIN),
        ("sec01", Role.SECURITY_ADMIN),
        ("aud01", Role.AUDIT_ADMIN),
    }
    for username, password in passwords.items():
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.must_change_password
        assert not user.is_superuser
    assert Event.objects.filter(what="jurisdiction.created", subject_id=str(place.pk)).count() == 1


def test_one_person_cannot_hold_two_of_the_offices(capsys):
    with pytest.raises(CommandError, match="三个不同的人"):
        found(capsys, audit_admin="sys01:甲样例")
    assert not Jurisdiction.objects.filter(slug="xinghe").exists()


def test_what_cannot_be_entered_is_named_and_nothing_is_left(capsys):
    with pytest.raises(CommandError, match="code"):
        found(capsys, code="371599-too-long-for-a-code")
    assert not User.objects.filter(username="sys01").exists()


def test_a_second_time_is_refused(capsys):
    found(capsys)
    with pytest.raises(CommandError):
        found(capsys)
    assert Jurisdiction.objects.filter(slug="xinghe").count() == 1

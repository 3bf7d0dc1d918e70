"""ID numbers and telephones at rest, in search, on the screen (DOMAIN §9)."""

import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, NotAllowed
from hall.people import identity, index, masking, queries, services
from hall.people.fields import Undecipherable
from hall.people.keys import key_ring
from hall.people.models import Person
from hall.trail.models import Event

NUMBER = identity.synthetic_citizen_number(1)


def stored(column, person):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM people_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


class TestEncryption:
    def test_the_database_never_holds_the_number(self, person):
        assert stored("id_number", person).startswith("k1:")
        assert NUMBER not in stored("id_number", person)
        assert Person.objects.get(pk=person.pk).id_number == NUMBER

    def test_the_same_number_looks_different_each_time(self, person):
        before = stored("id_number", person)
        person.save()
        assert stored("id_number", person) != before

    def test_a_value_moved_to_another_column_does_not_open(self, person):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE people_person SET phone = id_number WHERE id = %s", [person.pk])
        with pytest.raises(Undecipherable):
            Person.objects.get(pk=person.pk)

    def test_a_tampered_or_clear_value_does_not_open(self, person):
        for value in ("k1:AAAA", NUMBER, stored("id_number", person)[:-8] + "AAAAAAA="):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE people_person SET id_number = %s WHERE id = %s", [value, person.pk])
            with pytest.raises(Undecipherable):
                Person.objects.get(pk=person.pk)

    def test_an_encrypted_column_cannot_be_searched_by_mistake(self, db):
        with pytest.raises(FieldError):
            Person.objects.filter(id_number=NUMBER).exists()

    def test_empty_stays_empty(self, person):
        assert stored("address", person) == ""


class TestKeys:
    OLD, NEW = "aa" * 32, base64.urlsafe_b64encode(b"b" * 32).decode()

    def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key(self, db, settings):
        settings.HALL_FIELD_KEY = self.OLD
        person = services.find_or_register_person(
            name="示例丙", id_type="id_card", id_number=NUMBER, by=SYSTEM
        )
        settings.HALL_FIELD_KEY = f"2:{self.NEW},1:{self.OLD}"
        assert queries.person_by_id("id_card", NUMBER).id_number == NUMBER
        person.save()
        assert stored("id_number", person).startswith("k2:")
        settings.HALL_FIELD_KEY = self.OLD
        with pytest.raises(Undecipherable):
            person.refresh_from_db()

    def test_another_key_opens_nothing(self, person, settings):
        settings.HALL_FIELD_KEY = "cc" * 32
        with pytest.raises(Undecipherable):
            Person.objects.get(pk=person.pk)

    @pytest.mark.parametrize("key", ["", "short", "aa" * 16, "x:" + "aa" * 32, f"1:{OLD},1:{NEW}", "ä" * 43])
    def test_a_bad_key_stops_everything_at_once(self, settings, key):
        settings.HALL_FIELD_KEY = key
        with pytest.raises(ImproperlyConfigured):
            key_ring()


class TestSearch:
    def test_a_person_is_found_by_the_exact_number_only(self, person):
        assert queries.person_by_id("id_card", f" {NUMBER[:6]} {NUMBER[6:]}") == person
        assert queries.person_by_id("passport", NUMBER) is None
        assert not queries.persons_by_number(NUMBER[:17]).exists()

    def test_a_person_is_found_by_telephone_however_it_is_typed(self, person):
        assert list(queries.persons_by_phone("+86 138-0000-0001")) == [person]
        assert not queries.persons_by_phone("").exists()

    def test_the_index_is_keyed_and_apart_for_each_kind(self, settings):
        first = index.id_index("13800000001")
        assert first != index.phone_index("13800000001")
        settings.HALL_FIELD_KEY = "dd" * 32
        assert index.id_index("13800000001") != first


class TestMasking:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [("张三", "张*"), ("李小敏", "李*敏"), ("欧阳小明", "欧**明"), ("甲", "甲"), ("", "")],
    )
    def test_names(self, name, shown):
        assert masking.mask_name(name) == shown

    def test_numbers(self):
        assert masking.mask_id("460100199001011234") == "460100********1234"
        assert masking.mask_id("E12345678") == "E1*****78"
        assert masking.mask_phone("13812343210") == "138****3210"
        assert masking.mask_phone("") == ""

    def test_a_person_is_masked_by_default(self, person):
        assert str(person) == "示*丙"
        assert person.masked_id == f"{NUMBER[:6]}********{NUMBER[-4:]}"
        assert person.masked_phone == "138****0001"


class TestRevealing:
    def test_the_clear_value_leaves_an_event_without_the_value(self, person, clerk):
        clear = services.reveal(person, ["id_number", "phone"], reason="核对证件", by=clerk)
        assert clear == {"id_number": NUMBER, "phone": "13800000001"}
        event = Event.objects.get(what="personal_data.revealed")
        assert (event.user_id, event.reason, event.data) == (
            clerk.user_id,
            "核对证件",
            {"fields": ["id_number", "phone"]},
        )

    def test_without_a_reason_or_a_name_nobody_sees_it(self, person, clerk):
        with pytest.raises(Invalid, match="理由"):
            services.reveal(person, ["phone"], reason=" ", by=clerk)
        with pytest.raises(NotAllowed):
            services.reveal(person, ["phone"], reason="看看", by=Actor())
        with pytest.raises(Invalid, match="信息项"):
            services.reveal(person, ["id_index"], reason="看看", by=clerk)

    def test_no_event_of_a_person_holds_personal_data(self, person):
        services.change_phone(person, "13800000009", by=SYSTEM)
        for event in Event.objects.filter(subject_id=str(person.pk)):
            assert not any(secret in str(event.data) for secret in (NUMBER, "1380000000"))


class TestRegistering:
    def test_a_person_is_registered_once(self, person, clerk):
        again = services.find_or_register_person(
            name="示例丙 ", id_type="id_card", id_number=NUMBER, phone="13800000003", by=clerk
        )
        assert again == person
        assert queries.persons_by_phone("13800000003").get() == person
        assert Person.objects.count() == 1

    def test_another_name_for_the_number_is_refused_with_what_to_check(self, person, clerk):
        with pytest.raises(Conflict, match=r"示\*丙.*证件原件核对"):
            services.find_or_register_person(name="示例戊", id_type="id_card", id_number=NUMBER, by=clerk)

    def test_after_a_renaming_the_new_name_is_right(self, person, clerk):
        with pytest.raises(NotAllowed):
            services.rename(person, "示例戊", reason="户口簿", by=Actor(user_id=1, role="citizen"))
        services.rename(person, "示例戊", reason="户口簿变更页", by=clerk)
        assert (
            services.find_or_register_person(name="示例戊", id_type="id_card", id_number=NUMBER, by=clerk)
            == person
        )

    def test_an_enterprise_is_registered_once_whatever_its_brackets(self, clerk):
        code = identity.synthetic_uscc(1)
        first = services.find_or_register_enterprise(name="示例（示范）有限公司", uscc=code, by=clerk)
        again = services.find_or_register_enterprise(name="示例(示范)有限公司", uscc=code.lower(), by=clerk)
        assert first == again == queries.enterprise_by_uscc(code)
        assert first.kind == "enterprise"
        with pytest.raises(Conflict, match="核对名称和代码"):
            services.find_or_register_enterprise(name="示例乙有限公司", uscc=code, by=clerk)

    def test_two_counters_at_once_register_one_person(self, really_concurrent):
        def register():
            return services.find_or_register_person(
                name="示例丙", id_type="id_card", id_number=NUMBER, by=SYSTEM
            )

        outcomes = really_concurrent(*[register] * 4)
        assert all(o.ok for o in outcomes), [o.error for o in outcomes]
        assert Person.objects.count() == 1
        assert Event.objects.filter(what="person.registered").count() == 1

"""Statements that PostgreSQL plans once for a connection (hall.statements)."""

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from hall import statements

pytestmark = pytest.mark.django_db
ADD = "SELECT %s::int + %s::int"


def run(sql, *values):
    with connection.cursor() as cursor:
        statements.execute(cursor, sql, values)
        return cursor.fetchone()[0]


def planned(sql=ADD):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{sql[-12:]}"]
        )
        return cursor.fetchone()[0]


class TestExecute:
    def test_it_answers_as_the_plain_statement_would(self):
        assert run(ADD, 2, 3) == 5
        assert run(ADD, 40, 2) == 42

    def test_it_is_planned_once(self):
        run("SELECT 7 * %s::int", 1)
        run("SELECT 7 * %s::int", 2)
        assert planned("SELECT 7 * $1::int") == 1

    def test_without_values_too(self):
        assert run("SELECT 11") == 11

    def test_a_plan_outlives_a_transaction_that_was_taken_back(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            run("SELECT 13 + %s::int", 1)
            raise ZeroDivisionError
        assert run("SELECT 13 + %s::int", 1) == 14

    def test_behind_a_pooler_it_goes_as_it_is(self, settings):
        settings.HALL_PREPARED_STATEMENTS = False
        assert run("SELECT 17 + %s::int", 1) == 18
        assert planned("SELECT 17 + $1::int") == 0


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_plans_anew():
    assert run(ADD, 1, 1) == 2
    connection.close()
    assert run(ADD, 2, 2) == 4


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_gone_is_told_as_django_tells_it():
    """Else nobody who waits for Django's errors lets go of the dead connection."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
    other.close()
    try:
        with connection.cursor() as cursor, pytest.raises(OperationalError):
            statements.execute(cursor, "SELECT 19 + %s::int", [1])
        assert not connection.is_usable()
    finally:
        connection.close()


def test_a_statement_that_cannot_be_planned_is_told_as_django_tells_it():
    with pytest.raises(DatabaseError), transaction.atomic():
        run("SELECT no_such_column")

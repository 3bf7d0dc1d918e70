"""The suite's own tools: what they promise is what other tests rely on."""

import psycopg2
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from hall import now
from hall.models import Preparation
from tests.support import house
from tests.support.order import LONGEST_FIRST


def test_concurrent_calls_have_their_own_connections_and_commits(really_concurrent):
    def make(step):
        Preparation.objects.create(step=step)
        return connection.connection.info.backend_pid

    first, second, third = really_concurrent(lambda: make("a"), lambda: make("b"), lambda: make("a"))
    pids = {outcome.value for outcome in (first, second, third) if outcome.ok}
    assert len(pids) == 2
    assert Preparation.objects.count() == 2
    assert sum(not outcome.ok for outcome in (first, second, third)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committing_test_leaves_the_database_as_it_was(turn):
    assert not Preparation.objects.exists()
    assert ContentType.objects.exists()
    Preparation.objects.create(step="left behind")


def test_files_that_come_first_are_there(pytestconfig):
    assert [name for name in LONGEST_FIRST if not (pytestconfig.rootpath / name).is_file()] == []


def test_now_can_be_moved(moved):
    moment = moved("2026-03-02 09:00")
    assert now.now() == moment
    moved("2026-03-03 10:00")
    assert now.today().isoformat() == "2026-03-03"


def test_concurrent_calls_see_the_moved_now(moved, really_concurrent):
    moment = moved("2026-03-02 09:00")
    (outcome,) = really_concurrent(now.now)
    assert outcome.value == moment


@pytest.mark.faults
def test_a_live_hall_answers_and_its_worker_lives(live_hall):
    import json
    import urllib.request

    with urllib.request.urlopen(f"{live_hall.url}/healthz/ready") as answer:
        assert json.load(answer)["status"] == "ok"
    assert ContentType.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_is_cloned_though_somebody_forgot_a_connection_to_it() -> None:
    name = f"{connection.settings_dict['NAME']}_forgotten"
    connection.ensure_connection()
    forgotten = psycopg2.connect(connection.connection.dsn, password=connection.settings_dict["PASSWORD"])
    try:
        house.clone_database(connection.settings_dict["NAME"], name)
        with house.pointed_at(NAME=name), connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), count(*) FROM django_migrations")
            found, migrations = cursor.fetchone()
        assert found == name
        assert migrations
    finally:
        house.drop_database(name)
        forgotten.close()

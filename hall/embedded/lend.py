"""Lend an embedded PostgreSQL and Redis to one command: `python -m hall.embedded.lend COMMAND …`.

The suite, the checks and the benchmarks run so. The servers live in a temporary folder and vanish with the
command. Given DATABASE_URL and REDIS_URL the command uses those instead.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hall.embedded import places, postgres, redis
from hall.embedded.lifeline import die_with_parent

# A power cut during a test costs nothing; waiting for the disk costs minutes. But a commit must outlive a
# killed server, so synchronous_commit stays on.
_CARELESS = ["fsync=off", "full_page_writes=off", "max_connections=200"]
_START_SECONDS = 30.0


class Server:
    """One embedded server that a test may stop, kill and start again."""

    def __init__(self, module: str, data: Path, url: str, answers: Callable[[], bool], *options: str) -> None:
        self.command = [sys.executable, "-m", module, *options]
        self.data = data
        self.url = url
        self._answers = answers
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self.data / "servers.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, "HALL_DATA": str(self.data)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=functools.partial(die_with_parent, signal.SIGTERM, os.getpid()),
            )
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise places.Unusable((self.data / "servers.log").read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop as a careful operator would (PostgreSQL: fast shutdown)."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stop as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(_START_SECONDS)


def embedded_postgres(data: Path) -> Server:
    """A PostgreSQL of its own for `data`, with database `hall`, careless of its data."""
    options = [word for setting in _CARELESS for word in ("-c", setting)]
    check = functools.partial(postgres.ensure_database, data)
    return Server("hall.embedded.postgres", data, postgres.database_url(data), check, *options)


def embedded_redis(data: Path) -> Server:
    """A Redis of its own for `data`."""
    url = redis.redis_url(data)
    return Server("hall.embedded.redis", data, url, functools.partial(redis.answers, url))


@contextlib.contextmanager
def data_folder() -> Iterator[Path]:
    """A temporary data folder that the service user of PostgreSQL can reach. Gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="yichuang-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for used in (folder, places.postgres_home(folder), places.socket_folder(folder)):
            shutil.rmtree(used, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run `command` with DATABASE_URL, REDIS_URL and HALL_DATA of its own; return its exit code."""
    if not command:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(data_folder())
        os.environ["HALL_DATA"] = str(data)
        for variable, make in (("DATABASE_URL", embedded_postgres), ("REDIS_URL", embedded_redis)):
            if not os.environ.get(variable):
                server = make(data)
                stack.callback(server.stop)
                server.start()
                os.environ[variable] = server.url
        with subprocess.Popen(command, preexec_fn=die_with_parent_softly) as process:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    continue  # the terminal told the command too; wait for its own end


def die_with_parent_softly() -> None:
    die_with_parent(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The machines of the campaign: servers and porters that are killed and started again."""

from __future__ import annotations

import os
import time
from pathlib import Path

from hall.embedded.lend import Server
from hall.embedded.places import Unusable
from tests.support.house import Process

from .drawing import Victim

_START_AGAIN_SECONDS = 60.0
_CELERY = ["celery", "--app", "tests.chaos.timetable", "--quiet"]


class House:
    """A PostgreSQL and a Redis of its own, so many workers, and a beat."""

    def __init__(
        self, postgres: Server, redis: Server, database_url: str, folder: Path, *, workers: int
    ) -> None:
        self.postgres, self.redis, self.database_url = postgres, redis, database_url
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hall.settings.test",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis.url,
            "HALL_DATA": str(folder),
            "HALL_MOVABLE_CLOCK": "1",
            "HALL_LOG": "ERROR",
            "C_FORCE_ROOT": "1",
        }
        environment.pop("PYTEST_XDIST_WORKER", None)  # the addresses above are final
        worker = [*_CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"]
        beat = [*_CELERY, "beat", "--pidfile=", "--schedule", str(folder / "beat-schedule")]
        self.workers = [
            Process(f"worker{n}", [*worker, "-n", f"worker{n}@chaos"], environment, folder / f"worker{n}.log")
            for n in range(1, workers + 1)
        ]
        self.beat = Process("beat", beat, environment, folder / "beat.log")

    @property
    def porters(self) -> list[Process]:
        return [*self.workers, self.beat]

    def open(self) -> None:
        for process in self.porters:
            process.start()

    def close(self) -> None:
        for process in self.porters:
            process.kill()

    def kill(self, victim: str, which: int) -> Process | Server:
        """`kill -9`, with all children; what died."""
        killed: Process | Server
        match victim:
            case Victim.WORKER:
                killed = self.workers[which % len(self.workers)]
            case Victim.BEAT:
                killed = self.beat
            case Victim.REDIS:
                killed = self.redis
            case _:
                killed = self.postgres
        killed.kill()
        return killed

    def start_again(self, killed: Process | Server) -> None:
        """As the caretaker does: again and again until it stands."""
        until = time.monotonic() + _START_AGAIN_SECONDS
        while True:
            try:
                killed.start()
                return
            except Unusable:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def revive(self) -> int:
        """Start what has ended by itself, as the caretaker does; how many."""
        ended = [each for each in self.porters if each.running and each.running.poll() is not None]
        for process in ended:
            process.start()
        return len(ended)

    def complaints(self) -> list[str]:
        """Tracebacks in the porters' logs that tell of something else than servers that were away."""
        found = []
        for process in self.porters:
            lines = process.log.splitlines()
            found += [line for line in lines if line.split(":")[0].endswith(("Error", "Exception"))]
        return sorted(set(found))

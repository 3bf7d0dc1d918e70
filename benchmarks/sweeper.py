"""One worker that sweeps on demand: reads seconds from stdin, answers with what it has fired in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

from django.conf import settings

from hall.embedded.lifeline import die_with_parent


@dataclass(frozen=True)
class Swept:
    """What one worker did in one stretch."""

    fired: int
    seconds: float
    cpu: float  # of the worker's own process

    @property
    def each(self) -> float:
        """Seconds a firing."""
        return self.seconds / self.fired


class Sweeper:
    """A worker in a process of its own, on the database given."""

    def __init__(self, database_url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sweeper"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "benchmarks.settings_moved",
                "DATABASE_URL": database_url,
                "HALL_LOG": "ERROR",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: die_with_parent(9),
        )
        self._line()

    def begin(self, seconds: float) -> None:
        """Sweep for so long; `end` waits for it."""
        assert self._process.stdin
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()

    def end(self) -> Swept:
        swept = Swept(**json.loads(self._line()))
        if not swept.fired:
            raise RuntimeError("nothing was due")
        return swept

    def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(20)

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the sweeper has ended ({self._process.wait()})")
        return line


def main() -> None:
    import django

    django.setup()
    from hall.clocks import sweep

    print("ready", flush=True)
    for line in sys.stdin:
        began, cpu = time.perf_counter(), time.process_time()
        report = sweep.run(max_seconds=float(line))
        if report.failed or report.moved:
            raise RuntimeError(str(report))
        told = {
            "fired": report.fired,
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()

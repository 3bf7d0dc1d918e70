"""Begin several processes of one hall from a single one: `python -m tests.support.nursery PLAN`.

Reading Django, Celery and the rooms takes almost three seconds of a processor, and a hall has three
processes. Here the code is read once and each process is forked from there; then it does what `python -m …`
would have done: the same command line and environment, a session of its own, its own log, no connection
shared. PLAN is JSON, `[[words of the command, log file], …]`; standard output answers with their numbers.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import sys
from collections.abc import Sequence

from hall.embedded.lifeline import die_with_parent

_CODE = (
    "hall.wsgi", "hall.urls", "hall.celery", "gunicorn.app.wsgiapp", "celery.bin.celery",
    "celery.apps.worker", "celery.apps.beat", "celery.concurrency.prefork", "kombu.transport.redis",
)  # fmt: skip


def main(plan: Sequence[tuple[list[str], str]]) -> None:
    """Fork them all, tell their numbers, and stay until the last has gone (so that none stays a zombie)."""
    for module in _CODE:
        importlib.import_module(module)
    sys.modules["hall.celery"].app.loader.import_default_modules()  # the tasks of all rooms
    numbers = [_fork(command, log) for command, log in plan]
    print(json.dumps(numbers), flush=True)
    for _number in numbers:
        os.wait()


def _fork(command: list[str], log: str) -> int:
    parent = os.getpid()
    if number := os.fork():
        return number
    os.setsid()
    die_with_parent(signal.SIGKILL, parent)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (told, 1), (told, 2)):
        os.dup2(ours, standard)
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

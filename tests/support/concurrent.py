"""Run calls at the same moment, each in a thread with a connection and a commit of its own."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass
class Outcome:
    """What one call came to: a value or an error."""

    value: Any = None
    error: BaseException | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


def run_together(*calls: Callable[[], Any], timeout: float = 30.0) -> list[Outcome]:
    """Start all calls from one barrier; return their outcomes in order. A deadlock fails after `timeout`."""
    barrier = threading.Barrier(len(calls))
    outcomes = [Outcome() for _ in calls]

    def work(call: Callable[[], Any], outcome: Outcome) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(timeout)
            outcome.value = call()
        except BaseException as error:  # handed to the test, whatever it is
            outcome.error = error
        finally:
            connections.close_all()

    threads = [
        # Each thread sees the same moved "now" as the test does.
        threading.Thread(target=contextvars.copy_context().run, args=(work, *pair), daemon=True)
        for pair in zip(calls, outcomes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout)
    assert not any(thread.is_alive() for thread in threads), "the calls wait for each other for ever"
    return outcomes

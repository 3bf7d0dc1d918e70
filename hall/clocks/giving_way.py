"""How porters lock: between a person and a porter, the person wins.

A person's verb locks the thing, then its clock and the journal's chain; a porter comes from the clock.
Where the two orders meet, the porter gives way after 200 ms, far below PostgreSQL's deadlock_timeout of
one second, so that no person is ever the one whom the deadlock detector picks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, transaction

_LOCK_TIMEOUT = "200ms"
_LOCK_NOT_AVAILABLE, _DEADLOCK = "55P03", "40P01"
_PATIENCE = 5.0  # seconds

Result = TypeVar("Result")


@contextmanager
def giving_way() -> Iterator[None]:
    """A transaction that waits for no lock longer than 200 ms; what it waits for then `is_busy`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_LOCK_TIMEOUT])
        yield


def is_busy(error: BaseException) -> bool:
    """Does somebody else hold what was needed? No failure: come back later."""
    code = getattr(error.__cause__, "pgcode", None)
    return isinstance(error, OperationalError) and code in (_LOCK_NOT_AVAILABLE, _DEADLOCK)


def patiently(work: Callable[[], Result]) -> Result:
    """Do `work`, a whole transaction, again while somebody is in its way; after five seconds its error."""
    give_up_at = time.monotonic() + _PATIENCE
    while True:
        try:
            return work()
        except OperationalError as error:
            if not is_busy(error) or time.monotonic() > give_up_at:
                raise
        time.sleep(0.05)

"""Statements that PostgreSQL plans once for a connection.

Planning the read of a case with its version, matter, place and people takes PostgreSQL twice as long as
running it, and every verb begins with that read. `execute` prepares a statement at its first use on a
connection and afterwards only sends its values. A pooler that hands one connection to many clients in turn
(PgBouncer by transactions) must be told to by `HALL_PREPARED_STATEMENTS=0`: then statements go as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection

# What each open connection has prepared. A connection that is lost takes its statements with it.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def execute(cursor: Any, sql: str, values: Sequence[Any]) -> None:
    """Run `sql` (`%s` for each value, no other per cent sign) on a cursor of Django's connection."""
    if not settings.HALL_PREPARED_STATEMENTS:
        cursor.execute(sql, values)
        return
    name = _prepared(sql, len(values))
    places = f"({', '.join(['%s'] * len(values))})" if values else ""
    cursor.execute(f"EXECUTE {name}{places}", values)


def _prepared(sql: str, places: int) -> str:
    """The name of the statement on this connection, prepared if it is new there."""
    name = f"hall_{hashlib.md5(sql.encode(), usedforsecurity=False).hexdigest()}"
    known = _known.setdefault(connection.connection, set())
    if name not in known:
        numbered = sql % tuple(f"${n}" for n in range(1, places + 1))
        # By the driver: it is no query of a page, and counted with none. But a server that is gone must be
        # told as Django tells it, or nobody lets go of the dead connection.
        with connection.wrap_database_errors, connection.connection.cursor() as raw:
            raw.execute(f"PREPARE {name} AS {numbered}")
        known.add(name)
    return name

"""Whether this process lives, and whether the hall as a whole can work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hall import now
from hall.access import public
from hall.clocks.queries import sweep_lag
from hall.tasks import HEARTBEAT_KEY, connect

WORKER_SILENCE = dt.timedelta(seconds=120)
SWEEP_LAG = dt.timedelta(minutes=5)

Finding = dict[str, Any]


@public
@never_cache
@require_safe
@public
def live(request: HttpRequest) -> JsonResponse:
    """This process answers. It says nothing of database or broker: restarting us would not mend those."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
@public
def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker, a worker's sign of life and the lag of the clock sweep; 503 when one is bad."""
    checks: dict[str, Callable[[], Finding]] = {
        "database": _database,
        "broker": _broker,
        "worker": _worker,
        "clocks": _clocks,
    }
    findings = {name: _found(check) for name, check in checks.items()}
    good = all(finding["ok"] for finding in findings.values())
    answer = {"status": "ok" if good else "unavailable", "checks": findings}
    return JsonResponse(answer, status=200 if good else 503)


def _found(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as error:
        # The kind of error only: messages of drivers carry addresses.
        return {"ok": False, "error": type(error).__name__}


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _broker() -> Finding:
    with connect() as client:
        return {"ok": bool(client.ping())}


def _worker() -> Finding:
    with connect() as client:
        seen = client.get(HEARTBEAT_KEY)
    if not isinstance(seen, bytes):
        return {"ok": False, "silent_seconds": None}
    silence = now.real_now() - dt.datetime.fromisoformat(seen.decode())
    return {"ok": silence < WORKER_SILENCE, "silent_seconds": round(silence.total_seconds(), 1)}


def _clocks() -> Finding:
    lag = sweep_lag()
    return {"ok": lag < SWEEP_LAG, "lag_seconds": round(lag.total_seconds(), 1)}

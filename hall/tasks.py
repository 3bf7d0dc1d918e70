"""The porters' sign of life."""

from __future__ import annotations

import logging
import os
import warnings
from typing import Any

import redis
from celery import shared_task
from celery.platforms import SecurityWarning
from celery.signals import celeryd_init, worker_ready
from django.conf import settings

from hall import now

log = logging.getLogger(__name__)

HEARTBEAT_KEY = "hall:worker-heartbeat"
_FORGOTTEN_AFTER = 24 * 3600  # seconds


def connect() -> redis.Redis:
    """The broker's Redis, for a question that must be answered at once."""
    client: redis.Redis = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return client


@shared_task(name="hall.heartbeat")
def heartbeat() -> None:
    """A worker was here: beat, broker and worker all work. Real time, whatever the movable clock says."""
    with connect() as client:
        client.set(HEARTBEAT_KEY, now.real_now().isoformat(), ex=_FORGOTTEN_AFTER)


@celeryd_init.connect
def allow_root_on_one_machine(**_kwargs: Any) -> None:
    """A hall that root started on one machine runs as root on purpose; the caretaker says so here."""
    if os.environ.get("C_FORCE_ROOT"):
        warnings.filterwarnings("ignore", category=SecurityWarning)


@worker_ready.connect
def greet(**_kwargs: Any) -> None:
    """Do not wait for the first beat to say that the worker is there."""
    try:
        heartbeat()
    except redis.RedisError as error:
        log.warning("no heartbeat at start: %s", error)

"""Invariant 10: with the broker down a desk goes on, and waits for less than a second."""

import time

import pytest
from django.core.cache import caches
from django.db import transaction

from hall import trays
from hall.celery import app


@pytest.fixture
def dead_broker(settings):
    """A broker where nobody listens, in a fresh connection pool."""
    old = app.conf.broker_url
    app.conf.broker_url = app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    _forget_pools()
    yield
    app.conf.broker_url, app.conf.broker_write_url = old, None
    _forget_pools()


def _forget_pools():
    from kombu import pools

    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


@pytest.mark.django_db(transaction=True)
def test_a_nudge_is_lost_quickly_and_quietly(dead_broker):
    began = time.monotonic()
    for _ in range(3):
        with transaction.atomic():
            trays.nudge("routing.dispatch", "no-case")
    assert time.monotonic() - began < 1


def test_the_cache_is_empty_rather_than_broken(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    cache = caches.create_connection("default")
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True

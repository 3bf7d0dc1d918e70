"""/healthz/live and /healthz/ready."""

import datetime as dt

import pytest
import redis

from hall import health, now, tasks


@pytest.fixture
def beating(db):
    tasks.heartbeat()


def test_live_asks_nobody(client):
    assert client.get("/healthz/live").json() == {"status": "ok"}


def test_ready_when_all_parts_answer(client, beating):
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200
    assert set(answer.json()["checks"]) == {"database", "broker", "worker", "clocks"}


def test_a_silent_worker_is_not_ready(client, beating, monkeypatch):
    later = now.real_now() + health.WORKER_SILENCE + dt.timedelta(seconds=1)
    monkeypatch.setattr(now, "real_now", lambda: later)
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"]["ok"] is False


def test_a_worker_never_seen_is_not_ready(client, db):
    with tasks.connect() as connection:
        connection.delete(tasks.HEARTBEAT_KEY)
    assert client.get("/healthz/ready").status_code == 503


def test_a_broker_that_is_down_is_named_without_its_address(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == {"ok": False, "error": redis.ConnectionError.__name__}
    assert "127.0.0.1" not in answer.content.decode()

"""The porters' foreman: Celery, its queues by room and its timetable."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")

app = Celery("hall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between sweeps. A sweep takes whatever a lost nudge left; it is never the source of a deadline.
app.conf.beat_schedule = {
    "hall.heartbeat": {"task": "hall.heartbeat", "schedule": 30.0},
    "clocks.beat": {"task": "clocks.beat", "schedule": 30.0},
    "clocks.sweep": {"task": "clocks.sweep", "schedule": 10.0},
    "clocks.warn": {"task": "clocks.warn", "schedule": 60.0},
    "notices.send": {"task": "notices.send", "schedule": 10.0},
    "files.sweep": {"task": "files.sweep", "schedule": 3600.0},
    "trail.seal_day": {"task": "trail.seal_day", "schedule": 3600.0},
    "matters.turn_versions": {"task": "matters.turn_versions", "schedule": 60.0},
    "matters.fold_health": {"task": "matters.fold_health", "schedule": 300.0},
    "matters.take_transfers": {"task": "matters.take_transfers", "schedule": 60.0},
    "matters.sweep_imports": {"task": "matters.sweep_imports", "schedule": 20.0},
    "applications.follow_bundles": {"task": "applications.follow_bundles", "schedule": 5.0},
    "applications.follow_projects": {"task": "applications.follow_projects", "schedule": 5.0},
    "routing.dispatch": {"task": "routing.dispatch", "schedule": 5.0},
    "certificates.prepare": {"task": "certificates.prepare", "schedule": 5.0},
    "certificates.prove_silences": {"task": "certificates.prove_silences", "schedule": 20.0},
    "certificates.revoke_promised": {"task": "certificates.revoke_promised", "schedule": 15.0},
    "certificates.draw": {"task": "certificates.draw", "schedule": 5.0},
    "certificates.archive": {"task": "certificates.archive", "schedule": 600.0},
    "certificates.sweep_print_runs": {"task": "certificates.sweep_print_runs", "schedule": 20.0},
    "supervision.fold": {"task": "supervision.fold", "schedule": 10.0},
    "supervision.exchange": {"task": "supervision.exchange", "schedule": 10.0},
    "supervision.deliver": {"task": "supervision.deliver", "schedule": 10.0},
}

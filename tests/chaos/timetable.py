"""The porters' timetable for a hall whose day lasts a few seconds.

Sweeps come faster, for between two of them the clock may jump over a night. Drawing papers comes only by
the timetable, not after each paper: it is nothing but computing, a second of it for every case, and every
paper can be drawn whenever somebody asks for it.
"""

from __future__ import annotations

from hall.celery import app

_EVERY = {
    "hall.heartbeat": 10.0,
    "clocks.beat": 5.0,
    "clocks.sweep": 1.0,
    "clocks.warn": 2.0,
    "applications.follow_bundles": 1.0,
    "routing.dispatch": 1.0,
    "certificates.prepare": 1.0,
    "notices.send": 5.0,
    "certificates.draw": 120.0,
    "certificates.archive": 120.0,
    "trail.seal_day": 120.0,
}
# What waited in the queue while its porters were dead need not be done once for each time.
_EXPIRES = 20.0

for _name, _entry in app.conf.beat_schedule.items():
    _entry["schedule"] = _EVERY.get(_name, _entry["schedule"])
    _entry["options"] = {"expires": _EXPIRES}
app.conf.beat_schedule["certificates.draw"]["options"]["queue"] = "certificates"
# Where the nudge to draw goes, nobody listens.
app.conf.task_routes = {"certificates.draw": {"queue": "drawing"}, **app.conf.task_routes}

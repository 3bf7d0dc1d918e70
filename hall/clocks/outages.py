"""Our own outages: found by the heartbeat, taken out of every clock before anything fires (DESIGN §3).

The gap between two heartbeats is measured in real time, so moving the demonstration clock is no outage;
the interval that is credited lies in hall time, in which clocks run.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Invalid
from hall.now import now, real_now
from hall.trail.services import record

from . import services
from .choices import State
from .giving_way import giving_way, is_busy, patiently
from .models import Clock, ClockPause, Heartbeat, Outage

log = logging.getLogger(__name__)

_CHUNK = 200  # clocks a transaction


@transaction.atomic
def beat() -> Outage | None:
    """Write that the porters are alive. After a silence longer than the threshold: the outage found.

    The outage is only noted here; `credit_pending` takes it out of the clocks, and the sweep fires
    nothing before that is done. Whoever beats first after a silence finds it, so none is lost.
    """
    real, hall = real_now(), now()
    last, first_ever = Heartbeat.objects.select_for_update().get_or_create(
        defaults={"real_at": real, "hall_at": hall}
    )
    if first_ever or real <= last.real_at:
        return None
    silence, starts_at = real - last.real_at, last.hall_at
    last.real_at, last.hall_at = real, hall
    last.save()
    if silence <= dt.timedelta(seconds=settings.HALL_OUTAGE_THRESHOLD):
        return None
    return _note(starts_at, starts_at + silence, _("系统停止运行"), SYSTEM)


def declare(starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Actor) -> Outage:
    """Note an outage that no heartbeat shows (the network of the hall was down), and credit it.

    Raises Invalid if it does not lie in the past.
    """
    if not starts_at < ends_at <= now():
        raise Invalid(_("故障的起止时间有误"))
    with transaction.atomic():
        outage = _note(starts_at, ends_at, reason, by)
    credit_pending()
    return outage


def credit_pending() -> bool:
    """Take every outage not credited yet out of the clocks it touched; False if some are held by desks.

    Safe to run twice, late, or in several workers: each clock is credited once for each outage.
    """
    return all(_credit(outage) for outage in Outage.objects.filter(credited_at=None))


def _note(starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Actor) -> Outage:
    outage = Outage.objects.create(starts_at=starts_at, ends_at=ends_at, reason=reason)
    data = {"from": starts_at.isoformat(), "to": ends_at.isoformat()}
    record("outage_noted", subject=outage, by=by, reason=reason, data=data)
    log.warning("outage from %s to %s: %s", starts_at, ends_at, reason)
    return outage


def _credit(outage: Outage) -> bool:
    """Credit `outage`, a few hundred clocks at a time, so that desks can go on meanwhile."""

    def next_chunk() -> bool:
        with giving_way():
            clocks = _uncredited(outage).select_for_update(of=("self",)).order_by("pk")
            locked = list(clocks.select_related("jurisdiction", "hall")[:_CHUNK])
            _give_back(outage, locked)
        return bool(locked)

    try:
        while patiently(next_chunk):
            pass
    except OperationalError as error:
        if not is_busy(error):
            raise
        return False
    Outage.objects.filter(pk=outage.pk, credited_at=None).update(credited_at=now())
    return True


def _give_back(outage: Outage, locked: list[Clock]) -> None:
    """Pause each locked clock for the outage, unless another worker did between our look and our lock."""
    done = set(ClockPause.objects.filter(outage=outage, clock__in=locked).values_list("clock", flat=True))
    clocks = [clock for clock in locked if clock.pk not in done]
    ClockPause.objects.bulk_create(services.credit(clock, outage) for clock in clocks)
    services.settle_locked(clocks, _("平台故障 %(outage)s") % {"outage": outage})


def _uncredited(outage: Outage) -> QuerySet[Clock]:
    already = ClockPause.objects.filter(clock=OuterRef("pk"), outage=outage)
    return Clock.objects.filter(~Exists(already), state=State.RUNNING, started_at__lt=outage.ends_at).exclude(
        kind__in=services.NEVER_CREDITED
    )

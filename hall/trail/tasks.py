"""The journal's porter."""

import datetime as dt

from celery import shared_task
from django.db.models import Min
from django.utils import timezone

from . import services
from .models import DaySeal, Event


@shared_task(name="trail.seal_day")
def seal_day() -> int:
    """Seal every day that is over and not yet sealed. Safe to run twice."""
    last = DaySeal.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        first = Event.objects.aggregate(first=Min("written_at"))["first"]
        if first is None:
            return 0
        last = timezone.localdate(first) - dt.timedelta(days=1)
    sealed = 0
    while (last := last + dt.timedelta(days=1)) < timezone.localdate():
        services.seal_day(last)
        sealed += 1
    return sealed

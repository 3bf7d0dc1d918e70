"""What the public sees of the catalogue has changed: since when, since which stamp, and a tag that says so.

Whoever keeps a copy reads all once, remembers the stamp of the answer, and asks from then on for what has
changed since. Nothing is missed by a transaction that began earlier and ended later: a stamp remembers
below which transaction everything had ended when it was given. What is told twice does no harm.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hall.errors import Invalid
from hall.now import now
from hall.organisation.models import Jurisdiction
from hall.trail.models import Event

from .choices import VersionState
from .models import CatalogueStamp, Matter, MatterVersion, StampMark
from .querysets import MatterQuerySet

# What goes on among keepers before anything is published.
NOT_SEEN = (
    "version_drafted",
    "version_changed",
    "version_checked",
    "version_approved",
    "version_returned",
    "version_dropped",
)
MATTER, VERSION = Matter._meta.label_lower, MatterVersion._meta.label_lower
EVER_PUBLIC = (VersionState.PUBLISHED, VersionState.SUPERSEDED)


def ever_public() -> MatterQuerySet:
    """Matters that were on show once, be it that they are no more."""
    return Matter.objects.filter(
        pk__in=MatterVersion.objects.filter(state__in=EVER_PUBLIC, valid_from__lte=now()).values("matter")
    )


def changed(matters: QuerySet[Matter], since: str, place: Jurisdiction | None) -> QuerySet[Matter]:
    """Those of `matters` that the public sees otherwise since then, those no longer on show included.

    `since` is a moment (ISO 8601 with its zone) or the stamp of an earlier answer about one `place`. Raises
    Invalid for anything else, and for a stamp without its place or one that never was.
    """
    if since.isdecimal():
        mark = _mark(int(since), place)
        events = Event.objects.extra(  # comparing xid8 has no ORM form
            where=["xid >= %s::xid8", "xid <> %s::xid8"], params=[str(mark.horizon), str(mark.writer)]
        )
        moment = mark.at
    else:
        moment = _moment(since)
        events = Event.objects.filter(at__gte=moment)
    if place is not None:
        events = events.filter(jurisdiction=place)
    by_date = MatterVersion.objects.filter(state__in=EVER_PUBLIC).filter(
        Q(valid_from__gt=moment, valid_from__lte=now()) | Q(valid_to__gt=moment, valid_to__lte=now())
    )
    return matters.filter(Q(pk__in=_told_of(events)) | Q(pk__in=by_date.values("matter")))


@dataclass(frozen=True)
class State:
    """How the catalogue of a place (or of all) stands: its stamps, and the last dates that changed it."""

    stamps: list[tuple[int, int]]
    moments: tuple[dt.datetime | None, dt.datetime | None]
    place: str

    @property
    def stamp(self) -> int | None:
        """The number of the place's catalogue, None where no place was asked about."""
        if not self.place:
            return None
        return self.stamps[0][1] if self.stamps else 0

    def tag(self, *told: Any) -> str:
        """Changes whenever what an address shows may; `told` says what it shows."""
        text = f"{self.stamps} {self.moments} {told}"
        return f'"{zlib.crc32(text.encode()):08x}"'


def state(place: str = "") -> State:
    """How the catalogue stands: changed by a verb, by a version coming into force, or by one ending."""
    stamps = CatalogueStamp.objects.order_by("pk").values_list("pk", "number")
    versions = MatterVersion.objects.all()
    if place:
        stamps = stamps.filter(jurisdiction__slug=place)
        versions = versions.filter(matter__jurisdiction__slug=place)
    moment = now()
    found = versions.aggregate(
        newest=Max("valid_from", filter=Q(valid_from__lte=moment)),
        ended=Max("valid_to", filter=Q(valid_to__lte=moment)),
    )
    return State(list(stamps), (found["newest"], found["ended"]), place)


def _told_of(events: QuerySet[Event]) -> Collection[int]:
    """The matters of which these events tell."""
    rows = events.filter(subject_type__in=(MATTER, VERSION)).exclude(what__in=NOT_SEEN)
    found: dict[str, set[int]] = {MATTER: set(), VERSION: set()}
    for subject_type, subject_id in rows.values_list("subject_type", "subject_id").distinct():
        found[subject_type].add(int(subject_id))
    versions = MatterVersion.objects.filter(pk__in=found[VERSION]).values_list("matter", flat=True)
    return found[MATTER] | set(versions)


def _mark(number: int, place: Jurisdiction | None) -> StampMark:
    if place is None:
        raise Invalid(_("按数据戳查找须写明地方（place）"))
    mark = StampMark.objects.filter(jurisdiction=place, number__lte=number).order_by("-number").first()
    if mark is None:
        raise Invalid(_("没有这个数据戳，请重新读取全部事项"))
    return mark


def _moment(text: str) -> dt.datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(_("changed_since应为带时区的时间（例如2026-11-21T00:00:00+08:00）或者数据戳"))
    return found

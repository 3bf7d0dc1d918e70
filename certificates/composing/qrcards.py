"""QR cards for the counter: one a matter, with the short link that never changes."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hall.now import today
from hall.organisation.models import Hall, Jurisdiction, Window, Zone
from matters import counters
from matters.models import Matter

from ..workshop.leaflets import Batch, Card, QrSheet
from . import parts


def of_window(window: Window) -> QrSheet:
    """The cards of what one window takes."""
    hall = window.zone.hall
    name = f"{hall.name} {window.zone.name} {window.name}"
    return _sheet(hall.jurisdiction, name, [_batch(name, counters.taken_at(window))])


def of_zone(zone: Zone) -> QrSheet:
    """The cards of what the windows of a zone take."""
    name = f"{zone.hall.name} {zone.name}"
    return _sheet(zone.hall.jurisdiction, name, [_batch(name, counters.taken_in_zone(zone))])


def of_hall(hall: Hall) -> QrSheet:
    """The cards of everything that a hall takes, zone by zone, and at the end what no zone takes."""
    batches, placed = [], set()
    for zone in hall.zones.all():
        matters = list(_ready(counters.taken_in_zone(zone)))
        placed |= {matter.pk for matter in matters}
        batches.append(Batch(heading=f"{hall.name} {zone.name}", cards=tuple(map(_card, matters))))
    rest = [matter for matter in _ready(counters.taken_in_hall(hall)) if matter.pk not in placed]
    batches.append(Batch(heading=_("%(hall)s 其他事项") % {"hall": hall.name}, cards=tuple(map(_card, rest))))
    return _sheet(hall.jurisdiction, hall.name, batches)


def _sheet(place: Jurisdiction, name: str, batches: Iterable[Batch]) -> QrSheet:
    return QrSheet(
        title=str(_("二维码立牌")),
        name=name,
        place=place.name,
        printed=today(),
        demonstration=bool(settings.DEMONSTRATION or place.is_demo),
        batches=tuple(batch for batch in batches if batch.cards),
    )


def _batch(heading: str, matters: QuerySet[Matter]) -> Batch:
    return Batch(heading=heading, cards=tuple(_card(matter) for matter in _ready(matters)))


def _ready(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    return matters.select_related("department").only("name", "short_code", "department__name")


def _card(matter: Matter) -> Card:
    return Card(
        name=matter.name,
        organ=matter.department.name,
        url=parts.address("matters:short", matter.short_code),
    )

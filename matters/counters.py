"""Where a matter can be handed in, and which matters a hall, a zone or a window takes: one rule for both."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from hall.organisation.choices import WindowKind
from hall.organisation.models import Hall, Window, Zone

from .models import Matter, MatterVersion

# Windows that take applications in; the others advise, hand out or hear complaints.
TAKING = (WindowKind.INTAKE, WindowKind.SPECIAL)


@dataclass(frozen=True)
class Counter:
    """A hall where the matter can be handed in, and the zone that takes its domain there."""

    hall: Hall
    zone: Zone | None

    @property
    def windows(self) -> list[Window]:
        """The zone's windows that take applications."""
        return [window for window in self.zone.windows.all() if window.kind in TAKING] if self.zone else []


def where(version: MatterVersion) -> list[Counter]:
    """Where it can be handed in: the centre's halls, towns where they take this matter."""
    if not version.in_centre:
        return []
    place = version.matter.jurisdiction
    code = place.policies.zone_of_domain.get(version.matter.domain)
    halls = place.halls.prefetch_related("zones__windows").order_by("is_town", "order", "code")
    if not version.town_intake:
        halls = halls.filter(is_town=False)
    return [Counter(hall, next((z for z in hall.zones.all() if z.code == code), None)) for hall in halls]


def taken_in_hall(hall: Hall) -> QuerySet[Matter]:
    """The matters that can be handed in in a hall today, in the order of their names."""
    live = MatterVersion.objects.valid_at().filter(matter=OuterRef("pk"), in_centre=True)
    if hall.is_town:
        live = live.filter(town_intake=True)
    open_now = Matter.objects.in_place(hall.jurisdiction_id).open_now()
    return open_now.filter(Exists(live)).order_by("pinyin", "pk")


def taken_in_zone(zone: Zone) -> QuerySet[Matter]:
    """Those of the domains that the place's policy gives to this zone."""
    given = zone.hall.jurisdiction.policies.zone_of_domain
    domains = [domain for domain, code in given.items() if code == zone.code]
    return taken_in_hall(zone.hall).filter(domain__in=domains)


def taken_at(window: Window) -> QuerySet[Matter]:
    """What a window takes: a 综合窗口 what its zone takes without difference (无差别), a 专窗 all of it.

    A window that takes no applications has none.
    """
    taken = taken_in_zone(window.zone)
    if window.kind not in TAKING:
        return taken.none()
    if window.kind == WindowKind.SPECIAL:
        return taken
    apart = MatterVersion.objects.valid_at().filter(matter=OuterRef("pk"), one_window=False)
    special = Q(zone=window.zone, kind=WindowKind.SPECIAL)
    if not Window.objects.filter(special).exists():  # nobody else in the zone would take it
        return taken
    return taken.exclude(Exists(apart))

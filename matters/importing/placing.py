"""Puts the matters of an import in their lists, and names what is odd about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from hall.organisation.models import Jurisdiction

from .. import naming
from ..choices import Flag
from ..models import ListEntry, Matter
from ..services.loading import BATCH
from .parsing import Place

# Said when a matter was entered, and true for as long as its code is.
CODE_FLAGS = {Flag.USCC_DOUBTFUL, Flag.CODE_FORM_UNKNOWN, Flag.CODE_MADE_HERE}


def fill_list(list_id: int, members: Iterable[tuple[Matter, Place]]) -> set[int]:
    """Give each matter its place in a list, the next free one if it names none. Returns whom it moved."""
    there = {entry.matter_id: entry for entry in ListEntry.objects.filter(matter_list=list_id)}
    last = max((entry.order for entry in there.values()), default=0)
    rows: dict[int, ListEntry] = {}
    for matter, spot in members:
        old = there.get(matter.pk)
        order = spot.order or (old.order if old else last + 1)
        last = max(last, order)
        if old and (old.order, old.batch, old.role) == (order, spot.batch, spot.role):
            continue
        rows[matter.pk] = ListEntry(
            matter_list_id=list_id, matter=matter, order=order, batch=spot.batch, role=spot.role
        )
    ListEntry.objects.bulk_create(
        rows.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["matter_list", "matter"],
        update_fields=["order", "batch", "role"],
    )
    return set(rows)


def keep_flags(place: Jurisdiction, matters: Sequence[Matter]) -> None:
    """Keep on each matter what is odd about it. Names used twice are counted over the place."""
    times = Counter(Matter.objects.filter(jurisdiction=place).values_list("name", flat=True))
    stale = []
    for matter in matters:
        flags = {*naming.oddities(matter.name), *(CODE_FLAGS & set(matter.flags))}
        if times[matter.name] > 1:
            flags.add(str(Flag.NAME_TWICE))
        if sorted(flags) != matter.flags:
            matter.flags = sorted(flags)
            stale.append(matter)
    Matter.objects.bulk_update(stale, ["flags"], batch_size=BATCH)

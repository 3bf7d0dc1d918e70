"""Reading the journal to its end in tests.

A consumer waits for every older transaction that is still open, if only for a moment: so read until
nothing is left instead of once.
"""

from __future__ import annotations

import time

from hall.trail.models import Cursor, Event
from supervision import services
from supervision.services.facts import CONSUMER


def fold_everything(patience: float = 30.0) -> None:
    """Fold until the cursor of the daily facts stands behind the last event."""
    give_up_at = time.monotonic() + patience
    while True:
        services.fold()
        place = Cursor.objects.filter(consumer=CONSUMER).first()
        if (
            place
            and not Event.objects.extra(
                where=["(xid, id) > (%s::xid8, %s)"], params=[str(place.xid), place.event_id]
            ).exists()
        ):
            return
        if time.monotonic() > give_up_at:
            raise TimeoutError("the journal could not be read to its end")
        time.sleep(0.05)

"""Let cursors go on in a new cluster.

An event remembers the number of its writing transaction, and a cursor how far it has read in that order.
Loaded into another cluster (`pg_restore`), whose transactions count from near zero, old events would seem to
lie in the future and new ones in the past: consumers would read neither. This renumbers, once, the only
column that is no part of an event's hash.
"""

from __future__ import annotations

from django.db import connection, transaction

from hall.actors import SYSTEM

from .services import record

# The last event that seems to lie in the future, and the last of all.
_LOOK = """
SELECT max(id) FILTER (WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())), max(id) FROM trail_event
"""
# Of the events that came with the dump, how many cursors had not read each: 0 is read by all. Cursors read
# prefixes of one order, so these few numbers keep every cursor exactly where it was.
_RENUMBER = """
UPDATE trail_event AS event
SET xid = (
    SELECT count(*) FROM trail_cursor AS cursor
    WHERE event.id > %(last_old)s OR (event.xid, event.id) > (cursor.xid, cursor.event_id)
)::text::xid8
"""
_MOVE_CURSORS = """
UPDATE trail_cursor AS cursor
SET xid = (
        SELECT count(*) FROM trail_cursor AS behind
        WHERE (behind.xid, behind.event_id) < (cursor.xid, cursor.event_id)
    )::text::xid8,
    event_id = %(last)s
"""


@transaction.atomic
def rebase_cursors() -> int:
    """Renumber the journal for this cluster; how many events were renumbered, 0 if nothing was wrong.

    Run it with the hall closed, after a dump was loaded into another cluster. Events written since then
    count as read by nobody. Safe to repeat: a second run finds nothing to do.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE trail_event, trail_cursor IN EXCLUSIVE MODE")
        cursor.execute(_LOOK)
        last_old, last = cursor.fetchone()
        if last_old is None:
            return 0
        # The trigger of the journal knows no exception; for this one statement it is not there.
        cursor.execute("ALTER TABLE trail_event DISABLE TRIGGER USER")
        cursor.execute(_RENUMBER, {"last_old": last_old})
        renumbered = int(cursor.rowcount)
        cursor.execute("ALTER TABLE trail_event ENABLE TRIGGER USER")
        cursor.execute(_MOVE_CURSORS, {"last": last})
    record("trail.rebased", subject=("trail.journal", "cursors"), by=SYSTEM, data={"events": renumbered})
    return renumbered

"""How a state looks on every desk: tone and icon by state code. Words come from the choices themselves.

Codes are those of DESIGN §2 and of the clocks and tasks; an unknown code is drawn mute, never refused.
"""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """`tone` is one of ok, info, mute, warn, danger, accent; `open` draws a dashed edge."""

    tone: str = "mute"
    icon: str = "dot"
    open: bool = False


LOOKS: dict[str, Look] = {
    # cases (办件), and how they were accepted
    "draft": Look("mute", "edit", True),
    "submitted": Look("info", "send"),
    "returned": Look("warn", "undo"),
    "received": Look("info", "receipt"),
    "correcting": Look("warn", "alert"),
    "accepted": Look("info", "check"),
    "reviewing": Look("info", "dot"),
    "decided": Look("info", "gavel"),
    "ready": Look("ok", "certificate"),
    "delivered": Look("ok", "check"),
    "archived": Look("mute", "archive"),
    "not_accepted": Look("mute", "cross"),
    "withdrawn": Look("mute", "undo"),
    "terminated": Look("mute", "none"),
    "granted": Look("ok", "check"),
    "refused": Look("danger", "cross"),
    "deferred": Look("info", "later", True),
    "commitment": Look("info", "signature"),
    # materials, and what was promised for later
    "pending": Look("mute", "ring"),
    "ok": Look("ok", "check"),
    "faulty": Look("warn", "alert"),
    "missing": Look("warn", "alert"),
    "shared": Look("info", "shared"),
    "reused": Look("info", "reuse"),
    "committed": Look("info", "signature"),
    "not_needed": Look("mute", "none"),
    "supplied": Look("ok", "check"),
    "breached": Look("danger", "alert"),
    # promises in place of proof
    "awaiting": Look("info", "clock"),
    "conforms": Look("ok", "check"),
    "false": Look("danger", "alert"),
    "upheld": Look("mute", "check"),
    # tasks, opinions, reports
    "open": Look("info", "ring"),
    "done": Look("ok", "check"),
    "deemed": Look("warn", "later"),
    "disputed": Look("warn", "help"),
    "rerouted": Look("mute", "undo"),
    "not_ours": Look("warn", "help"),
    "insisted": Look("info", "gavel"),
    "circulating": Look("info", "signature"),
    "effective": Look("ok", "check"),
    "taken_back": Look("mute", "undo"),
    "sent": Look("info", "out"),
    "differing": Look("danger", "alert"),
    "cancelled": Look("mute", "none"),
    "agree": Look("ok", "check"),
    "conditions": Look("ok", "check", True),
    "object": Look("danger", "cross"),
    "rejected": Look("danger", "cross"),
    # joint sessions, and who came
    "planned": Look("mute", "calendar", True),
    "noticed": Look("info", "calendar"),
    "held": Look("ok", "check"),
    "expected": Look("mute", "ring"),
    "present": Look("ok", "check"),
    "late": Look("warn", "later"),
    "excused": Look("info", "message"),
    "absent": Look("danger", "alert"),
    # clocks
    "running": Look("info", "clock"),
    "paused": Look("mute", "pause"),
    "met": Look("ok", "check"),
    "expired": Look("danger", "alert"),
    "overdue": Look("danger", "alert"),
    # cards
    "warning": Look("warn", "alert"),
    "yellow": Look("warn", "card"),
    "red": Look("danger", "card"),
    "office": Look("warn", "bell"),
    "answered": Look("info", "message"),
    "closed": Look("mute", "check"),
    # the exchange: pushes, supervision information, deliveries
    "waiting": Look("info", "ring"),
    "acknowledged": Look("ok", "check"),
    "inspection": Look("info", "search"),
    "penalty": Look("danger", "gavel"),
    "revocation": Look("danger", "undo"),
    "followed": Look("ok", "check"),
    "declined": Look("mute", "cross"),
    "issued": Look("ok", "certificate"),
    "sending": Look("info", "send"),
    "dead": Look("danger", "alert"),
    "given_up": Look("mute", "none"),
    # papers, certificates, seals
    "registered": Look("mute", "file", True),
    "drawn": Look("ok", "file"),
    "failed": Look("danger", "alert"),
    "valid": Look("ok", "shield"),
    "superseded": Look("mute", "history"),
    "revoked": Look("danger", "cross"),
    "in_use": Look("ok", "seal"),
    "stopped": Look("warn", "pause"),
    "sealed_up": Look("mute", "lock"),
    "destroyed": Look("mute", "delete"),
    # matters and their versions
    "active": Look("ok", "check"),
    "suspended": Look("warn", "pause"),
    "checked": Look("info", "check"),
    "approved": Look("info", "stamp"),
    "published": Look("ok", "check"),
}

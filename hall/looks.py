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
    # cases (办件)
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
    # outcomes
    "granted": Look("ok", "check"),
    "refused": Look("danger", "cross"),
    # tasks (部门任务) and opinions
    "waiting": Look("mute", "later", True),
    "pending": Look("mute", "ring"),
    "open": Look("info", "ring"),
    "signed_for": Look("info", "receipt"),
    "claimed": Look("info", "person"),
    "done": Look("ok", "check"),
    "agree": Look("ok", "check"),
    "agreed": Look("ok", "check"),
    "conditions": Look("ok", "check", True),
    "object": Look("danger", "cross"),
    "objected": Look("danger", "cross"),
    "deemed": Look("warn", "later"),
    "deemed_consented": Look("warn", "later"),
    "overdue": Look("danger", "alert"),
    # clocks
    "running": Look("info", "clock"),
    "paused": Look("mute", "pause"),
    "met": Look("ok", "check"),
    "expired": Look("danger", "alert"),
    "cancelled": Look("mute", "none"),
    # cards
    "warning": Look("warn", "alert"),
    "yellow": Look("warn", "card"),
    "red": Look("danger", "card"),
    # certificates and papers
    "valid": Look("ok", "shield"),
    "superseded": Look("mute", "reuse"),
    "revoked": Look("danger", "cross"),
    # versions
    "published": Look("ok", "check"),
    "retired": Look("mute", "archive"),
    # materials
    "complete": Look("ok", "check"),
    "missing": Look("warn", "alert"),
    "deferred": Look("info", "later", True),
    "reused": Look("info", "reuse"),
    "shared": Look("info", "shared"),
}

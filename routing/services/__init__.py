"""The verbs of departments' work. Other rooms, views, the API and porters call these and only these.

Lock order everywhere: the case first, then its task. So two last opinions at once meet at the case.
"""

from .deciding import decide, propose
from .dispatching import advance, close_ended, dispatch
from .handling import (
    claim,
    give_opinion,
    hand_over,
    object_late,
    resend,
    return_to_front,
    save_draft,
    sign_for,
)
from .silence import deem_consented, file_report, grant_report, mark_overdue, reject_report

__all__ = [
    "advance",
    "claim",
    "close_ended",
    "decide",
    "deem_consented",
    "dispatch",
    "file_report",
    "give_opinion",
    "grant_report",
    "hand_over",
    "mark_overdue",
    "object_late",
    "propose",
    "reject_report",
    "resend",
    "return_to_front",
    "save_draft",
    "sign_for",
]

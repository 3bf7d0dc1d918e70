"""The verbs of departments' work. Other rooms, views, the API and porters call these and only these.

Lock order everywhere: the case first, then its task. So two last opinions at once meet at the case.
"""

from .deciding import decide, propose
from .dispatching import advance, close_ended, dispatch
from .extensions import grant_extension, most_days, propose_extension, reject_extension
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
from .hearings import record_hearing, request_hearing, schedule_hearing, tell_of_right, waive_hearing
from .procedures import finish_procedure, open_procedure
from .silence import deem_consented, file_report, grant_report, mark_overdue, reject_report

__all__ = [
    "advance",
    "claim",
    "close_ended",
    "decide",
    "deem_consented",
    "dispatch",
    "file_report",
    "finish_procedure",
    "give_opinion",
    "grant_extension",
    "grant_report",
    "hand_over",
    "mark_overdue",
    "most_days",
    "object_late",
    "open_procedure",
    "propose",
    "propose_extension",
    "record_hearing",
    "reject_extension",
    "reject_report",
    "request_hearing",
    "resend",
    "return_to_front",
    "save_draft",
    "schedule_hearing",
    "sign_for",
    "tell_of_right",
    "waive_hearing",
]

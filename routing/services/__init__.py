"""The verbs of departments' work. Other rooms, views, the API and porters call these and only these.

Lock order everywhere: the case first, then its task. So two last opinions at once meet at the case.
"""

from .attendance import close_session, note_absence, sign_in, speak
from .bulk import Receipt, sign_for_many
from .catch_up import answer_held
from .consolidating import Adoption, consolidate
from .countersigning import lay_text, refuse_text, sign_text, take_back_text
from .deciding import decide, propose
from .delegating import delegate, revoke_delegation
from .dispatching import advance, close_ended, dispatch
from .disputes import disclaim, insist, reroute
from .extensions import grant_extension, most_days, propose_extension, reject_extension
from .feeds import close_feed, open_feed
from .handling import (
    claim,
    give_opinion,
    object_late,
    resend,
    return_to_front,
    save_draft,
    sign_for,
)
from .hearings import record_hearing, request_hearing, schedule_hearing, tell_of_right, waive_hearing
from .passing import hand_over, note_reading, reassign, recall, recall_hand_over, recall_return
from .procedures import finish_procedure, open_procedure
from .reports import file_report, grant_pause, grant_report, reject_report, resume_report
from .sessions import (
    cancel_session,
    convene,
    dismiss,
    note_session_read,
    notice_session,
    plan_session,
    postpone_session,
    put_on_agenda,
    take_off_agenda,
)
from .silence import deem_consented, mark_overdue
from .slips import receive_originals, send_originals, take_back_slip

__all__ = [
    "Adoption",
    "Receipt",
    "advance",
    "answer_held",
    "cancel_session",
    "claim",
    "close_ended",
    "close_feed",
    "close_session",
    "consolidate",
    "convene",
    "decide",
    "deem_consented",
    "delegate",
    "disclaim",
    "dismiss",
    "dispatch",
    "file_report",
    "finish_procedure",
    "give_opinion",
    "grant_extension",
    "grant_pause",
    "grant_report",
    "hand_over",
    "insist",
    "lay_text",
    "mark_overdue",
    "most_days",
    "note_absence",
    "note_reading",
    "note_session_read",
    "notice_session",
    "object_late",
    "open_feed",
    "open_procedure",
    "plan_session",
    "postpone_session",
    "propose",
    "propose_extension",
    "put_on_agenda",
    "reassign",
    "recall",
    "recall_hand_over",
    "recall_return",
    "receive_originals",
    "record_hearing",
    "refuse_text",
    "reject_extension",
    "reject_report",
    "request_hearing",
    "reroute",
    "resend",
    "resume_report",
    "return_to_front",
    "revoke_delegation",
    "save_draft",
    "schedule_hearing",
    "send_originals",
    "sign_for",
    "sign_for_many",
    "sign_in",
    "sign_text",
    "speak",
    "take_back_slip",
    "take_back_text",
    "take_off_agenda",
    "tell_of_right",
    "waive_hearing",
]

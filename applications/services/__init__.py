"""The verbs of a case (办件): the only way to change one."""

from .deferrals import Pledge, supply_deferred
from .desk import keep_at_desk, save_at_desk
from .ending import terminate, withdraw
from .evidencing import record_check, use_certificate
from .filling import MaterialEntry
from .holding import hold, release
from .intake import (
    fill_form,
    open_at_desk,
    receive,
    record_material,
    set_applicant,
    take_in,
)
from .notices import CorrectionItem, give_notice, items_from_verdicts, supplement
from .online import apply_online, attach, resubmit, return_to_applicant, save_draft, submit
from .progress import mark_archived, mark_delivered, mark_ready, mark_reviewing, record_decision
from .verdicts import accept, accept_on_commitment, deem_accepted, refuse_acceptance
from .waiting import claim_result, deem_withdrawn, end_waiting, may_not_decide_yet

__all__ = [
    "CorrectionItem",
    "MaterialEntry",
    "Pledge",
    "accept",
    "accept_on_commitment",
    "apply_online",
    "attach",
    "claim_result",
    "deem_accepted",
    "deem_withdrawn",
    "end_waiting",
    "fill_form",
    "give_notice",
    "hold",
    "items_from_verdicts",
    "keep_at_desk",
    "mark_archived",
    "mark_delivered",
    "mark_ready",
    "mark_reviewing",
    "may_not_decide_yet",
    "open_at_desk",
    "receive",
    "record_check",
    "record_decision",
    "record_material",
    "refuse_acceptance",
    "release",
    "resubmit",
    "return_to_applicant",
    "save_at_desk",
    "save_draft",
    "set_applicant",
    "submit",
    "supplement",
    "supply_deferred",
    "take_in",
    "terminate",
    "use_certificate",
    "withdraw",
]

"""The verbs of a case (办件): the only way to change one."""

from .bundle_acceptance import accept_bundle, deem_bundle_accepted
from .bundle_intake import attach_to_bundle, open_bundle, receive_bundle, refuse_bundle, save_bundle
from .bundle_notices import bundle_notice_items, give_bundle_notice, supplement_bundle
from .bundle_online import (
    apply_for_bundle,
    return_bundle_to_applicant,
    save_bundle_draft,
    submit_bundle_online,
)
from .bundle_parts import (
    follow_bundle,
    hand_over_singly,
    require_whole_hand_over,
    withdraw_bundle,
)
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
from .scope import clear_scope
from .telling import tell
from .verdicts import accept, accept_on_commitment, deem_accepted, refuse_acceptance
from .waiting import claim_result, deem_withdrawn, end_waiting, may_not_decide_yet

__all__ = [
    "CorrectionItem",
    "MaterialEntry",
    "Pledge",
    "accept",
    "accept_bundle",
    "accept_on_commitment",
    "apply_for_bundle",
    "apply_online",
    "attach",
    "attach_to_bundle",
    "bundle_notice_items",
    "claim_result",
    "clear_scope",
    "deem_accepted",
    "deem_bundle_accepted",
    "deem_withdrawn",
    "end_waiting",
    "fill_form",
    "follow_bundle",
    "give_bundle_notice",
    "give_notice",
    "hand_over_singly",
    "hold",
    "items_from_verdicts",
    "keep_at_desk",
    "mark_archived",
    "mark_delivered",
    "mark_ready",
    "mark_reviewing",
    "may_not_decide_yet",
    "open_at_desk",
    "open_bundle",
    "receive",
    "receive_bundle",
    "record_check",
    "record_decision",
    "record_material",
    "refuse_acceptance",
    "refuse_bundle",
    "release",
    "require_whole_hand_over",
    "resubmit",
    "return_bundle_to_applicant",
    "return_to_applicant",
    "save_at_desk",
    "save_bundle",
    "save_bundle_draft",
    "save_draft",
    "set_applicant",
    "submit",
    "submit_bundle_online",
    "supplement",
    "supplement_bundle",
    "supply_deferred",
    "take_in",
    "tell",
    "terminate",
    "use_certificate",
    "withdraw",
    "withdraw_bundle",
]

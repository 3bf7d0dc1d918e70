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
    days_along_the_way,
    follow_bundle,
    hand_over_singly,
    require_whole_hand_over,
    tell_of_new_date,
    withdraw_bundle,
)
from .commitments import (
    carried_out,
    check_commitment,
    decide_on_commitment,
    let_statement_lapse,
    state_on_commitment,
)
from .deferrals import Pledge, supply_deferred
from .desk import keep_at_desk, save_at_desk
from .ending import originals_kept, return_originals, terminate, withdraw
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
from .notices import CorrectionItem, give_notice, items_from_verdicts
from .online import apply_online, attach, resubmit, return_to_applicant, save_draft, submit
from .progress import mark_archived, mark_delivered, mark_ready, mark_reviewing, record_decision
from .project_consulting import answer_consultation, consult, record_silence, sum_up_consultation
from .project_following import extend_joint_limit, follow_project
from .project_helping import (
    assign_helper,
    log_help,
    put_in_green_channel,
    take_out_of_green_channel,
)
from .project_joining import apply_for_project, attach_case, open_for_project
from .project_registering import give_code, give_up_project, register_project
from .project_waiting import (
    end_for_want,
    follow_wait,
    may_not_dispatch_yet,
    wait_for_another,
    waits_to_follow,
)
from .scope import clear_scope
from .supplements import Arrival, announce_posting, still_missing, strike_posting, supplement, under_way
from .telling import tell
from .verdicts import accept, accept_on_commitment, deem_accepted, refuse_acceptance
from .waiting import claim_result, deem_withdrawn, end_waiting, may_not_decide_yet

__all__ = [
    "Arrival",
    "CorrectionItem",
    "MaterialEntry",
    "Pledge",
    "accept",
    "accept_bundle",
    "accept_on_commitment",
    "announce_posting",
    "answer_consultation",
    "apply_for_bundle",
    "apply_for_project",
    "apply_online",
    "assign_helper",
    "attach",
    "attach_case",
    "attach_to_bundle",
    "bundle_notice_items",
    "carried_out",
    "check_commitment",
    "claim_result",
    "clear_scope",
    "consult",
    "days_along_the_way",
    "decide_on_commitment",
    "deem_accepted",
    "deem_bundle_accepted",
    "deem_withdrawn",
    "end_for_want",
    "end_waiting",
    "extend_joint_limit",
    "fill_form",
    "follow_bundle",
    "follow_project",
    "follow_wait",
    "give_bundle_notice",
    "give_code",
    "give_notice",
    "give_up_project",
    "hand_over_singly",
    "hold",
    "items_from_verdicts",
    "keep_at_desk",
    "let_statement_lapse",
    "log_help",
    "mark_archived",
    "mark_delivered",
    "mark_ready",
    "mark_reviewing",
    "may_not_decide_yet",
    "may_not_dispatch_yet",
    "open_at_desk",
    "open_bundle",
    "open_for_project",
    "originals_kept",
    "put_in_green_channel",
    "receive",
    "receive_bundle",
    "record_check",
    "record_decision",
    "record_material",
    "record_silence",
    "refuse_acceptance",
    "refuse_bundle",
    "register_project",
    "release",
    "require_whole_hand_over",
    "resubmit",
    "return_bundle_to_applicant",
    "return_originals",
    "return_to_applicant",
    "save_at_desk",
    "save_bundle",
    "save_bundle_draft",
    "save_draft",
    "set_applicant",
    "state_on_commitment",
    "still_missing",
    "strike_posting",
    "submit",
    "submit_bundle_online",
    "sum_up_consultation",
    "supplement",
    "supplement_bundle",
    "supply_deferred",
    "take_in",
    "take_out_of_green_channel",
    "tell",
    "tell_of_new_date",
    "terminate",
    "under_way",
    "use_certificate",
    "wait_for_another",
    "waits_to_follow",
    "withdraw",
    "withdraw_bundle",
]

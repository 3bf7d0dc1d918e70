"""State × verb × role: who may do what to a case, a task, and what hangs on a task. All else is refused.

`CALLS` says how each verb is called, with words that nobody could find fault with. `ALLOWED` is the table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from applications import services as cases
from hall.errors import HallError, Incomplete, Invalid
from hall.now import now, today
from routing import services as routing
from routing.holdings import Office, holdings
from tests import traits

from .situations import TOLD, Situation

Call = Callable[[Situation, Any], Any]


def _item() -> cases.CorrectionItem:
    return cases.CorrectionItem("m02", "场所证明", "看不清")


def _held_at() -> dt.datetime:
    return now() + dt.timedelta(days=26)


CALLS: Mapping[str, Mapping[str, Call]] = {
    "case": {
        "accept": lambda s, by: cases.accept(s.key, by=by),
        "accept_on_commitment": lambda s, by: cases.accept_on_commitment(s.key, promise="承诺", by=by),
        "announce_posting": lambda s, by: cases.announce_posting(
            s.key, posted_on=today(), tracking_number="1", by=by
        ),
        "attach": lambda s, by: cases.attach(s.key, "m02", files=[], by=by),
        "check_commitment": lambda s, by: cases.check_commitment(s.key, conforms=True, facts="属实", by=by),
        "decide_on_commitment": lambda s, by: cases.decide_on_commitment(
            s.key, revoke=True, reasons="不实", by=by
        ),
        "state_on_commitment": lambda s, by: cases.state_on_commitment(s.key, text="申辩", by=by),
        "return_originals": lambda s, by: cases.return_originals(s.key, to="示例申请人", by=by),
        "claim_result": lambda s, by: cases.claim_result(s.key, by=by),
        "clear_scope": lambda s, by: cases.clear_scope(s.key, of_bundle=False, reason="不涉及", by=by),
        "end_for_want": lambda s, by: cases.end_for_want(s.key, "没有办成", by=by),
        "send_originals": lambda s, by: routing.send_originals(
            s.key,
            materials=[each.material.pk for each in holdings(s.case)],
            to=Office(department=s.town.departments["bureau"]),
            by=by,
        ),
        "wait_for_another": lambda s, by: cases.wait_for_another(s.key, "1", "已重新申请", by=by),
        "deem_accepted": lambda s, by: cases.deem_accepted(s.key, since=now(), by=by),
        "fill_form": lambda s, by: cases.fill_form(s.key, traits.FORM_DATA, by=by),
        "give_notice": lambda s, by: cases.give_notice(s.key, items=[_item()], by=by),
        "hold": lambda s, by: cases.hold(s.key, by=by),
        "keep_at_desk": lambda s, by: cases.keep_at_desk(s.key, data=traits.FORM_DATA, by=by),
        "receive": lambda s, by: cases.receive(s.key, by=by),
        "record_check": lambda s, by: cases.record_check(s.key, "m03", result="obtained", by=by),
        "record_material": lambda s, by: cases.record_material(s.key, "m02", verdict="ok", by=by),
        "refuse_acceptance": lambda s, by: cases.refuse_acceptance(
            s.key, ground="not_eligible", reason="不符合条件", by=by
        ),
        "resubmit": lambda s, by: cases.resubmit(s.key, by=by),
        "return_to_applicant": lambda s, by: cases.return_to_applicant(s.key, reason="请补充", by=by),
        "save_at_desk": lambda s, by: cases.save_at_desk(
            s.key, subject=s.town.citizen.person, phone=traits.PHONE, data=traits.FORM_DATA, by=by
        ),
        "save_draft": lambda s, by: cases.save_draft(s.key, data=traits.FORM_DATA, by=by),
        "set_applicant": lambda s, by: cases.set_applicant(s.key, subject=s.town.citizen.person, by=by),
        "submit": lambda s, by: cases.submit(s.key, by=by),
        "supplement": lambda s, by: cases.supplement(s.key, materials=[cases.MaterialEntry("m02")], by=by),
        "supply_deferred": lambda s, by: cases.supply_deferred(s.key, "m05", by=by),
        "terminate": lambda s, by: cases.terminate(s.key, "无法继续", by=by),
        "use_certificate": lambda s, by: cases.use_certificate(s.key, "m02", number="1", by=by),
        "withdraw": lambda s, by: cases.withdraw(s.key, "不办了", by=by),
    },
    "task": {
        "claim": lambda s, by: routing.claim(s.key, by=by),
        "consolidate": lambda s, by: routing.consolidate(s.key, text="同意", by=by),
        "decide": lambda s, by: routing.decide(s.key, outcome="granted", by=by),
        "disclaim": lambda s, by: routing.disclaim(
            s.key, competent=s.town.departments["fire"], reasons="不归我们管", by=by
        ),
        "file_report": lambda s, by: routing.file_report(s.key, reason="专家出差", days=2, by=by),
        "give_opinion": lambda s, by: routing.give_opinion(s.key, verdict="agree", by=by),
        "hand_over": lambda s, by: routing.hand_over(
            s.key, to=s.town.users["health colleague"], reason="轮休", by=by
        ),
        "insist": lambda s, by: routing.insist(s.key, reason="依职责", by=by),
        "lay_text": lambda s, by: routing.lay_text(s.key, outcome="granted", by=by),
        "object_late": lambda s, by: routing.object_late(
            s.key, reasons="不符合规定", legal_basis="示范规定", by=by
        ),
        "open_procedure": lambda s, by: routing.open_procedure(s.key, kind="testing", by=by, **TOLD),
        "propose": lambda s, by: routing.propose(s.key, {"outcome": "granted"}, by=by),
        "propose_extension": lambda s, by: routing.propose_extension(s.key, days=3, reason="案情复杂", by=by),
        "reassign": lambda s, by: routing.reassign(
            s.key, to=s.town.users["health colleague"], reason="轮休", by=by
        ),
        "recall": lambda s, by: routing.recall(s.key, reason="送错了", by=by),
        "recall_hand_over": lambda s, by: routing.recall_hand_over(s.key, reason="送错了", by=by),
        "recall_return": lambda s, by: routing.recall_return(s.key, reason="已找到", by=by),
        "refuse_text": lambda s, by: routing.refuse_text(s.key, reasons="不妥", legal_basis="示例", by=by),
        "reroute": lambda s, by: routing.reroute(
            s.key, to=s.town.departments["fire"], reason="依职责", by=by
        ),
        "resend": lambda s, by: routing.resend(s.key, note="已说明", by=by),
        "return_to_front": lambda s, by: routing.return_to_front(s.key, reasons="缺图纸", by=by),
        "save_draft": lambda s, by: routing.save_draft(s.key, {"verdict": "agree"}, by=by),
        "sign_for": lambda s, by: routing.sign_for(s.key, by=by),
        "sign_text": lambda s, by: routing.sign_text(s.key, by=by),
        "take_back_text": lambda s, by: routing.take_back_text(s.key, reason="更正", by=by),
        "tell_of_right": lambda s, by: routing.tell_of_right(
            s.key, because="public", parties="邻居", by=by, **TOLD
        ),
    },
    "report": {
        "grant_report": lambda s, by: routing.grant_report(s.key, answer="知悉", by=by),
        "grant_pause": lambda s, by: routing.grant_pause(
            s.key, until=today() + dt.timedelta(days=3), answer="知悉", by=by
        ),
        "resume_report": lambda s, by: routing.resume_report(s.key, by=by),
        "reject_report": lambda s, by: routing.reject_report(s.key, answer="知悉", by=by),
    },
    "extension": {
        "grant_extension": lambda s, by: routing.grant_extension(s.key, by=by),
        "reject_extension": lambda s, by: routing.reject_extension(s.key, answer="不同意", by=by),
    },
    "procedure": {
        "finish_procedure": lambda s, by: routing.finish_procedure(s.key, result="合格", by=by),
        "record_hearing": lambda s, by: routing.record_hearing(s.key, text="笔录", signed_by="邻居", by=by),
        "request_hearing": lambda s, by: routing.request_hearing(s.key, requested_by="邻居", by=by),
        "schedule_hearing": lambda s, by: routing.schedule_hearing(
            s.key, held_at=_held_at(), place="二楼", chair=s.town.users["supervisor"], by=by
        ),
        "waive_hearing": lambda s, by: routing.waive_hearing(s.key, by=by, reason="书面放弃"),
    },
}

CLERKS = ("clerk", "other clerk", "receiver")
PLACE_CLERKS = (*CLERKS, "clerk of another hall")  # of an online case that no hall has taken yet (无差别受理)
APPLICANT, SYSTEM, SUPERVISOR = ("applicant",), ("system",), ("supervisor",)
HEALTH = ("health reviewer", "health colleague", "health head")
BUREAU, HEAD = ("bureau reviewer", "bureau head"), ("bureau head",)
RULERS = (*BUREAU, "manager")
CONSULTED = (*HEALTH, "fire reviewer", "fire head")
UNDER_WAY = ("accepted", "deferred", "reviewing")
WITHDRAWABLE = ("returned", "received", "correcting", *UNDER_WAY)
TAKEN_IN = ("received", "correcting", *UNDER_WAY, "decided", "ready", "delivered")
# The department's own: its task, while it is with it; the deciding one's likewise.
WORKED_ON = {"open": HEALTH, "received": HEALTH, "deciding": BUREAU}
OPINED_ON = {"open": HEALTH, "received": HEALTH}
NOBODY: dict[str, tuple[str, ...]] = {}  # nothing in these cases calls for it: they are refused everywhere

# What the table does not list is refused. The receiver holds a post in every department as well.
ALLOWED: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "case": {
        "accept": {"received": CLERKS},
        "accept_on_commitment": NOBODY,  # 本事项不适用告知承诺
        "announce_posting": {"correcting": (*CLERKS, *APPLICANT)},
        "check_commitment": NOBODY,  # 没有告知承诺
        "decide_on_commitment": NOBODY,
        "state_on_commitment": NOBODY,
        "return_originals": dict.fromkeys(("not accepted", "withdrawn", "terminated"), CLERKS),
        "attach": {
            "draft": CLERKS,
            "online draft": APPLICANT,
            "submitted": PLACE_CLERKS,
            "returned": APPLICANT,
            "received": CLERKS,
            "correcting": (*CLERKS, *APPLICANT),
        },
        "claim_result": NOBODY,  # 没有等待期
        "clear_scope": NOBODY,  # 没有经营范围
        "send_originals": dict.fromkeys(TAKEN_IN, (*CLERKS, "issuer")),  # to a department
        "end_for_want": NOBODY,  # 没有前置事项
        "wait_for_another": NOBODY,
        "deem_accepted": {"received": SYSTEM},
        "fill_form": {"draft": CLERKS, "received": CLERKS},
        "give_notice": {"received": CLERKS},
        "hold": {
            "draft": CLERKS,
            "submitted": PLACE_CLERKS,
            **dict.fromkeys((*WITHDRAWABLE, "decided", "ready"), CLERKS),
        },
        "keep_at_desk": {
            "draft": CLERKS,
            "submitted": PLACE_CLERKS,
            "received": CLERKS,
            "correcting": CLERKS,
        },
        "receive": {"draft": CLERKS, "submitted": PLACE_CLERKS, "received": ("receiver",)},
        "record_check": {
            "draft": CLERKS,
            "submitted": PLACE_CLERKS,
            **dict.fromkeys(("returned", "received", "correcting", "accepted", "deferred"), CLERKS),
            "reviewing": (*CLERKS, *CONSULTED),
            **dict.fromkeys(("decided", "ready", "delivered"), (*CLERKS, *BUREAU)),
        },
        "record_material": {"draft": CLERKS, "submitted": PLACE_CLERKS, "received": CLERKS},
        "refuse_acceptance": {
            "submitted": (*PLACE_CLERKS, *SYSTEM),
            "received": (*CLERKS, *SYSTEM),
            "correcting": (*CLERKS, *SYSTEM),
        },
        "resubmit": {"returned": APPLICANT, "submitted": APPLICANT},
        "return_to_applicant": {"submitted": PLACE_CLERKS},
        "save_at_desk": {"draft": CLERKS, "received": CLERKS},
        "save_draft": {"online draft": APPLICANT, "returned": APPLICANT},
        "set_applicant": {"draft": CLERKS, "received": CLERKS},
        "submit": {"online draft": APPLICANT, "submitted": APPLICANT},
        "supplement": {"correcting": (*CLERKS, *APPLICANT)},
        "supply_deferred": {"deferred": (*CLERKS, *APPLICANT)},
        "terminate": dict.fromkeys(
            ("correcting", *UNDER_WAY, "decided", "ready"), ("supervisor", "manager", *SYSTEM)
        ),
        "use_certificate": {
            "draft": CLERKS,
            "online draft": APPLICANT,
            "submitted": PLACE_CLERKS,
            "returned": APPLICANT,
            "received": CLERKS,
            "correcting": CLERKS,
        },
        "withdraw": {
            "submitted": (*PLACE_CLERKS, *APPLICANT),
            **dict.fromkeys(WITHDRAWABLE, (*CLERKS, *APPLICANT)),
        },
    },
    "task": {
        "claim": WORKED_ON,
        "consolidate": {"deciding": BUREAU},
        "decide": {"deciding": HEAD},
        "disclaim": OPINED_ON,
        "file_report": WORKED_ON,
        "give_opinion": OPINED_ON,
        "hand_over": OPINED_ON,  # to somebody of the health department
        "insist": {"disputed": RULERS},
        "lay_text": NOBODY,  # 不须会签
        "object_late": {"deemed": HEALTH},
        "open_procedure": WORKED_ON,
        "propose": WORKED_ON,
        "propose_extension": {"deciding": BUREAU},
        "reassign": {"open": ("health head",), "received": ("health head",)},
        "recall": NOBODY,  # what the route sends has no sender
        "recall_hand_over": NOBODY,  # nothing was handed over
        "recall_return": {"returned": HEALTH},
        "refuse_text": NOBODY,
        "reroute": {"disputed": RULERS},
        "resend": {"returned": CLERKS},
        "return_to_front": WORKED_ON,
        "save_draft": WORKED_ON,
        "sign_for": WORKED_ON,
        "sign_text": NOBODY,
        "take_back_text": NOBODY,
        "tell_of_right": WORKED_ON,
    },
    "report": {
        "grant_report": {"open": SUPERVISOR},
        "grant_pause": {"open": SUPERVISOR},
        "resume_report": NOBODY,  # nothing stands still for it
        "reject_report": {"open": SUPERVISOR},
    },
    "extension": {"grant_extension": {"open": HEAD}, "reject_extension": {"open": HEAD}},
    "procedure": {
        "finish_procedure": {"running": BUREAU},
        "record_hearing": NOBODY,  # none has been held
        "request_hearing": {"hearing told": (*BUREAU, *CLERKS)},
        "schedule_hearing": {"hearing asked": BUREAU},
        "waive_hearing": {"hearing told": (*BUREAU, *CLERKS, *SYSTEM)},
    },
}

# Allowed, but our words do not suffice: a file, or a certificate that can stand in, would be needed.
WANTS_MORE: Mapping[str, tuple[type[HallError], ...]] = {
    "attach": (Incomplete,),
    "supply_deferred": (Incomplete,),
    "use_certificate": (Invalid, Incomplete),
}

# Called by clocks, trays and the rooms above, from a state that they have looked at under the same lock, and
# harmless elsewhere; no person's verb. What they do is proven by the state machine and their own tests.
PORTERS = {
    *("deem_withdrawn", "end_waiting", "follow_wait", "mark_reviewing", "mark_ready", "mark_delivered"),
    *("mark_archived", "record_decision", "dispatch", "close_ended", "deem_consented", "mark_overdue"),
    *("carried_out", "let_statement_lapse"),
    # Noted for whoever it concerns; never refused, for there is nothing to refuse.
    *("release", "note_reading"),
}

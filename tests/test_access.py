"""Every address × everybody (DESIGN §5, invariant 8): who comes in, and who does not.

What is expected stands in the tables below, written from DESIGN §5–6 and not read from the code.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hall.organisation.choices import Role
from hall.people.models import User
from routing.holdings import holdings
from tests.support.world import ANONYMOUS, ELSEWHERE, World, build

pytestmark = pytest.mark.django_db  # so that there is a test database when the file is run alone

# -- Who is who --------------------------------------------------------------------------------------

CITIZENS = {"citizen", "other_citizen"}
HERE = {
    "clerk",
    "other_clerk",
    "issuer",
    "other_issuer",
    "reviewer",
    "head",
    "consulted_reviewer",
    "consulted_head",
    "other_reviewer",
    "other_head",
    "other_keeper",
    *(str(role) for role in Role if role not in (Role.CLERK, Role.ISSUER, Role.REVIEWER, Role.HEAD)),
}
ELSEWHERE_ALL = {f"{ELSEWHERE}{role}" for role in Role}
OFFICERS = HERE | ELSEWHERE_ALL
EVERYBODY = {ANONYMOUS, "technician"} | CITIZENS | OFFICERS
VISITORS = sorted(EVERYBODY)


def those(*roles: str) -> set[str]:
    """All officers here who hold one of the roles."""
    return {
        name
        for name in HERE
        for role in roles
        if name == role or name in (f"other_{role}", f"consulted_{role}")
    }


def anywhere(*roles: str) -> set[str]:
    """All officers of both places who hold one of the roles."""
    return those(*roles) | {f"{ELSEWHERE}{role}" for role in roles}


# -- Doors: who may open a page of this mark at all -----------------------------------------------------

DOORS: dict[str, set[str]] = {
    "public": EVERYBODY,
    "signed_in": EVERYBODY - {ANONYMOUS},
    "citizen": CITIZENS,
    "staff": OFFICERS,
    "desk:desk": anywhere("clerk"),
    "desk:review": anywhere("reviewer", "head"),
    "desk:issue": anywhere("issuer"),
    "desk:sessions": anywhere("reviewer", "head", "supervisor", "manager"),
    "desk:supervision": anywhere("supervisor", "manager", "head"),
    "desk:exchange": anywhere("reviewer", "head", "supervisor", "manager"),
    "desk:manage": anywhere("keeper", "manager", "system_admin", "security_admin"),
    "desk:catalogue": anywhere("keeper"),
    "desk:regimes": anywhere("keeper", "manager"),
    "desk:targets": anywhere("keeper", "supervisor", "manager", "head"),
    "desk:organisation": anywhere("manager", "system_admin"),
    "desk:silence": anywhere("manager", "system_admin", "supervisor"),
    "desk:users": anywhere("security_admin"),
    "desk:clock": anywhere("manager", "system_admin", "supervisor"),
    "desk:audit": anywhere("audit_admin"),
}

# Views without a mark, and why. Everything else must carry one.
UNMARKED = {
    "clock_explanation": "DRF permissions (hall.api.opens); the objects are walked below",
    "openapi": "the description of the API, without data, open to whoever connects a system",
    "applications:api-": "DRF permissions (hall.api.opens); the objects are walked below",
    "routing:api-": "DRF permissions (hall.api.opens); the objects are walked below",
    "exchange:api-": "a signature of an outside system, or DRF permissions; the objects are walked below",
}

# -- Objects: who gets at the things of this world ------------------------------------------------------

BUILDERS = those("manager", "system_admin")
KEEPERS = those("keeper")
SECURITY = those("security_admin")
WATCHERS = those("supervisor", "manager")
# The hall that took it in, the departments that have a task in it, and who watches over the place.
READERS = WATCHERS | {"clerk", "issuer", "audit_admin", "consulted_reviewer", "consulted_head"}
# The desk, who watches, the department that leads, and those with a step in one of its cases.
PROJECT_READERS = (
    WATCHERS | those("clerk") | {"audit_admin", "reviewer", "head", "consulted_reviewer", "consulted_head"}
)
AT_THE_TASK = {"consulted_reviewer", "consulted_head"}
AT_THE_SESSION = AT_THE_TASK | {"reviewer", "head"}
THE_CONVENORS = {"reviewer", "head", "manager"}  # the deciding organ, and who manages the hall
SUPERVISES = {"other_reviewer", "other_head"}  # the fire brigade, which has no part in the approval


def each_of(room: str, names: str, who: set[str]) -> dict[str, set[str]]:
    """The same people for several addresses of one room."""
    return {f"{room}:{name}": who for name in names.split()}


OBJECTS: dict[str, set[str]] = {
    # -- the building
    "files:upload": EVERYBODY - {ANONYMOUS},  # without an account only in a session that drafts
    "files:file": READERS | {"citizen"},
    "notices:read": {"citizen"},
    "audit_chain": {"audit_admin"},
    **each_of("organisation", "department hall new_zone zone new_window window remove_window", BUILDERS),
    "calendars:remove": BUILDERS,
    "certificates:seal": BUILDERS,
    "certificates:seal_state": {"manager"},
    "certificates:seal_image": HERE,
    **each_of("people", "user close_user reopen_user reset_password assign deputise end_post", SECURITY),
    # -- the catalogue
    **each_of("matters", "manage_matter rename put_in_list suspend resume cancel draft", KEEPERS),
    **each_of("matters", "version edit guidance submit send_back publish compare", KEEPERS),
    **each_of("matters", "withdraw fill compare_any", KEEPERS),
    **each_of("applications", "version_cases running_on", KEEPERS),
    "matters:revise_regime": anywhere("keeper", "manager"),  # the law that ships holds everywhere
    **each_of("matters", "import_run import_for_good change_set revise_change_set leave_out", KEEPERS),
    **each_of("matters", "submit_change_set publish_change_set return_change_set drop_change_set", KEEPERS),
    "matters:approve_change_set": {"other_keeper"},  # who drew it up does not approve it
    "matters:api_version": EVERYBODY,
    "matters:approve": {"other_keeper"},  # who drafted it does not approve it
    **each_of("matters", "definition proof unlist_proof", KEEPERS),
    **each_of("matters", "transfer change_transfer put_in_transfer return_transfer", KEEPERS),
    **each_of("matters", "drop_transfer_item declare_hearing", KEEPERS),
    "matters:approve_transfer": {"other_keeper"},  # nor who prepared the batch
    "matters:shown_transfer": EVERYBODY,
    **each_of("matters", "short qr list guide api_matter api_outcome api_form", EVERYBODY),
    **each_of("certificates", "guide_pdf blank_form sample_form guide_card", EVERYBODY),
    **each_of("certificates", "verify_code api_verify", EVERYBODY),
    **each_of("certificates", "manual_pdf print_run", HERE),  # 业务手册 is for the staff of its place
    "certificates:version_sheet": KEEPERS,
    **each_of("matters", "form_files drop_form_file", KEEPERS),
    **each_of("matters", "bundle_draft bundle_suspend bundle_resume bundle_cancel", KEEPERS),
    **each_of("matters", "bundle_version bundle_edit manage_negative_item", KEEPERS),
    "matters:bundle_act": {"other_keeper"},  # walked with "approve": who drafted it does not
    **each_of("matters", "bundle_short bundle_qr bundle_guide api_bundle", EVERYBODY),
    # -- bundles in hand: the hall that took it; who has to do with one of its cases reads it
    "applications:bundle_open": those("clerk"),
    **each_of("applications", "bundle_desk bundle_act bundle_keep bundle_scan bundle_clear", {"clerk"}),
    **each_of("applications", "bundle_singly bundle_verdict desk_clear", {"clerk"}),
    "applications:bundle": READERS | {"reviewer", "head"},
    "applications:bundle_tracked": EVERYBODY,  # who has not typed the query code is sent to do so
    "applications:bundle_apply": CITIZENS,
    **each_of("applications", "my_bundle my_bundle_singly my_bundle_correct my_bundle_withdraw", {"citizen"}),
    **each_of("applications", "my_bundle_keep my_bundle_step my_bundle_upload", {"citizen"}),
    "certificates:bundle_print": READERS | {"reviewer", "head", "citizen"} | those("issuer"),
    "certificates:issue_bundle": those("issuer"),
    # -- projects: the desk of the place, who watches over it, and departments that have to do with it
    **each_of("matters", "project_scheme take_out_of_stage no_longer_wait", KEEPERS),
    "applications:project": PROJECT_READERS,
    "applications:project_act": WATCHERS,  # walked with "green"
    "applications:project_open": those("clerk"),
    "applications:desk_prerequisite": {"clerk"},
    "applications:consultation_paper": PROJECT_READERS | {"other_reviewer", "other_head", "citizen"},
    **each_of("applications", "my_project my_project_open my_prerequisite", {"citizen"}),
    # -- the front desk: any clerk of the place may begin a matter; a case belongs to the hall that took it
    **each_of("applications", "desk_matter desk_open", those("clerk")),
    **each_of("applications", "desk_case desk_act desk_keep desk_status desk_scan desk_supply", {"clerk"}),
    **each_of("applications", "desk_defer desk_commit desk_notice desk_refuse desk_withdraw", {"clerk"}),
    "applications:desk_claim": {"clerk"},
    **each_of("applications", "desk_posted desk_originals desk_statement strike_posted", {"clerk"}),
    # an online case that no hall has taken yet is open to every clerk of the place (无差别受理)
    "applications:desk_return": those("clerk"),
    # putting down what one does not hold changes nothing and tells nothing
    "applications:desk_release": anywhere("clerk"),
    "routing:resend": {"clerk"},
    # -- the case, for everybody who has to do with it
    **each_of("applications", "case timeline", READERS),
    # what the government obtains itself is checked by the desk and the departments, not by who watches
    "applications:evidence": READERS,
    "applications:check": {"clerk", "consulted_reviewer", "consulted_head"},
    "applications:desk_use": {"clerk"},
    "routing:case_panel": READERS,
    "supervision:case_panel": READERS,
    **each_of("applications", "second_notice terminate", WATCHERS),
    # a result is handed over at any window of the place (统一窗口出件), with its papers
    "certificates:case_panel": READERS | those("issuer"),
    **each_of("certificates", "print my_papers", READERS | those("issuer") | {"citizen"}),
    "certificates:issue_case": those("issuer"),
    "certificates:certificate": {"reviewer", "head"},
    # -- the citizen's own
    **each_of("applications", "my_case correct supply withdraw my_posted my_statement", {"citizen"}),
    # a promise in place of proof is checked by the organ that decided on it
    "applications:commitment": {"reviewer", "head"},
    **each_of("applications", "apply_who apply_form apply_keep apply_materials apply_upload", {"citizen"}),
    **each_of("applications", "apply_check apply_use apply_situation", {"citizen"}),
    "applications:apply": CITIZENS,
    "applications:scanned": EVERYBODY,  # only fills the number in; the query code is asked for
    "applications:tracked": EVERYBODY,  # who has not typed the query code is sent to do so
    # -- the departments' work
    **each_of("routing", "task sign_for claim draft opinion", AT_THE_TASK),
    **each_of("routing", "give_back report late_objection hand_over", AT_THE_TASK),
    # the case in question is a 即办件, which a reviewer of the deciding organ may decide
    **each_of("routing", "propose decide", {"reviewer", "head"}),
    **each_of("routing", "answer_report answer_held", {"supervisor"}),
    "routing:resume_report": {"supervisor"} | AT_THE_TASK,
    # proofs and clocks: whoever may see the case
    "routing:silence_evidence": READERS | {"reviewer", "head"},
    "clock": READERS | {"reviewer", "head"},
    **each_of("routing", "open_procedure tell_of_right propose_extension", AT_THE_TASK),
    **each_of("routing", "finish_procedure schedule_hearing record_hearing", AT_THE_TASK),
    # a request for a hearing may be brought to the desk as well
    **each_of("routing", "request_hearing waive_hearing", AT_THE_TASK | {"clerk"}),
    "routing:answer_extension": {"head"},
    # -- joint sessions: who is convened reads, who convenes runs, who watches over the place reads
    "sessions:session": AT_THE_SESSION | WATCHERS,
    "sessions:ics": AT_THE_SESSION | WATCHERS,
    "sessions:sign_in": AT_THE_SESSION,
    "sessions:speak": {"consulted_reviewer", "consulted_head"},
    **each_of("sessions", "poster agenda take_off invite dismiss notice", THE_CONVENORS),
    **each_of("sessions", "postpone cancel close", THE_CONVENORS),
    "sessions:plan": THE_CONVENORS,
    "sessions:case_panel": READERS | {"reviewer", "head"},
    "sessions:read_feed": EVERYBODY,  # the secret in the address is the key
    # -- the exchange: the supervising department acts, who watches over the place reads
    **each_of("exchange", "push", WATCHERS | SUPERVISES),
    **each_of("exchange", "acknowledge add_note", SUPERVISES),
    "exchange:note": WATCHERS | SUPERVISES | {"reviewer", "head"},  # of the deciding organ
    "exchange:answer_advice": {"head"},
    **each_of("exchange", "case_panel holder_mark", READERS),
    **each_of("exchange", "duty release", anywhere("keeper", "manager") & HERE),
    **each_of("exchange", "subscription edit_subscription rotate redeliver_all", BUILDERS),
    **each_of("exchange", "redeliver give_up", BUILDERS),
    # -- tasks from hand to hand
    **each_of("routing", "recall_hand_over recall_return", AT_THE_TASK),
    "routing:consolidate": {"reviewer", "head"},
    "routing:lay_text": {"reviewer", "head"},  # the head has delegated it to this reviewer
    "routing:take_back_text": {"head"},
    **each_of("routing", "sign_text refuse_text", {"consulted_head"}),
    "routing:recall": {"clerk"},
    "routing:rule": {"reviewer", "head", "manager"},
    "routing:revoke_delegation": {"head"},
    # -- originals: the two offices of a slip, and who watches over the place
    "routing:slip": WATCHERS | {"clerk", "issuer"} | AT_THE_TASK,
    "routing:receive_slip": AT_THE_TASK,
    "routing:take_back_slip": {"clerk", "issuer"},
    "routing:send_slip": {"clerk", "issuer"},
    # -- supervision
    "supervision:card": WATCHERS | {"consulted_head"},
    "supervision:answer": {"consulted_head", "manager"},
    "supervision:close": {"supervisor"},
}

# The API answers 404 for what is not there for whoever asks.
API_OBJECTS: dict[str, set[str]] = {
    "clock_explanation": READERS | {"reviewer", "head"},
    "applications:api-bundle-case-list": OFFICERS,
    "applications:api-bundle-case-detail": WATCHERS | {"clerk", "issuer", "audit_admin"},
    "applications:api-project-detail": PROJECT_READERS,
    "applications:api-case-list": OFFICERS,
    "applications:api-case-detail": WATCHERS | {"clerk", "issuer", "audit_admin"},
    "applications:api-case-timeline": WATCHERS | {"clerk", "issuer", "audit_admin"},
    "applications:api-case-materials": WATCHERS | {"clerk", "issuer", "audit_admin"},
    "applications:api-case-check": {"clerk"},
    "applications:api-case-accept": {"clerk"},
    "applications:api-case-refuse": {"clerk"},
    "routing:api-task-list": anywhere("reviewer", "head"),
    "routing:api-task-detail": AT_THE_TASK,
    "routing:api-task-sign": AT_THE_TASK,
    "routing:api-task-claim": AT_THE_TASK,
    "routing:api-task-opinion": AT_THE_TASK,
    "routing:api-task-give-back": AT_THE_TASK,
    "routing:api-task-decide": {"reviewer", "head"},
    "routing:api-session-list": anywhere("reviewer", "head", "supervisor", "manager"),
    "routing:api-session-detail": AT_THE_SESSION | WATCHERS,
    "exchange:api-push-list": anywhere("reviewer", "head", "supervisor", "manager"),
    "exchange:api-push-detail": WATCHERS | SUPERVISES,
    **each_of("exchange", "api-push-acknowledge api-push-notes", SUPERVISES),
    **each_of("routing", "api-task-recall-return api-task-hand-over", AT_THE_TASK),
    "routing:api-task-reassign": {"consulted_head"},
    "routing:api-task-consolidate": {"reviewer", "head"},
    "routing:api-task-lay-text": {"reviewer", "head"},
    **each_of("routing", "api-task-countersign api-task-refuse-countersign", {"consulted_head"}),
    "openapi": EVERYBODY,
}

# They change who the visitor is, or turn away who is somebody already; tests/hall/people has them.
LOG_IN_AND_OUT = {"login", "logout"}

# Parts of an address that say where or what, but name no thing that belongs to somebody.
NO_OBJECT = {"place", "measure"}


# -- The addresses --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """One URL pattern: its name with namespaces, the names of its arguments, its view."""

    name: str
    params: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def mark(self) -> str | None:
        return getattr(self.view, "access", None)

    @property
    def names_an_object(self) -> bool:
        return bool(set(self.params) - NO_OBJECT)


@functools.cache
def addresses() -> list[Address]:
    """All addresses but the technicians' admin."""
    return [each for each in _walk(get_resolver(), ()) if not each.name.startswith("admin:")]


def _walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            name = ":".join([*spaces, pattern.name or ""])
            yield Address(name, tuple(pattern.pattern.regex.groupindex), pattern.callback)
        else:
            yield from _walk(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)


def may_come_in(address: Address) -> set[str]:
    """Who is expected to."""
    if address.name in API_OBJECTS:
        return API_OBJECTS[address.name]
    if address.name in OBJECTS or address.names_an_object:
        return OBJECTS[address.name]
    assert address.mark
    return DOORS[address.mark]


def arguments(address: Address, things: dict[str, Any]) -> dict[str, Any]:
    """What to put into the address."""
    of_view = _THINGS_OF_VIEW.get(address.name, {})
    return {param: _value(of_view.get(param, _THINGS.get(param)), param, things) for param in address.params}


def _value(thing: Any, param: str, things: dict[str, Any]) -> Any:
    assert thing is not None, f"nothing in the world for {param}"
    return thing(things) if callable(thing) else thing


def _key(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda things: things[name].pk


_THINGS: dict[str, Any] = {
    "place": lambda things: things["place"].slug,
    "short_code": lambda things: things["version"].matter.short_code,
    "matter_id": lambda things: things["version"].matter_id,
    "version_id": _key("draft_version"),
    "other_id": _key("deferrable"),
    "case_id": _key("case"),
    "bundle_id": _key("bundle"),
    "project_id": _key("project"),
    "consultation_number": 1,
    "scheme_id": _key("scheme"),
    "stage_matter_id": lambda things: things["scheme"].stage_matters.get(matter=things["spare"].matter_id).pk,
    "dependency_id": lambda things: things["scheme"].dependencies.get().pk,
    "number": lambda things: things["case"].number,
    "task_id": _key("task"),
    "report_id": _key("report"),
    "procedure_id": _key("procedure"),
    "extension_id": _key("extension"),
    "delegation_id": _key("delegation"),
    "slip_id": _key("slip"),
    "certificate_id": _key("certificate"),
    "seal_id": _key("seal"),
    "card_id": _key("card"),
    "clock_id": _key("clock"),
    "batch_id": _key("batch"),
    "event_id": _key("event"),
    "supplement_id": _key("letter"),
    "notice_id": _key("notice"),
    "file_id": _key("file"),
    "day_id": _key("day"),
    "post_id": _key("post"),
    "definition_id": _key("definition"),
    "proof_id": _key("proof"),
    "transfer_id": _key("transfer"),
    "item_id": _key("transfer_item"),
    "run_id": _key("import_run"),
    "change_set_id": _key("change_set"),
    "session_id": _key("session"),
    "brought_id": lambda things: things["brought"].pk,
    "department_id": lambda things: things["health"].pk,
    "secret": lambda things: things["feed_secret"],
    "push_id": _key("push"),
    "note_id": _key("advice"),
    "subscription_id": _key("subscription"),
    "delivery_id": _key("delivery"),
    "measure": "received",
    "kind": "receipt",
}
_SESSION_CASE = {"case_id": lambda things: things["session"].agenda.get().case_id}
_WAITING = {"case_id": _key("waiting_in_vain")}
_BUNDLE_DRAFT = {"bundle_id": _key("bundle_draft")}
_RECEIVED = {"case_id": _key("received")}
_DRAFT = {"case_id": _key("draft")}
_VERIFIED = {"code": lambda things: things["certificate"].verify_code}
_DECIDING = {"task_id": _key("deciding")}
_THINGS_OF_VIEW: dict[str, dict[str, Any]] = {
    "organisation:department": {"pk": _key("health")},
    "organisation:hall": {"pk": _key("hall")},
    "organisation:new_zone": {"pk": _key("hall")},
    "organisation:zone": {"pk": _key("zone")},
    "organisation:new_window": {"pk": _key("zone")},
    "organisation:window": {"pk": _key("window")},
    "organisation:remove_window": {"pk": _key("window")},
    **{
        f"people:{name}": {"pk": lambda things: things["officers"]["reviewer"].user_id}
        for name in ("user", "close_user", "reopen_user", "reset_password", "assign")
    },
    "matters:api_version": {
        "short_code": lambda things: things["version"].matter.short_code,
        "number": lambda things: things["version"].number,
    },
    **{
        f"matters:{name}": {"change_set_id": _key("drawn_change_set")}
        for name in ("revise_change_set", "leave_out", "submit_change_set", "drop_change_set")
    },
    "matters:publish_change_set": {"change_set_id": _key("approved_change_set")},
    "certificates:print_run": {"run_id": _key("print_run")},
    "certificates:version_sheet": {"which": "form"},
    "matters:drop_form_file": {"code": "m01", "kind": "blank"},
    **{
        f"matters:bundle_{name}": {"bundle_id": lambda things: things["bundle_version"].bundle_id}
        for name in ("draft", "suspend", "resume", "cancel")
    },
    **{
        f"matters:{name}": {"short_code": lambda things: things["bundle_version"].bundle.short_code}
        for name in ("bundle_short", "bundle_qr", "bundle_guide", "api_bundle")
    },
    **{
        f"matters:{name}": {"version_id": _key("bundle_drafted")}
        for name in ("bundle_version", "bundle_edit")
    },
    "matters:bundle_act": {"version_id": _key("bundle_checked"), "verb": "approve"},
    "matters:manage_negative_item": {"item_id": _key("negative_item")},
    "applications:project_act": {"verb": "green"},
    **{
        f"applications:{name}": {"version_id": _key("version")}
        for name in ("project_open", "my_project_open")
    },
    **{f"applications:{name}": _WAITING for name in ("desk_prerequisite", "my_prerequisite")},
    "applications:consultation_paper": {"project_id": _key("planned")},
    "applications:api-project-detail": {"code": lambda things: things["project"].code},
    "applications:bundle_open": {"version_id": _key("bundle_version")},
    "applications:bundle_verdict": {"which": "withdraw"},
    "applications:bundle_scan": {"key": "one-m01"},
    "applications:bundle_apply": {"short_code": lambda things: things["bundle_version"].bundle.short_code},
    "applications:my_bundle_step": {**_BUNDLE_DRAFT, "name": "who"},
    "applications:my_bundle_keep": _BUNDLE_DRAFT,
    "applications:my_bundle_upload": {**_BUNDLE_DRAFT, "key": "one-m01"},
    "applications:desk_clear": {"case_id": _key("scoped")},
    "applications:api-bundle-case-detail": {"pk": _key("bundle")},
    "matters:list": {"code": lambda things: things["list"].code},
    "matters:revise_regime": {"code": "licensing"},
    "matters:shown_transfer": {"code": lambda things: things["shown_transfer"].code},
    "matters:return_transfer": {"transfer_id": _key("shown_transfer")},
    "applications:check": {"code": "m03"},
    "applications:desk_use": {**_RECEIVED, "code": "m01"},
    "applications:apply_use": {**_DRAFT, "code": "m01"},
    "matters:draft": {"matter_id": lambda things: things["instant"].matter_id},
    "matters:lacking": {"measure": "zero_visit"},
    "applications:desk_open": {"version_id": _key("version")},
    **{
        f"applications:desk_{name}": _RECEIVED
        for name in (
            "case",
            "act",
            "keep",
            "status",
            "release",
            "defer",
            "commit",
            "notice",
            "refuse",
            "withdraw",
        )
    },
    "applications:desk_scan": {**_RECEIVED, "code": "m01"},
    "applications:desk_supply": {"case_id": _key("deferred"), "code": "m05"},
    "applications:desk_return": {"case_id": _key("submitted")},
    **{f"applications:apply_{name}": _DRAFT for name in ("who", "form", "keep", "materials", "check")},
    "applications:apply_upload": {**_DRAFT, "code": "m01"},
    "applications:correct": {"case_id": _key("correcting")},
    **{
        f"applications:{name}": {"case_id": _key("correcting")}
        for name in ("desk_posted", "my_posted", "desk_originals")
    },
    **{
        f"applications:{name}": {"case_id": _key("promised")}
        for name in ("commitment", "desk_statement", "my_statement")
    },
    "applications:second_notice": {"case_id": _key("correcting")},
    "applications:supply": {"case_id": _key("deferred"), "code": "m05"},
    "routing:silence_evidence": {"task_id": _key("silent")},
    **{f"exchange:api-push-{name}": {"pk": _key("push")} for name in ("detail", "acknowledge", "notes")},
    "exchange:duty": {"matter_id": lambda things: things["instant"].matter_id},
    "exchange:release": {
        "matter_id": lambda things: things["instant"].matter_id,
        "department_id": _key("fire"),
    },
    "routing:propose": _DECIDING,
    "routing:decide": _DECIDING,
    **{f"sessions:{name}": _SESSION_CASE for name in ("take_off", "plan", "case_panel")},
    "routing:consolidate": {"task_id": _key("consolidated")},
    "routing:recall": {"task_id": _key("sent_again")},
    "routing:lay_text": {"task_id": _key("laid")},
    "routing:take_back_text": {"task_id": _key("laid")},
    "routing:sign_text": {"task_id": _key("to_sign")},
    "routing:refuse_text": {"task_id": _key("to_sign")},
    "routing:rule": {"task_id": _key("disputed")},
    "certificates:issue_case": {"case_id": _key("ready")},
    "certificates:verify_code": _VERIFIED,
    "certificates:api_verify": _VERIFIED,
    **{f"applications:api-case-{name}": {"pk": _key("received")} for name in ("accept", "refuse")},
    **{
        f"applications:api-case-{name}": {"pk": _key("case")}
        for name in ("detail", "timeline", "materials", "check")
    },
    **{
        f"routing:api-task-{name}": {"pk": _key("task")}
        for name in (
            *("detail", "sign", "claim", "opinion", "give-back"),
            *("recall-return", "hand-over", "reassign"),
        )
    },
    "routing:api-task-consolidate": {"pk": _key("consolidated")},
    "routing:api-task-lay-text": {"pk": _key("laid")},
    "routing:api-task-countersign": {"pk": _key("to_sign")},
    "routing:api-task-refuse-countersign": {"pk": _key("to_sign")},
    "routing:api-task-decide": {"pk": _key("deciding")},
    "routing:api-session-detail": {"pk": _key("session")},
}


_NOTE = {"kind": "inspection", "text": "示例", "happened_on": "2026-01-02"}

# What is posted, where an empty form would be turned away before anybody asked who sends it.
BODIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "applications:second_notice": lambda things: {"reason": "示例"},
    "applications:desk_clear": lambda things: {"reason": "示例"},
    "applications:bundle_clear": lambda things: {"reason": "示例"},
    "applications:bundle_verdict": lambda things: {"reason": "示例"},
    "applications:my_bundle_withdraw": lambda things: {"reason": "示例"},
    **{
        f"matters:bundle_{verb}": lambda things: {"state-reason": "示例"}
        for verb in ("suspend", "resume", "cancel")
    },
    "applications:terminate": lambda things: {"reason": "示例", "ground": "other"},
    "applications:project_act": lambda things: {"green-ground": "示例", "green-basis": "示例"},
    "matters:no_longer_wait": lambda things: {"wait-reason": "示例"},
    "applications:check": lambda things: {"m03-result": "obtained"},
    "applications:api-case-check": lambda things: {"code": "m03", "result": "obtained"},
    "matters:unlist_proof": lambda things: {"unlist-reason": "示例"},
    "matters:return_transfer": lambda things: {"back-reason": "示例"},
    "matters:declare_hearing": lambda things: {"basis": "示例"},
    "applications:withdraw": lambda things: {"reason": "示例"},
    "applications:api-case-refuse": lambda things: {"ground": "not_needed", "reason": "示例"},
    "certificates:seal_state": lambda things: {"state": "stopped", "reason": "示例"},
    "organisation:remove_window": lambda things: {"reason": "示例"},
    "organisation:silence": lambda things: {"reason": "示例"},
    "people:close_user": lambda things: {"reason": "示例"},
    "people:reset_password": lambda things: {},
    "routing:opinion": lambda things: {"verdict": "agree"},
    "routing:api-task-opinion": lambda things: {"verdict": "agree"},
    "routing:propose": lambda things: {"outcome": "granted"},
    "routing:decide": lambda things: {"outcome": "granted"},
    "routing:api-task-decide": lambda things: {"outcome": "granted"},
    "routing:give_back": lambda things: {"reasons": "示例"},
    "routing:api-task-give-back": lambda things: {"reasons": "示例"},
    "routing:report": lambda things: {"reason": "示例", "days": "2"},
    "routing:api-task-recall-return": lambda things: {"reason": "示例"},
    **{
        f"routing:api-task-{name}": lambda things: {
            "to": User.objects.get(pk=things["officers"]["consulted_reviewer"].user_id).username,
            "reason": "示例",
        }
        for name in ("hand-over", "reassign")
    },
    "routing:api-task-consolidate": lambda things: {"text": "示例"},
    "routing:api-task-lay-text": lambda things: {"outcome": "granted"},
    "routing:api-task-refuse-countersign": lambda things: {"reasons": "示例", "legal_basis": "示例"},
    "routing:late_objection": lambda things: {"verdict": "object", "reasons": "示例"},
    "routing:hand_over": lambda things: {
        "hand-to": things["officers"]["consulted_head"].user_id,
        "hand-reason": "示例",
    },
    "routing:consolidate": lambda things: {"text": "示例"},
    "routing:lay_text": lambda things: {"outcome": "granted"},
    "routing:take_back_text": lambda things: {"why-reason": "示例"},
    "routing:refuse_text": lambda things: {"refusal-reasons": "示例", "refusal-legal_basis": "示例"},
    "routing:recall_hand_over": lambda things: {"why-reason": "示例"},
    "routing:recall_return": lambda things: {"why-reason": "示例"},
    "routing:recall": lambda things: {"reason": "示例"},
    "routing:rule": lambda things: {
        f"{things['disputed'].pk}-ruling": "insisted",
        f"{things['disputed'].pk}-reason": "示例",
    },
    "routing:revoke_delegation": lambda things: {"why-reason": "示例"},
    "routing:take_back_slip": lambda things: {"why-reason": "示例"},
    "routing:receive_slip": lambda things: {
        f"got-{kind}_{item.pk}": getattr(item, kind)
        for item in things["slip"].items.all()
        for kind in ("originals", "copies")
    },
    "routing:send_slip": lambda things: {
        "slip-materials": [holdings(things["case"])[-1].material.pk],
        "slip-to": f"d{things['health'].pk}",
    },
    "routing:answer_report": lambda things: {"verdict": "grant", "answer": "示例"},
    "sessions:cancel": lambda things: {"cancel-reason": "示例"},
    "routing:answer_held": lambda things: {
        "held": [things["held"].pk],
        "verdict": "refused",
        "reason": "示例",
    },
    "exchange:add_note": lambda things: _NOTE,
    "exchange:api-push-notes": lambda things: _NOTE,
    "exchange:answer_advice": lambda things: {"answer": "示例", "verdict": "declined"},
    "exchange:release": lambda things: {"reason": "示例"},
    "exchange:rotate": lambda things: {
        "hours": "1",
        "replaces": things["subscription"].secrets.get(expires_at=None).pk,
    },
    "exchange:give_up": lambda things: {"reason": "示例"},
    "supervision:answer": lambda things: {"answer": "示例"},
    "supervision:close": lambda things: {"reason": "示例"},
}


# -- The walk -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all; what a visit changes is undone after the visit."""
    with django_db_blocker.unblock(), override_settings(HALL_MOVABLE_CLOCK=True), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def visit(world: World) -> Callable[[Client, Address], Any]:
    """`visit(browser, address)`: the answer to a POST where there is something to send, else to a GET.

    Where GET is not allowed, an empty form is sent.
    """

    def go(browser: Client, address: Address) -> Any:
        url = reverse(address.name, kwargs=arguments(address, world.things))
        with transaction.atomic():
            if body := BODIES.get(address.name):
                answer = browser.post(url, body(world.things))
            else:
                answer = browser.get(url)
            if answer.status_code == 405:
                answer = browser.post(url)
            transaction.set_rollback(True)
        return answer

    return go


def came_in(answer: Any) -> bool:
    """Neither refused, nor sent to log in, nor told that there is nothing. An error of ours is no answer."""
    assert answer.status_code != 500, answer.request["PATH_INFO"]
    if answer.status_code in (301, 302):
        return not answer["Location"].startswith(reverse(settings.LOGIN_URL))
    return answer.status_code not in (401, 403, 404)


class TestEveryView:
    def test_carries_exactly_one_known_mark(self):
        unmarked = [
            each.name
            for each in addresses()
            if each.mark not in DOORS and not each.name.startswith(tuple(UNMARKED))
        ]
        assert not unmarked

    def test_has_a_line_in_the_tables(self):
        missing = [
            each.name
            for each in addresses()
            if (each.names_an_object and each.name not in OBJECTS | API_OBJECTS)
            or (each.mark is None and each.name not in API_OBJECTS)
        ]
        assert not missing

    def test_and_the_tables_name_no_view_that_is_gone(self):
        known = {each.name for each in addresses()}
        assert not (set(OBJECTS) | set(API_OBJECTS) | set(_THINGS_OF_VIEW)) - known

    def test_only_objects_of_the_door_are_inside(self):
        """No table lets somebody at a thing whose page they could not open."""
        for each in addresses():
            if each.name in OBJECTS and each.mark:
                assert OBJECTS[each.name] <= DOORS[each.mark], each.name


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_address(world: World, visit: Callable[[Client, Address], Any], visitor: str) -> None:
    browser = Client()
    wrong = []
    with transaction.atomic():
        if (account := world.visitors[visitor]) is not None:
            browser.force_login(account)
        for address in addresses():
            if address.name in LOG_IN_AND_OUT:
                continue
            expected = visitor in may_come_in(address)
            if expected and visitor in ELSEWHERE_ALL and may_come_in(address) == EVERYBODY:
                continue  # what is open to all is walked by everybody here
            answer = visit(browser, address)
            if came_in(answer) != expected:
                wrong.append(f"{address.name}: {answer.status_code}, expected {'in' if expected else 'out'}")
        transaction.set_rollback(True)
    assert not wrong, f"{visitor}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("visitor", VISITORS)
def test_the_technicians_admin(world: World, visitor: str) -> None:
    """`is_staff` alone opens it: no post does, and it opens no desk."""
    browser = Client()
    with transaction.atomic():
        if (account := world.visitors[visitor]) is not None:
            browser.force_login(account)
        answers = {name: browser.get(reverse(f"admin:{name}")) for name in _admin_lists()}
        transaction.set_rollback(True)
    for name, answer in answers.items():
        assert (answer.status_code == 200) == (visitor == "technician"), name


def _admin_lists() -> list[str]:
    from django.contrib import admin

    lists = [f"{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin.site._registry]
    return ["index", *lists]

"""From the citizen's first word to 已收件: open, applicant, form, materials, number.

Received is not accepted (收件不等于受理): the office now has its few days to look (行政许可法 Art. 32).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed
from hall.now import now, today
from hall.numbers import services as numbers
from hall.organisation.choices import Role
from hall.organisation.models import Hall, Window
from hall.organisation.officers import Officer
from hall.people.models import Mandate, Person
from hall.prepared import Prepared
from hall.transactions import insert_all
from matters import proofs
from matters.models import MatterVersion
from matters.querysets import materials_of_version

from .. import checks
from ..choices import Channel, State
from ..models import Application, CaseMaterial
from . import filing, telling
from .actors import EDITABLE_AT_DESK, as_clerk, expect
from .filling import (
    MaterialEntry,
    Subject,
    fill_whole,
    follow_answers,
    judge,
    material_of,
    require_in_force,
    set_whole_applicant,
)
from .holding import HOLDING, take_in_hand
from .journal import moved, noted

FIRST_STATES = (State.DRAFT, State.SUBMITTED)


# -- Verbs ---------------------------------------------------------------------------------------------


def open_at_desk(
    *, version: MatterVersion, hall: Hall, window: Window | None, by: Officer, key: str | None = None
) -> Application:
    """Open a case at a window: a draft that nobody has a number for yet.

    The same `key` again gives the same case: a double click opens one. Raises WrongState for a version
    that is not in force (目录之外无审批), NotAllowed unless `by` takes in applications in `hall`.
    """
    clerk = _clerk_in(hall, by)

    def open_it() -> Application:
        case = _new_case(version, hall, window, clerk, key)
        insert_all([case])
        insert_all(_rows(case))
        noted(case, "opened", by=clerk, data={"version": version.pk, "channel": case.channel})
        return case

    return _once(key, clerk, open_it)


@transaction.atomic
def set_applicant(
    case_id: UUID,
    *,
    subject: Subject,
    phone: str = "",
    agent: Person | None = None,
    mandate: Mandate | None = None,
    by: Actor,
) -> Application:
    """Say who applies, and who brings the application for them.

    An agent needs a mandate in force for applying. Raises Invalid if the matter does not serve this kind
    of applicant, or the mandate does not cover it.
    """
    case = _at_desk(case_id, by)
    set_whole_applicant(case, subject, phone, agent, mandate)
    case.save()
    noted(case, "applicant_set", by=as_clerk(by, case), data={"agent": agent is not None})
    return case


@transaction.atomic
def fill_form(
    case_id: UUID,
    data: Mapping[str, Any],
    answers: Mapping[str, str] | None = None,
    *,
    project_code: str | None = None,
    territory: str | None = None,
    by: Actor,
) -> Application:
    """Fill the form of the pinned version, and the situation (情形) that decides which materials are needed.

    `None` leaves project code, territory and answers as they are. Raises Invalid with the errors by field.
    """
    case = _at_desk(case_id, by)
    fill_whole(case, data, answers, project_code, territory)
    case.save()
    if answers is not None:
        follow_answers(case)
    noted(case, "form_filled", by=as_clerk(by, case), data={"fields": sorted(case.form_data)})
    return case


@transaction.atomic
def record_material(
    case_id: UUID,
    code: str,
    *,
    verdict: str,
    originals: int | None = None,
    copies: int | None = None,
    problem: str = "",
    requirement: str = "",
    files: Sequence[UUID] = (),
    by: Actor,
) -> CaseMaterial:
    """The desk's verdict on one material, with what was handed in and the pages scanned.

    Counts not given are those that the version asks for, if the material is in order. Raises Invalid for
    a verdict that the version does not allow here, or a fault without words.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, *EDITABLE_AT_DESK, State.SUBMITTED)
    take_in_hand(case, clerk)
    case.save(update_fields=HOLDING)
    row = material_of(case, code)
    entry = MaterialEntry(code, verdict, originals, copies, problem, requirement, files)
    judge(case, row, entry)
    row.save()
    filing.claim(row, files, by=clerk)
    noted(case, "material_recorded", by=clerk, data={"code": code, "verdict": row.verdict})
    return row


@transaction.atomic
def receive(case_id: UUID, *, by: Officer, window: Window | None = None) -> Application:
    """Receive an application (收件): it gets its number, and the office its days to decide on acceptance.

    From a draft at the desk or from the online pre-review; asked again by the same clerk, it answers the
    same. Raises Incomplete when nobody applies yet, WrongState for a draft whose version has ended or whose
    matter was suspended or cancelled since it was opened.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    if case.state == State.RECEIVED and case.received_by_id == clerk.user_id:
        return case
    expect(case, *FIRST_STATES)
    if case.state == State.DRAFT:
        require_in_force(case.version)
    take_in_hand(case, clerk)
    before = case.state
    _receive(case, clerk)
    if window is not None:
        case.window = window
    case.save()
    after_receipt(case, before, by=clerk)
    return case


def take_in(
    *,
    version: MatterVersion,
    hall: Hall,
    window: Window | None,
    subject: Subject,
    phone: str = "",
    by: Officer,
    agent: Person | None = None,
    mandate: Mandate | None = None,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    materials: Sequence[MaterialEntry] = (),
    project_code: str = "",
    territory: str = "",
    key: str | None = None,
) -> Application:
    """Open, fill and receive a case in one go: one transaction, one number.

    The same `key` again gives the same case. Raises what the single verbs raise.
    """
    clerk = _clerk_in(hall, by)

    def take_it_in() -> Application:
        case = _new_case(version, hall, window, clerk, key)
        set_whole_applicant(case, subject, phone, agent, mandate)
        fill_whole(case, data or {}, answers, project_code, territory)
        rows = {row.material.code: row for row in _rows(case)}
        for entry in materials:
            judge(case, _one_of(rows, entry.code), entry)
        _receive(case, clerk)
        insert_all([case])
        insert_all(list(rows.values()))
        for entry in materials:
            filing.claim(rows[entry.code], entry.files, by=clerk)
        after_receipt(case, State.DRAFT, by=clerk)
        return case

    return _once(key, clerk, take_it_in)


# -- What the verbs of this room share -----------------------------------------------------------------


def after_receipt(case: Application, before: str, *, by: Actor) -> None:
    """The clock, the event and the word to the applicant that follow every receipt."""
    if before == State.SUBMITTED:
        clocks.meet(case, Kind.PRE_REVIEW, by=by)
    clocks.start(
        case,
        Kind.ACCEPTANCE,
        checks.acceptance_limit(case.version),
        jurisdiction=case.jurisdiction,
        department=case.version.department,
        case_id=case.pk,
        basis=case.version.regime.basis,
        by=by,
    )
    moved(case, "received", before, by=by, data={"number": case.number, "channel": case.channel})
    telling.received(case)


def assign_number(case: Application) -> None:
    """Give the case its number and query code, once."""
    if case.number is None:
        case.number = numbers.case_number(case.version.matter.implementation_code, today())
        case.query_code = numbers.query_code()


# -- Parts ---------------------------------------------------------------------------------------------


def _clerk_in(hall: Hall, by: Officer) -> Officer:
    if isinstance(by, Officer) and (post := by.post_for(Role.CLERK, hall=hall)):
        return by.acting_as(post)
    raise NotAllowed(_("只有该大厅的综合受理员可以收件"))


def _once(key: str | None, by: Actor, make: Callable[[], Application]) -> Application:
    """The case opened with this key; made now, in one transaction, unless there is one already.

    Of two at the same moment the second runs into the key's unique index and answers with the first's.
    """
    if key and (known := _opened_with(key, by)):
        return known
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        if key and (known := _opened_with(key, by)):
            return known
        raise


def _opened_with(key: str, by: Actor) -> Application | None:
    """The case opened earlier with this key. Raises Conflict if it was somebody else's key."""
    known = _by_key.first(key)
    if known is None:
        return None
    if known.created_by_id != by.user_id:
        raise Conflict(_("这份表单已由别人提交，请重新打开页面"))
    return Application.objects.select_related("version__matter", "jurisdiction").get(pk=known.pk)


_by_key: Prepared[Application] = Prepared(
    lambda key: Application.objects.filter(idempotency_key=key).only("created_by"), str
)


def _new_case(
    version: MatterVersion, hall: Hall, window: Window | None, clerk: Officer, key: str | None
) -> Application:
    require_in_force(version)
    if version.matter.jurisdiction_id != hall.jurisdiction_id:
        raise Invalid(_("该事项不属于本大厅所在辖区"))
    return Application(
        version=version,
        jurisdiction=hall.jurisdiction,
        hall=hall,
        window=window,
        channel=Channel.DESK,
        created_by_id=clerk.user_id,
        created_at=now(),
        idempotency_key=key or None,
        held_by_id=clerk.user_id,
        held_at=now(),
        visits=1,
        is_demo=version.matter.is_demo,
    )


def _rows(case: Application) -> list[CaseMaterial]:
    return [
        CaseMaterial(
            case=case,
            material=material,
            order=material.order,
            verdict=checks.first_verdict(case.version, material, case.answers),
        )
        for material in proofs.settle(case.jurisdiction_id, materials_of_version.all(case.version_id))
    ]


def _one_of(rows: Mapping[str, CaseMaterial], code: str) -> CaseMaterial:
    if code not in rows:
        raise Invalid(_("该事项没有代码为%(code)s的材料") % {"code": code})
    return rows[code]


def _at_desk(case_id: UUID, by: Actor) -> Application:
    """The case, locked and in the hands of the clerk, in a state in which the desk may still edit it."""
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, *EDITABLE_AT_DESK)
    take_in_hand(case, clerk)
    return case


def _receive(case: Application, clerk: Actor) -> None:
    if case.applicant is None:
        raise Incomplete(_("请先填写申请人"), items=[_("申请人")])
    case.receive()
    case.received_at = now()
    case.received_by_id = clerk.user_id
    assign_number(case)

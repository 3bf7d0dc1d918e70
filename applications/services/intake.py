"""From the citizen's first word to 已收件: open, applicant, form, materials, number.

Received is not accepted (收件不等于受理): the office now has its few days to look (行政许可法 Art. 32).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.errors import Conflict, Incomplete, Invalid, WrongState, require
from hall.now import now, today
from hall.numbers import services as numbers
from hall.organisation.choices import Role
from hall.organisation.models import Hall, Window
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from hall.people.identity import check_phone
from hall.people.models import Enterprise, Mandate, Person
from hall.people.queries import mandates_in_force
from matters import formspec
from matters.models import MatterVersion

from .. import checks
from ..choices import Channel, MaterialVerdict, State
from ..models import Application, CaseMaterial
from . import filing, telling
from .actors import EDITABLE_AT_DESK, as_clerk, expect
from .holding import HOLDING, take_in_hand
from .journal import moved, noted

Subject = Person | Enterprise
FIRST_STATES = (State.DRAFT, State.SUBMITTED)


@dataclass(frozen=True)
class MaterialEntry:
    """What the desk says of one material: its code, the verdict, what was handed in, what is wrong."""

    code: str
    verdict: str = MaterialVerdict.OK
    originals: int | None = None
    copies: int | None = None
    problem: str = ""
    requirement: str = ""
    files: Sequence[UUID] = field(default=())


# -- Verbs ---------------------------------------------------------------------------------------------


@transaction.atomic
def open_at_desk(
    *, version: MatterVersion, hall: Hall, window: Window | None, by: Officer, key: str | None = None
) -> Application:
    """Open a case at a window: a draft that nobody has a number for yet.

    The same `key` again gives the same case: a double click opens one. Raises WrongState for a version
    that is not in force (目录之外无审批), NotAllowed unless `by` takes in applications in `hall`.
    """
    clerk = _clerk_in(hall, by)
    if key and (known := _opened_with(key, clerk)):
        return known
    case = _new_case(version, hall, window, clerk, key)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        if key and (known := _opened_with(key, clerk)):
            return known
        raise
    CaseMaterial.objects.bulk_create(_rows(case))
    noted(case, "opened", by=clerk, data={"version": version.pk, "channel": case.channel})
    return case


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
    _set_applicant(case, subject, phone, agent, mandate)
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
    _fill(case, data, answers, project_code, territory)
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
    same. Raises Incomplete when nobody applies yet.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    if case.state == State.RECEIVED and case.received_by_id == clerk.user_id:
        return case
    expect(case, *FIRST_STATES)
    take_in_hand(case, clerk)
    before = case.state
    _receive(case, clerk)
    if window is not None:
        case.window = window
    case.save()
    after_receipt(case, before, by=clerk)
    return case


@transaction.atomic
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
    if key and (known := _opened_with(key, clerk)):
        return known
    case = _new_case(version, hall, window, clerk, key)
    _set_applicant(case, subject, phone, agent, mandate)
    _fill(case, data or {}, answers, project_code, territory)
    rows = {row.material.code: row for row in _rows(case)}
    for entry in materials:
        judge(case, _one_of(rows, entry.code), entry)
    try:
        with transaction.atomic():
            _receive(case, clerk)
            case.save(force_insert=True)
    except IntegrityError:
        if key and (known := _opened_with(key, clerk)):
            return known
        raise
    CaseMaterial.objects.bulk_create(rows.values())
    for entry in materials:
        filing.claim(rows[entry.code], entry.files, by=clerk)
    after_receipt(case, State.DRAFT, by=clerk)
    return case


# -- What the verbs of this room share -----------------------------------------------------------------


def after_receipt(case: Application, before: str, *, by: Actor) -> None:
    """The clock, the event and the word to the applicant that follow every receipt."""
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


def material_of(case: Application, code: str) -> CaseMaterial:
    """The row of one material of the case. Raises Invalid for a code that the version does not have."""
    row = case.materials.select_related("material").filter(material__code=code).first()
    if row is None:
        raise Invalid(_("该事项没有代码为%(code)s的材料") % {"code": code})
    return row


def judge(case: Application, row: CaseMaterial, entry: MaterialEntry) -> None:
    """Write a verdict on one material. Does not save. Raises Invalid if it cannot be given here."""
    material = row.material
    if entry.verdict not in MaterialVerdict.values:
        raise Invalid(_("没有这样的材料结论"), fields={entry.code: [_("请选择结论")]})
    if entry.verdict == MaterialVerdict.DEFERRED and not checks.deferrable(case, material):
        raise Invalid(
            _("“%(name)s”不能容缺") % {"name": material.name},
            fields={entry.code: [_("主件和未列入容缺的材料不能后补")]},
        )
    if entry.verdict == MaterialVerdict.FAULTY and not entry.problem.strip():
        raise Invalid(
            _("请写明“%(name)s”的问题") % {"name": material.name},
            fields={entry.code: [_("待补正的材料须写明问题")]},
        )
    row.verdict = entry.verdict
    row.problem, row.requirement = entry.problem.strip(), entry.requirement.strip()
    in_order = entry.verdict == MaterialVerdict.OK
    row.originals = entry.originals if entry.originals is not None else material.originals * in_order
    row.copies = entry.copies if entry.copies is not None else material.copies * in_order
    if entry.files or row.originals or row.copies:
        row.handed_in_at = now()


def follow_answers(case: Application) -> None:
    """Let materials that nobody has looked at follow the answers about the situation."""
    untouched = case.materials.filter(
        handed_in_at=None, verdict__in=[MaterialVerdict.PENDING, MaterialVerdict.NOT_NEEDED]
    ).select_related("material")
    changed = []
    for row in untouched:
        verdict = checks.first_verdict(case.version, row.material, case.answers)
        if verdict != row.verdict:
            row.verdict = verdict
            changed.append(row)
    CaseMaterial.objects.bulk_update(changed, ["verdict"])


def require_in_force(version: MatterVersion) -> None:
    """Raise WrongState unless the version can be applied for now (平台之外无审批，目录之外无审批)."""
    if not MatterVersion.objects.in_force().filter(pk=version.pk).exists():
        raise WrongState(_("该事项现在不能申请：未发布、已暂停或者已有新版本，请重新选择事项"))


def check_answers(version: MatterVersion, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to the version's questions; others are left out. Raises Invalid for a strange one."""
    kept = {}
    for question in version.questions:
        value = answers.get(question["key"])
        if not value:
            continue
        if value not in {option["value"] for option in question["options"]}:
            raise Invalid(_("请从列出的情形中选择"), fields={question["key"]: [_("请从列出的情形中选择")]})
        kept[question["key"]] = value
    return kept


def put_applicant(
    case: Application, subject: Subject, phone: str, agent: Person | None, mandate: Mandate | None
) -> None:
    """Write who applies into the case. Does not save, and does not ask whether the matter serves them."""
    case.person = subject if isinstance(subject, Person) else None
    case.enterprise = subject if isinstance(subject, Enterprise) else None
    case.applicant_name = subject.name
    case.agent, case.mandate = agent, mandate
    case.contact_phone = check_phone(phone) if phone else (agent.phone if agent else subject.phone)
    if not checks.may_apply(case):
        raise Invalid(_("该事项不面向这类申请人"), fields={"applicant": [_("请核对服务对象")]})


# -- Parts ---------------------------------------------------------------------------------------------


def _clerk_in(hall: Hall, by: Officer) -> Officer:
    post = by.post_for(Role.CLERK, hall=hall) if isinstance(by, Officer) else None
    require(post, _("只有该大厅的综合受理员可以收件"))
    return by.acting_as(post)


def _opened_with(key: str, by: Actor) -> Application | None:
    """The case opened earlier with this key. Raises Conflict if it was somebody else's key."""
    known = (
        Application.objects.select_related("version__matter", "jurisdiction")
        .filter(idempotency_key=key)
        .first()
    )
    if known and known.created_by_id != by.user_id:
        raise Conflict(_("这份表单已由别人提交，请重新打开页面"))
    return known


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
        for material in case.version.materials.all()
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


def _set_applicant(
    case: Application, subject: Subject, phone: str, agent: Person | None, mandate: Mandate | None
) -> None:
    if agent is not None:
        _check_mandate(subject, agent, mandate)
    elif mandate is not None:
        raise Invalid(_("没有代理人时不需要委托书"))
    put_applicant(case, subject, phone, agent, mandate)


def _check_mandate(subject: Subject, agent: Person, mandate: Mandate | None) -> None:
    principal = "principal_person" if isinstance(subject, Person) else "principal_enterprise"
    covers = mandate and mandates_in_force().filter(
        pk=mandate.pk, agent=agent, scope__contains=[MandateScope.APPLY], **{principal: subject}
    )
    if not covers or not covers.exists():
        raise Invalid(
            _("代理人没有在有效期内的申请委托"), fields={"mandate": [_("请登记授权委托书，权限须包括“申请”")]}
        )


def _fill(
    case: Application,
    data: Mapping[str, Any],
    answers: Mapping[str, str] | None,
    project_code: str | None,
    territory: str | None,
) -> None:
    values, errors = formspec.clean(case.version.form_fields, data)
    if project_code is not None:
        case.project_code = tidy_code(project_code)
        if case.project_code and (fault := checks.project_code_fault(case)):
            errors["project_code"] = [fault]
    if errors:
        raise Invalid(_("表单有%(n)s处需要修改") % {"n": len(errors)}, fields=errors)
    case.form_data = values
    if territory is not None:
        case.territory = territory.strip()
    if answers is not None:
        case.answers = check_answers(case.version, answers)


def tidy_code(text: str) -> str:
    """A project code as it is compared: without spaces, with plain hyphens."""
    return re.sub(r"[‐-―－]", "-", re.sub(r"\s", "", text))


def _receive(case: Application, clerk: Actor) -> None:
    if case.applicant is None:
        raise Incomplete(_("请先填写申请人"), items=[_("申请人")])
    case.receive()
    case.received_at = now()
    case.received_by_id = clerk.user_id
    assign_number(case)

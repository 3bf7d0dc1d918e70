"""Applying from home: a draft that waits for its owner, pre-review, and back again with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState, require
from hall.now import now
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from hall.people.models import Enterprise, Person
from hall.people.queries import mandate_for
from matters import proofs
from matters.choices import Media, Necessity
from matters.models import MatterVersion

from .. import checks
from ..choices import Channel, MaterialVerdict, State
from ..models import Application, CaseMaterial
from . import filing, telling
from .actors import EDITABLE_ONLINE, as_applicant, as_clerk, expect
from .filling import (
    check_answers,
    follow_answers,
    keep_what_fits,
    material_of,
    put_applicant,
    require_in_force,
    tidy_code,
)
from .holding import HOLDING, let_go, take_in_hand
from .intake import after_receipt, assign_number
from .journal import moved, noted
from .supplements import sent_from_home

# 网上办理深度 of the national scale: from the third level on an application can be sent in online.
ONLINE_FROM = 3
TAKES_FILES = (State.DRAFT, State.RETURNED, State.CORRECTING)
TAKES_FILES_AT_DESK = (State.DRAFT, State.SUBMITTED, State.RECEIVED, State.CORRECTING)


@transaction.atomic
def apply_online(*, version: MatterVersion, by: Actor, key: str | None = None) -> Application:
    """Begin a draft from a citizen's own account. The same `key` again gives the same draft.

    Raises WrongState unless the version is in force and its matter can be applied for online.
    """
    me = Person.objects.select_related("user").filter(user=by.user_id or 0).first()
    if me is None:
        raise NotAllowed(_("请用个人账号登录后申请"))
    require_in_force(version)
    if version.online_depth < ONLINE_FROM:
        raise WrongState(_("该事项暂时不能在网上申请，请到窗口办理"))
    case = Application(
        version=version,
        jurisdiction=version.matter.jurisdiction,
        channel=Channel.ONLINE,
        person=me,
        applicant_name=me.name,
        contact_phone=me.phone,
        created_by=me.user,
        created_at=now(),
        idempotency_key=key or None,
        is_demo=version.matter.is_demo,
    )
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        if key and (known := Application.objects.filter(idempotency_key=key, created_by=me.user).first()):
            return known
        raise
    CaseMaterial.objects.bulk_create(
        CaseMaterial(
            case=case,
            material=material,
            order=material.order,
            verdict=checks.first_verdict(version, material, {}),
        )
        for material in proofs.settle(version.matter.jurisdiction_id, list(version.materials.all()))
    )
    noted(case, "opened", by=by, data={"version": version.pk, "channel": case.channel})
    return case


@transaction.atomic
def save_draft(
    case_id: UUID,
    *,
    subject: Person | Enterprise | None = None,
    phone: str | None = None,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    project_code: str | None = None,
    territory: str | None = None,
    by: Actor,
) -> Application:
    """Keep what the applicant has typed so far; unfinished is fine, `None` leaves a part as it is.

    For an enterprise the person behind the account must hold its mandate for applying. Nothing is judged
    here: `submit` asks for the whole. Raises Invalid only for answers that cannot be stored.
    """
    case = Application.objects.locked(case_id)
    by = as_applicant(by, case, MandateScope.APPLY)
    expect(case, *EDITABLE_ONLINE)
    whom = subject or case.applicant
    if whom is not None and (subject is not None or phone is not None):
        _who(case, whom, phone, by)
    if data is not None:
        case.form_data = keep_what_fits(case.version, data)
    if project_code is not None:
        case.project_code = tidy_code(project_code)[:40]
    if territory is not None:
        case.territory = territory.strip()[:40]
    if answers is not None:
        case.answers = check_answers(case.version, answers)
    case.save()
    if answers is not None:
        follow_answers(case)
    return case


@transaction.atomic
def attach(case_id: UUID, code: str, *, files: Sequence[UUID], by: Actor) -> CaseMaterial:
    """Add pages to a material: from home, where a clerk looks at them later, or scanned at the desk.

    Raises Incomplete without a file, WrongState if nothing may be handed in now.
    """
    case = Application.objects.locked(case_id)
    at_desk = isinstance(by, Officer)
    if at_desk:
        by = as_clerk(by, case)
        expect(case, *TAKES_FILES_AT_DESK)
        take_in_hand(case, by)
        case.save(update_fields=HOLDING)
    else:
        correcting = case.state == State.CORRECTING
        by = as_applicant(by, case, MandateScope.SUPPLEMENT if correcting else MandateScope.APPLY)
        expect(case, *TAKES_FILES)
    row = material_of(case, code)
    if not files:
        raise Incomplete(_("请选择要上传的文件"), items=[row.material.name])
    if not at_desk and row.verdict in (MaterialVerdict.OK, MaterialVerdict.SHARED):
        raise WrongState(_("“%(name)s”不需要再交") % {"name": row.material.name})
    filing.claim(row, files, by=by)
    row.handed_in_at = now()
    if not at_desk:
        row.verdict = MaterialVerdict.PENDING
    row.save(update_fields=["handed_in_at", "verdict"])
    if not at_desk and case.state == State.CORRECTING:
        sent_from_home(case, code, by=by)
    noted(case, "material_attached", by=by, data={"code": code, "files": len(files)})
    return row


@transaction.atomic
def submit(case_id: UUID, *, by: Actor) -> Application:
    """Send the application in for pre-review (预审). It is checked whole; nothing typed is lost if it fails.

    Raises Invalid with the errors by field, Incomplete naming the materials without pages. Submitting
    twice answers the same.
    """
    case = Application.objects.locked(case_id)
    by = as_applicant(by, case, MandateScope.APPLY)
    if case.state == State.SUBMITTED:
        return case
    expect(case, State.DRAFT)
    require_in_force(case.version)
    before = case.state
    _require_submittable(case)
    case.submit()
    return _submitted(case, before, "submitted", by)


@transaction.atomic
def resubmit(case_id: UUID, *, by: Actor) -> Application:
    """Send a returned application in again, mended."""
    case = Application.objects.locked(case_id)
    by = as_applicant(by, case, MandateScope.APPLY)
    if case.state == State.SUBMITTED:
        return case
    expect(case, State.RETURNED)
    before = case.state
    _require_submittable(case)
    case.resubmit()
    return _submitted(case, before, "resubmitted", by)


@transaction.atomic
def return_to_applicant(case_id: UUID, *, reason: str, by: Actor) -> Application:
    """Send an online application back before it is received (预审退回), with every reason at once."""
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, State.SUBMITTED)
    take_in_hand(case, clerk)
    if not reason.strip():
        raise Invalid(_("请写明退回的全部理由"), fields={"reason": [_("请写明退回的全部理由")]})
    before = case.state
    case.return_to_applicant()
    case.return_reason = reason.strip()
    let_go(case)
    case.save()
    clocks.meet(case, Kind.PRE_REVIEW, by=clerk)
    moved(case, "returned", before, by=clerk, reason=case.return_reason)
    telling.returned(case)
    return case


@transaction.atomic
def receive_unreviewed(case_id: UUID) -> Application:
    """The pre-review was not done in time: the system receives the application as it is.

    It belongs to no hall yet; the first clerk of the place who takes it in hand brings it into theirs.
    """
    case = Application.objects.locked(case_id)
    expect(case, State.SUBMITTED)
    before = case.state
    case.receive()
    case.received_at = now()
    assign_number(case)
    case.save()
    after_receipt(case, before, by=SYSTEM)
    return case


def without_pages(case: Application) -> list[CaseMaterial]:
    """Needed materials for which nothing has been uploaded. What only paper can be is brought later."""
    return [
        row
        for row in checks.missing(case.materials.select_related("material"))
        if row.handed_in_at is None
        and row.material.media != Media.PAPER
        and row.material.necessity == Necessity.REQUIRED
    ]


# -- Parts ---------------------------------------------------------------------------------------------


def _who(case: Application, subject: Person | Enterprise, phone: str | None, by: Actor) -> None:
    me = Person.objects.get(user=by.user_id)
    wanted_phone = case.contact_phone if phone is None else phone
    if subject == me:
        put_applicant(case, subject, wanted_phone, None, None)
        return
    mandate = mandate_for(me, subject, MandateScope.APPLY)
    require(mandate, _("您没有得到该单位（个人）的申请委托，请先登记授权"))
    put_applicant(case, subject, wanted_phone, me, mandate)


def _require_submittable(case: Application) -> None:
    errors = checks.form_errors(case)
    if fault := checks.project_code_fault(case):
        errors["project_code"] = [fault]
    if not checks.may_apply(case):
        errors["applicant"] = [_("该事项不面向这类申请人")]
    if not case.contact_phone:
        errors["phone"] = [_("请填写联系电话")]
    if errors:
        raise Invalid(_("还有%(n)s处没有填好") % {"n": len(errors)}, fields=errors)
    if stop := case.guidance.stop:
        raise Invalid(
            _("按您选的情形，这件事不在这里办：%(why)s") % {"why": stop}, fields={stop.question: [str(stop)]}
        )
    if open_questions := checks.unanswered(case):
        raise Incomplete(
            _("还有情形没有选：%(names)s") % {"names": "、".join(open_questions)}, items=open_questions
        )
    if wanting := [row.material.name for row in without_pages(case)]:
        raise Incomplete(_("还有材料没有上传：%(names)s") % {"names": "、".join(wanting)}, items=wanting)


def _submitted(case: Application, before: str, what: str, by: Actor) -> Application:
    case.submitted_at = now()
    case.return_reason = ""
    case.save()
    clocks.start(
        case,
        Kind.PRE_REVIEW,
        Limit(case.jurisdiction.policies.pre_review_days, Unit.WORKING_DAY),
        jurisdiction=case.jurisdiction,
        case_id=case.pk,
        basis=_("网上申请预审服务承诺"),
        by=by,
    )
    moved(case, what, before, by=by)
    telling.submitted(case)
    return case

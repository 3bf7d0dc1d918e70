"""A bundle at the desk (一件事受理): open, fill, receive, refuse; one receipt for all its parts."""

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
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed, WrongState
from hall.files import services as files_services
from hall.now import now, today
from hall.numbers import services as numbers
from hall.organisation.choices import Role
from hall.organisation.models import Hall, Window
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from hall.people.models import Mandate, Person
from matters import bundles
from matters.models import BundleVersion

from .. import bundle_telling as telling
from ..bundle_models import BundleCase, BundleCasePart, BundleMaterial
from ..choices import Channel, RefusalGround, State
from .actors import as_clerk, as_clerk_or_applicant, expect
from .bundle_filling import (
    fill,
    form_errors,
    judge,
    labels_of,
    pin_parts,
    put_applicant,
    scope_hits,
    settle_materials,
    unanswered,
    whole_of,
    write_check,
)
from .bundle_journal import moved, noted
from .filling import MaterialEntry, Subject
from .holding import let_go, take_in_hand

CLAIMED_AS = "applications.bundlematerial"
EDITABLE_AT_DESK = (State.DRAFT, State.RECEIVED)
OPEN_AT_DESK = (*EDITABLE_AT_DESK, State.SUBMITTED, State.CORRECTING)
_ACCEPTANCE_DAYS = 5  # where the parts' bodies of law set none (行政许可法 Art. 32)


@transaction.atomic
def open_bundle(
    *, version: BundleVersion, hall: Hall, window: Window | None, by: Officer, key: str | None = None
) -> BundleCase:
    """Open a bundle at a window: a draft without a number. The same `key` again gives the same one.

    Raises WrongState for a bundle that is not in force, Invalid where one of its matters is not.
    """
    if not (isinstance(by, Officer) and (post := by.post_for(Role.CLERK, hall=hall))):
        raise NotAllowed(_("只有该大厅的综合受理员可以收件"))
    clerk = by.acting_as(post)
    if version.bundle.jurisdiction_id != hall.jurisdiction_id:
        raise Invalid(_("该一件事不属于本大厅所在辖区"))
    bundle = BundleCase(
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
        is_demo=version.bundle.is_demo,
    )
    return begin(bundle, by=clerk)


def begin(bundle: BundleCase, *, by: Actor) -> BundleCase:
    """Save a new draft with its parts and materials; of two with one key the first."""
    if not BundleVersion.objects.in_force().filter(pk=bundle.version_id).exists():
        raise WrongState(_("这件事现在不能申请：未发布、已暂停或者已有新版本，请重新选择"))
    whole = bundles.compose(bundle.version)
    parts = pin_parts(bundle, whole)
    try:
        with transaction.atomic():
            bundle.save(force_insert=True)
    except IntegrityError:
        known = BundleCase.objects.filter(idempotency_key=bundle.idempotency_key).first()
        if known is None:
            raise
        if known.created_by_id != by.user_id:
            raise Conflict(_("这份表单已由别人提交，请重新打开页面")) from None
        return known
    BundleCasePart.objects.bulk_create(parts)
    settle_materials(bundle, whole)
    noted(bundle, "bundle_opened", by=by, data={"version": bundle.version_id, "channel": bundle.channel})
    return bundle


@transaction.atomic
def save_bundle(
    bundle_id: UUID,
    *,
    subject: Subject | None = None,
    phone: str = "",
    agent: Person | None = None,
    mandate: Mandate | None = None,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    project_code: str | None = None,
    territory: str | None = None,
    materials: Sequence[MaterialEntry] = (),
    by: Actor,
) -> BundleCase:
    """Keep what the desk has of a bundle: what fits of the form, who applies, the verdicts on materials.

    `None` leaves a part as it is; whether the whole is complete is asked by the verdict. Raises Invalid
    for an applicant or a verdict that cannot be.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    clerk = as_clerk(by, bundle)
    expect(bundle, *OPEN_AT_DESK)
    take_in_hand(bundle, clerk)
    whole = whole_of(bundle)
    if bundle.state in EDITABLE_AT_DESK:
        if subject is not None:
            put_applicant(bundle, subject, phone, agent, mandate)
        fill(bundle, whole, data=data, answers=answers, project_code=project_code, territory=territory)
    bundle.save()
    if answers is not None and bundle.state in EDITABLE_AT_DESK:
        settle_materials(bundle, whole)
    judge_all(bundle, materials, by=clerk)
    return bundle


def judge_all(bundle: BundleCase, entries: Sequence[MaterialEntry], *, by: Actor) -> None:
    """Write the verdicts that changed, in one event."""
    rows = {row.key: row for row in bundle.materials.select_related("material")}
    changed = {}
    for entry in entries:
        row = rows.get(entry.code)
        if row is None or not row.demanded:
            continue
        before = (row.verdict, row.originals, row.copies, row.problem, row.requirement)
        judge(row, entry)
        if before != (row.verdict, row.originals, row.copies, row.problem, row.requirement):
            row.save()
            changed[row.key] = row.verdict
    if changed:
        noted(bundle, "bundle_materials", by=by, data={"verdicts": changed})


@transaction.atomic
def attach_to_bundle(bundle_id: UUID, key: str, *, files: Sequence[UUID], by: Actor) -> BundleMaterial:
    """Add pages to a material of the joint set. Raises Incomplete without a file."""
    bundle = BundleCase.objects.locked(bundle_id)
    correcting = bundle.state == State.CORRECTING
    scope = MandateScope.SUPPLEMENT if correcting else MandateScope.APPLY
    by = as_clerk_or_applicant(by, bundle, scope)
    at_desk = isinstance(by, Officer)
    expect(bundle, *(OPEN_AT_DESK if at_desk else (State.DRAFT, State.RETURNED, State.CORRECTING)))
    row = bundle.materials.select_related("material").filter(key=key).first()
    if row is None:
        raise Invalid(_("没有代码为%(code)s的材料") % {"code": key})
    if not files:
        raise Incomplete(_("请选择要上传的文件"), items=[row.name])
    for file_id in files:
        files_services.claim(file_id, CLAIMED_AS, row.pk, by=by)
    row.handed_in_at = now()
    row.save(update_fields=["handed_in_at"])
    noted(bundle, "bundle_attached", by=by, data={"key": key, "files": len(files)})
    return row


@transaction.atomic
def receive_bundle(bundle_id: UUID, *, by: Actor) -> BundleCase:
    """Receive a bundle (收件): one number and one receipt for all its parts.

    The office then has the shortest of its parts' limits to accept, refuse or tell what is missing.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    clerk = as_clerk(by, bundle) if by != SYSTEM else by
    if bundle.state == State.RECEIVED and bundle.received_by_id == clerk.user_id:
        return bundle
    expect(bundle, State.DRAFT, State.SUBMITTED)
    if clerk != SYSTEM:
        take_in_hand(bundle, clerk)
    if bundle.applicant is None:
        raise Incomplete(_("请先填写申请人"), items=[_("申请人")])
    before = bundle.state
    bundle.receive()
    bundle.received_at, bundle.received_by_id = now(), clerk.user_id
    bundle.number = numbers.case_number(
        f"YJS{bundle.jurisdiction.code}{bundle.version.bundle_id:05d}", today()
    )
    bundle.query_code = numbers.query_code()
    bundle.save()
    clocks.meet(bundle, Kind.BUNDLE_PRE_REVIEW, by=clerk)
    start_acceptance(bundle, by=clerk)
    moved(bundle, "bundle_received", before, by=clerk, data={"number": bundle.number})
    telling.received(bundle)
    return bundle


def start_acceptance(bundle: BundleCase, *, by: Actor) -> None:
    """The office's days to decide on acceptance begin."""
    days = [part.version.regime.acceptance_days for part in bundle.parts.select_related("version__regime")]
    clocks.start(
        bundle,
        Kind.BUNDLE_ACCEPTANCE,
        Limit(min(days, default=_ACCEPTANCE_DAYS), Unit.WORKING_DAY),
        jurisdiction=bundle.jurisdiction,
        case_id=bundle.pk,
        basis=_("行政许可法第三十二条"),
        by=by,
    )


@transaction.atomic
def refuse_bundle(
    bundle_id: UUID, *, ground: str, reason: str, right_organ: str = "", by: Actor
) -> BundleCase:
    """Do not accept a bundle (不予受理), with the ground of the law and the reason.

    What the negative list said of the business scope is kept with it. Law: 行政许可法 Art. 32(1)(2).
    """
    bundle = BundleCase.objects.locked(bundle_id)
    if by != SYSTEM:
        by = as_clerk(by, bundle)
        take_in_hand(bundle, by)
    expect(bundle, State.RECEIVED, State.SUBMITTED, State.CORRECTING)
    if ground not in RefusalGround.values:
        raise Invalid(_("请选择不予受理的依据"), fields={"ground": [_("请选择依据")]})
    if not reason.strip():
        raise Invalid(_("请写明不予受理的理由"), fields={"reason": [_("请写明理由")]})
    if ground == RefusalGround.NOT_COMPETENT and not right_organ.strip():
        raise Invalid(
            _("不属于本机关职权的，须告知有权机关"), fields={"right_organ": [_("请写明应向哪个机关申请")]}
        )
    write_check(bundle, *scope_hits(bundle, whole_of(bundle)))
    before = bundle.state
    bundle.refuse_acceptance()
    bundle.refusal_ground, bundle.right_organ = ground, right_organ.strip()
    bundle.end_reason, bundle.ended_at = reason.strip(), now()
    let_go(bundle)
    bundle.save()
    for kind in (Kind.BUNDLE_PRE_REVIEW, Kind.BUNDLE_ACCEPTANCE):
        clocks.meet(bundle, kind, by=by)
    clocks.cancel_case(bundle.pk, _("不予受理"), by=by)
    moved(bundle, "bundle_refused", before, by=by, reason=bundle.end_reason, data={"ground": ground})
    telling.refused(bundle)
    return bundle


def require_whole(bundle: BundleCase) -> None:
    """Raise Incomplete unless guidance and form of the bundle are as its parts ask."""
    whole = whole_of(bundle)
    if stops := whole.stops(bundle.answers):
        told = [f"{member.name}：{stop}" for member, stop in stops]
        raise Incomplete(_("按所选情形，有事项不在这里办：%(why)s") % {"why": "；".join(told)}, items=told)
    wanting = [*unanswered(bundle, whole)]
    errors = form_errors(bundle, whole)
    labels = labels_of(whole)
    wanting += [labels.get(key, key) for key in errors]
    if wanting:
        raise Incomplete(
            _("表单还没有填好：%(names)s") % {"names": "、".join(wanting)}, items=wanting, fields=errors
        )

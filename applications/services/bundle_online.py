"""A bundle from home: a draft of one's own, pre-review, back again with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState, require
from hall.now import now
from hall.people.choices import MandateScope
from hall.people.models import Person
from hall.people.queries import mandate_for
from matters.choices import Media, Necessity
from matters.models import BundleVersion

from .. import bundle_telling as telling
from ..bundle_models import BundleCase, BundleMaterial
from ..choices import Channel, State
from .actors import EDITABLE_ONLINE, as_applicant, as_clerk, expect
from .bundle_filling import fill, missing, put_applicant, settle_materials, whole_of
from .bundle_intake import begin, require_whole
from .bundle_journal import moved
from .filling import Subject
from .holding import let_go, take_in_hand


@transaction.atomic
def apply_for_bundle(*, version: BundleVersion, by: Actor, key: str | None = None) -> BundleCase:
    """Begin a draft from a citizen's own account. The same `key` again gives the same draft."""
    me = Person.objects.select_related("user").filter(user=by.user_id or 0).first()
    if me is None:
        raise NotAllowed(_("请用个人账号登录后申请"))
    if not version.online:
        raise WrongState(_("这件事暂时不能在网上申请，请到窗口办理"))
    bundle = BundleCase(
        version=version,
        jurisdiction=version.bundle.jurisdiction,
        channel=Channel.ONLINE,
        person=me,
        applicant_name=me.name,
        contact_phone=me.phone,
        created_by=me.user,
        created_at=now(),
        idempotency_key=key or None,
        is_demo=version.bundle.is_demo,
    )
    return begin(bundle, by=by)


@transaction.atomic
def save_bundle_draft(
    bundle_id: UUID,
    *,
    subject: Subject | None = None,
    phone: str | None = None,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    project_code: str | None = None,
    territory: str | None = None,
    by: Actor,
) -> BundleCase:
    """Keep what the applicant has typed so far; `None` leaves a part as it is."""
    bundle = BundleCase.objects.locked(bundle_id)
    by = as_applicant(by, bundle, MandateScope.APPLY)
    expect(bundle, *EDITABLE_ONLINE)
    whom = subject or bundle.applicant
    if whom is not None and (subject is not None or phone is not None):
        _who(bundle, whom, phone, by)
    whole = whole_of(bundle)
    fill(bundle, whole, data=data, answers=answers, project_code=project_code, territory=territory)
    bundle.save()
    if answers is not None:
        settle_materials(bundle, whole)
    return bundle


@transaction.atomic
def submit_bundle_online(bundle_id: UUID, *, by: Actor) -> BundleCase:
    """Send the whole in for pre-review (预审). Submitting twice answers the same.

    Raises Incomplete naming what is not filled or not uploaded.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    by = as_applicant(by, bundle, MandateScope.APPLY)
    if bundle.state == State.SUBMITTED:
        return bundle
    expect(bundle, *EDITABLE_ONLINE)
    require_whole(bundle)
    if not bundle.contact_phone:
        raise Invalid(_("请填写联系电话"), fields={"phone": [_("请填写联系电话")]})
    if wanting := [row.name for row in without_pages(bundle)]:
        raise Incomplete(_("还有材料没有上传：%(names)s") % {"names": "、".join(wanting)}, items=wanting)
    before = bundle.state
    bundle.submit()
    bundle.submitted_at, bundle.return_reason = now(), ""
    bundle.save()
    clocks.start(
        bundle,
        Kind.BUNDLE_PRE_REVIEW,
        Limit(bundle.jurisdiction.policies.pre_review_days, Unit.WORKING_DAY),
        jurisdiction=bundle.jurisdiction,
        case_id=bundle.pk,
        basis=_("网上申请预审服务承诺"),
        by=by,
    )
    moved(bundle, "bundle_submitted", before, by=by)
    telling.submitted(bundle)
    return bundle


@transaction.atomic
def return_bundle_to_applicant(bundle_id: UUID, *, reason: str, by: Actor) -> BundleCase:
    """Send an online bundle back before it is received, with every reason at once (预审退回)."""
    bundle = BundleCase.objects.locked(bundle_id)
    clerk = as_clerk(by, bundle)
    expect(bundle, State.SUBMITTED)
    take_in_hand(bundle, clerk)
    if not reason.strip():
        raise Invalid(_("请写明退回的全部理由"), fields={"reason": [_("请写明退回的全部理由")]})
    before = bundle.state
    bundle.return_to_applicant()
    bundle.return_reason = reason.strip()
    let_go(bundle)
    bundle.save()
    clocks.meet(bundle, Kind.BUNDLE_PRE_REVIEW, by=clerk)
    moved(bundle, "bundle_returned", before, by=clerk, reason=bundle.return_reason)
    telling.returned(bundle)
    return bundle


def without_pages(bundle: BundleCase) -> list[BundleMaterial]:
    """Needed materials for which nothing has been uploaded. What only paper can be is brought later."""
    return [
        row
        for row in missing(list(bundle.materials.select_related("material")))
        if row.handed_in_at is None
        and row.material.media != Media.PAPER
        and row.material.necessity == Necessity.REQUIRED
    ]


def _who(bundle: BundleCase, subject: Subject, phone: str | None, by: Actor) -> None:
    me = Person.objects.get(user=by.user_id)
    wanted = bundle.contact_phone if phone is None else phone
    if subject == me:
        put_applicant(bundle, subject, wanted, None, None)
        return
    mandate = mandate_for(me, subject, MandateScope.APPLY)
    require(mandate, _("您没有得到该单位（个人）的申请委托，请先登记授权"))
    put_applicant(bundle, subject, wanted, me, mandate)

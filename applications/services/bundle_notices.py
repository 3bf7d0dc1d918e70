"""一次性告知 and 补正 for the whole of a bundle: everything that is missing in any part, told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Incomplete, Invalid
from hall.now import now
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope

from .. import bundle_telling as telling
from ..bundle_models import BundleCase, BundleNotice
from ..choices import State
from .actors import as_clerk, as_clerk_or_applicant, as_supervisor, expect
from .bundle_filling import fill, form_errors, labels_of, missing, whole_of
from .bundle_intake import judge_all, start_acceptance
from .bundle_journal import moved
from .filling import MaterialEntry
from .holding import let_go, take_in_hand
from .notices import FIELD, MATERIAL, CorrectionItem


def bundle_notice_items(bundle: BundleCase) -> list[CorrectionItem]:
    """Everything that is missing or wrong in any part, each thing once."""
    whole = whole_of(bundle)
    found = [
        CorrectionItem(
            code=row.key,
            name=row.name,
            problem=row.problem or _("未提交"),
            requirement=row.requirement or _("请提交"),
            basis=row.material.basis,
        )
        for row in missing(list(bundle.materials.select_related("material")))
    ]
    labels = labels_of(whole)
    for key, errors in form_errors(bundle, whole).items():
        found.append(CorrectionItem(key, labels.get(key, key), "；".join(errors), of=FIELD))
    return found


@transaction.atomic
def give_bundle_notice(
    bundle_id: UUID, *, items: Sequence[CorrectionItem], by: Actor, second_reason: str = ""
) -> BundleNotice:
    """Tell the applicant once everything that is missing in any part (一次性告知), with one limit.

    Raises Incomplete if something missing is left out. A second notice takes a supervisor and a reason.
    Law: 行政许可法 Art. 32(4).
    """
    bundle = BundleCase.objects.locked(bundle_id)
    number = bundle.notices.count() + 1
    by = as_clerk(by, bundle) if number == 1 else as_supervisor(by, bundle)
    expect(bundle, State.RECEIVED)
    if number == 1:
        take_in_hand(bundle, by)
    elif not second_reason.strip():
        raise Invalid(_("再次告知须写明理由"), fields={"second_reason": [_("请写明为什么没有一次告知清楚")]})
    if not items or not all(item.problem.strip() for item in items):
        raise Invalid(_("请列出需要补正的内容，并写明每一项的问题"))
    named = {item.code for item in items}
    if left_out := [each.name for each in bundle_notice_items(bundle) if each.code not in named]:
        raise Incomplete(
            _("一次性告知须列出全部内容，还缺：%(names)s") % {"names": "、".join(left_out)}, items=left_out
        )
    notice = BundleNotice.objects.create(
        bundle=bundle,
        number=number,
        items=[asdict(item) for item in items],
        second_reason=second_reason.strip() if number > 1 else "",
        given_by_id=by.user_id,
        given_at=now(),
    )
    before = bundle.state
    bundle.give_notice()
    let_go(bundle)
    bundle.save()
    clocks.meet(bundle, Kind.BUNDLE_ACCEPTANCE, by=by)
    clocks.start(
        bundle,
        Kind.BUNDLE_CORRECTION,
        Limit(bundle.jurisdiction.policies.correction_days, Unit.WORKING_DAY),
        jurisdiction=bundle.jurisdiction,
        case_id=bundle.pk,
        basis=_("补正材料一次性告知书"),
        by=by,
    )
    moved(bundle, "bundle_notice", before, by=by, data={"number": number, "items": sorted(named)})
    telling.notice_given(bundle, notice)
    return notice


@transaction.atomic
def supplement_bundle(
    bundle_id: UUID,
    *,
    materials: Sequence[MaterialEntry] = (),
    data: Mapping[str, Any] | None = None,
    by: Actor,
) -> BundleCase:
    """The full correction has arrived: back to received, with a fresh limit for the office.

    Every item of the notice must be answered: found in order at the counter, or with pages sent online.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    by = as_clerk_or_applicant(by, bundle, MandateScope.SUPPLEMENT)
    expect(bundle, State.CORRECTING)
    at_desk = isinstance(by, Officer)
    if at_desk:
        take_in_hand(bundle, by)
        bundle.visits += 1
        judge_all(bundle, materials, by=by)
    whole = whole_of(bundle)
    if data is not None:
        fill(bundle, whole, data=data, answers=None, project_code=None, territory=None)
    notice = bundle.notices.latest("number")
    _require_answered(bundle, notice, form_errors(bundle, whole))
    notice.answered_at = now()
    notice.save(update_fields=["answered_at"])
    before = bundle.state
    bundle.supplement()
    bundle.save()
    clocks.meet(bundle, Kind.BUNDLE_CORRECTION, by=by)
    start_acceptance(bundle, by=by)
    moved(bundle, "bundle_supplemented", before, by=by, data={"notice": notice.number})
    telling.supplemented(bundle)
    return bundle


def _require_answered(bundle: BundleCase, notice: BundleNotice, wrong: Mapping[str, Any]) -> None:
    rows = {row.key: row for row in bundle.materials.select_related("material")}
    unanswered_items = []
    for item in notice.items:
        if item["of"] != MATERIAL:
            answered = item["code"] not in wrong
        elif row := rows.get(item["code"]):
            sent = row.handed_in_at is not None and row.handed_in_at >= notice.given_at
            answered = row not in missing([row]) or sent
        else:
            answered = True  # no longer needed in this situation
        if not answered:
            unanswered_items.append(item["name"])
    if unanswered_items:
        raise Incomplete(
            _("补正还不齐：%(names)s") % {"names": "、".join(unanswered_items)}, items=unanswered_items
        )

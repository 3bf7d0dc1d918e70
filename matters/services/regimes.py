"""Verbs about bodies of procedural law (程序规则). A version of one is never changed, only followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.clocks.choices import Ground
from hall.errors import Incomplete, Invalid, NotAllowed
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.trail import services as trail

from ..models import Regime
from .rights import touch

# What a version of a body of law prescribes; everything else follows from the verb.
VALUES = (
    "name",
    "basis",
    "acceptance_days",
    "deemed_accepted",
    "pause_grounds",
    "extension_days",
    "delivery_days",
    "refusal_rights",
)


@transaction.atomic
def revise_regime(
    code: str,
    values: Mapping[str, Any],
    *,
    place: Jurisdiction,
    valid_from: dt.date,
    reason: str,
    by: Actor,
) -> Regime:
    """Make the next version of a body of procedural law for `place`, taken by new matter versions from a day.

    Matter versions that are in force keep the version that they pin, and their cases with them. Raises
    NotAllowed unless `by` keeps the catalogue of the place or manages it, Incomplete without a reason,
    Invalid for a day in the past or before the version it follows, or for values that cannot be stored.
    """
    _require_right(by, place)
    found = Regime.objects.select_for_update().in_place(place).get(pk=code)
    family = list(Regime.objects.select_for_update().filter(family=found.family, jurisdiction=place))
    if not reason.strip():
        raise Incomplete(_("请写明变更的理由和依据"), fields={"change_reason": [_("请写明理由")]})
    latest = max((row.valid_from for row in family if row.valid_from), default=None)
    if valid_from < today() or (latest and valid_from <= latest):
        message = _("起用日期不得早于今天，并须晚于上一版的起用日期")
        raise Invalid(message, fields={"valid_from": [message]})
    number = max((row.number for row in [*family, found]), default=1) + 1
    made = Regime(
        code=f"{found.family}-{place.pk}-{number}",
        family=found.family,
        number=number,
        jurisdiction=place,
        valid_from=valid_from,
        change_reason=reason.strip()[:300],
        **{name: values.get(name, getattr(found, name)) for name in VALUES},
    )
    _refuse_faults(made)
    made.save(force_insert=True)
    changed = {
        name: [getattr(found, name), getattr(made, name)]
        for name in VALUES
        if getattr(found, name) != getattr(made, name)
    }
    trail.record(
        "regime_revised",
        subject=made,
        by=by,
        jurisdiction=place,
        reason=made.change_reason,
        data={"follows": found.pk, "valid_from": valid_from.isoformat(), "changed": changed},
    )
    touch(place)
    return made


def _require_right(by: Actor, place: Jurisdiction) -> None:
    may = isinstance(by, Officer) and any(
        by.has(role, jurisdiction=place) for role in (Role.KEEPER, Role.MANAGER)
    )
    if not may and by != SYSTEM:
        raise NotAllowed(_("只有本地的目录管理员或者大厅管理员可以修改程序规则"))


def _refuse_faults(regime: Regime) -> None:
    try:
        regime.clean_fields(exclude=["jurisdiction", "pause_grounds"])
    except ValidationError as error:
        raise Invalid(_("有内容不正确，没有保存"), fields=error.message_dict) from error
    if unknown := set(regime.pause_grounds) - set(Ground.values):
        raise Invalid(_("没有这样的中止事由：%(names)s") % {"names": "、".join(sorted(unknown))})
